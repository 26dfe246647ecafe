//! An event from an entry: a `CloudEvents` event in JSON, of what one agency may see.

use serde::Serialize;
use serde_json::Value;

use super::Kind;
use crate::entry::{Broken, Hash, Sealed};
use crate::ids::{IncidentId, Seq};
use crate::time::Instant;

/// What an agency is told of an entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Told {
    /// All of it.
    Whole,
    /// That it is there.
    Withheld,
    /// That the agency's access ended with it.
    AccessEnded,
}

/// An event, ready to be sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    /// Which event it is: the same whenever it is sent again, and never that of an event with another content.
    pub id: String,
    /// What it tells of.
    pub kind: Kind,
    /// The event in the JSON format of `CloudEvents` 1.0.
    pub body: String,
}

#[derive(Serialize)]
struct CloudEvent<'a> {
    specversion: &'static str,
    id: &'a str,
    source: String,
    r#type: String,
    subject: String,
    time: Instant,
    datacontenttype: &'static str,
    data: Data<'a>,
}

#[derive(Serialize)]
struct Data<'a> {
    incident: &'a IncidentId,
    #[serde(skip_serializing_if = "Option::is_none")]
    seq: Option<Seq>,
    #[serde(skip_serializing_if = "Option::is_none")]
    recorded_at: Option<Instant>,
    exercise: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    withheld: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    commitment: Option<Hash>,
    #[serde(skip_serializing_if = "Option::is_none")]
    hash: Option<Hash>,
    #[serde(skip_serializing_if = "Option::is_none")]
    envelope: Option<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    fact: Option<Value>,
}

/// The event of an entry.
///
/// `source` names the store, and is the same for all of its events. The id is made of the incident, the entry's number,
/// its hash and how much of it is told, all of which stay as they are: a retry has the id it had, and where an entry is
/// told whole that was withheld before, or the store was put back from a backup and another entry stands in the place,
/// the id is another.
///
/// # Errors
/// When the entry cannot be read; what is not at hand is told as withheld and is no error.
pub fn event(source: &str, sealed: &Sealed, exercise: bool, told: Told) -> Result<Event, Broken> {
    let Sealed { incident, seq, recorded_at, envelope, content: _, commitment, hash } = sealed;
    let unreadable = |error: serde_json::Error| Broken::Unreadable { seq: *seq, problem: error.to_string() };
    let whole = match (told, sealed.payload()) {
        (Told::Whole, Some(payload)) => {
            let read = |text: &str| serde_json::from_str::<Value>(text).map_err(unreadable);
            Some((Kind::of(&sealed.open()?.fact), read(envelope)?, read(payload)?))
        }
        (Told::Whole | Told::Withheld | Told::AccessEnded, _) => None,
    };
    let short: String = hash.to_string().chars().take(16).collect();
    let place = format!("{incident}-{seq}-{short}");
    let source = format!("urn:muster:{source}");
    let of_entry = Data {
        incident,
        seq: Some(*seq),
        recorded_at: Some(*recorded_at),
        exercise,
        withheld: Some(whole.is_none()),
        commitment: Some(*commitment),
        hash: Some(*hash),
        envelope: None,
        fact: None,
    };
    let (id, kind, name, data) = match (whole, told) {
        (Some((kind, envelope, fact)), _) => {
            let name = fact.get("fact").and_then(Value::as_str).map_or_else(String::new, |fact| format!(".{fact}"));
            (place, kind, name, Data { envelope: Some(envelope), fact: Some(fact), ..of_entry })
        }
        (None, Told::AccessEnded) => {
            let data = Data { seq: None, recorded_at: None, withheld: None, commitment: None, hash: None, ..of_entry };
            (format!("{place}-access-ended"), Kind::AccessEnded, String::new(), data)
        }
        (None, Told::Whole | Told::Withheld) => (format!("{place}-withheld"), Kind::Withheld, String::new(), of_entry),
    };
    let subject = match kind {
        Kind::AccessEnded => incident.to_string(),
        Kind::Lifecycle
        | Kind::Log
        | Kind::Clocks
        | Kind::Participants
        | Kind::Answers
        | Kind::People
        | Kind::Actions
        | Kind::Decisions
        | Kind::Meetings
        | Kind::Communications
        | Kind::Restrictions
        | Kind::Offers
        | Kind::Advice
        | Kind::Escalation
        | Kind::Review
        | Kind::Sharing
        | Kind::Withheld => format!("{incident}/{seq}"),
    };
    let cloud = CloudEvent {
        specversion: "1.0",
        id: &id,
        source,
        r#type: format!("muster.v1.{kind}{name}"),
        subject,
        time: *recorded_at,
        datacontenttype: "application/json",
        data,
    };
    let body = serde_json::to_string(&cloud).map_err(unreadable)?;
    Ok(Event { id, kind, body })
}
