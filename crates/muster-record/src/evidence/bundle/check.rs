//! Checking a bundle, line by line, with nothing but the lines and a key.

use sha2::{Digest as _, Sha256};
use thiserror::Error;

use super::{FORMAT, Header, Line, read_signature, signed_text, written};
use crate::entry::{Hash, chained, commitment};
use crate::evidence::checkpoint::{NotACheckpoint, Signed, Unsigned, domain_word};
use crate::evidence::key::PublicKey;
use crate::evidence::tree::{Frontier, Root};
use crate::ids::Seq;

/// What stands in a bundle that is in order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checked {
    /// What it says of itself.
    pub header: Header,
    /// The checkpoint it ends at.
    pub signed: Signed,
    /// Entries that stand there whole.
    pub whole: u64,
    /// Entries that are withheld.
    pub withheld: u64,
    /// The roots of the tree at the sizes that were asked for.
    pub roots: Vec<Root>,
}

/// Where a bundle is broken, and how.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("line {line}: {problem}")]
pub struct Broken {
    /// The line, from 1.
    pub line: u64,
    /// How.
    pub problem: Problem,
}

/// What may be wrong with a bundle.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum Problem {
    /// The line is none of a bundle.
    #[error("this is no line of a bundle ({0})")]
    Unreadable(String),
    /// The format is not known here.
    #[error("this bundle has the format {0:?}; this version of muster knows {FORMAT:?}")]
    OtherFormat(String),
    /// A line of another kind was due.
    #[error("{0} was due here")]
    Misplaced(&'static str),
    /// The checkpoint in the header is none.
    #[error(transparent)]
    Checkpoint(#[from] NotACheckpoint),
    /// The checkpoint in the header is not believed.
    #[error("the checkpoint in the header: {0}")]
    Unsigned(#[from] Unsigned),
    /// Header and checkpoint speak of different records.
    #[error("the header says {header}, and its checkpoint {checkpoint}")]
    HeaderDiffers {
        /// What the header says.
        header: String,
        /// What the checkpoint says.
        checkpoint: String,
    },
    /// An entry is missing, or stands twice or elsewhere.
    #[error("entry {found} stands where entry {expected} should: an entry is missing, repeated or moved")]
    Sequence {
        /// The entry that was due.
        expected: Seq,
        /// The entry that stands there.
        found: Seq,
    },
    /// The bundle has fewer or more entries than its checkpoint.
    #[error("the bundle has {found} entries, and its checkpoint says {signed}: its end was cut off or added to")]
    Length {
        /// How many there are.
        found: u64,
        /// How many were signed.
        signed: u64,
    },
    /// The entries lead to another root or last hash.
    #[error("the entries are not those that were signed: one of them was changed, or its place or time")]
    OtherEntries,
    /// The bytes are not those that were signed.
    #[error("the file is not as it was written: its digest is another")]
    Digest,
    /// The signature at the end does not hold.
    #[error("the signature at the end does not hold: it was changed, or somebody else made it")]
    Signature,
    /// Something stands behind the signature, or it is missing.
    #[error("the signature does not stand at the end: the end was cut off or added to")]
    NoEnd,
}

/// Takes a bundle's lines in, one after another.
#[derive(Debug)]
pub struct Checker {
    key: Option<PublicKey>,
    sizes: Vec<u64>,
    line: u64,
    digest: Sha256,
    begun: Option<Begun>,
    ended: bool,
}

/// What is known once the header was read.
#[derive(Debug)]
struct Begun {
    key: PublicKey,
    chain: Hash,
    frontier: Frontier,
    checked: Checked,
}

impl Checker {
    /// Checks a bundle against a key; against the one that its header names where none is given, which shows only that
    /// the bundle is one piece. The roots of the tree at `sizes` are worked out by the way.
    pub fn new(key: Option<PublicKey>, sizes: impl IntoIterator<Item = u64>) -> Self {
        let sizes = sizes.into_iter().collect();
        Self { key, sizes, line: 0, digest: Sha256::new(), begun: None, ended: false }
    }

    /// Takes the next line in, with the line break at its end.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn take(&mut self, line: &[u8]) -> Result<(), Broken> {
        self.line = self.line.saturating_add(1);
        self.read(line).map_err(|problem| Broken { line: self.line, problem })
    }

    /// Says what was in the bundle, once its last line was taken in.
    ///
    /// # Errors
    /// When its signature has not come.
    pub fn end(self) -> Result<Checked, Broken> {
        match self.begun {
            Some(begun) if self.ended => Ok(begun.checked),
            Some(_) | None => Err(Broken { line: self.line.saturating_add(1), problem: Problem::NoEnd }),
        }
    }

    fn read(&mut self, bytes: &[u8]) -> Result<(), Problem> {
        if self.ended {
            return Err(Problem::NoEnd);
        }
        let unreadable = |error: &dyn std::fmt::Display| Problem::Unreadable(error.to_string());
        let text = std::str::from_utf8(bytes).map_err(|error| unreadable(&error))?;
        let line: Line = serde_json::from_str(text).map_err(|error| unreadable(&error))?;
        let digest = Hash(self.digest.clone().finalize().into());
        self.digest.update(bytes);
        match (line, &mut self.begun) {
            (Line::Header(header), None) => {
                self.begun = Some(Begun::with(*header, self.key)?);
                Ok(())
            }
            (_, None) => Err(Problem::Misplaced("the header")),
            (Line::Header(_), Some(_)) => Err(Problem::Misplaced("an entry or the signature")),
            (Line::Entry { seq, recorded_at, salt, envelope, payload }, Some(begun)) => {
                begun.checked.whole = begun.checked.whole.saturating_add(1);
                begun.follows(seq, recorded_at, commitment(&salt, &envelope, &payload), &self.sizes)
            }
            (Line::Stub { seq, recorded_at, commitment }, Some(begun)) => {
                begun.checked.withheld = begun.checked.withheld.saturating_add(1);
                begun.follows(seq, recorded_at, commitment, &self.sizes)
            }
            (Line::Signature { digest: said, signature }, Some(begun)) => {
                let again = written(&Line::Signature { digest: said, signature: signature.clone() });
                if again.map_err(|error| unreadable(&error))? != text {
                    return Err(Problem::Signature);
                }
                self.ended = true;
                begun.is_signed(digest, said, &signature)
            }
        }
    }
}

impl Begun {
    fn with(header: Header, key: Option<PublicKey>) -> Result<Self, Problem> {
        if header.format != FORMAT {
            return Err(Problem::OtherFormat(header.format));
        }
        let signed = Signed::read(&header.checkpoint)?;
        let key = key.unwrap_or(header.public_key);
        signed.check(&key)?;
        let (origin, domain) = (&signed.checkpoint.origin, domain_word(signed.checkpoint.domain));
        let says = format!("{} of {}, {}", header.incident, header.origin, header.domain);
        let signs = format!("{} of {origin}, {domain}", origin.incident);
        if says != signs {
            return Err(Problem::HeaderDiffers { header: says, checkpoint: signs });
        }
        let checked = Checked { header, signed, whole: 0, withheld: 0, roots: Vec::new() };
        Ok(Self { key, chain: Hash::NONE, frontier: Frontier::default(), checked })
    }

    fn follows(
        &mut self,
        seq: Seq,
        recorded_at: crate::time::Instant,
        commitment: Hash,
        sizes: &[u64],
    ) -> Result<(), Problem> {
        let expected = Seq(self.frontier.size()).next();
        if seq != expected {
            return Err(Problem::Sequence { expected, found: seq });
        }
        let checkpoint = &self.checked.signed.checkpoint;
        let incident = &checkpoint.origin.incident;
        self.chain = chained(checkpoint.domain, incident, seq, recorded_at, self.chain, commitment);
        self.frontier.push(self.chain);
        if sizes.contains(&seq.0) {
            self.checked.roots.push(self.frontier.root());
        }
        Ok(())
    }

    fn is_signed(&self, digest: Hash, said: Hash, signature: &str) -> Result<(), Problem> {
        let checkpoint = &self.checked.signed.checkpoint;
        let (found, signed) = (self.frontier.size(), checkpoint.root.size);
        if found != signed {
            return Err(Problem::Length { found, signed });
        }
        if (self.frontier.root(), self.chain) != (checkpoint.root, checkpoint.chain) {
            return Err(Problem::OtherEntries);
        }
        if digest != said {
            return Err(Problem::Digest);
        }
        let signature = read_signature(signature).ok_or(Problem::Signature)?;
        let text = signed_text(&self.checked.signed, digest);
        self.key.check(&text, &signature).map_err(|_| Problem::Signature)
    }
}
