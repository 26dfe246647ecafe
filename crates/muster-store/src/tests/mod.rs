//! The store on real files, through what other crates call.

mod append_only;
mod audit;
mod backup;
mod damage;
mod flips;
mod group;
mod installs;
mod killed;
mod opening;
mod payloads;
mod people;
mod plans;
mod reading;
mod register;
mod reopened;
mod settings;

use std::path::PathBuf;

use muster_record::entry::{Content, Domain, Hash, Sealed, chained, commitment};
use muster_record::ids::{AgencyId, IncidentId, RequestId, Seq};
use muster_record::time::Instant;
use tempfile::TempDir;

use crate::{
    Append, Head, OpenedSnapshot, Readers, Request, Revision, SettingsChange, Shut, Snapshot, Store, Stored, Write,
};

/// A folder with one store in it.
struct Home {
    folder: TempDir,
}

impl Home {
    fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap() }
    }

    fn path(&self) -> PathBuf {
        self.folder.path().join("muster.db")
    }

    fn beside(&self, ending: &str) -> PathBuf {
        self.folder.path().join(format!("muster.db{ending}"))
    }

    fn open(&self) -> Store {
        Store::open(&self.path(), [7; 16]).unwrap()
    }

    /// A connection as an operator with `sqlite3` has one.
    fn raw(&self) -> rusqlite::Connection {
        rusqlite::Connection::open(self.path()).unwrap()
    }

    fn bytes(&self) -> Vec<u8> {
        std::fs::read(self.path()).unwrap()
    }
}

/// Where the writer has got to on one record.
#[derive(Clone)]
struct Record {
    incident: IncidentId,
    seq: Seq,
    hash: Hash,
}

fn record(number: u8) -> Record {
    Record { incident: IncidentId::from_bytes([number; 16]), seq: Seq(0), hash: Hash::NONE }
}

impl Record {
    /// The next change set: one entry for each text.
    fn says(&mut self, texts: &[&str]) -> Append {
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
        let (incident, seq) = (self.incident.clone(), self.seq.next());
        let (envelope, payload) = (r#"{"author":"council"}"#.to_owned(), format!(r#"{{"noted":"{text}"}}"#));
        let salt = [seq.0.to_le_bytes()[0]; 16];
        let commitment = commitment(&salt, &envelope, &payload);
        let hash = chained(Domain::Live, &incident, seq, at(seq.0), self.hash, commitment);
        (self.seq, self.hash) = (seq, hash);
        let content = Content::Whole { payload, salt };
        Sealed { incident, seq, recorded_at: at(seq.0), envelope, content, commitment, hash }
    }
}

impl Append {
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
        self.snapshot = Some(Snapshot { version: 1, shut: shut(state) });
        self
    }

    fn closing(mut self) -> Self {
        self.head.closed = true;
        self
    }

    fn write(self) -> Write {
        Write::Append(self)
    }
}

/// What a test takes for sealed bytes.
fn shut(text: &str) -> Shut {
    Shut { key: "k-1".to_owned(), wrapped: vec![7; 72], sealed: text.as_bytes().to_vec() }
}

fn at(minute: u64) -> Instant {
    Instant::from_timestamp_millis(1_700_000_000_123 + i64::try_from(minute).unwrap() * 60_000).unwrap()
}

fn agency(name: &str) -> AgencyId {
    name.parse().unwrap()
}

fn request_id(id: &str) -> RequestId {
    id.parse().unwrap()
}

/// A change to the settings that have this digest.
fn settings_change(who: &str, rule_set: &str, digest: u8, id: &str) -> SettingsChange {
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

fn all(readers: &Readers) -> Vec<Stored> {
    readers.since(Revision(0), usize::MAX).unwrap()
}

/// Numbers that are the same in each run, without looking it.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % sides
    }
}

/// What an entry says, to spoil it.
fn payload(sealed: &mut Sealed) -> &mut String {
    let Content::Whole { payload, salt: _ } = &mut sealed.content else { panic!("it is not whole") };
    payload
}
