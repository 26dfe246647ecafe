//! Advice worked out again: what an evaluation on the record is held against when somebody replays it.
//!
//! The record holds digests of what a rule set was shown and of what it answered, and the difference that this made to
//! what stood. All three follow from the record, so all three can be held against what follows from it now.

use super::class::{OF_THE_MACHINE, QUARANTINED};
use super::{Changed, Fact, Looked, Numbered, Outcome};
use crate::ids::{RuleSetId, Seq};
use crate::incident::Incident;
use crate::words::words;

words! {
    /// What of an evaluation is compared.
    Compared {
        /// The bytes of the component that is kept under its digest.
        Component = "component",
        /// The bytes of the settings that are kept under their digest.
        Settings = "settings",
        /// The digests of the version that the incident used at that place.
        Version = "version in use",
        /// The digest of what the rule set was shown.
        Situation = "situation digest",
        /// From which sorts of information that was drawn.
        Drawn = "drawn from",
        /// The digest of what it answered.
        Advice = "advice digest",
        /// The class of its failure.
        Failure = "failure",
        /// The fuel that it used.
        Fuel = "fuel",
        /// The difference that its answer made to what stood.
        Written = "what was written",
    }
}

/// Something that comes out otherwise than the record says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// The entry.
    pub entry: Seq,
    /// What of it.
    pub compared: Compared,
    /// What the record says.
    pub recorded: String,
    /// What comes out now.
    pub again: String,
}

/// What an evaluation on the record comes to when it is worked out again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Again {
    /// To the same bytes.
    Same,
    /// To something else.
    Different(Vec<Difference>),
    /// It cannot be worked out again, for this reason: that it was so is neither shown nor refuted.
    Cannot(String),
    /// The rule set was not asked then, and the record says so: there is nothing to work out.
    NotAsked,
}

impl Incident {
    /// Holds what one evaluation wrote, in the order in which it was written, against the same evaluation done again.
    ///
    /// This is the whole incident as of the entry before the first of them.
    pub fn held_against(
        &self,
        rule_set: &RuleSetId,
        recorded: &[(Seq, &Fact)],
        looked: &Looked,
        outcome: &Outcome,
    ) -> Again {
        let Some(first) = recorded.first() else { return Again::NotAsked };
        if let Some(why) = by_the_machine(recorded, outcome) {
            return Again::Cannot(why);
        }
        // The class says that it was the third failure in a row, and not which.
        let quarantined = |class: &str| class == QUARANTINED;
        let outcome = match (class_of(first.1), outcome) {
            (Some(class), Outcome::Failed { class: _, detail }) if quarantined(class) => {
                &Outcome::Failed { class: class.to_owned(), detail: detail.clone() }
            }
            (_, outcome) => outcome,
        };
        let facts = self.reconcile(rule_set, looked, outcome).into_iter().map(|(_, fact)| fact);
        let again: Vec<Fact> = facts.filter_map(evaluated).collect();
        let mut found = Vec::new();
        for (place, (entry, fact)) in recorded.iter().enumerate() {
            match again.get(place) {
                Some(other) => differences(*entry, fact, other, &mut found),
                None => found.push(unlike_nothing(*entry, fact, looked, outcome)),
            }
        }
        if let (Some(more), Some((last, _))) = (again.get(recorded.len()), recorded.last()) {
            found.push(difference(*last, Compared::Written, "nothing more", &more.told()));
        }
        match found {
            found if found.is_empty() => Again::Same,
            // What is gone may be what made the difference: that is not to be called another result.
            _ if !self.withheld.entries.is_empty() => Again::Cannot(self.erased_before()),
            found => Again::Different(found),
        }
    }

    /// Says which entries of the whole record were erased up to here.
    pub fn erased_before(&self) -> String {
        let numbers: Vec<String> = self.withheld.entries.iter().map(ToString::to_string).collect();
        let (entries, were) = if numbers.len() == 1 { ("entry", "was") } else { ("entries", "were") };
        format!("what {entries} {} said {were} erased since", numbers.join(", "))
    }
}

/// The facts that an evaluation is compared by; what a standing decision made of them follows.
fn evaluated(fact: crate::Fact) -> Option<Fact> {
    if let crate::Fact::Advice(fact @ (Fact::Changed(_) | Fact::EvaluationFailed { .. })) = fact {
        Some(fact)
    } else {
        None
    }
}

fn class_of(fact: &Fact) -> Option<&str> {
    if let Fact::EvaluationFailed { class, .. } = fact { Some(class) } else { None }
}

/// Why the machine, and not the record, decided on one of the two.
fn by_the_machine(recorded: &[(Seq, &Fact)], outcome: &Outcome) -> Option<String> {
    let then = recorded.iter().find_map(|(_, fact)| class_of(fact));
    let now = match outcome {
        Outcome::Failed { class, detail: _ } => Some(class.as_str()),
        Outcome::Answered { .. } => None,
    };
    let of_the_machine = |class: &&str| OF_THE_MACHINE.contains(class);
    match (then, now) {
        (then, now) if then == now => None,
        (Some(then), _) if of_the_machine(&then) => {
            Some(format!("the record says {then}, which depended on that machine at that moment"))
        }
        (_, Some(now)) if of_the_machine(&now) => {
            Some(format!("here it ended with {now}, which depends on this machine at this moment"))
        }
        _ => None,
    }
}

fn differences(entry: Seq, recorded: &Fact, again: &Fact, found: &mut Vec<Difference>) {
    let mut hold = |compared, recorded: &str, again: &str| {
        if recorded != again {
            found.push(difference(entry, compared, recorded, again));
        }
    };
    match (recorded, again) {
        (Fact::Changed(recorded), Fact::Changed(again)) => {
            hold_looks(&recorded.looked, &again.looked, &mut hold);
            hold(Compared::Advice, &recorded.advice.to_string(), &again.advice.to_string());
            let (of_the_record, now) = unlike(recorded, again);
            hold(Compared::Written, &of_the_record, &now);
        }
        (
            Fact::EvaluationFailed { rule_set: _, looked, class, detail: _ },
            Fact::EvaluationFailed { rule_set: _, looked: other, class: now, detail: _ },
        ) => {
            hold_looks(looked, other, &mut hold);
            hold(Compared::Failure, class, now);
        }
        (recorded, again) => hold(Compared::Written, &recorded.told(), &again.told()),
    }
}

fn hold_looks(recorded: &Looked, again: &Looked, hold: &mut impl FnMut(Compared, &str, &str)) {
    let Looked { component: _, settings: _, seq: _, as_of: _, situation, fuel_used, fuel_limit: _, engine, drawn } =
        recorded;
    hold(Compared::Situation, &situation.to_string(), &again.situation.to_string());
    if *drawn != again.drawn {
        hold(Compared::Drawn, &format!("{drawn:?}"), &format!("{:?}", again.drawn));
    }
    if !engine.is_empty() && *engine == again.engine {
        hold(Compared::Fuel, &fuel_used.to_string(), &again.fuel_used.to_string());
    }
}

/// The first thing in which two changes are not the same, as each has it; the same twice where they are.
fn unlike(recorded: &Changed, again: &Changed) -> (String, String) {
    let lists = |changed: &Changed| {
        let all = changed.added.iter().map(|numbered| ("+", numbered));
        all.chain(changed.revised.iter().map(|numbered| ("~", numbered)))
            .map(|(sign, numbered)| (sign, numbered.clone()))
            .collect::<Vec<(&str, Numbered)>>()
    };
    let (was, is) = (lists(recorded), lists(again));
    let tell = |one: Option<&(&str, Numbered)>| {
        one.map_or_else(
            || "nothing".to_owned(),
            |(sign, Numbered { proposal, item, remark: _ })| {
                format!("{sign} {proposal} ({}), {}: {}", item.key(), item.kind(), item.sentence())
            },
        )
    };
    let longest = was.len().max(is.len());
    if let Some(place) = (0..longest).find(|place| was.get(*place) != is.get(*place)) {
        let (mut was, mut is) = (tell(was.get(place)), tell(is.get(place)));
        if was == is {
            // The sentence is the same: what differs is inside.
            was.push_str(" [as recorded]");
            is.push_str(" [otherwise inside]");
        }
        return (was, is);
    }
    let withdrawn = |changed: &Changed| {
        let numbers: Vec<String> = changed.withdrawn.iter().map(ToString::to_string).collect();
        format!("withdrawn: {}", if numbers.is_empty() { "nothing".to_owned() } else { numbers.join(", ") })
    };
    (withdrawn(recorded), withdrawn(again))
}

/// The difference of an entry that would not be written.
fn unlike_nothing(entry: Seq, recorded: &Fact, looked: &Looked, outcome: &Outcome) -> Difference {
    let would = match outcome {
        Outcome::Answered { digest, .. } => format!(
            "nothing: an answer with the digest {digest} to a situation with the digest {} changes nothing there",
            looked.situation
        ),
        Outcome::Failed { class, detail } => format!("nothing: it fails as it did before ({class}: {detail})"),
    };
    difference(entry, Compared::Written, &recorded.told(), &would)
}

fn difference(entry: Seq, compared: Compared, recorded: &str, again: &str) -> Difference {
    Difference { entry, compared, recorded: recorded.to_owned(), again: again.to_owned() }
}
