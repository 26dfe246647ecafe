//! What is asked of the store: change sets, and the bookkeeping beside the record.

use muster_record::entry::{Hash, Sealed};
use muster_record::ids::{AgencyId, IncidentId, PersonNo, RequestId, RuleSetId, Seq};
use muster_record::installing::Decided;
use muster_record::shadow::ShadowLook;
use muster_record::time::Instant;

use crate::audit::AuditWrite;
use crate::installs::InstallWrite;
use crate::outbound::OutboundWrite;
use crate::payloads::{Shut, ShutPayload, WrappedPayloadKey};
use crate::people::{SealedPerson, WrappedKey};
use crate::register::RegisterWrite;

/// The place of a change set in the store: 1 for the first append, without gaps, over all records.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Revision(pub u64);

impl Revision {
    /// The place after this one.
    #[must_use]
    pub fn next(self) -> Self {
        Self(self.0.saturating_add(1))
    }
}

impl std::fmt::Display for Revision {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}

/// The number of a lease. Whoever takes one over from another gets a greater number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Fence(pub u64);

/// One thing to write, in a group that is written all or none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Write {
    /// A change set goes onto a record.
    Append(Append),
    /// Rule sets have looked at a record up to `seq`; beside the record, not on it.
    ///
    /// A look at an earlier `seq` than one already noted changes nothing, nor does one under a lease that another has
    /// taken over.
    Looked {
        /// The incident.
        incident: IncidentId,
        /// The last entry they saw.
        seq: Seq,
        /// When they asked to look again.
        look_again_at: Option<Instant>,
        /// The lease under which they looked, where the store has several writers.
        fence: Option<Fence>,
    },
    /// The group is written only if nobody has taken over this lease. In a store with one writer nobody ever has.
    Leased {
        /// The incident.
        incident: IncidentId,
        /// Its lease.
        fence: Fence,
    },
    /// A rule set's component is kept, once.
    Component {
        /// What it is known by.
        digest: Hash,
        /// The rule set.
        name: RuleSetId,
        /// The component.
        bytes: Vec<u8>,
    },
    /// A rule set's settings are kept, once.
    Settings {
        /// What they are known by.
        digest: Hash,
        /// The settings.
        text: String,
    },
    /// An agency's settings of a rule set changed. The settings themselves are kept before.
    SettingsChange(SettingsChange),
    /// An import of the register is kept, with all that it changes.
    Register(Box<RegisterWrite>),
    /// Who somebody is, sealed, in place of what was kept of them before.
    Seal(SealedPerson),
    /// A person's key, wrapped anew.
    Rewrap(WrappedKey),
    /// Who somebody is is erased: their key and the sealed bytes. When the group is committed, the log is emptied, so
    /// that nothing of them is left there either.
    Erase {
        /// The incident.
        incident: IncidentId,
        /// The person.
        person: PersonNo,
    },
    /// The key of what an entry says, wrapped anew.
    RewrapPayload(WrappedPayloadKey),
    /// All snapshots go; they are worked out again.
    DropSnapshots,
    /// What entries say is erased: their keys and the sealed bytes. The entries stay. The log is emptied as for
    /// [`Write::Erase`].
    EraseEntries {
        /// The incident.
        incident: IncidentId,
        /// The entries.
        entries: Vec<Seq>,
    },
    /// A row of the audit.
    Audit(AuditWrite),
    /// An agency proposes a rule set of its own. Its component is kept before.
    Propose(InstallWrite),
    /// What was proposed is decided.
    Decide {
        /// The install.
        install: u64,
        /// What became of it.
        decided: Decided,
    },
    /// A rule set in shadow looked at an incident.
    ShadowLook(ShadowLook),
    /// Something of what goes out changed: a webhook, or a letter that was handed over.
    Outbound(OutboundWrite),
}

/// A change of settings: what an agency set, who did it, when and why, and what came of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SettingsChange {
    /// Whose settings they are.
    pub agency: AgencyId,
    /// The rule set.
    pub rule_set: RuleSetId,
    /// What they are known by.
    pub settings: Hash,
    /// When.
    pub at: Instant,
    /// The agency's system that asked.
    pub system: String,
    /// Why.
    pub because: String,
    /// What it named the request.
    pub request: RequestId,
    /// The hash of what was asked for.
    pub body: Hash,
    /// The entries that came of it, as JSON.
    pub outcome: String,
}

/// A change set: one or more entries that follow each other on one record, and what goes with them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Append {
    /// The entries, the first right behind the record's last.
    pub entries: Vec<Sealed>,
    /// What those entries say that are kept sealed.
    pub sealed: Vec<ShutPayload>,
    /// The request they answer; rule sets' entries answer none.
    pub request: Option<Request>,
    /// Where the record ends with them.
    pub head: Head,
    /// The incident as of their last, now and then.
    pub snapshot: Option<Snapshot>,
}

/// What was asked for and what came of it, so that asking again is not doing again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    /// Who asked.
    pub agency: AgencyId,
    /// What they named it.
    pub id: RequestId,
    /// The hash of what was asked for.
    pub body: Hash,
    /// The incident.
    pub incident: IncidentId,
    /// The first entry that came of it.
    pub first: Seq,
    /// The last entry that came of it.
    pub last: Seq,
    /// When.
    pub at: Instant,
}

/// Where a record ends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Head {
    /// The incident.
    pub incident: IncidentId,
    /// Its last entry.
    pub seq: Seq,
    /// The hash of its last entry.
    pub hash: Hash,
    /// When its last entry was written.
    pub recorded_at: Instant,
    /// Whether it is a rehearsal, which it is from its first entry or never.
    pub exercise: bool,
    /// Whether it is closed.
    pub closed: bool,
    /// What a list says of it, as JSON.
    pub summary: String,
    /// The agencies that list it, all of them, when that changed.
    pub seats: Option<Vec<AgencyId>>,
}

/// An incident as of an entry, so that not all of its record need be read again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Snapshot {
    /// Which version of the fold it is.
    pub version: u32,
    /// The fold, sealed: it holds what sealed entries say.
    pub shut: Shut,
}
