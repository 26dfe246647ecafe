//! The rule sets that an agency is told of: what waits to be approved, what is installed, and what looks on in shadow.

use askama::Template;
use muster_record::entry::Hash;
use muster_record::ids::RuleSetId;
use muster_record::installing::{Decided, Install, Outcome, Use, Who};
use muster_record::situation::{Grants, IncidentKind};

use crate::frame::{Area, Frame};
use crate::said::{plain, within};
use crate::when::moment;

/// Whose a rule set is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Whose {
    /// It comes with the server, and is that of whichever agency leads.
    Lead,
    /// The operator gave it to one agency.
    Given,
    /// The viewer's agency installed it itself.
    Own,
}

/// A rule set in the version that new incidents use, as one agency is told of it.
#[derive(Debug, Clone)]
pub struct Installed {
    /// Its name.
    pub name: RuleSetId,
    /// What people call it.
    pub title: String,
    /// Its version.
    pub version: String,
    /// SHA-256 of its component.
    pub component: Hash,
    /// The document its rules stand in.
    pub source: String,
    /// The day on which that is to be reviewed.
    pub review_due: Option<String>,
    /// The kinds of incident it is pinned to.
    pub concerns: Vec<IncidentKind>,
    /// What it asks for.
    pub asks: Grants,
    /// What it was granted of that; all where absent.
    pub grants: Option<Grants>,
    /// The facts it reads.
    pub facts: Vec<String>,
    /// JSON Schema of its settings; empty where it names none.
    pub schema: String,
    /// Whose it is.
    pub whose: Whose,
    /// What people call the agency that it belongs to, where that is one.
    pub owner: Option<String>,
    /// Whether it is used.
    pub used: Use,
}

/// How a rule set stands on one incident that the viewer sees.
#[derive(Debug, Clone)]
pub struct Stands {
    /// The rule set.
    pub name: RuleSetId,
    /// The incident.
    pub incident: String,
    /// Its title.
    pub title: String,
    /// Whether it is a rehearsal.
    pub exercise: bool,
    /// The version pinned there.
    pub version: String,
    /// Proposals of it that stand open.
    pub open: usize,
    /// The class of its failure, while it fails.
    pub failing: Option<String>,
    /// What its last answer looked at.
    pub looked_at: Option<u64>,
}

/// The page.
#[derive(Debug, Template)]
#[template(path = "rule_sets.html")]
pub struct RuleSetsPage {
    frame: Frame,
    waiting: Vec<Proposed>,
    rows: Vec<Row>,
    shadows: Vec<Proposed>,
    joined: bool,
}

/// A proposal, as a line.
#[derive(Debug, Clone)]
pub(crate) struct Proposed {
    pub(crate) number: u64,
    pub(crate) name: String,
    pub(crate) version: String,
    pub(crate) what: &'static str,
    pub(crate) by: String,
    pub(crate) at: String,
    pub(crate) because: String,
    pub(crate) state: (&'static str, &'static str),
    /// By whom and when it was decided; empty while it waits.
    pub(crate) decided: String,
    pub(crate) digest: String,
}

#[derive(Debug)]
struct Row {
    name: String,
    title: String,
    version: String,
    digest: String,
    whose: String,
    state: (&'static str, &'static str),
    on: String,
    failing: usize,
}

/// What a proposal would come to.
pub(crate) fn what(of: Use) -> &'static str {
    match of {
        Use::InUse => "to be used",
        Use::OutOfUse => "to be taken out of use",
        Use::Shadow => "to look on in shadow",
        Use::ShadowOver => "to be in shadow no more",
    }
}

/// Whoever proposed or decided.
pub(crate) fn who(of: &Who) -> String {
    match (&of.person, of.system.as_str()) {
        (Some(person), "") => person.clone(),
        (Some(person), system) => format!("{person}, through {system}"),
        (None, system) => system.to_owned(),
    }
}

/// Where a rule set stands in use: the word and its colour.
pub(crate) fn used(of: Use) -> (&'static str, &'static str) {
    match of {
        Use::InUse => ("In use", "govuk-tag--green"),
        Use::OutOfUse => ("Out of use", "govuk-tag--grey"),
        Use::Shadow => ("In shadow", "govuk-tag--blue"),
        Use::ShadowOver => ("Shadow over", "govuk-tag--grey"),
    }
}

impl Installed {
    pub(crate) fn whose(&self) -> String {
        match (self.whose, &self.owner) {
            (Whose::Lead, _) => "Comes with the server; belongs to whoever leads".to_owned(),
            (Whose::Given, Some(owner)) => format!("The operator gave it to {owner}"),
            (Whose::Given, None) => "The operator gave it to one agency".to_owned(),
            (Whose::Own, _) => "Your agency installed it".to_owned(),
        }
    }
}

impl Proposed {
    pub(crate) fn of(install: &Install) -> Self {
        let state = match &install.decided {
            None => ("Waits", "govuk-tag--yellow"),
            Some(Decided { outcome: Outcome::Approved, at: _, by: _ }) => ("Approved", "govuk-tag--green"),
            Some(Decided { outcome: Outcome::Withdrawn, at: _, by: _ }) => ("Withdrawn", "govuk-tag--grey"),
        };
        let decided = install.decided.as_ref();
        Self {
            number: install.number,
            name: install.rule_set.to_string(),
            version: install.version.clone(),
            what: what(install.terms.used),
            by: who(&install.by),
            at: moment(install.at),
            because: install.because.clone(),
            state,
            decided: decided.map(|of| format!("by {} on {}", who(&of.by), moment(of.at))).unwrap_or_default(),
            digest: install.component.to_string(),
        }
    }
}

/// What is granted, as a sentence.
pub(crate) fn granted(of: &Grants) -> (String, String) {
    let listed = |words: Vec<String>| if words.is_empty() { "nothing".to_owned() } else { words.join(", ") };
    let needs = of.needs.iter().map(|part| within(part.word())).collect();
    let gives = of.gives.iter().map(|kind| within(kind.word())).collect();
    (listed(needs), listed(gives))
}

impl RuleSetsPage {
    /// The page: what the agency proposed (newest first), what is installed, and how it stands on the incidents that the
    /// viewer sees; nothing of those where the viewer reads no records. Of the proposals, each with whether it is in use.
    pub fn new(frame: Frame, installs: &[(Install, bool)], installed: &[Installed], stands: Option<&[Stands]>) -> Self {
        let seen = stands.unwrap_or_default();
        let row = |of: &Installed| {
            let here: Vec<&Stands> = seen.iter().filter(|stands| stands.name == of.name).collect();
            let failing = here.iter().filter(|stands| stands.failing.is_some()).count();
            Row {
                name: of.name.to_string(),
                title: of.title.clone(),
                version: of.version.clone(),
                digest: of.component.to_string().chars().take(12).collect(),
                whose: of.whose(),
                state: used(of.used),
                on: match here.len() {
                    0 => "none that you see".to_owned(),
                    count => count.to_string(),
                },
                failing,
            }
        };
        let waiting = installs.iter().filter(|(install, _)| install.decided.is_none());
        let shadows = installs.iter().filter(|(install, now)| *now && install.terms.used == Use::Shadow);
        Self {
            frame: Frame { area: Area::RuleSets, ..frame.titled("Rule sets", false) },
            waiting: waiting.map(|(install, _)| Proposed::of(install)).collect(),
            rows: installed.iter().map(row).collect(),
            shadows: shadows.map(|(install, _)| Proposed::of(install)).collect(),
            joined: stands.is_some(),
        }
    }
}

/// A kind of incident in a sentence.
pub(crate) fn concerns(of: &[IncidentKind]) -> String {
    let told: Vec<String> = of.iter().map(|kind| plain(kind.word())).collect();
    if told.is_empty() { "None".to_owned() } else { told.join(", ") }
}
