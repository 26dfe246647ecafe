//! Log: notes, corrections, and tombstones.

use muster_record::incident::log::{Command, Fact};

use crate::at::At;
use crate::v1;
use crate::v1::command::Command as Asked;
use crate::v1::entry::Body;
use crate::words::Word as _;

pub(crate) fn note(at: &mut At<'_>, wire: &v1::MakeNote) -> Option<Command> {
    let v1::MakeNote { text } = wire;
    Some(Command::Note { text: at.field("text").long_text(text)? })
}

pub(crate) fn correct(at: &mut At<'_>, wire: &v1::CorrectEntry) -> Option<Command> {
    let v1::CorrectEntry { entry, text } = wire;
    let entry = at.field("entry").seq(*entry);
    let text = at.field("text").long_text(text);
    Some(Command::Correct { entry: entry?, text: text? })
}

pub(crate) fn write(command: &Command) -> Asked {
    match command {
        Command::Note { text } => Asked::MakeNote(v1::MakeNote { text: text.clone() }),
        Command::Correct { entry, text } => {
            Asked::CorrectEntry(v1::CorrectEntry { entry: entry.0, text: text.clone() })
        }
    }
}

pub(crate) fn fact(fact: &Fact) -> Body {
    match fact {
        Fact::Noted { text } => Body::NoteMade(v1::NoteMade { text: text.clone() }),
        Fact::Corrected { entry, text } => {
            Body::EntryCorrected(v1::EntryCorrected { entry: entry.0, text: text.clone() })
        }
        Fact::EntriesErased { entries, because, basis, by } => Body::EntriesErased(v1::EntriesErased {
            entries: entries.iter().map(|entry| entry.0).collect(),
            because: because.clone(),
            basis: basis.write(),
            by: by.clone(),
        }),
    }
}
