//! One rule set: what it is, what it may see and say, its settings, how it stands, and what it made of incidents in shadow.

use askama::Template;
use muster_record::ids::RuleSetId;
use muster_record::installing::{Install, Use};
use muster_record::shadow::{Said, ShadowLook};
use muster_record::time::Instant;

use crate::frame::{Area, Frame};
use crate::rule_sets::{Installed, Proposed, Stands, concerns, granted, used};
use crate::settings_words::{Word, words};
use crate::when::moment;

/// The settings in force for the viewer's agency.
#[derive(Debug, Clone)]
pub struct InForce {
    /// As JSON; empty for the rule set's own defaults.
    pub json: String,
    /// Since when the agency has set them, who did, and why; none where it has set none.
    pub set: Option<(Instant, String, String)>,
    /// Whether they come from the server's configuration.
    pub of_server: bool,
    /// What the version in use finds wrong with them.
    pub problems: Vec<(String, String)>,
}

/// What a rule set in another version, or one that waits, would say of an incident now.
#[derive(Debug, Clone)]
pub struct Trial {
    /// The incident.
    pub incident: String,
    /// Its title.
    pub title: String,
    /// Its last entry when it was looked at.
    pub seq: u64,
    /// What would differ, in sentences; or why there would be no advice.
    pub said: Result<Differs, String>,
}

/// What would differ in the advice on an incident: kind and sentence of each item.
#[derive(Debug, Clone, Default)]
pub struct Differs {
    /// New items.
    pub added: Vec<(String, String)>,
    /// Items that mean the same and would say something else.
    pub revised: Vec<(String, String)>,
    /// Items that would no longer be given.
    pub withdrawn: Vec<(String, String)>,
    /// New actions that a standing decision would raise at once.
    pub at_once: usize,
}

impl Differs {
    pub(crate) fn is_nothing(&self) -> bool {
        self.added.is_empty() && self.revised.is_empty() && self.withdrawn.is_empty()
    }
}

/// What a page of a rule set is drawn from.
#[derive(Debug)]
pub struct RuleSet<'a> {
    /// Its name.
    pub name: &'a RuleSetId,
    /// The version that new incidents use; none where there is only what was proposed.
    pub installed: Option<&'a Installed>,
    /// The settings in force; none where they are not this agency's to know.
    pub settings: Option<&'a InForce>,
    /// How it stands on the incidents that the viewer sees; none where the viewer reads no records.
    pub stands: Option<&'a [Stands]>,
    /// What the agency proposed of it, newest first, each with whether that is in use.
    pub installs: &'a [(Install, bool)],
    /// What it made of incidents in shadow, newest first, each with the incident's title.
    pub looks: &'a [(ShadowLook, String)],
    /// What the version in shadow would say of one of them now, where that was asked.
    pub trial: Option<&'a Trial>,
    /// Whether the viewer may propose and approve.
    pub may_install: bool,
    /// What the viewer may ask from here is called.
    pub request: &'a str,
}

/// The page.
#[derive(Debug, Template)]
#[template(path = "rule_set.html")]
#[expect(clippy::struct_excessive_bools, reason = "each says whether one thing stands on the page")]
pub struct RuleSetPage {
    frame: Frame,
    name: String,
    request: String,
    title: String,
    is: Option<Is>,
    state: (&'static str, &'static str),
    words: Vec<Word>,
    settings: Option<Settings>,
    stands: Vec<Stands>,
    joined: bool,
    installs: Vec<Proposed>,
    in_shadow: bool,
    looks: Vec<Look>,
    trial: Option<Trial>,
    may_install: bool,
    own: bool,
}

/// What it is.
#[derive(Debug)]
struct Is {
    version: String,
    digest: String,
    source: String,
    review_due: Option<String>,
    whose: String,
    concerns: String,
    shown: String,
    gives: String,
    less: bool,
    facts: String,
    out_of_use: bool,
}

#[derive(Debug)]
struct Settings {
    from: String,
    because: String,
    json: String,
    problems: Vec<(String, String)>,
}

#[derive(Debug)]
struct Look {
    incident: String,
    title: String,
    at: String,
    seq: u64,
    said: String,
    failed: bool,
}

impl RuleSetPage {
    /// The page of a rule set, as one agency is told of it.
    pub fn new(frame: Frame, of: &RuleSet<'_>) -> Self {
        let installed = of.installed;
        let title = installed.map_or_else(|| of.name.to_string(), |is| is.title.clone());
        let own = installed.is_none_or(|is| is.whose == crate::rule_sets::Whose::Own);
        let here = of.stands.unwrap_or_default().iter().filter(|stands| stands.name == *of.name);
        let json = of.settings.map(|settings| settings.json.as_str()).unwrap_or_default();
        Self {
            frame: Frame { area: Area::RuleSets, ..frame.titled(&title, false) },
            name: of.name.to_string(),
            request: of.request.to_owned(),
            title,
            state: installed.map_or(("Not in use", "govuk-tag--grey"), |is| used(is.used)),
            words: installed.map(|is| words(&is.schema, json)).unwrap_or_default(),
            is: installed.map(Is::of),
            settings: of.settings.map(Settings::of),
            stands: here.cloned().collect(),
            joined: of.stands.is_some(),
            installs: of.installs.iter().map(|(install, _)| Proposed::of(install)).collect(),
            in_shadow: of.installs.iter().any(|(install, now)| *now && install.terms.used == Use::Shadow),
            looks: of.looks.iter().map(|(look, title)| Look::of(look, title)).collect(),
            trial: of.trial.cloned(),
            may_install: of.may_install,
            own,
        }
    }
}

impl Is {
    fn of(of: &Installed) -> Self {
        let (shown, gives) = granted(of.grants.as_ref().unwrap_or(&of.asks));
        Self {
            version: of.version.clone(),
            digest: of.component.to_string(),
            source: of.source.clone(),
            review_due: of.review_due.clone(),
            whose: of.whose(),
            concerns: concerns(&of.concerns),
            shown,
            gives,
            less: of.grants.as_ref().is_some_and(|grants| *grants != of.asks),
            facts: of.facts.join(", "),
            out_of_use: of.used == Use::OutOfUse,
        }
    }
}

impl Settings {
    fn of(of: &InForce) -> Self {
        let from = match (&of.set, of.of_server) {
            (Some((since, by, _)), _) => format!("Your agency set them: {by}, on {}.", moment(*since)),
            (None, true) => "They come from the server's configuration; your agency has set none.".to_owned(),
            (None, false) => "Its own defaults; your agency has set none.".to_owned(),
        };
        Self {
            from,
            because: of.set.as_ref().map(|(_, _, because)| because.clone()).unwrap_or_default(),
            json: pretty(&of.json),
            problems: of.problems.clone(),
        }
    }
}

/// JSON with a line for each thing.
fn pretty(json: &str) -> String {
    let read: Option<serde_json::Value> = serde_json::from_str(json).ok();
    read.and_then(|read| serde_json::to_string_pretty(&read).ok()).unwrap_or_else(|| json.to_owned())
}

impl Look {
    fn of(look: &ShadowLook, title: &str) -> Self {
        let (said, failed) = match &look.said {
            Said::Advice { digest: _, difference } => (
                format!("{} new, {} other, {} gone", difference.added, difference.revised, difference.withdrawn),
                false,
            ),
            Said::Failure { class } => (format!("failed: {class}"), true),
        };
        Self {
            incident: look.incident.to_string(),
            title: title.to_owned(),
            at: moment(look.as_of),
            seq: look.seq.0,
            said,
            failed,
        }
    }
}
