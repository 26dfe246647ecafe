use super::*;
use crate::{CommitError, OpenError};

#[test]
fn each_append_of_a_group_gets_the_next_revision() {
    let (home, mut rosebank, mut elmtree) = (Home::new(), record(1), record(2));
    let mut store = home.open();
    assert_eq!(store.last_revision(), Revision(0));
    let group = [
        rosebank.says(&["opened", "31 residents"]).write(),
        Write::Settings { digest: Hash::of(b"s"), text: "{}".to_owned() },
        elmtree.says(&["opened"]).write(),
        rosebank.says(&["CQC suspended registration"]).write(),
    ];
    assert_eq!(store.commit(&group).unwrap(), [1, 2, 3].map(Revision));
    assert_eq!(store.commit(&[elmtree.says(&["nursing"]).write()]).unwrap(), [Revision(4)]);
    assert_eq!(store.commit(&[]).unwrap(), []);
    assert_eq!(store.last_revision(), Revision(4));

    let told: Vec<_> = all(&store.readers()).iter().map(|it| (it.revision.0, it.sealed.seq.0)).collect();
    assert_eq!(told, [(1, 1), (1, 2), (2, 1), (3, 3), (4, 2)]);
}

/// Commits a group whose last append is at fault, and expects nothing of it on the record.
#[track_caller]
fn nothing_of(faulty: Append) -> CommitError {
    let (home, mut rosebank, mut elmtree) = (Home::new(), record(1), record(2));
    let mut store = home.open();
    store.commit(&[rosebank.says(&["opened"]).asked_by("council", "r1").write()]).unwrap();
    let before = all(&store.readers());

    let sound = elmtree.says(&["opened"]).seating(&["council"]).asked_by("council", "r2");
    let err = store.commit(&[sound.clone().write(), faulty.write()]).unwrap_err();
    let readers = store.readers();
    assert_eq!(all(&readers), before);
    assert_eq!(readers.head(&elmtree.incident).unwrap(), None);
    assert_eq!(readers.request(&agency("council"), &request_id("r2")).unwrap(), None);
    assert_eq!(readers.incidents_of(&agency("council"), None, 9).unwrap(), []);

    assert_eq!(store.commit(&[sound.write()]).unwrap(), [Revision(2)], "and the store goes on");
    err
}

fn opened() -> Record {
    let mut rosebank = record(1);
    rosebank.says(&["opened"]);
    rosebank
}

#[test]
fn an_append_that_does_not_follow_the_record_is_stale() {
    let behind = nothing_of(record(1).says(&["opened again"]));
    assert!(matches!(behind, CommitError::Stale { first: Seq(1), stored: Seq(1), .. }), "{behind}");

    let mut ahead = opened();
    ahead.says(&["never committed"]);
    let ahead = nothing_of(ahead.says(&["after it"]));
    assert!(matches!(ahead, CommitError::Stale { first: Seq(3), stored: Seq(1), .. }), "{ahead}");

    let mut fork = record(1);
    fork.says(&["opened otherwise"]);
    let fork = nothing_of(fork.says(&["after that"]));
    assert!(matches!(fork, CommitError::Stale { first: Seq(2), stored: Seq(1), .. }), "{fork}");
}

#[test]
fn an_append_at_odds_with_itself_is_not_written() {
    #[track_caller]
    fn check(fault: impl FnOnce(&mut Append), expect: &str) {
        let mut change = opened().says(&["31 residents", "4 out of area"]);
        fault(&mut change);
        let err = nothing_of(change);
        assert!(err.to_string().ends_with(expect), "{err}");
    }
    check(|change| change.entries.clear(), "a change set has no entry");
    check(|change| change.head.seq = Seq(9), "the head is not the last entry");
    check(|change| change.head.exercise = true, "a record is a rehearsal from its first entry or never");
    check(|change| change.entries[1].incident = record(9).incident, "an entry is of another incident");
    check(
        |change| super::payload(&mut change.entries[1]).push(' '),
        "entry 3: envelope or payload is not what was committed to",
    );
    check(
        |change| {
            change.entries[1].hash = Hash::NONE;
            change.head.hash = Hash::NONE;
        },
        "entry 3: its hash does not follow from entry 2",
    );
    check(|change| change.entries.insert(1, change.entries[0].clone()), "entry 2 stands where entry 3 should");
}

#[test]
fn a_request_id_is_used_once_by_an_agency_and_freely_by_another() {
    let err = nothing_of(opened().says(&["again"]).asked_by("council", "r1"));
    assert!(matches!(err, CommitError::Repeated { .. }), "{err}");

    let (home, mut rosebank) = (Home::new(), record(1));
    let mut store = home.open();
    let theirs = rosebank.says(&["opened"]).asked_by("council", "r1");
    let ours = rosebank.says(&["seen"]).asked_by("cqc", "r1");
    store.commit(&[theirs.clone().write(), ours.clone().write()]).unwrap();
    let readers = store.readers();
    let asked = |who| readers.request(&agency(who), &request_id("r1")).unwrap();
    assert_eq!(asked("council"), theirs.request.map(|request| (request, Revision(1))));
    assert_eq!(asked("cqc"), ours.request.map(|request| (request, Revision(2))));
    assert_eq!(asked("icb"), None);
}

#[test]
fn a_full_disk_leaves_nothing_half_written_and_commits_resume() {
    let (home, mut rosebank) = (Home::new(), record(1));
    let mut store = home.open();
    store.commit(&[rosebank.says(&["opened"]).write()]).unwrap();
    let before = all(&store.readers());

    store.connection().pragma_update(None, "max_page_count", 1).unwrap();
    let mut unwritten = rosebank.clone();
    let long = "x".repeat(100_000);
    let group = [unwritten.says(&["short"]).write(), unwritten.says(&[&long]).asked_by("council", "r1").write()];
    let err = store.commit(&group).unwrap_err();
    let source = std::error::Error::source(&err).unwrap().to_string();
    assert!(matches!(err, CommitError::Unknown(_)) && source.contains("full"), "{err}: {source}");
    assert_eq!(all(&store.readers()), before);

    assert_eq!(store.commit(&group).unwrap(), [2, 3].map(Revision), "there is space again");
    assert_eq!(store.readers().verify(&rosebank.incident).unwrap().entries, 3);
}

/// Sets it at the end, and when what comes before fails: others wait for it.
struct Done<'a>(&'a std::sync::atomic::AtomicBool);

impl Drop for Done<'_> {
    fn drop(&mut self) {
        self.0.store(true, std::sync::atomic::Ordering::Relaxed);
    }
}

#[test]
fn the_store_recovers_from_an_error_while_others_read() {
    let (home, mut rosebank) = (Home::new(), record(1));
    let mut store = home.open();
    store.commit(&[rosebank.says(&["opened"]).write()]).unwrap();
    let (incident, done) = (&rosebank.incident.clone(), &std::sync::atomic::AtomicBool::new(false));
    std::thread::scope(|scope| {
        for _ in 0..3 {
            let readers = store.readers();
            scope.spawn(move || {
                while !done.load(std::sync::atomic::Ordering::Relaxed) {
                    readers.verify(incident).unwrap();
                }
            });
        }
        let _done = Done(done);
        for _ in 0..20 {
            store.commit(&[record(1).says(&["opened again"]).write()]).unwrap_err();
            let more = rosebank.says(&["more"]).write();
            // Readers that never rest can keep the log from being emptied for as long as it is waited for: then nothing
            // is written, and the next try opens the file again.
            let tries = (0..20).find(|_| match store.commit(std::slice::from_ref(&more)) {
                Ok(_) => true,
                Err(CommitError::Unavailable(OpenError::Unsettled { .. })) => false,
                Err(other) => panic!("{other:?}"),
            });
            assert!(tries.is_some());
        }
    });
    assert_eq!(store.readers().verify(&rosebank.incident).unwrap().entries, 21);
}
