//! Access: which certificate authorities, systems and certificates this server takes, and what a system may do.
//!
//! What stands here is decided on values: reading the file is the binary's business, listening to changes of it is
//! [`crate::follow`]'s.

use std::collections::{BTreeMap, BTreeSet};

use muster_record::ids::AgencyId;
use muster_record::rights::{Reach, Role};
use muster_record::time::Instant;

mod certificate;
#[cfg(test)]
mod tests;

pub use certificate::{NobodyNamed, Presented, key_digest, subject};

/// SHA-256 of something in DER: of a certificate, or of the public key in one.
pub type Digest = [u8; 32];

/// The partner systems that may call, and on whose word.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Registry {
    /// The authorities that issue certificates to partner systems. A certificate of any other is refused.
    pub authorities: Vec<Authority>,
    /// Systems by the URI in their certificates.
    pub systems: BTreeMap<String, System>,
    /// What a system may do that is not listed; nothing where such systems are refused.
    pub not_listed: Option<SystemRoles>,
    /// Certificates that are refused although they are in date.
    pub revoked: Revoked,
}

/// A certificate authority, and the agencies for whose systems it may issue certificates.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Authority {
    /// What the registry calls it.
    pub name: String,
    /// SHA-256 of its public key, as `SubjectPublicKeyInfo` in DER.
    pub key: Digest,
    /// The agencies whose systems it may name.
    pub agencies: BTreeSet<AgencyId>,
}

/// A partner's system.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct System {
    /// Whether it may call.
    pub state: SystemState,
    /// What it may do.
    pub roles: SystemRoles,
}

/// Whether a system may call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SystemState {
    /// It may.
    Active,
    /// Not for now: its calls are refused and its open streams end.
    Suspended,
}

/// The roles of a system.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SystemRoles {
    /// What the people who are signed in through it may do at most.
    pub at_most: BTreeSet<Role>,
    /// What it does by itself, when nobody is signed in.
    pub unattended: BTreeSet<Role>,
}

/// Revoked certificates.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Revoked {
    /// By SHA-256 of the public key, as `SubjectPublicKeyInfo` in DER: every certificate for it. A digest of the whole
    /// certificate would not do, because its holder can give it another.
    pub keys: BTreeSet<Digest>,
    /// By the issuer's public key and the serial number, without leading zeros.
    pub serials: BTreeSet<(Digest, Vec<u8>)>,
}

impl SystemRoles {
    /// How far the system reaches: for whoever is signed in, or by itself.
    pub fn reach(&self, signed_in: SignedIn) -> Reach {
        match signed_in {
            SignedIn::Somebody => Reach::of_roles(&self.at_most),
            SignedIn::Nobody => Reach::of_roles(&self.unattended),
        }
    }
}

/// Whether a person is signed in through a system.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SignedIn {
    /// A person is.
    Somebody,
    /// The system acts by itself.
    Nobody,
}

impl Registry {
    /// What the holder of a certificate may do now, if it may call at all.
    ///
    /// # Errors
    /// Why it may not: for the log, never for the caller.
    pub fn admits(&self, presented: &Presented, now: Instant) -> Result<&SystemRoles, NobodyNamed> {
        if now < presented.not_before || now > presented.not_after {
            return Err(NobodyNamed::OutOfDate);
        }
        let issuer = self.authorities.iter().find(|authority| authority.key == presented.issuer_key);
        let issuer = issuer.ok_or_else(|| NobodyNamed::UnknownIssuer { agency: presented.agency.clone() })?;
        if !issuer.agencies.contains(&presented.agency) {
            let (authority, agency) = (issuer.name.clone(), presented.agency.clone());
            return Err(NobodyNamed::NotItsAgency { authority, agency });
        }
        let by_serial = (presented.issuer_key, presented.serial.clone());
        if self.revoked.keys.contains(&presented.key) || self.revoked.serials.contains(&by_serial) {
            return Err(NobodyNamed::Revoked { uri: presented.uri.clone() });
        }
        match (self.systems.get(&presented.uri), &self.not_listed) {
            (Some(System { state: SystemState::Active, roles }), _) => Ok(roles),
            (Some(System { state: SystemState::Suspended, roles: _ }), _) => {
                Err(NobodyNamed::Suspended { uri: presented.uri.clone() })
            }
            (None, Some(roles)) => Ok(roles),
            (None, None) => Err(NobodyNamed::NotListed { uri: presented.uri.clone() }),
        }
    }
}
