//! Who the people are: what may be written down, who may be told, and what remains when it was erased.
//!
//! Nothing of it stands on the record but that it was written, by whom, and a commitment to the sealed bytes. Sealing,
//! keeping and reading it are done elsewhere; here it is decided, and here its plain form has its types, which cannot
//! be printed.

use serde::{Deserialize, Serialize};

use crate::agency::{AgencyKind, Interest};
use crate::entry::{Author, Hand, Hash};
use crate::ids::{AgencyId, PersonNo};
use crate::incident::participants::Seat;
use crate::incident::{Incident, required};
use crate::personal_text;
use crate::refusal::Refusal;
use crate::time::Instant;
use crate::visible::Why;
use crate::words::words;

mod bytes;
mod nhs_number;
mod plain;
mod sensitive;
#[cfg(test)]
mod tests;

pub use bytes::NotAnIdentity;
pub use nhs_number::NhsNumber;
pub(crate) use nhs_number::is_checked;
pub use plain::{Contact, Identity, Relative};
pub use sensitive::Sensitive;

words! {
    /// The legal basis on which who somebody is was erased (UK GDPR, articles 5 and 17).
    Basis {
        /// The retention period ended: article 5(1)(e).
        RetentionEnded = "retention-ended",
        /// It is no longer needed for what it was written down for: article 17(1)(a).
        NoLongerNeeded = "no-longer-needed",
        /// The person objected, and nothing overrides that: article 17(1)(c).
        ObjectionUpheld = "objection-upheld",
        /// It should not have been written down: article 17(1)(d).
        UnlawfullyProcessed = "unlawfully-processed",
        /// A law says that it has to be erased: article 17(1)(e).
        LegalObligation = "legal-obligation",
        /// It was somebody else's: articles 5(1)(d) and 16. The right one may be written down afterwards.
        RecordedInError = "recorded-in-error",
    }
}

/// What became of who a person is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    /// It is kept, sealed.
    Sealed {
        /// How often it was written with this.
        version: u32,
        /// What the entry committed to.
        commitment: Hash,
        /// The agency that wrote it.
        by: AgencyId,
        /// When.
        at: Instant,
    },
    /// It was erased.
    Erased {
        /// The version that was erased.
        version: u32,
        /// On which legal basis.
        basis: Basis,
        /// When.
        at: Instant,
    },
}

impl Incident {
    /// Whether an agency may be told who a person is, or write it down.
    ///
    /// It has joined and works the incident. It is neither a region nor a regulator, which see numbers. An agency that
    /// is there because it placed people is told of those alone: one of the kind `placing-authority`, and any other but
    /// the lead that is named as having placed somebody here.
    ///
    /// # Errors
    /// [`Refusal::NotPermitted`] to whoever has no seat, whether there is such a person or not; to participants the
    /// finer reason.
    pub fn may_identify(&self, agency: &AgencyId, person: PersonNo) -> Result<(), Refusal> {
        let seat = self.taken_seat(agency)?;
        if matches!(seat.kind, AgencyKind::Region | AgencyKind::Regulator) {
            return Err(Refusal::IdentityNotForKind { kind: seat.kind });
        }
        if !seat.interest.is_operational() {
            return Err(Refusal::InterestTooLow { interest: seat.interest });
        }
        let placed_by = &self.people.get(person)?.details.placed_by;
        let places = seat.kind == AgencyKind::PlacingAuthority
            || self.people.list.iter().any(|known| known.details.placed_by.as_ref() == Some(agency));
        if places && !seat.is_lead && placed_by.as_ref() != Some(agency) {
            return Err(Refusal::NotYourPerson);
        }
        Ok(())
    }

    /// Whether an agency may be told who a person is at a moment, and the grant that it rests on, where it rests on one.
    ///
    /// What was shared with it, or the glass that it broke, tells of people whom its seat does not. A region is told of
    /// nobody, whatever was granted.
    ///
    /// # Errors
    /// As [`Incident::may_identify`].
    pub fn may_be_told(&self, agency: &AgencyId, person: PersonNo, at: Instant) -> Result<Option<Why>, Refusal> {
        let refusal = match self.may_identify(agency, person) {
            Ok(()) => return Ok(None),
            Err(refusal) => refusal,
        };
        let by_its_seat = matches!(
            refusal,
            Refusal::InterestTooLow { .. }
                | Refusal::NotYourPerson
                | Refusal::IdentityNotForKind { kind: AgencyKind::Regulator }
        );
        if !by_its_seat {
            return Err(refusal);
        }
        self.people.get(person)?;
        self.grants(agency, at).tell_of(person, at).map(Some).ok_or(refusal)
    }

    /// The version under which who a person is would be written down now.
    ///
    /// A closed incident takes corrections of what was written down before, and nothing new.
    ///
    /// # Errors
    /// Why it is not written down.
    pub fn next_identity(&self, author: &Author, person: PersonNo) -> Result<u32, Refusal> {
        self.may_identify(&author.agency, person)?;
        self.has_a_hand(author)?;
        match self.people.identities.get(&person) {
            None if self.is_closed() => Err(Refusal::IncidentClosed),
            None => Ok(1),
            Some(Standing::Sealed { version, .. })
            | Some(Standing::Erased { version, basis: Basis::RecordedInError, at: _ }) => Ok(version.saturating_add(1)),
            Some(Standing::Erased { .. }) => Err(Refusal::IdentityErased),
        }
    }

    /// The version of who a person is that is kept now.
    ///
    /// # Errors
    /// [`Refusal::NoSuch`] when it was never written down, [`Refusal::IdentityErased`] when it was erased.
    pub fn identity_of(&self, person: PersonNo) -> Result<u32, Refusal> {
        match self.people.identities.get(&person) {
            Some(Standing::Sealed { version, .. }) => Ok(*version),
            Some(Standing::Erased { .. }) => Err(Refusal::IdentityErased),
            None => Err(Refusal::NoSuch { what: "identity of person", given: person.0.to_string() }),
        }
    }

    /// A seat that was taken, of an agency that is still involved. Anybody else is as good as a stranger.
    pub(crate) fn taken_seat(&self, agency: &AgencyId) -> Result<&Seat, Refusal> {
        let seat = self.participants.seat(agency).filter(|seat| seat.interest != Interest::None);
        seat.filter(|seat| seat.joined_at.is_some()).ok_or(Refusal::NotPermitted)
    }

    /// A rule set has no hand in it, and an office that is named is held.
    pub(crate) fn has_a_hand(&self, author: &Author) -> Result<(), Refusal> {
        if let Hand::RuleSet(_) = author.hand {
            return Err(Refusal::NotPermitted);
        }
        match author.office {
            Some(office) if !self.participants.holds(&author.agency, office) => Err(Refusal::OfficeNotHeld { office }),
            Some(_) | None => Ok(()),
        }
    }
}

/// Refuses a text that is kept for ever and says nothing, or looks as if it told who somebody is.
///
/// # Errors
/// [`Refusal::Required`] or [`Refusal::Invalid`], naming the field.
pub fn names_nobody(field: &'static str, text: &str) -> Result<(), Refusal> {
    required(field, text)?;
    if personal_text::looks_like(text).is_empty() {
        return Ok(());
    }
    Err(Refusal::Invalid { field, problem: "looks as if it held personal data, and it outlives every erasure" })
}
