//! A server that is in the middle of a transaction, for as long as a test wants.

use muster_record::entry::{Content, Sealed};
use muster_store::Append;
use muster_store_conformance::raw::Raw;

/// What a connection does in place of a store.
pub(crate) trait Late {
    /// Draws the next revision, in the transaction that is open.
    fn draw(&self) -> u64;
    /// Writes a change set as a store does, in the transaction that is open, under a revision that was drawn.
    fn append(&self, change: &Append, revision: u64);
}

impl Late for Raw {
    fn draw(&self) -> u64 {
        self.run("SELECT pg_current_xact_id()");
        self.value("SELECT nextval('revision')").parse().unwrap()
    }

    fn append(&self, change: &Append, revision: u64) {
        let head = &change.head;
        let (incident, summary) = (head.incident.as_str(), &head.summary);
        self.run(&format!(
            "INSERT INTO head (incident, seq, hash, recorded_at, exercise, closed, summary, revision)
             VALUES ('{incident}', {}, '\\x{}', {}, false, false, '{summary}', {revision})
             ON CONFLICT (incident) DO UPDATE SET seq = excluded.seq, hash = excluded.hash,
                 recorded_at = excluded.recorded_at, revision = excluded.revision",
            head.seq,
            head.hash,
            head.recorded_at.timestamp_millis(),
        ));
        for Sealed { incident, seq, recorded_at, envelope, content, commitment, hash } in &change.entries {
            let Content::Whole { payload, salt } = content else { panic!("it is sealed") };
            let salt: String = salt.iter().map(|byte| format!("{byte:02x}")).collect();
            self.run(&format!(
                "INSERT INTO entry (revision, incident, seq, recorded_at, envelope, payload, salt, commitment, hash)
                 VALUES ({revision}, '{incident}', {seq}, {}, '{envelope}', '{payload}', '\\x{salt}', '\\x{commitment}',
                         '\\x{hash}')",
                recorded_at.timestamp_millis(),
            ));
        }
    }
}
