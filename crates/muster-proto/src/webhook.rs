//! Webhooks and dispatches: what is asked comes in, and how they stand goes out.

use std::collections::BTreeSet;

use muster_record::dispatch::{Dispatch, Recipient};
use muster_record::ids::{CommunicationNo, IncidentId, RequestId, Seq};
use muster_record::webhook::{About, DeadLetter, Kind, Paused, Progress, Trouble, Webhook};

use crate::at::{At, Malformed, reading};
use crate::time::write_time;
use crate::v1;

/// Recipients that one request names at most: they are sent to while its caller waits.
const MOST_RECIPIENTS: usize = 20;

/// A webhook to register. Whether its address will do, the server's configuration says too.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RegisterWebhook {
    /// What the caller names the request.
    pub request_id: RequestId,
    /// Where events are posted to.
    pub url: String,
    /// The one incident it is about.
    pub incident: Option<IncidentId>,
    /// The kinds of events.
    pub kinds: BTreeSet<Kind>,
    /// Whether it is told what was written before.
    pub from_the_beginning: bool,
}

/// A communication to send.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SendCommunication {
    /// The incident.
    pub incident: IncidentId,
    /// The communication.
    pub communication: CommunicationNo,
    /// Whom it is sent to.
    pub recipients: Vec<Recipient>,
}

/// Reads a webhook to register.
///
/// # Errors
/// All that is wrong with it.
pub fn read_register(wire: &v1::RegisterWebhookRequest) -> Result<RegisterWebhook, Malformed> {
    let v1::RegisterWebhookRequest { request_id, url, only_incident, kinds, from_the_beginning } = wire;
    reading("", |at| {
        let request_id = at.field("request_id").name(request_id);
        let incident = read_incident(&mut at.field("only_incident"), only_incident);
        let kinds = at.field("kinds").list(kinds, Kind::ALL.len(), |at, kind| match kind.parse::<Kind>() {
            Ok(kind) => Some(kind),
            Err(none) => at.wrong(format!("is not a kind: {none}")),
        });
        Some(RegisterWebhook {
            request_id: request_id?,
            url: url.clone(),
            incident: incident?,
            kinds: kinds?.into_iter().collect(),
            from_the_beginning: *from_the_beginning,
        })
    })
}

fn read_incident(at: &mut At<'_>, given: &str) -> Option<Option<IncidentId>> {
    if given.is_empty() { Some(None) } else { at.name(given).map(Some) }
}

/// Reads a webhook's number.
///
/// # Errors
/// When it is not set.
pub fn read_number(given: u64) -> Result<u64, Malformed> {
    if given == 0 { Err(Malformed::one("number", "is not set; numbers begin with 1")) } else { Ok(given) }
}

/// Reads what is to be tried once more: a webhook, and one event of it or all.
///
/// # Errors
/// All that is wrong with it.
pub fn read_redeliver(wire: &v1::RedeliverDeadLettersRequest) -> Result<(u64, Option<About>), Malformed> {
    let v1::RedeliverDeadLettersRequest { number, only_incident, seq } = wire;
    let number = read_number(*number)?;
    reading("", |at| {
        let incident = read_incident(&mut at.field("only_incident"), only_incident)?;
        match (incident, *seq) {
            (None, 0) => Some((number, None)),
            (Some(incident), seq) if seq > 0 => Some((number, Some(About { incident, seq: Seq(seq) }))),
            (Some(_), _) => at.field("seq").wrong("is not set; an incident and an entry name one event"),
            (None, _) => at.field("only_incident").wrong("is not set; an incident and an entry name one event"),
        }
    })
}

/// Reads a communication to send.
///
/// # Errors
/// All that is wrong with it. No address is repeated.
pub fn read_send(wire: &v1::SendCommunicationRequest) -> Result<SendCommunication, Malformed> {
    let v1::SendCommunicationRequest { incident_id, communication, recipients } = wire;
    reading("", |at| {
        let incident = at.field("incident_id").name(incident_id);
        let communication = match communication {
            0 => at.field("communication").wrong("is not set; numbers begin with 1"),
            number => Some(CommunicationNo(*number)),
        };
        if recipients.is_empty() {
            return at.field("recipients").wrong("is empty: name whom it is sent to");
        }
        let recipients = at.field("recipients").list(recipients, MOST_RECIPIENTS, read_recipient);
        Some(SendCommunication { incident: incident?, communication: communication?, recipients: recipients? })
    })
}

fn read_recipient(at: &mut At<'_>, wire: &v1::Recipient) -> Option<Recipient> {
    let v1::Recipient { to } = wire;
    match to {
        None => at.wrong("is not set; one of: email, letter"),
        Some(v1::recipient::To::Email(email)) => {
            let is_one = email.split_once('@').is_some_and(|(who, host)| !who.is_empty() && host.contains('.'));
            let printable = email.chars().all(|character| character.is_ascii_graphic());
            if is_one && printable && email.len() <= 320 {
                Some(Recipient::Email(email.clone()))
            } else {
                at.field("email").wrong("is not an e-mail address")
            }
        }
        Some(v1::recipient::To::Letter(v1::PostalAddress { lines })) => {
            let good = |line: &String| {
                !line.trim().is_empty() && line.chars().count() <= 200 && !line.chars().any(char::is_control)
            };
            if (3..=7).contains(&lines.len()) && lines.iter().all(good) {
                Some(Recipient::Letter(lines.clone()))
            } else {
                at.field("letter.lines").wrong("is not three to seven lines with something in each")
            }
        }
    }
}

/// A webhook as the wire has it.
pub fn write_webhook(
    webhook: &Webhook,
    progress: &Progress,
    paused: Option<&Paused>,
    waiting: u64,
    dead: u64,
) -> v1::Webhook {
    let Webhook { number, agency: _, url, incident, kinds, classes, uri: _, at, by } = webhook;
    let Progress { cursor: _, trouble, delivered, last, error } = progress;
    let Trouble { attempts, away_since: _, dead_in_a_row: _ } = trouble;
    v1::Webhook {
        number: *number,
        url: url.clone(),
        only_incident: incident.as_ref().map(ToString::to_string).unwrap_or_default(),
        kinds: kinds.iter().map(ToString::to_string).collect(),
        classes: classes.iter().map(|class| class.to_string()).collect(),
        registered_at: Some(write_time(*at)),
        registered_by: by.person.clone().unwrap_or_else(|| by.system.clone()),
        paused: paused.map(|paused| paused.why.clone()).unwrap_or_default(),
        paused_at: paused.map(|paused| write_time(paused.at)),
        delivered: *delivered,
        last_incident: last.as_ref().map(|(about, _)| about.incident.to_string()).unwrap_or_default(),
        last_seq: last.as_ref().map_or(0, |(about, _)| about.seq.0),
        last_success_at: last.as_ref().map(|(_, at)| write_time(*at)),
        last_error: error.as_ref().map(|(why, _)| why.clone()).unwrap_or_default(),
        last_error_at: error.as_ref().map(|(_, at)| write_time(*at)),
        attempts: *attempts,
        waiting,
        dead_letters: dead,
    }
}

/// A dead letter as the wire has it.
pub fn write_dead(dead: &DeadLetter) -> v1::DeadLetter {
    let DeadLetter { webhook: _, about: About { incident, seq }, revision: _, attempts, at, answer, again } = dead;
    v1::DeadLetter {
        incident: incident.to_string(),
        seq: seq.0,
        attempts: *attempts,
        at: Some(write_time(*at)),
        answer: answer.clone(),
        again: *again,
    }
}

/// What came of a letter, as the wire has it.
pub fn write_dispatch(dispatch: &Dispatch) -> v1::Dispatch {
    let Dispatch { reference, incident: _, communication, agency: _, channel, at, state, id, answer } = dispatch;
    v1::Dispatch {
        reference: reference.clone(),
        communication: communication.0,
        channel: channel.to_string(),
        state: state.to_string(),
        notify_id: id.clone(),
        answer: answer.clone(),
        at: Some(write_time(*at)),
    }
}
