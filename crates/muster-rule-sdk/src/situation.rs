//! Reading a situation: a fact nobody answered is unknown, never a no.

use std::fmt;

use crate::{
    Action, AgencyKind, Answer, CareStatus, Count, Fact, FactValue, Figures, Funder, Instant, Milestone, Mobility,
    Need, Part, Situation,
};

impl Situation {
    /// The latest answer to a question, whatever it was.
    pub fn fact(&self, key: &str) -> Option<&Fact> {
        self.facts.iter().find(|fact| fact.key == key)
    }

    /// What is known of a yes/no fact: unknown where nobody answered, or answered with something else.
    ///
    /// ```
    /// use muster_rule_sdk::Answer;
    /// use muster_rule_sdk::testing::Story;
    ///
    /// let situation = Story::of_an_emergency_closure().answered("power/on", Answer::No).situation();
    /// assert_eq!(situation.answer("power/on"), Answer::No);
    /// assert_eq!(situation.answer("water/on"), Answer::Unknown);
    /// ```
    pub fn answer(&self, key: &str) -> Answer {
        match self.fact(key).map(|fact| &fact.value) {
            Some(FactValue::Answer(answer)) => *answer,
            Some(FactValue::Number(_) | FactValue::Text(_) | FactValue::At(_)) | None => Answer::Unknown,
        }
    }

    /// The number that a question was answered with, and the fact that says so; nothing where nobody answered, or with
    /// something else.
    ///
    /// ```
    /// use muster_rule_sdk::testing::Story;
    ///
    /// let situation = Story::of_an_emergency_closure().answered("staff/tonight", 2_i64).situation();
    /// let (fact, carers) = situation.number("staff/tonight").unwrap();
    /// assert_eq!((fact.to_string().as_str(), carers), ("staff/tonight: 2 (entry 2)", 2));
    /// assert_eq!(situation.number("staff/tomorrow"), None);
    /// ```
    pub fn number(&self, key: &str) -> Option<(&Fact, i64)> {
        let fact = self.fact(key)?;
        match &fact.value {
            FactValue::Number(number) => Some((fact, *number)),
            FactValue::Answer(_) | FactValue::Text(_) | FactValue::At(_) => None,
        }
    }

    /// The moment that a question was answered with, and the fact that says so.
    ///
    /// ```
    /// use muster_rule_sdk::FactValue;
    /// use muster_rule_sdk::testing::Story;
    ///
    /// let last_shift = FactValue::At(1_783_350_000);
    /// let situation = Story::of_an_emergency_closure().answered("closure/last-shift", last_shift).situation();
    /// assert_eq!(situation.moment("closure/last-shift").map(|(_, at)| at), Some(1_783_350_000));
    /// ```
    pub fn moment(&self, key: &str) -> Option<(&Fact, Instant)> {
        let fact = self.fact(key)?;
        match &fact.value {
            FactValue::At(at) => Some((fact, *at)),
            FactValue::Answer(_) | FactValue::Text(_) | FactValue::Number(_) => None,
        }
    }

    /// The text that a question was answered with.
    pub fn text(&self, key: &str) -> Option<&str> {
        match self.fact(key).map(|fact| &fact.value) {
            Some(FactValue::Text(text)) => Some(text),
            Some(FactValue::Answer(_) | FactValue::Number(_) | FactValue::At(_)) | None => None,
        }
    }

    /// The action that came of a proposal; `key` has the rule set's name before it (`emergency-closure/E07`).
    pub fn action(&self, key: &str) -> Option<&Action> {
        self.actions.iter().find(|action| action.key.as_deref() == Some(key))
    }

    /// A moment of the incident (`opened`, `phase/recovering`).
    pub fn milestone(&self, key: &str) -> Option<&Milestone> {
        self.milestones.iter().find(|milestone| milestone.key == key)
    }

    /// Whether a part of the situation was asked for and not granted: then its absence says nothing.
    pub fn is_withheld(&self, part: Part) -> bool {
        self.withheld.contains(&part)
    }
}

impl Figures {
    /// How many people's care is paid for so.
    pub fn of_funder(&self, funder: Funder) -> Count {
        found(&self.by_funder, funder)
    }

    /// How many people have come to there.
    pub fn of_status(&self, status: CareStatus) -> Count {
        found(&self.by_status, status)
    }

    /// How many people can travel so.
    pub fn of_mobility(&self, mobility: Mobility) -> Count {
        found(&self.by_mobility, mobility)
    }

    /// How many people need this.
    pub fn of_need(&self, need: Need) -> Count {
        found(&self.by_need, need)
    }
}

fn found<S: Copy + PartialEq>(counts: &[(S, Count)], sort: S) -> Count {
    let nobody = Count { at_least: 0, at_most: 0 };
    counts.iter().find(|(of, _)| *of == sort).map_or(nobody, |(_, count)| *count)
}

impl Count {
    /// Whether there is nobody.
    pub fn is_none(self) -> bool {
        self.at_most == 0
    }
}

impl fmt::Display for Count {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.at_least, self.at_most) {
            (_, 0) => f.write_str("none"),
            (least, most) if least == most => write!(f, "{least}"),
            (least, most) => write!(f, "{least} to {most}"),
        }
    }
}

impl Answer {
    /// Both: no if either is no, yes if both are yes, otherwise unknown.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::No, _) | (_, Self::No) => Self::No,
            (Self::Yes, Self::Yes) => Self::Yes,
            (Self::Unknown, Self::Yes | Self::Unknown) | (Self::Yes, Self::Unknown) => Self::Unknown,
        }
    }

    /// This, or the other where this is unknown.
    #[must_use]
    pub fn or_else(self, other: Self) -> Self {
        if self == Self::Unknown { other } else { self }
    }
}

impl From<bool> for Answer {
    fn from(holds: bool) -> Self {
        if holds { Self::Yes } else { Self::No }
    }
}

impl fmt::Display for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Yes => "yes",
            Self::No => "no",
            Self::Unknown => "unknown",
        })
    }
}

impl fmt::Display for AgencyKind {
    /// The word of the contract (`health-commissioner`), fit for a key.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Council => "council",
            Self::HealthCommissioner => "health-commissioner",
            Self::Regulator => "regulator",
            Self::PublicHealth => "public-health",
            Self::Region => "region",
            Self::Provider => "provider",
            Self::PlacingAuthority => "placing-authority",
            Self::SafeguardingBoard => "safeguarding-board",
        })
    }
}

/// Characters of a text that a reason tells: who wants all of it finds it in its entry.
const REASON_CHARS: usize = 300;

impl fmt::Display for Fact {
    /// A fact as a reason: `s48/business-failure: yes (entry 7)`. Of a long text the first 300 characters are told.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.value {
            FactValue::Answer(answer) => write!(f, "{}: {answer} (entry {})", self.key, self.entry),
            FactValue::Number(number) => write!(f, "{}: {number} (entry {})", self.key, self.entry),
            FactValue::Text(text) => match text.char_indices().nth(REASON_CHARS) {
                Some((end, _)) => {
                    let told = text.get(..end).unwrap_or(text);
                    write!(f, "{}: {told}... (entry {})", self.key, self.entry)
                }
                None => write!(f, "{}: {text} (entry {})", self.key, self.entry),
            },
            FactValue::At(at) => write!(f, "{}: {at} seconds since 1970 (entry {})", self.key, self.entry),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::Story;

    #[test]
    fn a_long_text_is_told_by_its_beginning_and_its_entry() {
        let told = |text: &str| {
            Fact { key: "a".to_owned(), value: FactValue::Text(text.to_owned()), entry: 2, at: 0 }.to_string()
        };
        assert_eq!(told("ä"), "a: ä (entry 2)");
        assert_eq!(told(&"ä".repeat(300)), format!("a: {} (entry 2)", "ä".repeat(300)));
        assert_eq!(told(&"ä".repeat(301)), format!("a: {}... (entry 2)", "ä".repeat(300)));
    }

    #[test]
    fn a_fact_that_nobody_answered_is_unknown() {
        let situation = Story::of_an_emergency_closure().situation();
        assert_eq!(situation.answer("s48/business-failure"), Answer::Unknown);
    }

    #[test]
    fn a_fact_answered_with_a_text_is_not_a_yes() {
        let story = Story::of_an_emergency_closure();
        let situation = story.answered("s48/business-failure", "receiver").situation();
        assert_eq!(situation.answer("s48/business-failure"), Answer::Unknown);
        assert_eq!(situation.text("s48/business-failure"), Some("receiver"));
    }

    #[test]
    fn one_no_is_enough_for_a_no_and_one_unknown_for_an_unknown() {
        assert_eq!(Answer::Unknown.and(Answer::No), Answer::No);
        assert_eq!(Answer::Yes.and(Answer::Unknown), Answer::Unknown);
        assert_eq!(Answer::Yes.and(Answer::Yes), Answer::Yes);
    }
}
