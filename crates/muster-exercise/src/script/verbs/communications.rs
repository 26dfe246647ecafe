//! Drafts, approves and issues letters, briefings and statements.

use muster_record::ids::CommunicationNo;
use muster_record::incident::communications::Command;

use super::super::line::Line;
use super::super::problem::Wrong;
use super::{Read, Verb, ready};

pub(super) const VERBS: &[Verb] = &[
    Verb {
        words: "drafts",
        form: "drafts \"TITLE\" for \"AUDIENCE\" saying \"TEXT\", to be approved by KIND-OF-AGENCY",
        read: drafts,
    },
    Verb {
        words: "approves",
        form: "approves C1",
        read: |line| ready(Command::Approve { communication: communication(line)? }),
    },
    Verb {
        words: "issues",
        form: "issues C1 by \"POST, TELEPHONE ...\" | issues report to \"WHOM\"",
        read: |line| {
            let communication = communication(line)?;
            line.must("by")?;
            ready(Command::Issue { communication, how: line.text("how it is issued")? })
        },
    },
];

fn drafts(line: &mut Line<'_, '_>) -> Read {
    let title = line.text("the title")?;
    line.must("for")?;
    let audience = line.text("who it is written for")?;
    line.must("saying")?;
    let body = line.text("the text")?;
    line.breathe();
    line.must("to be approved by")?;
    ready(Command::Draft { audience, title, body, approved_by: line.listed("the kind of agency that approves it")? })
}

fn communication(line: &mut Line<'_, '_>) -> Result<CommunicationNo, Wrong> {
    line.numbered('C', "the communication").map(CommunicationNo)
}
