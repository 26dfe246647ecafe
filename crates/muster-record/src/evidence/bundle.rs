//! A bundle: a record as one reader saw it, in a file of JSON lines that proves itself.
//!
//! First a header, then one line for each entry, whole or as a stub, then the signature. An entry that the reader saw
//! whole has its salt with it, so that anybody can work out its commitment; a stub has its commitment and no salt.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use super::checkpoint::{Signed, domain_word};
use super::key::{PublicKey, Signature, SigningKey};
use crate::entry::hash::from_hex;
use crate::entry::{Content, Hash, Salt, Sealed};
use crate::ids::{AgencyId, IncidentId, Seq, hex};
use crate::time::Instant;

mod check;
#[cfg(test)]
mod tests;

pub use check::{Broken, Checked, Checker, Problem};

/// The first version of the format. A later one has another name, and this one stays readable.
const FORMAT: &str = "muster/bundle/1";

/// One line of a bundle.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "line", rename_all = "snake_case", deny_unknown_fields)]
enum Line {
    Header(Box<Header>),
    /// An entry that the reader saw whole.
    Entry {
        seq: Seq,
        recorded_at: Instant,
        #[serde(with = "salt_in_hex")]
        salt: Salt,
        envelope: String,
        payload: String,
    },
    /// An entry that was withheld.
    Stub {
        seq: Seq,
        recorded_at: Instant,
        commitment: Hash,
    },
    Signature {
        digest: Hash,
        signature: String,
    },
}

/// What a bundle says of itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Header {
    /// The format: `muster/bundle/1`.
    pub format: String,
    /// Which record it is of: `muster/STORE/INCIDENT`.
    pub origin: String,
    /// The incident.
    pub incident: IncidentId,
    /// `live`, or `exercise` for a rehearsal.
    pub domain: String,
    /// The agency that saw the record so.
    pub seen_by: AgencyId,
    /// The key it was signed with.
    pub public_key: PublicKey,
    /// The checkpoint of the record at the bundle's last entry, as a note.
    pub checkpoint: String,
}

/// Writes a bundle, line by line. The signature at its end covers every byte before it.
#[derive(Debug)]
pub struct Writer {
    digest: Sha256,
    signed: Signed,
}

impl Writer {
    /// Begins a bundle of the record that the checkpoint is of, as an agency sees it; says its first line.
    ///
    /// # Errors
    /// When a line has no JSON form, which none of these lacks.
    pub fn begin(signed: Signed, seen_by: AgencyId, key: &PublicKey) -> Result<(Self, String), serde_json::Error> {
        let origin = &signed.checkpoint.origin;
        let header = Header {
            format: FORMAT.to_owned(),
            origin: origin.to_string(),
            incident: origin.incident.clone(),
            domain: domain_word(signed.checkpoint.domain).to_owned(),
            seen_by,
            public_key: *key,
            checkpoint: signed.note(),
        };
        let mut writer = Self { digest: Sha256::new(), signed };
        let line = writer.line(&Line::Header(Box::new(header)))?;
        Ok((writer, line))
    }

    /// The line of an entry that the reader may see whole; what was erased is a stub to everybody.
    ///
    /// # Errors
    /// As [`Writer::begin`].
    pub fn whole(&mut self, sealed: &Sealed) -> Result<String, serde_json::Error> {
        let Sealed { incident: _, seq, recorded_at, envelope, content, commitment: _, hash: _ } = sealed.clone();
        match content {
            Content::Whole { payload, salt } => self.line(&Line::Entry { seq, recorded_at, salt, envelope, payload }),
            Content::Locked | Content::Erased => self.stub(sealed),
        }
    }

    /// The line of an entry that is withheld from the reader. Its salt is not in it.
    ///
    /// # Errors
    /// As [`Writer::begin`].
    pub fn stub(&mut self, sealed: &Sealed) -> Result<String, serde_json::Error> {
        let (seq, recorded_at, commitment) = (sealed.seq, sealed.recorded_at, sealed.commitment);
        self.line(&Line::Stub { seq, recorded_at, commitment })
    }

    /// The last line: the signature.
    ///
    /// # Errors
    /// As [`Writer::begin`].
    pub fn end(self, key: &SigningKey) -> Result<String, serde_json::Error> {
        let digest = Hash(self.digest.finalize().into());
        let signature = key.sign(&signed_text(&self.signed, digest));
        written(&Line::Signature { digest, signature: STANDARD.encode(signature.0) })
    }

    fn line(&mut self, line: &Line) -> Result<String, serde_json::Error> {
        let text = written(line)?;
        self.digest.update(text.as_bytes());
        Ok(text)
    }
}

fn written(line: &Line) -> Result<String, serde_json::Error> {
    let mut text = serde_json::to_string(line)?;
    text.push('\n');
    Ok(text)
}

/// What the signature of a bundle is over. No checkpoint begins so: its first line names a store.
fn signed_text(signed: &Signed, digest: Hash) -> String {
    format!("{FORMAT}\ndigest {digest}\n{}", signed.note())
}

fn read_signature(text: &str) -> Option<Signature> {
    STANDARD.decode(text).ok()?.try_into().ok().map(Signature)
}

mod salt_in_hex {
    use super::{Deserialize as _, Salt, from_hex, hex};

    pub(super) fn serialize<S: serde::Serializer>(salt: &Salt, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&hex(salt))
    }

    pub(super) fn deserialize<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Salt, D::Error> {
        let text = String::deserialize(deserializer)?;
        from_hex(&text).ok_or_else(|| serde::de::Error::custom("a salt is 32 hexadecimal digits"))
    }
}
