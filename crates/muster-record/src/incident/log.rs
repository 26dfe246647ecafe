//! Log: notes, as a loggist writes them, corrections, which name the entry they put right, and tombstones of what entries
//! said.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{Asking, Stamp, plural, required};
use crate::identity::Basis;
use crate::ids::Seq;
use crate::refusal::Refusal;

/// What a loggist writes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "fact", rename_all = "snake_case")]
pub enum Fact {
    /// A note was made.
    Noted {
        /// The note.
        text: String,
    },
    /// An earlier entry was put right. The earlier one stays as it was.
    Corrected {
        /// The entry that was wrong.
        entry: Seq,
        /// What is right.
        text: String,
    },
    /// What entries said was erased: their keys and sealed payloads are gone. The entries stay, with their places,
    /// envelopes and hashes. Whom they were about is not said: everybody at the table reads this.
    EntriesErased {
        /// The entries.
        entries: Vec<Seq>,
        /// Why.
        because: String,
        /// On which legal basis.
        basis: Basis,
        /// Who decided it, by post and not by name.
        by: String,
    },
}

/// What a loggist asks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "command", rename_all = "snake_case")]
pub enum Command {
    /// Make a note.
    Note {
        /// The note.
        text: String,
    },
    /// Put an earlier entry right.
    Correct {
        /// The entry that is wrong.
        entry: Seq,
        /// What is right.
        text: String,
    },
}

/// Notes and corrections so far.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Log {
    /// How many notes.
    pub notes: usize,
    /// Entries put right, each with the entry that does so.
    pub corrections: Vec<(Seq, Seq)>,
    /// Entries whose content was erased, each with the tombstone that says so.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub erased: BTreeMap<Seq, Seq>,
}

pub(super) fn decide(asking: &Asking<'_>, command: &Command) -> Result<Vec<crate::Fact>, Refusal> {
    asking.works_or_oversees()?;
    let fact = match command {
        Command::Note { text } => {
            required("text", text)?;
            Fact::Noted { text: text.clone() }
        }
        Command::Correct { entry, text } => {
            required("text", text)?;
            if entry.0 == 0 || *entry > asking.incident.seq {
                return Err(Refusal::AheadOfTheRecord);
            }
            Fact::Corrected { entry: *entry, text: text.clone() }
        }
    };
    Ok(vec![fact.into()])
}

impl Log {
    pub(super) fn apply(&mut self, stamp: &Stamp<'_>, fact: &Fact) {
        match fact {
            Fact::Noted { text: _ } => self.notes = self.notes.saturating_add(1),
            Fact::Corrected { entry, text: _ } => self.corrections.push((*entry, stamp.seq)),
            Fact::EntriesErased { entries, because: _, basis: _, by: _ } => {
                self.erased.extend(entries.iter().map(|entry| (*entry, stamp.seq)));
            }
        }
    }

    pub(crate) fn lines(&self) -> Vec<String> {
        let notes = (self.notes > 0).then(|| plural(self.notes, "note", "notes"));
        let corrections =
            self.corrections.iter().map(|(wrong, right)| format!("entry {wrong} is corrected by {right}"));
        let erased = (!self.erased.is_empty())
            .then(|| format!("what {} said was erased", plural(self.erased.len(), "entry", "entries")));
        notes.into_iter().chain(corrections).chain(erased).collect()
    }
}

impl Fact {
    pub(crate) fn told(&self) -> String {
        match self {
            Self::Noted { text } => format!("note: {text}"),
            Self::Corrected { entry, text } => format!("corrects entry {entry}: {text}"),
            Self::EntriesErased { entries, because, basis, by } => {
                let what = plural(entries.len(), "entry", "entries");
                let places = entries.iter().map(Seq::to_string).collect::<Vec<_>>().join(", ");
                format!("what {what} said was erased ({places}; {basis}; decided by {by}): {because}")
            }
        }
    }
}

#[cfg(test)]
mod tests;
