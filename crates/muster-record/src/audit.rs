//! The audit: who was told, or refused, what should be asked after later. A chain of its own, beside the records.
//!
//! A row names people by number. It is kept when who they are has been erased.

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use crate::agency::Interest;
use crate::entry::Hash;
use crate::ids::{AgencyId, IncidentId, PersonNo, Seq};
use crate::incident::Incident;
use crate::refusal::Refusal;
use crate::time::Instant;
use crate::words::words;

#[cfg(test)]
mod tests;

words! {
    /// What somebody did, or tried to do.
    Did {
        /// Asked who one person is.
        ReadIdentity = "read-identity",
        /// Asked for all that is held of one person, to give it to them.
        ExportSubject = "export-subject",
        /// Looked beyond what its agency sees, for a stated emergency.
        BreakGlass = "break-glass",
        /// Read by a grant: what was shared with it, or what it broke the glass for.
        UseGrant = "use-grant",
    }
}

words! {
    /// What personal data is asked for. There has to be one (UK GDPR, article 5(1)(b); the first Caldicott principle).
    Purpose {
        /// To care for the person.
        DirectCare = "direct-care",
        /// To move the person safely.
        SafeMove = "safe-move",
        /// To reach the person's family, or whoever speaks for them.
        FamilyContact = "family-contact",
        /// To protect the person from abuse or neglect.
        Safeguarding = "safeguarding",
        /// To settle who pays.
        Funding = "funding",
        /// The person, or somebody for them, asked for what is held.
        SubjectRequest = "subject-request",
        /// To put right what is written down.
        Correction = "correction",
        /// To check that what is done with personal data is right.
        Assurance = "assurance",
    }
}

/// What became of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Answered {
    /// It was served.
    Served,
    /// It was refused, for the reason of that code.
    Refused(String),
}

/// One row of the audit, as it is written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Audited {
    /// What was done.
    pub did: Did,
    /// The agency.
    pub agency: AgencyId,
    /// Its system.
    pub system: String,
    /// The person who used the system, where one has signed in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user: Option<String>,
    /// What for.
    pub purpose: Purpose,
    /// What for, in the words of whoever asked. It names nobody.
    pub because: String,
    /// The incident.
    pub incident: IncidentId,
    /// The people that were asked after.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub people: Vec<PersonNo>,
    /// The version of the identity that was served.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<u32>,
    /// The entries that were served.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub entries: Vec<Seq>,
    /// The grant that it rests on, where it rests on one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub grant: Option<String>,
    /// What became of it.
    pub answered: Answered,
}

/// A row in its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditRow {
    /// Its place in the store: 1, 2, 3 ... without gaps.
    pub number: u64,
    /// When it was written.
    pub at: Instant,
    /// What was done.
    pub audited: Audited,
    /// Its hash.
    pub hash: Hash,
}

/// A row's own hash: it binds itself to the row before it. `text` is the row as JSON, as it is stored.
pub fn chained(number: u64, at: Instant, before: Hash, text: &str) -> Hash {
    let mut hasher = Sha256::new();
    hasher.update(b"muster/audit/1");
    hasher.update(number.to_be_bytes());
    hasher.update(at.timestamp_millis().to_be_bytes());
    hasher.update(before.0);
    hasher.update(text.as_bytes());
    Hash(hasher.finalize().into())
}

/// Which rows of an incident an agency may read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reach {
    /// All of them.
    All,
    /// Those of its own doings.
    Own,
}

impl Incident {
    /// Which rows of this incident's audit an agency may read: the lead, which answers for the record, reads all; any
    /// other participant its own.
    ///
    /// # Errors
    /// [`Refusal::NotPermitted`] to whoever has no seat.
    pub fn may_audit(&self, agency: &AgencyId) -> Result<Reach, Refusal> {
        let seat = self.participants.seat(agency).filter(|seat| seat.interest != Interest::None);
        let seat = seat.filter(|seat| seat.joined_at.is_some()).ok_or(Refusal::NotPermitted)?;
        Ok(if seat.is_lead { Reach::All } else { Reach::Own })
    }
}
