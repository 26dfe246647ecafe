//! The order of entries, within a record and over all of them.

use muster_record::ids::Seq;
use muster_store::{Revision, Write};

use crate::Home;
use crate::scene::{Told as _, all, record};

pub fn each_append_of_a_group_gets_a_later_revision(home: &dyn Home) {
    let (mut rosebank, mut elmtree) = (record(1), record(2));
    let mut store = home.open();
    assert_eq!(store.last_revision(), Revision(0));
    let group = [
        rosebank.says(&["opened", "31 residents"]).write(),
        Write::Settings { digest: muster_record::entry::Hash::of(b"s"), text: "{}".to_owned() },
        elmtree.says(&["opened"]).write(),
        rosebank.says(&["CQC suspended registration"]).write(),
    ];
    let mut given = store.commit(&group).unwrap();
    given.extend(store.commit(&[elmtree.says(&["nursing"]).write()]).unwrap());
    assert_eq!(given.len(), 4);
    assert!(given.is_sorted() && given[0] > Revision(0), "{given:?}");
    assert_eq!(store.last_revision(), given[3]);
    assert_eq!(store.readers().last_revision().unwrap(), given[3]);

    let told: Vec<_> = all(store.as_ref()).iter().map(|it| (it.revision, it.sealed.seq.0)).collect();
    assert_eq!(told, [(given[0], 1), (given[0], 2), (given[1], 1), (given[2], 3), (given[3], 2)]);
}

pub fn reading_on_never_splits_a_change_set(home: &dyn Home) {
    let (mut rosebank, mut elmtree) = (record(1), record(2));
    let mut store = home.open();
    let group = [
        rosebank.says(&["a", "b", "c"]).write(),
        elmtree.says(&["a"]).write(),
        rosebank.says(&["d", "e"]).write(),
        elmtree.says(&["b"]).write(),
    ];
    let given = store.commit(&group).unwrap();
    let readers = store.readers();
    let told = all(store.as_ref());
    assert_eq!(told.len(), 7);

    let lengths = |after, limit| readers.since(after, limit).unwrap().len();
    assert_eq!([0, 1, 2, 3, 4, 5, 6, 7, 99].map(|limit| lengths(Revision(0), limit)), [0, 3, 3, 3, 4, 6, 6, 7, 7]);
    assert_eq!([0, 1, 2, 3].map(|place| lengths(given[place], 2)), [3, 2, 1, 0]);
    for limit in 1..=8 {
        let (mut seen, mut after) = (Vec::new(), Revision(0));
        loop {
            let more = readers.since(after, limit).unwrap();
            let Some(last) = more.last() else { break };
            after = last.revision;
            seen.extend(more);
        }
        assert_eq!(seen, told, "in steps of {limit}");
    }
}

pub fn a_record_is_read_in_order_from_any_place(home: &dyn Home) {
    let (mut rosebank, mut elmtree) = (record(1), record(2));
    let mut store = home.open();
    for _ in 0..3 {
        store.commit(&[rosebank.says(&["a", "b"]).write(), elmtree.says(&["x"]).write()]).unwrap();
    }
    let readers = store.readers();
    let read = |after, limit| -> Vec<u64> {
        let entries = readers.entries(&rosebank.incident, Seq(after), limit).unwrap();
        entries.iter().map(|it| it.sealed.seq.0).collect()
    };
    assert_eq!(read(0, 99), [1, 2, 3, 4, 5, 6]);
    assert_eq!(read(2, 3), [3, 4, 5]);
    assert_eq!(read(6, 3), [0; 0]);
    assert_eq!(readers.entries(&record(9).incident, Seq(0), 9).unwrap(), []);
}

pub fn a_commit_is_read_as_soon_as_it_is_acknowledged(home: &dyn Home) {
    let mut rosebank = record(1);
    let mut store = home.open();
    store.commit(&[rosebank.says(&["opened"]).write()]).unwrap();
    let (readers, incident) = (store.readers(), rosebank.incident.clone());
    let (acked, acks) = std::sync::mpsc::channel::<(Seq, Revision)>();
    let reader = std::thread::spawn(move || {
        for (seq, revision) in acks {
            assert!(readers.head(&incident).unwrap().unwrap().seq >= seq);
            assert!(readers.last_revision().unwrap() >= revision);
        }
        readers.verify(&incident).unwrap().entries
    });
    for _ in 0..20 {
        let given = store.commit(&[rosebank.says(&["more"]).write()]).unwrap();
        acked.send((rosebank.seq, given[0])).unwrap();
        store.checkpoint_if_idle();
    }
    drop(acked);
    assert_eq!(reader.join().unwrap(), 21);
}

pub fn the_hashes_of_a_record_are_those_of_its_entries(home: &dyn Home) {
    let mut rosebank = record(1);
    let mut store = home.open();
    store.commit(&[rosebank.says(&["a", "b"]).write(), rosebank.says(&["c"]).write()]).unwrap();
    let readers = store.readers();
    let stored = readers.entries(&rosebank.incident, Seq(0), 9).unwrap();
    let hashes: Vec<_> = stored.iter().map(|it| it.sealed.hash).collect();
    assert_eq!(readers.hashes(&rosebank.incident, 9).unwrap(), hashes);
    assert_eq!(readers.hashes(&rosebank.incident, 2).unwrap(), hashes[..2]);
    assert_eq!(readers.head(&rosebank.incident).unwrap().unwrap().hash, hashes[2]);
}
