//! A PostgreSQL that the tests start themselves, and that ends with them, however they end.

use std::io::{BufRead as _, BufReader};
use std::os::unix::fs::MetadataExt as _;
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};

use muster_store::Writes;
use muster_store_postgres::{Settings, Store};

use crate::Home;
use crate::raw::Raw;

/// Where Debian has its programs.
const PROGRAMS: &str = "/usr/lib/postgresql/15/bin";

/// Begins the server, says so, waits until nobody is left who could want it, and ends it. It is a process of its own, so
/// that it outlives a test that is killed.
const KEEPER: &str = r#"
    "$1/pg_ctl" -D "$2/data" -l "$2/log" -o "$OPTIONS" -w -t 60 start > /dev/null 2>&1
    echo "$?"
    read -r _
    "$1/pg_ctl" -D "$2/data" -m immediate -w stop > /dev/null 2>&1
    [ -n "$3" ] && rm -rf "$2"
    exit 0
"#;

/// Everything is synced as it is where it is used; memory is for tests.
const OPTIONS: &str = "-c fsync=on -c max_connections=400 -c shared_buffers=32MB -c max_wal_size=256MB";

/// A cluster of its own, in a folder of its own.
pub struct Cluster {
    folder: PathBuf,
    options: String,
    keeper: Option<Child>,
    databases: AtomicU32,
}

/// A database in a cluster, with one store in it.
pub struct Database {
    /// As the store and `psql` take it.
    pub address: String,
}

/// A fresh database in the cluster of this process; nothing where there is no PostgreSQL to start.
pub fn database() -> Option<Database> {
    static OF_PROCESS: OnceLock<Option<Cluster>> = OnceLock::new();
    OF_PROCESS.get_or_init(|| Cluster::start(Ends::AndIsRemoved)).as_ref().map(Cluster::database)
}

/// What becomes of a cluster's folder when its keeper ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ends {
    AndIsRemoved,
    AndIsKept,
}

impl Cluster {
    /// Makes a cluster and starts it.
    pub fn start(ends: Ends) -> Option<Self> {
        Self::start_with(ends, "-c listen_addresses=", |_| ())
    }

    /// The same, with settings of its own and with files that are put into its folder first.
    pub fn start_with(ends: Ends, options: &str, prepare: impl FnOnce(&Path)) -> Option<Self> {
        if !Path::new(PROGRAMS).join("initdb").is_file() {
            assert!(std::env::var_os("MUSTER_SKIPS").is_none_or(|skips| skips != "none"), "nothing may be passed over");
            eprintln!("SKIPPED: PostgreSQL: there is none of version 15 in {PROGRAMS}");
            return None;
        }
        let folder = tempfile::Builder::new().prefix("muster-pg-").tempdir().unwrap().keep();
        prepare(&folder);
        if is_root() {
            let given = Command::new("chown").args(["-R", "postgres:postgres"]).arg(&folder).status().unwrap();
            assert!(given.success());
        }
        let data = folder.join("data");
        let made = as_postgres(&format!("{PROGRAMS}/initdb"))
            .args(["-U", "muster", "-A", "trust", "--no-locale", "-E", "UTF8", "--no-sync", "-D"])
            .arg(&data)
            .current_dir(&folder)
            .output()
            .unwrap();
        assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
        let options = format!("{OPTIONS} {options} -c unix_socket_directories={}", folder.display());
        let mut cluster = Self { folder, options, keeper: None, databases: AtomicU32::new(0) };
        cluster.begin(ends);
        Some(cluster)
    }

    /// A copy that follows this one, and that this one waits for from now on before it acknowledges anything.
    pub fn standby(&self) -> Self {
        let folder = tempfile::Builder::new().prefix("muster-pg-").tempdir().unwrap().keep();
        if is_root() {
            let given = Command::new("chown").args(["-R", "postgres:postgres"]).arg(&folder).status().unwrap();
            assert!(given.success());
        }
        let copied = as_postgres(&format!("{PROGRAMS}/pg_basebackup"))
            .args(["--no-sync", "--checkpoint=fast", "--write-recovery-conf", "--pgdata"])
            .arg(folder.join("data"))
            .arg("--dbname")
            .arg(self.address("postgres"))
            .current_dir(&folder)
            .output()
            .unwrap();
        assert!(copied.status.success(), "{}", String::from_utf8_lossy(&copied.stderr));
        let options = format!("{OPTIONS} -c listen_addresses= -c unix_socket_directories={}", folder.display());
        let mut standby = Self { folder, options, keeper: None, databases: AtomicU32::new(0) };
        standby.begin(Ends::AndIsKept);
        let follows = || {
            let raw = Raw::connect(&self.address("postgres"));
            raw.run("ALTER SYSTEM SET synchronous_standby_names = '*'");
            raw.run("SELECT pg_reload_conf()");
            while raw.value("SELECT count(*) FROM pg_stat_replication WHERE sync_state = 'sync'") != "1" {}
        };
        apart(follows);
        standby
    }

    /// Lets a copy be the one that is written to.
    pub fn promote(&self) {
        let promoted = as_postgres(&format!("{PROGRAMS}/pg_ctl"))
            .args(["promote", "-w", "-D"])
            .arg(self.folder.join("data"))
            .current_dir(&self.folder)
            .output()
            .unwrap();
        assert!(promoted.status.success(), "{}", String::from_utf8_lossy(&promoted.stderr));
    }

    fn begin(&mut self, ends: Ends) {
        let removes = if ends == Ends::AndIsRemoved { "removes" } else { "" };
        let mut keeper = as_postgres("sh")
            .args(["-c", KEEPER, "sh", PROGRAMS])
            .arg(&self.folder)
            .arg(removes)
            .env("OPTIONS", &self.options)
            .current_dir(&self.folder)
            // What ends the tests' whole group does not end it: it has something to do then.
            .process_group(0)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut told = String::new();
        BufReader::new(keeper.stdout.take().unwrap()).read_line(&mut told).unwrap();
        let log = std::fs::read_to_string(self.folder.join("log")).unwrap_or_default();
        assert_eq!(told.trim(), "0", "PostgreSQL did not start: {log}");
        self.keeper = Some(keeper);
    }

    /// Ends the server, at once as if it were killed, and leaves its files.
    pub fn stop(&mut self) {
        let mut keeper = self.keeper.take().unwrap();
        drop(keeper.stdin.take());
        assert!(keeper.wait().unwrap().success());
    }

    /// Starts it again where it was.
    pub fn start_again(&mut self) {
        self.begin(Ends::AndIsKept);
    }

    /// Where its files and its socket are.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    fn address(&self, database: &str) -> String {
        format!("host={} user=muster dbname={database}", self.folder.display())
    }

    /// A fresh database.
    pub fn database(&self) -> Database {
        let name = format!("t{}", self.databases.fetch_add(1, Ordering::Relaxed));
        apart(|| Raw::connect(&self.address("postgres")).run(&format!("CREATE DATABASE {name}")));
        Database { address: self.address(&name) }
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        if self.keeper.is_some() {
            self.stop();
        }
        if let Err(error) = std::fs::remove_dir_all(&self.folder) {
            eprintln!("{} is left: {error}", self.folder.display());
        }
    }
}

impl Database {
    pub fn settings(&self) -> Settings {
        Settings::at(&self.address)
    }

    /// The address as an operator writes it.
    pub fn url(&self) -> String {
        let of = |key: &str| self.address.split(' ').find_map(|part| part.strip_prefix(key)).unwrap();
        format!("postgresql://{}@{}/{}", of("user="), of("host=").replace('/', "%2F"), of("dbname="))
    }

    /// The same database where it is on the one cluster and on a copy that follows it.
    #[must_use]
    pub fn or_on(&self, standby: &Cluster) -> Self {
        let address = self.address.replace(" user=", &format!(",{} user=", standby.folder.display()));
        Self { address }
    }

    pub fn store(&self) -> Store {
        Store::open(&self.settings(), [7; 16]).unwrap()
    }

    pub fn raw(&self) -> Raw {
        Raw::connect(&self.address)
    }
}

impl Home for Database {
    fn open(&self) -> Box<dyn Writes> {
        Box::new(self.store())
    }
}

/// Does something on a thread of its own: whoever asks may be on a runtime, and a raw connection has one too.
fn apart(work: impl FnOnce() + Send) {
    std::thread::scope(|scope| scope.spawn(work).join()).unwrap();
}

fn is_root() -> bool {
    std::fs::metadata("/proc/self").unwrap().uid() == 0
}

/// The program, as somebody whom the server accepts to be started by: not by root.
fn as_postgres(program: &str) -> Command {
    if !is_root() {
        return Command::new(program);
    }
    let mut command = Command::new("setpriv");
    command.args(["--reuid=postgres", "--regid=postgres", "--clear-groups", program]);
    command
}
