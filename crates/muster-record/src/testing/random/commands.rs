//! Commands at random, family by family.

use proptest::prelude::{Just, Strategy, prop_oneof};
use proptest::{collection, option, sample};

use super::{agency_id, details, instant, number, office, one, rule_set, text, value, who};
use crate::advice::Answer;
use crate::agency::{AgencyKind, Interest, Office};
use crate::command::Command;
use crate::ids::*;
use crate::incident::*;
use crate::situation::*;
use crate::testing::{agency, named, service};

pub(super) fn command() -> impl Strategy<Value = Command> {
    prop_oneof![
        2 => lifecycle_command(), 1 => log_command(), 1 => clocks_command(), 2 => participants_command(),
        1 => answers_command(), 2 => people_command(), 2 => actions_command(), 1 => decisions_command(),
        1 => meetings_command(), 1 => communications_command(), 1 => restrictions_command(),
        1 => offers_command(), 3 => advice_command(), 1 => escalation_command(), 1 => review_command(),
        2 => sharing_command(),
    ]
}

fn lifecycle_command() -> impl Strategy<Value = Command> {
    use lifecycle::Command as C;
    let amend = (option::of(text()), option::of(instant()), option::of(sample::select(vec!["rosebank", "annexe"])));
    prop_oneof![
        amend.prop_map(|(title, care_stops_at, added)| C::Amend { title, care_stops_at, service: added.map(service) }),
        (one(IncidentKind::ALL), text()).prop_map(|(kind, reason)| C::Reclassify {
            kind,
            failures: Failure::ALL.to_vec(),
            reason
        }),
        (one(Phase::ALL), text()).prop_map(|(to, reason)| C::ChangePhase { to, reason }),
        (6..9_u8, one(lifecycle::Relation::ALL))
            .prop_map(|(byte, relation)| lifecycle::Link {
                incident: IncidentId::from_bytes([byte; 16]),
                relation,
                authority: None,
                brand: None,
            })
            .prop_map(C::Link),
        text().prop_map(|summary| C::Close { summary }),
        text().prop_map(|reason| C::Reopen { reason }),
    ]
    .prop_map(Command::from)
}

fn log_command() -> impl Strategy<Value = Command> {
    prop_oneof![
        text().prop_map(|text| log::Command::Note { text }),
        (0..30_u64, text()).prop_map(|(entry, text)| log::Command::Correct { entry: Seq(entry), text }),
    ]
    .prop_map(Command::from)
}

fn clocks_command() -> impl Strategy<Value = Command> {
    use clocks::{Clock, Command as C};
    prop_oneof![
        (one(Clock::ALL), instant(), text()).prop_map(|(clock, to, reason)| C::Move { clock, to, reason }),
        (one(Clock::ALL), text()).prop_map(|(clock, reason)| C::Pause { clock, reason }),
        (one(Clock::ALL), text()).prop_map(|(clock, reason)| C::Resume { clock, reason }),
    ]
    .prop_map(Command::from)
}

fn participants_command() -> impl Strategy<Value = Command> {
    use participants::Command as C;
    let office = || office().prop_map(|office| office.unwrap_or(Office::Dass));
    prop_oneof![
        2 => (who(), one(AgencyKind::ALL), one(Interest::ALL))
            .prop_map(|(name, kind, interest)| C::Invite { agency: agency(name, kind), interest }),
        2 => Just(C::Join),
        1 => (agency_id(), one(Interest::ALL), text()).prop_map(|(agency, interest, reason)| C::ChangeInterest {
            agency,
            interest,
            reason
        }),
        1 => text().prop_map(|reason| C::Leave { reason }),
        2 => office().prop_map(|office| C::TakeOffice { office }),
        3 => (office(), agency_id(), text()).prop_map(|(office, to, brief)| C::OfferHandover { office, to, brief }),
        3 => office().prop_map(|office| C::AcceptHandover { office }),
        2 => (office(), text()).prop_map(|(office, cause)| C::RejectHandover { office, cause }),
    ]
    .prop_map(Command::from)
}

fn answers_command() -> impl Strategy<Value = Command> {
    use answers::Command as C;
    let key = || sample::select(vec!["insolvent", "registered", "two words"]).prop_map(str::to_owned);
    prop_oneof![
        (key(), text(), one(AgencyKind::ALL)).prop_map(|(key, asks, of)| C::Ask { key, asks, of }),
        (key(), value(), text()).prop_map(|(key, value, source)| C::Answer { key, value, source }),
    ]
    .prop_map(Command::from)
}

fn people_command() -> impl Strategy<Value = Command> {
    use people::Command as C;
    let person = || number().prop_map(PersonNo);
    prop_oneof![
        details().prop_map(|details| C::Register { details }),
        (person(), details()).prop_map(|(person, details)| C::Change { person, details }),
        (person(), one(CareStatus::ALL), option::of(text())).prop_map(|(person, to, place)| C::SetStatus {
            person,
            to,
            place
        }),
    ]
    .prop_map(Command::from)
}

fn actions_command() -> impl Strategy<Value = Command> {
    use actions::Command as C;
    let action = || number().prop_map(ActionNo);
    prop_oneof![
        (text(), agency_id(), option::of(instant())).prop_map(|(title, owner, due)| C::Raise { title, owner, due }),
        (action(), agency_id()).prop_map(|(action, owner)| C::Assign { action, owner }),
        action().prop_map(|action| C::Accept { action }),
        (action(), text()).prop_map(|(action, cause)| C::Decline { action, cause }),
        (action(), text()).prop_map(|(action, note)| C::Progress { action, note }),
        (action(), text()).prop_map(|(action, cause)| C::Block { action, cause }),
        (action(), text()).prop_map(|(action, note)| C::Complete { action, note }),
        (action(), text()).prop_map(|(action, reason)| C::Cancel { action, reason }),
    ]
    .prop_map(Command::from)
}

fn decisions_command() -> impl Strategy<Value = Command> {
    use decisions::{Command as C, Panel, Reasons, Weighed};
    let to = sample::subsequence(vec![Office::HeadOfCommissioning, Office::DirectorOfNursing, Office::Dass], 0..3);
    let decide = (text(), text(), option::of(number()), option::of(number()), one(Answer::ALL));
    prop_oneof![
        (one(Panel::ALL), to, text()).prop_map(|(panel, to, text)| C::Recommend { panel, to, text }),
        decide.prop_map(|(question, title, proposal, recommendation, suits)| {
            let weighed = |title| Weighed { title, suitability: suits, feasibility: suits, acceptability: suits };
            let said = || "said".to_owned();
            let reasons = Reasons {
                information: said(),
                risk_and_strategy: said(),
                powers_and_policy: said(),
                options: vec![weighed(title), weighed(said())],
                action_and_review: said(),
            };
            let (proposal, recommendation) = (proposal.map(ProposalNo), recommendation.map(RecommendationNo));
            C::Decide { question, chosen: said(), reasons, proposal, recommendation }
        }),
    ]
    .prop_map(Command::from)
}

fn meetings_command() -> impl Strategy<Value = Command> {
    use meetings::Command as C;
    let meeting = || number().prop_map(MeetingNo);
    prop_oneof![
        (one(MeetingKind::ALL), instant(), text()).prop_map(|(kind, at, about)| C::Call { kind, at, about }),
        meeting().prop_map(|meeting| C::Attend { meeting }),
        meeting().prop_map(|meeting| C::Hold { meeting }),
        (meeting(), text()).prop_map(|(meeting, text)| C::Minute { meeting, text }),
    ]
    .prop_map(Command::from)
}

fn communications_command() -> impl Strategy<Value = Command> {
    use communications::Command as C;
    let communication = || number().prop_map(CommunicationNo);
    prop_oneof![
        (text(), text(), text(), one(&[AgencyKind::Council, AgencyKind::HealthCommissioner]))
            .prop_map(|(audience, title, body, approved_by)| C::Draft { audience, title, body, approved_by }),
        communication().prop_map(|communication| C::Approve { communication }),
        (communication(), text()).prop_map(|(communication, how)| C::Issue { communication, how }),
    ]
    .prop_map(Command::from)
}

fn restrictions_command() -> impl Strategy<Value = Command> {
    use restrictions::Command as C;
    prop_oneof![
        (one(RestrictionKind::ALL), one(RestrictionBasis::ALL), text(), option::of(text()))
            .prop_map(|(kind, basis, reason, agreed_by)| C::Place { kind, basis, reason, agreed_by }),
        (number(), text())
            .prop_map(|(restriction, reason)| C::Lift { restriction: RestrictionNo(restriction), reason }),
    ]
    .prop_map(Command::from)
}

fn offers_command() -> impl Strategy<Value = Command> {
    use offers::Command as C;
    let offer = || number().prop_map(OfferNo);
    let detail = collection::vec((text(), text()), 0..2);
    prop_oneof![
        (one(OfferKind::ALL), number(), instant(), detail).prop_map(|(kind, quantity, as_at, detail)| C::Offer {
            kind,
            quantity,
            as_at,
            detail
        }),
        (offer(), number(), option::of(number().prop_map(PersonNo))).prop_map(|(offer, quantity, person)| C::Take {
            offer,
            quantity,
            person
        }),
        (offer(), number()).prop_map(|(offer, quantity)| C::Release { offer, quantity }),
        (offer(), text()).prop_map(|(offer, reason)| C::Withdraw { offer, reason }),
    ]
    .prop_map(Command::from)
}

fn advice_command() -> impl Strategy<Value = Command> {
    use advising::Command as C;
    let proposal = || (0..12_u32).prop_map(ProposalNo);
    let rule_set = || rule_set().prop_map(named::<RuleSetId>);
    prop_oneof![
        4 => proposal().prop_map(|proposal| C::Adopt { proposal }),
        2 => (proposal(), text()).prop_map(|(proposal, reason)| C::Decline { proposal, reason }),
        2 => (proposal(), text()).prop_map(|(proposal, reason)| C::OverrideGate { proposal, reason }),
        1 => (rule_set(), text()).prop_map(|(rule_set, reason)| C::SetStanding { rule_set, reason }),
        1 => (rule_set(), text()).prop_map(|(rule_set, reason)| C::EndStanding { rule_set, reason }),
    ]
    .prop_map(Command::from)
}

fn escalation_command() -> impl Strategy<Value = Command> {
    use escalation::Command as C;
    let escalation = || number().prop_map(EscalationNo);
    prop_oneof![
        (one(AgencyKind::ALL), text()).prop_map(|(to, matter)| C::Raise { to, matter }),
        escalation().prop_map(|escalation| C::Acknowledge { escalation }),
        (escalation(), text()).prop_map(|(escalation, reason)| C::StepDown { escalation, reason }),
    ]
    .prop_map(Command::from)
}

fn sharing_command() -> impl Strategy<Value = Command> {
    use crate::entry::Class;
    use sharing::{Command as C, Emergency, GlassFinding, SharingBasis, What};
    let what = prop_oneof![
        (1..40_u64).prop_map(|seq| What::Entry(Seq(seq))),
        number().prop_map(|number| What::Person(PersonNo(number))),
        one(Class::ALL).prop_map(What::Class),
    ];
    let (share, glass) = (|| number().prop_map(ShareNo), || number().prop_map(GlassNo));
    let times = || (instant(), instant());
    prop_oneof![
        4 => (what, agency_id(), one(SharingBasis::ALL), text(), times()).prop_map(|(what, with, basis, necessity, times)| {
            let (review_at, expires_at) = times;
            C::Share { what, with, basis, necessity, expires_at, review_at }
        }),
        1 => (share(), times(), text()).prop_map(|(share, (review_at, expires_at), note)| {
            C::ReviewShare { share, expires_at, review_at, note }
        }),
        1 => (share(), text()).prop_map(|(share, because)| C::EndShare { share, because }),
        2 => (collection::btree_set(one(Class::ALL), 1..3), one(Emergency::ALL), 0..300_u32).prop_map(
            |(classes, emergency, minutes)| {
                let reason = "somebody is in danger, and nobody can be asked".to_owned();
                C::BreakGlass { classes, emergency, reason, minutes }
            }
        ),
        1 => glass().prop_map(|glass| C::CloseGlass { glass }),
        1 => (glass(), one(GlassFinding::ALL), text()).prop_map(|(glass, finding, note)| C::ReviewGlass { glass, finding, note }),
    ]
    .prop_map(Command::from)
}

fn review_command() -> impl Strategy<Value = Command> {
    use review::Command as C;
    let person = || number().prop_map(PersonNo);
    prop_oneof![
        (text(), text()).prop_map(|(about, text)| C::RecordLesson { about, text }),
        (person(), instant(), instant()).prop_map(|(person, from, until)| C::ScheduleWellbeing { person, from, until }),
        (person(), text()).prop_map(|(person, outcome)| C::CompleteWellbeing { person, outcome }),
        (0..40_u64, text()).prop_map(|(as_of, to)| C::IssueReport { as_of: Seq(as_of), to }),
    ]
    .prop_map(Command::from)
}
