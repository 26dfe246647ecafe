//! Canaries: 500 people whose every detail can be found by its first letters are sealed, read, exported and erased on a
//! real server that logs all it can; then everything it left behind is searched.

use std::io::Write as _;
use std::path::{Path, PathBuf};

use muster::client::Client;
use muster::config::development_agencies;
use muster::dev_certs::Folder;
use muster_proto::v1;
use muster_record::identity::NhsNumber;
use muster_record::situation::IncidentKind;
use muster_store::Store;
use prost::Message as _;
use tonic::Code;

use crate::home::{COUNCIL, ICB};
use crate::participant::{Participant, options, refused, request};
use crate::people::{erase, registered, seal};
use crate::process::{Running, muster, path, serve};

/// People in a large failure of several homes.
const PEOPLE: u32 = 500;
/// What every text about them begins with.
const CANARY: &[u8] = b"CANARY-";

/// The NHS number of a person: unlike any other's, and with the right check digit.
fn nhs_number(person: u32) -> String {
    let from = u64::from(person) * 7 * 37_000 + 473_100_000;
    let numbers = (from..).flat_map(|nine| (0..10).map(move |last| format!("{nine}{last}")));
    let mut numbers = numbers.filter(|ten| NhsNumber::parse(ten).is_some());
    numbers.next().unwrap()
}

fn canary(person: u32) -> v1::PersonIdentity {
    let text = |what: &str| format!("CANARY-{what}-{person:04}");
    let contact = |what: &str| v1::IdentityContact { what: text("WHAT"), value: text(what) };
    v1::PersonIdentity {
        name: text("NAME"),
        known_as: Some(text("KNOWN-AS")),
        date_of_birth: Some(format!("19{:02}-07-13", person % 100)),
        nhs_number: Some(nhs_number(person)),
        address: Some(text("ADDRESS")),
        contacts: vec![contact("TELEPHONE"), contact("E-MAIL")],
        next_of_kin: vec![v1::NextOfKin {
            name: text("KIN"),
            relation: text("RELATION"),
            contacts: vec![contact("KIN-TELEPHONE")],
        }],
    }
}

/// How often canaries sing in some bytes: the beginning of their texts, or one of their NHS numbers.
fn sing(bytes: &[u8]) -> usize {
    let numbers: std::collections::BTreeSet<Vec<u8>> =
        (1..=PEOPLE).map(|person| nhs_number(person).into_bytes()).collect();
    let begins = |at: &usize| bytes[*at..].starts_with(CANARY);
    let texts = bytes.iter().enumerate().filter(|(_, byte)| **byte == CANARY[0]).filter(|(at, _)| begins(at)).count();
    // Ten digits that stand alone: longer numbers hold others by chance.
    let mut found = 0;
    for run in bytes.split(|byte| !byte.is_ascii_digit()) {
        found += usize::from(run.len() == 10 && numbers.contains(run));
    }
    texts + found
}

/// The files that a server leaves, with how many canaries sing in each.
fn files(folder: &Path) -> Vec<(PathBuf, usize)> {
    let names = ["muster.db", "muster.db-wal", "muster.db-shm", "muster.db.lock", "log"].map(|name| folder.join(name));
    let there = names.into_iter().filter(|name| name.exists());
    there.map(|name| (name.clone(), sing(&std::fs::read(name).unwrap()))).collect()
}

#[track_caller]
fn silent(folder: &Path, when: &str) {
    for (file, canaries) in files(folder) {
        assert_eq!(canaries, 0, "{when}: {}", file.display());
    }
}

async fn connected(running: &Running, folder: &Path, agency: &str) -> Participant {
    let client = Client::from_folder(running.api, &Folder(folder.join("certs")), agency).await.unwrap();
    Participant { client, agency: agency.to_owned() }
}

/// All that the API says of an incident to somebody who may see all of it.
async fn everything_said(council: &Participant, incident: &str) -> Vec<u8> {
    let mut said = Vec::new();
    for entry in council.reads(incident).await {
        said.extend(entry.encode_to_vec());
        said.extend(format!("{entry:?}").into_bytes());
    }
    let report = v1::GetSituationReportRequest { incident_id: incident.to_owned(), at: None };
    said.extend(
        council.client.incidents.clone().get_situation_report(report).await.unwrap().into_inner().encode_to_vec(),
    );
    let mut after = 0;
    loop {
        let request = v1::ListAuditRequest { incident_id: incident.to_owned(), after, limit: 500 };
        let page = council.client.audits.clone().list_audit(request).await.unwrap().into_inner();
        said.extend(page.encode_to_vec());
        if page.last == after {
            return said;
        }
        after = page.last;
    }
}

/// What a command of the command line says, to standard output and standard error.
fn says(folder: &Path, running: &Running, words: &[&str]) -> (bool, Vec<u8>) {
    let certs = folder.join("certs");
    let server = running.api.to_string();
    let whole = [words, &["--server", &server, "--certs", path(&certs), "--as", COUNCIL]].concat();
    let output = muster(&whole).output().unwrap();
    (output.status.success(), [output.stdout, output.stderr].concat())
}

/// Backs up the store that is being served, and says what the backup is made of.
fn backed_up(folder: &Path, to: &Path) -> Vec<u8> {
    let made = muster(&["backup", "--data", path(&folder.join("muster.db")), "--to", path(to)]).output().unwrap();
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    assert_eq!(sing(&made.stdout), 0);
    std::fs::read(to).unwrap()
}

#[test]
fn the_search_finds_a_canary_where_there_is_one() {
    let of = canary(7);
    assert_eq!(sing(&of.encode_to_vec()), 12, "11 texts and a number");
    assert_eq!(sing(format!("{of:?}").as_bytes()), 0, "a message that is printed shows nothing");
    assert_eq!(sing(b"CANARY 4731000001234"), 0);
    let numbers: std::collections::BTreeSet<String> = (1..=PEOPLE).map(nhs_number).collect();
    assert_eq!(numbers.len(), 500);
}

#[tokio::test(flavor = "multi_thread")]
async fn no_canary_sings_before_the_erasure_nor_after_it() {
    let place = tempfile::tempdir().unwrap();
    let folder = place.path();
    let running = serve(folder, "trace");
    assert!(development_agencies().iter().any(|agency| agency.id.as_str() == ICB));
    let (council, icb) = (connected(&running, folder, COUNCIL).await, connected(&running, folder, ICB).await);
    let incident = council.opens("Rosebank", IncidentKind::ProviderFailure).await;
    council.seats(&icb, &incident).await;
    let everybody = (0..PEOPLE).map(|_| registered());
    council.appends(request(&incident, options(), everybody)).await.unwrap();
    let mut sealing = tokio::task::JoinSet::new();
    for person in 1..=PEOPLE {
        let (council, asked) = (council.clone(), seal(&incident, person, canary(person)));
        sealing.spawn(async move { council.seals(asked).await.unwrap() });
    }
    assert_eq!(sealing.join_all().await.len(), 500);
    let mut heard = 0;
    for person in (1..=PEOPLE).step_by(10) {
        heard += sing(&icb.asks_who(&incident, person).await.unwrap().encode_to_vec());
    }
    assert_eq!(heard, 50 * 12, "whoever may know is told all of it");
    for person in [1, 250, 500] {
        assert!(sing(&council.exports(&incident, person).await.unwrap().encode_to_vec()) >= 12);
    }
    let (well, export) = says(folder, &running, &["person", "export", &incident, "4", "--because", "the person asked"]);
    assert!(well && sing(&export) == 12, "{}", String::from_utf8_lossy(&export));

    silent(folder, "sealed");
    assert_eq!(sing(&everything_said(&council, &incident).await), 0);
    assert_eq!(sing(&running.metrics()), 0);
    // What went wrong tells no more: a bad identity, a refused reader.
    let mut wrong = canary(1);
    wrong.nhs_number = Some("CANARY-BAD".to_owned());
    let status = refused(council.seals(seal(&incident, 1, wrong)).await, Code::InvalidArgument, "INVALID_FIELD");
    assert_eq!(sing(format!("{status:?}").as_bytes()), 0);

    let shelf = folder.join("backups");
    std::fs::create_dir(&shelf).unwrap();
    let before_erasing = backed_up(folder, &shelf.join("before.db"));
    assert_eq!(sing(&before_erasing), 0, "a backup from before the erasure, without the key file");

    let mut after = Vec::new();
    for person in 1..=PEOPLE {
        council.erases(erase(&incident, person)).await.unwrap();
        let status = refused(icb.asks_who(&incident, person).await, Code::FailedPrecondition, "IDENTITY_ERASED");
        after.extend(format!("{status:?}").into_bytes());
    }
    for person in [1, 250, 500] {
        after.extend(council.exports(&incident, person).await.unwrap().encode_to_vec());
    }
    after.extend(everything_said(&council, &incident).await);
    after.extend(running.metrics());
    let commands: [&[&str]; 4] = [
        &["person", "export", incident.as_str(), "4", "--because", "the person asked"],
        &["person", "who-looked", &incident, "1"],
        &["audit", "export", &incident],
        &["show", "timeline", &incident],
    ];
    for words in commands {
        let (well, said) = says(folder, &running, words);
        assert!(well, "{}", String::from_utf8_lossy(&said));
        after.extend(said);
    }
    assert!(after.len() > 100_000);
    assert_eq!(sing(&after), 0);
    silent(folder, "erased, and running");
    assert_eq!(sing(&backed_up(folder, &shelf.join("after.db"))), 0, "a backup from after it");
    running.end();
    silent(folder, "erased, and stopped");
    let log = std::fs::read_to_string(folder.join("log")).unwrap();
    assert!(log.contains("TRACE") && log.len() > 1_000_000, "the server logged all it could: {} bytes", log.len());

    let verified = muster(&["verify", "--data", path(&folder.join("muster.db"))]).output().unwrap();
    assert!(verified.status.success(), "{}", String::from_utf8_lossy(&verified.stdout));
    let store = Store::open(&folder.join("muster.db"), [0; 16]).unwrap();
    let told = format!(
        "{PEOPLE} people sealed, read, exported and erased: 0 canaries in {} files, {} bytes of answers; {} entries, {} rows of audit",
        files(folder).len(),
        after.len(),
        store.readers().verify(&incident.parse().unwrap()).unwrap().entries,
        store.readers().verify_audit().unwrap(),
    );
    writeln!(std::io::stderr(), "{told}").unwrap();
    silent(folder, "verified");
}
