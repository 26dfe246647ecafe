//! `muster keys`, `person`, `people`, `audit` and `verify` as a person types them. The binary is this test binary, run
//! once more.

use std::path::Path;
use std::process::{Command, Output};

use muster_store::Store;
use tonic::Code;

use crate::home::{COUNCIL, Home, House};
use crate::participant::refused;
use crate::people::registered;
use crate::register_command::TYPED;

/// What was told, what was complained of, and whether it ended well.
pub(crate) struct Told {
    pub(crate) out: String,
    pub(crate) err: String,
    pub(crate) well: bool,
}

fn muster(words: &[&str]) -> Told {
    let Output { status, stdout, stderr } = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "register_command::a_child_does_what_was_typed", "--nocapture"])
        .env(TYPED, words.join("\t"))
        .output()
        .unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    Told { out: text(stdout), err: text(stderr), well: status.success() }
}

/// What comes of it when somebody types this, with no server to call.
pub(crate) async fn by_hand(words: &[&str]) -> Told {
    let words: Vec<String> = words.iter().map(|word| (*word).to_owned()).collect();
    let child = move || muster(&words.iter().map(String::as_str).collect::<Vec<_>>());
    tokio::task::spawn_blocking(child).await.unwrap()
}

/// What comes of it when the council types this.
pub(crate) async fn typed(home: &Home, house: &House<'_>, words: &[&str]) -> Told {
    let identity = home.authority.system(&COUNCIL.parse().unwrap(), muster::dev_certs::SYSTEM).unwrap();
    let certificate = home.put(&format!("{COUNCIL}.pem"), &identity.certificate);
    home.put(&format!("{COUNCIL}.key"), &identity.key);
    let folder = certificate.parent().unwrap().to_str().unwrap().to_owned();
    let server = house.serving.api().to_string();
    let whole = [words, &["--server", &server, "--certs", &folder, "--as", COUNCIL]].concat();
    let whole: Vec<String> = whole.into_iter().map(str::to_owned).collect();
    let child = move || muster(&whole.iter().map(String::as_str).collect::<Vec<_>>());
    tokio::task::spawn_blocking(child).await.unwrap()
}

fn path(path: &Path) -> &str {
    path.to_str().unwrap()
}

const ADA: &str = r#"{"name": "Ada Lovelace", "nhs_number": "943 476 5919", "date_of_birth": "1938-12-10",
    "next_of_kin": [{"name": "Byron", "relation": "son", "contacts": [{"what": "mobile", "value": "07700 900123"}]}]}"#;

#[tokio::test(flavor = "multi_thread")]
async fn a_person_is_sealed_shown_exported_and_erased_by_hand() {
    let home = Home::new();
    let house = home.open().await;
    let (council, _, incident) = house.rosebank().await;
    council.does(&incident, [registered()]).await;
    let file = home.put("ada.json", ADA);
    let told = typed(&home, &house, &["person", "seal", &incident, "1", "--file", path(&file)]).await;
    assert!(told.well && told.out.contains("who person 1 is was written down, sealed (version 1)"), "{}", told.err);
    let why = ["--purpose", "safe-move", "--because", "the ambulance is at the door"];
    let shown = typed(&home, &house, &[&["person", "show", &incident, "1"], &why[..]].concat()).await;
    assert!(shown.well && shown.out.contains("\"name\": \"Ada Lovelace\""), "{}", shown.err);
    let export = typed(&home, &house, &["person", "export", &incident, "1", "--because", "she asked"]).await;
    assert!(export.out.contains("\"who_looked\"") && export.out.contains("9434765919"), "{}", export.out);
    let looked = typed(&home, &house, &["person", "who-looked", &incident, "1"]).await;
    assert!(
        looked.out.contains("read-identity for safe-move: served; \"the ambulance is at the door\""),
        "{}",
        looked.out
    );

    let bad = home.put("bad.json", r#"{"name": "Ada Lovelace", "nhs": 9434765919}"#);
    let refused = typed(&home, &house, &["person", "seal", &incident, "1", "--file", path(&bad)]).await;
    assert!(!refused.well && refused.err.contains("line 1, column"), "{}", refused.err);
    assert!(!refused.err.contains("Ada") && !refused.err.contains("9434"), "{}", refused.err);

    let dry = typed(&home, &house, &["people", "expire", "--dry-run"]).await;
    assert!(
        dry.well && dry.out.contains("0 identities, and what 0 entries say, would be erased"),
        "{} {}",
        dry.out,
        dry.err
    );
    assert!(!typed(&home, &house, &["people", "expire"]).await.well, "it says whether it is to be done");
    let words = ["--basis", "no-longer-needed", "--because", "all are settled", "--by", "Caldicott guardian"];
    let erased = typed(&home, &house, &[&["person", "erase", &incident, "1"], &words[..]].concat()).await;
    assert!(erased.well && erased.out.contains("who person 1 is was erased"), "{}", erased.err);
    let lines = typed(&home, &house, &["audit", "export", &incident]).await.out;
    let rows: Vec<serde_json::Value> = lines.lines().filter_map(|line| serde_json::from_str(line).ok()).collect();
    let did: Vec<&str> = rows.iter().map(|row| row["did"].as_str().unwrap()).collect();
    assert_eq!(did, ["read-identity", "export-subject"]);

    let note = typed(&home, &house, &["append", &incident, "--note", "NHS 943 476 5919"]).await;
    assert!(note.well && note.err.contains("commands[0].make_note.text"), "{}", note.err);
    assert!(note.err.contains("(nhs-number)") && !note.err.contains("943"), "{}", note.err);
    house.close().await;

    let data = path(&home.config.data);
    let verified = muster(&["verify", "--data", data]);
    assert!(verified.well && verified.out.contains("audit: 2 rows: chain and sequence checked"), "{}", verified.out);
    let unread = "NOT CHECKED: whether what 1 sealed entries say is what they commit to: give the key file";
    assert!(verified.out.contains(unread), "{}", verified.out);
    let keys = home.config.personal_data.key_file.as_ref().unwrap();
    let wholly = muster(&["verify", "--data", data, "--key-file", path(keys)]);
    assert!(wholly.well && !wholly.out.contains("sealed entries say"), "{} {}", wholly.out, wholly.err);
    let whole = muster(&["audit", "export", "--data", data]).out;
    assert_eq!(whole.lines().filter(|line| line.starts_with('{')).count(), 2);
    let raw = rusqlite::Connection::open(&home.config.data).unwrap();
    raw.execute_batch(
        "DROP TRIGGER audit_is_append_only_u; UPDATE audit SET at = at + 1 WHERE number = 1;
         CREATE TRIGGER audit_is_append_only_u BEFORE UPDATE ON audit
BEGIN SELECT raise(ABORT, 'the audit is append-only'); END;",
    )
    .unwrap();
    drop(raw);
    let verified = muster(&["verify", "--data", data]);
    assert!(!verified.well && verified.out.contains("the audit is broken: row 1"), "{} {}", verified.out, verified.err);
}

#[tokio::test(flavor = "multi_thread")]
async fn keys_are_turned_and_dropped_and_a_backup_under_a_dropped_key_tells_nobody() {
    let home = Home::new();
    let house = home.open().await;
    let (council, _, incident) = house.rosebank().await;
    council.does(&incident, [registered()]).await;
    let file = home.put("ada.json", ADA);
    assert!(typed(&home, &house, &["person", "seal", &incident, "1", "--file", path(&file)]).await.well);
    let (data, keys) = (home.config.data.clone(), home.config.personal_data.key_file.clone().unwrap());
    let (data, keys) = (path(&data), path(&keys));
    let busy = muster(&["keys", "rotate", "--file", keys, "--data", data]);
    assert!(!busy.well && busy.err.contains("in use by another process"), "{}", busy.err);
    house.close().await;

    let backup = home.put("backup.db", std::fs::read(data).unwrap());
    let listed =
        |out: &str| -> Vec<String> { out.lines().filter(|line| line.starts_with("k-")).map(str::to_owned).collect() };
    let before = listed(&muster(&["keys", "list", "--file", keys]).out);
    let turned = muster(&["keys", "rotate", "--file", keys, "--data", data]);
    assert!(
        turned.well && turned.out.contains("wraps the keys of 1 people and 1 entries"),
        "{} {}",
        turned.out,
        turned.err
    );
    let after = listed(&muster(&["keys", "list", "--file", keys]).out);
    assert_eq!((before.len(), after.len(), &after[0]), (1, 2, &before[0]));
    let used = muster(&["keys", "drop", &after[1], "--file", keys, "--data", data]);
    assert!(!used.well && used.err.contains("2 keys of people and entries are wrapped with"), "{}", used.err);

    // Both keys there: the store and its backup are told of. One dropped: the store alone.
    for dropped in [false, true] {
        if dropped {
            let gone = muster(&["keys", "drop", &before[0], "--file", keys, "--data", data]);
            assert!(gone.well && gone.out.contains("destroy the copies"), "{} {}", gone.out, gone.err);
        }
        let house = home.open().await;
        house.client(COUNCIL).await.asks_who(&incident, 1).await.unwrap();
        house.close().await;
    }
    let mut restored = home;
    restored.config.data = backup;
    let house = restored.open().await;
    let council = house.client(COUNCIL).await;
    refused(council.asks_who(&incident, 1).await, Code::FailedPrecondition, "IDENTITY_KEYS_MISSING");
    house.close().await;
    assert_eq!(Store::open(&restored.config.data, [0; 16]).unwrap().readers().verify_audit().unwrap(), 1);

    let again = muster(&["keys", "new", "--file", keys]);
    assert!(!again.well && again.err.contains("exists already"), "{}", again.err);
}
