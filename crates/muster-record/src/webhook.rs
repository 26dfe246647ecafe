//! Webhooks: what an agency has sent to a system of its own when something is written, and when it is tried again.
//!
//! Everything here is decided on values. The record itself is what waits to be sent: nothing of it is copied into a
//! queue, and a webhook is little more than a place in it.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::entry::Class;
use crate::fact::Fact;
use crate::ids::{AgencyId, IncidentId, Seq};
use crate::installing::Who;
use crate::time::Instant;
use crate::words::{WordSet, words};

mod event;
mod retrying;
#[cfg(test)]
mod tests;
mod url;

pub use event::{Event, Told, event};
pub use retrying::{Next, Outcome, Patience, Trouble, judged, next, wait};
pub use url::{BadUrl, Target, target};

/// Webhooks that an agency may have at a time.
pub const MOST: usize = 20;

/// Dead letters that a webhook may have: with the last of them it is paused, so that nothing grows without end.
pub const MOST_DEAD: u64 = 1000;

words! {
    /// What an event tells of, by which a webhook chooses: the family of what happened, or what is said where nothing of
    /// it may be seen.
    Kind {
        /// An incident was opened, classified, linked, closed.
        Lifecycle = "lifecycle",
        /// Something was noted or corrected.
        Log = "log",
        /// A deadline was set, met, moved.
        Clocks = "clocks",
        /// An agency was invited, came, left.
        Participants = "participants",
        /// A question was answered.
        Answers = "answers",
        /// Something about the people concerned.
        People = "people",
        /// An action was raised, taken, done.
        Actions = "actions",
        /// Something was decided.
        Decisions = "decisions",
        /// A meeting was called or held.
        Meetings = "meetings",
        /// A letter or statement was drafted, approved, issued.
        Communications = "communications",
        /// Admissions were restricted, or are not any more.
        Restrictions = "restrictions",
        /// A place was offered or taken.
        Offers = "offers",
        /// A rule set advised.
        Advice = "advice",
        /// The level of the response changed.
        Escalation = "escalation",
        /// What is reviewed afterwards.
        Review = "review",
        /// Something was shared, or the glass was broken.
        Sharing = "sharing",
        /// An entry that the agency may not see: its place in the chain, and nothing else.
        Withheld = "withheld",
        /// The agency's seat in an incident ended: the last that is told of it.
        AccessEnded = "access-ended",
    }
}

impl Kind {
    /// The kind of what happened.
    pub fn of(fact: &Fact) -> Self {
        match fact {
            Fact::Lifecycle(_) => Self::Lifecycle,
            Fact::Log(_) => Self::Log,
            Fact::Clocks(_) => Self::Clocks,
            Fact::Participants(_) => Self::Participants,
            Fact::Answers(_) => Self::Answers,
            Fact::People(_) => Self::People,
            Fact::Actions(_) => Self::Actions,
            Fact::Decisions(_) => Self::Decisions,
            Fact::Meetings(_) => Self::Meetings,
            Fact::Communications(_) => Self::Communications,
            Fact::Restrictions(_) => Self::Restrictions,
            Fact::Offers(_) => Self::Offers,
            Fact::Advice(_) => Self::Advice,
            Fact::Escalation(_) => Self::Escalation,
            Fact::Review(_) => Self::Review,
            Fact::Sharing(_) => Self::Sharing,
        }
    }
}

/// A webhook as an agency registered it. Its secret stands elsewhere.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Webhook {
    /// Its number in the store; none is given twice.
    pub number: u64,
    /// Whose it is.
    pub agency: AgencyId,
    /// Where events are posted to.
    pub url: String,
    /// The one incident it is about; every incident that the agency may see where absent.
    pub incident: Option<IncidentId>,
    /// The kinds of events it is told; all of them where there is none.
    pub kinds: BTreeSet<Kind>,
    /// The classes of entries that whoever registered it reached: no event tells more.
    pub classes: WordSet<Class>,
    /// The system that registered it, by the URI in its certificate; none where a person called without one.
    pub uri: Option<String>,
    /// When it was registered.
    pub at: Instant,
    /// Who registered it.
    pub by: Who,
}

impl Webhook {
    /// Whether it is about an incident.
    pub fn is_about(&self, incident: &IncidentId) -> bool {
        self.incident.as_ref().is_none_or(|only| only == incident)
    }

    /// Whether it is told events of a kind. That access ended is told to whoever has not chosen kinds, or chose that one.
    pub fn wants(&self, kind: Kind) -> bool {
        self.kinds.is_empty() || self.kinds.contains(&kind)
    }
}

/// A place in the log of the whole store: all up to this entry of this change set is settled.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct Cursor {
    /// The change set.
    pub revision: u64,
    /// The last entry of it that is settled.
    pub seq: Seq,
}

/// Which entry an event was about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct About {
    /// The incident.
    pub incident: IncidentId,
    /// The entry.
    pub seq: Seq,
}

/// How far a webhook has come, and what it met.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Progress {
    /// Where it stands.
    pub cursor: Cursor,
    /// What stands in its way now.
    pub trouble: Trouble,
    /// Events that were taken, in all.
    pub delivered: u64,
    /// The last event that was taken, and when.
    pub last: Option<(About, Instant)>,
    /// What went wrong last, and when.
    pub error: Option<(String, Instant)>,
}

/// Why a webhook is paused, and since when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Paused {
    /// Why, for people.
    pub why: String,
    /// Since when.
    pub at: Instant,
}

/// An event that was given up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeadLetter {
    /// The webhook.
    pub webhook: u64,
    /// What it was about.
    pub about: About,
    /// The change set that the entry is of.
    pub revision: u64,
    /// How often it was tried.
    pub attempts: u32,
    /// When it was given up, or last tried since.
    pub at: Instant,
    /// What came back last.
    pub answer: String,
    /// Whether it is to be tried once more.
    pub again: bool,
}
