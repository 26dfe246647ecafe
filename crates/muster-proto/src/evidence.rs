//! Evidence: questions for it in, checkpoints and proofs out, and what a client makes of them.

use muster_record::entry::{Domain, Hash};
use muster_record::evidence::checkpoint::{Checkpoint, NotACheckpoint, Signed};
use muster_record::evidence::key::PublicKey;
use muster_record::ids::{IncidentId, Seq};
use prost::bytes::Bytes;

use crate::at::{Malformed, reading};
use crate::entry::read_hash;
use crate::family::advising::write_hash;
use crate::time::write_time;
use crate::v1;

/// A proof that a record has only grown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Consistency {
    /// Of which incident.
    pub incident: IncidentId,
    /// The earlier size.
    pub old: u64,
    /// The later size.
    pub new: u64,
}

/// A proof that an entry stands in a record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Inclusion {
    /// Of which incident.
    pub incident: IncidentId,
    /// Which entry.
    pub seq: Seq,
    /// Among how many.
    pub size: u64,
}

/// Reads which incident's checkpoint is asked for.
///
/// # Errors
/// What is wrong with the request.
pub fn read_get_checkpoint(wire: &v1::GetCheckpointRequest) -> Result<IncidentId, Malformed> {
    let v1::GetCheckpointRequest { incident_id } = wire;
    reading("", |at| at.field("incident_id").name(incident_id))
}

/// Reads which incident is to be exported.
///
/// # Errors
/// What is wrong with the request.
pub fn read_export(wire: &v1::ExportIncidentRequest) -> Result<IncidentId, Malformed> {
    let v1::ExportIncidentRequest { incident_id } = wire;
    reading("", |at| at.field("incident_id").name(incident_id))
}

/// Reads between which sizes a record is to prove that it has only grown.
///
/// # Errors
/// All that is wrong with the request.
pub fn read_consistency(wire: &v1::GetConsistencyProofRequest) -> Result<Consistency, Malformed> {
    let v1::GetConsistencyProofRequest { incident_id, old_size, new_size } = wire;
    reading("", |at| {
        let incident = at.field("incident_id").name(incident_id);
        let old = match old_size {
            0 => at.field("old_size").wrong("is not set; a checkpoint has at least one entry"),
            old => Some(*old),
        };
        let new = match new_size {
            new if new < old_size => at.field("new_size").wrong("is less than old_size"),
            new => Some(*new),
        };
        Some(Consistency { incident: incident?, old: old?, new: new? })
    })
}

/// Reads which entry is to be proven to stand in a record.
///
/// # Errors
/// All that is wrong with the request.
pub fn read_inclusion(wire: &v1::GetInclusionProofRequest) -> Result<Inclusion, Malformed> {
    let v1::GetInclusionProofRequest { incident_id, seq, size } = wire;
    reading("", |at| {
        let incident = at.field("incident_id").name(incident_id);
        let place = at.field("seq").seq(*seq);
        let size = match size {
            size if size < seq => at.field("size").wrong("is less than seq"),
            size => Some(*size),
        };
        Some(Inclusion { incident: incident?, seq: place?, size: size? })
    })
}

/// Writes a checkpoint: its note, and what stands in it.
pub fn write_checkpoint(signed: &Signed) -> v1::Checkpoint {
    let Checkpoint { origin, root, chain, at, domain } = &signed.checkpoint;
    v1::Checkpoint {
        incident_id: origin.incident.to_string(),
        size: root.size,
        root: write_hash(root.hash),
        chain: write_hash(*chain),
        signed_at: Some(write_time(*at)),
        exercise: *domain == Domain::Exercise,
        key_id: signed.key.to_string(),
        note: signed.note(),
    }
}

/// Reads a checkpoint off the wire, for whoever keeps it: what its note says, which alone is signed.
///
/// # Errors
/// [`NotACheckpoint`], also when the fields beside the note say something else.
pub fn read_checkpoint(wire: &v1::Checkpoint) -> Result<Signed, NotACheckpoint> {
    let signed = Signed::read(&wire.note)?;
    if write_checkpoint(&signed) == *wire {
        return Ok(signed);
    }
    Err(NotACheckpoint { problem: "the fields beside its note say something else" })
}

/// Writes the public half of a server's key.
pub fn write_signing_key(key: &PublicKey) -> v1::SigningKey {
    let public_key = Bytes::copy_from_slice(&key.to_bytes());
    v1::SigningKey { key_id: key.id().to_string(), public_key, text: key.to_string() }
}

/// Writes the hashes of a proof.
pub fn write_proof(proof: &[Hash]) -> Vec<Bytes> {
    proof.iter().map(|hash| write_hash(*hash)).collect()
}

/// Reads the hashes of a proof off the wire; nothing where one of them is no hash.
pub fn read_proof(wire: &[Bytes]) -> Option<Vec<Hash>> {
    wire.iter().map(|hash| read_hash(hash)).collect()
}
