//! Advice is compared with what stands, and people make of it what they will.

use expect_test::expect;

use super::{Command, Looked, Outcome, ProposalState};
use crate::advice::{Advice, Allocation, Answer, Draft, Finding, Item, Step};
use crate::agency::{AgencyKind, Interest, Office};
use crate::entry::Hash;
use crate::ids::{ActionNo, ProposalNo, Seq};
use crate::incident::{actions, offers, participants, people};
use crate::situation::OfferKind;
use crate::testing::{Scenario, action, check, gate, involvement, named, options, question, resident};

fn adopt(number: u32) -> Command {
    Command::Adopt { proposal: ProposalNo(number) }
}

fn decline(number: u32) -> Command {
    Command::Decline { proposal: ProposalNo(number), reason: "not tonight".to_owned() }
}

fn over(number: u32) -> Command {
    Command::OverrideGate { proposal: ProposalNo(number), reason: "the roof leaks".to_owned() }
}

fn stand(rule_set: &str) -> Command {
    Command::SetStanding { rule_set: named(rule_set), reason: "the 72-hour protocol".to_owned() }
}

fn end(rule_set: &str) -> Command {
    Command::EndStanding { rule_set: named(rule_set), reason: "the first night is over".to_owned() }
}

fn draft(title: &str) -> Item {
    Item::Draft(Draft {
        key: "letter".to_owned(),
        audience: "families".to_owned(),
        title: title.to_owned(),
        body: "We are writing".to_owned(),
        approved_by: AgencyKind::Council,
        cites: Vec::new(),
    })
}

fn allocation(person: &str, to: &str) -> Item {
    let (key, because) = (format!("allocate/{person}"), vec!["nursing".to_owned()]);
    Item::Allocation(Allocation { key, person: person.to_owned(), to: to.to_owned(), rank: 1, because })
}

fn finding() -> Item {
    Item::Finding(Finding {
        key: "s48".to_owned(),
        subject: "the council".to_owned(),
        verdict: Answer::Unknown,
        title: "the section 48 duty is engaged".to_owned(),
        because: Vec::new(),
        cites: Vec::new(),
    })
}

fn beds() -> Item {
    action("beds", "find beds")
}

fn advised(items: &[Item]) -> Scenario {
    let mut home = Scenario::opened();
    home.pins("closure", 1);
    home.advises("closure", items);
    home
}

fn states(home: &Scenario) -> Vec<ProposalState> {
    home.incident.advising.proposals.iter().map(|proposal| proposal.state).collect()
}

#[test]
fn only_the_difference_is_written() {
    let mut home = advised(&[beds(), draft("Rosebank closes")]);
    home.advises("closure", &[beds(), draft("Rosebank closes")]);
    home.later_hours(1);
    home.advises("closure", &[draft("Rosebank closes on Thursday"), finding()]);
    home.later_hours(1);
    home.fails("closure", "out-of-fuel");
    home.fails("closure", "out-of-fuel");
    expect![[r#"
        closure 1.0.0: 2 open, 0 adopted, 0 declined, FAILING: out-of-fuel
    "#]]
    .assert_eq(&home.reported("advice"));
    home.advises("closure", &[draft("Rosebank closes on Thursday"), finding()]);
    home.advises("closure", &[draft("Rosebank closes on Thursday"), finding()]);
    expect![[r#"
        Mon 4 Mar 2024
          11  09:00  [closure]    pinned closure 1.0.0 of council
          12  09:00  [closure]    advice on entry 11: 2 new, 0 revised, 0 withdrawn
                                    + proposal 1, action: find beds
                                    + proposal 2, draft: Rosebank closes (to families)
          13  10:00  [closure]    advice on entry 12: 1 new, 1 revised, 1 withdrawn
                                    + proposal 3, finding: the section 48 duty is engaged (unknown)
                                    ~ proposal 2, draft: Rosebank closes on Thursday (to families)
                                    - proposal 1
          14  11:00  [closure]    closure could not advise on entry 13: out-of-fuel
          15  11:00  [closure]    advice on entry 14: 0 new, 0 revised, 0 withdrawn
    "#]]
    .assert_eq(&home.told());
    expect![[r#"
        closure 1.0.0: 2 open, 0 adopted, 0 declined
    "#]]
    .assert_eq(&home.reported("advice"));
}

#[test]
fn people_adopt_decline_and_override() {
    let shut = gate("named-worker", Step::Close, Answer::No);
    let mut home = advised(&[beds(), draft("Rosebank closes"), shut, finding()]);
    home.lead().does(adopt(1));
    home.council().taking(Office::Dass).does(adopt(2));
    home.lead().does(over(3));
    home.lead().does(decline(4));
    expect![[r#"
        Mon 4 Mar 2024
          11  09:00  [closure]    pinned closure 1.0.0 of council
          12  09:00  [closure]    advice on entry 11: 4 new, 0 revised, 0 withdrawn
                                    + proposal 1, action: find beds
                                    + proposal 2, draft: Rosebank closes (to families)
                                    + proposal 3, gate: no incident.close until everyone has a named worker (no)
                                    + proposal 4, finding: the section 48 duty is engaged (unknown)
          13  09:00  council      adopted proposal 1 (as incident-lead)
          14  09:00  council      raised A1 for icb: find beds, due Mon 4 Mar 15:00
          15  09:00  council      council took the office director-of-adult-social-services
          16  09:00  council      adopted proposal 2 (as director-of-adult-social-services)
          17  09:00  council      drafted C1 for families: Rosebank closes (the council approves)
          18  09:00  council      overrode proposal 3 (as incident-lead): the roof leaks
          19  09:00  council      declined proposal 4 (as incident-lead): not tonight
    "#]]
    .assert_eq(&home.told());
    expect![[r#"
        closure 1.0.0: 0 open, 2 adopted, 1 declined
    "#]]
    .assert_eq(&home.reported("advice"));
    use ProposalState::{Adopted, Declined, Overridden};
    assert_eq!(states(&home), [Adopted, Adopted, Overridden, Declined]);
    check(&home.lead(), adopt(1), &expect!["PROPOSAL_NOT_OPEN: proposal 1 is not open"]);
    check(&home.lead(), over(3), &expect!["PROPOSAL_NOT_OPEN: proposal 3 is not open"]);
    check(&home.lead(), decline(5), &expect!["RESOURCE_NOT_FOUND: this record has no proposal 5"]);
}

#[test]
fn what_is_not_for_adopting_says_what_to_do_instead() {
    let ask = question("provider.insolvent", AgencyKind::Council);
    let shut = gate("named-worker", Step::Close, Answer::No);
    let mut home = advised(&[ask, options("who", Office::IncidentLead), finding(), shut, beds()]);
    check(
        &home.lead(),
        adopt(1),
        &expect!["NOT_ADOPTABLE: that does not fit a proposal of the kind question: answer it"],
    );
    check(
        &home.lead(),
        adopt(2),
        &expect!["NOT_ADOPTABLE: that does not fit a proposal of the kind options: decide on it, with reasons"],
    );
    check(
        &home.lead(),
        adopt(3),
        &expect![
            "NOT_ADOPTABLE: that does not fit a proposal of the kind finding: it is there to be read; it can be declined"
        ],
    );
    check(
        &home.lead(),
        adopt(4),
        &expect![
            "NOT_ADOPTABLE: that does not fit a proposal of the kind gate: meet its condition, or override it with a reason"
        ],
    );
    check(
        &home.lead(),
        decline(4),
        &expect!["NOT_ADOPTABLE: that does not fit a proposal of the kind gate: override it, with a reason"],
    );
    check(
        &home.lead(),
        over(5),
        &expect!["NOT_ADOPTABLE: that does not fit a proposal of the kind action: only a gate is overridden"],
    );
}

#[test]
fn an_office_settles_what_concerns_its_kind_of_agency() {
    let mut home = advised(&[beds(), draft("Rosebank closes")]);
    check(
        &home.council(),
        adopt(1),
        &expect![
            "OFFICE_NEEDED: this has to be done for one of these offices: incident-lead, director-of-nursing-and-clinical-transformation, director-of-adult-social-services, dass-lead, health-link"
        ],
    );
    check(
        &home.icb().taking(Office::HealthLink),
        adopt(1),
        &expect![[r#"
        adopted proposal 1 (as health-link)
        raised A1 for icb: find beds, due Mon 4 Mar 15:00"#]],
    );
    check(
        &home.icb().holding(Office::HealthLink),
        adopt(2),
        &expect![
            "OFFICE_NEEDED: this has to be done for one of these offices: incident-lead, head-of-commissioning-and-quality, director-of-adult-social-services, regional-chair, regional-vice-chair, dass-lead, safeguarding-coordinator, families-coordinator, transport-coordinator"
        ],
    );
    check(
        &home.cqc(),
        adopt(1),
        &expect![[
            r#"INTEREST_TOO_LOW: an agency with interest "oversight" may not do this; it needs an operational one"#
        ]],
    );
}

#[test]
fn an_adopted_involvement_changes_an_interest_but_never_unseats_the_lead() {
    let region = involvement(AgencyKind::Region, Interest::Operational);
    let council = involvement(AgencyKind::Council, Interest::Information);
    let provider = involvement(AgencyKind::Provider, Interest::Information);
    let regulator = involvement(AgencyKind::Regulator, Interest::Oversight);
    let mut home = advised(&[region, council, provider, regulator]);
    check(
        &home.lead(),
        adopt(1),
        &expect![[r#"
        adopted proposal 1 (as incident-lead)
        region is now operational: Table Two"#]],
    );
    check(
        &home.lead(),
        adopt(2),
        &expect!["LEAD_STAYS: the lead agency cannot leave, nor have less than an operational interest"],
    );
    check(
        &home.lead(),
        adopt(3),
        &expect![
            "NOT_ADOPTABLE: that does not fit a proposal of the kind involvement: invite an agency of that kind with that interest; the advice is then met"
        ],
    );
    check(&home.lead(), adopt(4), &expect!["adopted proposal 4 (as incident-lead)"]);
}

#[test]
fn an_adopted_allocation_takes_the_bed_and_places_the_person_once() {
    let mut home = Scenario::opened();
    home.council().does(people::Command::Register { details: resident() });
    home.council().does(people::Command::Register { details: resident() });
    let now = home.now;
    home.region().does(offers::Command::Offer { kind: OfferKind::Bed, quantity: 1, as_at: now, detail: Vec::new() });
    home.pins("matching", 1);
    let items = [
        allocation("person-1", "offer-1"),
        allocation("person-2", "offer-1"),
        allocation("person-9", "offer-1"),
        allocation("person-x", "offer-1"),
        allocation("person-3", ""),
    ];
    home.advises("matching", &items);
    home.forgets_what_was_told();
    home.lead().does(adopt(1));
    expect![[r#"
        Mon 4 Mar 2024
          16  09:00  council      adopted proposal 1 (as incident-lead)
          17  09:00  council      took 1 of O1 for person 1
          18  09:00  council      person 1 placed: O1, offered by region
    "#]]
    .assert_eq(&home.told());
    check(&home.lead(), adopt(2), &expect!["NOT_ENOUGH_LEFT: the offer has 0 left"]);
    check(&home.lead(), adopt(3), &expect!["RESOURCE_NOT_FOUND: this record has no person 9"]);
    check(&home.lead(), adopt(4), &expect!["RESOURCE_NOT_FOUND: this record has no person person-x"]);
    check(
        &home.lead(),
        adopt(5),
        &expect![
            "NOT_ADOPTABLE: that does not fit a proposal of the kind allocation: no place was found for this person"
        ],
    );
    home.region().does(offers::Command::Offer { kind: OfferKind::Bed, quantity: 1, as_at: now, detail: Vec::new() });
    home.advises("matching", &[allocation("person-1", "offer-2"), allocation("person-2", "offer-2")]);
    check(
        &home.lead(),
        adopt(2),
        &expect![[r#"
        adopted proposal 2 (as incident-lead)
        took 1 of O2 for person 2
        person 2 placed: O2, offered by region"#]],
    );
}

#[test]
fn an_adopted_action_goes_to_the_agency_named_else_to_its_kind_else_to_the_lead() {
    let Item::Action(to_icb) = beds() else { panic!("an action") };
    let mut unnamed = to_icb.clone();
    (unnamed.key, unnamed.owner) = ("nobody".to_owned(), AgencyKind::Provider);
    let mut to_cqc = to_icb;
    (to_cqc.key, to_cqc.owner_agency) = ("named".to_owned(), Some(named("cqc")));
    let mut home = advised(&[beds(), Item::Action(unnamed), Item::Action(to_cqc)]);
    let owners = |home: &Scenario| -> Vec<String> {
        home.incident.actions.list.iter().map(|action| action.owner.to_string()).collect()
    };
    for number in 1..=3 {
        home.lead().does(adopt(number));
    }
    assert_eq!(owners(&home), ["icb", "council", "cqc"]);
}

#[test]
fn an_item_withdrawn_and_given_again_keeps_its_number_and_is_open() {
    let mut home = advised(&[beds(), finding()]);
    home.advises("closure", &[finding()]);
    assert_eq!(states(&home), [ProposalState::Withdrawn, ProposalState::Open]);
    home.advises("closure", &[draft("Rosebank closes"), finding(), beds()]);
    assert_eq!(states(&home), [ProposalState::Open; 3]);
    let given = |number| home.incident.advising.proposal(ProposalNo(number)).unwrap();
    assert_eq!((given(1).item.key(), given(3).item.key()), ("beds", "letter"));
    assert_eq!((given(1).given, given(1).stated), (Seq(12), Seq(14)));
}

#[test]
fn what_was_declined_stays_declined_until_it_says_something_else() {
    let mut home = advised(&[beds()]);
    home.lead().does(decline(1));
    home.advises("closure", &[beds()]);
    home.advises("closure", &[]);
    home.advises("closure", &[beds()]);
    assert_eq!(states(&home), [ProposalState::Declined]);
    home.advises("closure", &[action("beds", "find nine beds")]);
    assert_eq!(states(&home), [ProposalState::Open]);
}

#[test]
fn what_was_adopted_stays_adopted_whatever_the_rule_set_says_later() {
    let mut home = advised(&[beds()]);
    home.lead().does(adopt(1));
    home.advises("closure", &[action("beds", "find nine beds")]);
    home.advises("closure", &[]);
    home.advises("closure", &[beds()]);
    assert_eq!(states(&home), [ProposalState::Adopted]);
    assert_eq!(home.incident.actions.list.len(), 1);
}

#[test]
fn a_gate_that_was_overridden_shuts_again_only_when_it_says_something_else() {
    let shut = gate("named-worker", Step::Close, Answer::No);
    let mut home = advised(std::slice::from_ref(&shut));
    home.lead().does(over(1));
    home.advises("closure", &[shut]);
    assert_eq!(home.incident.advising.shut_gate(Step::Close), None);
    home.advises("closure", &[gate("named-worker", Step::Close, Answer::Unknown)]);
    assert_eq!(home.incident.advising.shut_gate(Step::Close), Some(ProposalNo(1)));
    home.advises("closure", &[gate("named-worker", Step::Close, Answer::Yes)]);
    assert_eq!(home.incident.advising.shut_gate(Step::Close), None);
}

#[test]
fn a_standing_decision_raises_each_new_action_once_and_nothing_else() {
    let mut home = advised(&[beds()]);
    home.lead().does(stand("closure"));
    home.forgets_what_was_told();
    let letters = action("letters", "write to the families");
    let all = [beds(), letters.clone(), draft("Rosebank closes"), action("transport", "order two buses")];
    home.advises("closure", &all);
    home.advises("closure", &all);
    home.advises("closure", &[letters]);
    home.advises("closure", &all);
    home.lead().does(end("closure"));
    home.advises("closure", &[action("keys", "find the keys")]);
    expect![[r#"
        Mon 4 Mar 2024
          14  09:00  [closure]    advice on entry 13: 3 new, 0 revised, 0 withdrawn
                                    + proposal 2, action: write to the families
                                    + proposal 3, draft: Rosebank closes (to families)
                                    + proposal 4, action: order two buses
          15  09:00  [closure]    adopted proposal 2 (as incident-lead)
          16  09:00  [closure]    raised A1 for icb: write to the families, due Mon 4 Mar 15:00
          17  09:00  [closure]    adopted proposal 4 (as incident-lead)
          18  09:00  [closure]    raised A2 for icb: order two buses, due Mon 4 Mar 15:00
          19  09:00  [closure]    advice on entry 18: 0 new, 0 revised, 2 withdrawn
                                    - proposal 1
                                    - proposal 3
          20  09:00  [closure]    advice on entry 19: 2 new, 0 revised, 0 withdrawn
                                    + proposal 1, action: find beds
                                    + proposal 3, draft: Rosebank closes (to families)
          21  09:00  [closure]    adopted proposal 1 (as incident-lead)
          22  09:00  [closure]    raised A3 for icb: find beds, due Mon 4 Mar 15:00
          23  09:00  council      the actions of closure are no longer raised at once: the first night is over
          24  09:00  [closure]    advice on entry 23: 1 new, 0 revised, 1 withdrawn
                                    + proposal 5, action: find the keys
                                    - proposal 3
    "#]]
    .assert_eq(&home.told());
}

#[test]
fn an_action_raised_at_once_names_the_standing_decision_as_its_cause() {
    let mut home = advised(&[]);
    home.lead().does(stand("closure"));
    expect![[r#"
        closure 1.0.0: 0 open, 0 adopted, 0 declined, actions raised at once by entry 12
    "#]]
    .assert_eq(&home.reported("advice"));
    let decided = home.incident.seq;
    home.advises("closure", &[beds()]);
    let causes: Vec<Option<Seq>> =
        home.record.iter().rev().take(3).map(|sealed| sealed.open().unwrap().envelope.cause).collect();
    assert_eq!(causes, [Some(decided), Some(decided), None]);
}

#[test]
fn an_action_raised_at_once_and_cancelled_is_not_raised_again() {
    let mut home = advised(&[]);
    home.lead().does(stand("closure"));
    home.advises("closure", &[beds()]);
    home.council().does(actions::Command::Cancel { action: ActionNo(1), reason: "a buyer".to_owned() });
    home.advises("closure", &[]);
    home.advises("closure", &[beds()]);
    assert_eq!(home.incident.actions.list.len(), 1);
}

#[test]
fn only_an_office_of_its_owner_lets_a_rule_sets_actions_stand() {
    let mut home = advised(&[]);
    check(
        &home.council(),
        stand("closure"),
        &expect![
            "OFFICE_NEEDED: this has to be done for one of these offices: incident-lead, director-of-adult-social-services, head-of-commissioning-and-quality, dass-lead"
        ],
    );
    check(&home.lead(), stand("outbreak"), &expect!["RULE_SET_NOT_FOUND: the incident has no rule set of that name"]);
    check(
        &home.lead(),
        end("closure"),
        &expect!["STANDING_ALREADY_SO: the rule set's standing decision is already so"],
    );
    home.lead().does(participants::Command::OfferHandover {
        office: Office::IncidentLead,
        to: named("icb"),
        brief: "a health matter now".to_owned(),
    });
    home.icb().does(participants::Command::AcceptHandover { office: Office::IncidentLead });
    check(&home.icb().holding(Office::IncidentLead), stand("closure"), &expect!["NOT_PERMITTED: not permitted"]);
    home.council().taking(Office::Dass).does(stand("closure"));
    check(
        &home.council().holding(Office::Dass),
        stand("closure"),
        &expect!["STANDING_ALREADY_SO: the rule set's standing decision is already so"],
    );
}

#[test]
fn a_rule_set_that_is_not_used_here_or_not_in_that_version_adds_nothing() {
    let mut home = advised(&[]);
    assert!(home.would_advise("outbreak", &[beds()]).is_empty());
    let looked = Looked {
        component: Hash([1; 32]),
        settings: Hash([9; 32]),
        seq: home.incident.seq,
        as_of: home.now,
        situation: Hash::NONE,
        fuel_used: 0,
        fuel_limit: 0,
    };
    let advice = Advice { items: vec![beds()], look_again_at: None };
    let answered = Outcome::Answered { advice, digest: Hash::NONE };
    let added = |home: &Scenario| home.incident.reconcile(&named("closure"), &looked, &answered).len();
    assert_eq!(added(&home), 1);
    home.pins("closure", 2);
    assert_eq!(added(&home), 0, "that was the version before");
}

#[test]
fn a_new_version_starts_without_the_failure_of_the_one_before() {
    let mut home = advised(&[beds()]);
    home.fails("closure", "trapped");
    home.pins("closure", 2);
    expect![[r#"
        closure 2.0.0: 1 open, 0 adopted, 0 declined
    "#]]
    .assert_eq(&home.reported("advice"));
    home.fails("closure", "trapped");
    expect![[r#"
        closure 2.0.0: 1 open, 0 adopted, 0 declined, FAILING: trapped
    "#]]
    .assert_eq(&home.reported("advice"));
}

#[test]
fn two_rule_sets_keep_their_items_apart() {
    let mut home = advised(&[beds()]);
    home.pins("outbreak", 1);
    home.advises("outbreak", &[action("beds", "close the beds")]);
    home.advises("closure", &[]);
    assert_eq!(states(&home), [ProposalState::Withdrawn, ProposalState::Open]);
    assert_eq!(home.incident.advising.proposals[1].full_key(), "outbreak/beds");
}

#[test]
fn one_key_is_one_proposal_even_if_a_rule_set_gives_it_twice() {
    let mut home = advised(&[]);
    home.lead().does(stand("closure"));
    let twice = [beds(), action("beds", "find nine beds")];
    home.advises("closure", &twice);
    assert_eq!((states(&home), home.incident.actions.list.len()), (vec![ProposalState::Adopted], 1));
    assert!(home.would_advise("closure", &twice).is_empty());
}
