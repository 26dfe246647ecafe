//! The end of what is known of a person: given to them, erased, kept no longer than its time.

use super::*;

#[tokio::test(flavor = "multi_thread")]
async fn erasing_leaves_a_tombstone_and_every_entry_as_it_was() {
    let home = Home::new();
    let house = home.open().await;
    let (council, icb, incident) = rosebank(&house).await;
    council.seals(seal(&incident, 1, ada())).await.unwrap();
    icb.asks_who(&incident, 1).await.unwrap();
    let before = council.reads(&incident).await;
    let mut telling = erase(&incident, 1);
    telling.because = "she rang from 024 7600 0000".to_owned();
    refused(council.erases(telling).await, Code::InvalidArgument, "INVALID_FIELD");
    council.erases(erase(&incident, 1)).await.unwrap();
    let after = council.reads(&incident).await;
    assert_eq!(after[..before.len()], before, "no entry changed");
    let Some(Body::PersonIdentityErased(tombstone)) = &after.last().unwrap().body else { panic!() };
    assert_eq!((tombstone.person, tombstone.version, tombstone.by.as_str()), (1, 1, "Caldicott guardian"));
    assert_eq!(tombstone.basis(), v1::Basis::NoLongerNeeded);
    assert_eq!(tombstone.because, "the home is closed and all are settled");
    for participant in [&council, &icb] {
        refused(participant.asks_who(&incident, 1).await, Code::FailedPrecondition, "IDENTITY_ERASED");
        refused(participant.seals(seal(&incident, 1, ada())).await, Code::FailedPrecondition, "IDENTITY_ERASED");
    }
    refused(council.erases(erase(&incident, 1)).await, Code::FailedPrecondition, "IDENTITY_ERASED");
    let looked = council.who_looked(&incident, 1).await.unwrap();
    assert_eq!(looked[0], "1 qwu READ_IDENTITY [1] served", "who looked is kept");
    let raw = rusqlite::Connection::open(&home.config.data).unwrap();
    for table in ["person_key", "sealed_person"] {
        let rows: i64 = raw.query_row(&format!("SELECT count(*) FROM {table}"), [], |row| row.get(0)).unwrap();
        assert_eq!(rows, 0, "{table}");
    }
    drop(raw);
    house.close().await;
    let store = Store::open(&home.config.data, [0; 16]).unwrap();
    let entries = store.readers().verify(&incident.parse().unwrap()).unwrap().entries;
    assert_eq!(entries, u64::try_from(after.len()).unwrap());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_subject_is_given_all_that_is_held_of_them_and_who_looked() {
    let home = Home::new();
    let house = home.open().await;
    let (council, icb, incident) = rosebank(&house).await;
    council.does(&incident, [registered()]).await;
    council.seals(seal(&incident, 1, ada())).await.unwrap();
    icb.asks_who(&incident, 1).await.unwrap();
    icb.asks_who(&incident, 2).await.unwrap_err();
    let export = council.exports(&incident, 1).await.unwrap();
    assert_eq!(export.identity.unwrap().name, "Ada Lovelace");
    let told: Vec<&str> = export.entries.iter().map(|entry| entry.told.as_str()).collect();
    let expected = [
        "person 1 registered: council-full, walks, no particular needs",
        "who person 1 is was written down, sealed (version 1)",
    ];
    assert_eq!(told, expected);
    assert_eq!(export.to_decide, Vec::<u64>::new());
    let looked: Vec<String> = export.looked.iter().map(super::told).collect();
    assert_eq!(looked, ["1 qwu READ_IDENTITY [1] served", "3 e08000026 EXPORT_SUBJECT [1] served"]);
    assert_eq!(export.looked[1].entries, export.entries.iter().map(|entry| entry.seq).collect::<Vec<_>>());
    council.erases(erase(&incident, 1)).await.unwrap();
    let export = council.exports(&incident, 1).await.unwrap();
    assert_eq!(
        (export.identity, export.entries.len(), export.looked.len()),
        (None, 3, 3),
        "what is left is theirs too"
    );
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_kept_beyond_its_time_is_erased_when_the_lead_says_so_and_not_before() {
    let home = Home::new();
    let house = home.open().await;
    let (council, _, incident) = rosebank(&house).await;
    council.does(&incident, [registered()]).await;
    for person in [1, 2] {
        council.seals(seal(&incident, person, ada())).await.unwrap();
    }
    assert_eq!(council.expires(&incident, false).await.unwrap(), v1::ExpireIdentitiesResponse::default(), "open");
    council.winds_up(&incident).await;
    let early = council.expires(&incident, false).await.unwrap();
    assert_eq!((early.result, early.people), (None, vec![]));
    assert_eq!(muster_proto::time::tell(early.due.as_ref()), "2032-03-04T09:00:00.000Z");
    house.later(TimeDelta::days(8 * 365 + 1));
    assert_eq!(council.expires(&incident, false).await.unwrap().people, Vec::<u32>::new(), "a day early");
    house.later(TimeDelta::days(1));
    assert_eq!(council.expires(&incident, true).await.unwrap().people, [1, 2]);
    council.asks_who(&incident, 1).await.unwrap();
    assert_eq!(council.expires(&incident, false).await.unwrap().people, [1, 2]);
    assert_eq!(council.expires(&incident, false).await.unwrap().people, Vec::<u32>::new());
    refused(council.asks_who(&incident, 1).await, Code::FailedPrecondition, "IDENTITY_ERASED");
    let last = council.reads(&incident).await.pop().unwrap();
    assert_eq!(
        last.told,
        "who person 2 is was erased (retention-ended; decided by the retention rule): retention period ended"
    );
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn all_that_is_held_of_one_person_alone_is_erased_and_the_record_goes_on_without_it() {
    let home = Home::new();
    let house = home.open().await;
    let (council, icb, incident) = rosebank(&house).await;
    council.does(&incident, [registered(), registered()]).await;
    council.seals(seal(&incident, 2, ada())).await.unwrap();
    let before = council.reads(&incident).await;
    let place = before.iter().position(|entry| entry.told.starts_with("person 2 registered")).unwrap();

    let everything = v1::ErasureExtent::Everything.into();
    council.erases(v1::EraseIdentityRequest { extent: everything, ..erase(&incident, 2) }).await.unwrap();
    let after = council.reads(&incident).await;
    let told: Vec<&str> = after[before.len()..].iter().map(|entry| entry.told.as_str()).collect();
    let seq = before[place].seq;
    assert!(told[0].starts_with("who person 2 is was erased"), "{told:?}");
    assert!(told[1].starts_with(&format!("what 1 entry said was erased ({seq};")), "{told:?}");
    for (was, is) in before.iter().zip(&after) {
        if was.seq == seq {
            assert!(matches!(is.body, Some(Body::Withheld(_))), "a stub to everybody: {is:?}");
            assert_eq!((&is.hash, &is.commitment, &is.told), (&was.hash, &was.commitment, &String::new()));
        } else {
            assert_eq!(was, is, "no other entry changed");
        }
    }
    let why = v1::ExplainAccessRequest { incident_id: incident.clone(), seq };
    let why = council.client.records.clone().explain_access(why).await.unwrap().into_inner();
    assert!(!why.visible && why.because.contains("was erased"), "{why:?}");
    refused(icb.asks_who(&incident, 2).await, Code::NotFound, "RESOURCE_NOT_FOUND");
    council.does(&incident, [registered()]).await;
    let last = council.reads(&incident).await.pop().unwrap();
    assert!(last.told.starts_with("person 4 registered"), "a number is never given to somebody else: {}", last.told);
    refused(icb.erases(erase(&incident, 1)).await, Code::PermissionDenied, "NOT_LEAD");

    // It is so after a restart too, when everything is worked out from what is left.
    house.close().await;
    let house = home.open().await;
    let council = house.client(COUNCIL).await;
    let again = council.reads(&incident).await;
    assert_eq!(again[..after.len()], after);
    let report = crate::seeing::report(&council, &incident).await;
    let report = format!("{report:?}");
    assert!(report.contains("3 people"), "{report}");
    house.close().await;
    let verified = home.kept().verify(&incident.parse().unwrap()).unwrap();
    assert_eq!((verified.erased, verified.locked), (1, 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_entries_of_a_class_say_is_erased_when_the_years_of_the_class_are_over() {
    let mut home = Home::new();
    home.config.retention.in_use_years.personal = Some(2);
    let house = home.open().await;
    let (council, _, incident) = rosebank(&house).await;
    council.seals(seal(&incident, 1, ada())).await.unwrap();
    council.winds_up(&incident).await;
    house.later(TimeDelta::days(729));
    assert_eq!(council.expires(&incident, false).await.unwrap().entries, Vec::<u64>::new());
    house.later(TimeDelta::days(2));
    let would = council.expires(&incident, true).await.unwrap();
    assert_eq!((would.people, would.entries.len()), (vec![], 1));
    let raw = rusqlite::Connection::open(&home.config.data).unwrap();
    let rows = || raw.query_row("SELECT count(*) FROM sealed_payload", [], |row| row.get::<_, i64>(0)).unwrap();
    let before = rows();
    assert_eq!(council.expires(&incident, false).await.unwrap().entries, would.entries);
    assert_eq!(rows(), before - 1, "beyond use is deletion here");
    assert_eq!(council.expires(&incident, false).await.unwrap().entries, Vec::<u64>::new());
    // Who they are has a time of its own, and is erased then although the record knows no such person any more.
    house.later(TimeDelta::days(8 * 365));
    assert_eq!(council.expires(&incident, false).await.unwrap().people, [1]);
    drop(raw);
    house.close().await;
}
