//! What goes out, as statements.

use muster_record::dispatch::Dispatch;
use muster_record::webhook::{About, Cursor, DeadLetter, Paused, Progress, Trouble};
use muster_store::{CommitError, OutboundWrite, WebhookKey, WebhookWrite};

use super::json;
use crate::sql::outbound as sql;
use crate::step::{Step, bytes, int, millis, params, text};

/// The statements of a change of what goes out.
pub(super) fn steps(change: &OutboundWrite, into: &mut Vec<Step>) -> Result<(), CommitError> {
    let step = match change {
        OutboundWrite::Register(write) => return register(write, into),
        OutboundWrite::Delete { webhook, at } => {
            into.push(Step::new(sql::DELETE_WEBHOOK, params![int(*webhook), millis(*at)]));
            Step::new(sql::DROP_ALL_DEAD, params![int(*webhook)])
        }
        OutboundWrite::Pause { webhook, paused: Paused { why, at } } => {
            Step::new(sql::PAUSE_WEBHOOK, params![int(*webhook), why.clone(), millis(*at)])
        }
        OutboundWrite::Resume { webhook } => Step::new(sql::RESUME_WEBHOOK, params![int(*webhook)]),
        OutboundWrite::Progress { webhook, progress } => note(*webhook, progress),
        OutboundWrite::Dead(DeadLetter { webhook, about, revision, attempts, at, answer, again }) => {
            let values = params![
                int(*webhook),
                text(about.incident.as_str()),
                int(about.seq.0),
                int(*revision),
                i64::from(*attempts),
                millis(*at),
                answer.clone(),
                *again,
            ];
            Step::new(sql::PUT_DEAD, values)
        }
        OutboundWrite::Undead { webhook, about: About { incident, seq } } => {
            Step::new(sql::DROP_DEAD, params![int(*webhook), text(incident.as_str()), int(seq.0)])
        }
        OutboundWrite::Again { webhook, about } => {
            let incident = about.as_ref().map(|about| text(about.incident.as_str()));
            let seq = about.as_ref().map(|about| int(about.seq.0));
            Step::new(sql::DEAD_AGAIN, params![int(*webhook), incident, seq])
        }
        OutboundWrite::Rewrap { webhook, key: WebhookKey { key, wrapped } } => {
            Step::new(sql::REWRAP_WEBHOOK, params![int(*webhook), key.clone(), wrapped.clone()])
        }
        OutboundWrite::Dispatch(dispatch) => dispatched(dispatch),
    };
    into.push(step);
    Ok(())
}

fn register(write: &WebhookWrite, into: &mut Vec<Step>) -> Result<(), CommitError> {
    let WebhookWrite { webhook, key: WebhookKey { key, wrapped }, request, body, cursor } = write;
    let number = int(webhook.number);
    into.push(Step::new(sql::LOCK_WEBHOOKS, Vec::new()));
    let values = params![
        number,
        text(webhook.agency.as_str()),
        json(webhook)?,
        key.clone(),
        wrapped.clone(),
        text(request.as_str()),
        bytes(*body),
    ];
    into.push(Step::new(sql::PUT_WEBHOOK, values));
    let Cursor { revision, seq } = cursor;
    into.push(Step::new(sql::BEGIN_WEBHOOK, params![number, int(*revision), int(seq.0)]));
    Ok(())
}

fn note(webhook: u64, progress: &Progress) -> Step {
    let Progress { cursor, trouble, delivered, last, error } = progress;
    let Trouble { attempts, away_since, dead_in_a_row } = trouble;
    let values = params![
        int(webhook),
        int(cursor.revision),
        int(cursor.seq.0),
        i64::from(*attempts),
        away_since.map(millis),
        i64::from(*dead_in_a_row),
        int(*delivered),
        last.as_ref().map(|(about, _)| text(about.incident.as_str())),
        last.as_ref().map(|(about, _)| int(about.seq.0)),
        last.as_ref().map(|(_, at)| millis(*at)),
        error.as_ref().map(|(why, _)| why.clone()),
        error.as_ref().map(|(_, at)| millis(*at)),
    ];
    Step::new(sql::NOTE_WEBHOOK, values)
}

fn dispatched(dispatch: &Dispatch) -> Step {
    let Dispatch { reference, incident, communication, agency, channel, at, state, id, answer } = dispatch;
    let values = params![
        reference.clone(),
        text(incident.as_str()),
        i64::from(communication.0),
        text(agency.as_str()),
        text(channel.word()),
        millis(*at),
        text(state.word()),
        id.clone(),
        answer.clone(),
    ];
    Step::new(sql::PUT_DISPATCH, values)
}
