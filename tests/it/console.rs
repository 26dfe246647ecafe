//! The console in a real browser: one incident, worked by two agencies.

use std::net::TcpListener;

use muster_record::Command;
use muster_record::advice::Answer;
use muster_record::agency::{Interest, Office};
use muster_record::ids::ServiceId;
use muster_record::incident::{participants, people};
use muster_record::situation::{Funder, IncidentKind, Mobility};
use serde_json::json;

use crate::browser::{Driver, at_hand, shots};
use crate::home::{COUNCIL, Home, ICB, any_port, shipped};
use crate::participant::{Participant, invite};
use crate::signing_in::Idp;

/// Somebody put on the list of the home; what they need is known or not.
fn registered(mobility: Mobility, needs_known: Answer) -> Command {
    let service: ServiceId = "rosebank-house".parse().unwrap();
    let details = people::Details {
        service,
        funder: Funder::SelfFunded,
        placed_by: None,
        mobility,
        needs: Vec::new(),
        needs_known,
        stays_with: Vec::new(),
    };
    people::Command::Register { details }.into()
}

/// An incident with people on its list, which the council leads and about which the health commissioner is told.
pub(crate) async fn incident(council: &Participant, icb: &Participant, needs_known: Answer) -> String {
    let id = council.opens("Rosebank", IncidentKind::ProviderFailure).await;
    council.does(&id, [participants::Command::TakeOffice { office: Office::IncidentLead }.into()]).await;
    council.does(&id, [invite(&icb.agency, Interest::Information)]).await;
    icb.does(&id, [participants::Command::Join.into()]).await;
    let people = [Mobility::Walks, Mobility::Wheelchair, Mobility::NotKnown];
    council.does(&id, people.map(|mobility| registered(mobility, needs_known))).await;
    council.settled(&id).await;
    id
}

#[tokio::test(flavor = "multi_thread")]
async fn people_work_an_incident_in_a_real_browser() {
    let Some((browser, folder)) = at_hand().await else { return };
    let mut home = Home::with(shipped(&["temporary-duty", "emergency-closure"]));
    let of_council = Idp::of(COUNCIL, "https://council.example/console");
    let of_icb = Idp::of(ICB, "https://icb.example/console");
    of_council.is_trusted_by(&mut home);
    of_icb.is_trusted_by(&mut home);
    // The same port after the restart: the open pages have to find it.
    let console = TcpListener::bind(any_port()).unwrap().local_addr().unwrap();
    home.config.listen.people = Some(console);
    let mut house = Some(home.open().await);
    let (council, icb) = (house.as_ref().unwrap().client(COUNCIL).await, house.as_ref().unwrap().client(ICB).await);
    let id = incident(&council, &icb, Answer::Yes).await;
    let mut driver = Driver::start(&folder, "incident.mjs");
    let given = json!({
        "base": format!("https://localhost:{}", console.port()), "incident": id, "browser": browser, "shots": shots(&folder),
        "council": of_council.token("duty.manager", &["incident-lead"], &["incident-lead"]),
        "icb": of_icb.token("nurse.on.call", &["incident-lead"], &[]),
    });
    driver.says(&given.to_string());
    let mut ended = false;
    while let Some(line) = driver.hears() {
        println!("{line}");
        match line.strip_prefix("ask ") {
            Some("stop") => house.take().unwrap().close().await,
            Some("start") => house = Some(home.open().await),
            Some(what) => {
                let council = house.as_ref().unwrap().client(COUNCIL).await;
                council.notes(&id, what.strip_prefix("append ").unwrap()).await;
            }
            None => {
                ended |= line == "end";
                continue;
            }
        }
        driver.says("done");
    }
    assert!(driver.ends_well() && ended, "the browser's side failed; its words are above");
    house.unwrap().close().await;
}
