//! Servers that share a database are killed in turn, under load. Each is this test binary, run once more.

use std::collections::BTreeMap;
use std::io::{BufRead as _, BufReader, Write as _};
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;

use muster::client::{self, Client};
use muster::config::{Config, Listen, RuleSetsConfig, development_agencies};
use muster::dev_certs::Folder;
use muster::serving::Serving;
use muster::surroundings::System;
use muster_proto::v1;
use muster_proto::v1::watch_response::Event;
use muster_record::situation::IncidentKind;
use muster_store::Writes as _;
use muster_store_conformance::cluster::{Database, database};
use prost::bytes::Bytes;
use tokio::sync::{mpsc, watch};
use tonic::Code;

use crate::advising::advice_of;
use crate::guests;
use crate::home::{self, COUNCIL, ICB, any_port, soon};
use crate::participant::{Participant, note, options, request, seq, text_of};

/// Set in a child: the folder of its certificates, and the address of its database.
const CHILD: &str = "MUSTER_TEST_SHARING_SERVER";
const DATABASE: &str = "MUSTER_TEST_SHARED_DATABASE";

#[test]
fn a_child_shares_a_database_until_it_is_killed() {
    let Some(folder) = std::env::var_os(CHILD) else { return };
    let folder = Path::new(&folder);
    let mut config = Config {
        data: folder.join(format!("{}.db", std::process::id())),
        store: Some(std::env::var(DATABASE).unwrap().parse().unwrap()),
        listen: Listen { api: any_port(), people: None, probes: any_port() },
        agencies: development_agencies(),
        rule_sets: rule_sets(folder),
        rehearsals_among_live: true,
        ..Config::default()
    };
    config.use_development_certificates(&Folder(folder.to_owned()));
    config.personal_data.key_file = Some(folder.join("people.keys"));
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    runtime.block_on(async {
        let serving = Serving::start(&config, Arc::new(System), Arc::new(String::new)).await.unwrap();
        writeln!(std::io::stdout(), "\nlistens on {}", serving.api()).unwrap();
        std::future::pending::<()>().await;
    });
}

/// The stakeholder matrix, and a rule set that wants to look at outbreaks at every even second.
fn rule_sets(folder: &Path) -> RuleSetsConfig {
    let mut rule_sets = home::shipped(&["stakeholder-matrix"]);
    rule_sets.files = vec![folder.join("misbehaving.wasm")];
    rule_sets.settings.insert("misbehaving".parse().unwrap(), folder.join("settings"));
    rule_sets
}

/// Servers on one database, some of which may be down.
pub(super) struct Servers {
    place: tempfile::TempDir,
    url: String,
    pub(super) database: Database,
    children: Vec<Child>,
    /// Where each is now; told at each start.
    at: watch::Sender<Vec<SocketAddr>>,
}

impl Servers {
    /// So many servers on a fresh database; nothing where there is no PostgreSQL.
    pub(super) fn start(count: usize) -> Option<Self> {
        Some(Self::on(database()?, count))
    }

    /// So many servers on that database.
    pub(super) fn on(database: Database, count: usize) -> Self {
        let place = tempfile::tempdir().unwrap();
        Folder(place.path().to_owned()).write(development_agencies().iter().map(|agency| &agency.id)).unwrap();
        muster::key_file::make(&place.path().join("people.keys")).unwrap();
        std::fs::write(place.path().join("misbehaving.wasm"), guests::component()).unwrap();
        std::fs::write(place.path().join("settings"), "by-twos").unwrap();
        let (url, children) = (database.url(), Vec::new());
        let mut servers = Self { place, url, database, children, at: watch::Sender::new(Vec::new()) };
        for _ in 0..count {
            let (child, at) = servers.begun();
            servers.children.push(child);
            servers.at.send_modify(|all| all.push(at));
        }
        servers
    }

    fn begun(&self) -> (Child, SocketAddr) {
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "together::dying::a_child_shares_a_database_until_it_is_killed", "--nocapture"])
            .env(CHILD, self.place.path())
            .env(DATABASE, &self.url)
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines().map(Result::unwrap);
        let address = lines.find_map(|line| Some(line.strip_prefix("listens on ")?.parse().unwrap()));
        (child, address.unwrap())
    }

    /// Kills one at once.
    pub(super) fn kill(&mut self, which: usize) {
        self.children[which].kill().unwrap();
        self.children[which].wait().unwrap();
    }

    /// Starts one that was killed.
    pub(super) fn start_again(&mut self, which: usize) {
        let (child, at) = self.begun();
        self.children[which] = child;
        self.at.send_modify(|all| all[which] = at);
    }

    /// Sends one a signal.
    pub(super) fn signal(&self, which: usize, signal: &str) {
        let id = self.children[which].id().to_string();
        assert!(Command::new("kill").args([signal, &id]).status().unwrap().success());
    }

    /// Somebody who talks to whichever server answers.
    pub(super) fn roamer(&self, agency: &'static str, first: usize) -> Roamer {
        let folder = Folder(self.place.path().to_owned());
        Roamer { folder, agency, at: self.at.subscribe(), next: first }
    }
}

impl Drop for Servers {
    fn drop(&mut self) {
        for child in &mut self.children {
            child.kill().ok();
            child.wait().ok();
        }
    }
}

/// An agency's system that knows every server, and goes to the next when one does not answer.
pub(super) struct Roamer {
    folder: Folder,
    agency: &'static str,
    at: watch::Receiver<Vec<SocketAddr>>,
    next: usize,
}

impl Roamer {
    pub(super) async fn connected(&mut self) -> Participant {
        loop {
            let all = self.at.borrow_and_update().clone();
            for _ in 0..all.len() {
                let server = all[self.next % all.len()];
                self.next += 1;
                if let Ok(client) = Client::from_folder(server, &self.folder, self.agency).await {
                    return Participant { client, agency: self.agency.to_owned() };
                }
            }
            // All are down: one is started sooner or later.
            tokio::time::timeout(std::time::Duration::from_millis(200), self.at.changed()).await.ok();
        }
    }
}

/// Writes notes until nobody hears of it. One that was not acknowledged is asked for again under its name, wherever
/// somebody answers.
pub(super) async fn writes(
    writer: usize,
    incident: String,
    mut roamer: Roamer,
    acknowledged: mpsc::Sender<(u64, String)>,
) {
    let mut council = roamer.connected().await;
    for number in 0_u64.. {
        let text = format!("{writer}/{number}");
        let asked = request(&incident, options(), [note(&text)]);
        let answer = loop {
            match council.appends(asked.clone()).await {
                Ok(answer) => break answer,
                // A server that was killed gives no reason; one without its database says that it is away.
                Err(status) => {
                    let reason = client::reason(&status);
                    let is_away = reason.is_none() || reason.as_deref() == Some("STORE_UNAVAILABLE");
                    assert!(is_away && status.code() != Code::Internal, "{status:?}");
                }
            }
            council = roamer.connected().await;
        };
        if acknowledged.send((seq(&answer), text)).await.is_err() {
            return;
        }
    }
}

/// Watches, on whichever server answers; says each entry that it sees.
pub(super) async fn watches(incident: String, mut roamer: Roamer, seen: mpsc::UnboundedSender<v1::Entry>) {
    let mut resume = Bytes::new();
    loop {
        let icb = roamer.connected().await;
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

/// Work that goes on whatever happens to servers, and what came of it.
pub(super) struct Load {
    pub(super) incident: String,
    acknowledgements: mpsc::Receiver<(u64, String)>,
    acknowledged: Vec<(u64, String)>,
    seen: mpsc::UnboundedReceiver<v1::Entry>,
    writers: tokio::task::JoinSet<()>,
    watcher: tokio::task::JoinHandle<()>,
}

impl Load {
    pub(super) async fn begin(servers: &Servers, count: usize) -> Self {
        let council = servers.roamer(COUNCIL, 0).connected().await;
        let icb = servers.roamer(ICB, 1).connected().await;
        let incident = council.opens("Rosebank", IncidentKind::ProviderFailure).await;
        council.seats(&icb, &incident).await;
        let (acknowledge, acknowledgements) = mpsc::channel(1);
        let (see, seen) = mpsc::unbounded_channel();
        let mut writers = tokio::task::JoinSet::new();
        for writer in 0..count {
            writers.spawn(writes(writer, incident.clone(), servers.roamer(COUNCIL, writer), acknowledge.clone()));
        }
        let watcher = tokio::spawn(watches(incident.clone(), servers.roamer(ICB, 0), see));
        Self { incident, acknowledgements, acknowledged: Vec::new(), seen, writers, watcher }
    }

    /// Waits for so many acknowledgements more.
    pub(super) async fn goes_on_for(&mut self, acknowledgements: usize) {
        for _ in 0..acknowledgements {
            self.acknowledged.push(soon(self.acknowledgements.recv()).await.unwrap());
        }
    }

    /// Ends, and claims that all that was acknowledged is there once and that the watcher was sent all of it in order.
    pub(super) async fn ends_well(mut self, servers: &Servers) -> usize {
        self.acknowledgements.close();
        while let Some(more) = self.acknowledgements.recv().await {
            self.acknowledged.push(more);
        }
        soon(self.writers.join_all()).await;
        let council = servers.roamer(COUNCIL, 0).connected().await;
        council.settled(&self.incident).await;
        let record = council.reads(&self.incident).await;
        let mut entries = Vec::new();
        while entries.len() < record.len() {
            entries.push(soon(self.seen.recv()).await.unwrap());
        }
        self.watcher.abort();
        super::told_once(&council, &self.incident).await;
        assert_eq!(entries, record, "the watcher missed nothing and saw nothing twice");
        let mut kept = BTreeMap::new();
        for entry in &record {
            let Some(text) = text_of(entry) else { continue };
            assert_eq!(kept.insert(text, entry.seq), None, "entry {} repeats another", entry.seq);
        }
        for (place, text) in &self.acknowledged {
            assert_eq!(kept.get(text), Some(place), "{text} was acknowledged");
        }
        let verified = servers.database.store().readers().verify(&self.incident.parse().unwrap()).unwrap();
        assert_eq!(verified.entries, u64::try_from(record.len()).unwrap());
        self.acknowledged.len()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn three_servers_are_killed_in_turn_under_load_and_nobody_misses_anything() {
    let Some(mut servers) = Servers::start(3) else { return };
    let mut load = Load::begin(&servers, 6).await;
    let outbreak = servers.roamer(COUNCIL, 0).connected().await.opens("Elmtree", IncidentKind::Outbreak).await;
    for kill in 0..9_usize {
        load.goes_on_for(kill * 7 % 11 * 2 + 5).await;
        let which = kill % 3;
        servers.kill(which);
        // The others go on without it.
        load.goes_on_for(10).await;
        servers.start_again(which);
    }
    let council = servers.roamer(COUNCIL, 0).connected().await;
    let fell_due = || async { advice_of(&council, &outbreak, "misbehaving").await };
    let so_far = fell_due().await.len();
    // Whoever had it in hand was killed, and somebody goes on.
    soon(async { while fell_due().await.len() < so_far + 3 {} }).await;
    let looked: Vec<i64> =
        fell_due().await.into_iter().map(|changed| changed.looked.unwrap().as_of.unwrap().seconds / 2).collect();
    assert!(looked.is_sorted_by(|before, after| before < after), "each even second fell due once: {looked:?}");
    assert!(load.ends_well(&servers).await > 150);
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_servers_either_may_be_lost() {
    let Some(mut servers) = Servers::start(2) else { return };
    let mut load = Load::begin(&servers, 4).await;
    load.goes_on_for(10).await;
    servers.kill(0);
    load.goes_on_for(20).await;
    servers.start_again(0);
    load.goes_on_for(10).await;
    servers.kill(1);
    load.goes_on_for(20).await;
    assert!(load.ends_well(&servers).await >= 60);
}
