//! What a witness finds: a record that shrank, one with another history, another key.

use super::*;
use crate::entry::{Domain, Hash};
use crate::evidence::checkpoint::{Checkpoint, Origin};
use crate::evidence::key::SigningKey;
use crate::evidence::tree::{Frontier, prove_consistency};
use crate::ids::Seq;
use crate::testing::random::busy;

fn key() -> SigningKey {
    SigningKey::from_seed(&[7; 32])
}

fn entries(count: usize, from: &str) -> Vec<Hash> {
    (0..count).map(|number| Hash::of(format!("{from} {number}").as_bytes())).collect()
}

fn signed(entries: &[Hash]) -> Signed {
    let mut frontier = Frontier::default();
    entries.iter().for_each(|entry| frontier.push(*entry));
    let checkpoint = Checkpoint {
        origin: Origin { store: [3; 16], incident: IncidentId::from_bytes([9; 16]) },
        root: frontier.root(),
        chain: *entries.last().unwrap(),
        at: "2026-03-04T09:00:00.120Z".parse().unwrap(),
        domain: Domain::Live,
    };
    checkpoint.sign(&key())
}

fn having_seen(entries: &[Hash]) -> Witness {
    let mut witness = Witness { key: Some(key().public()), ..Witness::default() };
    assert_eq!(witness.look(&signed(entries)), Ok(Beside::First));
    witness.keep(signed(entries));
    witness
}

#[test]
fn what_a_witness_kept_reads_back_from_its_file_and_from_a_lone_note() {
    let witness = having_seen(&entries(40, "a"));
    assert_eq!(Witness::read(&witness.text()), Ok(witness.clone()));
    let lone = Witness::read(&signed(&entries(40, "a")).note()).unwrap();
    assert_eq!((lone.key, lone.all().count()), (None, 1));
    let cut = witness.text();
    assert!(Witness::read(&cut[..cut.len() - 90]).is_err(), "a file that was cut off is not half a witness");
}

#[test]
fn a_record_that_grew_is_asked_for_its_proof_and_the_proof_is_checked() {
    let all = entries(70, "a");
    let witness = having_seen(&all[..40]);
    let now = signed(&all);
    assert_eq!(witness.look(&signed(&all[..40])), Ok(Beside::Same));
    assert_eq!(witness.look(&now), Ok(Beside::Grown { from: 40 }));
    let kept = witness.kept(&now.checkpoint.origin.incident).unwrap();
    assert_eq!(check_growth(kept, &now, &prove_consistency(&all, 40).unwrap()), Ok(()));
}

#[test]
fn a_record_with_fewer_entries_than_were_signed_was_rolled_back() {
    let all = entries(70, "a");
    let incident = IncidentId::from_bytes([9; 16]);
    assert_eq!(having_seen(&all).look(&signed(&all[..40])), Err(Alarm::RolledBack { incident, kept: 70, now: 40 }));
}

#[test]
fn another_history_is_found_at_the_same_size_and_when_it_went_on() {
    let (all, other) = (entries(40, "a"), entries(70, "b"));
    let (witness, incident) = (having_seen(&all), IncidentId::from_bytes([9; 16]));
    let forked = Err(Alarm::Forked { incident: incident.clone(), size: 40 });
    assert_eq!(witness.look(&signed(&other[..40])), forked);
    let now = signed(&other);
    assert_eq!(witness.look(&now), Ok(Beside::Grown { from: 40 }), "its size alone does not say it");
    let proof = prove_consistency(&other, 40).unwrap();
    let found = check_growth(witness.kept(&incident).unwrap(), &now, &proof);
    assert_eq!(found, Err(Alarm::Forked { incident, size: 40 }));
}

#[test]
fn a_checkpoint_of_another_key_store_or_domain_is_not_taken_for_the_next() {
    let all = entries(40, "a");
    let witness = having_seen(&all);
    let by_another = signed(&all).checkpoint.sign(&SigningKey::from_seed(&[8; 32]));
    assert!(matches!(witness.look(&by_another), Err(Alarm::Unsigned { .. })));
    let mut elsewhere = signed(&all).checkpoint;
    elsewhere.origin.store = [4; 16];
    assert!(matches!(witness.look(&elsewhere.sign(&key())), Err(Alarm::OtherRecord { .. })));
    let mut rehearsed = signed(&all).checkpoint;
    rehearsed.domain = Domain::Exercise;
    assert!(matches!(witness.look(&rehearsed.sign(&key())), Err(Alarm::OtherRecord { .. })));
}

#[test]
fn what_a_stream_showed_is_held_against_what_was_signed_stubs_or_not() {
    let record = busy().record;
    let hashes: Vec<Hash> = record.iter().map(|sealed| sealed.hash).collect();
    let show = |shown: &mut Shown, upto: usize| {
        for sealed in &record[usize::try_from(shown.size()).unwrap()..upto] {
            shown.take(Domain::Live, sealed.seq, sealed.recorded_at, sealed.commitment, sealed.hash)?;
        }
        Ok::<(), Alarm>(())
    };
    let (half, all) = (record.len() / 2, record.len());
    let mut shown = Shown::of(record[0].incident.clone());
    assert_eq!(shown.hold(&signed(&hashes)), Ok(()), "it is of more than has come");
    assert_eq!(show(&mut shown, half), Ok(()));
    assert_eq!(shown.hold(&signed(&hashes[..half])), Ok(()));
    assert_eq!(show(&mut shown, all), Ok(()));

    // The server signs another history than it shows: at once, or for later.
    let mut other = hashes;
    other[1] = Hash::NONE;
    assert!(matches!(shown.hold(&signed(&other)), Err(Alarm::ShownOtherwise { .. })));
    let mut shown = Shown::of(record[0].incident.clone());
    assert_eq!(shown.hold(&signed(&other)), Ok(()));
    assert!(matches!(show(&mut shown, all), Err(Alarm::ShownOtherwise { .. })));
    // And an entry that does not follow is no entry of this record.
    let (last, mut shown) = (&record[2], Shown::of(record[0].incident.clone()));
    let skipped = shown.take(Domain::Live, Seq(3), last.recorded_at, last.commitment, last.hash);
    assert!(matches!(skipped, Err(Alarm::ShownOtherwise { seq: 3, .. })));
}
