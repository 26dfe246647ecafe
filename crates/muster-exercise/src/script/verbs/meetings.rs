//! Calls, attends, holds and minutes meetings.

use muster_record::ids::MeetingNo;
use muster_record::incident::meetings::Command;

use super::super::line::Line;
use super::super::problem::Wrong;
use super::{Verb, ready};

pub(super) const VERBS: &[Verb] = &[
    Verb {
        words: "calls",
        form: "calls KIND meeting for MOMENT about \"WHAT\"",
        read: |line| {
            let kind = line.listed("the kind of meeting")?;
            line.must("meeting for")?;
            let at = line.moment()?;
            line.must("about")?;
            ready(Command::Call { kind, at, about: line.text("what it is about")? })
        },
    },
    Verb { words: "attends", form: "attends M1", read: |line| ready(Command::Attend { meeting: meeting(line)? }) },
    Verb { words: "holds", form: "holds M1", read: |line| ready(Command::Hold { meeting: meeting(line)? }) },
    Verb {
        words: "minutes",
        form: "minutes M1: \"TEXT\"",
        read: |line| ready(Command::Minute { meeting: meeting(line)?, text: line.text("the minutes")? }),
    },
];

fn meeting(line: &mut Line<'_, '_>) -> Result<MeetingNo, Wrong> {
    line.numbered('M', "the meeting").map(MeetingNo)
}
