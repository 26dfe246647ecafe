//! The console's pages around incidents: regions, the register and rule sets, by requests and in a real browser.

use muster_record::agency::{Interest, Office};
use muster_record::entry::Hash;
use muster_record::incident::lifecycle::{Link, Relation};
use muster_record::incident::{lifecycle, participants};
use muster_record::situation::IncidentKind;
use serde_json::json;

use crate::browser::{Driver, at_hand, shots};
use crate::console_requests::Visitor;
use crate::home::{COUNCIL, CQC, Home, House, REGION, shipped};
use crate::installing::{component, operator};
use crate::participant::{Participant, invite};
use crate::region::{SOLIHULL, at_the_table, more_than_one_authority, proposal, to_open};
use crate::register::stocked;
use crate::signing_in::Idp;

/// The rule set that the council proposes here.
const MATRIX: &str = "stakeholder-matrix";

/// A region with two members, and those who have seats around it.
struct Around {
    council: Participant,
    solihull: Participant,
    region: String,
    coventry_incident: String,
    solihull_incident: String,
}

/// Coventry's incident, in which the region has a seat, and Solihull's, in which it has none; both councils have a seat in
/// the region's.
async fn around(house: &House<'_>) -> Around {
    let (council, adass, incident) = at_the_table(house).await;
    council.does(&incident, [more_than_one_authority()]).await;
    council.registers(&incident, 12).await;
    let number = proposal(&council, &incident).await;
    let opened = adass.opens_regional(to_open(&incident, number, Office::DassLead)).await.unwrap();
    let region = opened.regional_incident_id;
    let solihull = house.client(SOLIHULL).await;
    let other = solihull.opens("Careful Hands, Solihull, of Mr Jones", IncidentKind::ProviderFailure).await;
    solihull.registers(&other, 3).await;
    adass.adds(&region, &other).await.unwrap();
    let says = Link { incident: region.parse().unwrap(), relation: Relation::MemberOf, authority: None, brand: None };
    solihull.does(&other, [lifecycle::Command::Link(says).into()]).await;
    for member in [&council, &solihull] {
        adass.does(&region, [invite(&member.agency, Interest::Operational)]).await;
        member.does(&region, [participants::Command::Join.into()]).await;
    }
    Around { council, solihull, region, coventry_incident: incident, solihull_incident: other }
}

fn people(home: &mut Home, agency: &str) -> Idp {
    let idp = Idp::of(agency, &format!("https://{agency}.example/around"));
    idp.is_trusted_by(home);
    idp
}

fn visitor(home: &Home, house: &House<'_>, idp: &Idp, person: &str, role: &str) -> Visitor {
    let mut visitor = Visitor::of(home, house);
    visitor.signs_in(&idp.token(person, &[role], &[]));
    visitor
}

#[tokio::test(flavor = "multi_thread")]
async fn a_region_is_shown_in_ranges_to_its_table_and_to_nobody_else() {
    let mut home = Home::with(shipped(&["regional-escalation"]));
    let [of_region, of_solihull, of_cqc] = [REGION, SOLIHULL, CQC].map(|agency| people(&mut home, agency));
    let house = home.open().await;
    let at = around(&house).await;
    let lead = visitor(&home, &house, &of_region, "lead", "incident-lead");
    let solihull = visitor(&home, &house, &of_solihull, "duty", "incident-lead");
    let stranger = visitor(&home, &house, &of_cqc, "inspector", "practitioner");

    let path = format!("/regions/{}", at.region);
    let (seen, other) = (lead.gets(&path).body, solihull.gets(&path).body);
    for page in [&seen, &other] {
        assert!(page.contains("13 to 17") && page.contains("8 to 12") && page.contains("1 to 4"), "ranges: {page}");
        // What the region is called is on its own record; what a member is called is on that member's.
        assert!(!page.contains("Mr Jones"), "{page}");
    }
    // A row leads to the incident only where there is a seat.
    let links = |page: &str, incident: &str| page.contains(&format!("href=\"/incidents/{incident}\""));
    assert!(links(&seen, &at.coventry_incident) && !links(&seen, &at.solihull_incident));
    assert!(!links(&other, &at.coventry_incident) && links(&other, &at.solihull_incident));
    assert!(!seen.contains(&at.solihull_incident), "not even its id");
    assert!(lead.gets("/regions").body.contains(&path) && lead.gets(&format!("{path}/why")).status == 200);

    // Whoever has no seat is answered as for a region that there is not.
    for end in ["", "/why", "/live"] {
        let here = stranger.gets(&format!("{path}{end}"));
        let nowhere = stranger.gets(&format!("/regions/{}{end}", "0".repeat(32)));
        assert_eq!((here.status, &here.body), (nowhere.status, &nowhere.body), "{end}");
    }
    assert_eq!(stranger.gets(&path).status, 403);
    assert!(!stranger.gets("/regions").body.contains(&at.region));
    // A local incident is no region, and says nothing as one.
    assert_eq!(lead.gets(&format!("/regions/{}", at.coventry_incident)).status, 404);
    assert_eq!(Visitor::of(&home, &house).gets(&path).status, 303);
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_register_says_what_files_say_and_levels_only_of_incidents_that_the_viewer_sees() {
    let mut home = Home::new();
    let [of_council, of_cqc] = [COUNCIL, CQC].map(|agency| people(&mut home, agency));
    let house = home.open().await;
    let inspector = visitor(&home, &house, &of_cqc, "inspector", "practitioner");
    let admin = visitor(&home, &house, &of_cqc, "admin", "platform-admin");
    assert!(inspector.gets("/register").body.contains("The register holds no services yet."));
    assert!(inspector.gets("/register/imports").body.contains("Nothing was imported yet."));
    let council = stocked(&house, &home).await;
    let incident = council.opens("Rosebank", IncidentKind::QualityConcern).await;
    let officer = visitor(&home, &house, &of_council, "officer", "practitioner");

    let whole = officer.gets("/register").body;
    for word in ["Rosebank House", "Far Away", "Inadequate", "No level yet", &incident] {
        assert!(whole.contains(word), "{word}: {whole}");
    }
    assert!(!inspector.gets("/register").body.contains(&incident), "no seat, no level");
    assert!(admin.gets("/register").body.contains("your role reads no records"));
    let of_coventry = officer.gets("/register?authority=Coventry&kind=nursing&risk=yes").body;
    assert!(of_coventry.contains("rated inadequate") && !of_coventry.contains("Far Away"), "{of_coventry}");
    assert!(officer.gets("/register?provider=Quiet+Homes").body.contains("Ash Lodge"));
    assert!(officer.gets("/register?authority=Nowhere").body.contains("knows no authority “Nowhere”"));

    let rosebank = officer.gets("/register/services/1-101").body;
    for word in ["Larkfield Care Ltd", "Ash Lodge", "4 open to admissions on 3 Mar 2024", "import 1", "Elm Court"] {
        assert!(rosebank.contains(word), "{word}: {rosebank}");
    }
    assert!(!rosebank.contains("Far Away"), "neither near nor in the region");
    assert_eq!(officer.gets("/register/services/9-999").status, 404);
    let imports = officer.gets("/register/imports").body;
    assert!(imports.contains("id=\"import-2\"") && imports.contains("cqc-directory"), "{imports}");
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_proposal_is_tried_and_approved_by_a_second_person_of_its_agency_and_told_to_nobody_else() {
    let mut home = Home::new();
    let [of_council, of_cqc] = [COUNCIL, CQC].map(|agency| people(&mut home, agency));
    let house = home.open().await;
    let council = house.client(COUNCIL).await;
    let incident = council.opens("Rosebank", IncidentKind::ProviderFailure).await;
    let first = operator(&house, &home, COUNCIL, &of_council, "one").await;
    first.proposes(&component()).await.unwrap();
    let before = council.reads(&incident).await.len();
    let [one, two] = ["one", "two"].map(|of| visitor(&home, &house, &of_council, of, "rule-set-operator"));
    let reader = visitor(&home, &house, &of_council, "three", "practitioner");
    let other = visitor(&home, &house, &of_cqc, "four", "rule-set-operator");

    let path = "/rule-sets/proposals/1";
    let read = two.gets(path).body;
    for word in
        ["the board agreed on our own matrix", "What it would change", "New: ", "Nothing was written", "Rosebank"]
    {
        assert!(read.contains(word), "{word}: {read}");
    }
    assert!(read.contains("action=\"/rule-sets/proposals/1/approve\""));
    let own = one.gets(path).body;
    assert!(own.contains("somebody else of your agency") && !own.contains("/approve\""), "{own}");
    let without = reader.gets(path).body;
    assert!(!without.contains("/approve\"") && !without.contains("Nothing was written"), "{without}");
    assert_eq!(council.reads(&incident).await.len(), before, "a trial writes nothing");
    // Another agency learns of neither.
    for (path, none) in [(path, "/rule-sets/proposals/99"), ("/rule-sets/stakeholder-matrix", "/rule-sets/no-such")] {
        let (here, nowhere) = (other.gets(path), other.gets(none));
        assert_eq!((here.status, here.body), (404, nowhere.body));
    }
    assert!(!other.gets("/rule-sets").body.contains(MATRIX));

    let (digest, approve) = (Hash::of(&component()).to_string(), "/rule-sets/proposals/1/approve");
    let (form, other_form) = (format!("digest={digest}"), format!("digest={}", "0".repeat(64)));
    for (by, form, status, reason) in [
        (&one, form.as_str(), 403_u16, "SECOND_PERSON_NEEDED"),
        (&reader, form.as_str(), 403, "RIGHT_MISSING"),
        (&other, form.as_str(), 404, "RESOURCE_NOT_FOUND"),
        (&two, "digest=5f0c", 400, "INVALID_FIELD"),
        (&two, other_form.as_str(), 409, "OTHER_COMPONENT"),
    ] {
        let refused = by.posts(approve, form);
        assert!(refused.status == status && refused.body.contains(reason), "{reason}: {}", refused.body);
    }
    // Sent twice, it is approved once, and both are answered so.
    for _ in 0..2 {
        let approved = two.posts(approve, &form);
        assert_eq!(
            (approved.status, approved.header("location")),
            (303, Some("/rule-sets/proposals/1?done=rules-approved"))
        );
    }
    let decided = one.posts("/rule-sets/proposals/1/withdraw", "");
    assert!(decided.status == 409 && decided.body.contains("INSTALL_DECIDED"), "{}", decided.body);
    assert!(two.gets("/rule-sets/stakeholder-matrix").body.contains("In use"));

    // Out of use again: proposed with a reason, and withdrawn.
    let out = "request=r1&what=out&because=the+board+changed+its+mind";
    for _ in 0..2 {
        let proposed = one.posts("/rule-sets/stakeholder-matrix/use", out);
        assert_eq!(proposed.header("location"), Some("/rule-sets/proposals/2?done=proposed"), "{}", proposed.body);
    }
    assert!(two.gets("/rule-sets").body.contains("the board changed its mind"));
    assert_eq!(two.posts("/rule-sets/proposals/2/withdraw", "").status, 303);
    assert_eq!(first.installs().await.len(), 2);
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn regions_the_register_and_rule_sets_are_worked_in_a_real_browser() {
    let Some((browser, folder)) = at_hand().await else { return };
    let mut home = Home::with(shipped(&["regional-escalation"]));
    let [of_region, of_solihull, of_council] = [REGION, SOLIHULL, COUNCIL].map(|agency| people(&mut home, agency));
    let house = home.open().await;
    let at = around(&house).await;
    stocked(&house, &home).await;
    operator(&house, &home, COUNCIL, &of_council, "one").await.proposes(&component()).await.unwrap();
    at.council.settled(&at.coventry_incident).await;
    let console = house.serving.people().unwrap();
    let mut driver = Driver::start(&folder, "around.mjs");
    let given = json!({
        "base": format!("https://localhost:{}", console.port()), "browser": browser, "shots": shots(&folder),
        "region": at.region, "coventry": at.coventry_incident, "solihull": at.solihull_incident,
        "digest": Hash::of(&component()).to_string(),
        "lead": of_region.token("lead", &["incident-lead"], &[]),
        "duty": of_solihull.token("duty", &["incident-lead"], &[]),
        "operator": of_council.token("two", &["rule-set-operator"], &[]),
    });
    driver.says(&given.to_string());
    let mut ended = false;
    while let Some(line) = driver.hears() {
        println!("{line}");
        match line.strip_prefix("ask ") {
            Some(what) => {
                assert_eq!(what, "register 30 people in Solihull");
                at.solihull.registers(&at.solihull_incident, 30).await;
            }
            None => {
                ended |= line == "end";
                continue;
            }
        }
        driver.says("done");
    }
    assert!(driver.ends_well() && ended, "the browser's side failed; its words are above");
    house.close().await;
}
