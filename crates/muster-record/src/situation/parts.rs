//! The parts of a situation: what a rule set asks to be shown, what of it is granted, and what its advice rests on.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::Situation;
use crate::advice::ItemKind;
use crate::words::words;

words! {
    /// A part of a situation. All else in a situation is shown to every rule set.
    Part {
        /// The people who use the services, one by one, without identity.
        People = "people",
        /// How many people there are, and of which sorts, in ranges.
        Figures = "figures",
        /// What was answered.
        Facts = "facts",
        /// What was offered.
        Offers = "offers",
        /// What is to be done.
        Actions = "actions",
        /// What is restricted.
        Restrictions = "restrictions",
        /// Who meets.
        Meetings = "meetings",
        /// What panels recommended.
        Recommendations = "recommendations",
        /// What was decided.
        Decisions = "decisions",
        /// Linked incidents.
        Related = "related",
    }
}

/// What a rule set may be shown and may give: what it asks for, or what it was granted of that.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Grants {
    /// The parts of a situation it may be shown.
    pub needs: BTreeSet<Part>,
    /// The kinds of advice it may give.
    pub gives: BTreeSet<ItemKind>,
}

impl Grants {
    /// All that there is.
    pub fn everything() -> Self {
        Self { needs: Part::all(), gives: ItemKind::ALL.iter().copied().collect() }
    }

    /// What these grant of what is asked for.
    #[must_use]
    pub fn of(&self, asked: &Self) -> Self {
        Self { needs: &self.needs & &asked.needs, gives: &self.gives & &asked.gives }
    }
}

impl Part {
    /// Every part.
    pub fn all() -> BTreeSet<Self> {
        Self::ALL.iter().copied().collect()
    }
}

impl Situation {
    /// The same situation without the parts that were not asked for; of those that were, the ones not among `granted`
    /// are blank and withheld. Granting less to what was granted less comes to granting the least.
    #[must_use]
    pub fn showing(mut self, asked: &BTreeSet<Part>, granted: &BTreeSet<Part>) -> Self {
        for part in Part::ALL {
            if !asked.contains(part) || !granted.contains(part) {
                self.blank(*part);
            }
        }
        let mut withheld: BTreeSet<Part> = self.withheld.iter().copied().collect();
        withheld.extend(asked.difference(granted));
        self.withheld = withheld.intersection(asked).copied().collect();
        self
    }

    fn blank(&mut self, part: Part) {
        match part {
            Part::People => self.people.clear(),
            Part::Figures => self.figures = None,
            Part::Facts => self.facts.clear(),
            Part::Offers => self.offers.clear(),
            Part::Actions => self.actions.clear(),
            Part::Restrictions => self.restrictions.clear(),
            Part::Meetings => self.meetings.clear(),
            Part::Recommendations => self.recommendations.clear(),
            Part::Decisions => self.decisions.clear(),
            Part::Related => self.related.clear(),
        }
    }
}
