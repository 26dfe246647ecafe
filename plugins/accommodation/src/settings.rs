//! What a council sets for itself: how old a figure may be, and the priorities among beds and among needs.

use muster_rule_sdk::{Issue, Need};

/// What a council sets for itself.
#[derive(Debug, serde::Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    /// Days after which the figure of an offer of beds is marked as old.
    pub stale_after_days: u32,
    /// The most people who are placed together without somebody looking at it first.
    pub group_at_most: u32,
    /// What makes one bed better than another, the weightiest first: each criterion once.
    pub bed_order: Vec<Criterion>,
    /// The needs in the order in which they count, where needs come first.
    pub need_order: Vec<Need>,
}

/// What can make one bed better than another for a person whom both suit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Criterion {
    /// A home comes before a hotel.
    NotAHotel,
    /// A bed that is said to suit comes before one of which that is not said.
    SuitsForCertain,
    /// The area of the lead council, or of the agency that placed the person, then an area that is not said, then another.
    InArea,
    /// A bed that has no more than the person needs, so that the rest is left for those who need it.
    NoMoreThanNeeded,
    /// A figure that is not old comes before one that is.
    RecentFigure,
}

impl Criterion {
    const ALL: [Self; 5] =
        [Self::NotAHotel, Self::SuitsForCertain, Self::InArea, Self::NoMoreThanNeeded, Self::RecentFigure];

    fn word(self) -> &'static str {
        match self {
            Self::NotAHotel => "not-a-hotel",
            Self::SuitsForCertain => "suits-for-certain",
            Self::InArea => "in-area",
            Self::NoMoreThanNeeded => "no-more-than-needed",
            Self::RecentFigure => "recent-figure",
        }
    }
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            // The Plan says "up to date" and not how old that is. Vacancy figures reach a council monthly at worst,
            // so a week tells one that somebody took from one that came with the last return.
            stale_after_days: 7,
            // A couple and their friends are few; a longer chain is more likely a slip in the list.
            group_at_most: 8,
            bed_order: Criterion::ALL.to_vec(),
            need_order: vec![
                Need::EndOfLife,
                Need::Nursing,
                Need::TimeCriticalMedicine,
                Need::TwoCarers,
                Need::Dementia,
                Need::LacksCapacity,
                Need::NoOneToConsult,
                Need::DeprivationOfLiberty,
            ],
        }
    }
}

impl Settings {
    /// What is wrong with them: what a schema cannot say.
    pub(crate) fn issues(&self) -> Vec<Issue> {
        let Self { stale_after_days, group_at_most, bed_order, need_order } = self;
        let mut issues = Vec::new();
        let mut wrong = |path: &str, problem: String| issues.push(Issue { path: path.to_owned(), problem });
        if !(1..=365).contains(stale_after_days) {
            wrong("stale_after_days", "a figure is marked as old after 1 to 365 days".to_owned());
        }
        if !(2..=20).contains(group_at_most) {
            wrong("group_at_most", "a group that is placed together is of 2 to 20 people".to_owned());
        }
        for criterion in Criterion::ALL {
            match bed_order.iter().filter(|named| **named == criterion).count() {
                1 => (),
                0 => wrong("bed_order", format!("{} is missing: name each criterion once", criterion.word())),
                _ => wrong("bed_order", format!("{} stands there more than once", criterion.word())),
            }
        }
        for (index, need) in need_order.iter().enumerate() {
            if need_order.iter().take(index).any(|before| before == need) {
                wrong(&format!("need_order[{index}]"), "this need stands further up already".to_owned());
            }
        }
        issues
    }
}
