//! Reasons: the facts that an item rests on, each with the entry of the record that holds it.

use crate::{Finding, Other, ProposedAction, RegionalIncident, Situation};

/// A fact as a reason; that nobody has answered is a reason too.
fn reason(situation: &Situation, key: &str) -> String {
    situation.fact(key).map_or_else(|| format!("{key}: nobody has answered"), ToString::to_string)
}

macro_rules! rest_on_facts {
    ($($item:ty,)*) => {
        $(impl $item {
            /// It rests on the facts with these keys: each becomes a reason, with its answer and the entry that holds
            /// it, or with the word that nobody has answered.
            ///
            /// ```
            /// use muster_rule_sdk::testing::Story;
            /// use muster_rule_sdk::{Answer, Finding, cite};
            ///
            /// let situation = Story::of_an_emergency_closure().answered("power/on", Answer::No).situation();
            /// let rule = cite!("County protocol 2", "light and heat", SectorPractice);
            /// let finding = Finding::new("warm", "home", Answer::No, "The home is warm", [rule])
            ///     .because_of(&situation, ["power/on", "boiler/works"]);
            /// assert_eq!(finding.because, ["power/on: no (entry 2)", "boiler/works: nobody has answered"]);
            /// ```
            #[must_use]
            pub fn because_of<'a>(mut self, situation: &Situation, keys: impl IntoIterator<Item = &'a str>) -> Self {
                self.because.extend(keys.into_iter().map(|key| reason(situation, key)));
                self
            }
        })*
    };
}

rest_on_facts! {
    Finding,
    ProposedAction,
    RegionalIncident,
    Other,
}
