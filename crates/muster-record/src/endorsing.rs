//! Signatures under a rule set: who has looked at a component and stands for it, before anybody installs it.
//!
//! The envelope is DSSE, the statement in it in-toto's, so that other tools make and read them too. A statement names a
//! component by its SHA-256 and nothing else; what a signature means is for whoever lists the key to say.

use std::collections::BTreeSet;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::entry::Hash;
use crate::evidence::key::{PublicKey, Signature, SigningKey};
use crate::ids::{RuleSetId, hex};

#[cfg(test)]
mod tests;

/// What the payload of an envelope is said to be.
const PAYLOAD_TYPE: &str = "application/vnd.in-toto+json";
/// What the statement is said to be.
const STATEMENT_TYPE: &str = "https://in-toto.io/Statement/v1";
/// What the statement says of the component: that it may be installed as a rule set.
const PREDICATE_TYPE: &str = "urn:muster:rule-set:v1";
/// Largest envelope taken, in bytes.
pub const ENVELOPE_BYTES: usize = 64 * 1024;
/// Signatures that one envelope may hold.
const SIGNATURES: usize = 64;

/// A statement and the signatures under it, as the file has it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Envelope {
    payload_type: String,
    payload: String,
    signatures: Vec<Signed>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Signed {
    #[serde(default)]
    keyid: String,
    sig: String,
}

#[derive(Debug, Serialize, Deserialize)]
struct Statement {
    #[serde(rename = "_type")]
    of: String,
    subject: Vec<Subject>,
    #[serde(rename = "predicateType")]
    predicate_type: String,
    #[serde(default)]
    predicate: serde_json::Value,
}

#[derive(Debug, Serialize, Deserialize)]
struct Subject {
    name: String,
    digest: Digest,
}

#[derive(Debug, Serialize, Deserialize)]
struct Digest {
    sha256: String,
}

/// Whose signatures an agency asks for, and how many of them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Signers {
    /// The keys that count.
    pub keys: Vec<PublicKey>,
    /// How many of them have to have signed.
    pub at_least: usize,
}

/// Why an envelope does not do.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum NotEndorsed {
    /// There is none.
    #[error("this agency installs signed rule sets only: send the envelope with the signatures along")]
    Missing,
    /// It cannot be read.
    #[error("this is no envelope: {0}")]
    Unreadable(&'static str),
    /// It is about another component.
    #[error("the envelope is about another component than this one")]
    OtherComponent,
    /// Too few of those who are asked for have signed.
    #[error("{found} of the keys that this agency lists have signed, and {at_least} have to")]
    TooFew {
        /// How many did.
        found: usize,
        /// How many have to.
        at_least: usize,
    },
}

impl Envelope {
    /// An envelope about a component, with nobody's signature yet.
    ///
    /// # Errors
    /// Does not happen: a statement can always be written as JSON.
    pub fn about(rule_set: &RuleSetId, component: Hash) -> Result<Self, NotEndorsed> {
        let statement = Statement {
            of: STATEMENT_TYPE.to_owned(),
            subject: vec![Subject { name: rule_set.to_string(), digest: Digest { sha256: hex(&component.0) } }],
            predicate_type: PREDICATE_TYPE.to_owned(),
            predicate: serde_json::Value::Object(serde_json::Map::new()),
        };
        let statement =
            serde_json::to_string(&statement).map_err(|_| NotEndorsed::Unreadable("it cannot be written"))?;
        let (payload_type, payload) = (PAYLOAD_TYPE.to_owned(), STANDARD.encode(statement));
        Ok(Self { payload_type, payload, signatures: Vec::new() })
    }

    /// Reads an envelope from its JSON.
    ///
    /// # Errors
    /// [`NotEndorsed::Unreadable`].
    pub fn read(json: &[u8]) -> Result<Self, NotEndorsed> {
        if json.len() > ENVELOPE_BYTES {
            return Err(NotEndorsed::Unreadable("it is larger than 64 KiB"));
        }
        let read: Self = serde_json::from_slice(json).map_err(|_| NotEndorsed::Unreadable("it is not DSSE as JSON"))?;
        if read.signatures.len() > SIGNATURES {
            return Err(NotEndorsed::Unreadable("it holds more than 64 signatures"));
        }
        Ok(read)
    }

    /// The envelope as JSON.
    ///
    /// # Errors
    /// Does not happen: an envelope can always be written as JSON.
    pub fn write(&self) -> Result<String, NotEndorsed> {
        serde_json::to_string_pretty(self).map_err(|_| NotEndorsed::Unreadable("it cannot be written"))
    }

    /// The same envelope with one more signature; a second by the same key takes the place of the first.
    ///
    /// # Errors
    /// [`NotEndorsed::Unreadable`], where it does not hold a statement.
    pub fn signed_by(mut self, key: &SigningKey) -> Result<Self, NotEndorsed> {
        let signature = key.sign(&self.signed_text()?);
        let keyid = key.public().id().as_str().to_owned();
        self.signatures.retain(|signed| signed.keyid != keyid);
        self.signatures.push(Signed { keyid, sig: STANDARD.encode(signature.0) });
        Ok(self)
    }

    /// One envelope with the signatures of both, where both hold the same statement to the byte. What both hold stands
    /// once, and their order is that of the keys: whichever comes first, the same comes of it.
    ///
    /// # Errors
    /// [`NotEndorsed::OtherComponent`], or [`NotEndorsed::Unreadable`] where they say it in other words.
    pub fn joined(mut self, other: Self) -> Result<Self, NotEndorsed> {
        if self.component()? != other.component()? {
            return Err(NotEndorsed::OtherComponent);
        }
        if self.payload != other.payload {
            return Err(NotEndorsed::Unreadable(
                "its statement is in other words than that of another: have all sign into one envelope",
            ));
        }
        self.signatures.extend(other.signatures);
        self.signatures.sort_by(|one, other| (&one.keyid, &one.sig).cmp(&(&other.keyid, &other.sig)));
        self.signatures.dedup();
        if self.signatures.len() > SIGNATURES {
            return Err(NotEndorsed::Unreadable("it holds more than 64 signatures"));
        }
        Ok(self)
    }

    /// How many signatures it holds, right or wrong.
    pub fn count(&self) -> usize {
        self.signatures.len()
    }

    /// The component that it is about.
    ///
    /// # Errors
    /// [`NotEndorsed::Unreadable`].
    pub fn component(&self) -> Result<Hash, NotEndorsed> {
        if self.payload_type != PAYLOAD_TYPE {
            return Err(NotEndorsed::Unreadable("its payload is not an in-toto statement"));
        }
        let statement: Statement = serde_json::from_str(&self.statement()?)
            .map_err(|_| NotEndorsed::Unreadable("its payload is not an in-toto statement"))?;
        if statement.of != STATEMENT_TYPE || statement.predicate_type != PREDICATE_TYPE {
            return Err(NotEndorsed::Unreadable("its statement is not one about a rule set"));
        }
        let [Subject { name: _, digest }] = statement.subject.as_slice() else {
            return Err(NotEndorsed::Unreadable("its statement is not about one component"));
        };
        digest.sha256.parse().map_err(|_| NotEndorsed::Unreadable("its statement names no SHA-256"))
    }

    /// The listed keys that have signed it. A key counts once, however often it signed, and what a signature calls its
    /// key is not believed.
    ///
    /// # Errors
    /// [`NotEndorsed::Unreadable`].
    pub fn signers<'a>(&self, listed: &'a [PublicKey]) -> Result<Vec<&'a PublicKey>, NotEndorsed> {
        let text = self.signed_text()?;
        let signatures: Vec<Signature> = self.signatures.iter().filter_map(Signed::signature).collect();
        let mut seen = BTreeSet::new();
        let has_signed = |key: &PublicKey| signatures.iter().any(|signature| key.check(&text, signature).is_ok());
        Ok(listed.iter().filter(|key| seen.insert(key.to_bytes()) && has_signed(key)).collect())
    }

    /// What is signed: the type and the payload, each with its length before it, as DSSE has it.
    fn signed_text(&self) -> Result<String, NotEndorsed> {
        let (of, statement) = (&self.payload_type, self.statement()?);
        Ok(format!("DSSEv1 {} {of} {} {statement}", of.len(), statement.len()))
    }

    fn statement(&self) -> Result<String, NotEndorsed> {
        let bytes = STANDARD.decode(&self.payload).ok();
        let text = bytes.and_then(|bytes| String::from_utf8(bytes).ok());
        text.ok_or(NotEndorsed::Unreadable("its payload is not text in Base64"))
    }
}

impl Signed {
    fn signature(&self) -> Option<Signature> {
        STANDARD.decode(&self.sig).ok()?.try_into().ok().map(Signature)
    }
}

impl Signers {
    /// Whether as many as are asked for stand for this component.
    ///
    /// # Errors
    /// Why not.
    pub fn check(&self, envelope: Option<&Envelope>, component: Hash) -> Result<(), NotEndorsed> {
        let envelope = envelope.ok_or(NotEndorsed::Missing)?;
        if envelope.component()? != component {
            return Err(NotEndorsed::OtherComponent);
        }
        let found = envelope.signers(&self.keys)?.len();
        // To ask for none is a slip of the configuration, and is not taken for consent.
        let at_least = self.at_least.max(1);
        if found < at_least { Err(NotEndorsed::TooFew { found, at_least }) } else { Ok(()) }
    }
}
