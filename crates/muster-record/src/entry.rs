//! An entry: a fact in its place on the record.
//!
//! The chain that holds the entries together is in `entry/chain.rs`.

use serde::{Deserialize, Serialize};

use crate::agency::Office;
use crate::erasing::Gives;
use crate::fact::Fact;
use crate::ids::{AgencyId, IncidentId, PersonNo, RuleSetId, Seq};
use crate::time::Instant;
use crate::words::words;

mod chain;
mod drawn;
pub(crate) mod hash;
mod labels;

pub use chain::{Broken, Content, Domain, Salt, Sealed, chained, commitment};
pub use drawn::{Drawn, Sources};
pub use hash::{Hash, NotAHash};
pub use labels::{Asked, Labels};

/// Who wrote an entry.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Author {
    /// The agency that answers for it.
    pub agency: AgencyId,
    /// Whose hand it was.
    pub hand: Hand,
    /// The office it was written for, where the command named one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub office: Option<Office>,
}

/// Whose hand wrote an entry.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Hand {
    /// A partner's system, by the name in its certificate.
    System(String),
    /// A rule set of the agency.
    RuleSet(RuleSetId),
    /// A person who was signed in.
    Person {
        /// Who it is: the staff id that the agency's provider of identities gives.
        person: String,
        /// The partner's system through which it was written; none where the person called directly.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        system: Option<String>,
    },
}

impl Hand {
    /// The hand by name: a person's staff id, or what a system or rule set is called.
    pub fn name(&self) -> &str {
        match self {
            Self::System(name) => name,
            Self::RuleSet(name) => name.as_str(),
            Self::Person { person, system: _ } => person,
        }
    }
}

impl Author {
    /// A system of an agency, acting for no office in particular.
    pub fn system(agency: AgencyId, system: &str) -> Self {
        Self::by(agency, Hand::System(system.to_owned()))
    }

    /// A hand of an agency, acting for no office in particular.
    pub fn by(agency: AgencyId, hand: Hand) -> Self {
        Self { agency, hand, office: None }
    }

    /// The same hand, acting for an office.
    #[must_use]
    pub fn for_office(self, office: Option<Office>) -> Self {
        let Self { agency, hand, office: _ } = self;
        Self { agency, hand, office }
    }

    /// How the author is written in a timeline: the agency, with the person where one was signed in, or the rule set
    /// in brackets.
    pub fn told(&self) -> String {
        match &self.hand {
            Hand::System(_) => self.agency.to_string(),
            Hand::RuleSet(name) => format!("[{name}]"),
            Hand::Person { person, system: _ } => format!("{}/{person}", self.agency),
        }
    }
}

words! {
    /// What sort of information an entry holds, which decides who may see it.
    Class {
        /// How the incident is handled.
        Operational = "operational",
        /// About a person.
        Personal = "personal",
        /// About a person's health.
        Health = "health",
        /// About a safeguarding concern.
        Safeguarding = "safeguarding",
        /// About money and contracts.
        Commercial = "commercial",
        /// Legally privileged.
        Legal = "legal",
    }
}

/// For whom an entry was written.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Audience {
    /// The incident's participants, by interest.
    #[default]
    Participants,
    /// Only these agencies, and the author's.
    Agencies(Vec<AgencyId>),
}

/// What is said about a fact besides the fact.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Envelope {
    /// Who wrote it.
    pub author: Author,
    /// When it happened, as the author says.
    pub occurred_at: Instant,
    /// What sort of information it holds.
    pub class: Class,
    /// For whom it was written.
    #[serde(default)]
    pub audience: Audience,
    /// The people it is about.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub subjects: Vec<PersonNo>,
    /// The sorts of information that it was worked out from, where that is more than its own: who may see it has to
    /// be one who may see all of these.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub drawn_from: Vec<Class>,
    /// The entry it follows from: an adopted proposal's, a standing decision's, the one it corrects.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cause: Option<Seq>,
    /// The number that it gives out, where what it says is kept sealed and may be erased.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub gives: Option<Gives>,
}

/// A fact in its place on the record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// The incident.
    pub incident: IncidentId,
    /// Its place: 1, 2, 3 ... without gaps.
    pub seq: Seq,
    /// When it was written, by our clock; never before the entry in front of it.
    pub recorded_at: Instant,
    /// Who, when, what sort, for whom and why.
    pub envelope: Envelope,
    /// What happened.
    pub fact: Fact,
}
