//! Tampering: an operator who cuts off, puts back, exchanges or rewrites is found by what a partner kept.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use muster::verifying::{self, Against, Report};
use muster::witnessing::{Stopped, Witnessing};
use muster_proto::v1;
use muster_record::entry::{Audience, Author, Domain, Entry, Envelope, Hash, chained, commitment};
use muster_record::evidence::witness::Alarm;
use muster_record::ids::{IncidentId, Seq};
use muster_record::incident::log;
use muster_store::{Append, Head, Store, Write};

use crate::home::{COUNCIL, Home, House, ICB};
use crate::participant::{Participant, note, watch_one};

/// Has a witness hear one checkpoint of the incident, and every entry before it.
pub(crate) async fn witnessed(house: &House<'_>, file: &Path, incident: &str) -> Result<(), Stopped> {
    let Participant { mut client, agency: _ } = house.client(ICB).await;
    let mut witness = Witnessing::open(file, None).unwrap();
    witness.meet(&mut client).await?;
    let by = Participant { client: client.clone(), agency: ICB.to_owned() };
    let mut watch = by.watches(watch_one(incident)).await.unwrap();
    let (checkpoint, commits) = watch.checkpoint().await;
    commits.iter().try_for_each(|commit| witness.see(commit))?;
    witness.hear(&mut client, &checkpoint).await
}

fn against(home: &Home) -> Against {
    Against::read(Some(&home.path("witness")), None).unwrap()
}

fn verified(home: &Home) -> Report {
    verifying::file(&home.config.data, &against(home)).unwrap()
}

#[track_caller]
fn finds(report: &Report, what: &str) {
    let all: Vec<&str> = report.findings.iter().map(|found| found.what.as_str()).collect();
    assert!(all.iter().any(|found| found.contains(what)), "{what}: {all:?}");
    assert!(report.findings.iter().all(|found| !found.to_do.is_empty()));
}

/// A home whose record was seen by a witness at its last entry; the record's id.
async fn with_a_witness(home: &Home, notes: usize) -> String {
    let house = home.open().await;
    let (council, _, incident) = house.rosebank().await;
    council.does(&incident, (0..notes).map(|number| note(&format!("note {number}")))).await;
    witnessed(&house, &home.path("witness"), &incident).await.unwrap();
    house.close().await;
    incident
}

/// Writes more, as partners do.
async fn grown(home: &Home, incident: &str, notes: usize) {
    let house = home.open().await;
    let council = house.client(COUNCIL).await;
    council.does(incident, (0..notes).map(|number| note(&format!("later {number}")))).await;
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_witness_follows_a_record_that_grows_and_a_store_verifies_against_what_it_kept() {
    let home = Home::new();
    let incident = with_a_witness(&home, 10).await;
    grown(&home, &incident, 30).await;
    let report = verified(&home);
    assert_eq!((report.findings, report.unchecked), (vec![], Vec::<String>::new()));
    assert!(report.told[0].contains("goes on from the checkpoint"), "{:?}", report.told);
    let house = home.open().await;
    witnessed(&house, &home.path("witness"), &incident).await.unwrap();
    house.close().await;
    assert!(verified(&home).told[0].contains("with 0 more since"));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_old_copy_put_back_is_found_by_the_witness_and_by_verify() {
    let home = Home::new();
    let incident = with_a_witness(&home, 10).await;
    let (data, old) = (home.config.data.clone(), home.path("old.db"));
    std::fs::copy(&data, &old).unwrap();
    grown(&home, &incident, 30).await;
    let house = home.open().await;
    witnessed(&house, &home.path("witness"), &incident).await.unwrap();
    house.close().await;

    std::fs::copy(&old, &data).unwrap();
    assert_eq!(verifying::file(&data, &Against::default()).unwrap().findings, [], "by itself it is in order");
    finds(&verified(&home), "TRUNCATED OR ROLLED BACK: the record ends at entry");
    let house = home.open().await;
    let stopped = witnessed(&house, &home.path("witness"), &incident).await.unwrap_err();
    assert!(matches!(&stopped, Stopped::Alarm { alarm: Alarm::RolledBack { .. }, .. }), "{stopped}");
    house.close().await;

    // Nor does it help to go on from there until the record is longer than it was.
    grown(&home, &incident, 60).await;
    finds(&verified(&home), "FORK: the first");
    let house = home.open().await;
    let stopped = witnessed(&house, &home.path("witness"), &incident).await.unwrap_err();
    assert!(matches!(&stopped, Stopped::Alarm { alarm: Alarm::Forked { .. }, .. }), "{stopped}");
    house.close().await;
    let evidence = std::fs::read_to_string(home.path("witness.alarm")).unwrap();
    assert_eq!(evidence.matches("\u{2014} muster/").count(), 2, "both signatures are kept:\n{evidence}");
}

/// The store as an operator with `sqlite3` has it, who knows how to take the triggers away.
pub(crate) fn as_operator(home: &Home) -> rusqlite::Connection {
    let raw = rusqlite::Connection::open(&home.config.data).unwrap();
    raw.execute_batch("DROP TRIGGER entry_is_append_only_u; DROP TRIGGER entry_is_append_only_d").unwrap();
    raw
}

/// Puts the triggers back, so that the store opens.
pub(crate) fn covered_up(raw: &rusqlite::Connection) {
    for when in ["UPDATE", "DELETE"] {
        let name = when.to_lowercase().chars().next().unwrap();
        raw.execute_batch(&format!(
            "CREATE TRIGGER entry_is_append_only_{name} BEFORE {when} ON entry\n\
             BEGIN SELECT raise(ABORT, 'the record is append-only'); END"
        ))
        .unwrap();
    }
}

/// Hashes every entry again from what it now says, and the head: the most that somebody with the file can do.
pub(crate) fn hashed_again(raw: &rusqlite::Connection, incident: &str) {
    let id: IncidentId = incident.parse().unwrap();
    let mut rows = raw
        .prepare("SELECT seq, recorded_at, envelope, payload, salt FROM entry WHERE incident = ?1 ORDER BY seq")
        .unwrap();
    type Row = (u64, i64, String, String, [u8; 16]);
    let read = |row: &rusqlite::Row<'_>| {
        let seq = u64::try_from(row.get::<_, i64>(0)?).unwrap();
        Ok((seq, row.get(1)?, row.get(2)?, row.get(3)?, row.get(4)?))
    };
    let entries: Vec<Row> = rows.query_map([incident], read).unwrap().collect::<Result<_, _>>().unwrap();
    let mut before = Hash::NONE;
    for (seq, millis, envelope, payload, salt) in entries {
        let committed = commitment(&salt, &envelope, &payload);
        let at = muster_record::time::Instant::from_timestamp_millis(millis).unwrap();
        before = chained(Domain::Exercise, &id, Seq(seq), at, before, committed);
        let of = rusqlite::params![committed.0, before.0, incident, i64::try_from(seq).unwrap()];
        raw.execute("UPDATE entry SET commitment = ?1, hash = ?2 WHERE incident = ?3 AND seq = ?4", of).unwrap();
    }
    raw.execute("UPDATE head SET hash = ?1 WHERE incident = ?2", rusqlite::params![before.0, incident]).unwrap();
    raw.execute("DELETE FROM snapshot", []).unwrap();
}

const SWAP: &str = "
    CREATE TEMP TABLE pair AS SELECT seq, envelope, payload, salt, commitment FROM entry WHERE seq IN (8, 9);
    UPDATE entry SET (envelope, payload, salt, commitment) =
        (SELECT envelope, payload, salt, commitment FROM pair WHERE pair.seq = 17 - entry.seq) WHERE seq IN (8, 9);";

#[tokio::test(flavor = "multi_thread")]
async fn exchanged_entries_are_found_and_so_they_are_when_everything_was_hashed_again() {
    let home = Home::new();
    let incident = with_a_witness(&home, 10).await;
    let raw = as_operator(&home);
    raw.execute_batch(SWAP).unwrap();
    covered_up(&raw);
    finds(&verified(&home), "entry 8: its hash does not follow from entry 7");

    drop(raw);
    let raw = rusqlite::Connection::open(&home.config.data).unwrap();
    raw.execute_batch("DROP TRIGGER entry_is_append_only_u; DROP TRIGGER entry_is_append_only_d").unwrap();
    hashed_again(&raw, &incident);
    covered_up(&raw);
    drop(raw);
    assert_eq!(verifying::file(&home.config.data, &Against::default()).unwrap().findings, [], "the chain alone holds");
    finds(&verified(&home), "FORK: the first");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_record_written_anew_in_the_same_length_is_found_by_the_witness() {
    let home = Home::new();
    let incident = with_a_witness(&home, 10).await;
    let raw = as_operator(&home);
    let changed = raw.execute("UPDATE entry SET payload = replace(payload, 'note 3', 'note X')", []).unwrap();
    assert!(changed > 0);
    hashed_again(&raw, &incident);
    covered_up(&raw);
    drop(raw);
    finds(&verified(&home), "FORK: the first");
    let house = home.open().await;
    let stopped = witnessed(&house, &home.path("witness"), &incident).await.unwrap_err();
    assert!(matches!(&stopped, Stopped::Alarm { alarm: Alarm::Forked { .. }, .. }), "{stopped}");
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn entries_cut_off_with_their_head_set_back_are_found_by_what_was_kept() {
    let home = Home::new();
    let incident = with_a_witness(&home, 10).await;
    let raw = as_operator(&home);
    // Whole change sets from the end, and everything that would tell of them.
    let kept = "SELECT max(seq) FROM entry WHERE revision < (SELECT max(revision) FROM entry)";
    raw.execute_batch(&format!(
        "DROP TRIGGER request_is_append_only_d;
         DELETE FROM request WHERE last > ({kept});
         DELETE FROM entry WHERE seq > ({kept});
         DELETE FROM snapshot;
         UPDATE head SET seq = (SELECT max(seq) FROM entry), revision = (SELECT max(revision) FROM entry),
             hash = (SELECT hash FROM entry ORDER BY seq DESC LIMIT 1);
         CREATE TRIGGER request_is_append_only_d BEFORE DELETE ON request\nBEGIN SELECT raise(ABORT, 'a request is answered once'); END;"
    ))
    .unwrap();
    covered_up(&raw);
    drop(raw);
    assert_eq!(
        verifying::file(&home.config.data, &Against::default()).unwrap().findings,
        [],
        "by itself it is in order"
    );
    finds(&verified(&home), "TRUNCATED OR ROLLED BACK");
    assert!(verified(&home).findings[0].place.contains(&incident));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_signs_with_another_key_is_found() {
    let mut home = Home::new();
    let incident = with_a_witness(&home, 3).await;
    let other = home.path("other.key");
    muster::signing::make(&other).unwrap();
    home.config.signing = Some(muster::config::Signing { key_file: other });
    let house = home.open().await;
    let stopped = witnessed(&house, &home.path("witness"), &incident).await.unwrap_err();
    assert!(matches!(&stopped, Stopped::Alarm { alarm: Alarm::OtherKey { .. }, .. }), "{stopped}");
    house.close().await;
}

/// Takes an incident from the server into a file.
async fn exported(by: &Participant, incident: &str, to: &Path) {
    let request = v1::ExportIncidentRequest { incident_id: incident.to_owned() };
    let mut stream = by.client.records.clone().export_incident(request).await.unwrap().into_inner();
    let mut file = Vec::new();
    while let Some(v1::ExportIncidentResponse { chunk }) = stream.message().await.unwrap() {
        assert!(chunk.len() <= 64 * 1024);
        file.extend_from_slice(&chunk);
    }
    std::fs::write(to, file).unwrap();
}

/// A note that only the council may see, put on the record as the server puts it there.
fn kept_to_the_council(home: &Home, incident: &str, text: &str) {
    let mut store = Store::open(&home.config.data, [0; 16]).unwrap();
    let id: IncidentId = incident.parse().unwrap();
    let head = store.readers().head(&id).unwrap().unwrap();
    let fact: muster_record::Fact = log::Fact::Noted { text: text.to_owned() }.into();
    let envelope = Envelope {
        author: Author::system(COUNCIL.parse().unwrap(), "console"),
        occurred_at: head.recorded_at,
        class: fact.class(),
        audience: Audience::Agencies(vec![COUNCIL.parse().unwrap()]),
        subjects: Vec::new(),
        drawn_from: Vec::new(),
        cause: None,
        gives: None,
    };
    let entry = Entry { incident: id.clone(), seq: head.seq.next(), recorded_at: head.recorded_at, envelope, fact };
    let sealed = entry.seal(Domain::of_exercise(head.exercise), head.hash, [0xc5; 16]).unwrap();
    let head = Head {
        incident: id,
        seq: sealed.seq,
        hash: sealed.hash,
        recorded_at: sealed.recorded_at,
        exercise: head.exercise,
        closed: head.closed,
        summary: head.summary,
        seats: None,
    };
    store
        .commit(&[Write::Append(Append {
            entries: vec![sealed],
            sealed: Vec::new(),
            request: None,
            head,
            snapshot: None,
        })])
        .unwrap();
    store.close();
}

/// A bundle of a record in which one entry is withheld from the health commissioner, and the key that signed it.
async fn redacted(home: &Home) -> (PathBuf, Against) {
    let incident = with_a_witness(home, 30).await;
    kept_to_the_council(home, &incident, "the owner was arrested");
    grown(home, &incident, 5).await;
    let house = home.open().await;
    let (council, icb) = (house.client(COUNCIL).await, house.client(ICB).await);
    let (whole, redacted) = (home.path("whole.jsonl"), home.path("redacted.jsonl"));
    exported(&council, &incident, &whole).await;
    exported(&icb, &incident, &redacted).await;
    house.close().await;
    let against = against(home);
    let (whole_told, told) =
        (verifying::file(&whole, &against).unwrap(), verifying::file(&redacted, &against).unwrap());
    assert_eq!((&whole_told.findings, &told.findings), (&vec![], &vec![]));
    assert!(whole_told.told[0].contains("and 0 withheld"), "{:?}", whole_told.told);
    assert!(told.told[0].contains("and 1 withheld"), "{:?}", told.told);
    (redacted, against)
}

#[tokio::test(flavor = "multi_thread")]
async fn an_export_verifies_by_itself_and_tells_nothing_of_what_is_withheld() {
    let home = Home::new();
    let (redacted, against) = redacted(&home).await;
    let text = std::fs::read_to_string(&redacted).unwrap();
    assert!(!text.contains("arrested") && !text.contains(&"c5".repeat(16)), "neither the text nor its salt");
    let without_a_key = verifying::file(&redacted, &Against::default()).unwrap();
    assert_eq!(without_a_key.findings, []);
    assert!(without_a_key.unchecked[0].contains("who signed it"), "{:?}", without_a_key.unchecked);
    assert!(
        verifying::file(&redacted, &against).unwrap().told.iter().any(|told| told.contains("goes on from the kept"))
    );

    // The record that it is of was rolled back before it was exported anew.
    let mut later = against;
    let incident = later.kept.all().next().unwrap().checkpoint.origin.incident.clone();
    let mut signed = later.kept.kept(&incident).unwrap().checkpoint.clone();
    signed.root.size = 1_000;
    let key = muster::signing::read(&home.path("signing.key")).unwrap();
    later.kept.keep(signed.sign(&key));
    finds(&verifying::file(&redacted, &later).unwrap(), "TRUNCATED OR ROLLED BACK");
    signed.root.size = 7;
    later.kept.keep(signed.sign(&key));
    finds(&verifying::file(&redacted, &later).unwrap(), "FORK");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_thousand_flipped_bits_of_a_bundle_are_found() {
    const FLIPS: usize = 1_000;
    let home = Home::new();
    let (redacted, against) = redacted(&home).await;
    let sound = std::fs::read(&redacted).unwrap();
    let (mut dice, mut found) = (1_u64, 0);
    for _ in 0..FLIPS {
        dice = dice.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let mut bytes = sound.clone();
        let place = usize::try_from(dice >> 20).unwrap() % bytes.len();
        bytes[place] ^= 1 << ((dice >> 10) & 7);
        let path = home.put("flipped.jsonl", &bytes);
        // Against the key alone, without what was kept.
        let with_the_key = Against { key: against.key, ..Against::default() };
        match verifying::bundle(&path, &with_the_key) {
            Ok(report) if report.findings.is_empty() => panic!("a flip at byte {place} was missed"),
            Ok(_) | Err(_) => found += 1,
        }
    }
    writeln!(std::io::stderr(), "{FLIPS} bits flipped in a bundle of {} bytes\n{found:>6}  found", sound.len())
        .unwrap();
    assert_eq!(found, FLIPS);
}

/// Runs `muster` as it is typed; what it printed, and whether it ended well.
fn typed(words: &[&str]) -> (String, bool) {
    let ran = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "register_command::a_child_does_what_was_typed", "--nocapture"])
        .env("MUSTER_TEST_TYPED", words.join("\t"))
        .output()
        .unwrap();
    let said = [ran.stdout, ran.stderr].map(|said| String::from_utf8(said).unwrap()).concat();
    (said, ran.status.success())
}

#[tokio::test(flavor = "multi_thread")]
async fn muster_verify_says_what_is_wrong_where_and_what_to_do() {
    let home = Home::new();
    let (redacted, against) = redacted(&home).await;
    let (bundle, key) = (redacted.to_str().unwrap(), against.key.unwrap().to_string());
    let (said, well) = typed(&["verify", bundle, "--key", &key]);
    assert!(well && said.contains("all is as it was written"), "{said}");
    let (said, well) = typed(&["verify", bundle]);
    assert!(well && said.contains("NOT CHECKED: who signed it"), "{said}");
    let (data, kept) = (home.config.data.to_str().unwrap(), home.path("witness"));
    let (said, well) = typed(&["verify", data, "--checkpoint", kept.to_str().unwrap(), "--key", &key]);
    assert!(well && said.contains("all is as it was written"), "{said}");

    let text = std::fs::read_to_string(&redacted).unwrap().replacen("note 3", "note 4", 1);
    let changed = home.put("changed.jsonl", text);
    let (said, well) = typed(&["verify", changed.to_str().unwrap(), "--key", &key]);
    assert!(!well, "{said}");
    assert!(said.contains("BROKEN: line ") && said.contains("what to do: do not rely on this file"), "{said}");
}
