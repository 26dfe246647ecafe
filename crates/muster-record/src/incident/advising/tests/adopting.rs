//! What people make of advice: adopt, decline, override, or let stand.

use super::*;

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
          11  09:00  [closure]             pinned closure 1.0.0 of council
          12  09:00  [closure]             advice on entry 11: 4 new, 0 revised, 0 withdrawn
                                             + proposal 1, action: find beds
                                             + proposal 2, draft: Rosebank closes (to families)
                                             + proposal 3, gate: no incident.close until everyone has a named worker (no)
                                             + proposal 4, finding: the section 48 duty is engaged (unknown)
          13  09:00  council               adopted proposal 1 (as incident-lead)
          14  09:00  council               raised A1 for icb: find beds, due Mon 4 Mar 15:00
          15  09:00  council               council took the office director-of-adult-social-services
          16  09:00  council               adopted proposal 2 (as director-of-adult-social-services)
          17  09:00  council               drafted C1 for families: Rosebank closes (the council approves)
          18  09:00  council               overrode proposal 3 (as incident-lead): the roof leaks
          19  09:00  council               declined proposal 4 (as incident-lead): not tonight
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
          16  09:00  council               adopted proposal 1 (as incident-lead)
          17  09:00  council               took 1 of O1 for person 1
          18  09:00  council               person 1 placed: O1, offered by region
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
