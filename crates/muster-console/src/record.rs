//! The record, the newest entry first, with a stub where something is withheld.

use askama::Template;
use muster_record::Incident;
use muster_record::time::Instant;

use crate::frame::{Frame, Head, Tab};
use crate::when::moment;
use crate::{NotDrawn, html};

/// One entry as somebody sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// The address of its incident's page.
    pub page: String,
    /// Its place.
    pub seq: u64,
    /// When it happened; when it was written, where it is withheld.
    pub at: Instant,
    /// Who wrote it; nobody, where it is withheld.
    pub who: String,
    /// What it says; nothing, where it is withheld.
    pub told: Option<String>,
    /// Whether a rule set wrote it.
    pub advice: bool,
}

/// What is shown of a record.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Filter {
    /// Everything.
    #[default]
    All,
    /// What people and their systems wrote.
    People,
    /// What rule sets wrote.
    Advice,
    /// What is withheld.
    Withheld,
}

impl Filter {
    /// Every filter.
    pub const ALL: &'static [Self] = &[Self::All, Self::People, Self::Advice, Self::Withheld];

    /// Its word in an address.
    pub fn word(self) -> &'static str {
        match self {
            Self::All => "all",
            Self::People => "people",
            Self::Advice => "advice",
            Self::Withheld => "withheld",
        }
    }

    /// The filter of a word; everything, where there is none of it.
    pub fn of(word: &str) -> Self {
        Self::ALL.iter().copied().find(|filter| filter.word() == word).unwrap_or_default()
    }

    fn label(self) -> &'static str {
        match self {
            Self::All => "All entries",
            Self::People => "Written by people and systems",
            Self::Advice => "Written by rule sets",
            Self::Withheld => "Outside your view",
        }
    }

    /// Whether an entry passes, which says this text somewhere.
    pub fn passes(self, line: &Line, text: &str) -> bool {
        let told = line.told.as_deref().unwrap_or_default();
        let says = text.is_empty() || told.to_lowercase().contains(text) || line.who.to_lowercase().contains(text);
        says && match self {
            Self::All => true,
            Self::People => line.told.is_some() && !line.advice,
            Self::Advice => line.told.is_some() && line.advice,
            Self::Withheld => line.told.is_none(),
        }
    }
}

/// What of a record is shown on one page.
#[derive(Debug, Clone)]
pub struct Shown {
    /// The entries, the newest first.
    pub lines: Vec<Line>,
    /// What was asked for.
    pub filter: Filter,
    /// The text that was asked for.
    pub text: String,
    /// The place before which older entries go on, where there are any.
    pub older: Option<u64>,
    /// Whether this is the newest part of the record.
    pub newest: bool,
}

/// The page.
#[derive(Debug, Template)]
#[template(path = "record.html")]
pub struct RecordPage {
    frame: Frame,
    head: Head,
    entries: Vec<Entry>,
    filters: Vec<(&'static str, &'static str, bool)>,
    filter: &'static str,
    text: String,
    older: Option<u64>,
    newest: bool,
    grows: bool,
}

/// One entry of the list, which a live page is sent by itself too.
#[derive(Debug, Template)]
#[template(path = "entry.html")]
struct Entry {
    page: String,
    seq: u64,
    when: String,
    who: String,
    withheld: bool,
    advice: bool,
    first: String,
    more: Vec<String>,
    further: Vec<String>,
}

/// Further lines of an entry that are shown at once; the others are behind one line.
const AT_ONCE: usize = 4;

impl Entry {
    fn of(line: &Line) -> Self {
        let told = line.told.as_deref().unwrap_or_default();
        let mut parts = told.lines();
        let first = parts.next().unwrap_or_default().to_owned();
        let mut more: Vec<String> = parts.map(|part| part.trim().to_owned()).collect();
        let further = more.split_off(more.len().min(AT_ONCE));
        Self {
            page: line.page.clone(),
            seq: line.seq,
            when: moment(line.at),
            who: line.who.clone(),
            withheld: line.told.is_none(),
            advice: line.advice,
            first,
            more,
            further,
        }
    }
}

/// One entry as a piece of a page, in one line.
///
/// # Errors
/// As [`html`].
pub fn fragment(line: &Line) -> Result<String, NotDrawn> {
    Ok(html(&Entry::of(line))?.replace('\n', " "))
}

impl RecordPage {
    /// The page of an incident as somebody sees it.
    pub fn new(frame: Frame, incident: &Incident, shown: &Shown) -> Self {
        let opening = &incident.lifecycle.opening;
        let frame = frame.titled(&format!("Record: {}", opening.title), opening.exercise);
        let filters = Filter::ALL.iter().map(|of| (of.word(), of.label(), *of == shown.filter)).collect();
        Self {
            frame,
            head: Head::of(incident, Some(Tab::Record)),
            entries: shown.lines.iter().map(Entry::of).collect(),
            filters,
            filter: shown.filter.word(),
            text: shown.text.clone(),
            older: shown.older,
            newest: shown.newest,
            grows: shown.newest && shown.filter == Filter::All && shown.text.is_empty(),
        }
    }
}
