use super::*;

const COLUMNS: &str = "place, revision, incident, seq, recorded_at, envelope, payload, salt, commitment, hash";

/// Tries each statement on a raw connection, with and without the pragma that a raw connection lacks.
#[track_caller]
fn refused(home: &Home, statements: &[String]) {
    for pragma in ["ON", "OFF"] {
        let raw = home.raw();
        raw.pragma_update(None, "recursive_triggers", pragma).unwrap();
        for statement in statements {
            let err = raw.execute(statement, []).unwrap_err().to_string();
            assert!(err.contains("append-only") || err.contains("answered once"), "{statement}: {err}");
        }
    }
}

#[test]
fn an_entry_cannot_be_changed_deleted_or_replaced_by_anybody() {
    let (home, mut rosebank) = (Home::new(), record(1));
    let mut store = home.open();
    store.commit(&[rosebank.says(&["opened", "31 residents", "closed"]).write()]).unwrap();
    let before = all(&store.readers());

    refused(
        &home,
        &[
            "UPDATE entry SET payload = '{}' WHERE seq = 2".to_owned(),
            "UPDATE OR REPLACE entry SET seq = 1 WHERE seq = 2".to_owned(),
            "DELETE FROM entry WHERE seq = 2".to_owned(),
            "DELETE FROM entry".to_owned(),
            format!("INSERT OR REPLACE INTO entry ({COLUMNS}) SELECT {COLUMNS} FROM entry WHERE seq = 2"),
            format!("REPLACE INTO entry ({COLUMNS}) SELECT {COLUMNS} FROM entry WHERE seq = 2"),
            format!("REPLACE INTO entry ({COLUMNS}) SELECT 4, {} FROM entry WHERE seq = 2", &COLUMNS[7..]),
            format!(
                "REPLACE INTO entry ({COLUMNS}) SELECT 2, 1, incident, 4, {} FROM entry WHERE seq = 2",
                &COLUMNS[32..]
            ),
            format!(
                "INSERT INTO entry ({COLUMNS}) SELECT {COLUMNS} FROM entry WHERE seq = 2
                 ON CONFLICT DO UPDATE SET payload = '{{}}'"
            ),
            format!("INSERT OR IGNORE INTO entry ({COLUMNS}) SELECT {COLUMNS} FROM entry WHERE seq = 2"),
        ],
    );
    assert_eq!(all(&store.readers()), before);
    assert_eq!(store.readers().verify(&rosebank.incident).unwrap().entries, 3);
}

#[test]
fn an_entry_cannot_be_put_in_leaving_a_gap() {
    let (home, mut rosebank) = (Home::new(), record(1));
    home.open().commit(&[rosebank.says(&["opened"]).write()]).unwrap();
    let gap = |place, revision, seq| {
        let rest = &COLUMNS[32..];
        format!("INSERT INTO entry ({COLUMNS}) SELECT {place}, {revision}, incident, {seq}, {rest} FROM entry")
    };
    refused(&home, &[gap(3, 2, 2), gap(2, 3, 2), gap(2, 2, 3), gap(2, 0, 2), gap(-1, 2, 2)]);
    let raw = home.raw();
    assert_eq!(raw.execute(&gap(2, 2, 2), []).unwrap(), 1, "the same without the gap is put in");
}

#[test]
fn an_answered_request_cannot_be_changed_deleted_or_replaced() {
    let (home, mut rosebank) = (Home::new(), record(1));
    home.open().commit(&[rosebank.says(&["opened"]).asked_by("council", "r1").write()]).unwrap();
    refused(
        &home,
        &[
            "UPDATE request SET last = 9".to_owned(),
            "DELETE FROM request".to_owned(),
            "REPLACE INTO request SELECT * FROM request".to_owned(),
            "INSERT OR REPLACE INTO request SELECT * FROM request".to_owned(),
        ],
    );
}

#[test]
fn a_change_of_settings_cannot_be_changed_deleted_or_replaced() {
    let home = Home::new();
    let change = |request: &str| Write::SettingsChange(settings_change("council", "transport", 1, request));
    let (digest, text) = (Hash([1; 32]), "{}".to_owned());
    home.open().commit(&[Write::Settings { digest, text }, change("r1"), change("r2")]).unwrap();
    let columns = "agency, rule_set, settings, at, system, because, request, body, outcome";
    refused(
        &home,
        &[
            "UPDATE settings_change SET because = 'none'".to_owned(),
            "DELETE FROM settings_change".to_owned(),
            "REPLACE INTO settings_change SELECT * FROM settings_change".to_owned(),
            format!("INSERT INTO settings_change (number, {columns}) SELECT 9, {columns} FROM settings_change"),
            format!("REPLACE INTO settings_change (number, {columns}) SELECT 3, {columns} FROM settings_change"),
        ],
    );
}

#[test]
fn one_statement_in_the_sources_inserts_an_entry_and_none_changes_one() {
    let mut inserts = 0;
    for file in std::fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/src")).unwrap() {
        let path = file.unwrap().path();
        if path.is_dir() {
            continue; // These tests.
        }
        let source = std::fs::read_to_string(&path).unwrap();
        let text = source.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase();
        inserts += text.matches("insert into entry").count();
        for never in ["replace into", "update entry", "delete from entry", "drop table", "drop trigger", "alter table"]
        {
            assert!(!text.contains(never), "{}: {never}", path.display());
        }
    }
    assert_eq!(inserts, 1);
}
