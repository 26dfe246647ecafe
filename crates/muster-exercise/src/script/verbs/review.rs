//! Records lessons, schedules and completes wellbeing checks, issues situation reports.

use muster_record::ids::Seq;
use muster_record::incident::review::Command;

use super::super::Asked;
use super::super::line::Line;
use super::{Read, Verb, ready};

pub(super) const VERBS: &[Verb] = &[
    Verb {
        words: "records lesson about",
        form: "records lesson about \"WHAT\": \"THE LESSON\"",
        read: |line| {
            let about = line.text("what the lesson is about")?;
            ready(Command::RecordLesson { about, text: line.text("the lesson")? })
        },
    },
    Verb {
        words: "schedules wellbeing of",
        form: "schedules wellbeing of people 1 to 12 from MOMENT until MOMENT",
        read: schedules,
    },
    Verb {
        words: "completes wellbeing of",
        form: "completes wellbeing of people 1 to 12: \"OUTCOME\"",
        read: |line| {
            let people = line.people()?;
            let outcome = line.text("what was found")?;
            let done = people.into_iter().map(|person| Command::CompleteWellbeing { person, outcome: outcome.clone() });
            Ok(done.map(|command| Asked::Ready(Box::new(command.into()))).collect())
        },
    },
    Verb {
        words: "issues report",
        form: "issues report to \"WHOM\" | issues report as of entry 12 to \"WHOM\"",
        read: |line| {
            let as_of = line.skip_words("as of entry");
            let entry = if as_of { Some(line.number("the number of the entry")?) } else { None };
            line.must("to")?;
            let to = line.text("to whom")?;
            match entry {
                Some(entry) => ready(Command::IssueReport { as_of: Seq(entry.into()), to }),
                None => Ok(vec![Asked::ReportNow { to }]),
            }
        },
    },
];

fn schedules(line: &mut Line<'_, '_>) -> Read {
    let people = line.people()?;
    line.must("from")?;
    let from = line.moment()?;
    line.must("until")?;
    let until = line.moment()?;
    let due = people.into_iter().map(|person| Command::ScheduleWellbeing { person, from, until });
    Ok(due.map(|command| Asked::Ready(Box::new(command.into()))).collect())
}
