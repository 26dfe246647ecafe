//! Walking a record from its first entry: what the chain promises, checked against what is stored.

use muster_record::entry::{Domain, Hash};
use muster_record::ids::{IncidentId, Seq};
use rusqlite::params;

use crate::error::{ReadError, VerifyError};
use crate::read::Readers;
use crate::row;
use crate::sql;

/// A record that is in order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Verified {
    /// How many entries it has.
    pub entries: u64,
    /// The hash of its last.
    pub head: Hash,
}

impl Readers {
    /// Walks one record and checks each entry, the chain, the sequence and the head.
    ///
    /// # Errors
    /// The first break, with where it is.
    pub fn verify(&self, incident: &IncidentId) -> Result<Verified, VerifyError> {
        let mut seq = Seq(0);
        let walked = self.read(|conn| {
            // What is appended meanwhile is not seen.
            let tx = conn.unchecked_transaction()?;
            let Some(head) = tx.prepare_cached(sql::HEAD)?.query_map([incident.as_str()], row::head)?.next() else {
                return Ok(Err(VerifyError::NoRecord { incident: incident.clone() }));
            };
            let head = head?;
            let domain = Domain::of_exercise(head.exercise);
            let mut hash = Hash::NONE;
            let mut entries = tx.prepare_cached(sql::ENTRIES)?;
            for stored in entries.query_map(params![incident.as_str(), 0, i64::MAX], row::stored)? {
                let sealed = stored?.sealed;
                if let Err(broken) = sealed.verify(domain, seq.next(), hash) {
                    return Ok(Err(VerifyError::Broken { incident: incident.clone(), broken }));
                }
                (seq, hash) = (sealed.seq, sealed.hash);
            }
            if (seq, hash) != (head.seq, head.hash) {
                let (incident, head_seq, head_hash) = (incident.clone(), head.seq, head.hash);
                return Ok(Err(VerifyError::Head { incident, seq, hash, head_seq, head_hash }));
            }
            Ok(Ok(Verified { entries: seq.0, head: hash }))
        });
        walked.unwrap_or_else(|source: ReadError| {
            Err(VerifyError::Unreadable { incident: incident.clone(), after: seq, source })
        })
    }
}
