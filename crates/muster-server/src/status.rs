//! Every error a caller can see is made here. Ours tell the caller nothing and the log everything.

use std::collections::HashMap;
use std::time::Duration;

use muster_coordinator::{
    AppendError, EvidenceError, ForkError, ImportError, InstallRefused, NotSent, QueryError, Revision, SettingsError,
    WebhookRefused,
};
use muster_exercise::{ExerciseError, Problem, Problems, State};
use muster_outbound::SendError;
use muster_proto::watching::Unreadable;
use muster_proto::{Malformed, Violation};
use muster_record::Refusal;
use muster_record::agency::Office;
use muster_record::entry::Broken;
use muster_record::ids::AgencyId;
use muster_record::installing::NotNow;
use muster_record::refusal::RefusalKind;
use muster_record::rights::{Purpose, Right};
use tonic::{Code, Status};
use tonic_types::{ErrorDetails, FieldViolation, StatusExt as _};

use crate::token::BadToken;

/// The domain of every reason code.
const DOMAIN: &str = "muster.v1";

/// After how long a caller that met a passing trouble should try again.
const TRY_AGAIN: Duration = Duration::from_millis(500);

fn with_reason(code: Code, reason: &str, message: impl Into<String>, metadata: HashMap<String, String>) -> Status {
    metrics::counter!("muster_refused_calls_total", "reason" => reason.to_owned()).increment(1);
    Status::with_error_details(code, message, ErrorDetails::with_error_info(reason, DOMAIN, metadata))
}

fn plain(code: Code, reason: &str, message: impl Into<String>) -> Status {
    with_reason(code, reason, message, HashMap::new())
}

/// The certificate or the token does not do. Why is in the log only: all are told the same.
pub(crate) fn credential_invalid() -> Status {
    let message = "the client certificate or the token is not accepted here; the server's operator can see why";
    plain(Code::Unauthenticated, "CREDENTIAL_INVALID", message)
}

/// The system, the person and the purpose together do not reach this.
pub(crate) fn right_missing(right: Right) -> Status {
    let metadata = HashMap::from([("right".to_owned(), right.to_string())]);
    with_reason(Code::PermissionDenied, "RIGHT_MISSING", format!("this needs the right {right}"), metadata)
}

/// The office that a command is given for is not one of the person's who is signed in.
pub(crate) fn not_your_office(office: Office) -> Status {
    let metadata = HashMap::from([("office".to_owned(), office.to_string())]);
    let message = format!("whoever is signed in does not have the office {office}");
    with_reason(Code::PermissionDenied, "NOT_YOUR_OFFICE", message, metadata)
}

/// The purpose named is none.
pub(crate) fn purpose_unknown() -> Status {
    let known = Purpose::ALL.iter().map(|purpose| purpose.word()).collect::<Vec<_>>().join(", ");
    let message = format!("the metadata muster-purpose is to be given once, as one of: {known}");
    with_reason(Code::InvalidArgument, "PURPOSE_UNKNOWN", message, HashMap::from([("known".to_owned(), known)]))
}

/// The call comes from a page of another origin.
pub(crate) fn origin_not_allowed() -> Status {
    plain(Code::PermissionDenied, "ORIGIN_NOT_ALLOWED", "a page of another origin may not call this server")
}

/// Too many calls of one agency.
pub(crate) fn rate_limited(wait: Duration) -> Status {
    let mut details = ErrorDetails::with_error_info("RATE_LIMITED", DOMAIN, HashMap::new());
    details.set_retry_info(Some(wait));
    metrics::counter!("muster_refused_calls_total", "reason" => "RATE_LIMITED").increment(1);
    Status::with_error_details(Code::ResourceExhausted, "your agency calls too often; wait, then go on", details)
}

/// No answer began within the time that the call has.
pub(crate) fn too_long(allowed: Duration) -> Status {
    let seconds = allowed.as_secs();
    let message =
        format!("no answer came in {seconds} seconds; a write may happen yet: ask again with the same request id");
    plain(Code::DeadlineExceeded, "CALL_TOO_LONG", message)
}

/// The agency has as many watches open as it may.
pub(crate) fn too_many_watches(most: usize) -> Status {
    let metadata = HashMap::from([("most".to_owned(), most.to_string())]);
    let message = format!("your agency has {most} watches open, which is as many as it may");
    with_reason(Code::ResourceExhausted, "TOO_MANY_WATCHES", message, metadata)
}

/// Violations told of one request: an answer's headers are bounded, and a client that fixes these asks again.
const MOST_VIOLATIONS: usize = 20;

/// The message cannot be read as what it should be: the fields that are wrong, at once.
pub(crate) fn malformed(malformed: &Malformed) -> Status {
    let (told, more) = malformed.violations.split_at(malformed.violations.len().min(MOST_VIOLATIONS));
    let named = told.iter().map(|violation| FieldViolation::new(&violation.field, &violation.problem));
    let mut details = ErrorDetails::with_error_info("INVALID_FIELD", DOMAIN, HashMap::new());
    details.set_bad_request(named.collect::<Vec<_>>());
    metrics::counter!("muster_refused_calls_total", "reason" => "INVALID_FIELD").increment(1);
    let first = told.first().map_or_else(String::new, |first| format!("{} {}", first.field, first.problem));
    let more = told.len().saturating_sub(1).saturating_add(more.len());
    let message = if more == 0 { first } else { format!("{first}; and {more} more") };
    Status::with_error_details(Code::InvalidArgument, message, details)
}

/// A page or resume token is not one of ours.
pub(crate) fn bad_token(field: &str, bad: BadToken) -> Status {
    let mut details = ErrorDetails::with_error_info("PAGE_TOKEN_INVALID", DOMAIN, HashMap::new());
    details.add_bad_request_violation(field, bad.to_string());
    Status::with_error_details(Code::InvalidArgument, bad.to_string(), details)
}

/// A resume token is from before the store was put back from a backup, and ahead of where that ends.
pub(crate) fn restored(shared: Revision) -> Status {
    let metadata = HashMap::from([("last_shared_revision".to_owned(), shared.to_string())]);
    let details = ErrorDetails::with_error_info("REVISION_COMPACTED", DOMAIN, metadata);
    let told = format!(
        "the server was put back from a backup that ends at change set {shared}, and this resume is ahead of it: what \
         came between may be lost; watch again without a resume, and compare"
    );
    Status::with_error_details(Code::OutOfRange, told, details)
}

/// What a watcher was about to be sent is no message: a fault of ours.
pub(crate) fn unreadable_answer(error: &Unreadable) -> Status {
    tracing::error!(?error, "what is ready for a watcher cannot be read");
    Status::internal("the server failed")
}

/// A watcher took nothing for too long. It resumes with the last token it has.
pub(crate) fn stalled() -> Status {
    plain(Code::Aborted, "WATCH_STALLED", "nothing was taken from this stream for too long; resume where it stopped")
}

/// The server is stopping. Another call, a little later, resumes.
pub(crate) fn stopping() -> Status {
    let mut details = ErrorDetails::with_error_info("STOPPING", DOMAIN, HashMap::new());
    details.set_retry_info(Some(TRY_AGAIN));
    Status::with_error_details(Code::Unavailable, "the server ends this here; resume shortly", details)
}

fn passing(reason: &str, message: impl Into<String>) -> Status {
    let mut details = ErrorDetails::with_error_info(reason, DOMAIN, HashMap::new());
    details.set_retry_info(Some(TRY_AGAIN));
    metrics::counter!("muster_refused_calls_total", "reason" => reason.to_owned()).increment(1);
    Status::with_error_details(Code::Unavailable, message, details)
}

/// What became of an append that did not happen.
pub(crate) fn not_appended(error: &AppendError) -> Status {
    match error {
        AppendError::Refused { refusal, command } => refused(refusal, *command),
        AppendError::RequestIdReused => plain(Code::FailedPrecondition, "REQUEST_ID_REUSED", error.to_string()),
        AppendError::ExerciseMismatch | AppendError::NotAnExercise => {
            plain(Code::FailedPrecondition, "EXERCISE_MISMATCH", error.to_string())
        }
        AppendError::UnknownAgency => credential_invalid(),
        AppendError::OutcomeUnknown(_) => passing("STORE_UNAVAILABLE", error.to_string()),
        AppendError::Query(query) => not_read(query),
        AppendError::NoKeys => plain(Code::FailedPrecondition, "IDENTITY_KEYS_MISSING", error.to_string()),
        AppendError::DoesNotOpen => plain(Code::DataLoss, "RECORD_DAMAGED", error.to_string()),
        AppendError::Sealed(_) => plain(Code::FailedPrecondition, "STORE_SEALED", error.to_string()),
        AppendError::Stopping => stopping(),
    }
}

/// Bytes of what is told of refused settings in a status, which travels in headers; `CheckSettings` tells all of it.
const MOST_OF_SETTINGS: usize = 5_000;

/// Why settings were not changed or told.
pub(crate) fn not_set(error: &SettingsError) -> Status {
    match error {
        SettingsError::NoSuchRuleSet => plain(Code::NotFound, "RULE_SET_NOT_FOUND", error.to_string()),
        SettingsError::NotYours { owner: _ } => plain(Code::PermissionDenied, "NOT_YOUR_RULE_SET", error.to_string()),
        SettingsError::Refused(issues) => {
            let mut room = MOST_OF_SETTINGS;
            let told = issues.iter().take(MOST_VIOLATIONS).take_while(|issue| {
                room = room.saturating_sub(issue.path.len().saturating_add(issue.problem.len()));
                room > 0
            });
            let mut details = ErrorDetails::with_error_info("SETTINGS_REFUSED", DOMAIN, HashMap::new());
            details.set_bad_request(
                told.map(|issue| FieldViolation::new(&issue.path, &issue.problem)).collect::<Vec<_>>(),
            );
            metrics::counter!("muster_refused_calls_total", "reason" => "SETTINGS_REFUSED").increment(1);
            Status::with_error_details(Code::InvalidArgument, error.to_string(), details)
        }
        SettingsError::Failed(_) => plain(Code::FailedPrecondition, "RULE_SET_FAILED", error.to_string()),
        SettingsError::AlreadySo => plain(Code::FailedPrecondition, "SETTINGS_ALREADY_SO", error.to_string()),
        SettingsError::SameVersion => plain(Code::FailedPrecondition, "VERSION_ALREADY_SO", error.to_string()),
        SettingsError::OtherComponent => plain(Code::FailedPrecondition, "OTHER_COMPONENT", error.to_string()),
        SettingsError::Append(error) => not_appended(error),
        SettingsError::Query(error) => not_read(error),
    }
}

/// Why nothing came of what was asked of a webhook.
pub(crate) fn no_webhook(error: &WebhookRefused) -> Status {
    match error {
        WebhookRefused::TooMany => plain(Code::ResourceExhausted, "TOO_MANY_WEBHOOKS", error.to_string()),
        WebhookRefused::NoSuch { number } => {
            let mut details = ErrorDetails::with_error_info("RESOURCE_NOT_FOUND", DOMAIN, HashMap::new());
            details.set_resource_info("webhook", number.to_string(), "", error.to_string());
            Status::with_error_details(Code::NotFound, error.to_string(), details)
        }
        WebhookRefused::Append(error) => not_appended(error),
        WebhookRefused::Query(error) => not_read(error),
    }
}

/// Nothing is handed to GOV.UK Notify.
pub(crate) fn no_notify() -> Status {
    let message = "this server hands nothing to GOV.UK Notify; its operator sets [notify]";
    plain(Code::FailedPrecondition, "NOTIFY_NOT_CONFIGURED", message)
}

/// Why a communication was not sent.
pub(crate) fn not_sent(error: &SendError) -> Status {
    match error {
        SendError::NoTemplate(_) => plain(Code::FailedPrecondition, "NOTIFY_NOT_CONFIGURED", error.to_string()),
        SendError::NotSent(NotSent::NotIssued { .. } | NotSent::IssuedBy { .. }) => {
            plain(Code::FailedPrecondition, "NOT_ISSUED", error.to_string())
        }
        SendError::NotSent(NotSent::Query(error)) | SendError::Query(error) => not_read(error),
        SendError::Append(error) => not_appended(error),
    }
}

/// Why a rule set was not installed.
pub(crate) fn not_installed(error: &InstallRefused) -> Status {
    let told = |code, reason| plain(code, reason, error.to_string());
    match error {
        InstallRefused::NotNow(NotNow::PersonNeeded) => told(Code::PermissionDenied, "PERSON_NEEDED"),
        InstallRefused::NotNow(NotNow::SecondPersonNeeded) => told(Code::PermissionDenied, "SECOND_PERSON_NEEDED"),
        InstallRefused::NotNow(NotNow::OtherDigest) => told(Code::FailedPrecondition, "OTHER_COMPONENT"),
        InstallRefused::NotNow(NotNow::DecidedAlready) => told(Code::FailedPrecondition, "INSTALL_DECIDED"),
        InstallRefused::Component(_) => told(Code::InvalidArgument, "COMPONENT_REFUSED"),
        InstallRefused::OtherBytes => {
            malformed(&Malformed::one("header.component", "is not the digest of what was sent"))
        }
        InstallRefused::NotEndorsed(_) => told(Code::FailedPrecondition, "NOT_ENDORSED"),
        InstallRefused::NameTaken { name: _ } => told(Code::FailedPrecondition, "RULE_SET_NAME_TAKEN"),
        InstallRefused::TooMany => told(Code::FailedPrecondition, "TOO_MANY_INSTALLS"),
        InstallRefused::NoSuch { number } => {
            let mut details = ErrorDetails::with_error_info("RESOURCE_NOT_FOUND", DOMAIN, HashMap::new());
            details.set_resource_info("install", number.to_string(), "", error.to_string());
            Status::with_error_details(Code::NotFound, error.to_string(), details)
        }
        InstallRefused::Append(error) => not_appended(error),
        InstallRefused::Query(error) => not_read(error),
    }
}

/// The rules said no.
fn refused(refusal: &Refusal, command: usize) -> Status {
    let code = match refusal.kind() {
        RefusalKind::Permission => Code::PermissionDenied,
        RefusalKind::Invalid => Code::InvalidArgument,
        RefusalKind::NotFound => Code::NotFound,
        RefusalKind::State => Code::FailedPrecondition,
        RefusalKind::Conflict => Code::Aborted,
    };
    if *refusal == Refusal::NotPermitted {
        return plain(code, refusal.reason(), refusal.to_string());
    }
    let mut metadata = HashMap::from([("command".to_owned(), command.to_string())]);
    if let Refusal::SeqConflict { expected, current } = refusal {
        metadata.insert("expected_seq".to_owned(), expected.to_string());
        metadata.insert("current_seq".to_owned(), current.to_string());
    }
    metrics::counter!("muster_refused_calls_total", "reason" => refusal.reason()).increment(1);
    let mut details = ErrorDetails::with_error_info(refusal.reason(), DOMAIN, metadata);
    if let Refusal::Required { field } = refusal {
        details.add_bad_request_violation(format!("commands[{command}].{field}"), "is empty");
    }
    if let Refusal::Invalid { field, problem } = refusal {
        details.add_bad_request_violation(format!("commands[{command}].{field}"), *problem);
    }
    if let Refusal::NoSuch { what, given } = refusal {
        details.set_resource_info(*what, given.as_str(), "", refusal.to_string());
    }
    if let Refusal::GateShut { proposal, step } = refusal {
        details.add_precondition_failure_violation("GATE", proposal.to_string(), format!("{step} is held back"));
    } else if refusal.kind() == RefusalKind::State {
        details.add_precondition_failure_violation(refusal.reason(), "incident", refusal.to_string());
    }
    Status::with_error_details(code, refusal.to_string(), details)
}

/// Why a briefing or file could not be made: a fault of ours.
pub(crate) fn not_made(error: &muster_console::NotFiled) -> Status {
    tracing::error!(%error, detail = ?error, "a briefing or file could not be made");
    Status::internal("the file could not be made; that is a fault of the server, and its operator can see it")
}

/// Why something could not be read.
pub(crate) fn not_read(error: &QueryError) -> Status {
    match error {
        QueryError::NotPermitted => plain(Code::PermissionDenied, "NOT_PERMITTED", "not permitted"),
        QueryError::NotHere => plain(Code::FailedPrecondition, "NOT_IN_THIS_EXERCISE", error.to_string()),
        QueryError::NoSuch { what, given } => {
            let mut details = ErrorDetails::with_error_info("RESOURCE_NOT_FOUND", DOMAIN, HashMap::new());
            details.set_resource_info(*what, given.as_str(), "", error.to_string());
            Status::with_error_details(Code::NotFound, error.to_string(), details)
        }
        QueryError::Store(source @ muster_coordinator::ReadError::Damaged(_)) => {
            tracing::error!(error = %source, "the store is damaged");
            plain(Code::DataLoss, "RECORD_DAMAGED", "the record is damaged; its server's operator has to look")
        }
        QueryError::Store(source) => {
            tracing::error!(error = %source, "the store could not be read");
            passing("STORE_UNAVAILABLE", "the store could not be read; try again")
        }
        QueryError::Broken(Broken::Locked { .. }) => {
            tracing::error!(%error, detail = ?error, "the key file lacks a key");
            let told = "what this record says of people is sealed with a key that the server's key file lacks; its \
                        operator has to put it back";
            plain(Code::FailedPrecondition, "IDENTITY_KEYS_MISSING", told)
        }
        QueryError::Broken(_) | QueryError::NotAnOpening(_) | QueryError::Unreadable(_) => {
            tracing::error!(%error, detail = ?error, "a record is damaged");
            with_reason(
                Code::DataLoss,
                "RECORD_DAMAGED",
                "the record is damaged; its server's operator has to look",
                HashMap::new(),
            )
        }
        QueryError::Register { what: _ } => {
            tracing::error!(%error, "the register is damaged");
            plain(Code::DataLoss, "RECORD_DAMAGED", "the register is damaged; its server's operator has to look")
        }
    }
}

/// Why there is no checkpoint, proof or export.
pub(crate) fn no_evidence(error: &EvidenceError) -> Status {
    match error {
        EvidenceError::NoKey => plain(Code::FailedPrecondition, "NO_SIGNING_KEY", error.to_string()),
        EvidenceError::Outside { head } => {
            let metadata = HashMap::from([("size".to_owned(), head.to_string())]);
            with_reason(Code::OutOfRange, "SIZE_NOT_REACHED", error.to_string(), metadata)
        }
        EvidenceError::Query(error) => not_read(error),
    }
}

/// Why an import did not happen.
pub(crate) fn not_imported(error: &ImportError) -> Status {
    match error {
        ImportError::NotMaintainer => plain(Code::PermissionDenied, "NOT_MAINTAINER", error.to_string()),
        ImportError::UnderWay => plain(Code::Aborted, "IMPORT_UNDER_WAY", error.to_string()),
        ImportError::Write(error) => not_appended(error),
    }
}

/// The register has no such thing.
pub(crate) fn not_listed(what: &str, given: &str) -> Status {
    let message = format!("the register has no {what} {given:?}");
    let mut details = ErrorDetails::with_error_info("RESOURCE_NOT_FOUND", DOMAIN, HashMap::new());
    details.set_resource_info(what, given, "", message.as_str());
    Status::with_error_details(Code::NotFound, message, details)
}

/// There is no such exercise, or none is named as it should be.
pub(crate) fn no_such_exercise() -> Status {
    let told = "there is no such exercise, or your agency has no part in it";
    plain(Code::NotFound, "EXERCISE_NOT_FOUND", told)
}

/// Another agency directs the exercise.
pub(crate) fn not_your_exercise(director: &AgencyId) -> Status {
    let metadata = HashMap::from([("director".to_owned(), director.to_string())]);
    let message = format!("the agency {director} directs this exercise");
    with_reason(Code::PermissionDenied, "NOT_YOUR_EXERCISE", message, metadata)
}

/// Why something was not done with an exercise.
pub(crate) fn no_exercise(error: &ExerciseError) -> Status {
    no_exercise_for("script", error)
}

/// The same, where what was given stands in that field.
pub(crate) fn no_exercise_for(field: &str, error: &ExerciseError) -> Status {
    match error {
        ExerciseError::NoSuch { given: _ } => no_such_exercise(),
        ExerciseError::NoSuchScenario { .. } => plain(Code::NotFound, "SCENARIO_NOT_FOUND", error.to_string()),
        ExerciseError::Script(Problems(problems)) => {
            let told = |problem: &Problem| Violation {
                field: format!("{field}[line {}]", problem.line),
                problem: bounded(&problem.to_string()),
            };
            malformed(&Malformed { violations: problems.iter().map(told).collect() })
        }
        ExerciseError::ScriptTooLong { .. } => malformed(&Malformed::one(field, &error.to_string())),
        ExerciseError::NoPlayer { .. } => plain(Code::InvalidArgument, "EXERCISE_PLAYER_UNKNOWN", error.to_string()),
        ExerciseError::TooMany(_) => plain(Code::ResourceExhausted, "TOO_MANY_EXERCISES", error.to_string()),
        ExerciseError::NotYours(director) => not_your_exercise(director),
        ExerciseError::Is { id: _, state } => {
            let reason = match state {
                State::Running => "EXERCISE_RUNNING",
                State::Paused => "EXERCISE_PAUSED",
                State::Ended => "EXERCISE_ENDED",
            };
            plain(Code::FailedPrecondition, reason, error.to_string())
        }
        ExerciseError::NotAtThatMoment => malformed(&Malformed::one("at", &error.to_string())),
        ExerciseError::Fork(ForkError::Erased) => {
            plain(Code::FailedPrecondition, "EXERCISE_NOT_FORKED", error.to_string())
        }
        ExerciseError::Fork(_) | ExerciseError::Unkept(_) => {
            tracing::error!(%error, detail = ?error, "an exercise cannot be kept");
            passing("STORE_UNAVAILABLE", "the exercise could not be kept or read; the server's operator can see why")
        }
        ExerciseError::Query(error) => not_read(error),
        ExerciseError::Append(error) => not_appended(error),
    }
}

/// What is told of one mistake in a status, which travels in headers.
fn bounded(told: &str) -> String {
    told.chars().take(300).collect()
}
