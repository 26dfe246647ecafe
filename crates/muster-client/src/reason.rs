//! Why a call was not carried out, and what to do about it.

use std::time::Duration;

use muster_proto::v1::ErrorReason as E;
use tonic::{Code, Status};
use tonic_types::StatusExt as _;

/// What a program does about an error. `docs/integrating.md` lists every reason under one of these.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Advice {
    /// The outcome is not known, or it was too early: ask again, the same request under the same request id.
    AgainSameRequest,
    /// It was too much at once: wait as long as the status says, then ask again, the same request.
    WaitAndAgain,
    /// The stream ended in good order: connect again, and go on from the last `resume`.
    Reconnect,
    /// The token leads nowhere any more: begin without it, and compare with what you kept.
    BeginAgain,
    /// The record is not in the state that you thought: read it, and decide anew, under a new request id.
    ReadAndDecide,
    /// The request can never be carried out as it is: put it right, under a new request id.
    ChangeRequest,
    /// Your agency, system or person may not, or something stands against it: somebody else has to act first.
    AskSomebody,
    /// The server or its register of systems has to be put right by whoever runs it.
    AskOperator,
}

impl Advice {
    /// All of them, with a sentence each for a person.
    pub const ALL: [(Self, &str); 8] = [
        (Self::AgainSameRequest, "ask again, the same request under the same id"),
        (Self::WaitAndAgain, "wait as long as it says, then the same request again"),
        (Self::Reconnect, "connect again, and resume"),
        (Self::BeginAgain, "begin again without the token, and compare"),
        (Self::ReadAndDecide, "read the record, decide anew, new id"),
        (Self::ChangeRequest, "put the request right, new id"),
        (Self::AskSomebody, "somebody else has to act first"),
        (Self::AskOperator, "ask the server's operator"),
    ];

    /// Whether a program does it by itself, without a person: the first three.
    pub fn passes(self) -> bool {
        match self {
            Self::AgainSameRequest | Self::WaitAndAgain | Self::Reconnect => true,
            Self::BeginAgain | Self::ReadAndDecide | Self::ChangeRequest | Self::AskSomebody | Self::AskOperator => {
                false
            }
        }
    }
}

/// What to do about a reason.
pub fn advice(reason: E) -> Advice {
    match reason {
        E::StoreUnavailable | E::RevisionNotYetVisible | E::CallTooLong => Advice::AgainSameRequest,
        E::RateLimited | E::ImportUnderWay | E::TooManyWatches => Advice::WaitAndAgain,
        E::Stopping | E::WatchStalled => Advice::Reconnect,
        E::PageTokenInvalid | E::RevisionCompacted => Advice::BeginAgain,
        E::SeqConflict
        | E::IncidentClosed
        | E::IncidentNotClosed
        | E::PhaseNotReachable
        | E::AlreadyLinked
        | E::AlreadyInvited
        | E::AlreadyJoined
        | E::LeadStays
        | E::OfficeTaken
        | E::NoHandover
        | E::StatusNotReachable
        | E::ActionState
        | E::MeetingAlreadyHeld
        | E::MeetingNotHeld
        | E::NotApproved
        | E::AlreadyApproved
        | E::AlreadyLifted
        | E::NotEnoughLeft
        | E::NotTaken
        | E::OfferWithdrawn
        | E::ProposalNotOpen
        | E::NotAdoptable
        | E::StandingAlreadySo
        | E::AlreadyAcknowledged
        | E::AlreadySteppedDown
        | E::NoWellbeingCheck
        | E::WellbeingAlreadyDue
        | E::ClockPaused
        | E::ClockRunning
        | E::ShareEnded
        | E::GlassAlreadyBroken
        | E::GlassClosed
        | E::AlreadyReviewed
        | E::WithheldForbids
        | E::ExerciseMismatch
        | E::RuleSetFailed
        | E::SettingsAlreadySo
        | E::IdentityErased
        | E::RuleSetNameTaken
        | E::OtherComponent
        | E::InstallDecided
        | E::TooManyInstalls
        | E::VersionAlreadySo
        | E::NotEndorsed
        | E::ExerciseRunning
        | E::ExerciseEnded
        | E::ExerciseNotForked
        | E::TooManyExercises
        | E::TooManyWebhooks
        | E::NotIssued => Advice::ReadAndDecide,
        E::Unspecified
        | E::InvalidField
        | E::InTheFuture
        | E::ResourceNotFound
        | E::RuleSetNotFound
        | E::ChoiceNotWeighed
        | E::VoluntaryNeedsAgreement
        | E::AheadOfTheRecord
        | E::RequestIdReused
        | E::SettingsRefused
        | E::PurposeUnknown
        | E::SizeNotReached
        | E::ComponentRefused
        | E::NotInThisExercise
        | E::ExerciseNotFound
        | E::ScenarioNotFound
        | E::ExercisePlayerUnknown => Advice::ChangeRequest,
        E::NotPermitted
        | E::InterestTooLow
        | E::NotLead
        | E::NotYourOffice
        | E::OfficeNeeded
        | E::NotAskedOfYou
        | E::NotYourAction
        | E::NotYourApproval
        | E::NotYourOffer
        | E::NotEscalatedToYou
        | E::OfficeNotForKind
        | E::GateShut
        | E::NotYoursToShare
        | E::NotYourGlass
        | E::OwnGlass
        | E::NotYourRuleSet
        | E::IdentityNotForKind
        | E::NotYourPerson
        | E::PersonNeeded
        | E::SecondPersonNeeded
        | E::NotYourExercise
        | E::ExercisePaused => Advice::AskSomebody,
        E::CredentialInvalid
        | E::RecordDamaged
        | E::NotMaintainer
        | E::RightMissing
        | E::OriginNotAllowed
        | E::NoSigningKey
        | E::IdentityKeysMissing
        | E::StoreSealed
        | E::NotifyNotConfigured => Advice::AskOperator,
    }
}

/// What to do where the server gave no reason: then the transport spoke, or something between.
fn without_reason(code: Code) -> Advice {
    match code {
        // The connection broke, or the server is not there. Whether a write happened is not known.
        Code::Unavailable | Code::Unknown | Code::Cancelled | Code::Aborted | Code::DeadlineExceeded => {
            Advice::AgainSameRequest
        }
        Code::ResourceExhausted => Advice::WaitAndAgain,
        Code::InvalidArgument | Code::NotFound | Code::OutOfRange | Code::Unimplemented => Advice::ChangeRequest,
        Code::AlreadyExists | Code::FailedPrecondition => Advice::ReadAndDecide,
        Code::PermissionDenied => Advice::AskSomebody,
        Code::Ok | Code::Internal | Code::DataLoss | Code::Unauthenticated => Advice::AskOperator,
    }
}

/// The reason code of a status as it was sent, also one that this client does not know.
pub fn code(status: &Status) -> Option<String> {
    status.get_details_error_info().map(|info| info.reason)
}

/// A call that was not carried out.
#[derive(Debug, Clone, thiserror::Error)]
#[error("{}", told(.status))]
pub struct Refused {
    /// The reason. None where the server gave none, or one that is newer than this client.
    pub reason: Option<E>,
    /// What to do.
    pub advice: Advice,
    /// How long to wait before that, where the server says.
    pub retry_after: Option<Duration>,
    /// The status as it came.
    pub status: Status,
}

impl From<Status> for Refused {
    fn from(status: Status) -> Self {
        let reason = code(&status).and_then(|reason| E::from_str_name(&format!("ERROR_REASON_{reason}")));
        let advice = reason.map_or_else(|| without_reason(status.code()), advice);
        let retry_after = status.get_details_retry_info().and_then(|info| info.retry_delay);
        Self { reason, advice, retry_after, status }
    }
}

/// A status in a sentence for a person: the reason, the message, and each field that is wrong.
pub fn told(status: &Status) -> String {
    let reason = code(status).unwrap_or_else(|| format!("{:?}", status.code()));
    let fields = status.get_details_bad_request().into_iter().flat_map(|bad| bad.field_violations);
    let fields: String = fields.map(|field| format!("\n  {}: {}", field.field, field.description)).collect();
    if fields.is_empty() { format!("{reason}: {}", status.message()) } else { format!("{reason}{fields}") }
}
