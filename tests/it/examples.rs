//! The examples and the clients that a partner copies, run as they stand against a real server process.
//!
//! Where Python, node or the packages cannot be had, a test says so in one line and does nothing else.

use std::io::{BufRead as _, BufReader};
use std::net::{SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::LazyLock;
use std::time::Duration;

use muster::client::Client;
use muster::dev_certs::Folder;
use muster_client::{Bearer, Certificates, Server, Wire};
use muster_record::situation::IncidentKind;

use crate::home::{COUNCIL, ICB, soon};
use crate::participant::{Participant, note, options, request};
use crate::process::{muster, path};
use crate::tutorial::target;

mod followers;
mod mirrors;
mod often_killed;
mod walks;

/// Notes that are written in each round, in the middle of which the server is killed.
const NOTES: usize = 12;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_owned()
}

/// Runs a command to its end, and gives what it printed, or what was wrong.
fn ran(command: &mut Command) -> Result<String, String> {
    let ran = command.stdin(Stdio::null()).output().map_err(|error| format!("{:?}: {error}", command.get_program()))?;
    let said = String::from_utf8_lossy(&ran.stdout).into_owned();
    if ran.status.success() { Ok(said) } else { Err(format!("{said}{}", String::from_utf8_lossy(&ran.stderr))) }
}

/// A Python with what the client needs and the code made of the protos, once for all runs: below `target`.
static PYTHON: LazyLock<Result<PathBuf, String>> = LazyLock::new(|| {
    let folder = target().join("examples/python");
    let python = folder.join("bin/python");
    if !folder.join("installed").exists() {
        ran(Command::new("python3").args(["-m", "venv"]).arg(&folder))?;
        let packages = ["grpcio", "grpcio-tools", "googleapis-common-protos"];
        ran(Command::new(&python).args(["-m", "pip", "install", "--quiet"]).args(packages))?;
        std::fs::write(folder.join("installed"), "").map_err(|error| error.to_string())?;
    }
    let made = folder.join("generated");
    std::fs::create_dir_all(&made).map_err(|error| error.to_string())?;
    let protos = std::fs::read_dir(root().join("proto/muster/v1")).unwrap().map(|file| file.unwrap().path());
    let mut tools = Command::new(&python);
    tools.args(["-m", "grpc_tools.protoc", "-I"]).arg(root().join("proto")).args(protos);
    tools.arg(format!("--python_out={}", path(&made))).arg(format!("--grpc_python_out={}", path(&made)));
    ran(&mut tools)?;
    Ok(python)
});

/// A folder with the example in TypeScript and its packages, buf among them.
pub(crate) static NODE: LazyLock<Result<PathBuf, String>> = LazyLock::new(|| {
    let folder = target().join("examples/typescript");
    std::fs::create_dir_all(&folder).map_err(|error| error.to_string())?;
    let files = ["package.json", "buf.gen.yaml", "tsconfig.json", "muster.ts", "partner.ts", "follow.ts", "mirror.ts"];
    for name in files {
        std::fs::copy(root().join("examples/typescript").join(name), folder.join(name))
            .map_err(|error| error.to_string())?;
    }
    let has = |name: &str| folder.join("node_modules").join(name).exists();
    if !has(".bin/buf") || !has(".bin/tsc") || !has("@types/better-sqlite3") {
        ran(Command::new("npm").args(NPM).current_dir(&folder))?;
    }
    Ok(folder)
});

const NPM: [&str; 4] = ["install", "--no-audit", "--no-fund", "--loglevel=error"];

/// The same, built, with SQLite for node: in a folder of its own, so that npm moves nothing that other tests run.
static NODE_AND_SQLITE: LazyLock<Result<PathBuf, String>> = LazyLock::new(|| {
    let from = NODE.clone()?;
    *BUILT;
    let folder = from.with_file_name("typescript-and-sqlite");
    std::fs::create_dir_all(&folder).map_err(|error| error.to_string())?;
    ran(Command::new("cp").arg("-r").arg(from.join(".")).arg(&folder))?;
    let opens =
        || ran(Command::new("node").args(["-e", "new (require('better-sqlite3'))(':memory:')"]).current_dir(&folder));
    if opens().is_err() {
        // It is compiled where it cannot be fetched, which takes minutes that only the mirror needs.
        ran(Command::new("npm").args(NPM).args(["--no-save", "better-sqlite3@12"]).current_dir(&folder))?;
        opens()?;
    }
    Ok(folder)
});

/// The folder with the example in TypeScript built, once for all tests; at least with its packages there.
static BUILT: LazyLock<()> = LazyLock::new(|| {
    let folder = NODE.as_ref().unwrap();
    let proto = root().join("proto");
    let generate = ["generate", path(&proto), "--template", "buf.gen.yaml"];
    let mut buf = Command::new(folder.join("node_modules/.bin/buf"));
    ran(with_tools(buf.args(generate).current_dir(folder), folder)).unwrap();
    ran(Command::new(folder.join("node_modules/.bin/tsc")).current_dir(folder)).unwrap();
});

/// The command finds what npm installed.
fn with_tools<'a>(command: &'a mut Command, folder: &Path) -> &'a mut Command {
    let tools = std::iter::once(folder.join("node_modules/.bin"));
    let tools = tools.chain(std::env::split_paths(&std::env::var_os("PATH").unwrap()).collect::<Vec<_>>());
    command.env("PATH", std::env::join_paths(tools).unwrap())
}

/// What was installed, or one line that says why the test does nothing.
pub(crate) fn at_hand(what: &str, installed: &'static LazyLock<Result<PathBuf, String>>) -> Option<&'static Path> {
    match &**installed {
        Ok(path) => Some(path),
        Err(why) => {
            crate::skipping::skipped(what, why.lines().last().unwrap_or("it says nothing"));
            None
        }
    }
}

fn python(at: &Path, words: &[&str]) -> Command {
    let mut python = Command::new(at);
    let made = at.ancestors().nth(2).unwrap().join("generated");
    let places = [made, root().join("clients/python")];
    python.args(words).current_dir(root()).env("PYTHONPATH", std::env::join_paths(places).unwrap());
    python
}

/// A server process that always listens at the same place.
struct Process {
    child: Child,
}

impl Process {
    fn start(folder: &Path, api: SocketAddr, rule_sets: &str) -> Self {
        let config = folder.join("muster.toml");
        let text = format!(
            "data = \"muster.db\"\nrehearsals_among_live = true\n[rule_sets]\nshipped = [{rule_sets}]\n[listen]\napi = \"{api}\"\n\
             people = \"127.0.0.1:0\"\nprobes = \"127.0.0.1:0\"\n"
        );
        std::fs::write(&config, text).unwrap();
        let certs = folder.join("certs");
        let words = ["serve", "--dev", "--config", path(&config), "--certs", path(&certs), "--log", "error"];
        let mut child = muster(&words).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines().map(Result::unwrap);
        assert!(lines.any(|line| line.contains("Muster listens on ")), "the server did not start");
        std::thread::spawn(move || lines.for_each(drop));
        Self { child }
    }

    /// `kill -9`.
    fn dies(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

/// A port that was free a moment ago; the server takes it again after each kill.
fn free() -> SocketAddr {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap()
}

fn server(api: SocketAddr, certs: &Path, agency: &str) -> Server {
    let certificates = Certificates::in_folder(certs, agency).unwrap();
    Server { address: api.to_string(), name: "localhost".to_owned(), certificates, bearer: Bearer::Nobody }
}

async fn participant(api: SocketAddr, certs: &Path, agency: &str) -> Participant {
    let client = Client::from_folder(api, &Folder(certs.to_owned()), agency).await.unwrap();
    Participant { client, agency: agency.to_owned() }
}

/// Writes notes with the client, over whatever happens to the server; says each that was acknowledged.
async fn writes(wire: Wire, incident: String, round: usize, tell: tokio::sync::mpsc::Sender<()>) {
    for number in 0..NOTES {
        let asked = request(&incident, options(), [note(&format!("{round}/{number}"))]);
        muster_client::writing::append(&wire, &asked, Duration::from_secs(120)).await.unwrap();
        // Nobody counts any more: the writing goes on.
        let _counted = tell.send(()).await.is_ok();
    }
}

/// What a mirror holds: each place with its hash.
fn mirrored(file: &Path) -> Vec<(u64, Vec<u8>)> {
    let db = rusqlite::Connection::open(file).unwrap();
    let mut asked = db.prepare("SELECT seq, hash FROM entry ORDER BY seq").unwrap();
    let rows = asked.query_map([], |row| Ok((row.get::<_, i64>(0)?.try_into().unwrap(), row.get(1)?))).unwrap();
    rows.map(Result::unwrap).collect()
}

#[test]
fn the_python_client_decides_as_the_guide_says() {
    let Some(at) = at_hand("Python's packages", &PYTHON) else { return };
    ran(&mut python(at, &["-m", "unittest", "discover", "clients/python/tests"])).unwrap();
}

/// A server with the rule sets that the walk-throughs meet.
fn with_rule_sets() -> (tempfile::TempDir, SocketAddr, Process) {
    let (place, api) = (tempfile::tempdir().unwrap(), free());
    let process = Process::start(
        place.path(),
        api,
        "\"transport-options\", \"stakeholder-matrix\", \"responsibility\", \"emergency-closure\"",
    );
    (place, api, process)
}

/// The address by the name that the certificate has.
fn local(api: SocketAddr) -> String {
    format!("localhost:{}", api.port())
}

fn has_sqlite() -> bool {
    let has = ran(Command::new("sqlite3").args([":memory:", "SELECT '{}'->>'a'"]));
    if let Err(why) = &has {
        crate::skipping::skipped("sqlite3 with JSON", why.lines().last().unwrap_or_default());
    }
    has.is_ok()
}
