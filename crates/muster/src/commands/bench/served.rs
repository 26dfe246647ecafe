//! The server that is measured: a process of its own, on a new store, with the limits of one agency raised.

use std::fs::File;
use std::io::{BufRead as _, BufReader};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use anyhow::{Context as _, Result, bail};

use crate::client::Client;
use crate::config::{Config, development_agencies};
use crate::dev_certs::{Folder, Identity};

/// What is raised: one agency stands for as many as there are writers and watchers.
pub(super) const RAISED: &str =
    "connections_per_agency 1024, watchers_per_agency 20000, calls_per_second and calls_at_once 1000000";

/// The same as the server reads it.
const LIMITS: &str = "connections = 2048\nconnections_per_agency = 1024\nwatchers_per_agency = 20000\n\
                      calls_per_second = 1000000\ncalls_at_once = 1000000\n";

/// Its configuration.
const CONFIG: &str = "muster.toml";

/// Writers and watchers on one connection: the server takes twice as many streams, and no more.
const PER_CONNECTION: usize = 32;

/// A server that runs until this is dropped.
pub(super) struct Served {
    running: Running,
    door: Door,
    certs: Folder,
    folder: tempfile::TempDir,
    program: PathBuf,
}

/// How it is reached.
#[derive(Clone)]
pub(super) struct Door {
    api: SocketAddr,
    ca: String,
    identity: Identity,
}

impl Door {
    /// A client on a connection of its own.
    pub(super) async fn client(&self) -> Result<Client> {
        Client::connect(self.api, &self.ca, &self.identity).await
    }
}

impl Served {
    /// Starts it, for development as far as certificates go.
    pub(super) fn start(program: &Path, with_rules: bool) -> Result<Self> {
        let folder = tempfile::tempdir()?;
        configure(folder.path(), with_rules, None, "")?;
        Self::run(program, folder, None)
    }

    /// The same with these agencies, on a database where one is named, and with the certificates of another server.
    pub(super) fn of(
        program: &Path,
        with_rules: bool,
        store: Option<&str>,
        agencies: &str,
        certs: Option<PathBuf>,
    ) -> Result<Self> {
        let folder = tempfile::tempdir()?;
        configure(folder.path(), with_rules, store, agencies)?;
        Self::run(program, folder, certs.map(Folder))
    }

    /// Where it listens.
    pub(super) fn api(&self) -> SocketAddr {
        self.door.api
    }

    /// Its certificates, with those of every agency.
    pub(super) fn certs(&self) -> &Folder {
        &self.certs
    }

    /// Kills it, and starts it again on the same store.
    pub(super) fn again(self) -> Result<Self> {
        let Self { running, door: _, certs, folder, program } = self;
        drop(running);
        Self::run(&program, folder, Some(certs))
    }

    fn run(program: &Path, folder: tempfile::TempDir, certs: Option<Folder>) -> Result<Self> {
        let config = folder.path().join(CONFIG);
        let certs = certs.unwrap_or_else(|| Folder(folder.path().join("certs")));
        let log = File::create(folder.path().join("log"))?;
        let mut command = Command::new(program);
        command.args(["serve", "--dev", "--log", "warn", "--config"]).arg(&config).arg("--certs").arg(&certs.0);
        let child = command.stdout(Stdio::piped()).stderr(log).spawn().context("the server cannot be started")?;
        let mut running = Running(child);
        let out = running.0.stdout.take().context("the server says nothing")?;
        let mut lines = BufReader::new(out).lines();
        let api = lines.find_map(|line| {
            line.ok()?.strip_prefix("Muster listens on ")?.split(' ').next()?.parse::<SocketAddr>().ok()
        });
        let Some(api) = api else {
            let log = std::fs::read_to_string(folder.path().join("log")).unwrap_or_default();
            bail!("the server did not start: {log}");
        };
        // Whatever else it says is taken from it, so that it does not wait for us.
        std::thread::spawn(move || lines.for_each(drop));
        let configured = Config::read(&config)?.agencies.into_iter();
        let agency = configured.chain(development_agencies()).next().context("no agency")?.id;
        let read = |path| std::fs::read_to_string(path).context("the server's certificates cannot be read");
        let (ca, certificate) = (read(certs.ca())?, read(certs.certificate(agency.as_str()))?);
        let identity = Identity { certificate, key: read(certs.key(agency.as_str()))? };
        Ok(Self { running, door: Door { api, ca, identity }, certs, folder, program: program.to_owned() })
    }

    /// Where its files are.
    pub(super) fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Its process.
    pub(super) fn process(&self) -> u32 {
        self.running.0.id()
    }

    /// How it is reached.
    pub(super) fn door(&self) -> Door {
        self.door.clone()
    }

    /// A client on a connection of its own.
    pub(super) async fn client(&self) -> Result<Client> {
        self.door.client().await
    }

    /// As many clients as asked for, some on each connection.
    pub(super) async fn clients(&self, count: usize) -> Result<Vec<Client>> {
        let mut clients = Vec::with_capacity(count);
        while clients.len() < count {
            let client = self.client().await?;
            let more = count.saturating_sub(clients.len()).min(PER_CONNECTION);
            clients.extend(std::iter::repeat_n(client, more));
        }
        Ok(clients)
    }
}

/// A process that ends with this. Nobody needs its store any more, so it is not asked politely.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        drop(self.0.kill());
        drop(self.0.wait());
    }
}

fn configure(folder: &Path, with_rules: bool, store: Option<&str>, agencies: &str) -> Result<()> {
    let rules = if with_rules { "" } else { "[rule_sets]\nshipped = []\n" };
    let listen = "[listen]\napi = \"127.0.0.1:0\"\npeople = \"127.0.0.1:0\"\nprobes = \"127.0.0.1:0\"\n";
    let store = store.map(|store| format!("store = {store:?}\n")).unwrap_or_default();
    let text = format!("data = \"muster.db\"\n{store}{rules}{listen}[limits]\n{LIMITS}{agencies}");
    Ok(std::fs::write(folder.join(CONFIG), text)?)
}
