//! Evidence: checkpoints go over the wire as they were signed, and a question says all that is wrong with it.

use muster_proto::evidence::{
    read_checkpoint, read_consistency, read_inclusion, read_proof, write_checkpoint, write_proof,
};
use muster_proto::{Malformed, v1};
use muster_record::entry::{Domain, Hash};
use muster_record::evidence::checkpoint::{Checkpoint, Origin, Signed};
use muster_record::evidence::key::SigningKey;
use muster_record::evidence::tree::Root;
use muster_record::ids::IncidentId;

fn signed() -> Signed {
    let checkpoint = Checkpoint {
        origin: Origin { store: [3; 16], incident: IncidentId::from_bytes([9; 16]) },
        root: Root { size: 64, hash: Hash::of(b"root") },
        chain: Hash::of(b"last"),
        at: "2026-03-04T09:00:00.120Z".parse().unwrap(),
        domain: Domain::Exercise,
    };
    checkpoint.sign(&SigningKey::from_seed(&[7; 32]))
}

#[test]
fn a_checkpoint_comes_in_as_it_went_out_and_its_note_has_the_say() {
    let wire = write_checkpoint(&signed());
    assert_eq!(read_checkpoint(&wire), Ok(signed()));
    let fields = [
        v1::Checkpoint { size: 65, ..wire.clone() },
        v1::Checkpoint { root: wire.chain.clone(), ..wire.clone() },
        v1::Checkpoint { exercise: false, ..wire.clone() },
        v1::Checkpoint { incident_id: String::new(), ..wire.clone() },
        v1::Checkpoint { note: wire.note.replace("\n64\n", "\n65\n"), ..wire },
    ];
    for changed in fields {
        assert!(read_checkpoint(&changed).is_err(), "{changed:?}");
    }
}

#[test]
fn a_proof_is_made_of_hashes_of_32_bytes() {
    let proof = [Hash::of(b"a"), Hash::of(b"b")];
    let mut wire = write_proof(&proof);
    assert_eq!(read_proof(&wire), Some(proof.to_vec()));
    wire[1].truncate(31);
    assert_eq!(read_proof(&wire), None);
}

#[test]
fn a_question_for_a_proof_says_all_that_is_wrong_with_it() {
    let places = |malformed: Malformed| -> Vec<String> {
        malformed.violations.into_iter().map(|found| format!("{} {}", found.field, found.problem)).collect()
    };
    let consistency = v1::GetConsistencyProofRequest { old_size: 0, ..v1::GetConsistencyProofRequest::default() };
    assert_eq!(
        places(read_consistency(&consistency).unwrap_err()),
        ["incident_id is not set", "old_size is not set; a checkpoint has at least one entry"]
    );
    let id = IncidentId::from_bytes([9; 16]).to_string();
    let back = v1::GetConsistencyProofRequest { incident_id: id.clone(), old_size: 9, new_size: 8 };
    assert_eq!(places(read_consistency(&back).unwrap_err()), ["new_size is less than old_size"]);
    let inclusion = v1::GetInclusionProofRequest { incident_id: id, seq: 9, size: 8 };
    assert_eq!(places(read_inclusion(&inclusion).unwrap_err()), ["size is less than seq"]);
}
