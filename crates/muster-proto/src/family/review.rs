//! Review: lessons, wellbeing checks and reports issued.

use muster_record::ids::PersonNo;
use muster_record::incident::review::{Command, Fact};

use crate::at::At;
use crate::time::write_time;
use crate::v1;
use crate::v1::command::Command as Asked;
use crate::v1::entry::Body;

pub(crate) fn record_lesson(at: &mut At<'_>, wire: &v1::RecordLesson) -> Option<Command> {
    let v1::RecordLesson { about, text } = wire;
    let about = at.field("about").text(about);
    let text = at.field("text").long_text(text);
    Some(Command::RecordLesson { about: about?, text: text? })
}

pub(crate) fn schedule_wellbeing(at: &mut At<'_>, wire: &v1::ScheduleWellbeingCheck) -> Option<Command> {
    let v1::ScheduleWellbeingCheck { person, from, until } = wire;
    let person = at.field("person").number(*person, PersonNo);
    let from = at.field("from").required(from.as_ref(), At::time);
    let until = at.field("until").required(until.as_ref(), At::time);
    Some(Command::ScheduleWellbeing { person: person?, from: from?, until: until? })
}

pub(crate) fn complete_wellbeing(at: &mut At<'_>, wire: &v1::CompleteWellbeingCheck) -> Option<Command> {
    let v1::CompleteWellbeingCheck { person, outcome } = wire;
    let person = at.field("person").number(*person, PersonNo);
    let outcome = at.field("outcome").text(outcome);
    Some(Command::CompleteWellbeing { person: person?, outcome: outcome? })
}

pub(crate) fn issue_report(at: &mut At<'_>, wire: &v1::IssueSituationReport) -> Option<Command> {
    let v1::IssueSituationReport { as_of, to } = wire;
    let as_of = at.field("as_of").seq(*as_of);
    let to = at.field("to").text(to);
    Some(Command::IssueReport { as_of: as_of?, to: to? })
}

pub(crate) fn write(command: &Command) -> Asked {
    match command {
        Command::RecordLesson { about, text } => {
            Asked::RecordLesson(v1::RecordLesson { about: about.clone(), text: text.clone() })
        }
        Command::ScheduleWellbeing { person, from, until } => {
            Asked::ScheduleWellbeingCheck(v1::ScheduleWellbeingCheck {
                person: person.0,
                from: Some(write_time(*from)),
                until: Some(write_time(*until)),
            })
        }
        Command::CompleteWellbeing { person, outcome } => {
            Asked::CompleteWellbeingCheck(v1::CompleteWellbeingCheck { person: person.0, outcome: outcome.clone() })
        }
        Command::IssueReport { as_of, to } => {
            Asked::IssueSituationReport(v1::IssueSituationReport { as_of: as_of.0, to: to.clone() })
        }
    }
}

pub(crate) fn fact(fact: &Fact) -> Body {
    match fact {
        Fact::LessonRecorded { about, text } => {
            Body::LessonRecorded(v1::LessonRecorded { about: about.clone(), text: text.clone() })
        }
        Fact::WellbeingDue { person, from, until } => Body::WellbeingCheckDue(v1::WellbeingCheckDue {
            person: person.0,
            from: Some(write_time(*from)),
            until: Some(write_time(*until)),
        }),
        Fact::WellbeingDone { person, outcome } => {
            Body::WellbeingCheckDone(v1::WellbeingCheckDone { person: person.0, outcome: outcome.clone() })
        }
        Fact::ReportIssued { as_of, to } => {
            Body::SituationReportIssued(v1::SituationReportIssued { as_of: as_of.0, to: to.clone() })
        }
    }
}
