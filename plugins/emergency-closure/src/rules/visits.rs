//! Whose visit is secured first when home support stops. The Plan gives no order: this one is our proposal.

use muster_rule_sdk::{Answer, CareStatus, FactValue, Finding, Instant, Need, Part, Person, ServiceKind, Situation};

use super::Closure;
use crate::table::Cites;

/// As many are written out; a list that nobody reads to its end helps nobody.
const WRITTEN_OUT: usize = 200;

/// When a person's next essential visit is due.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum NextVisit {
    /// It may be due now.
    NotKnown,
    Due(Instant),
    NoneNeeded,
}

/// How much an answer asks for an early visit. What is not known stands before what is known not to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Urgency {
    Graver,
    NotKnown,
    Lesser,
}

/// What a person's place in the order rests on, the weightiest first.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Place {
    next_visit: NextVisit,
    lives_alone: Urgency,
    two_carers: Urgency,
    time_critical_medicine: Urgency,
    nobody_covers: Urgency,
    /// The person's place in the list settles what nothing else does.
    index: usize,
}

/// Everybody whose visits nobody has taken over yet, in order; nothing where there is no home support, or nobody left.
pub(super) fn order(closure: &Closure<'_>, table: &Cites) -> Option<Finding> {
    let situation = closure.situation;
    if !situation.services.iter().any(|service| service.kind == ServiceKind::HomeSupport) {
        return None;
    }
    let title = "The order in which visits are secured rests on what is known";
    let finding = |verdict| Finding::new("E07/order", "people", verdict, title, table.cites.iter().cloned());
    if situation.is_withheld(Part::People) {
        return Some(finding(Answer::Unknown).because("This rule set is not shown the people"));
    }
    if situation.people.is_empty() {
        return Some(finding(Answer::Unknown).because("Nobody is on the list yet"));
    }
    let waiting = situation.people.iter().enumerate().filter(|(_, person)| is_waiting(situation, person));
    let mut places: Vec<(Place, &Person)> =
        waiting.map(|(index, person)| (place(situation, person, index), person)).collect();
    if places.is_empty() {
        return None;
    }
    places.sort_unstable_by(|(one, _), (other, _)| one.cmp(other));
    let verdict = places.iter().all(|(place, _)| place.is_known()).into();
    let ranked = (1_u32..).zip(&places).take(WRITTEN_OUT);
    let ranked = ranked.map(|(rank, (place, person))| format!("{rank}. {}", said(situation, place, person)));
    let ranked = ranked.fold(finding(verdict), Finding::because);
    match places.len().saturating_sub(WRITTEN_OUT) {
        0 => Some(ranked),
        more => Some(ranked.because(format!("and {more} more"))),
    }
}

/// Whether the person is looked after at home and nobody has taken their visits over.
fn is_waiting(situation: &Situation, person: &Person) -> bool {
    let mut services = situation.services.iter();
    let is_at_home = services.any(|known| known.id == person.service && known.kind == ServiceKind::HomeSupport);
    is_at_home && matches!(person.status, CareStatus::Identified | CareStatus::Reviewed)
}

fn place(situation: &Situation, person: &Person, index: usize) -> Place {
    let answer = |what: &str| situation.answer(&fact(person, what));
    Place {
        next_visit: next_visit(situation, person),
        lives_alone: Urgency::if_yes(answer("lives-alone")),
        two_carers: Urgency::if_yes(need(person, Need::TwoCarers)),
        time_critical_medicine: Urgency::if_yes(need(person, Need::TimeCriticalMedicine)),
        nobody_covers: Urgency::if_no(answer("family-can-cover")),
        index,
    }
}

fn fact(person: &Person, what: &str) -> String {
    format!("visit/{}/{what}", person.ref_)
}

fn next_visit(situation: &Situation, person: &Person) -> NextVisit {
    match situation.fact(&fact(person, "next-essential")).map(|fact| &fact.value) {
        Some(FactValue::At(at)) => NextVisit::Due(*at),
        Some(FactValue::Answer(Answer::No)) => NextVisit::NoneNeeded,
        Some(FactValue::Answer(Answer::Yes | Answer::Unknown) | FactValue::Number(_) | FactValue::Text(_)) | None => {
            NextVisit::NotKnown
        }
    }
}

/// A need that is not listed is a no only where the needs are known.
fn need(person: &Person, need: Need) -> Answer {
    match (person.needs.contains(&need), person.needs_known) {
        (true, Answer::Yes | Answer::No | Answer::Unknown) => Answer::Yes,
        (false, Answer::Yes) => Answer::No,
        (false, Answer::No | Answer::Unknown) => Answer::Unknown,
    }
}

impl Urgency {
    fn if_yes(answer: Answer) -> Self {
        match answer {
            Answer::Yes => Self::Graver,
            Answer::Unknown => Self::NotKnown,
            Answer::No => Self::Lesser,
        }
    }

    fn if_no(answer: Answer) -> Self {
        match answer {
            Answer::No => Self::Graver,
            Answer::Unknown => Self::NotKnown,
            Answer::Yes => Self::Lesser,
        }
    }

    fn say(self, graver: &'static str, lesser: &'static str) -> String {
        match self {
            Self::Graver => graver.to_owned(),
            Self::NotKnown => format!("{graver}: not known"),
            Self::Lesser => lesser.to_owned(),
        }
    }
}

impl Place {
    fn is_known(&self) -> bool {
        let Self { next_visit, lives_alone, two_carers, time_critical_medicine, nobody_covers, index: _ } = self;
        let urgencies = [lives_alone, two_carers, time_critical_medicine, nobody_covers];
        *next_visit != NextVisit::NotKnown && urgencies.into_iter().all(|urgency| *urgency != Urgency::NotKnown)
    }
}

/// The moment itself stands in its entry, where a reader sees it in their own time.
fn said(situation: &Situation, place: &Place, person: &Person) -> String {
    let entry = situation.fact(&fact(person, "next-essential")).map(|fact| fact.entry);
    let next_visit = match (place.next_visit, entry) {
        (NextVisit::Due(_), Some(entry)) => format!("next essential visit as in entry {entry}"),
        (NextVisit::NoneNeeded, Some(entry)) => format!("no essential visit (entry {entry})"),
        (NextVisit::NotKnown | NextVisit::Due(_) | NextVisit::NoneNeeded, _) => {
            "next essential visit not known".to_owned()
        }
    };
    let others = [
        place.lives_alone.say("lives alone", "lives with somebody"),
        place.two_carers.say("two carers", "one carer"),
        place.time_critical_medicine.say("time-critical medicine", "no time-critical medicine"),
        place.nobody_covers.say("family cannot cover", "family can cover"),
    ];
    format!("{}: {next_visit}; {}", person.ref_, others.join("; "))
}
