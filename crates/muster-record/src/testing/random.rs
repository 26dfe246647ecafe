//! Plausible commands and advice at random: mostly sensible names and numbers, so that many are carried out.

use std::sync::LazyLock;

use chrono::TimeDelta;
use proptest::prelude::{Just, Strategy, any, prop_oneof};
use proptest::{collection, option, sample};

use super::{Scenario, action, gate, involvement, named, opening, options, question, resident};
use crate::advice::{Allocation, Answer, Item, Step};
use crate::agency::{AgencyKind, Interest, Office};
use crate::command::Command;
use crate::entry::Class;
use crate::ids::*;
use crate::incident::people::Details;
use crate::incident::*;
use crate::situation::*;
use crate::time::Instant;

mod commands;

use commands::command;

/// Something that somebody, or a rule set, or the clock does.
#[derive(Debug, Clone)]
pub(crate) enum Act {
    Ask { who: &'static str, office: Option<Office>, hours_ago: u32, class: Option<Class>, command: Command },
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
            Act::Ask { who, office, hours_ago, class, command } => {
                let table = &self.incident.participants;
                // Seldom for an office that the agency does not hold, which is always refused.
                let office = office.filter(|office| table.holds(&named(who), *office) || *hours_ago == 0);
                let mut speaker = self.agency(who).of_hours_ago(*hours_ago);
                speaker.by.office = office;
                if let Some(class) = class {
                    speaker = speaker.labelled(*class);
                }
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
        16 => (who(), office(), 0..9_u32, class(), command())
            .prop_map(|(who, office, hours_ago, class, command)| Act::Ask { who, office, hours_ago, class, command }),
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

fn class() -> impl Strategy<Value = Option<Class>> {
    prop_oneof![4 => Just(None), 1 => sample::select(Class::ALL).prop_map(Some)]
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
