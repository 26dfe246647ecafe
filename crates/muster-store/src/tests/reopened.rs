use super::*;

/// A record of a few change sets, with the entries that each prefix of them has.
fn story() -> (Vec<Write>, Vec<usize>) {
    let (mut rosebank, mut elmtree) = (record(1), record(2));
    let long = "x".repeat(9_000);
    let changes = [
        rosebank.says(&["opened", "invited cqc"]).seating(&["council", "cqc"]).asked_by("council", "r1"),
        elmtree.says(&["opened"]).seating(&["council"]).asked_by("council", "r2"),
        rosebank.says(&[&long]).keeping("{}"),
        rosebank.says(&["a", "b", "c"]).asked_by("cqc", "r1"),
        elmtree.says(&["closed"]).closing().keeping("{}"),
    ];
    let mut ends = vec![0];
    ends.extend(changes.iter().scan(0, |sum, change| {
        *sum += change.entries.len();
        Some(*sum)
    }));
    (changes.map(Append::write).to_vec(), ends)
}

#[test]
fn reopening_after_each_change_set_reads_the_same() {
    let (home, (story, ends)) = (Home::new(), story());
    for (count, write) in story.iter().enumerate() {
        let mut store = home.open();
        let before = all(&store.readers());
        assert_eq!(before.len(), ends[count]);
        store.commit(std::slice::from_ref(write)).unwrap();
        let after = all(&store.readers());
        assert_eq!(after[..before.len()], before);
        drop(store);
        assert_eq!(all(&home.open().readers()), after);
    }
}

#[test]
fn the_log_cut_anywhere_leaves_whole_change_sets() {
    let (home, (story, ends)) = (Home::new(), story());
    let mut store = home.open();
    for write in &story {
        store.commit(std::slice::from_ref(write)).unwrap();
    }
    let told = all(&store.readers());
    let (file, log) = (home.bytes(), std::fs::read(home.beside("-wal")).unwrap());

    let mut seen = std::collections::BTreeSet::new();
    let frames = (32..=log.len()).step_by(4_096 + 24);
    for cut in frames.flat_map(|end| [end.saturating_sub(1), end, (end + 500).min(log.len())]) {
        let copy = Home::new();
        std::fs::write(copy.path(), &file).unwrap();
        std::fs::write(copy.beside("-wal"), &log[..cut]).unwrap();
        let mut store = copy.open();
        let (revision, left) = (store.last_revision(), all(&store.readers()));
        let whole = usize::try_from(revision.0).unwrap();
        assert_eq!(left[..], told[..ends[whole]], "cut at {cut}");
        for incident in store.readers().all_incidents(None, 9).unwrap() {
            store.readers().verify(&incident).unwrap();
        }
        store.commit(&story[whole..]).unwrap();
        assert_eq!(all(&store.readers()), told, "and the rest goes behind it");
        seen.insert(whole);
    }
    assert_eq!(seen, (0..=story.len()).collect(), "each change set was cut off once");
}

#[test]
fn what_is_beside_the_record_survives() {
    let (home, (story, _)) = (Home::new(), story());
    home.open().commit(&story).unwrap();
    let store = home.open();
    let readers = store.readers();

    let Write::Append(last) = &story[3] else { panic!("the fourth is an append") };
    let head = readers.head(&last.head.incident).unwrap().unwrap();
    assert_eq!((head.seq, head.hash, head.revision), (last.head.seq, last.head.hash, Revision(4)));
    assert_eq!((head.recorded_at, head.summary), (last.head.recorded_at, last.head.summary.clone()));
    assert!(!head.closed && !head.exercise);

    let Write::Append(third) = &story[2] else { panic!("the third is an append") };
    let readers_with_keys = readers.clone().opened_by(std::sync::Arc::new(payloads::Turned));
    let snapshot = readers_with_keys.snapshot(&third.head.incident).unwrap().unwrap();
    assert_eq!((snapshot.seq, snapshot.hash, snapshot.version), (third.head.seq, third.head.hash, 1));

    let request = readers.request(&agency("cqc"), &request_id("r1")).unwrap();
    assert_eq!(request, last.request.clone().map(|request| (request, Revision(4))));
}
