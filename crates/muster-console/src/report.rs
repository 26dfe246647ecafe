//! The situation report, as it is printed and handed round.

use askama::Template;
use muster_record::Incident;
use muster_record::report::SituationReport;
use muster_record::time::Instant;

use crate::frame::{Frame, Head, Tab, title_of};
use crate::said::{clock_tag, plain, sentence, within};
use crate::when::moment;

/// The page.
#[derive(Debug, Template)]
#[template(path = "report.html")]
pub struct ReportPage {
    frame: Frame,
    head: Head,
    as_of: u64,
    at: String,
    facts: Vec<(&'static str, String)>,
    clocks: Vec<(String, String, String, &'static str)>,
    sections: Vec<(String, Vec<String>)>,
}

impl ReportPage {
    /// The page of an incident as somebody sees it, with clocks worked out for a moment.
    pub fn new(frame: Frame, incident: &Incident, at: Instant) -> Self {
        let report = incident.report(at);
        let frame = frame.titled(&format!("Situation report: {}", report.title), report.exercise);
        let clock = |of: &muster_record::deadline::Deadline| {
            (moment(of.due), sentence(&of.title), plain(of.state.word()), clock_tag(of.state))
        };
        let section = |of: &muster_record::report::Section| (plain(of.family), of.lines.clone());
        let some = report.sections.iter().filter(|section| !section.lines.is_empty());
        Self {
            head: Head::of(incident, Some(Tab::Report)),
            as_of: report.as_of.0,
            at: moment(report.at),
            facts: facts(incident, &report),
            clocks: report.deadlines.iter().map(clock).collect(),
            sections: some.map(section).collect(),
            frame,
        }
    }
}

fn facts(incident: &Incident, report: &SituationReport) -> Vec<(&'static str, String)> {
    let failures = report.failures.iter().map(|failure| within(failure.word())).collect::<Vec<_>>().join(", ");
    let failures = if failures.is_empty() { "not determined".to_owned() } else { failures };
    let people = if report.people_withheld {
        format!("{} listed in your view, and there may be more", report.people)
    } else {
        format!("{} listed, {} not yet placed", report.people, report.not_yet_placed)
    };
    vec![
        ("Led by", title_of(incident, &report.lead)),
        ("Type of failure", failures),
        ("People", people),
        (
            "Actions",
            format!(
                "{} open, of them {} overdue; {} done",
                report.actions_open, report.actions_overdue, report.actions_done
            ),
        ),
        ("Awaiting people", format!("{} proposals, {} questions", report.proposals_open, report.questions_open)),
        ("Outside your view", format!("{} entries", report.entries_withheld)),
    ]
}
