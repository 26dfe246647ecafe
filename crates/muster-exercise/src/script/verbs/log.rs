//! Notes and corrects.

use muster_record::ids::Seq;
use muster_record::incident::log::Command;

use super::{Verb, ready};

pub(super) const VERBS: &[Verb] = &[
    Verb { words: "notes", form: "notes \"TEXT\"", read: |line| ready(Command::Note { text: line.text("the note")? }) },
    Verb {
        words: "corrects entry",
        form: "corrects entry 14: \"WHAT IS RIGHT\"",
        read: |line| {
            let entry = Seq(line.number("the number of the entry")?.into());
            ready(Command::Correct { entry, text: line.text("what is right")? })
        },
    },
];
