//! Refusals: the rules said no. Each has one reason code, which is part of the API.

use thiserror::Error;

use crate::advice::Step;
use crate::agency::{AgencyKind, Interest, Office};
use crate::ids::{AgencyId, ProposalNo};
use crate::situation::{ActionStatus, CareStatus, Phase};

mod reason;

pub use reason::RefusalKind;

/// Why a command was refused. The text may be shown to a participant; it never quotes the record.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum Refusal {
    /// The caller has no seat. The one answer for anything in such an incident, so that its existence is not told.
    #[error("not permitted")]
    NotPermitted,
    /// The caller's interest does not cover this.
    #[error("an agency with interest {interest:?} may not do this; it needs an operational one", interest = .interest.word())]
    InterestTooLow {
        /// The interest it has.
        interest: Interest,
    },
    /// Only the lead agency may do this.
    #[error("only the lead agency may do this")]
    NotLead,
    /// The caller's agency does not hold the office that was named.
    #[error("your agency does not hold the office {office} in this incident: take it first, or name another")]
    OfficeNotHeld {
        /// The office.
        office: Office,
    },
    /// The command has to be given for an office, and was given for none or for another.
    #[error("this has to be done for one of these offices: {}", listed(.offices))]
    OfficeNeeded {
        /// The offices that would do.
        offices: Vec<Office>,
    },
    /// The incident is closed.
    #[error("the incident is closed; reopen it first")]
    IncidentClosed,
    /// The incident is not closed.
    #[error("the incident is not closed")]
    NotClosed,
    /// A gate holds this step back.
    #[error("{proposal} holds back {step} until its condition is met; an office-holder can override it with a reason")]
    GateShut {
        /// The gate.
        proposal: ProposalNo,
        /// The step.
        step: Step,
    },
    /// A required text is empty.
    #[error("{field} is empty")]
    Required {
        /// The field.
        field: &'static str,
    },
    /// A value cannot be.
    #[error("{field}: {problem}")]
    Invalid {
        /// The field.
        field: &'static str,
        /// What is wrong with it.
        problem: &'static str,
    },
    /// What was said to have happened lies in the future.
    #[error("what is said to have been so lies in the future")]
    InTheFuture,
    /// Nothing on this record has that number or name.
    #[error("this record has no {what} {given}")]
    NoSuch {
        /// What kind of thing.
        what: &'static str,
        /// The number or name.
        given: String,
    },
    /// The incident cannot go to that phase from the one it is in.
    #[error("the incident is {from} and cannot become {to}")]
    PhaseNotReachable {
        /// The phase it is in.
        from: Phase,
        /// The phase asked for.
        to: Phase,
    },
    /// The two incidents are linked already, or are one.
    #[error("the incident is linked to that one already, or is the same")]
    AlreadyLinked,
    /// The agency has a seat already.
    #[error("{agency} has a seat already")]
    AlreadyInvited {
        /// The agency.
        agency: AgencyId,
    },
    /// The agency has joined already.
    #[error("your agency has joined already")]
    AlreadyJoined,
    /// The lead agency cannot leave or be given a lesser interest.
    #[error("the lead agency cannot leave, nor have less than an operational interest")]
    LeadStays,
    /// The office is held by somebody.
    #[error("the office {office} is held by {holder}; it can be handed over")]
    OfficeIsTaken {
        /// The office.
        office: Office,
        /// The agency that holds it.
        holder: AgencyId,
    },
    /// That kind of agency cannot hold the office.
    #[error("the office {office} is not one that a {kind} holds")]
    OfficeNotForKind {
        /// The office.
        office: Office,
        /// The kind of agency.
        kind: AgencyKind,
    },
    /// No handover of the office to the caller is open.
    #[error("no handover of {office} to your agency is open")]
    NoHandover {
        /// The office.
        office: Office,
    },
    /// The question was put to another kind of agency.
    #[error("this was asked of the {of}")]
    NotAskedOfYou {
        /// The kind it was put to.
        of: AgencyKind,
    },
    /// A person cannot come to that status from the one they have.
    #[error("a person's status does not go from {from} to {to}")]
    StatusNotReachable {
        /// The status they have.
        from: CareStatus,
        /// The status asked for.
        to: CareStatus,
    },
    /// The action belongs to another agency.
    #[error("the action belongs to {owner}")]
    NotYourAction {
        /// The owner.
        owner: AgencyId,
    },
    /// The action is not in a state that allows this.
    #[error("the action is {status}")]
    ActionIs {
        /// Where it stands.
        status: ActionStatus,
    },
    /// The chosen option is not among the options weighed.
    #[error("the chosen option is not among the options weighed")]
    ChoiceNotWeighed,
    /// The meeting was held already.
    #[error("the meeting was held already")]
    AlreadyHeld,
    /// The meeting has not been held.
    #[error("the meeting has not been held yet")]
    NotHeld,
    /// The communication awaits approval by another kind of agency.
    #[error("the communication awaits approval by the {by}")]
    ApprovalIsFor {
        /// The kind of agency that approves it.
        by: AgencyKind,
    },
    /// The communication is not approved.
    #[error("the communication is not approved yet")]
    NotApproved,
    /// The communication was approved or issued already.
    #[error("the communication was approved or issued already")]
    AlreadyApproved,
    /// A voluntary restriction needs the provider's agreement on the record.
    #[error("a voluntary restriction says who agreed to it for the provider")]
    VoluntaryNeedsAgreement,
    /// The restriction was lifted already.
    #[error("the restriction was lifted already")]
    AlreadyLifted,
    /// The offer does not hold that many.
    #[error("the offer has {left} left")]
    NotEnough {
        /// How many it has left.
        left: u32,
    },
    /// More would be released than was taken.
    #[error("only {taken} of the offer are taken")]
    NotTaken {
        /// How many are taken.
        taken: u32,
    },
    /// The offer was withdrawn.
    #[error("the offer was withdrawn")]
    OfferWithdrawn,
    /// The offer is another agency's.
    #[error("the offer is another agency's")]
    NotYourOffer,
    /// The proposal was adopted, declined or withdrawn already.
    #[error("{proposal} is not open")]
    ProposalNotOpen {
        /// The proposal.
        proposal: ProposalNo,
    },
    /// Proposals of that kind are not adopted.
    #[error("that does not fit a proposal of the kind {kind}: {instead}")]
    NotAdoptable {
        /// The kind of item.
        kind: &'static str,
        /// What to do instead.
        instead: &'static str,
    },
    /// The incident has no such rule set.
    #[error("the incident has no rule set of that name")]
    NoSuchRuleSet,
    /// A standing decision of that kind stands already, or does not.
    #[error("the rule set's standing decision is already so")]
    StandingAlreadySo,
    /// The escalation is addressed to another kind of agency.
    #[error("the escalation is addressed to the {to}")]
    NotEscalatedToYou {
        /// The kind it is addressed to.
        to: AgencyKind,
    },
    /// The escalation was acknowledged already.
    #[error("the escalation was acknowledged already")]
    AlreadyAcknowledged,
    /// The escalation was stepped down already.
    #[error("the escalation was stepped down already")]
    AlreadySteppedDown,
    /// No wellbeing check of that person is open.
    #[error("no wellbeing check of that person is open")]
    NoWellbeingCheck,
    /// A wellbeing check of that person is open already.
    #[error("a wellbeing check of that person is open already")]
    WellbeingAlreadyDue,
    /// The report would speak of entries that do not exist yet.
    #[error("the record does not reach that entry yet")]
    AheadOfTheRecord,
    /// The caller does not see this, or sees it only because it was shared, and so cannot hand it on.
    #[error("your agency does not see this in its own right, or the share is not one that it can change")]
    NotYoursToShare,
    /// The share was ended already.
    #[error("this share was ended already")]
    ShareEnded,
    /// The agency has a glass broken already.
    #[error("your agency has broken the glass here already, and it is still open")]
    GlassIsBroken,
    /// The glass is closed already.
    #[error("this glass is closed already")]
    GlassIsClosed,
    /// Another agency broke this glass.
    #[error("another agency broke this glass")]
    NotYourGlass,
    /// An agency does not review its own emergency.
    #[error("your agency broke this glass: another agency reviews it")]
    OwnGlass,
    /// The glass was reviewed already.
    #[error("this glass was reviewed already")]
    AlreadyReviewed,
    /// Something that the caller may not see stands against it. What it is, is not said.
    #[error("something on the record that your agency may not see stands against this; ask the agency that leads")]
    WithheldForbids,
    /// The clock is paused.
    #[error("the clock is paused")]
    ClockIsPaused,
    /// The clock is not paused.
    #[error("the clock is not paused")]
    ClockIsRunning,
    /// That kind of agency is told numbers and never who somebody is.
    #[error("a {kind} is not told who the people are: it works with their numbers")]
    IdentityNotForKind {
        /// The kind of agency.
        kind: AgencyKind,
    },
    /// The caller's agency answers for the people it placed, and placed this one not.
    #[error("your agency is told who the people are that it placed, and this person is not one of them")]
    NotYourPerson,
    /// Who the person is was erased.
    #[error("who this person is was erased; the record says when, why and on which basis")]
    IdentityErased,
    /// The record has moved on from the entry the caller thought was its last.
    #[error("the record is at entry {current}, not {expected}")]
    SeqConflict {
        /// The entry the caller named.
        expected: u64,
        /// The last entry.
        current: u64,
    },
}

fn listed(list: &[Office]) -> String {
    list.iter().map(|office| office.word()).collect::<Vec<_>>().join(", ")
}
