use super::*;

fn kept(digest: u8) -> Write {
    Write::Settings { digest: Hash([digest; 32]), text: format!("{{\"version\":{digest}}}") }
}

#[test]
fn the_newest_change_of_an_agency_is_in_force_also_after_a_restart() {
    let home = Home::new();
    let changes = [
        settings_change("council", "transport", 1, "r1"),
        settings_change("solihull", "transport", 2, "r1"),
        settings_change("council", "staffing", 2, "r2"),
        settings_change("council", "transport", 3, "r3"),
    ];
    let mut store = home.open();
    store.commit(&[kept(1), kept(2), kept(3)]).unwrap();
    for change in &changes {
        assert_eq!(store.commit(&[Write::SettingsChange(change.clone())]).unwrap(), []);
    }
    drop(store);
    let readers = home.open().readers();
    let in_force =
        |who: &str, rule_set: &str| readers.settings_in_force(&agency(who), &rule_set.parse().unwrap()).unwrap();
    assert_eq!(in_force("council", "transport").as_ref(), Some(&changes[3]));
    assert_eq!(in_force("solihull", "transport").as_ref(), Some(&changes[1]));
    assert_eq!(in_force("council", "staffing").as_ref(), Some(&changes[2]));
    assert_eq!(in_force("solihull", "staffing"), None);
    let asked = |who: &str, id: &str| readers.settings_asked(&agency(who), &request_id(id)).unwrap();
    assert_eq!(asked("council", "r1").as_ref(), Some(&changes[0]));
    assert_eq!(asked("solihull", "r3"), None);
}

#[test]
fn a_change_and_the_entries_that_come_of_it_are_written_together_or_not_at_all() {
    let (home, mut rosebank, mut elm_court) = (Home::new(), record(1), record(2));
    let mut store = home.open();
    store.commit(&[rosebank.says(&["opened"]).write(), elm_court.says(&["opened"]).write()]).unwrap();
    let before = all(&store.readers());
    let mut gone = elm_court.clone();
    gone.seq = Seq(7);
    let change = Write::SettingsChange(settings_change("council", "transport", 1, "r1"));
    let group = [kept(1), rosebank.clone().says(&["changed"]).write(), gone.says(&["changed"]).write(), change.clone()];
    store.commit(&group).unwrap_err();
    assert_eq!(all(&store.readers()), before);
    assert_eq!(store.readers().settings_asked(&agency("council"), &request_id("r1")).unwrap(), None);

    let group = [kept(1), rosebank.says(&["changed"]).write(), elm_court.says(&["changed"]).write(), change.clone()];
    store.commit(&group).unwrap();
    assert_eq!(all(&store.readers()).len(), 4);
    store.commit(&[change]).unwrap_err();
}

#[test]
fn settings_that_are_not_kept_are_in_force_nowhere() {
    let home = Home::new();
    let change = Write::SettingsChange(settings_change("council", "transport", 1, "r1"));
    home.open().commit(&[change]).unwrap_err();
}

#[test]
fn a_store_of_the_first_version_is_brought_up_to_date_with_its_records() {
    let home = Home::new();
    let mut rosebank = record(1);
    home.open().commit(&[rosebank.says(&["opened"]).write()]).unwrap();
    let raw = home.raw();
    raw.execute_batch(
        "DROP TABLE dispatch; DROP TABLE webhook_dead; DROP TABLE webhook_progress; DROP TABLE webhook;
         DROP TABLE settings_change; DROP TABLE register_row; DROP TABLE register_import;
         DROP TABLE sealed_person; DROP TABLE person_key; DROP TABLE audit;
         DROP TABLE shadow_look; DROP TABLE install_envelope; DROP TABLE install_terms;
         DROP TABLE install_end; DROP TABLE install;
         DROP TABLE sealed_snapshot; DROP TABLE sealed_payload; DROP TABLE generation; PRAGMA user_version = 1",
    )
    .unwrap();
    drop(raw);
    let mut store = home.open();
    assert_eq!(all(&store.readers()).len(), 1);
    store.commit(&[kept(1), Write::SettingsChange(settings_change("council", "transport", 1, "r1"))]).unwrap();
}
