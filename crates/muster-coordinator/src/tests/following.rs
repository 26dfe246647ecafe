//! What other servers wrote, in the memory that is shown to those who follow here.

use super::recent::{stored, told};
use super::*;
use crate::coordinator::Viewing;
use crate::recent::{Commit, Form, ROOM, Recent};
use muster_record::visible::Reader;
use muster_store::Revision;

#[test]
fn numbers_that_are_nobodys_are_no_gap() {
    let all = stored(&super::recent::busy());
    let recent = Recent::behind(Revision(0), ROOM);
    // Of six numbers the second, the third and the last are nobody's: their transactions were rolled back.
    recent.follow(Revision(0), vec![all[0].clone()], Revision(3));
    recent.follow(Revision(3), vec![all[3].clone(), all[4].clone()], Revision(6));
    let seen = [all[0].clone(), all[3].clone(), all[4].clone()];
    for (after, known) in [(0, 0), (1, 1), (2, 1), (3, 1), (4, 2), (5, 3), (6, 3), (9, 3)] {
        assert_eq!(told(&recent.since(Revision(after), 99).unwrap()), told(&seen[known..]), "after {after}");
    }
    let incident = all[0].incident().clone();
    let stretch = recent.of(&incident, Seq(0), Revision(0), 99).unwrap();
    assert_eq!((stretch.commits.len(), stretch.until), (3, Revision(6)), "all is looked at, to the end");
    let first = recent.of(&incident, Seq(0), Revision(0), 1).unwrap();
    assert_eq!((first.commits.len(), first.until), (1, Revision(1)), "and no further than was asked for");
    assert_eq!(recent.last(), Some(Revision(6)));
    // What was passed over is in the store alone.
    recent.follow(Revision(9), Vec::new(), Revision(9));
    assert!(recent.since(Revision(6), 99).is_none());
}

#[test]
fn what_was_erased_on_another_server_is_forgotten_here_when_its_tombstone_comes() {
    let mut desk = sealed_entries::desk();
    let whole = desk.loaded();
    let access = whole.access(&Reader::of(council()), whole.recorded_at);
    let viewing = Viewing { access, at: whole.recorded_at, exercise: true };
    let before = stored(&desk);
    let last = before.last().unwrap().revision();
    let here = Recent::behind(Revision(0), ROOM);
    here.follow(Revision(0), before, last);
    let held = here.since(Revision(0), 99).unwrap();
    let second =
        held.iter().filter(|commit| commit.entries()[0].sealed().payload().is_some_and(|it| it.contains("stretcher")));
    let second = second.clone().nth(1).unwrap();
    assert_eq!(second.entries()[0].form(&viewing).unwrap(), Form::Whole);

    // The other server's writer, of which this memory knows nothing.
    let job = desk.erases("erase", 2);
    desk.run(vec![job]).remove(0).unwrap();
    let since = Commit::all_of(desk.readers.since(last, 99).unwrap());
    let until = since.last().unwrap().revision();
    here.follow(last, since, until);

    assert_eq!(second.entries()[0].form(&viewing).unwrap(), Form::Stub);
    assert!(here.since(Revision(second.revision().0 - 1), 99).is_none(), "whoever comes later reads the store");
}
