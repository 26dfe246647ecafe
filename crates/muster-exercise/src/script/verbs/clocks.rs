//! Moves, pauses and resumes a clock of the incident.

use muster_record::incident::clocks::Command;

use super::{Verb, ready};

pub(super) const VERBS: &[Verb] = &[
    Verb {
        words: "moves clock",
        form: "moves clock CLOCK to MOMENT because \"REASON\"",
        read: |line| {
            let clock = line.listed("the clock")?;
            line.must("to")?;
            ready(Command::Move { clock, to: line.moment()?, reason: line.because()? })
        },
    },
    Verb {
        words: "pauses clock",
        form: "pauses clock CLOCK because \"REASON\"",
        read: |line| ready(Command::Pause { clock: line.listed("the clock")?, reason: line.because()? }),
    },
    Verb {
        words: "resumes clock",
        form: "resumes clock CLOCK because \"REASON\"",
        read: |line| ready(Command::Resume { clock: line.listed("the clock")?, reason: line.because()? }),
    },
];
