//! Whether a plan is kept up: when something was last done to it, and when it is due again.

use muster_rule_sdk::{Answer, FactValue, Instant, Situation};

/// A day: a rule set has no calendar, so it is 24 hours, and across a clock change a due time is an hour off.
const DAY: Instant = 86_400;

/// A year, in days: the Plan says "on an annual basis".
pub(crate) const YEAR: u32 = 365;

/// When something was last done, as far as the record knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Last {
    /// At this time, which is past.
    At(Instant),
    Never,
    NotKnown,
}

/// How a plan stands in something that is to be done again and again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Kept {
    /// Whether it was done, and is not due again.
    pub(crate) verdict: Answer,
    /// When it is due again, where it was done and has an interval.
    pub(crate) due: Option<Instant>,
}

impl Kept {
    /// Reads a fact that says when it was done; a no says never, a time that has not come says nothing.
    pub(crate) fn of(situation: &Situation, fact: &str, every_days: Option<u32>) -> Self {
        match (last(situation, fact), every_days) {
            (Last::At(at), Some(days)) => {
                let due = after(at, days);
                Self { verdict: Answer::from(situation.as_of < due), due: Some(due) }
            }
            (Last::At(_), None) => Self { verdict: Answer::Yes, due: None },
            (Last::Never, _) => Self { verdict: Answer::No, due: None },
            (Last::NotKnown, _) => Self { verdict: Answer::Unknown, due: None },
        }
    }

    /// When it is proposed: so many days before it is due.
    pub(crate) fn proposed(self, notice_days: u32) -> Option<Instant> {
        self.due.map(|due| due.saturating_sub(days(notice_days)))
    }
}

fn last(situation: &Situation, fact: &str) -> Last {
    match situation.fact(fact).map(|fact| &fact.value) {
        Some(FactValue::At(at)) if *at <= situation.as_of => Last::At(*at),
        Some(FactValue::Answer(Answer::No)) => Last::Never,
        Some(FactValue::At(_) | FactValue::Answer(_) | FactValue::Number(_) | FactValue::Text(_)) | None => {
            Last::NotKnown
        }
    }
}

fn days(number: u32) -> Instant {
    Instant::from(number).saturating_mul(DAY)
}

fn after(at: Instant, number: u32) -> Instant {
    at.saturating_add(days(number))
}
