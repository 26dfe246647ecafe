//! Escalates, acknowledges and steps down.

use muster_record::ids::EscalationNo;
use muster_record::incident::escalation::Command;

use super::super::line::Line;
use super::super::problem::Wrong;
use super::{Verb, ready};

pub(super) const VERBS: &[Verb] = &[
    Verb {
        words: "escalates to",
        form: "escalates to KIND-OF-AGENCY: \"MATTER\"",
        read: |line| {
            let to = line.listed("the kind of agency")?;
            ready(Command::Raise { to, matter: line.text("what is escalated")? })
        },
    },
    Verb {
        words: "acknowledges",
        form: "acknowledges E1",
        read: |line| ready(Command::Acknowledge { escalation: escalation(line)? }),
    },
    Verb {
        words: "steps down",
        form: "steps down E1 because \"REASON\"",
        read: |line| ready(Command::StepDown { escalation: escalation(line)?, reason: line.because()? }),
    },
];

fn escalation(line: &mut Line<'_, '_>) -> Result<EscalationNo, Wrong> {
    line.numbered('E', "the escalation").map(EscalationNo)
}
