//! Who the people are, with the keys known: what is left of them in the files, and that a look waits for its audit.

use std::sync::Mutex;

use muster_record::audit::{Did, Purpose};
use muster_record::erasing::{Erasure, Extent};
use muster_record::identity::{Basis, Identity, Sensitive};
use muster_record::ids::PersonNo;
use muster_record::incident::people::{self, Details};
use tokio::sync::oneshot;

use super::*;
use crate::people::{EraseAsk, Look, LookAsk, SealAsk, Told, Whose};

/// A clock that stands, and bytes that look random, each of them remembered.
#[derive(Default)]
struct Remembered(Mutex<Vec<[u8; 16]>>);

impl Surroundings for Remembered {
    fn passed(&self) -> std::time::Duration {
        std::time::Duration::ZERO
    }

    fn now(&self) -> Instant {
        "2024-03-04T09:00:00Z".parse().unwrap()
    }

    fn random(&self) -> [u8; 16] {
        let mut given = self.0.lock().unwrap();
        let hash = Hash::of(&given.len().to_be_bytes()).0;
        let bytes: [u8; 16] = hash[..16].try_into().unwrap();
        given.push(bytes);
        bytes
    }
}

/// A desk with one person on its list, whose writer keeps who people are.
fn desk() -> (Desk, Arc<Remembered>) {
    // What was opened is closed, and opened again by a writer whose chance is remembered.
    let Desk { writer, readers, incident, folder } = Desk::opened();
    drop((writer, readers));
    let surroundings = Arc::new(Remembered::default());
    let (writer, readers) = writer_in(&folder, Arc::<Remembered>::clone(&surroundings));
    let mut desk = Desk { writer, readers, incident, folder };
    let details: Details = serde_json::from_str(
        r#"{"service":"home","funder":"council-full","placed_by":null,"mobility":"walks","needs":[],"needs_known":"yes","stays_with":[]}"#,
    )
    .unwrap();
    let job = desk.ask("register", vec![people::Command::Register { details }.into()]);
    desk.run(vec![job]).remove(0).unwrap();
    (desk, surroundings)
}

impl Desk {
    fn seal(&self, request: &str, name: &str) -> Job {
        let name = Sensitive::new(name.to_owned());
        let identity = Identity {
            name,
            known_as: None,
            born: None,
            nhs_number: None,
            address: None,
            contacts: Vec::new(),
            next_of_kin: Vec::new(),
        };
        Job::Seal(Box::new(SealAsk {
            incident: self.incident.clone(),
            author: Author::system(council(), "desk"),
            request: request.parse().unwrap(),
            expected_seq: None,
            occurred_at: None,
            validate_only: false,
            labels: Default::default(),
            person: PersonNo(1),
            identity,
        }))
    }

    fn erase(&self) -> Job {
        Job::Erase(Box::new(EraseAsk {
            incident: self.incident.clone(),
            author: Author::system(council(), "desk"),
            request: "erase".parse().unwrap(),
            body: Hash::of(b"erase"),
            validate_only: false,
            labels: Default::default(),
            whose: Whose::One { person: PersonNo(1), extent: Extent::Identity },
            erasure: Erasure { because: "done".to_owned(), basis: Basis::NoLongerNeeded, by: "guardian".to_owned() },
        }))
    }

    fn look(&self) -> (Job, oneshot::Receiver<Option<Told>>) {
        let (answer, told) = oneshot::channel();
        let ask = LookAsk {
            reader: muster_record::visible::Reader::of(council()),
            system: "desk".to_owned(),
            user: None,
            incident: self.incident.clone(),
            person: PersonNo(1),
            purpose: Purpose::DirectCare,
            because: "supper".to_owned(),
        };
        let at = "2024-03-04T09:00:00Z".parse().unwrap();
        (Job::Look(Box::new(Look { ask, did: Did::ReadIdentity, at, entries: Vec::new(), answer })), told)
    }
}

#[test]
fn a_persons_key_stands_in_no_file_and_nothing_of_its_wrapping_is_left_after_the_erasure() {
    let (mut desk, surroundings) = desk();
    let before = surroundings.0.lock().unwrap().len();
    let job = desk.seal("seal", "Ada Lovelace");
    desk.run(vec![job]).remove(0).unwrap();
    // The first 32 random bytes of a first sealing are the person's key.
    let key: Vec<[u8; 16]> = surroundings.0.lock().unwrap()[before..before + 2].to_vec();
    let kept = desk.readers.sealed_person(&desk.incident, PersonNo(1)).unwrap().unwrap();
    let wrapped = muster_seal::Wrapped { with: KeyId::parse("k-1").unwrap(), bytes: kept.key.wrapped.clone() };
    let place = muster_seal::Bound::Identity { incident: &desk.incident, person: PersonNo(1), version: 1 };
    let unwrapped = ring().unwrap(place, &wrapped).unwrap();
    let same = muster_seal::DataKey::new(Zeroizing::new(key.concat().try_into().unwrap()));
    assert_eq!(unwrapped.digest(b"x"), same.digest(b"x"), "these bytes are the key");
    assert_eq!(key.iter().map(|half| desk.hits(half)).sum::<usize>(), 0, "the key itself is never written");
    assert!(desk.hits(&kept.key.wrapped) > 0 && desk.hits(&kept.sealed[..64]) > 0, "the search finds what is there");

    let job = desk.erase();
    desk.run(vec![job]).remove(0).unwrap();
    for gone in [&kept.key.wrapped[..], &kept.key.wrapped[24..56], &kept.sealed[..32], &kept.sealed[64..96], &kept.salt]
    {
        assert_eq!(desk.hits(gone), 0);
    }
    assert_eq!(key.iter().map(|half| desk.hits(half)).sum::<usize>(), 0);
    assert_eq!(desk.hits(b"Ada Lovelace"), 0);
    desk.readers.verify(&desk.incident).unwrap();
}

#[test]
fn an_answer_waits_for_the_commit_of_its_audit_and_a_look_behind_an_erasure_finds_nothing() {
    let (mut desk, _) = desk();
    let sealing = desk.seal("seal", "Ada Lovelace");
    let (first, mut told_first) = desk.look();
    let erasing = desk.erase();
    let (second, mut told_second) = desk.look();
    let answers = desk.writer.run(vec![sealing, first, erasing, second]).answers;
    let ends: Vec<bool> = answers.iter().map(Result::is_ok).collect();
    assert_eq!(ends, [true, true, true, false]);
    let told = told_first.try_recv().unwrap().unwrap();
    assert_eq!((told.identity.name.expose().as_str(), told.version), ("Ada Lovelace", 1));
    assert!(told_second.try_recv().is_err());
    let rows = desk.readers.audit(0, 9).unwrap();
    let answered: Vec<String> = rows.iter().map(|row| format!("{:?}", row.audited.answered)).collect();
    assert_eq!(answered, ["Served", r#"Refused("IDENTITY_ERASED")"#]);

    // The disk takes nothing more: the same look is answered by an error, and nothing is told.
    let (mut desk, _) = self::desk();
    let sealing = desk.seal("seal", "Ada Lovelace");
    desk.run(vec![sealing]).remove(0).unwrap();
    let other = rusqlite::Connection::open(desk.folder.path().join("muster.db")).unwrap();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    let (look, mut told) = desk.look();
    let answer = desk.writer.run(vec![look]).answers.remove(0);
    assert!(matches!(answer, Err(AppendError::OutcomeUnknown(_))));
    assert!(told.try_recv().is_err());
    assert_eq!(desk.readers.audit(0, 9).unwrap(), []);
}
