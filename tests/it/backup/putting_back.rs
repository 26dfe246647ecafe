//! Putting a backup in place: never over anything, and nobody goes on from what was lost as if it were there.

use super::*;

/// Takes the store away, as a broken disk does.
fn lose(home: &Home) {
    for ending in ["", "-wal", "-shm"] {
        let mut name = home.config.data.as_os_str().to_owned();
        name.push(ending);
        let lost = PathBuf::from(name);
        if lost.exists() {
            std::fs::rename(&lost, home.path(&format!("lost.db{ending}"))).unwrap();
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_resume_from_behind_a_backup_is_refused_however_far_the_restored_store_has_grown() {
    let home = Home::new();
    let house = home.open().await;
    let (council, _, incident) = house.rosebank().await;
    let noted = |text: &str| request(&incident, options(), [note(text)]);
    let resume = |answer: v1::AppendResponse| answer.result.unwrap().resume;
    let early = resume(council.appends(noted("kept")).await.unwrap());
    let held = backed_up(&home, "good.db");
    let ahead = resume(council.appends(noted("lost")).await.unwrap());
    house.close().await;
    lose(&home);
    let (looked, generation) = restoring::restore(&held.path, &home.config.data, &Asked::default()).unwrap();
    assert_eq!((looked.report.findings, generation.unwrap().after), (vec![], held.last_revision));

    let house = home.open().await;
    let council = house.client(COUNCIL).await;
    let from = |resume: &prost::bytes::Bytes| v1::WatchRequest { resume_from: resume.clone(), ..watch_one(&incident) };
    for grown in [0, 5] {
        for number in 0..grown {
            council.notes(&incident, &format!("instead {number}")).await;
        }
        let status = refused(first_word(&council, from(&ahead)).await, Code::OutOfRange, "REVISION_COMPACTED");
        let metadata = tonic_types::StatusExt::get_details_error_info(&status).unwrap().metadata;
        assert_eq!(metadata["last_shared_revision"], held.last_revision.to_string());
    }
    // Whoever had not come further than the backup goes on as if nothing had been, and is told what stands there now.
    let mut watch = council.watches(from(&early)).await.unwrap();
    let commit = watch.commit().await;
    assert_eq!(crate::participant::text_of(&commit.entries[0]).as_deref(), Some("instead 0"));
    let later = watch.resume.clone();
    let mut watch = council.watches(from(&later)).await.unwrap();
    assert_eq!(crate::participant::text_of(&watch.commit().await.entries[0]).as_deref(), Some("instead 1"));
    house.close().await;

    // Put back once more from the same backup: what the second generation gave is of no use either.
    lose(&home);
    restoring::restore(&held.path, &home.config.data, &Asked::default()).unwrap();
    let house = home.open().await;
    let council = house.client(COUNCIL).await;
    for number in 0..9 {
        council.notes(&incident, &format!("third {number}")).await;
    }
    for lost in [&ahead, &later] {
        refused(first_word(&council, from(lost)).await, Code::OutOfRange, "REVISION_COMPACTED");
    }
    assert!(first_word(&council, from(&early)).await.is_ok());
    house.close().await;
    let told = verifying::file(&home.config.data, &Against::default()).unwrap().told;
    assert!(told.iter().any(|line| line.starts_with("put back on ")), "{told:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_restored_over_a_store_its_log_or_the_place_of_another_store() {
    let home = Home::new();
    written(&home, 5).await;
    let held = backed_up(&home, "good.db");
    let restored = |to: &Path| restoring::restore(&held.path, to, &Asked::default());
    let why = |to: &Path| restored(to).unwrap_err().downcast::<RestoreError>().unwrap();
    let before = std::fs::read(&home.config.data).unwrap();
    assert!(matches!(why(&home.config.data), RestoreError::Occupied { .. }));
    assert_eq!(std::fs::read(&home.config.data).unwrap(), before);

    lose(&home);
    let log = home.put("muster.db-wal", "what may be the newest entries");
    assert!(matches!(why(&home.config.data), RestoreError::Leftover { .. }));
    assert!(log.exists() && !home.config.data.exists());
    std::fs::remove_file(&log).unwrap();

    let other = Home::new();
    written(&other, 1).await;
    lose(&other);
    assert!(matches!(why(&other.config.data), RestoreError::OtherStore { .. }));
    assert!(!other.config.data.exists());

    assert!(restored(&home.config.data).unwrap().1.is_some());
    assert!(matches!(why(&home.config.data), RestoreError::Occupied { .. }));
    let left: Vec<String> = names(home.path("x").parent().unwrap());
    assert!(left.iter().all(|name| !name.contains(".unfinished-")), "{left:?}");
    drop(Store::open(&home.config.data, [0; 16]).unwrap());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_drill_says_what_partners_saw_that_the_backup_lacks_and_who_was_erased_since() {
    let home = Home::new();
    let house = home.open().await;
    let (council, _, incident) = house.rosebank().await;
    council.does(&incident, [registered(), registered()]).await;
    let ada = || {
        let mut ada = v1::PersonIdentity::default();
        "Ada".clone_into(&mut ada.name);
        ada
    };
    for person in [1, 2] {
        council.seals(seal(&incident, person, ada())).await.unwrap();
    }
    witnessed(&house, &home.path("early"), &incident).await.unwrap();
    let held = backed_up(&home, "good.db");
    council.erases(erase(&incident, 2)).await.unwrap();
    let last = council.notes(&incident, "the last that a partner saw").await;
    witnessed(&house, &home.path("witness"), &incident).await.unwrap();
    house.close().await;

    let kept = |name: &str| Against::read(Some(&home.path(name)), None).unwrap();
    let asked = Asked {
        kept: vec![kept("early"), kept("witness")],
        digest: Some(held.digest.clone()),
        key_file: Some(home.path("people.keys")),
        newer: Some(home.config.data.clone()),
    };
    let looked = drilled(&held.path, &asked).await;
    assert_eq!((&looked.report.findings, &looked.report.unchecked), (&vec![], &Vec::new()), "{looked:?}");
    assert_eq!(looked.would_lose(), last - held.entries);
    let erased: Vec<String> = looked.erased_since.iter().map(|erased| erased.gone.to_string()).collect();
    assert_eq!(erased, ["person 2"]);

    let typed = |more: &[&str]| {
        let witness = home.path("witness");
        let words = [&["restore", path(&held.path), "--drill", "--checkpoint", path(&witness)], more].concat();
        let ended = muster(&words).output().unwrap();
        let text = [ended.stdout, ended.stderr].concat();
        (ended.status.success(), String::from_utf8(text).unwrap())
    };
    let (well, text) = typed(&[]);
    assert!(
        !well && text.contains("WOULD BE LOST: 2 entries") && text.contains("2 entries that partners saw"),
        "{text}"
    );
    let (well, text) = typed(&["--may-lose", "2"]);
    assert!(well && text.contains("would do"), "{text}");
    let (_, text) = typed(&["--newer", path(&home.config.data)]);
    assert!(text.contains(&format!("ERASE AGAIN: person 2 of incident {incident}")), "{text}");
    // Without the right keys nobody can be named again, and a drill says so before it is needed.
    let others = home.path("others.keys");
    muster::key_file::make(&others).unwrap();
    let (well, text) = typed(&["--may-lose", "2", "--key-file", path(&others)]);
    assert!(!well && text.contains("it lacks the key "), "{text}");
}
