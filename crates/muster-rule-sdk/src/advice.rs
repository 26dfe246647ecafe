//! Advice in the making: each item into the list of its kind.

use crate::{
    Advice, Allocation, Draft, Finding, Gate, Instant, Involvement, OptionSet, Other, ProposedAction, Question,
    RegionalIncident,
};

/// An item of advice, of whichever kind.
pub trait Item {
    /// Puts it behind the others of its kind.
    fn add_to(self, advice: &mut Advice);
}

macro_rules! items {
    ($($item:ty: $list:ident,)*) => {
        $(impl Item for $item {
            fn add_to(self, advice: &mut Advice) {
                advice.$list.push(self);
            }
        })*
    };
}

items! {
    Finding: findings,
    Question: questions,
    ProposedAction: actions,
    OptionSet: options,
    Involvement: involvements,
    Gate: gates,
    Draft: drafts,
    Allocation: allocations,
    RegionalIncident: regional_incidents,
    Other: others,
}

impl Advice {
    /// Puts an item behind the others of its kind.
    pub fn add(&mut self, item: impl Item) {
        item.add_to(self);
    }

    /// The advice with one more item.
    ///
    /// ```
    /// use muster_rule_sdk::{Advice, AgencyKind, Answer, Finding, ProposedAction, cite};
    ///
    /// let rule = cite!("County protocol 4", "two carers at all times", SectorPractice);
    /// let advice = Advice::default()
    ///     .with(Finding::new("enough", "staff", Answer::No, "Two carers are there", [rule.clone()]))
    ///     .with(ProposedAction::new("find", "Find a second carer", AgencyKind::Council, [rule]));
    /// assert_eq!((advice.findings.len(), advice.actions.len()), (1, 1));
    /// ```
    #[must_use]
    pub fn with(mut self, item: impl Item) -> Self {
        self.add(item);
        self
    }

    /// Asks for another look at a moment although nothing is written by then; the earliest that was asked for counts.
    ///
    /// ```
    /// use muster_rule_sdk::Advice;
    ///
    /// let advice = Advice::default().looking_again(1_783_350_000).looking_again(1_783_340_000);
    /// assert_eq!(advice.look_again_at, Some(1_783_340_000));
    /// ```
    #[must_use]
    pub fn looking_again(mut self, at: Instant) -> Self {
        self.look_again_at = Some(self.look_again_at.map_or(at, |before| before.min(at)));
        self
    }
}
