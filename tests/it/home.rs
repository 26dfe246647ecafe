//! A server of its own for each test: a folder, an authority, a clock that is moved, and clients.
//!
//! Nothing here stands in for a part of the product: the store is a file, the connections are TLS.

use std::future::Future;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use muster::access;
use muster::client::Client;
use muster::config::{
    AccessConfig, Address, Config, Listen, PersonalDataConfig, RegisterConfig, RuleSetsConfig, Signing, Tls,
    development_agencies,
};
use muster::dev_certs::{Authority, SYSTEM, TRUST_DOMAIN};
use muster::key_file;
use muster::serving::Serving;
use muster::surroundings::Moved;
use muster_coordinator::{Surroundings as _, opening};
use muster_proto::v1;
use muster_record::agency::Agency;
use muster_record::situation::IncidentKind;
use muster_record::time::Instant;
use muster_store::{Readers, Store};
use muster_store_conformance::cluster::database;

use crate::participant::Participant;

/// The council that opens incidents.
pub(crate) const COUNCIL: &str = "e08000026";
/// The health commissioner.
pub(crate) const ICB: &str = "qwu";
/// The regulator.
pub(crate) const CQC: &str = "cqc";
/// The region, which has no seat unless a test gives it one.
pub(crate) const REGION: &str = "wm-adass";

/// The moment at which the clock of every home stands at first.
pub(crate) fn nine() -> Instant {
    "2024-03-04T09:00:00Z".parse().unwrap()
}

/// A free port on loopback.
pub(crate) fn any_port() -> SocketAddr {
    SocketAddr::from(([127, 0, 0, 1], 0))
}

/// An agency that every server here knows.
pub(crate) fn agency(id: &str) -> Agency {
    development_agencies().into_iter().find(|agency| agency.id.as_str() == id).unwrap()
}

/// The rule sets that ship, of these names.
pub(crate) fn shipped(names: &[&str]) -> RuleSetsConfig {
    let shipped = Some(names.iter().map(|name| name.parse().unwrap()).collect());
    RuleSetsConfig { shipped, ..RuleSetsConfig::default() }
}

/// What comes of something that should not take long. A test that waits in vain fails, and says so.
#[track_caller]
pub(crate) fn soon<T>(what: impl Future<Output = T>) -> impl Future<Output = T> {
    let from = std::panic::Location::caller();
    async move {
        let came = tokio::time::timeout(Duration::from_secs(30), what).await;
        came.unwrap_or_else(|_| panic!("waited in vain at {from}"))
    }
}

/// Where a server lives: its store and certificates outlast it, so that it can be opened again.
pub(crate) struct Home {
    folder: tempfile::TempDir,
    pub(crate) authority: Authority,
    pub(crate) clock: Arc<Moved>,
    pub(crate) config: Config,
}

impl Home {
    /// A home without rule sets.
    pub(crate) fn new() -> Self {
        Self::with(shipped(&[]))
    }

    /// A home whose server advises.
    pub(crate) fn with(rule_sets: RuleSetsConfig) -> Self {
        let (folder, authority) = (tempfile::tempdir().unwrap(), Authority::new().unwrap());
        let put = |name: &str, text: &str| put(folder.path(), name, text.as_bytes());
        let server = authority.server().unwrap();
        let tls = Tls {
            certificate: put("server.pem", &server.certificate),
            key: put("server.key", &server.key),
            client_ca: put("ca.pem", &authority.certificate()),
            trust_domain: TRUST_DOMAIN.to_owned(),
        };
        let agencies = development_agencies();
        let registry = access::permissive("ca.pem", agencies.iter().map(|agency| &agency.id));
        let key_file = folder.path().join("signing.key");
        muster::signing::make(&key_file).unwrap();
        let config = Config {
            data: folder.path().join("muster.db"),
            listen: Listen { api: any_port(), people: Some(any_port()), probes: any_port() },
            tls: Some(tls),
            access: Some(AccessConfig { registry: put("access.toml", &registry) }),
            rule_sets,
            // What the tests open is marked as an exercise.
            rehearsals_among_live: true,
            register: RegisterConfig { maintained_by: [COUNCIL.parse().unwrap()].into(), ..RegisterConfig::default() },
            agencies,
            signing: Some(Signing { key_file }),
            personal_data: PersonalDataConfig { key_file: Some(folder.path().join("people.keys")) },
            store: wanted_store(),
            ..Config::default()
        };
        key_file::make(&folder.path().join("people.keys")).unwrap();
        Self { folder, authority, clock: Arc::new(Moved::at(nine())), config }
    }

    /// A home whose server advises, and shares a database with whoever else opens it; nothing where there is no
    /// PostgreSQL.
    pub(crate) fn shared(rule_sets: RuleSetsConfig) -> Option<Self> {
        let database = database()?;
        let mut home = Self::with(rule_sets);
        home.config.store = Some(database.url().parse().unwrap());
        Some(home)
    }

    /// Where that file of the folder stands.
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Puts a file into the folder.
    pub(crate) fn put(&self, name: &str, content: impl AsRef<[u8]>) -> PathBuf {
        put(self.folder.path(), name, content.as_ref())
    }

    /// What is kept in the home's store while nobody serves it, with what is sealed opened.
    pub(crate) fn kept(&self) -> Readers {
        let ring = key_file::read(self.config.personal_data.key_file.as_ref().unwrap()).unwrap();
        Store::open(&self.config.data, [0; 16]).unwrap().readers().opened_by(opening(Arc::new(ring)))
    }

    /// Moves the clock.
    pub(crate) fn later(&self, by: chrono::TimeDelta) {
        self.clock.to(self.clock.now().checked_add_signed(by).unwrap());
    }

    /// What a server says that does not start.
    pub(crate) async fn does_not_start(&self) -> String {
        let clock = Arc::<Moved>::clone(&self.clock);
        let started = Serving::start(&self.config, clock, Arc::new(String::new)).await;
        format!("{:#}", started.err().unwrap())
    }

    /// Starts the server.
    pub(crate) async fn open(&self) -> House<'_> {
        let clock = Arc::<Moved>::clone(&self.clock);
        let serving = Serving::start(&self.config, clock, Arc::new(String::new)).await.unwrap();
        House { home: self, serving }
    }
}

/// Set to `postgresql`, every home keeps its records on a database of its own: what is claimed of one store holds of the
/// other.
fn wanted_store() -> Option<Address> {
    let wanted = std::env::var("MUSTER_TEST_STORE").ok()?;
    assert_eq!(wanted, "postgresql", "MUSTER_TEST_STORE names another store");
    Some(database()?.url().parse().unwrap())
}

fn put(folder: &Path, name: &str, content: &[u8]) -> PathBuf {
    let path = folder.join(name);
    std::fs::write(&path, content).unwrap();
    path
}

/// A server that runs.
pub(crate) struct House<'a> {
    home: &'a Home,
    pub(crate) serving: Serving,
}

impl House<'_> {
    /// A connection of its own for an agency's system.
    pub(crate) async fn client(&self, agency: &str) -> Participant {
        let authority = &self.home.authority;
        let identity = authority.system(&agency.parse().unwrap(), SYSTEM).unwrap();
        let client = Client::connect(self.serving.api(), &authority.certificate(), &identity).await.unwrap();
        Participant { client, agency: agency.to_owned() }
    }

    /// An incident that the council leads, with the health commissioner at the table.
    pub(crate) async fn rosebank(&self) -> (Participant, Participant, String) {
        let (council, icb) = (self.client(COUNCIL).await, self.client(ICB).await);
        let incident = council.opens("Rosebank", IncidentKind::ProviderFailure).await;
        council.seats(&icb, &incident).await;
        (council, icb, incident)
    }

    /// Moves the clock, and tells the server so.
    pub(crate) fn later(&self, by: chrono::TimeDelta) {
        self.home.later(by);
        self.serving.coordinator().clock_moved();
    }

    /// Stops the server as an operator does.
    pub(crate) async fn close(self) {
        soon(self.serving.stop()).await.unwrap();
    }
}

/// A name that no request had before.
pub(crate) fn fresh_request() -> String {
    static ASKED: AtomicU64 = AtomicU64::new(0);
    format!("request-{}", ASKED.fetch_add(1, Ordering::Relaxed))
}

/// The whole record, as that client may see it.
pub(crate) async fn all_entries(client: &Client, incident: &str) -> Vec<v1::Entry> {
    let mut records = client.records.clone();
    let mut entries: Vec<v1::Entry> = Vec::new();
    loop {
        let after_seq = entries.last().map_or(0, |entry| entry.seq);
        let request = v1::ReadRequest { incident_id: incident.to_owned(), after_seq, limit: 500 };
        let page = records.read(request).await.unwrap().into_inner();
        entries.extend(page.entries);
        if entries.last().map_or(0, |entry| entry.seq) >= page.last_seq {
            return entries;
        }
    }
}
