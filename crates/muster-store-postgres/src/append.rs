//! The change sets of a group as columns, for one statement each over all of them.

use std::collections::BTreeMap;

use muster_record::entry::{Hash, Sealed};
use muster_record::ids::{IncidentId, Seq};
use muster_store::{Append, CommitError, Head, KeptContent, Request, ShutPayload, Snapshot};

use crate::connection::Param;
use crate::plan::{Held, at_odds};
use crate::sql;
use crate::step::{Step, bytes, int, millis, params};

/// Columns of one table, as they are sent.
macro_rules! columns {
    ($(#[$doc:meta])* $name:ident { $($field:ident: $type:ty),* $(,)? }) => {
        $(#[$doc])*
        #[derive(Default)]
        struct $name { $($field: Vec<$type>),* }

        impl $name {
            fn params(self) -> Vec<Param> {
                params![$(self.$field),*]
            }
        }
    };
}

columns! {
    /// Where each record ends with the group, and where it ended before.
    Ends {
        change: i64, incident: String, was_seq: i64, was_hash: Vec<u8>, seq: i64, hash: Vec<u8>, recorded_at: i64,
        closed: bool, summary: String,
    }
}
columns! {
    /// The entries.
    Entries {
        change: i64, incident: String, seq: i64, recorded_at: i64, envelope: String, payload: String, salt: Vec<u8>,
        commitment: Vec<u8>, hash: Vec<u8>,
    }
}
columns! {
    /// The requests that they answer.
    Requests {
        change: i64, agency: String, id: String, body: Vec<u8>, incident: String, first: i64, last: i64, at: i64,
    }
}
columns! {
    /// What entries say, sealed.
    Payloads { incident: String, seq: i64, key: String, wrapped: Vec<u8>, sealed: Vec<u8> }
}
columns! {
    /// Folds, sealed.
    Snapshots {
        incident: String, seq: i64, hash: Vec<u8>, version: i64, key: String, wrapped: Vec<u8>, sealed: Vec<u8>,
    }
}

/// The values of [`sql::APPEND`], and the statements that go behind it.
pub(crate) struct Appending {
    pub(crate) params: Vec<Param>,
    pub(crate) behind: Vec<Step>,
}

/// Puts change sets into columns, behind the heads that are held.
pub(crate) fn columns(appends: Vec<Append>, held: &BTreeMap<IncidentId, Held>) -> Result<Appending, CommitError> {
    let count = int(u64::try_from(appends.len()).unwrap_or(u64::MAX));
    let (mut entries, mut requests) = (Entries::default(), Requests::default());
    let (mut payloads, mut snapshots) = (Payloads::default(), Snapshots::default());
    let mut last: BTreeMap<IncidentId, (i64, Head)> = BTreeMap::new();
    let mut seated: BTreeMap<IncidentId, Vec<muster_record::ids::AgencyId>> = BTreeMap::new();
    for (change, append) in (1_i64..).zip(appends) {
        let Append { entries: sealed, sealed: apart, request, mut head, snapshot } = append;
        for entry in sealed {
            entries.put(change, entry, &apart)?;
        }
        for ShutPayload { seq, shut } in apart {
            payloads.incident.push(head.incident.as_str().to_owned());
            payloads.seq.push(int(seq.0));
            payloads.key.push(shut.key);
            payloads.wrapped.push(shut.wrapped);
            payloads.sealed.push(shut.sealed);
        }
        if let Some(request) = request {
            requests.put(change, request);
        }
        if let Some(Snapshot { version, shut }) = snapshot {
            snapshots.incident.push(head.incident.as_str().to_owned());
            snapshots.seq.push(int(head.seq.0));
            snapshots.hash.push(bytes(head.hash));
            snapshots.version.push(i64::from(version));
            snapshots.key.push(shut.key);
            snapshots.wrapped.push(shut.wrapped);
            snapshots.sealed.push(shut.sealed);
        }
        if let Some(seats) = head.seats.take() {
            seated.insert(head.incident.clone(), seats);
        }
        last.insert(head.incident.clone(), (change, head));
    }
    let mut ends = Ends::default();
    for (incident, (change, head)) in last {
        let before = held.get(&incident).copied().unwrap_or(Held { seq: Seq(0), hash: Hash::NONE, exercise: false });
        ends.put(change, before, head);
    }
    let mut behind = Vec::new();
    if !payloads.seq.is_empty() {
        behind.push(Step::new(sql::sealed::KEEP_PAYLOADS, payloads.params()));
    }
    if !seated.is_empty() {
        let incidents: Vec<String> = seated.keys().map(|incident| incident.as_str().to_owned()).collect();
        behind.push(Step::new(sql::CLEAR_SEATS, params![incidents]));
        let seats = seated.iter().flat_map(|(incident, seats)| seats.iter().map(move |agency| (agency, incident)));
        let (agencies, incidents): (Vec<String>, Vec<String>) =
            seats.map(|(agency, incident)| (agency.as_str().to_owned(), incident.as_str().to_owned())).unzip();
        behind.push(Step::new(sql::TAKE_SEATS, params![agencies, incidents]));
    }
    if !snapshots.seq.is_empty() {
        let incidents = snapshots.incident.clone();
        behind.push(Step::new(sql::KEEP_SNAPSHOTS, snapshots.params()));
        behind.push(Step::new(sql::DROP_OLD_SNAPSHOTS, params![incidents]));
    }
    let mut params = params![count];
    params.extend(ends.params());
    params.extend(entries.params());
    params.extend(requests.params());
    Ok(Appending { params, behind })
}

impl Ends {
    fn put(&mut self, change: i64, before: Held, head: Head) {
        let Head { incident, seq, hash, recorded_at, exercise: _, closed, summary, seats: _ } = head;
        self.change.push(change);
        self.incident.push(incident.as_str().to_owned());
        self.was_seq.push(int(before.seq.0));
        self.was_hash.push(bytes(before.hash));
        self.seq.push(int(seq.0));
        self.hash.push(bytes(hash));
        self.recorded_at.push(millis(recorded_at));
        self.closed.push(closed);
        self.summary.push(summary);
    }
}

impl Entries {
    fn put(&mut self, change: i64, entry: Sealed, apart: &[ShutPayload]) -> Result<(), CommitError> {
        let Sealed { incident, seq, recorded_at, envelope, content, commitment, hash } = entry;
        let shut = apart.iter().find(|payload| payload.seq == seq).map(|payload| &payload.shut);
        let Some(KeptContent { payload, salt }) = KeptContent::of(&content, shut) else {
            return Err(at_odds(&incident, &format!("entry {seq} says nothing")));
        };
        self.change.push(change);
        self.incident.push(incident.as_str().to_owned());
        self.seq.push(int(seq.0));
        self.recorded_at.push(millis(recorded_at));
        self.envelope.push(envelope);
        self.payload.push(payload);
        self.salt.push(salt.to_vec());
        self.commitment.push(bytes(commitment));
        self.hash.push(bytes(hash));
        Ok(())
    }
}

impl Requests {
    fn put(&mut self, change: i64, request: Request) {
        let Request { agency, id, body, incident, first, last, at } = request;
        self.change.push(change);
        self.agency.push(agency.as_str().to_owned());
        self.id.push(id.as_str().to_owned());
        self.body.push(bytes(body));
        self.incident.push(incident.as_str().to_owned());
        self.first.push(int(first.0));
        self.last.push(int(last.0));
        self.at.push(millis(at));
    }
}
