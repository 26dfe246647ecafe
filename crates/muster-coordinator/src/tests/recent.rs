//! What is kept in memory for those who follow: the same as in the store, as much as there is room for, and nothing of
//! what was erased.

use std::sync::Arc;
use std::sync::mpsc;
use std::time::Duration;

use muster_record::visible::Reader;
use muster_store::{Append, Head, Revision, Stored, Write};

use super::*;
use crate::coordinator::following::next_of;
use crate::coordinator::{Place, Viewing};
use crate::folds::ReadFolds;
use crate::recent::{Commit, Form, ROOM, Recent, Room};

/// Everything that the store holds, as commits.
pub(super) fn stored(desk: &Desk) -> Vec<Arc<Commit>> {
    Commit::all_of(desk.readers.since(Revision(0), usize::MAX).unwrap())
}

pub(super) fn told(commits: &[Arc<Commit>]) -> Vec<(u64, Vec<muster_record::entry::Sealed>)> {
    let sealed = |commit: &Commit| commit.entries().iter().map(|entry| entry.sealed().clone()).collect();
    commits.iter().map(|commit| (commit.revision().0, sealed(commit))).collect()
}

/// Commits as the writer hands them on.
fn again(commits: &[Arc<Commit>]) -> (Vec<Write>, Vec<Revision>) {
    let write = |commit: &Arc<Commit>| {
        let entries: Vec<_> = commit.entries().iter().map(|entry| entry.sealed().clone()).collect();
        let last = entries.last().unwrap();
        let head = Head {
            incident: last.incident.clone(),
            seq: last.seq,
            hash: last.hash,
            recorded_at: last.recorded_at,
            exercise: true,
            closed: false,
            summary: String::new(),
            seats: None,
        };
        Write::Append(Append { entries, sealed: Vec::new(), request: None, head, snapshot: None })
    };
    (commits.iter().map(write).collect(), commits.iter().map(|commit| commit.revision()).collect())
}

/// A desk with six commits of one, two and three entries.
pub(super) fn busy() -> Desk {
    let mut desk = Desk::opened();
    for (number, size) in [1, 3, 2, 1, 2].into_iter().enumerate() {
        let job = desk.ask(&format!("r{number}"), (0..size).map(|n| note(&format!("{n}"))).collect());
        desk.run(vec![job]).remove(0).unwrap();
    }
    desk
}

#[test]
fn what_is_kept_is_what_the_store_gives_from_every_place() {
    let mut desk = busy();
    let jobs = (0..3).map(|n| desk.ask(&format!("together-{n}"), vec![note("a"), note("b")])).collect();
    desk.run(jobs).into_iter().for_each(|answer| drop(answer.unwrap()));
    let (recent, all) = (desk.writer.recent(), stored(&desk));
    assert_eq!(all.len(), 9);
    for after in 0..=9 {
        for limit in 1..20 {
            let kept = recent.since(Revision(after), limit).unwrap();
            let page = Commit::all_of(desk.readers.since(Revision(after), limit).unwrap());
            assert_eq!(told(&kept), told(&page), "after {after}, {limit} at most");
        }
    }
    let of = recent.of(&desk.incident, Seq(3), Revision(0), usize::MAX).unwrap();
    assert!(of.commits.iter().all(|commit| commit.last() > Seq(3)));
    assert_eq!((of.until, recent.last()), (Revision(9), Some(Revision(9))));
    let other = IncidentId::from_bytes([9; 16]);
    let none = recent.of(&other, Seq(0), Revision(2), 1).unwrap();
    assert_eq!((none.commits.len(), none.until), (0, Revision(9)), "others are looked past once");
}

#[test]
fn there_is_room_for_so_many_entries_and_bytes_and_whoever_is_behind_them_is_told() {
    let all = stored(&busy());
    let (writes, revisions) = again(&all);
    let few = Recent::behind(Revision(0), Room { entries: 4, ..ROOM });
    few.take_in(writes.clone(), &revisions, Revision(6));
    assert!(few.since(Revision(3), 99).is_none());
    assert_eq!(told(&few.since(Revision(4), 99).unwrap()), told(&all[4..]));
    let small = Recent::behind(Revision(0), Room { bytes: 1, ..ROOM });
    small.take_in(writes, &revisions, Revision(6));
    assert!(small.since(Revision(5), 99).is_none(), "not even one has room");
    assert_eq!(told(&small.since(Revision(6), 99).unwrap()), []);
}

#[test]
fn what_was_written_past_it_leaves_no_gap_that_looks_like_nothing() {
    let all = stored(&busy());
    let recent = Recent::behind(Revision(0), ROOM);
    let (writes, revisions) = again(&all[..2]);
    recent.take_in(writes, &revisions, Revision(2));
    // The third was written, and nobody knew that it was.
    recent.lost_count();
    assert_eq!(recent.last(), None);
    assert!(recent.since(Revision(0), 99).is_none() && recent.since(Revision(2), 99).is_none());
    let (writes, revisions) = again(&all[3..]);
    recent.take_in(writes, &revisions, Revision(6));
    assert!(recent.since(Revision(2), 99).is_none(), "the third is in the store alone");
    assert_eq!(told(&recent.since(Revision(3), 99).unwrap()), told(&all[3..]));
    // Nothing was written, and the store is further than we knew.
    recent.take_in(Vec::new(), &[], Revision(8));
    assert!(recent.since(Revision(6), 99).is_none());
    assert_eq!(told(&recent.since(Revision(8), 99).unwrap()), []);
}

#[test]
fn what_was_erased_is_forgotten_and_whoever_holds_it_still_sends_a_stub() {
    let mut desk = sealed_entries::desk();
    let recent = desk.writer.recent();
    let whole = desk.loaded();
    let access = whole.access(&Reader::of(council()), whole.recorded_at);
    let viewing = Viewing { access, at: whole.recorded_at, exercise: true };
    let held = recent.since(Revision(0), usize::MAX).unwrap();
    let says = |commit: &Arc<Commit>| commit.entries()[0].sealed().payload().is_some_and(|it| it.contains("stretcher"));
    let of_people: Vec<_> = held.iter().filter(|commit| says(commit)).collect();
    assert_eq!(of_people.len(), 3);
    let forms = || -> Vec<Form> { of_people.iter().map(|it| it.entries()[0].form(&viewing).unwrap()).collect() };
    assert_eq!(forms(), [Form::Whole; 3]);

    let before = recent.last().unwrap();
    let job = desk.erases("erase", 2);
    desk.run(vec![job]).remove(0).unwrap();

    assert_eq!(forms(), [Form::Whole, Form::Stub, Form::Whole]);
    let erased = of_people[1].revision();
    assert!(recent.since(Revision(erased.0 - 1), 99).is_none());
    let kept = recent.since(erased, usize::MAX).unwrap();
    assert!(kept.iter().all(|commit| commit.revision() > erased));
    assert!(kept.iter().any(|commit| commit.revision() > before), "the tombstone is there");
    // Somebody who comes back finds in the store what the one who held it sends.
    let page: Vec<Stored> = desk.readers.since(Revision(erased.0 - 1), 1).unwrap();
    assert_eq!(Commit::all_of(page)[0].entries()[0].form(&viewing).unwrap(), Form::Stub);
}

#[test]
fn whoever_follows_gets_every_commit_once_and_in_order_from_memory_and_from_the_store() {
    let mut desk = Desk::opened();
    let recent = Recent::behind(Revision(1), Room { entries: 6, ..ROOM });
    // One reads after each commit, the others after two, five and eleven: some are always behind what is kept.
    let mut followers = [1, 2, 5, 11].map(|pause| (pause, Place::behind(Seq(0)), Vec::new()));
    for round in 1..=110 {
        let job = desk.ask(&format!("r{round}"), (0..round % 4 + 1).map(|n| note(&format!("{n}"))).collect());
        desk.run(vec![job]).remove(0).unwrap();
        let new = Commit::all_of(desk.readers.since(recent.last().unwrap(), usize::MAX).unwrap());
        let (writes, revisions) = again(&new);
        recent.take_in(writes, &revisions, *revisions.last().unwrap());
        for (_, place, got) in followers.iter_mut().filter(|(pause, _, _)| round % pause == 0) {
            loop {
                let page = next_of(&recent, &*desk.readers, &desk.incident, place, 3).unwrap();
                let Some(last) = page.last() else { break };
                place.seq = last.last();
                got.extend(page);
            }
        }
    }
    let all = told(&stored(&desk));
    for (pause, _, got) in &followers {
        assert_eq!(told(got), all, "one that reads after every {pause}");
    }
}

#[test]
fn whoever_begins_within_a_commit_gets_the_rest_of_it_and_nothing_twice() {
    let desk = busy();
    let recent = desk.writer.recent();
    for begun in 0..=desk.head().0 {
        let (mut place, mut got) = (Place::behind(Seq(begun)), Vec::new());
        loop {
            let page = next_of(&recent, &*desk.readers, &desk.incident, &mut place, 3).unwrap();
            let Some(last) = page.last() else { break };
            place.seq = last.last();
            got.extend(page.iter().flat_map(|commit| commit.entries()).map(|entry| entry.sealed().seq.0));
        }
        assert_eq!(got, (begun + 1..=desk.head().0).collect::<Vec<_>>());
    }
}

#[test]
fn a_fold_is_worked_out_once_for_all_who_ask_until_something_is_written() {
    let mut desk = busy();
    let folds = ReadFolds::after(desk.writer.recent(), false);
    let id = desk.incident.clone();
    assert!(folds.current(&id).is_none());
    let first = folds.get(&*desk.readers, &id).unwrap().unwrap();
    assert!(Arc::ptr_eq(&first, &folds.get(&*desk.readers, &id).unwrap().unwrap()));
    assert!(Arc::ptr_eq(&first, &folds.current(&id).unwrap()));
    let job = desk.ask("more", vec![note("more")]);
    desk.run(vec![job]).remove(0).unwrap();
    assert!(folds.current(&id).is_none());
    let next = folds.get(&*desk.readers, &id).unwrap().unwrap();
    assert_eq!((next.seq, first.seq.next()), (desk.head(), desk.head()));
    assert!(folds.get(&*desk.readers, &IncidentId::from_bytes([9; 16])).unwrap().is_none());
}

#[test]
fn while_one_incident_is_worked_out_others_are_read() {
    let desk = Desk::opened();
    let folds = Arc::new(ReadFolds::after(desk.writer.recent(), false));
    let (elsewhere, readers, id) = (Arc::clone(&folds), desk.readers.clone(), desk.incident);
    let (sender, read) = mpsc::channel();
    folds.held(&IncidentId::from_bytes([9; 16]), || {
        let reader = std::thread::spawn(move || sender.send(elsewhere.get(&*readers, &id).unwrap().is_some()).unwrap());
        assert_eq!(read.recv_timeout(Duration::from_secs(30)), Ok(true), "it waited for the other");
        reader.join().unwrap();
    });
}
