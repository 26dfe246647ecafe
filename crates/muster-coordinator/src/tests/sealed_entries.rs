//! What entries say of people, with the keys known: in no file in clear, erased for good, and the incident goes on.

use muster_record::Incident;
use muster_record::entry::{Asked, Class, Content};
use muster_record::erasing::{Erasure, Extent};
use muster_record::identity::Basis;
use muster_record::ids::PersonNo;
use muster_record::incident::people::{self, Details};
use muster_store::Stored;

use super::*;
use crate::folds::ReadFolds;
use crate::people::{EraseAsk, Whose};
use crate::views::Views;

fn register() -> Command {
    let details: Details = serde_json::from_str(
        r#"{"service":"home","funder":"council-full","placed_by":null,"mobility":"stretcher","needs":["end-of-life"],"needs_known":"yes","stays_with":[]}"#,
    )
    .unwrap();
    people::Command::Register { details }.into()
}

/// A desk with three people, and a note about safeguarding.
pub(super) fn desk() -> Desk {
    let mut desk = Desk::opened();
    for number in 1..=3 {
        let job = desk.ask(&format!("person-{number}"), vec![register()]);
        desk.run(vec![job]).remove(0).unwrap();
    }
    let Job::Append(ask) = desk.ask("worry", vec![note("her savings book is gone")]) else { panic!() };
    let labels = Asked { class: Some(Class::Safeguarding), audience: Vec::new() };
    desk.run(vec![Job::Append(AppendAsk { labels, ..ask })]).remove(0).unwrap();
    desk
}

impl Desk {
    pub(super) fn erases(&self, request: &str, person: u32) -> Job {
        Job::Erase(Box::new(EraseAsk {
            incident: self.incident.clone(),
            author: Author::system(council(), "desk"),
            request: request.parse().unwrap(),
            body: Hash::of(request.as_bytes()),
            validate_only: false,
            labels: Asked::default(),
            whose: Whose::One { person: PersonNo(person), extent: Extent::Everything },
            erasure: Erasure {
                because: "so it was asked".to_owned(),
                basis: Basis::ObjectionUpheld,
                by: "guardian".to_owned(),
            },
        }))
    }

    fn entries(&self) -> Vec<Stored> {
        self.readers.entries(&self.incident, Seq(0), 999).unwrap()
    }

    pub(super) fn loaded(&self) -> Incident {
        folds::load(&*self.readers, &self.incident).unwrap().unwrap()
    }
}

#[test]
fn what_is_said_of_people_stands_in_no_file_in_clear_and_is_read_by_whoever_has_the_keys() {
    let desk = desk();
    for clear in ["stretcher", "end-of-life", "savings book"] {
        assert_eq!(desk.hits(clear.as_bytes()), 0, "{clear}");
    }
    assert!(desk.hits(b"Rosebank") > 0, "the search finds what is there");
    assert_eq!(desk.loaded().people.list.len(), 3);
    let locked = Store::open(&desk.folder.path().join("muster.db"), [1; 16]);
    assert!(locked.is_err(), "the writer holds it");
    let sealed = desk.readers.sealed_entries(&desk.incident).unwrap();
    assert_eq!(sealed.len(), 4);
}

#[test]
fn a_snapshot_holds_nothing_in_clear_either() {
    let mut desk = desk();
    for round in 0..3 {
        let jobs = (0..100).map(|n| desk.ask(&format!("r{round}-{n}"), vec![note("n")])).collect();
        desk.run(jobs).into_iter().for_each(|answer| drop(answer.unwrap()));
    }
    let snapshot = desk.readers.snapshot(&desk.incident).unwrap().expect("a snapshot was kept");
    assert!(snapshot.state.contains("stretcher"), "it knows who needs one");
    assert_eq!(desk.hits(b"stretcher"), 0);
    // What was put by does not outlive what was erased.
    let job = desk.erases("erase", 3);
    desk.run(vec![job]).remove(0).unwrap();
    assert_eq!(desk.readers.snapshot(&desk.incident).unwrap(), None);
    assert_eq!(desk.loaded().people.list.len(), 2);
}

#[test]
fn what_was_erased_is_gone_from_folds_views_and_files_and_the_incident_goes_on_with_fresh_numbers() {
    let mut desk = desk();
    let (folds, views) = (ReadFolds::after(desk.writer.recent(), false), Views::default());
    let reader =
        muster_record::visible::Reader { classes: [Class::Operational, Class::Personal].into(), agency: council() };
    let seen = |desk: &Desk| {
        let whole = folds.get(&*desk.readers, &desk.incident).unwrap().unwrap();
        let access = whole.access(&reader, whole.recorded_at);
        let own = views.get(&*desk.readers, &whole, &reader, &access, whole.recorded_at).unwrap();
        (whole.people.list.len(), own.people.list.len())
    };
    assert_eq!(seen(&desk), (3, 3));
    let place = Seq(desk.head().0 - 1);
    let sealed = rusqlite::Connection::open(desk.folder.path().join("muster.db")).unwrap();
    let kept: Vec<u8> = sealed
        .query_row("SELECT sealed FROM sealed_payload WHERE seq = ?1", [i64::try_from(place.0).unwrap()], |row| {
            row.get(0)
        })
        .unwrap();
    drop(sealed);
    assert!(desk.hits(&kept) > 0);

    let job = desk.erases("erase", 3);
    let erased = desk.run(vec![job]).remove(0).unwrap();
    assert_eq!(erased.entries.len(), 1, "who they are was never written down: one tombstone");
    assert_eq!((seen(&desk), desk.hits(&kept), desk.hits(&kept[..40])), ((2, 2), 0, 0));
    assert_eq!(desk.readers.verify(&desk.incident).unwrap().erased, 1);
    assert!(desk.entries().iter().any(|stored| stored.sealed.seq == place && stored.sealed.content == Content::Erased));

    let job = desk.ask("another", vec![register()]);
    let written = desk.run(vec![job]).remove(0).unwrap().entries.remove(0);
    assert!(written.entry.fact.told().starts_with("person 4 registered"), "{}", written.entry.fact.told());
    assert_eq!(seen(&desk), (3, 3));
}

#[test]
fn a_request_about_people_is_recognised_when_repeated_and_told_from_another_and_not_guessed_from_the_file() {
    let mut desk = desk();
    let again = desk.ask("person-3", vec![register()]);
    assert!(desk.run(vec![again]).remove(0).unwrap().replayed);
    let other = desk.ask("person-3", vec![note("something else")]);
    assert!(matches!(desk.run(vec![other]).remove(0), Err(AppendError::RequestIdReused)));
    let Job::Append(ask) = desk.ask("person-3", vec![register()]) else { panic!() };
    assert_eq!(desk.hits(&ask.body.0), 0, "a hash of what can be guessed is what was guessed");
    let Job::Append(note) = desk.ask("plain", vec![note("buses are on their way")]) else { panic!() };
    let body = note.body;
    desk.run(vec![Job::Append(note)]).remove(0).unwrap();
    assert!(desk.hits(&body.0) > 0, "the search finds what is there");

    // Once it is erased nobody can tell any more whether it is the same request.
    let job = desk.erases("erase", 3);
    desk.run(vec![job]).remove(0).unwrap();
    let again = desk.ask("person-3", vec![register()]);
    assert!(matches!(desk.run(vec![again]).remove(0), Err(AppendError::RequestIdReused)));
    let job = desk.erases("erase", 3);
    assert!(desk.run(vec![job]).remove(0).unwrap().replayed, "the erasure itself is repeated as ever");
}

#[test]
fn a_record_from_which_a_payload_was_taken_without_a_tombstone_is_not_read_as_if_nothing_were() {
    let desk = desk();
    let place = desk.head().0;
    let Desk { writer, readers, incident, folder } = desk;
    drop((writer, readers));
    let raw = rusqlite::Connection::open(folder.path().join("muster.db")).unwrap();
    raw.execute("DELETE FROM sealed_payload WHERE seq = ?1", [i64::try_from(place).unwrap()]).unwrap();
    drop(raw);
    let (_writer, readers) = writer_on(&folder);
    let error = folds::load(&*readers, &incident).unwrap_err();
    assert!(error.to_string().contains("missing") || format!("{error:?}").contains("Missing"), "{error:?}");
}
