//! Briefings: what there is of an incident on paper, each as a page, and as a file that stands by itself.

use askama::Template;
use muster_record::Incident;
use muster_record::briefing::{Briefing, BriefingFormat, BriefingKind, Line, Source};
use muster_record::ids::AgencyId;
use muster_record::time::Instant;

use crate::assets;
use crate::files::{Filed, NotFiled, mark};
use crate::frame::{Frame, Head, Tab};
use crate::when::moment;

/// What there is on paper and as files.
#[derive(Debug, Template)]
#[template(path = "briefings.html")]
pub struct BriefingsPage {
    frame: Frame,
    head: Head,
    kinds: Vec<(&'static str, &'static str, &'static str)>,
    files: Vec<(&'static str, &'static str, &'static str)>,
    people_withheld: bool,
}

/// What each is called where it is chosen, and what it is for.
fn chosen(kind: BriefingKind) -> (&'static str, &'static str) {
    match kind {
        BriefingKind::CabinetMember => (
            "Cabinet Member briefing",
            "for the portfolio holder: what happens, to how many, by when, and what the council does",
        ),
        BriefingKind::Director => {
            ("Briefing note to the Director", "what waits for a decision, what was decided and why, what is late")
        }
        BriefingKind::Adass => ("Briefing note to ADASS", "what reaches beyond the council, and what others lend"),
        BriefingKind::Iimarch => {
            ("IIMARCH briefing", "information, intent, method, administration, risk, communications, humanitarian")
        }
        BriefingKind::Methane => {
            ("M/ETHANE report", "for the emergency services; the M stands only where a major incident was declared")
        }
        BriefingKind::ClosingReview => {
            ("Closing review", "warning signs, how the closure went, what was learnt, how people are")
        }
    }
}

impl BriefingsPage {
    /// The page of an incident as somebody sees it.
    pub fn new(frame: Frame, incident: &Incident) -> Self {
        let opening = &incident.lifecycle.opening;
        let kinds = BriefingKind::ALL.iter().map(|kind| {
            let (called, what) = chosen(*kind);
            (kind.word(), called, what)
        });
        Self {
            head: Head::of(incident, Some(Tab::Briefings)),
            kinds: kinds.collect(),
            files: vec![
                ("calendar.ics", "Calendar", "clocks and meetings, for a calendar program (iCalendar)"),
                ("people.csv", "People", "by number and never by name, with status and needs (CSV)"),
                ("offers.csv", "Offers", "beds, vehicles, staff and buildings, and what is free (CSV)"),
                ("actions.csv", "Actions", "who does what by when (CSV)"),
                ("situation.json", "Situation report", "for programs (JSON)"),
            ],
            people_withheld: incident.withheld.people,
            frame: frame.titled(&format!("Briefings: {}", opening.title), opening.exercise),
        }
    }
}

/// A line as it is drawn: with a way to where it comes from.
#[derive(Debug)]
struct Drawn {
    text: String,
    known: bool,
    source: String,
    href: Option<String>,
}

impl Drawn {
    /// A line, with the address of its entry or clock below the page of the incident.
    fn of(line: &Line) -> Self {
        let href = match &line.source {
            Source::Entries(steps) => Some(format!("/record?before={}", steps.last.0.saturating_add(1))),
            Source::Clock(key) => Some(format!("/clock?key={}", percent(key))),
            Source::Nothing => None,
        };
        Self { text: line.text.clone(), known: line.known, source: line.source.to_string(), href }
    }
}

/// A key in an address.
fn percent(key: &str) -> String {
    key.replace('%', "%25").replace(' ', "%20").replace('&', "%26").replace('#', "%23").replace('+', "%2B")
}

/// What a sheet says, drawn.
#[derive(Debug)]
struct Sheet {
    heading: String,
    title: String,
    exercise: bool,
    seen: String,
    outside: String,
    basis: Vec<(&'static str, &'static str)>,
    parts: Vec<(String, Vec<Drawn>)>,
}

impl Sheet {
    fn of(briefing: &Briefing) -> Self {
        let agency = &briefing.agency_title;
        let part =
            |part: &muster_record::briefing::Part| (part.heading.clone(), part.lines.iter().map(Drawn::of).collect());
        Self {
            heading: briefing.heading.clone(),
            title: briefing.title.clone(),
            exercise: briefing.exercise,
            seen: format!("As of entry {}, {} UK time, in the view of {agency}.", briefing.as_of, moment(briefing.at)),
            outside: briefing.outside(),
            basis: briefing.basis.iter().map(|basis| (basis.clause, basis.words)).collect(),
            parts: briefing.parts.iter().map(part).collect(),
        }
    }
}

/// A briefing as a page of the console.
#[derive(Debug, Template)]
#[template(path = "briefing.html")]
pub struct BriefingPage {
    frame: Frame,
    head: Head,
    kind: &'static str,
    sheet: Sheet,
    base: String,
}

impl BriefingPage {
    /// The page of an incident as an agency sees it, with clocks worked out for a moment.
    pub fn new(frame: Frame, incident: &Incident, kind: BriefingKind, agency: &AgencyId, at: Instant) -> Self {
        let briefing = incident.briefing(kind, agency, at);
        let sheet = Sheet::of(&briefing);
        let frame = frame.titled(&format!("{}: {}", briefing.heading, briefing.title), briefing.exercise);
        let base = format!("{}/incidents/{}", frame.root, incident.id);
        Self { head: Head::of(incident, Some(Tab::Briefings)), kind: kind.word(), base, sheet, frame }
    }
}

/// A briefing that stands by itself: one file, with its style and without addresses.
#[derive(Debug, Template)]
#[template(path = "paper.html")]
struct Paper {
    sheet: Sheet,
    style: &'static str,
}

/// A briefing of an incident as an agency sees it, as a file, with clocks worked out for a moment.
///
/// # Errors
/// When it cannot be written, which is a fault of ours.
pub fn briefing(
    incident: &Incident,
    kind: BriefingKind,
    format: BriefingFormat,
    agency: &AgencyId,
    at: Instant,
) -> Result<Filed, NotFiled> {
    let briefing = incident.briefing(kind, agency, at);
    let (media_type, ending, content) = match format {
        BriefingFormat::Text => ("text/plain; charset=utf-8", "txt", briefing.to_string()),
        BriefingFormat::Json => ("application/json", "json", serde_json::to_string_pretty(&briefing)?),
        BriefingFormat::Html => {
            let paper = Paper { sheet: Sheet::of(&briefing), style: assets::SHEET };
            ("text/html; charset=utf-8", "html", paper.render()?)
        }
    };
    Ok(Filed { name: format!("{}{kind}.{ending}", mark(incident)), media_type, content })
}
