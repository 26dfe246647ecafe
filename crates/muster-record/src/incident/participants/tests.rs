//! Who is at the table, who holds which office, and that nobody else is told anything.

use expect_test::expect;

use super::Command;
use crate::agency::{AgencyKind, Interest, Office};
use crate::entry::{Author, Hand};
use crate::incident::{lifecycle, log};
use crate::situation::Phase;
use crate::testing::{Scenario, agency, check, named};

fn invite(name: &str, kind: AgencyKind, interest: Interest) -> Command {
    Command::Invite { agency: agency(name, kind), interest }
}

fn leave() -> Command {
    Command::Leave { reason: "nobody of ours lives there".to_owned() }
}

fn take(office: Office) -> Command {
    Command::TakeOffice { office }
}

fn offer(office: Office, to: &str) -> Command {
    Command::OfferHandover { office, to: named(to), brief: "nine people still to place".to_owned() }
}

fn accept(office: Office) -> Command {
    Command::AcceptHandover { office }
}

fn reject(office: Office) -> Command {
    Command::RejectHandover { office, cause: "nobody awake to take it".to_owned() }
}

fn interest(of: &str, interest: Interest) -> Command {
    Command::ChangeInterest { agency: named(of), interest, reason: "Table Two".to_owned() }
}

fn note(text: &str) -> log::Command {
    log::Command::Note { text: text.to_owned() }
}

#[test]
fn agencies_are_invited_join_change_their_interest_and_leave() {
    let mut home = Scenario::opened();
    home.council().does(invite("leeds", AgencyKind::PlacingAuthority, Interest::Information));
    home.agency("leeds").refused("NOT_PERMITTED", leave());
    home.agency("leeds").does(Command::Join);
    home.council().does(interest("leeds", Interest::Operational));
    home.council().does(invite("rosebank-ltd", AgencyKind::Provider, Interest::Operational));
    expect![[r#"
        council (council): financial-and-operational, leads
        cqc (regulator): oversight
        icb (health-commissioner): financial-and-operational
        leeds (placing-authority): operational
        region (region): information
        rosebank-ltd (provider): operational, invited, not joined yet
        incident-lead: council
    "#]]
    .assert_eq(&home.reported("participants"));
    home.agency("leeds").does(leave());
    home.agency("leeds").refused("NOT_PERMITTED", note("we forgot one"));
    expect![[r#"
        Mon 4 Mar 2024
          11  09:00  council               invited leeds (placing-authority, information)
              refused leeds: not permitted
          12  09:00  leeds                 leeds joined
          13  09:00  council               leeds is now operational: Table Two
          14  09:00  council               invited rosebank-ltd (provider, operational)
          15  09:00  leeds                 leeds left: nobody of ours lives there
              refused leeds: not permitted
    "#]]
    .assert_eq(&home.told());
    expect![[r#"
        council (council): financial-and-operational, leads
        cqc (regulator): oversight
        icb (health-commissioner): financial-and-operational
        region (region): information
        rosebank-ltd (provider): operational, invited, not joined yet
        incident-lead: council
    "#]]
    .assert_eq(&home.reported("participants"));
}

#[test]
fn a_stranger_is_told_the_same_whether_the_incident_is_open_or_closed() {
    let mut home = Scenario::opened();
    home.council().does(invite("leeds", AgencyKind::PlacingAuthority, Interest::Operational));
    home.council().does(interest("region", Interest::None));
    let reopen = || lifecycle::Command::Reopen { reason: "why not".to_owned() };
    for _ in ["open", "closed"] {
        for stranger in ["press", "leeds", "region"] {
            home.agency(stranger).refused("NOT_PERMITTED", note("hello"));
            home.agency(stranger).refused("NOT_PERMITTED", reopen());
            home.agency(stranger).holding(Office::Dass).refused("NOT_PERMITTED", note("hello"));
        }
        home.agency("press").refused("NOT_PERMITTED", Command::Join);
        if !home.incident.is_closed() {
            home.council().does(lifecycle::Command::ChangePhase { to: Phase::Concern, reason: "calm".to_owned() });
            home.lead().does(lifecycle::Command::Close { summary: "calm".to_owned() });
        }
    }
}

#[test]
fn a_rule_set_asks_for_nothing_even_in_the_name_of_the_lead() {
    let mut home = Scenario::opened();
    let mut lead = home.lead();
    lead.by.hand = Hand::RuleSet(named("closure"));
    check(&lead, note("close it"), &expect!["NOT_PERMITTED: not permitted"]);
}

#[test]
fn an_office_passes_to_the_next_shift_and_to_another_agency() {
    let mut home = Scenario::opened();
    home.lead().does(offer(Office::IncidentLead, "council"));
    expect![[r#"
        council (council): financial-and-operational, leads
        cqc (regulator): oversight
        icb (health-commissioner): financial-and-operational
        region (region): information
        incident-lead: council
        incident-lead: handover to council awaits an answer
    "#]]
    .assert_eq(&home.reported("participants"));
    home.later_hours(12);
    home.council().does(accept(Office::IncidentLead));
    home.lead().does(offer(Office::IncidentLead, "icb"));
    home.council().refused("NO_HANDOVER", accept(Office::IncidentLead));
    home.icb().does(reject(Office::IncidentLead));
    home.icb().refused("NO_HANDOVER", accept(Office::IncidentLead));
    home.lead().does(offer(Office::IncidentLead, "icb"));
    home.icb().does(accept(Office::IncidentLead));
    home.lead().refused("NOT_YOUR_OFFICE", note("still here"));
    expect![[r#"
        Mon 4 Mar 2024
          11  09:00  council               offers the office incident-lead to council: nine people still to place
          12  21:00  council               council took over the office incident-lead
          13  21:00  council               offers the office incident-lead to icb: nine people still to place
              refused council: no handover of incident-lead to your agency is open
          14  21:00  icb                   icb did not take over the office incident-lead: nobody awake to take it
              refused icb: no handover of incident-lead to your agency is open
          15  21:00  council               offers the office incident-lead to icb: nine people still to place
          16  21:00  icb                   icb took over the office incident-lead
              refused council: your agency does not hold the office incident-lead in this incident: take it first, or name another
    "#]].assert_eq(&home.told());
    expect![[r#"
        council (council): financial-and-operational, leads
        cqc (regulator): oversight
        icb (health-commissioner): financial-and-operational
        region (region): information
        incident-lead: icb
    "#]]
    .assert_eq(&home.reported("participants"));
}

#[test]
fn who_takes_a_free_office_ends_the_handover_of_it_that_waited() {
    let mut home = Scenario::opened();
    home.seats("leeds", AgencyKind::Council, Interest::Operational);
    home.agency("leeds").does(take(Office::Dass));
    home.agency("leeds").holding(Office::Dass).does(offer(Office::Dass, "council"));
    home.agency("leeds").does(leave());
    home.council().does(take(Office::Dass));
    check(
        &home.council(),
        accept(Office::Dass),
        &expect!["NO_HANDOVER: no handover of director-of-adult-social-services to your agency is open"],
    );
}

#[test]
fn an_office_is_held_once_and_only_by_its_kind_of_agency() {
    let mut home = Scenario::opened();
    check(
        &home.icb(),
        take(Office::IncidentLead),
        &expect!["OFFICE_TAKEN: the office incident-lead is held by council; it can be handed over"],
    );
    check(
        &home.cqc(),
        take(Office::Dass),
        &expect!["OFFICE_NOT_FOR_KIND: the office director-of-adult-social-services is not one that a regulator holds"],
    );
    check(
        &home.lead(),
        offer(Office::IncidentLead, "cqc"),
        &expect!["OFFICE_NOT_FOR_KIND: the office incident-lead is not one that a regulator holds"],
    );
    check(
        &home.lead(),
        offer(Office::IncidentLead, "press"),
        &expect!["RESOURCE_NOT_FOUND: this record has no participant press"],
    );
    check(
        &home.icb(),
        offer(Office::IncidentLead, "icb"),
        &expect![
            "NOT_YOUR_OFFICE: your agency does not hold the office incident-lead in this incident: take it first, or name another"
        ],
    );
    check(
        &home.icb().holding(Office::Dass),
        note("we decide"),
        &expect![
            "NOT_YOUR_OFFICE: your agency does not hold the office director-of-adult-social-services in this incident: take it first, or name another"
        ],
    );
}

#[test]
fn an_agency_that_is_no_longer_involved_holds_no_office_and_gets_no_work() {
    let mut home = Scenario::opened();
    home.icb().does(take(Office::DirectorOfNursing));
    home.lead().does(offer(Office::IncidentLead, "icb"));
    home.council().does(interest("icb", Interest::None));
    let action =
        crate::incident::actions::Command::Raise { title: "find beds".to_owned(), owner: named("icb"), due: None };
    home.council().refused("RESOURCE_NOT_FOUND", action);
    home.lead().refused("RESOURCE_NOT_FOUND", offer(Office::IncidentLead, "icb"));
    expect![[r#"
        council (council): financial-and-operational, leads
        cqc (regulator): oversight
        icb (health-commissioner): none
        region (region): information
        incident-lead: council
    "#]]
    .assert_eq(&home.reported("participants"));
}

#[test]
fn the_lead_stays_and_stays_operational() {
    let mut home = Scenario::opened();
    check(
        &home.council(),
        leave(),
        &expect!["LEAD_STAYS: the lead agency cannot leave, nor have less than an operational interest"],
    );
    check(
        &home.council(),
        interest("council", Interest::Oversight),
        &expect!["LEAD_STAYS: the lead agency cannot leave, nor have less than an operational interest"],
    );
    check(
        &home.council(),
        interest("council", Interest::Operational),
        &expect!["council is now operational: Table Two"],
    );
    check(&home.icb(), interest("cqc", Interest::None), &expect!["NOT_LEAD: only the lead agency may do this"]);
    check(
        &home.council(),
        interest("press", Interest::None),
        &expect!["RESOURCE_NOT_FOUND: this record has no participant press"],
    );
}

#[test]
fn nobody_is_seated_twice_or_for_nothing_or_by_an_overseer() {
    let mut home = Scenario::opened();
    check(
        &home.council(),
        invite("icb", AgencyKind::HealthCommissioner, Interest::Operational),
        &expect!["ALREADY_INVITED: icb has a seat already"],
    );
    check(
        &home.council(),
        invite("leeds", AgencyKind::Council, Interest::None),
        &expect!["INVALID_FIELD: interest: an agency with no interest needs no seat"],
    );
    check(
        &home.cqc(),
        invite("leeds", AgencyKind::Council, Interest::Operational),
        &expect![[
            r#"INTEREST_TOO_LOW: an agency with interest "oversight" may not do this; it needs an operational one"#
        ]],
    );
    check(&home.icb(), Command::Join, &expect!["ALREADY_JOINED: your agency has joined already"]);
}

#[test]
fn what_has_not_happened_yet_is_not_written() {
    let home = Scenario::opened();
    let mut early = home.clone();
    early.later_hours(1);
    let tomorrow = early.now;
    let said = |now, occurred_at| {
        let by = Author::system(named("council"), "desk");
        home.incident.decide(now, &by, occurred_at, &note("x").into()).map_err(|refusal| refusal.reason())
    };
    assert_eq!(said(home.now, tomorrow), Err("IN_THE_FUTURE"));
    assert!(said(home.now, home.now + chrono::TimeDelta::seconds(60)).is_ok());
    assert_eq!(said(home.now, home.now + chrono::TimeDelta::milliseconds(60_001)), Err("IN_THE_FUTURE"));
    let last_year = home.now - chrono::TimeDelta::days(366);
    assert!(said(home.now, last_year).is_ok(), "warning signs are older than the incident");
    home.holds();
}
