//! `kill -9` of a server at work, again and again on one store. The server is this test binary, run once more.

use std::collections::BTreeMap;
use std::io::{BufRead as _, BufReader, Write as _};
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;

use muster::client::{self, Client};
use muster::config::{Config, Listen, development_agencies};
use muster::dev_certs::Folder;
use muster::serving::Serving;
use muster::surroundings::System;
use muster_proto::v1;
use muster_proto::v1::watch_response::Event;
use muster_record::situation::IncidentKind;
use muster_store::Store;
use prost::bytes::Bytes;
use tokio::sync::{mpsc, watch};

use crate::home::{self, COUNCIL, ICB, any_port, soon};
use crate::participant::{Participant, note, options, request, seq, text_of};

/// Set in the child, to the folder of its store and certificates.
const CHILD: &str = "MUSTER_TEST_SERVER";
/// How often the server is killed.
const KILLS: u64 = 15;
/// Clients that write at once, so that some are always under way when it is killed.
const WRITERS: usize = 6;

#[test]
fn a_child_serves_until_it_is_killed() {
    let Some(folder) = std::env::var_os(CHILD) else { return };
    let folder = Path::new(&folder);
    let mut config = Config {
        data: folder.join("muster.db"),
        listen: Listen { api: any_port(), people: None, probes: any_port() },
        agencies: development_agencies(),
        rule_sets: home::shipped(&["stakeholder-matrix"]),
        rehearsals_among_live: true,
        ..Config::default()
    };
    config.use_development_certificates(&Folder(folder.to_owned()));
    // The one that was started before made it.
    let key_file = folder.join("people.keys");
    if !key_file.exists() {
        muster::key_file::make(&key_file).unwrap();
    }
    config.personal_data.key_file = Some(key_file);
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    runtime.block_on(async {
        let serving = Serving::start(&config, Arc::new(System), Arc::new(String::new)).await.unwrap();
        writeln!(std::io::stdout(), "\nlistens on {}", serving.api()).unwrap();
        std::future::pending::<()>().await;
    });
}

/// Starts a server and returns once it listens.
fn started(folder: &Path) -> (Child, SocketAddr) {
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "crashing::a_child_serves_until_it_is_killed", "--nocapture"])
        .env(CHILD, folder)
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines().map(Result::unwrap);
    let address = lines.find_map(|line| Some(line.strip_prefix("listens on ")?.parse().unwrap()));
    (child, address.unwrap())
}

/// Where the server is now; each start is told.
type Address = watch::Receiver<SocketAddr>;

/// Connects, again after each kill.
async fn connected(folder: &Folder, agency: &str, address: &mut Address) -> Participant {
    loop {
        let server = *address.borrow_and_update();
        match Client::from_folder(server, folder, agency).await {
            Ok(client) => return Participant { client, agency: agency.to_owned() },
            Err(_) => address.changed().await.unwrap(),
        }
    }
}

/// Writes notes until nobody hears of it. One that was not acknowledged is asked for again under its name.
async fn writes(
    writer: usize,
    incident: String,
    folder: Folder,
    mut address: Address,
    acknowledged: mpsc::Sender<(u64, String)>,
) {
    let mut council = connected(&folder, COUNCIL, &mut address).await;
    for number in 0_u64.. {
        let text = format!("{writer}/{number}");
        let asked = request(&incident, options(), [note(&text)]);
        let answer = loop {
            match council.appends(asked.clone()).await {
                Ok(answer) => break answer,
                // A server that was killed gives no reason.
                Err(status) => assert_eq!(client::reason(&status), None, "{status:?}"),
            }
            council = connected(&folder, COUNCIL, &mut address).await;
        };
        if acknowledged.send((seq(&answer), text)).await.is_err() {
            return;
        }
    }
}

/// Watches over every restart; says each entry that it sees.
async fn watches(incident: String, folder: Folder, mut address: Address, seen: mpsc::UnboundedSender<v1::Entry>) {
    let mut resume = Bytes::new();
    loop {
        let icb = connected(&folder, ICB, &mut address).await;
        let from = v1::WatchRequest { resume_from: resume.clone(), ..crate::participant::watch_one(&incident) };
        let Ok(mut watch) = icb.watches(from).await else { continue };
        while let Ok(Some(event)) = watch.event().await {
            resume = watch.resume.clone();
            let Event::Changes(commit) = event else { continue };
            if commit.entries.into_iter().any(|entry| seen.send(entry).is_err()) {
                return;
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_acknowledged_is_kept_once_and_seen_once_through_kill_9() {
    let place = tempfile::tempdir().unwrap();
    let folder = Folder(place.path().to_owned());
    folder.write(development_agencies().iter().map(|agency| &agency.id)).unwrap();
    let (mut child, first) = started(place.path());
    let (tell, mut address) = watch::channel(first);
    let council = connected(&folder, COUNCIL, &mut address).await;
    let icb = connected(&folder, ICB, &mut address).await;
    let incident = council.opens("Rosebank", IncidentKind::ProviderFailure).await;
    council.seats(&icb, &incident).await;

    let (acknowledge, mut acknowledgements) = mpsc::channel(1);
    let (see, mut seen) = mpsc::unbounded_channel();
    let mut writers = tokio::task::JoinSet::new();
    for writer in 0..WRITERS {
        let (incident, folder, address) = (incident.clone(), folder.clone(), address.clone());
        writers.spawn(writes(writer, incident, folder, address, acknowledge.clone()));
    }
    drop(acknowledge);
    let watcher = tokio::spawn(watches(incident.clone(), folder.clone(), address.clone(), see));
    let mut acknowledged: Vec<(u64, String)> = Vec::new();
    for kill in 0..KILLS {
        // After another number of acknowledgements each time; the other writers are anywhere.
        for _ in 0..(kill * 7 % 11) * 3 + 2 {
            acknowledged.push(soon(acknowledgements.recv()).await.unwrap());
        }
        child.kill().unwrap();
        child.wait().unwrap();
        let (next, at) = started(place.path());
        child = next;
        tell.send_replace(at);
    }
    acknowledgements.close();
    while let Some(more) = acknowledgements.recv().await {
        acknowledged.push(more);
    }
    soon(writers.join_all()).await;

    let council = connected(&folder, COUNCIL, &mut address).await;
    council.settled(&incident).await;
    let record = council.reads(&incident).await;
    let mut entries = Vec::new();
    while entries.len() < record.len() {
        entries.push(soon(seen.recv()).await.unwrap());
    }
    watcher.abort();
    assert_eq!(entries, record, "the watcher missed nothing and saw nothing twice");
    let mut kept = BTreeMap::new();
    for entry in &record {
        let Some(text) = text_of(entry) else { continue };
        assert_eq!(kept.insert(text, entry.seq), None, "entry {} repeats another", entry.seq);
    }
    for (place, text) in &acknowledged {
        assert_eq!(kept.get(text), Some(place), "{text} was acknowledged");
    }
    assert!(acknowledged.len() > 200);

    child.kill().unwrap();
    child.wait().unwrap();
    let store = Store::open(&place.path().join("muster.db"), [0; 16]).unwrap();
    let verified = store.readers().verify(&incident.parse().unwrap()).unwrap();
    assert_eq!(verified.entries, u64::try_from(record.len()).unwrap());
}
