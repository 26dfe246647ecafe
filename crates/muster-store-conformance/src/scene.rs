//! What the claims are told with: records that grow entry by entry, and what stands beside them.

use std::sync::Arc;

use muster_record::entry::{Content, Domain, Hash, Sealed, chained, commitment};
use muster_record::ids::{AgencyId, IncidentId, RequestId, Seq};
use muster_record::time::Instant;
use muster_store::{
    Append, Head, Opens, Reads, Request, Revision, SettingsChange, Shut, ShutPayload, Snapshot, Stored, Write, Writes,
};

/// Where the writer has got to on one record.
#[derive(Debug, Clone)]
pub struct Record {
    pub incident: IncidentId,
    pub seq: Seq,
    pub hash: Hash,
}

/// The record that every test numbers so; nothing is on it yet.
pub fn record(number: u8) -> Record {
    Record { incident: IncidentId::from_bytes([number; 16]), seq: Seq(0), hash: Hash::NONE }
}

impl Record {
    /// The next change set: one entry for each text.
    pub fn says(&mut self, texts: &[&str]) -> Append {
        let entries: Vec<Sealed> = texts.iter().map(|text| self.sealed(text)).collect();
        let head = Head {
            incident: self.incident.clone(),
            seq: self.seq,
            hash: self.hash,
            recorded_at: at(self.seq.0),
            exercise: false,
            closed: false,
            summary: format!(r#"{{"entries":{}}}"#, self.seq),
            seats: None,
        };
        Append { entries, sealed: Vec::new(), request: None, head, snapshot: None }
    }

    fn sealed(&mut self, text: &str) -> Sealed {
        let payload = format!(r#"{{"noted":"{text}"}}"#);
        self.entry(r#"{"author":"council"}"#, &payload)
    }

    /// The next entry, of an envelope and a payload.
    pub fn entry(&mut self, envelope: &str, payload: &str) -> Sealed {
        let (incident, seq) = (self.incident.clone(), self.seq.next());
        let salt = [seq.0.to_le_bytes()[0]; 16];
        let commitment = commitment(&salt, envelope, payload);
        let hash = chained(Domain::Live, &incident, seq, at(seq.0), self.hash, commitment);
        (self.seq, self.hash) = (seq, hash);
        let content = Content::Whole { payload: payload.to_owned(), salt };
        Sealed { incident, seq, recorded_at: at(seq.0), envelope: envelope.to_owned(), content, commitment, hash }
    }
}

/// What goes with a change set.
pub trait Told: Sized {
    fn asked_by(self, who: &str, id: &str) -> Self;
    fn seating(self, agencies: &[&str]) -> Self;
    fn keeping(self, state: &str) -> Self;
    fn closing(self) -> Self;
    fn sealing(self, key: &str) -> Self;
    fn write(self) -> Write;
}

impl Told for Append {
    fn asked_by(mut self, who: &str, id: &str) -> Self {
        self.request = Some(Request {
            agency: agency(who),
            id: request_id(id),
            body: Hash::of(id.as_bytes()),
            incident: self.head.incident.clone(),
            first: self.entries[0].seq,
            last: self.head.seq,
            at: self.head.recorded_at,
        });
        self
    }

    fn seating(mut self, agencies: &[&str]) -> Self {
        self.head.seats = Some(agencies.iter().map(|name| agency(name)).collect());
        self
    }

    fn keeping(mut self, state: &str) -> Self {
        let shut = Shut { key: "k-1".to_owned(), wrapped: vec![7; 72], sealed: state.as_bytes().to_vec() };
        self.snapshot = Some(Snapshot { version: 1, shut });
        self
    }

    fn closing(mut self) -> Self {
        self.head.closed = true;
        self
    }

    fn sealing(mut self, key: &str) -> Self {
        for entry in &self.entries {
            let sealed: Vec<u8> = entry.payload().unwrap().bytes().map(|byte| !byte).collect();
            let shut = Shut { key: key.to_owned(), wrapped: vec![entry.seq.0.to_le_bytes()[0]; 72], sealed };
            self.sealed.push(ShutPayload { seq: entry.seq, shut });
        }
        self
    }

    fn write(self) -> Write {
        Write::Append(self)
    }
}

/// Whoever can open what these tests take for sealed: the bytes, each with its bits turned round.
#[derive(Debug)]
pub struct Turned;

impl Opens for Turned {
    fn payload(&self, _: &IncidentId, seq: Seq, shut: &Shut) -> Result<Content, String> {
        if shut.key != "k-1" {
            return Ok(Content::Locked);
        }
        let plain: Vec<u8> = shut.sealed.iter().map(|byte| !byte).collect();
        let payload = String::from_utf8(plain).map_err(|_| "it is not what was sealed".to_owned())?;
        Ok(Content::Whole { payload, salt: [seq.0.to_le_bytes()[0]; 16] })
    }

    fn snapshot(&self, _: &IncidentId, _: Seq, shut: &Shut) -> Option<String> {
        (shut.key == "k-1").then(|| String::from_utf8(shut.sealed.clone()).unwrap())
    }
}

/// Readers who can open what is sealed.
pub fn with_keys(store: &dyn Writes) -> Arc<dyn Reads> {
    store.readers().opened_by(Arc::new(Turned))
}

pub fn at(minute: u64) -> Instant {
    Instant::from_timestamp_millis(1_700_000_000_123 + i64::try_from(minute).unwrap() * 60_000).unwrap()
}

pub fn agency(name: &str) -> AgencyId {
    name.parse().unwrap()
}

pub fn request_id(id: &str) -> RequestId {
    id.parse().unwrap()
}

/// A change to the settings that have this digest.
pub fn settings_change(who: &str, rule_set: &str, digest: u8, id: &str) -> SettingsChange {
    SettingsChange {
        agency: agency(who),
        rule_set: rule_set.parse().unwrap(),
        settings: Hash([digest; 32]),
        at: at(1),
        system: "desk".to_owned(),
        because: "the third minibus was replaced".to_owned(),
        request: request_id(id),
        body: Hash::of(id.as_bytes()),
        outcome: "{}".to_owned(),
    }
}

/// Everything that may be shown.
pub fn all(store: &dyn Writes) -> Vec<Stored> {
    store.readers().since(Revision(0), usize::MAX).unwrap()
}

/// Where each entry stands: its incident's number and its seq.
pub fn places(stored: &[Stored]) -> Vec<(IncidentId, u64)> {
    stored.iter().map(|it| (it.sealed.incident.clone(), it.sealed.seq.0)).collect()
}
