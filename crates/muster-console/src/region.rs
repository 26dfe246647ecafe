//! A regional incident: one table over its members in counts, its authorities as a schematic, what hangs on the brand,
//! what is agreed for all, and what is overdue.

use std::collections::{BTreeMap, BTreeSet};

use askama::Template;
use chrono::NaiveDate;
use muster_record::Incident;
use muster_record::ids::{AgencyId, IncidentId};
use muster_record::incident::sharing::What;
use muster_record::region::{Member, Picture};
use muster_record::time::Instant;
use muster_register::Register;

use crate::exposure::Exposed;
use crate::frame::{Area, Frame, title_of};
use crate::regions::{hours, range};
use crate::said::{action_tag, phase_tag, plain};
use crate::schematic::{Schematic, State};
use crate::when::moment;

/// What a page of a region is drawn from: all of it is what one viewer is answered.
#[derive(Debug)]
pub struct Region<'a> {
    /// The regional incident as the viewer sees it.
    pub incident: &'a Incident,
    /// The picture over its members.
    pub picture: &'a Picture,
    /// What people call the agencies that this server knows.
    pub titles: &'a BTreeMap<AgencyId, String>,
    /// The members in which the viewer has a seat.
    pub seats: &'a BTreeSet<IncidentId>,
    /// What is known of authorities and brands.
    pub register: &'a Register,
    /// The day in the UK.
    pub today: NaiveDate,
}

/// The page.
#[derive(Debug, Template)]
#[template(path = "region.html")]
pub struct RegionPage {
    frame: Frame,
    id: String,
    title: String,
    lead: String,
    phase: String,
    phase_tag: &'static str,
    withheld: usize,
    at: String,
    totals: Vec<Total>,
    unconfirmed: u32,
    drawing: Schematic,
    without: String,
    named: String,
    members: Vec<Row>,
    agreed: Vec<(String, String)>,
    shares: Vec<Share>,
    overdue: Vec<(String, u32)>,
    late: Vec<Late>,
    brands: Vec<Exposed>,
}

/// A number over all members, and where it is explained.
#[derive(Debug)]
struct Total {
    label: &'static str,
    value: String,
    why: &'static str,
}

#[derive(Debug)]
struct Row {
    authority: String,
    incident: Option<String>,
    phase: String,
    phase_tag: &'static str,
    state: State,
    people: String,
    waiting: String,
    moved: String,
    beds: String,
    clock: String,
    overdue: u32,
}

#[derive(Debug)]
struct Share {
    what: String,
    with: String,
    by: String,
    until: String,
}

/// An action of the regional incident itself whose time is past.
#[derive(Debug)]
struct Late {
    title: String,
    owner: String,
    due: String,
    tag: &'static str,
    status: String,
}

impl Region<'_> {
    /// What people call an agency: by the server's list, the register's, or at the table; else its name.
    pub(crate) fn title(&self, agency: &AgencyId) -> String {
        let known = self.titles.get(agency).cloned();
        let listed = || Some(self.register.authority(&agency.as_str().to_uppercase().parse().ok()?)?.name.clone());
        known.or_else(listed).unwrap_or_else(|| title_of(self.incident, agency))
    }

    /// The name that an agency has in the register, which the drawing goes by; else its title.
    fn name(&self, agency: &AgencyId) -> String {
        let code = agency.as_str().to_uppercase().parse().ok();
        let listed = code.and_then(|code| self.register.authority(&code)).map(|found| found.name.clone());
        listed.unwrap_or_else(|| self.title(agency))
    }

    /// The region's authorities that the register knows today, and whoever leads a member.
    fn authorities(&self) -> BTreeMap<String, State> {
        let region = self.incident.lifecycle.opening.region.as_deref().unwrap_or_default();
        let region = region.trim().to_lowercase().replace(' ', "-");
        let listed = self.register.authorities(self.today).filter(|of| of.region.as_deref() == Some(&region));
        let mut all: BTreeMap<String, State> = listed.map(|of| (of.name.clone(), State::Outside)).collect();
        for member in &self.picture.members {
            let state = all.entry(self.name(&member.authority)).or_insert(State::Outside);
            *state = (*state).min(State::of(member));
        }
        all
    }

    /// The brands that fail, as the incident and its links name them.
    pub(crate) fn brands(&self) -> BTreeSet<String> {
        let lifecycle = &self.incident.lifecycle;
        let of_services = lifecycle.opening.services.iter().filter_map(|service| service.brand.clone());
        of_services.chain(lifecycle.links.iter().filter_map(|link| link.brand.clone())).collect()
    }

    fn row(&self, member: &Member) -> Row {
        let counts = &member.counts;
        let overdue = member.overdue.values().fold(0_u32, |sum, of| sum.saturating_add(*of));
        Row {
            authority: self.title(&member.authority),
            incident: self.seats.contains(&member.incident).then(|| member.incident.to_string()),
            phase: plain(member.phase.word()),
            phase_tag: phase_tag(member.phase),
            state: State::of(member),
            people: range(counts.people),
            waiting: range(counts.not_yet_placed),
            moved: range(counts.moved),
            beds: beds(counts.beds_offered, &range(counts.beds_taken)),
            clock: member.clocks.first().map_or_else(
                || "None runs".to_owned(),
                |clock| format!("{}: {}", hours(clock.hours_left), plain(clock.clock.word())),
            ),
            overdue,
        }
    }
}

/// What a share opens.
fn shared_thing(what: &What) -> String {
    match what {
        What::Entry(seq) => format!("Entry {}", seq.0),
        What::Person(person) => format!("All about person {}", person.0),
        What::Class(class) => format!("All of the class {}", class.word()),
    }
}

fn beds(offered: u32, taken: &str) -> String {
    if offered == 0 { "none".to_owned() } else { format!("{offered}, of which taken: {taken}") }
}

impl RegionPage {
    /// The page of a region as somebody is answered it.
    pub fn new(frame: Frame, of: &Region<'_>, at: Instant) -> Self {
        let Region { incident, picture, titles: _, seats: _, register, today } = of;
        let opening = &incident.lifecycle.opening;
        let frame = Frame { area: Area::Regions, ..frame.titled(&opening.title, opening.exercise) };
        let authorities = of.authorities();
        let outside = authorities.iter().filter(|(_, state)| **state == State::Outside);
        let drawing = Schematic::of(&authorities);
        let counts = &picture.counts;
        let total = |label, value, why| Total { label, value, why };
        let duties = picture.duties_engaged.values().copied().max().unwrap_or(0);
        let members = picture.members.len();
        let late = incident.actions.overdue(at).map(|action| Late {
            title: action.title.clone(),
            owner: of.title(&action.owner),
            due: action.due.map(moment).unwrap_or_default(),
            tag: action_tag(action.status),
            status: plain(action.status.word()),
        });
        let shared = incident.sharing.shares.iter().filter(|share| !share.ended && share.expires_at > at);
        Self {
            id: incident.id.to_string(),
            title: opening.title.clone(),
            lead: of.title(&incident.lifecycle.lead),
            phase: plain(incident.lifecycle.phase.word()),
            phase_tag: phase_tag(incident.lifecycle.phase),
            withheld: incident.withheld.entries.len(),
            at: moment(picture.at),
            totals: vec![
                total("Members", members.to_string(), "members"),
                total("People", range(counts.people), "people"),
                total("Nowhere to go yet", range(counts.not_yet_placed), "waiting"),
                total("Moved", range(counts.moved), "moved"),
                total("Beds offered", beds(counts.beds_offered, &range(counts.beds_taken)), "beds"),
                total("Duty engaged", format!("in {duties} of {members}"), "duties"),
                total("Rule sets disagree", format!("{} times", picture.disagreements), "disagreements"),
            ],
            unconfirmed: picture.unconfirmed,
            without: outside.map(|(name, _)| name.as_str()).collect::<Vec<_>>().join(", "),
            named: described(&drawing),
            drawing,
            members: picture.members.iter().map(|member| of.row(member)).collect(),
            agreed: picture
                .duties_engaged
                .iter()
                .map(|(key, engaged)| (key.clone(), format!("engaged in {engaged} of {members} members")))
                .collect(),
            shares: shared
                .map(|share| Share {
                    what: shared_thing(&share.what),
                    with: of.title(&share.with),
                    by: of.title(&share.by),
                    until: moment(share.expires_at),
                })
                .collect(),
            overdue: picture.overdue.iter().map(|(agency, actions)| (of.title(agency), *actions)).collect(),
            late: late.collect(),
            brands: of.brands().iter().map(|brand| Exposed::of_brand(register, brand, *today)).collect(),
            frame,
        }
    }
}

/// The drawing in words.
fn described(drawing: &Schematic) -> String {
    let of = |state: &State| {
        let names = drawing.tiles.iter().filter(|tile| tile.state == *state).map(|tile| tile.name.as_str());
        format!("{} ({}): {}.", state.label(), state.meaning(), names.collect::<Vec<_>>().join(", "))
    };
    drawing.states.iter().map(of).collect::<Vec<_>>().join(" ")
}
