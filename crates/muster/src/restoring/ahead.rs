//! Where partners' checkpoints are ahead of a backup, as some always are.

use std::collections::BTreeMap;

use anyhow::Result;
use muster_record::evidence::witness::Witness;
use muster_record::ids::IncidentId;
use muster_record::time::Instant;
use muster_store::Readers;

use crate::verifying::Against;

/// A record that a partner saw more entries of than a backup holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ahead {
    /// The record.
    pub incident: IncidentId,
    /// Entries that the checkpoint furthest ahead was signed over.
    pub size: u64,
    /// Entries that the backup holds; 0 where it does not know the incident.
    pub entries: u64,
    /// When that checkpoint was signed.
    pub at: Instant,
}

/// Parts the checkpoints that the backup can be held against from those that are ahead of it.
pub(super) fn split(readers: &Readers, store: [u8; 16], kept: &[Against]) -> Result<(Vec<Ahead>, Vec<Against>)> {
    let (mut ahead, mut held) = (BTreeMap::<IncidentId, Ahead>::new(), Vec::new());
    for Against { kept, key, key_file: _ } in kept {
        let mut witness = Witness::default();
        witness.key = kept.key;
        for signed in kept.all() {
            let (origin, size, at) = (&signed.checkpoint.origin, signed.checkpoint.root.size, signed.checkpoint.at);
            let entries = readers.head(&origin.incident)?.map_or(0, |head| head.seq.0);
            // One with a bad signature, or of another store, says nothing of what would be lost: it is a finding.
            let believed = origin.store == store && key.as_ref().is_none_or(|key| signed.check(key).is_ok());
            if size <= entries || !believed {
                witness.keep(signed.clone());
                continue;
            }
            let incident = origin.incident.clone();
            let this = Ahead { incident: incident.clone(), size, entries, at };
            let furthest = ahead.entry(incident).or_insert_with(|| this.clone());
            if furthest.size < size {
                *furthest = this;
            }
        }
        if witness.all().next().is_some() {
            held.push(Against { kept: witness, key: *key, key_file: None });
        }
    }
    Ok((ahead.into_values().collect(), held))
}
