//! What the author of a rule set writes against: the words of the contract, a trait, a macro and a test bench.
//!
//! It knows nothing of the server. A rule set is a pure function of a [`Situation`] and its own
//! settings: it has no clock, file, network or randomness, and the same input gives the same
//! bytes. So keep what you gather in a `BTreeMap` or a `Vec`, never in a `HashMap`, whose order
//! is an accident.
//!
//! A whole rule set:
//!
//! ```
//! use muster_rule_sdk::{
//!     Advice, Answer, Description, Fault, Finding, IncidentKind, ItemKind, Part, RuleSet, Situation, cite,
//! };
//!
//! #[derive(serde::Deserialize)]
//! #[serde(default, deny_unknown_fields)]
//! struct Settings {
//!     people_at_most: usize,
//! }
//!
//! impl Default for Settings {
//!     fn default() -> Self {
//!         Self { people_at_most: 40 }
//!     }
//! }
//!
//! struct SmallHomes;
//!
//! impl RuleSet for SmallHomes {
//!     type Settings = Settings;
//!
//!     fn describe() -> Description {
//!         Description::new("small-homes", "0.1.0", "Small homes", "County protocol, 2026", [IncidentKind::ProviderFailure])
//!             .needing([Part::People])
//!             .giving([ItemKind::Finding])
//!     }
//!
//!     fn advise(situation: &Situation, settings: &Settings) -> Result<Advice, Fault> {
//!         let is_small = situation.people.len() <= settings.people_at_most;
//!         let verdict = if is_small { Answer::Yes } else { Answer::No };
//!         let rule = cite!("County protocol 4", "at most 40 residents", SectorPractice);
//!         let finding = Finding::new("small", "home", verdict, "The home is a small one", [rule])
//!             .because(format!("{} people are on the record", situation.people.len()));
//!         Ok(Advice::default().with(finding))
//!     }
//! }
//!
//! muster_rule_sdk::export_rule_set!(SmallHomes);
//! ```

mod advice;
#[doc(hidden)]
pub mod bindings;
mod citing;
mod glue;
mod grouping;
mod items;
pub mod log;
mod reasons;
mod settings;
mod situation;
#[cfg(not(target_arch = "wasm32"))]
pub mod testing;

pub use advice::Item;
pub use bindings::exports::muster::policy::rules::{
    Action, ActionStatus, Advice, AgencyKind, Allocation, Answer, CareStatus, Choice, Citation, Count, Decision,
    Description, Draft, Fact, FactValue, Failure, Fault, Figures, Finding, Funder, Gate, IncidentKind, Instant,
    Interest, Involvement, Issue, ItemKind, Meeting, MeetingKind, Milestone, Mobility, Need, Offer, OfferKind, Office,
    OptionSet, Other, Part, Participant, Person, Phase, ProposedAction, Provenance, Question, Recommendation,
    RegionalIncident, Related, Relation, Remark, Restriction, RestrictionBasis, RestrictionKind, Service, ServiceKind,
    Situation, Step, Tag,
};
pub use citing::cite;
#[doc(hidden)]
pub use glue::Exported;
pub use grouping::grouped;
pub use settings::read_settings;

/// A rule set: what it is, what its settings must hold, and what it says of a situation.
pub trait RuleSet {
    /// The settings, read from JSON. Give the struct `#[serde(default, deny_unknown_fields)]`:
    /// empty settings are read as `{}`, and a misspelt name should be an error.
    type Settings: serde::de::DeserializeOwned;

    /// What this rule set is and what it wants to be told.
    fn describe() -> Description;

    /// What is wrong with settings that can be read: what a type cannot say.
    fn check(_settings: &Self::Settings) -> Vec<Issue> {
        Vec::new()
    }

    /// The whole of the advice for this situation. What is absent from it is withdrawn.
    ///
    /// # Errors
    /// A fault stands on the record in the place of advice; prefer a finding that says what is not known.
    fn advise(situation: &Situation, settings: &Self::Settings) -> Result<Advice, Fault>;
}

/// Makes a type that implements [`RuleSet`] the rule set of this component.
///
/// It does nothing on a target that is not WebAssembly, where a rule set is a library with tests.
#[macro_export]
macro_rules! export_rule_set {
    ($rules:ty) => {
        #[cfg(target_arch = "wasm32")]
        #[expect(unsafe_code, reason = "the exported functions of a component take raw pointers")]
        mod component {
            use super::*;

            type Component = $crate::Exported<$rules>;
            $crate::bindings::export!(Component with_types_in $crate::bindings);
        }
    };
}
