//! Exercises on pages: started, directed and played in real browsers, and kept apart from what is live.

use muster_record::agency::Interest;
use muster_record::situation::IncidentKind;
use serde_json::json;

use crate::browser::{Driver, at_hand, shots};
use crate::console_requests::Visitor;
use crate::home::{COUNCIL, CQC, Home, ICB, any_port, shipped};
use crate::participant::invite;
use crate::region::SOLIHULL;
use crate::rehearsing::{SHORT, minutes_pass};
use crate::signing_in::Idp;

fn idp(home: &mut Home, agency: &str) -> Idp {
    let idp = Idp::of(agency, &format!("https://{agency}.example/exercises"));
    idp.is_trusted_by(home);
    idp
}

#[tokio::test(flavor = "multi_thread")]
async fn an_exercise_is_started_directed_played_and_scored_in_a_browser() {
    let Some((browser, folder)) = at_hand().await else { return };
    let mut home = Home::with(shipped(&["stakeholder-matrix"]));
    let [of_council, of_icb] = [COUNCIL, ICB].map(|agency| idp(&mut home, agency));
    home.config.listen.people = Some(any_port());
    let house = home.open().await;
    let port = house.serving.people().unwrap().port();
    let council = house.client(COUNCIL).await;
    let live = council.opens("Live House", IncidentKind::ProviderFailure).await;
    council.does(&live, [invite(ICB, Interest::Operational)]).await;
    let mut driver = Driver::start(&folder, "exercises.mjs");
    let given = json!({
        "base": format!("https://localhost:{port}"), "browser": browser, "shots": shots(&folder), "live": live,
        "script": SHORT.trim_start(), "wrong": "exercise \"Rosebank\"\nagency council as\n",
        "council": of_council.token("duty.manager", &["incident-lead"], &["incident-lead"]),
        "icb": of_icb.token("nurse.on.call", &["incident-lead"], &[]),
    });
    driver.says(&given.to_string());
    let mut ended = false;
    while let Some(line) = driver.hears() {
        println!("{line}");
        if let Some(asked) = line.strip_prefix("ask minutes ") {
            minutes_pass(&house, asked.parse().unwrap()).await;
            driver.says("passed");
        }
        ended |= line == "end";
    }
    assert!(driver.ends_well() && ended, "the browser's side failed; its words are above");
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_has_no_part_in_an_exercise_finds_no_page_of_it() {
    let mut home = Home::with(shipped(&[]));
    let [of_council, of_cqc, of_other] = [COUNCIL, CQC, SOLIHULL].map(|agency| idp(&mut home, agency));
    let house = home.open().await;
    let council = house.client(COUNCIL).await;
    let from = muster_proto::v1::start_exercise_request::From::Script(SHORT.to_owned());
    let started = council.starts(from, &[], 60).await.unwrap();
    let id = started.exercise_id.as_str();
    minutes_pass(&house, 1).await;
    let visitor = |idp: &Idp, person: &str| {
        let mut visitor = Visitor::of(&home, &house);
        visitor.signs_in(&idp.token(person, &["practitioner"], &[]));
        visitor
    };
    let (lead, part, stranger) = (visitor(&of_council, "a"), visitor(&of_cqc, "b"), visitor(&of_other, "c"));
    let page = format!("/exercises/{id}");
    assert!(lead.gets(&page).body.contains("Direct it"));
    assert!(part.gets(&page).status == 200 && !part.gets(&page).body.contains("Direct it"));
    // The score is for whoever directs it, as long as it has not ended.
    assert_eq!((lead.gets(&format!("{page}/score")).status, part.gets(&format!("{page}/score")).status), (200, 403));
    assert!(!stranger.gets("/exercises").body.contains(id));
    for below in ["", "/score", "/live", "/play/", "/play/incidents/x", "/play/register"] {
        let there = stranger.gets(&format!("/exercises/{id}{below}"));
        let nowhere = stranger.gets(&format!("/exercises/0123456789abcdef{below}"));
        assert_eq!(
            (there.status, there.body.replace(id, "")),
            (404, nowhere.body.replace("0123456789abcdef", "")),
            "{below}"
        );
    }
    house.close().await;
}
