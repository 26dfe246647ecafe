//! What the writer is asked, and what it answers.

use std::collections::BTreeMap;

use muster_record::audit::Audited;
use muster_record::entry::{Asked, Entry, Hand, Hash};
use muster_record::ids::{AgencyId, IncidentId, RequestId, RuleSetId, Seq};
use muster_record::incident::advising::{Looked, Outcome, Pin};
use muster_record::incident::lifecycle::{Link, Opening};
use muster_record::shadow::ShadowLook;
use muster_record::time::Instant;
use muster_record::visible::Reader;
use muster_record::{Author, Command};
use muster_rules::Settings;
use muster_store::{Fence, OutboundWrite, RegisterWrite, Revision, Write};

use crate::people::{EraseAsk, Look, SealAsk};
use crate::saw_all::SawAll;
use crate::upgrading::UpgradeWrite;

/// A caller's request to write to an incident.
#[derive(Debug, Clone)]
pub struct AppendAsk {
    /// The incident.
    pub incident: IncidentId,
    /// Who asks.
    pub author: Author,
    /// What the caller names the request.
    pub request: RequestId,
    /// The hash of the request's canonical body: the same id with another body is refused.
    pub body: Hash,
    /// The last entry the caller knows of, if it wants the append refused when there are later ones.
    pub expected_seq: Option<Seq>,
    /// When it happened; now where absent.
    pub occurred_at: Option<Instant>,
    /// Decide, but write nothing.
    pub validate_only: bool,
    /// What is asked: all of it happens, or none.
    pub commands: Vec<Command>,
    /// What is asked of the entries' labels.
    pub labels: Asked,
    /// Who asks, as one who reads: what they may not see is not told by a refusal either.
    pub reader: Reader,
}

/// A caller's request to open an incident.
#[derive(Debug, Clone)]
pub struct OpenAsk {
    /// The caller's agency, which will lead.
    pub agency: AgencyId,
    /// The hand that opens it.
    pub hand: Hand,
    /// What the caller names the request.
    pub request: RequestId,
    /// The hash of the request's canonical body.
    pub body: Hash,
    /// Decide, but write nothing.
    pub validate_only: bool,
    /// What the incident is opened with.
    pub opening: Opening,
    /// The incident it is opened over, where there is one: it is linked from its first commit on.
    pub link: Option<Link>,
}

/// An entry as it was written, with what the chain knows of it.
#[derive(Debug, Clone)]
pub struct Written {
    /// The entry.
    pub entry: Entry,
    /// Its hash.
    pub hash: Hash,
    /// What the hash commits to.
    pub commitment: Hash,
}

/// What became of a request to write.
#[derive(Debug, Clone)]
pub struct Appended {
    /// The incident.
    pub incident: IncidentId,
    /// The first entry written.
    pub first: Seq,
    /// The last entry written.
    pub last: Seq,
    /// The commit, in the order of the whole store; zero when nothing was written.
    pub revision: Revision,
    /// When it was committed.
    pub at: Instant,
    /// Whether this repeats an earlier answer.
    pub replayed: bool,
    /// The entries.
    pub entries: Vec<Written>,
    /// Whether the incident is a rehearsal.
    pub exercise: bool,
}

/// A change of settings, after everything that takes time was looked at.
#[derive(Debug)]
pub(crate) struct ChangeSettings {
    /// Whose settings they are.
    pub(crate) agency: AgencyId,
    /// The hand that changes them.
    pub(crate) hand: Hand,
    /// What the caller names the request.
    pub(crate) request: RequestId,
    /// The hash of the request's canonical body.
    pub(crate) body: Hash,
    /// The rule set.
    pub(crate) rule_set: RuleSetId,
    /// The settings, which the installed version takes.
    pub(crate) settings: Settings,
    /// Why.
    pub(crate) because: String,
    /// Other versions that incidents are pinned to and that do not take these settings, each with what it says.
    pub(crate) unfit: BTreeMap<Hash, String>,
    /// Incidents that were looked at up to this entry and that the settings do not bear on.
    pub(crate) no_concern: BTreeMap<IncidentId, Seq>,
}

/// One thing for the writer to do. It cannot be printed: some hold who a person is.
pub(crate) enum Job {
    /// Write to an incident.
    Append(AppendAsk),
    /// The same for somebody who saw the whole record up to an entry: refused if they do not see all that came since.
    AppendSeeingAll(AppendAsk, SawAll),
    /// Open an incident.
    Open(OpenAsk),
    /// Record what came of an evaluation.
    Advise {
        /// The incident.
        incident: IncidentId,
        /// The rule set.
        rule_set: RuleSetId,
        /// The agency it belongs to.
        owner: AgencyId,
        /// What it looked at.
        looked: Looked,
        /// What came of it.
        outcome: Outcome,
        /// The lease under which it looked, where the store has several writers.
        fence: Option<Fence>,
    },
    /// Change an agency's settings of a rule set, and say so on the incidents that they bear on.
    ChangeSettings(ChangeSettings),
    /// Have an incident go on with another version of a rule set.
    Repin {
        /// The incident.
        incident: IncidentId,
        /// Whose rule set it is.
        agency: AgencyId,
        /// The hand that moves it.
        hand: Hand,
        /// The version that it was looked at with, and the version from now on; none where something is in the way, and
        /// it is only to be found out whether the request was done before.
        pins: Option<(Pin, Pin)>,
        /// The request, and why.
        write: UpgradeWrite,
    },
    /// Note, beside the record, that every rule set has looked.
    Looked {
        /// The incident.
        incident: IncidentId,
        /// The last entry they could see.
        seq: Seq,
        /// When one of them wants to look again.
        look_again_at: Option<Instant>,
        /// The lease under which they looked, where the store has several writers.
        fence: Option<Fence>,
    },
    /// Keep, beside the record, what a rule set in shadow made of an incident.
    ShadowLook(ShadowLook, Option<Fence>),
    /// Keep a component and its settings as long as a record may refer to them.
    Keep {
        /// The rule set.
        rule_set: RuleSetId,
        /// SHA-256 of the component.
        component_digest: Hash,
        /// The component.
        component: Vec<u8>,
        /// SHA-256 of the settings.
        settings_digest: Hash,
        /// The settings.
        settings: String,
    },
    /// Keep an import of the register.
    Register(Box<RegisterWrite>),
    /// Write down who a person is.
    Seal(Box<SealAsk>),
    /// Erase who people are.
    Erase(Box<EraseAsk>),
    /// Tell who a person is, and audit it.
    Look(Box<Look>),
    /// Audit something.
    Audit(Box<Audited>),
    /// Keep what was proposed to be installed, or what became of it. Whoever asks holds the one turn to do so, and has
    /// decided it.
    Install(Vec<Write>),
    /// Keep a change of what goes out.
    Outbound(OutboundWrite),
}
