//! Plausible commands and advice at random: mostly sensible names and numbers, so that many are carried out.

use std::sync::LazyLock;

use chrono::TimeDelta;
use proptest::prelude::{Just, Strategy, any, prop_oneof};
use proptest::{collection, option, sample};

use super::{Scenario, action, agency, gate, involvement, named, opening, options, question, resident, service};
use crate::advice::{Allocation, Answer, Item, Step};
use crate::agency::{AgencyKind, Interest, Office};
use crate::command::Command;
use crate::ids::*;
use crate::incident::people::Details;
use crate::incident::*;
use crate::situation::*;
use crate::time::Instant;

/// Something that somebody, or a rule set, or the clock does.
#[derive(Debug, Clone)]
pub(crate) enum Act {
    Ask { who: &'static str, office: Option<Office>, hours_ago: u32, command: Command },
    Advise { rule_set: &'static str, items: Vec<Item> },
    Fail { rule_set: &'static str },
    Pin { rule_set: &'static str, version: u8 },
    Wait { hours: u32 },
}

/// An incident with offices held, people on the list, one of each thing that has a number, and two rule sets.
pub(crate) fn busy() -> Scenario {
    static BUSY: LazyLock<Scenario> = LazyLock::new(begun);
    BUSY.clone()
}

fn begun() -> Scenario {
    let mut home = Scenario::opened();
    for office in [Office::Dass, Office::HeadOfCommissioning] {
        home.council().does(participants::Command::TakeOffice { office });
    }
    home.icb().does(participants::Command::TakeOffice { office: Office::DirectorOfNursing });
    for _ in 0..2 {
        home.council().does(people::Command::Register { details: resident() });
    }
    let (as_at, said) = (home.now, || "said".to_owned());
    home.region().does(offers::Command::Offer { kind: OfferKind::Bed, quantity: 2, as_at, detail: Vec::new() });
    home.council().does(actions::Command::Raise { title: said(), owner: named("council"), due: Some(as_at) });
    home.council().does(actions::Command::Raise { title: said(), owner: named("icb"), due: None });
    home.council().does(meetings::Command::Call { kind: MeetingKind::ActionPlanReview, at: as_at, about: said() });
    home.council().does(escalation::Command::Raise { to: AgencyKind::HealthCommissioner, matter: said() });
    let (audience, title, body) = (said(), said(), said());
    let draft = communications::Command::Draft { audience, title, body, approved_by: AgencyKind::Council };
    home.council().does(draft);
    let (kind, basis) = (RestrictionKind::Placements, RestrictionBasis::Temporary);
    home.council().does(restrictions::Command::Place { kind, basis, reason: said(), agreed_by: None });
    let until = as_at + TimeDelta::days(42);
    home.council().does(review::Command::ScheduleWellbeing { person: PersonNo(1), from: as_at, until });
    home.pins("closure", 1);
    home.pins("outbreak", 1);
    home.lead().does(advising::Command::SetStanding { rule_set: named("closure"), reason: "at once".to_owned() });
    home
}

impl Scenario {
    /// Lets it happen; whether it was refused is nobody's business here.
    pub(crate) fn lets(&mut self, act: &Act) {
        match act {
            Act::Ask { who, office, hours_ago, command } => {
                let table = &self.incident.participants;
                // Seldom for an office that the agency does not hold, which is always refused.
                let office = office.filter(|office| table.holds(&named(who), *office) || *hours_ago == 0);
                let mut speaker = self.agency(who).of_hours_ago(*hours_ago);
                speaker.by.office = office;
                drop(speaker.asks(command));
            }
            Act::Advise { rule_set, items } => self.advises(rule_set, items),
            Act::Fail { rule_set } => self.fails(rule_set, "trapped"),
            Act::Pin { rule_set, version } => self.pins(rule_set, *version),
            Act::Wait { hours } => self.later_hours(*hours),
        }
    }
}

pub(crate) fn acts(most: usize) -> impl Strategy<Value = Vec<Act>> {
    collection::vec(act(), 1..most)
}

fn act() -> impl Strategy<Value = Act> {
    prop_oneof![
        16 => (who(), office(), 0..9_u32, command())
            .prop_map(|(who, office, hours_ago, command)| Act::Ask { who, office, hours_ago, command }),
        3 => (rule_set(), advice()).prop_map(|(rule_set, items)| Act::Advise { rule_set, items }),
        1 => rule_set().prop_map(|rule_set| Act::Fail { rule_set }),
        1 => (rule_set(), 1..3_u8).prop_map(|(rule_set, version)| Act::Pin { rule_set, version }),
        1 => (1..40_u32).prop_map(|hours| Act::Wait { hours }),
    ]
}

fn who() -> impl Strategy<Value = &'static str> {
    prop_oneof![
        12 => Just("council"), 6 => Just("icb"), 1 => Just("cqc"), 1 => Just("region"), 1 => Just("leeds"),
        1 => Just("press"),
    ]
}

fn office() -> impl Strategy<Value = Option<Office>> {
    prop_oneof![
        2 => Just(None), 4 => Just(Some(Office::IncidentLead)), 1 => Just(Some(Office::Dass)),
        1 => Just(Some(Office::HeadOfCommissioning)), 1 => Just(Some(Office::DirectorOfNursing)),
        1 => sample::select(Office::ALL).prop_map(Some),
    ]
}

fn rule_set() -> impl Strategy<Value = &'static str> {
    sample::select(vec!["closure", "outbreak"])
}

fn one<T: Copy + std::fmt::Debug>(all: &'static [T]) -> sample::Select<T> {
    sample::select(all)
}

fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        15 => sample::select(vec!["find beds", "two nurses", "naïve “quotes” \\ \u{1F3E0}", "a\nb"]).prop_map(str::to_owned),
        1 => Just(" ".to_owned()),
    ]
}

fn instant() -> impl Strategy<Value = Instant> {
    (-90..90_i64).prop_map(|days| opening().notified_at + TimeDelta::days(days))
}

fn agency_id() -> impl Strategy<Value = AgencyId> {
    who().prop_map(named)
}

fn number() -> impl Strategy<Value = u32> {
    prop_oneof![16 => 1..4_u32, 1 => Just(0), 1 => any::<u32>()]
}

fn details() -> impl Strategy<Value = Details> {
    let needs = sample::subsequence(Need::ALL, 0..3);
    let who = (one(Funder::ALL), option::of(agency_id()), one(Mobility::ALL));
    (who, needs, one(Answer::ALL), collection::vec(number().prop_map(PersonNo), 0..2)).prop_map(
        |((funder, placed_by, mobility), needs, needs_known, stays_with)| Details {
            funder,
            placed_by,
            mobility,
            needs,
            needs_known,
            stays_with,
            ..resident()
        },
    )
}

fn value() -> impl Strategy<Value = FactValue> {
    prop_oneof![
        one(Answer::ALL).prop_map(FactValue::Answer),
        any::<i64>().prop_map(FactValue::Number),
        text().prop_map(FactValue::Text),
        instant().prop_map(FactValue::At),
    ]
}

/// A rule set's whole answer, from a small stock of keys so that the next answer meets them again.
pub(crate) fn advice() -> impl Strategy<Value = Vec<Item>> {
    collection::vec(item(), 0..6)
}

fn item() -> impl Strategy<Value = Item> {
    prop_oneof![
        3 => (0..3_u8, text()).prop_map(|(key, title)| action(&format!("action-{key}"), &title)),
        1 => one(AgencyKind::ALL).prop_map(|kind| question("insolvent", kind)),
        1 => one(&[Office::Dass, Office::IncidentLead]).prop_map(|office| options("who", office)),
        1 => (one(AgencyKind::ALL), one(Interest::ALL)).prop_map(|(kind, interest)| involvement(kind, interest)),
        2 => (one(Step::ALL), one(Answer::ALL)).prop_map(|(step, met)| gate(&format!("gate/{step}"), step, met)),
        1 => (number(), number()).prop_map(|(person, offer)| Item::Allocation(Allocation {
            key: format!("allocate/{person}"),
            person: format!("person-{person}"),
            to: Some(format!("offer-{offer}")),
            rank: 1,
            because: Vec::new(),
        })),
    ]
}

fn command() -> impl Strategy<Value = Command> {
    prop_oneof![
        2 => lifecycle_command(), 1 => log_command(), 1 => clocks_command(), 2 => participants_command(),
        1 => answers_command(), 2 => people_command(), 2 => actions_command(), 1 => decisions_command(),
        1 => meetings_command(), 1 => communications_command(), 1 => restrictions_command(),
        1 => offers_command(), 3 => advice_command(), 1 => escalation_command(), 1 => review_command(),
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
