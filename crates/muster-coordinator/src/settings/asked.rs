//! What is asked about settings, what comes of it, and what can be in the way.

use muster_record::entry::{Hand, Hash};
use muster_record::ids::{AgencyId, IncidentId, RequestId, RuleSetId, Seq};
use muster_record::time::Instant;
use muster_rules::{Failure, SettingsIssue, SettingsRefused};
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::error::{AppendError, QueryError};

/// A request to change an agency's settings of a rule set.
#[derive(Debug, Clone)]
pub struct SettingsAsk {
    /// The caller's agency, whose settings they are.
    pub agency: AgencyId,
    /// The hand that changes them.
    pub hand: Hand,
    /// What the caller names the request.
    pub request: RequestId,
    /// The hash of the request's canonical body.
    pub body: Hash,
    /// The rule set.
    pub rule_set: RuleSetId,
    /// The settings, as JSON; empty for those that come with the server or the rule set.
    pub settings: String,
    /// Why.
    pub because: String,
}

/// What became of a change of settings.
#[derive(Debug, Clone)]
pub struct ChangedSettings {
    /// What the settings are known by.
    pub settings: Hash,
    /// When they changed.
    pub at: Instant,
    /// Whether this repeats an earlier answer.
    pub replayed: bool,
    /// The entries that say so.
    pub reached: Vec<Reached>,
    /// Incidents that go on with the settings they have.
    pub left: Vec<Left>,
}

/// What a change came to, as it is kept.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct Outcome {
    pub(crate) reached: Vec<Reached>,
    pub(crate) left: Vec<Left>,
}

/// An entry that says that settings changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reached {
    /// The incident.
    pub incident: IncidentId,
    /// The entry.
    pub seq: Seq,
}

/// An incident that goes on with the settings it has, as it uses a version that does not take the new ones.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Left {
    /// The incident.
    pub incident: IncidentId,
    /// What its version says of the settings.
    pub why: String,
}

/// Where settings come from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SettingsFrom {
    /// The rule set's own defaults.
    RuleSet,
    /// The server's configuration.
    Server,
    /// The agency itself.
    Agency {
        /// Since when.
        since: Instant,
        /// Which of its systems, or who was signed in.
        system: String,
        /// Why.
        because: String,
    },
}

/// The settings that new incidents of an agency use.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InForce {
    /// As JSON; empty for the rule set's own defaults.
    pub settings: String,
    /// What they are known by.
    pub digest: Hash,
    /// Where they come from.
    pub from: SettingsFrom,
    /// What the installed version finds wrong with them: nothing, unless it was installed after they were set.
    pub problems: Vec<SettingsIssue>,
}

/// Why settings were not changed or told.
#[derive(Debug, Error)]
pub enum SettingsError {
    /// No rule set of that name is installed.
    #[error("this server runs no rule set of that name")]
    NoSuchRuleSet,
    /// The rule set belongs to another agency.
    #[error("the rule set belongs to {owner}, which sets it")]
    NotYours {
        /// The agency it belongs to.
        owner: AgencyId,
    },
    /// The settings will not do: everything that is wrong with them.
    #[error("the settings will not do: {} things are wrong with them", .0.len())]
    Refused(Vec<SettingsIssue>),
    /// The rule set failed while it looked at the settings.
    #[error("the rule set failed while it looked at the settings: {0}")]
    Failed(Failure),
    /// These settings are in force already, and every open incident uses them.
    #[error("these settings are in force already, and on every open incident that they bear on")]
    AlreadySo,
    /// The incident uses that version already.
    #[error("the incident uses this version of the rule set already, and it has not failed there")]
    SameVersion,
    /// The digest is not that of the version which new incidents use.
    #[error("this is not the digest of the version that new incidents use: look at that one")]
    OtherComponent,
    /// They were not kept, or it is not known.
    #[error(transparent)]
    Append(#[from] AppendError),
    /// Something could not be read.
    #[error(transparent)]
    Query(#[from] QueryError),
}

impl From<SettingsRefused> for SettingsError {
    fn from(refused: SettingsRefused) -> Self {
        match refused {
            SettingsRefused::Issues(issues) => Self::Refused(issues),
            SettingsRefused::Failed(failure) => Self::Failed(failure),
        }
    }
}
