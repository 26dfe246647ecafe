//! Every reason code is reached, and the list of them is part of the API.

use std::collections::BTreeSet;

use expect_test::expect;

use crate::advice::{Answer, Step};
use crate::agency::{AgencyKind, Interest, Office};
use crate::erasing::{Erasure, Extent};
use crate::identity::Basis;
use crate::ids::{
    ActionNo, CommunicationNo, EscalationNo, IncidentId, MeetingNo, OfferNo, PersonNo, ProposalNo, RestrictionNo, Seq,
};
use crate::incident::{
    actions, advising, answers, clocks, communications, decisions, escalation, lifecycle, log, meetings, offers,
    participants, people, restrictions, review,
};
use crate::situation::{CareStatus, FactValue, MeetingKind, OfferKind, Phase, RestrictionBasis, RestrictionKind};
use crate::testing::{Scenario, agency, gate, named, resident};
use crate::time::hours_after;

/// The codes in the source, so that a new one is missed here.
fn codes() -> BTreeSet<&'static str> {
    let quoted = include_str!("../refusal/reason.rs").split('"').skip(1).step_by(2);
    quoted.filter(|text| text.bytes().all(|byte| byte.is_ascii_uppercase() || byte == b'_')).collect()
}

fn text() -> String {
    "because".to_owned()
}

fn note() -> log::Command {
    log::Command::Note { text: text() }
}

#[test]
fn every_reason_code_is_reached_but_the_two_that_the_coordinator_gives() {
    let mut reached = BTreeSet::from(["SEQ_CONFLICT", "WITHHELD_FORBIDS"]);
    for story in [table, lifecycle_and_clocks, work, people_and_offers, identities, advice, sharing_and_glass] {
        let mut home = Scenario::opened();
        story(&mut home);
        home.holds();
        reached.append(&mut home.reasons);
    }
    assert_eq!(reached, codes());
    let listed: String = codes().iter().map(|code| format!("{code}\n")).collect();
    expect![[r#"
        ACTION_STATE
        AHEAD_OF_THE_RECORD
        ALREADY_ACKNOWLEDGED
        ALREADY_APPROVED
        ALREADY_INVITED
        ALREADY_JOINED
        ALREADY_LIFTED
        ALREADY_LINKED
        ALREADY_REVIEWED
        ALREADY_STEPPED_DOWN
        CHOICE_NOT_WEIGHED
        CLOCK_PAUSED
        CLOCK_RUNNING
        GATE_SHUT
        GLASS_ALREADY_BROKEN
        GLASS_CLOSED
        IDENTITY_ERASED
        IDENTITY_NOT_FOR_KIND
        INCIDENT_CLOSED
        INCIDENT_NOT_CLOSED
        INTEREST_TOO_LOW
        INVALID_FIELD
        IN_THE_FUTURE
        LEAD_STAYS
        MEETING_ALREADY_HELD
        MEETING_NOT_HELD
        NOT_ADOPTABLE
        NOT_APPROVED
        NOT_ASKED_OF_YOU
        NOT_ENOUGH_LEFT
        NOT_ESCALATED_TO_YOU
        NOT_LEAD
        NOT_PERMITTED
        NOT_TAKEN
        NOT_YOURS_TO_SHARE
        NOT_YOUR_ACTION
        NOT_YOUR_APPROVAL
        NOT_YOUR_GLASS
        NOT_YOUR_OFFER
        NOT_YOUR_OFFICE
        NOT_YOUR_PERSON
        NO_HANDOVER
        NO_WELLBEING_CHECK
        OFFER_WITHDRAWN
        OFFICE_NEEDED
        OFFICE_NOT_FOR_KIND
        OFFICE_TAKEN
        OWN_GLASS
        PHASE_NOT_REACHABLE
        PROPOSAL_NOT_OPEN
        RESOURCE_NOT_FOUND
        RULE_SET_NOT_FOUND
        SEQ_CONFLICT
        SHARE_ENDED
        STANDING_ALREADY_SO
        STATUS_NOT_REACHABLE
        VOLUNTARY_NEEDS_AGREEMENT
        WELLBEING_ALREADY_DUE
        WITHHELD_FORBIDS
    "#]]
    .assert_eq(&listed);
}

fn table(home: &mut Scenario) {
    let seat = |kind, name: &str| participants::Command::Invite {
        agency: agency(name, kind),
        interest: Interest::Operational,
    };
    home.agency("press").refused("NOT_PERMITTED", note());
    home.region().refused("INTEREST_TOO_LOW", note());
    home.icb().refused("NOT_LEAD", lifecycle::Command::ChangePhase { to: Phase::Responding, reason: text() });
    home.icb().holding(Office::Dass).refused("NOT_YOUR_OFFICE", note());
    home.council().refused("ALREADY_INVITED", seat(AgencyKind::Region, "region"));
    home.icb().refused("ALREADY_JOINED", participants::Command::Join);
    home.council().refused("LEAD_STAYS", participants::Command::Leave { reason: text() });
    home.icb().refused("OFFICE_TAKEN", participants::Command::TakeOffice { office: Office::IncidentLead });
    home.icb().refused("OFFICE_NOT_FOR_KIND", participants::Command::TakeOffice { office: Office::Dass });
    home.icb().refused("NO_HANDOVER", participants::Command::AcceptHandover { office: Office::IncidentLead });
    home.council().refused("INVALID_FIELD", log::Command::Note { text: String::new() });
    home.council()
        .of_hours_ago(0)
        .refused("AHEAD_OF_THE_RECORD", log::Command::Correct { entry: Seq(99), text: text() });
    let (key, asks) = ("insolvent".to_owned(), "Is it?".to_owned());
    home.council().does(answers::Command::Ask { key: key.clone(), asks, of: AgencyKind::Region });
    let value = FactValue::Answer(Answer::Yes);
    home.cqc().refused("NOT_ASKED_OF_YOU", answers::Command::Answer { key, value, source: text() });
    home.council().does(escalation::Command::Raise { to: AgencyKind::Region, matter: text() });
    let acknowledge = || escalation::Command::Acknowledge { escalation: EscalationNo(1) };
    home.icb().refused("NOT_ESCALATED_TO_YOU", acknowledge());
    home.region().does(acknowledge());
    home.region().refused("ALREADY_ACKNOWLEDGED", acknowledge());
    home.council().does(escalation::Command::StepDown { escalation: EscalationNo(1), reason: text() });
    home.region().refused("ALREADY_STEPPED_DOWN", acknowledge());
}

fn lifecycle_and_clocks(home: &mut Scenario) {
    let phase = |to| lifecycle::Command::ChangePhase { to, reason: text() };
    let relation = lifecycle::Relation::Member;
    let itself = lifecycle::Command::Link(lifecycle::Link {
        incident: IncidentId::from_bytes([7; 16]),
        relation,
        authority: None,
        brand: None,
    });
    home.council().refused("ALREADY_LINKED", itself);
    home.council().refused("INCIDENT_NOT_CLOSED", lifecycle::Command::Reopen { reason: text() });
    home.council().refused("PHASE_NOT_REACHABLE", phase(Phase::Closed));
    let clock = clocks::Clock::SeventyTwoHours;
    home.lead().refused("CLOCK_RUNNING", clocks::Command::Resume { clock, reason: text() });
    home.lead().does(clocks::Command::Pause { clock, reason: text() });
    home.lead().refused("CLOCK_PAUSED", clocks::Command::Pause { clock, reason: text() });
    home.council().does(phase(Phase::Recovering));
    let close = || lifecycle::Command::Close { summary: text() };
    home.council().refused("OFFICE_NEEDED", close());
    home.lead().does(close());
    home.icb().refused("INCIDENT_CLOSED", note());
}

fn work(home: &mut Scenario) {
    let action = ActionNo(1);
    home.council().does(actions::Command::Raise { title: text(), owner: named("icb"), due: None });
    home.council().refused("NOT_YOUR_ACTION", actions::Command::Accept { action });
    home.icb().does(actions::Command::Accept { action });
    home.icb().refused("ACTION_STATE", actions::Command::Accept { action });
    let reasons = decisions::Reasons {
        information: text(),
        risk_and_strategy: text(),
        powers_and_policy: text(),
        options: Vec::new(),
        action_and_review: text(),
    };
    let (question, chosen) = (text(), text());
    let decide = decisions::Command::Decide { question, chosen, reasons, proposal: None, recommendation: None };
    home.lead().refused("CHOICE_NOT_WEIGHED", decide);
    let meeting = MeetingNo(1);
    let at = home.now;
    home.council().does(meetings::Command::Call { kind: MeetingKind::Other, at, about: text() });
    home.council().refused("MEETING_NOT_HELD", meetings::Command::Minute { meeting, text: text() });
    home.council().does(meetings::Command::Hold { meeting });
    home.council().refused("MEETING_ALREADY_HELD", meetings::Command::Hold { meeting });
    let communication = CommunicationNo(1);
    let (audience, title, body) = (text(), text(), text());
    let draft = communications::Command::Draft { audience, title, body, approved_by: AgencyKind::Council };
    home.icb().does(draft);
    home.icb().refused("NOT_YOUR_APPROVAL", communications::Command::Approve { communication });
    home.icb().refused("NOT_APPROVED", communications::Command::Issue { communication, how: text() });
    home.council().does(communications::Command::Approve { communication });
    home.council().refused("ALREADY_APPROVED", communications::Command::Approve { communication });
    let place = |basis| {
        let kind = RestrictionKind::Hours;
        restrictions::Command::Place { kind, basis, reason: text(), agreed_by: None }
    };
    home.council().refused("VOLUNTARY_NEEDS_AGREEMENT", place(RestrictionBasis::Voluntary));
    home.council().does(place(RestrictionBasis::Temporary));
    let lift = || restrictions::Command::Lift { restriction: RestrictionNo(1), reason: text() };
    home.council().does(lift());
    home.council().refused("ALREADY_LIFTED", lift());
}

fn people_and_offers(home: &mut Scenario) {
    let person = PersonNo(1);
    let set = |to| people::Command::SetStatus { person, to, place: None };
    home.council().refused("RESOURCE_NOT_FOUND", set(CareStatus::Staying));
    home.council().does(people::Command::Register { details: resident() });
    home.council().refused("STATUS_NOT_REACHABLE", set(CareStatus::Identified));
    let check = review::Command::ScheduleWellbeing { person, from: home.now, until: home.now };
    home.council().refused("NO_WELLBEING_CHECK", review::Command::CompleteWellbeing { person, outcome: text() });
    home.council().does(check.clone());
    home.council().refused("WELLBEING_ALREADY_DUE", check);
    let offer = |as_at| offers::Command::Offer { kind: OfferKind::Bed, quantity: 1, as_at, detail: Vec::new() };
    let now = home.now;
    home.region().refused("IN_THE_FUTURE", offer(now + chrono::TimeDelta::hours(1)));
    home.region().does(offer(now));
    let offer = OfferNo(1);
    let withdraw = || offers::Command::Withdraw { offer, reason: text() };
    home.council().refused("NOT_ENOUGH_LEFT", offers::Command::Take { offer, quantity: 2, person: None });
    home.council().refused("NOT_TAKEN", offers::Command::Release { offer, quantity: 1 });
    home.council().refused("NOT_YOUR_OFFER", withdraw());
    home.region().does(withdraw());
    home.region().refused("OFFER_WITHDRAWN", withdraw());
}

/// Who the people are is asked for in no command.
fn identities(home: &mut Scenario) {
    let person = PersonNo(1);
    let details = people::Details { placed_by: Some(named("leeds")), ..resident() };
    home.seats("leeds", AgencyKind::PlacingAuthority, Interest::Operational);
    home.seats("kent", AgencyKind::PlacingAuthority, Interest::Operational);
    home.council().does(people::Command::Register { details });
    let council = crate::Author::system(named("council"), "desk");
    let commitment = crate::entry::Hash::of(b"sealed");
    home.has_happened(&council, people::Fact::IdentitySealed { person, version: 1, commitment });
    let erasure = Erasure { because: text(), basis: Basis::NoLongerNeeded, by: text() };
    let doomed = home.incident.erase(&council, person, Extent::Identity, &BTreeSet::new(), &erasure).unwrap();
    for tombstone in doomed.tombstones {
        home.has_happened(&council, tombstone);
    }
    let refusals = [
        home.incident.may_identify(&named("cqc"), person),
        home.incident.may_identify(&named("kent"), person),
        home.incident.identity_of(person).map(drop),
    ];
    home.reasons.extend(refusals.iter().map(|refused| refused.as_ref().unwrap_err().reason()));
}

fn sharing_and_glass(home: &mut Scenario) {
    use crate::entry::Class;
    use crate::ids::{GlassNo, ShareNo};
    use crate::incident::sharing::{Command, Emergency, GlassFinding, SharingBasis, What};
    let (soon, later) = (hours_after(home.now, 1), hours_after(home.now, 2));
    let share = Command::Share {
        what: What::Class(Class::Personal),
        with: named("cqc"),
        basis: SharingBasis::PublicTask,
        necessity: text(),
        expires_at: later,
        review_at: soon,
    };
    home.region().refused("NOT_YOURS_TO_SHARE", share.clone());
    home.council().does(share);
    let ends = Command::EndShare { share: ShareNo(1), because: text() };
    home.council().does(ends.clone());
    home.council().refused("SHARE_ENDED", ends);
    let breaks = Command::BreakGlass {
        classes: [Class::Personal].into(),
        emergency: Emergency::Other,
        reason: "somebody is in danger right now".to_owned(),
        minutes: 10,
    };
    home.cqc().does(breaks.clone());
    home.cqc().refused("GLASS_ALREADY_BROKEN", breaks);
    let closes = Command::CloseGlass { glass: GlassNo(1) };
    home.icb().refused("NOT_YOUR_GLASS", closes.clone());
    home.cqc().does(closes.clone());
    home.cqc().refused("GLASS_CLOSED", closes);
    let reviews = Command::ReviewGlass { glass: GlassNo(1), finding: GlassFinding::Justified, note: text() };
    home.cqc().refused("OWN_GLASS", reviews.clone());
    home.icb().does(reviews.clone());
    home.icb().refused("ALREADY_REVIEWED", reviews);
}

fn advice(home: &mut Scenario) {
    let stand = |rule_set: &str| advising::Command::SetStanding { rule_set: named(rule_set), reason: text() };
    home.lead().refused("RULE_SET_NOT_FOUND", stand("closure"));
    home.pins("closure", 1);
    home.lead().does(stand("closure"));
    home.lead().refused("STANDING_ALREADY_SO", stand("closure"));
    home.advises("closure", &[gate("workers", Step::Recover, Answer::Unknown)]);
    let proposal = ProposalNo(1);
    let recover = || lifecycle::Command::ChangePhase { to: Phase::Recovering, reason: text() };
    home.council().refused("GATE_SHUT", recover());
    home.lead().refused("NOT_ADOPTABLE", advising::Command::Adopt { proposal });
    home.lead().does(advising::Command::OverrideGate { proposal, reason: text() });
    home.lead().refused("PROPOSAL_NOT_OPEN", advising::Command::OverrideGate { proposal, reason: text() });
    home.council().does(recover());
}
