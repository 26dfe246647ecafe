//! Reason codes: what a caller is told of a refusal, part of the API, and what sort of answer each is.

use super::Refusal;

/// What sort of answer a refusal is, which decides the status a caller sees.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RefusalKind {
    /// The caller may not.
    Permission,
    /// The request is wrong in itself.
    Invalid,
    /// There is no such thing.
    NotFound,
    /// Not in this state.
    State,
    /// Somebody was faster.
    Conflict,
}

impl Refusal {
    /// The one reason code, as it stands in the API.
    pub fn reason(&self) -> &'static str {
        self.described().1
    }

    /// What sort of answer it is.
    pub fn kind(&self) -> RefusalKind {
        self.described().0
    }

    fn described(&self) -> (RefusalKind, &'static str) {
        use RefusalKind::{Conflict, Invalid, NotFound, Permission, State};
        match self {
            Self::NotPermitted => (Permission, "NOT_PERMITTED"),
            Self::InterestTooLow { .. } => (Permission, "INTEREST_TOO_LOW"),
            Self::NotLead => (Permission, "NOT_LEAD"),
            Self::OfficeNotHeld { .. } => (Permission, "NOT_YOUR_OFFICE"),
            Self::OfficeNeeded { .. } => (Permission, "OFFICE_NEEDED"),
            Self::NotAskedOfYou { .. } => (Permission, "NOT_ASKED_OF_YOU"),
            Self::NotYourAction { .. } => (Permission, "NOT_YOUR_ACTION"),
            Self::ApprovalIsFor { .. } => (Permission, "NOT_YOUR_APPROVAL"),
            Self::NotYourOffer => (Permission, "NOT_YOUR_OFFER"),
            Self::NotEscalatedToYou { .. } => (Permission, "NOT_ESCALATED_TO_YOU"),
            Self::OfficeNotForKind { .. } => (Permission, "OFFICE_NOT_FOR_KIND"),
            Self::Required { .. } | Self::Invalid { .. } => (Invalid, "INVALID_FIELD"),
            Self::InTheFuture => (Invalid, "IN_THE_FUTURE"),
            Self::NoSuch { .. } => (NotFound, "RESOURCE_NOT_FOUND"),
            Self::NoSuchRuleSet => (NotFound, "RULE_SET_NOT_FOUND"),
            Self::SeqConflict { .. } => (Conflict, "SEQ_CONFLICT"),
            Self::IncidentClosed => (State, "INCIDENT_CLOSED"),
            Self::NotClosed => (State, "INCIDENT_NOT_CLOSED"),
            Self::GateShut { .. } => (State, "GATE_SHUT"),
            Self::PhaseNotReachable { .. } => (State, "PHASE_NOT_REACHABLE"),
            Self::AlreadyLinked => (State, "ALREADY_LINKED"),
            Self::AlreadyInvited { .. } => (State, "ALREADY_INVITED"),
            Self::AlreadyJoined => (State, "ALREADY_JOINED"),
            Self::LeadStays => (State, "LEAD_STAYS"),
            Self::OfficeIsTaken { .. } => (State, "OFFICE_TAKEN"),
            Self::NoHandover { .. } => (State, "NO_HANDOVER"),
            Self::StatusNotReachable { .. } => (State, "STATUS_NOT_REACHABLE"),
            Self::ActionIs { .. } => (State, "ACTION_STATE"),
            Self::ChoiceNotWeighed => (Invalid, "CHOICE_NOT_WEIGHED"),
            Self::AlreadyHeld => (State, "MEETING_ALREADY_HELD"),
            Self::NotHeld => (State, "MEETING_NOT_HELD"),
            Self::NotApproved => (State, "NOT_APPROVED"),
            Self::AlreadyApproved => (State, "ALREADY_APPROVED"),
            Self::VoluntaryNeedsAgreement => (Invalid, "VOLUNTARY_NEEDS_AGREEMENT"),
            Self::AlreadyLifted => (State, "ALREADY_LIFTED"),
            Self::NotEnough { .. } => (State, "NOT_ENOUGH_LEFT"),
            Self::NotTaken { .. } => (State, "NOT_TAKEN"),
            Self::OfferWithdrawn => (State, "OFFER_WITHDRAWN"),
            Self::ProposalNotOpen { .. } => (State, "PROPOSAL_NOT_OPEN"),
            Self::NotAdoptable { .. } => (State, "NOT_ADOPTABLE"),
            Self::StandingAlreadySo => (State, "STANDING_ALREADY_SO"),
            Self::AlreadyAcknowledged => (State, "ALREADY_ACKNOWLEDGED"),
            Self::AlreadySteppedDown => (State, "ALREADY_STEPPED_DOWN"),
            Self::NoWellbeingCheck => (State, "NO_WELLBEING_CHECK"),
            Self::WellbeingAlreadyDue => (State, "WELLBEING_ALREADY_DUE"),
            Self::AheadOfTheRecord => (Invalid, "AHEAD_OF_THE_RECORD"),
            Self::IdentityNotForKind { .. } => (Permission, "IDENTITY_NOT_FOR_KIND"),
            Self::NotYourPerson => (Permission, "NOT_YOUR_PERSON"),
            Self::IdentityErased => (State, "IDENTITY_ERASED"),
            Self::NotYoursToShare => (Permission, "NOT_YOURS_TO_SHARE"),
            Self::ShareEnded => (State, "SHARE_ENDED"),
            Self::GlassIsBroken => (State, "GLASS_ALREADY_BROKEN"),
            Self::GlassIsClosed => (State, "GLASS_CLOSED"),
            Self::NotYourGlass => (Permission, "NOT_YOUR_GLASS"),
            Self::OwnGlass => (Permission, "OWN_GLASS"),
            Self::AlreadyReviewed => (State, "ALREADY_REVIEWED"),
            Self::WithheldForbids => (State, "WITHHELD_FORBIDS"),
            Self::ClockIsPaused => (State, "CLOCK_PAUSED"),
            Self::ClockIsRunning => (State, "CLOCK_RUNNING"),
        }
    }
}
