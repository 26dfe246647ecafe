//! Raw frames: what somebody who speaks HTTP/2 to do harm costs the server, and whether others are served meanwhile.
//!
//! The attacker writes frames by hand over TLS: with a partner's certificate on the API listener, and with none on the
//! people's. The server is a process of its own, so that its memory is nobody else's.

use std::io::Write as _;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use muster::client::Client;
use muster::dev_certs::Folder;
use muster_proto::v1;
use muster_record::situation::IncidentKind;
use prost::Message as _;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName};
use tokio::io::AsyncWriteExt as _;
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

use crate::home::{COUNCIL, CQC, ICB};
use crate::participant::{Participant, note, watch_one};
use crate::process::{Running, serve};

mod attacks;

use attacks::{Attack, Kind};

/// What the memory of the server may grow by under any of them, in bytes.
const MOST: u64 = 64 * 1024 * 1024;
/// How long a write may wait for the server to take it, before the attacker counts itself as held back.
const PATIENCE: Duration = Duration::from_secs(2);

/// Whose certificate the attacker has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Who {
    /// A partner's, on the API listener.
    Partner,
    /// Nobody's, on the people's listener.
    Nobody,
}

/// How the attacker was stopped, if it was.
#[derive(Debug)]
enum Ended {
    /// The server took all of it.
    Taken,
    /// The server ended the connection.
    Cut,
    /// The server takes nothing more for now.
    Held,
}

/// What an attacker sends to, and with what.
struct Target {
    address: SocketAddr,
    tls: Arc<rustls::ClientConfig>,
    ordinary: String,
    heavy: String,
}

impl Target {
    fn of(running: &Running, folder: &Path, who: Who, [ordinary, heavy]: [&str; 2]) -> Self {
        let certs = Folder(folder.join("certs"));
        let pem = |path: std::path::PathBuf| std::fs::read(path).unwrap();
        let mut roots = rustls::RootCertStore::empty();
        roots.add(CertificateDer::from_pem_slice(&pem(certs.ca())).unwrap()).unwrap();
        let tls = rustls::ClientConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_root_certificates(roots);
        let (address, mut tls) = match who {
            Who::Partner => {
                let chain = vec![CertificateDer::from_pem_slice(&pem(certs.certificate(CQC))).unwrap()];
                let key = PrivateKeyDer::from_pem_slice(&pem(certs.key(CQC))).unwrap();
                (running.api, tls.with_client_auth_cert(chain, key).unwrap())
            }
            Who::Nobody => (running.people, tls.with_no_client_auth()),
        };
        tls.alpn_protocols = vec![b"h2".to_vec()];
        Self { address, tls: Arc::new(tls), ordinary: ordinary.to_owned(), heavy: heavy.to_owned() }
    }

    /// A connection that has said how it would like to be sent to: as much as can be.
    async fn connected(&self) -> Connection {
        let stream = TcpStream::connect(self.address).await.unwrap();
        let name = ServerName::try_from("localhost").unwrap();
        let stream = TlsConnector::from(Arc::clone(&self.tls)).connect(name, stream).await.unwrap();
        let mut connection = Connection { stream };
        connection.sends(&attacks::greeting()).await;
        connection
    }
}

/// A connection of the attacker, from which it reads nothing.
struct Connection {
    stream: TlsStream<TcpStream>,
}

impl Connection {
    async fn sends(&mut self, bytes: &[u8]) -> Ended {
        let writing = async {
            self.stream.write_all(bytes).await?;
            self.stream.flush().await
        };
        match tokio::time::timeout(PATIENCE, writing).await {
            Ok(Ok(())) => Ended::Taken,
            Ok(Err(_)) => Ended::Cut,
            Err(_) => Ended::Held,
        }
    }
}

/// Memory as it was before, and the most that was seen since.
struct Growth<'a> {
    of: &'a Running,
    before: u64,
    most: u64,
}

impl<'a> Growth<'a> {
    fn from_now(of: &'a Running) -> Option<Self> {
        let before = of.memory()?;
        Some(Self { of, before, most: before })
    }

    fn look(&mut self) {
        self.most = self.most.max(self.of.memory().unwrap());
    }

    fn bytes(&self) -> u64 {
        self.most.saturating_sub(self.before)
    }
}

/// Somebody else writes ten notes and reads each back; how many went well.
async fn served(other: &Participant, incident: &str, growth: &mut Growth<'_>) -> usize {
    let mut well = 0;
    for number in 0..10 {
        let asked = crate::participant::request(incident, crate::participant::options(), [note(&format!("n{number}"))]);
        if let Ok(answer) = other.appends(asked).await {
            let seq = crate::participant::seq(&answer);
            let read = v1::ReadRequest { incident_id: incident.to_owned(), after_seq: seq - 1, limit: 1 };
            let read = other.client.records.clone().read(read).await;
            well += usize::from(read.is_ok_and(|page| page.into_inner().entries.len() == 1));
        }
        growth.look();
    }
    well
}

#[tokio::test(flavor = "multi_thread")]
async fn raw_frames_cost_little_memory_and_others_are_served_meanwhile() {
    let place = tempfile::tempdir().unwrap();
    let folder = place.path();
    let running = serve(folder, "error");
    let client = |agency: &'static str| {
        let (address, certs) = (running.api, Folder(folder.join("certs")));
        async move {
            let client = Client::from_folder(address, &certs, agency).await.unwrap();
            Participant { client, agency: agency.to_owned() }
        }
    };
    let (council, icb, cqc) = (client(COUNCIL).await, client(ICB).await, client(CQC).await);
    let ordinary = council.opens("A long record", IncidentKind::ProviderFailure).await;
    let heavy = council.opens("A record of the largest commits", IncidentKind::ProviderFailure).await;
    let long = "a long note ".repeat(165);
    for record in [&ordinary, &heavy] {
        council.seats(&cqc, record).await;
    }
    for _ in 0..50 {
        council.does(&heavy, (0..120).map(|_| note(&long))).await;
    }
    let mut writers = tokio::task::JoinSet::new();
    for _ in 0..16 {
        let (council, ordinary, long) = (council.clone(), ordinary.clone(), long.clone());
        writers.spawn(async move {
            for _ in 0..200 {
                council.notes(&ordinary, &long).await;
            }
        });
    }
    writers.join_all().await;
    let incident = icb.opens("Rosebank", IncidentKind::ProviderFailure).await;
    drop(cqc);
    // Everything that is made once is made before anything is measured.
    let Some(mut warm) = Growth::from_now(&running) else {
        crate::skipping::skipped("memory of a process", "this system does not say it");
        return;
    };
    assert_eq!(served(&icb, &incident, &mut warm).await, 10);
    drop((council.reads(&ordinary).await, council.reads(&heavy).await));

    let mut table =
        format!("{:<44}{:<9}{:>10}{:>9}{:>11}{:>9}\n", "attack", "who", "frames", "during", "RSS +KiB", "after");
    let mut over = Vec::new();
    for who in [Who::Partner, Who::Nobody] {
        let target = Target::of(&running, folder, who, [&ordinary, &heavy]);
        for kind in Kind::ALL {
            let mut growth = Growth::from_now(&running).unwrap();
            let mut attack = Attack::begun(kind, &target, &mut growth).await;
            let during = served(&icb, &incident, &mut growth).await;
            attack.goes_on(&mut growth).await;
            let during = during.min(served(&icb, &incident, &mut growth).await);
            let frames = attack.frames;
            let told = attack.told();
            drop(attack);
            let after = served(&icb, &incident, &mut growth).await;
            let line = format!(
                "{:<44}{:<9}{frames:>10}{during:>6}/10{:>11}{after:>6}/10  {told}\n",
                kind.told(),
                format!("{who:?}").to_lowercase(),
                growth.bytes() / 1024,
            );
            if growth.bytes() >= kind.most() || during < 10 || after < 10 {
                over.push(line.clone());
            }
            table.push_str(&line);
        }
    }
    writeln!(std::io::stderr(), "{table}").unwrap();
    assert!(over.is_empty(), "{over:#?}");
    assert_eq!(icb.reads(&incident).await.len(), usize::try_from(icb.settled(&incident).await).unwrap());
    running.end();
}
