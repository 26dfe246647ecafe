//! Evidence over the wire: checkpoints on every watch, proofs, exports, and who may have them.

use muster_proto::evidence::{read_checkpoint, read_proof};
use muster_proto::v1;
use muster_record::entry::Hash;
use muster_record::evidence::checkpoint::Signed;
use muster_record::evidence::key::PublicKey;
use muster_record::evidence::tree::{Frontier, check_consistency, check_inclusion};
use muster_record::ids::Seq;
use tonic::Code;

use crate::home::{Home, House, REGION};
use crate::participant::{Participant, note, refused, seqs, watch_all, watch_one};

/// The checkpoint at the record's last entry, which holds with the key that the server tells.
async fn signed(by: &Participant, incident: &str) -> Signed {
    let request = v1::GetCheckpointRequest { incident_id: incident.to_owned() };
    let answer = by.client.records.clone().get_checkpoint(request).await.unwrap().into_inner();
    let signed = read_checkpoint(&answer.checkpoint.unwrap()).unwrap();
    assert_eq!(signed.check(&key(by).await.unwrap()), Ok(()));
    signed
}

async fn key(by: &Participant) -> Option<PublicKey> {
    let info = by.client.info.clone().get_server_info(v1::GetServerInfoRequest {}).await.unwrap().into_inner();
    info.signing_key.map(|key| key.text.parse().unwrap())
}

async fn consistency(by: &Participant, incident: &str, old: u64, new: u64) -> Vec<Hash> {
    let request = v1::GetConsistencyProofRequest { incident_id: incident.to_owned(), old_size: old, new_size: new };
    let proof = by.client.records.clone().get_consistency_proof(request).await.unwrap().into_inner();
    read_proof(&proof.hashes).unwrap()
}

/// The hashes of the entries, as the stubs of a withheld record have them too.
async fn hashes(by: &Participant, incident: &str) -> Vec<Hash> {
    by.reads(incident).await.iter().map(|entry| muster_proto::entry::read_hash(&entry.hash).unwrap()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_watcher_gets_a_checkpoint_when_it_connects_and_after_many_entries() {
    let home = Home::new();
    let house = home.open().await;
    let (council, icb, incident) = house.rosebank().await;
    let last = council.notes(&incident, "before").await;
    for watch in [watch_one(&incident), watch_all()] {
        let (checkpoint, before) = icb.watches(watch).await.unwrap().checkpoint().await;
        assert_eq!((checkpoint.size, checkpoint.exercise), (last, true), "once all there is was sent");
        assert!(before.iter().all(|commit| commit.incident_id == incident));
    }
    let mut watch = icb.follows(&incident, prost::bytes::Bytes::new()).await;
    let (first, _) = watch.checkpoint().await;
    for number in 0..16 {
        council.does(&incident, (0..5).map(|more| note(&format!("{number} {more}")))).await;
    }
    let (second, between) = watch.checkpoint().await;
    assert!((64..80 + 64).contains(&(second.size - first.size)), "{} after {}", second.size, first.size);
    let sent = seqs(&between);
    assert!(sent.len() >= 64 && sent.len().is_multiple_of(5), "a change set is never split: {sent:?}");

    // The token beside it goes on exactly behind what was sent.
    let (after, last) = (*sent.last().unwrap(), council.reads(&incident).await.last().unwrap().seq);
    let next = council.notes(&incident, "after").await;
    let resumed = icb.follows(&incident, watch.resume).await.until(next).await;
    assert_eq!(seqs(&resumed), (after + 1..=last + 1).collect::<Vec<_>>());
    let proof = consistency(&icb, &incident, first.size, second.size).await;
    let (first, second) = (read_checkpoint(&first).unwrap().checkpoint, read_checkpoint(&second).unwrap().checkpoint);
    assert_eq!(check_consistency(first.root, second.root, &proof), Ok(()));
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_writer_signs_nothing_and_a_checkpoint_is_signed_once_for_all_who_watch() {
    let home = Home::new();
    let house = home.open().await;
    let (council, icb, incident) = house.rosebank().await;
    for _ in 0..10 {
        council.does(&incident, (0..20).map(|_| note("nobody watches"))).await;
    }
    let coordinator = house.serving.coordinator();
    assert_eq!(coordinator.checkpoints_signed(), 0, "no append waits for a signature");
    let first = signed(&council, &incident).await;
    for by in [&council, &icb, &icb] {
        let (checkpoint, _) = by.follows(&incident, prost::bytes::Bytes::new()).await.checkpoint().await;
        assert_eq!(checkpoint.note, first.note());
    }
    assert_eq!(coordinator.checkpoints_signed(), 1);
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_root_that_was_signed_follows_from_what_any_reader_is_given() {
    let home = Home::new();
    let house = home.open().await;
    let (council, icb, incident) = house.rosebank().await;
    council.does(&incident, (0..40).map(|_| note("one"))).await;
    let early = signed(&icb, &incident).await.checkpoint;
    council.does(&incident, (0..33).map(|_| note("two"))).await;
    let late = signed(&icb, &incident).await.checkpoint;

    let hashes = hashes(&icb, &incident).await;
    let mut frontier = Frontier::default();
    hashes.iter().for_each(|hash| frontier.push(*hash));
    assert_eq!((frontier.root(), *hashes.last().unwrap()), (late.root, late.chain));
    let proof = consistency(&icb, &incident, early.root.size, late.root.size).await;
    assert_eq!(check_consistency(early.root, late.root, &proof), Ok(()));
    for seq in [1, 40, late.root.size] {
        let (incident_id, size) = (incident.clone(), late.root.size);
        let request = v1::GetInclusionProofRequest { incident_id, seq, size };
        let proof = icb.client.records.clone().get_inclusion_proof(request).await.unwrap().into_inner();
        let entry = muster_proto::entry::read_hash(&proof.entry_hash).unwrap();
        assert_eq!(entry, hashes[usize::try_from(seq).unwrap() - 1]);
        let path = read_proof(&proof.hashes).unwrap();
        assert_eq!(check_inclusion(late.root, Seq(seq), entry, &path), Ok(()));
        assert!(path.len() <= 7, "{} hashes for {size} entries", path.len());
    }
    house.close().await;

    // A server that starts again comes to the same root from the record alone.
    let house = home.open().await;
    let again = signed(&house.client(crate::home::ICB).await, &incident).await.checkpoint;
    assert_eq!((again.root, again.chain), (late.root, late.chain));
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_size_that_the_record_has_not_reached_is_refused_with_the_size_it_has() {
    let home = Home::new();
    let house = home.open().await;
    let (council, _, incident) = house.rosebank().await;
    let size = signed(&council, &incident).await.checkpoint.root.size;
    let mut records = council.client.records.clone();
    let ahead = v1::GetConsistencyProofRequest { incident_id: incident.clone(), old_size: 1, new_size: size + 1 };
    let status = refused(records.get_consistency_proof(ahead).await, Code::OutOfRange, "SIZE_NOT_REACHED");
    let told = tonic_types::StatusExt::get_details_error_info(&status).unwrap();
    assert_eq!(told.metadata["size"], size.to_string());
    let ahead = v1::GetInclusionProofRequest { incident_id: incident, seq: 1, size: size + 1 };
    refused(records.get_inclusion_proof(ahead).await, Code::OutOfRange, "SIZE_NOT_REACHED");
    house.close().await;
}

/// Asks for each kind of evidence, and claims that it is refused for this reason.
async fn all_refused(by: &Participant, incident: &str, code: Code, reason: &str) {
    let (mut records, incident_id) = (by.client.records.clone(), incident.to_owned());
    let request = v1::GetCheckpointRequest { incident_id: incident_id.clone() };
    refused(records.get_checkpoint(request).await, code, reason);
    let request = v1::ExportIncidentRequest { incident_id };
    let answer = match records.export_incident(request).await {
        Ok(stream) => stream.into_inner().message().await.map(drop),
        Err(status) => Err(status),
    };
    refused(answer, code, reason);
}

#[tokio::test(flavor = "multi_thread")]
async fn evidence_is_for_those_with_a_seat() {
    let home = Home::new();
    let house = home.open().await;
    let (_, _, incident) = house.rosebank().await;
    let region = house.client(REGION).await;
    all_refused(&region, &incident, Code::PermissionDenied, "NOT_PERMITTED").await;
    let mut records = region.client.records.clone();
    let request = v1::GetConsistencyProofRequest { incident_id: incident.clone(), old_size: 1, new_size: 2 };
    refused(records.get_consistency_proof(request).await, Code::PermissionDenied, "NOT_PERMITTED");
    let request = v1::GetInclusionProofRequest { incident_id: incident, seq: 1, size: 2 };
    refused(records.get_inclusion_proof(request).await, Code::PermissionDenied, "NOT_PERMITTED");
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_without_a_key_says_so_and_sends_no_checkpoint() {
    let mut home = Home::new();
    home.config.signing = None;
    let house: House<'_> = home.open().await;
    let (council, icb, incident) = house.rosebank().await;
    assert_eq!(key(&icb).await, None);
    all_refused(&icb, &incident, Code::FailedPrecondition, "NO_SIGNING_KEY").await;
    let mut watch = icb.follows(&incident, prost::bytes::Bytes::new()).await;
    let mut last = 0;
    for _ in 0..20 {
        last = council.does(&incident, (0..5).map(|_| note("on"))).await;
    }
    watch.until(last).await;
    assert_eq!(watch.checkpoints, []);
    house.close().await;
}
