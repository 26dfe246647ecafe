//! Log: notes, as a loggist writes them, and corrections, which name the entry they put right.

use serde::{Deserialize, Serialize};

use super::{Asking, Stamp, plural, required};
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
        }
    }

    pub(crate) fn lines(&self) -> Vec<String> {
        let notes = (self.notes > 0).then(|| plural(self.notes, "note", "notes"));
        let corrections =
            self.corrections.iter().map(|(wrong, right)| format!("entry {wrong} is corrected by {right}"));
        notes.into_iter().chain(corrections).collect()
    }
}

impl Fact {
    pub(crate) fn told(&self) -> String {
        match self {
            Self::Noted { text } => format!("note: {text}"),
            Self::Corrected { entry, text } => format!("corrects entry {entry}: {text}"),
        }
    }
}

#[cfg(test)]
mod tests;
