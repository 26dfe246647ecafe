//! The situation: what a rule set is shown of an incident, with no name, address or date of birth.

use serde::{Deserialize, Serialize};

use crate::advice::Answer;
use crate::agency::{AgencyKind, Interest, Office};
use crate::ids::{AgencyId, IncidentId, Seq, ServiceId};
use crate::incident::decisions::Panel;
use crate::incident::lifecycle::Relation;
use crate::time::Instant;

mod figures;
mod kinds;
mod parts;

pub use figures::Figures;
pub use kinds::{
    ActionStatus, CareStatus, Failure, Funder, IncidentKind, MeetingKind, Mobility, Need, OfferKind, Phase,
    RestrictionBasis, RestrictionKind, ServiceKind,
};
pub use parts::{Grants, Part};

/// A service of the provider.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Service {
    /// Its name within the incident.
    pub id: ServiceId,
    /// What kind it is.
    pub kind: ServiceKind,
    /// Whether the provider is a national one; for the third sector, whether it is a large one.
    pub national: Answer,
    /// Whether the activity is regulated.
    pub regulated: Answer,
    /// The council in whose area it stands.
    pub authority: AgencyId,
    /// Beds it is registered for, at most; absent when not known or not beds.
    pub beds: Option<u32>,
    /// The brand it trades under.
    pub brand: Option<String>,
    /// Level of risk by Table One, 1 to 4.
    pub risk_level: Option<u8>,
}

/// An agency's seat, as a rule set is shown it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Seat {
    /// The agency.
    pub agency: AgencyId,
    /// What it is.
    pub kind: AgencyKind,
    /// How far it is involved.
    pub interest: Interest,
    /// Whether it leads.
    pub is_lead: bool,
    /// The offices its people hold here.
    pub offices: Vec<Office>,
    /// When it joined; absent while it is only invited.
    pub joined_at: Option<Instant>,
}

/// A person, without identity.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Person {
    /// `person-3` for the record's person 3.
    pub reference: String,
    /// The service that cares for them.
    pub service: ServiceId,
    /// Who pays.
    pub funder: Funder,
    /// The agency that placed them, where it is another than the lead.
    pub placed_by: Option<AgencyId>,
    /// How they can travel.
    pub mobility: Mobility,
    /// What they need.
    pub needs: Vec<Need>,
    /// Whether the needs are known at all: an empty list with a no is not "no needs".
    pub needs_known: Answer,
    /// People they should stay together with.
    pub stays_with: Vec<String>,
    /// Where they have come to.
    pub status: CareStatus,
    /// When they moved.
    pub moved_at: Option<Instant>,
}

/// What was answered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FactValue {
    /// Yes, no or unknown.
    Answer(Answer),
    /// A number.
    Number(i64),
    /// Text.
    Text(String),
    /// A moment.
    At(Instant),
}

/// The latest answer to a question.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KnownFact {
    /// The fact's key.
    pub key: String,
    /// The answer.
    pub value: FactValue,
    /// The entry that holds it.
    pub entry: Seq,
    /// When it was so.
    pub at: Instant,
}

/// Something another agency or provider can lend.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Offered {
    /// `offer-2` for the record's offer O2.
    pub reference: String,
    /// Who offers it.
    pub agency: AgencyId,
    /// What it is.
    pub kind: OfferKind,
    /// How many.
    pub quantity: u32,
    /// How many of them are taken.
    pub taken: u32,
    /// The moment for which the figure was true.
    pub as_of: Instant,
    /// What else was said of it, as words and values.
    pub detail: Vec<(String, String)>,
}

/// An action on the record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ActionSeen {
    /// Its number.
    pub number: u32,
    /// The proposal it came from: rule set, slash, key.
    pub key: Option<String>,
    /// The action in words.
    pub title: String,
    /// Who does it.
    pub owner: AgencyId,
    /// By when.
    pub due: Option<Instant>,
    /// Where it stands.
    pub status: ActionStatus,
    /// When it was done.
    pub done_at: Option<Instant>,
}

/// A restriction on a service.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RestrictionSeen {
    /// Its number.
    pub number: u32,
    /// What is restricted.
    pub kind: RestrictionKind,
    /// How it came about.
    pub basis: RestrictionBasis,
    /// When it began.
    pub placed_at: Instant,
    /// When it ended.
    pub lifted_at: Option<Instant>,
}

/// A meeting.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MeetingSeen {
    /// Its number.
    pub number: u32,
    /// What kind it is.
    pub kind: MeetingKind,
    /// When it is called for.
    pub at: Instant,
    /// When it was held.
    pub held_at: Option<Instant>,
    /// Whether it has minutes.
    pub minuted: bool,
}

/// What a panel put to offices. A panel recommends; it does not decide.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecommendationSeen {
    /// Its number.
    pub number: u32,
    /// The panel.
    pub panel: Panel,
    /// The offices it is put to.
    pub to: Vec<Office>,
    /// When.
    pub at: Instant,
    /// The first decision that follows or departs from it; absent while no office has decided.
    pub followed_by: Option<u32>,
}

/// A decision that an office made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DecisionSeen {
    /// Its number.
    pub number: u32,
    /// The office.
    pub office: Office,
    /// The option set it answers: rule set, slash, key.
    pub question: Option<String>,
    /// The option chosen.
    pub chosen: String,
    /// When.
    pub at: Instant,
}

/// A moment of the incident.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Milestone {
    /// `opened`, `notified`, `closed`, `reopened`, `reclassified`, or `phase/` and a phase.
    pub key: String,
    /// When.
    pub at: Instant,
    /// The entry that says so.
    pub entry: Seq,
}

/// Something said that the contract of rule sets has no field for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tag {
    /// Of what: a reference, an id or an item's key; empty for the whole.
    pub of: String,
    /// What is said.
    pub name: String,
    /// Its value, as the two sides agree.
    pub value: String,
}

/// A linked incident, as the link on this record describes it: nothing is read from the other record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Related {
    /// The incident.
    pub incident: IncidentId,
    /// How it belongs to this one.
    pub relation: Relation,
    /// The agency that leads it, where the link says so.
    pub authority: Option<AgencyId>,
    /// The brand that fails there, where the link says so.
    pub brand: Option<String>,
}

/// All that a rule set may know of an incident at one seq, as its owner may see it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Situation {
    /// The incident.
    pub incident: IncidentId,
    /// Its title.
    pub title: String,
    /// What is handled.
    pub kind: IncidentKind,
    /// The types of failure named so far; none means not determined.
    pub failures: Vec<Failure>,
    /// How far it has come.
    pub phase: Phase,
    /// The agency that leads.
    pub authority: AgencyId,
    /// The region.
    pub region: Option<String>,
    /// Whether it is a rehearsal.
    pub exercise: bool,
    /// When it was opened.
    pub opened_at: Instant,
    /// When the lead agency was told: the 72 hours run from here.
    pub notified_at: Instant,
    /// When care stops; absent when not known.
    pub care_stops_at: Option<Instant>,
    /// The time of this look. There is no other clock.
    pub as_of: Instant,
    /// The provider's services.
    pub services: Vec<Service>,
    /// Who is at the table.
    pub participants: Vec<Seat>,
    /// The people who use the services.
    pub people: Vec<Person>,
    /// How many people there are; absent where it is not asked for or withheld.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub figures: Option<Figures>,
    /// What was answered.
    pub facts: Vec<KnownFact>,
    /// What was offered.
    pub offers: Vec<Offered>,
    /// What is to be done.
    pub actions: Vec<ActionSeen>,
    /// What is restricted.
    pub restrictions: Vec<RestrictionSeen>,
    /// Who meets.
    pub meetings: Vec<MeetingSeen>,
    /// What panels recommended.
    pub recommendations: Vec<RecommendationSeen>,
    /// What was decided.
    pub decisions: Vec<DecisionSeen>,
    /// How it came to here.
    pub milestones: Vec<Milestone>,
    /// Linked incidents.
    pub related: Vec<Related>,
    /// What the rule set asked for and is not shown, or not all of.
    pub withheld: Vec<Part>,
    /// What the contract has no field for: nothing yet.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<Tag>,
}
