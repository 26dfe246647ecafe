//! What stands around every page: who is signed in, whether it is an exercise, and the way from page to page.

use std::collections::BTreeSet;

use muster_record::Incident;
use muster_record::advice::Item;
use muster_record::agency::Office;
use muster_record::ids::AgencyId;
use muster_record::incident::advising::Proposal;
use muster_record::time::{Instant, uk_day_and_time};

use crate::assets;
use crate::needs::{awaits, questions};
use crate::said::{phase_tag, plain, within};

/// Whoever is signed in.
#[derive(Debug, Clone)]
pub struct Who {
    /// Their agency.
    pub agency: AgencyId,
    /// What people call it.
    pub title: String,
    /// Their staff id.
    pub person: String,
    /// The offices they may act for.
    pub offices: BTreeSet<Office>,
    /// Whether they may write to records at all.
    pub may_write: bool,
}

impl Who {
    /// The offices they may act for on this incident: their own, where their agency holds them there.
    pub(crate) fn offices_on(&self, incident: &Incident) -> Vec<Office> {
        let held = |office: &Office| incident.participants.holds(&self.agency, *office);
        self.offices.iter().copied().filter(held).collect()
    }

    /// The office for which they may settle a proposal, if they may.
    pub(crate) fn office_for(&self, incident: &Incident, proposal: &Proposal) -> Option<Office> {
        let may = proposal.settled_by();
        let seat = incident.participants.seat(&self.agency)?;
        let works = self.may_write && seat.interest.is_operational() && seat.joined_at.is_some();
        self.offices_on(incident).into_iter().find(|office| works && may.contains(office))
    }
}

/// Where a page hears what comes.
#[derive(Debug, Clone)]
pub struct Live {
    /// The address of the stream.
    pub url: String,
    /// The place after which it begins: where the page stands.
    pub resume: String,
}

/// The parts of the console, which every page leads to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Area {
    /// The incidents that somebody's agency takes part in, and each of them.
    Incidents,
    /// Large failures over several authorities.
    Regions,
    /// Providers, services and who could take their place.
    Register,
    /// What rules are installed, and what waits to be approved.
    RuleSets,
    /// Rehearsals, each with records and a clock of its own.
    Exercises,
}

impl Area {
    /// Every part, in the order in which they stand.
    pub const ALL: &'static [Self] = &[Self::Incidents, Self::Regions, Self::Register, Self::RuleSets, Self::Exercises];

    fn href(self) -> &'static str {
        match self {
            Self::Incidents => "/",
            Self::Regions => "/regions",
            Self::Register => "/register",
            Self::RuleSets => "/rule-sets",
            Self::Exercises => "/exercises",
        }
    }

    fn label(self) -> &'static str {
        match self {
            Self::Incidents => "Incidents",
            Self::Regions => "Regions",
            Self::Register => "Register",
            Self::RuleSets => "Rule sets",
            Self::Exercises => "Exercises",
        }
    }
}

/// The exercise within which a page stands.
#[derive(Debug, Clone)]
pub struct Within {
    /// Its id.
    pub id: String,
    /// What people call it.
    pub title: String,
    /// Where its clock stands.
    pub moment: Instant,
    /// How it stands and goes, as part of a sentence: `runs 60 times as fast as time passes`.
    pub goes: String,
}

impl Within {
    pub(crate) fn when(&self) -> String {
        uk_day_and_time(self.moment)
    }
}

/// What stands around a page.
#[derive(Debug, Clone)]
pub struct Frame {
    /// What the addresses of all pages begin with: nothing, or where an exercise of its own stands.
    pub root: String,
    /// The part of the console that the page belongs to.
    pub area: Area,
    /// The page's title.
    pub title: String,
    /// Whoever is signed in; nobody on the pages before.
    pub who: Option<Who>,
    /// Whether all on the page is a rehearsal.
    pub exercise: bool,
    /// The exercise of its own within which the page stands; none where it stands over live records.
    pub within: Option<Within>,
    /// What was just done, said once.
    pub done: Option<&'static str>,
    /// Where the page hears what comes.
    pub live: Option<Live>,
}

impl Frame {
    /// A page for somebody who is signed in.
    pub fn of(root: &str, who: Who) -> Self {
        Self { root: root.to_owned(), who: Some(who), ..Self::plain("") }
    }

    /// A page for nobody in particular.
    pub fn plain(title: &str) -> Self {
        let (root, area) = (String::new(), Area::Incidents);
        let title = title.to_owned();
        Self { root, area, title, who: None, exercise: false, within: None, done: None, live: None }
    }

    /// A page within an exercise of its own.
    #[must_use]
    pub fn within(self, exercise: Within) -> Self {
        Self { exercise: true, within: Some(exercise), ..self }
    }

    /// With its title.
    pub(crate) fn titled(mut self, title: &str, exercise: bool) -> Self {
        title.clone_into(&mut self.title);
        self.exercise = exercise || self.within.is_some();
        self
    }

    /// Where a part of the console begins. Exercises are directed from outside of them.
    fn way(&self, area: Area) -> String {
        match area {
            Area::Exercises => area.href().to_owned(),
            Area::Incidents | Area::Regions | Area::Register | Area::RuleSets => {
                format!("{}{}", self.root, area.href())
            }
        }
    }

    /// The parts of the console: where each begins, what it is called, and whether the page is of it.
    pub(crate) fn areas(&self) -> Vec<(String, &'static str, bool)> {
        Area::ALL.iter().map(|area| (self.way(*area), area.label(), *area == self.area)).collect()
    }

    pub(crate) fn css(&self) -> &'static str {
        &assets::css().path
    }

    pub(crate) fn js(&self) -> &'static str {
        &assets::js().path
    }

    pub(crate) fn icon(&self) -> &'static str {
        &assets::icon().path
    }
}

/// The pages of an incident.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Tab {
    Overview,
    Advice,
    Questions,
    Actions,
    People,
    Places,
    Options,
    Letters,
    Meetings,
    Manage,
    Record,
    Report,
    Briefings,
}

/// A way to one of them.
#[derive(Debug, Clone)]
pub(crate) struct Way {
    pub(crate) href: String,
    pub(crate) label: &'static str,
    pub(crate) count: Option<usize>,
    pub(crate) here: bool,
}

/// The head of every page of an incident.
#[derive(Debug, Clone)]
pub(crate) struct Head {
    pub(crate) id: String,
    pub(crate) title: String,
    pub(crate) kind: String,
    pub(crate) phase: String,
    pub(crate) phase_tag: &'static str,
    pub(crate) lead: String,
    pub(crate) withheld: usize,
    pub(crate) ways: Vec<Way>,
}

impl Head {
    /// The head of a page of an incident; of none of the tabs where it stands below one.
    pub(crate) fn of(incident: &Incident, here: Option<Tab>) -> Self {
        let id = incident.id.to_string();
        let proposals = incident.advising.open().filter(|proposal| awaits(&proposal.item)).count();
        let actions = incident.actions.list.iter().filter(|action| action.status.is_open()).count();
        let options = incident.advising.open().filter(|open| matches!(open.item, Item::Options(_))).count();
        let letters = incident.communications.list.iter().filter(|letter| !letter.issued).count();
        let meetings = incident.meetings.list.iter().filter(|meeting| meeting.held_at.is_none()).count();
        let tabs = [
            (Tab::Overview, "", "Overview", None),
            (Tab::Advice, "/advice", "Advice", Some(proposals)),
            (Tab::Questions, "/questions", "Questions", Some(questions(incident).len())),
            (Tab::Actions, "/actions", "Actions", Some(actions)),
            (Tab::Options, "/options", "Options", Some(options)),
            (Tab::People, "/people", "People", None),
            (Tab::Places, "/places", "Transport and beds", None),
            (Tab::Letters, "/letters", "Letters", Some(letters)),
            (Tab::Meetings, "/meetings", "Meetings", Some(meetings)),
            (Tab::Record, "/record", "Record", None),
            (Tab::Report, "/report", "Report", None),
            (Tab::Briefings, "/briefings", "Briefings", None),
            (Tab::Manage, "/manage", "Manage", None),
        ];
        let way = |(tab, path, label, count): (Tab, &str, &'static str, Option<usize>)| Way {
            href: format!("/incidents/{id}{path}"),
            label,
            count,
            here: here == Some(tab),
        };
        let opening = &incident.lifecycle.opening;
        Self {
            title: opening.title.clone(),
            kind: plain(opening.kind.word()),
            phase: plain(incident.lifecycle.phase.word()),
            phase_tag: phase_tag(incident.lifecycle.phase),
            lead: title_of(incident, &incident.lifecycle.lead),
            withheld: incident.withheld.entries.len(),
            ways: tabs.into_iter().map(way).collect(),
            id,
        }
    }
}

/// What people call an agency at the table.
pub(crate) fn title_of(incident: &Incident, agency: &AgencyId) -> String {
    incident.participants.seats.get(agency).map_or_else(|| agency.to_string(), |seat| seat.title.clone())
}

/// Offices in a sentence: `incident lead, transport coordinator`.
pub(crate) fn listed(offices: &[Office]) -> String {
    offices.iter().map(|office| within(office.word())).collect::<Vec<_>>().join(", ")
}
