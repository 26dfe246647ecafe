//! An incident is opened, becomes another, steps down, is closed and opened again.

use expect_test::expect;

use super::{Command, Link, Opening, Relation, open};
use crate::advice::{Answer, Step};
use crate::agency::{AgencyKind, Interest, Office};
use crate::ids::IncidentId;
use crate::incident::log;
use crate::refusal::Refusal;
use crate::situation::{Failure, IncidentKind, Phase, Service};
use crate::testing::{Scenario, at, check, gate, opening, service};

fn becomes(to: Phase) -> Command {
    Command::ChangePhase { to, reason: "as agreed".to_owned() }
}

fn close() -> Command {
    Command::Close { summary: "31 people settled elsewhere".to_owned() }
}

fn reopen() -> Command {
    Command::Reopen { reason: "two people came back".to_owned() }
}

fn reclassify(kind: IncidentKind, failures: &[Failure]) -> Command {
    Command::Reclassify { kind, failures: failures.to_vec(), reason: "the provider called".to_owned() }
}

fn amend(title: Option<&str>, care_stops_at: Option<&str>, service: Option<Service>) -> Command {
    Command::Amend { title: title.map(str::to_owned), care_stops_at: care_stops_at.map(at), service }
}

fn link(last_byte: u8, relation: Relation) -> Command {
    Command::Link(Link { incident: IncidentId::from_bytes([last_byte; 16]), relation, authority: None, brand: None })
}

fn concern() -> Opening {
    let notified_at = at("2024-02-05T10:00:00Z");
    let kind = IncidentKind::QualityConcern;
    Opening { kind, failures: Vec::new(), notified_at, care_stops_at: None, ..opening() }
}

#[test]
fn an_incident_is_amended_linked_closed_and_opened_again() {
    let mut home = Scenario::opened();
    home.icb().does(amend(Some("Rosebank House"), Some("2024-03-06T12:00:00Z"), None));
    let day_centre = Service { beds: None, risk_level: None, ..service("day-centre") };
    home.council().does(amend(None, None, Some(day_centre)));
    home.council().does(link(8, Relation::MemberOf));
    home.council().does(becomes(Phase::Responding));
    home.later_hours(30);
    home.council().does(becomes(Phase::Recovering));
    home.lead().does(close());
    home.later_hours(24);
    home.council().does(reopen());
    expect![[r#"
        Mon 4 Mar 2024
          11  09:00  icb                   amended: title is "Rosebank House", care stops Wed 6 Mar 12:00
          12  09:00  council               amended: service day-centre put right
          13  09:00  council               linked to 08080808080808080808080808080808 (member-of)
          14  09:00  council               responding: as agreed
        Tue 5 Mar 2024
          15  15:00  council               recovering: as agreed
          16  15:00  council               closed the incident: 31 people settled elsewhere
        Wed 6 Mar 2024
          17  15:00  council               reopened the incident: two people came back
    "#]]
    .assert_eq(&home.told());
    expect![[r#"
        rosebank: nursing, 31 beds, risk level 4
        day-centre: nursing, beds not known
        linked: 08080808080808080808080808080808 (member-of)
    "#]]
    .assert_eq(&home.reported("lifecycle"));
    expect![[r#"
        1 04 Mar 08:00 notified
        1 04 Mar 09:00 opened
        14 04 Mar 09:00 phase/responding
        15 05 Mar 15:00 phase/recovering
        16 05 Mar 15:00 closed
        17 06 Mar 15:00 reopened
    "#]]
    .assert_eq(&milestones(&home));
}

fn milestones(home: &Scenario) -> String {
    let reached = &home.incident.lifecycle.milestones;
    reached.iter().fold(String::new(), |text, reached| {
        text + &format!("{} {} {}\n", reached.entry, reached.at.format("%d %b %H:%M"), reached.key)
    })
}

#[test]
fn nobody_writes_after_the_incident_is_closed() {
    let mut home = Scenario::opened();
    home.council().does(becomes(Phase::Concern));
    home.lead().does(close());
    home.icb().refused("INCIDENT_CLOSED", log::Command::Note { text: "one more thing".to_owned() });
    home.council().refused("INCIDENT_CLOSED", becomes(Phase::Responding));
    home.icb().refused("NOT_LEAD", reopen());
    home.council().does(reopen());
    home.icb().does(log::Command::Note { text: "one more thing".to_owned() });
    expect![[r#"
        Mon 4 Mar 2024
          11  09:00  council               concern: as agreed
          12  09:00  council               closed the incident: 31 people settled elsewhere
              refused icb: the incident is closed; reopen it first
              refused council: the incident is closed; reopen it first
              refused icb: only the lead agency may do this
          13  09:00  council               reopened the incident: two people came back
          14  09:00  icb                   note: one more thing
    "#]]
    .assert_eq(&home.told());
}

#[test]
fn an_incident_that_is_open_is_not_opened_again() {
    let mut home = Scenario::opened();
    check(&home.council(), reopen(), &expect!["INCIDENT_NOT_CLOSED: the incident is not closed"]);
}

#[test]
fn an_emergency_steps_down_to_a_concern_and_up_again_without_being_closed() {
    let mut home = Scenario::opened();
    for phase in [Phase::Recovering, Phase::Concern, Phase::Responding, Phase::Assessing, Phase::Concern] {
        home.council().does(becomes(phase));
    }
    check(
        &home.council(),
        becomes(Phase::Recovering),
        &expect!["PHASE_NOT_REACHABLE: the incident is concern and cannot become recovering"],
    );
    check(
        &home.council(),
        becomes(Phase::Closed),
        &expect!["PHASE_NOT_REACHABLE: the incident is concern and cannot become closed"],
    );
    check(&home.icb(), becomes(Phase::Assessing), &expect!["NOT_LEAD: only the lead agency may do this"]);
}

#[test]
fn only_an_office_closes_and_not_in_the_middle_of_a_response() {
    let mut home = Scenario::opened();
    check(&home.lead(), close(), &expect!["PHASE_NOT_REACHABLE: the incident is assessing and cannot become closed"]);
    home.council().does(becomes(Phase::Recovering));
    check(
        &home.council(),
        close(),
        &expect![
            "OFFICE_NEEDED: this has to be done for one of these offices: incident-lead, director-of-adult-social-services, dass-lead"
        ],
    );
    check(&home.icb(), close(), &expect!["NOT_LEAD: only the lead agency may do this"]);
    let silent = Command::Close { summary: String::new() };
    check(&home.lead(), silent, &expect!["INVALID_FIELD: summary is empty"]);
}

#[test]
fn a_gate_holds_closing_and_recovering_back_until_an_office_overrides_it() {
    let mut home = Scenario::opened();
    home.pins("closure", 1);
    let shut = [gate("close", Step::Close, Answer::Unknown), gate("recover", Step::Recover, Answer::No)];
    home.advises("closure", &shut);
    check(
        &home.council(),
        becomes(Phase::Recovering),
        &expect![
            "GATE_SHUT: proposal 2 holds back incident.recover until its condition is met; an office-holder can override it with a reason"
        ],
    );
    home.council().does(becomes(Phase::Concern));
    check(
        &home.lead(),
        close(),
        &expect![
            "GATE_SHUT: proposal 1 holds back incident.close until its condition is met; an office-holder can override it with a reason"
        ],
    );
    home.advises("closure", &[gate("close", Step::Close, Answer::Yes)]);
    home.lead().does(close());
}

#[test]
fn a_concern_that_fails_keeps_its_record_and_its_72_hours_run_from_the_failure() {
    let mut home = Scenario::opened_with(&concern());
    home.forgets_what_was_told();
    home.later_hours(48);
    home.council().of_hours_ago(1).does(reclassify(IncidentKind::ProviderFailure, &[Failure::ProviderExit]));
    home.council().does(reclassify(IncidentKind::ProviderFailure, &[]));
    expect![[r#"
        Wed 6 Mar 2024
           4  08:00  council               reclassified as provider-failure (provider-exit): the provider called
           5  09:00  council               reclassified as provider-failure (type of failure not determined): the provider called
    "#]]
    .assert_eq(&home.told());
    expect![[r#"
        1 05 Feb 10:00 notified
        1 04 Mar 09:00 opened
        4 06 Mar 08:00 notified
        4 06 Mar 09:00 reclassified
        5 06 Mar 09:00 reclassified
    "#]]
    .assert_eq(&milestones(&home));
    expect![[r#"
        72-hours             Sat 09 Mar 08:00Z running
    "#]]
    .assert_eq(&home.clocks());
}

#[test]
fn a_service_put_right_keeps_its_place() {
    let mut home = Scenario::opened();
    home.council().does(amend(None, None, Some(service("annexe"))));
    home.council().does(amend(None, None, Some(Service { beds: Some(12), ..service("rosebank") })));
    expect![[r#"
        rosebank: nursing, 12 beds, risk level 4
        annexe: nursing, 31 beds, risk level 4
    "#]]
    .assert_eq(&home.reported("lifecycle"));
}

#[test]
fn an_amendment_says_something() {
    let mut home = Scenario::opened();
    check(&home.council(), amend(None, None, None), &expect!["INVALID_FIELD: amend is empty"]);
    check(&home.council(), amend(Some(""), None, None), &expect!["INVALID_FIELD: title is empty"]);
    let fifth = Service { risk_level: Some(5), ..service("rosebank") };
    check(
        &home.council(),
        amend(None, None, Some(fifth)),
        &expect!["INVALID_FIELD: service.risk_level: levels of risk are 1 to 4"],
    );
}

#[test]
fn two_incidents_are_linked_once_and_none_to_itself() {
    let mut home = Scenario::opened();
    check(
        &home.council(),
        link(7, Relation::SameProvider),
        &expect!["ALREADY_LINKED: the incident is linked to that one already, or is the same"],
    );
    home.council().does(link(8, Relation::SameProvider));
    check(
        &home.council(),
        link(8, Relation::Member),
        &expect!["ALREADY_LINKED: the incident is linked to that one already, or is the same"],
    );
}

#[test]
fn an_incident_is_opened_with_a_title_and_services_and_not_before_it_was_notified() {
    let now = at("2024-03-04T09:00:00Z");
    let refused = |opening: Opening| open(now, &opening).unwrap_err();
    let empty = |field| Refusal::Required { field };
    assert_eq!(refused(Opening { title: " ".to_owned(), ..opening() }), empty("title"));
    assert_eq!(refused(Opening { services: Vec::new(), ..opening() }), empty("services"));
    let twice = Opening { services: vec![service("rosebank"), service("rosebank")], ..opening() };
    assert_eq!(refused(twice).to_string(), "services: two services have the same id");
    let tomorrow = Opening { notified_at: at("2024-03-05T09:00:00Z"), ..opening() };
    assert_eq!(refused(tomorrow), Refusal::InTheFuture);
    let clock_ahead = Opening { notified_at: at("2024-03-04T09:00:59Z"), ..opening() };
    assert!(open(now, &clock_ahead).is_ok(), "a partner's clock may run a minute ahead");
}

#[test]
fn a_rehearsal_says_so_first() {
    let home = Scenario::opened_with(&Opening { exercise: true, ..opening() });
    expect![[r#"
        Mon 4 Mar 2024
           1  09:00  council               EXERCISE: opened "Rosebank" as provider-failure
           2  09:00  council               invited council (council, financial-and-operational)
           3  09:00  council               council joined
    "#]]
    .assert_eq(&home.told());
    assert!(home.incident.report(home.now).to_string().starts_with("EXERCISE - SITUATION REPORT: Rosebank"));
}

#[test]
fn a_large_failure_is_led_by_a_region() {
    let mut home = Scenario::opened();
    home.seats("adass", AgencyKind::Region, Interest::Operational);
    home.agency("adass").does(crate::incident::participants::Command::TakeOffice { office: Office::DassLead });
    home.council().does(becomes(Phase::Recovering));
    check(
        &home.agency("adass").holding(Office::DassLead),
        close(),
        &expect!["NOT_LEAD: only the lead agency may do this"],
    );
}
