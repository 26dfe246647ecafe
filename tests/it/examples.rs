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
use muster_client::{Bearer, Certificates, FilePlace, Follow, Server, Wire};
use muster_proto::v1;
use muster_proto::v1::watch_response::Event;
use muster_record::situation::IncidentKind;

use crate::home::{COUNCIL, ICB, soon};
use crate::participant::{Participant, note, options, request};
use crate::process::{muster, path};
use crate::tutorial::target;

/// How often server and mirror are killed.
const KILLS: usize = 10;
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
    for name in ["package.json", "buf.gen.yaml", "tsconfig.json", "muster.ts", "partner.ts"] {
        std::fs::copy(root().join("examples/typescript").join(name), folder.join(name))
            .map_err(|error| error.to_string())?;
    }
    if !folder.join("node_modules/.bin/buf").exists() || !folder.join("node_modules/.bin/tsc").exists() {
        let words = ["install", "--no-audit", "--no-fund", "--loglevel=error"];
        ran(Command::new("npm").args(words).current_dir(&folder))?;
    }
    Ok(folder)
});

/// What was installed, or one line that says why the test does nothing.
pub(crate) fn at_hand(what: &str, installed: &'static LazyLock<Result<PathBuf, String>>) -> Option<&'static Path> {
    match &**installed {
        Ok(path) => Some(path),
        Err(why) => {
            println!("SKIPPED: {what} cannot be had here: {}", why.lines().last().unwrap_or("it says nothing"));
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
            "data = \"muster.db\"\n[rule_sets]\nshipped = [{rule_sets}]\n[listen]\napi = \"{api}\"\n\
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

/// Follows with the client until somebody stops it; keeps what it sees.
async fn follows(mut follow: Follow<FilePlace>, see: tokio::sync::mpsc::UnboundedSender<v1::Entry>) {
    loop {
        let response = follow.next().await.unwrap();
        let Some(Event::Changes(changes)) = response.event else { continue };
        for entry in changes.entries {
            drop(see.send(entry));
        }
    }
}

/// What a mirror holds: each place with its hash.
fn mirrored(file: &Path) -> Vec<(u64, Vec<u8>)> {
    let db = rusqlite::Connection::open(file).unwrap();
    let mut asked = db.prepare("SELECT seq, hash FROM entry ORDER BY seq").unwrap();
    let rows = asked.query_map([], |row| Ok((row.get::<_, i64>(0)?.try_into().unwrap(), row.get(1)?))).unwrap();
    rows.map(Result::unwrap).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_mirror_and_the_rust_client_keep_the_servers_chain_through_ten_kill_9() {
    let python_at = at_hand("Python's packages", &PYTHON);
    let place = tempfile::tempdir().unwrap();
    let (certs, mirror, api) = (place.path().join("certs"), place.path().join("mirror.db"), free());
    let mut process = Process::start(place.path(), api, "");
    let council = participant(api, &certs, COUNCIL).await;
    let icb = participant(api, &certs, ICB).await;
    let incident = council.opens("Rosebank", IncidentKind::ProviderFailure).await;
    council.seats(&icb, &incident).await;
    let (see, mut seen) = tokio::sync::mpsc::unbounded_channel();
    let file_place = FilePlace(place.path().join("rust.place"));
    let follower = tokio::spawn(follows(Follow::incident(server(api, &certs, ICB), &incident, file_place), see));

    // One connection for all rounds: it mends itself.
    let wire = server(api, &certs, COUNCIL).connect().await.unwrap();
    let address = api.to_string();
    let mut words = vec!["examples/python/mirror.py", &incident, "--into", path(&mirror), "--agency", ICB];
    words.extend(["--server", &address, "--certs", path(&certs)]);
    let mut record = Vec::new();
    for round in 0..KILLS {
        let mirroring = python_at.map(|at| {
            let (out, err) = (Stdio::null(), Stdio::null());
            python(at, &words).stdin(Stdio::null()).stdout(out).stderr(err).spawn().unwrap()
        });
        let (tell, mut told) = tokio::sync::mpsc::channel(1);
        let writer = tokio::spawn(writes(wire.clone(), incident.clone(), round, tell));
        // In another place of the round each time; the mirror is somewhere behind.
        for _ in 0..=(round * 7 % NOTES) {
            soon(told.recv()).await.unwrap();
        }
        process.dies();
        process = Process::start(place.path(), api, "");
        while soon(told.recv()).await.is_some() {}
        writer.await.unwrap();
        // The mirror is killed as well, and another goes on from what it kept.
        if let Some(mut mirroring) = mirroring {
            mirroring.kill().unwrap();
            mirroring.wait().unwrap();
        }
        record = participant(api, &certs, ICB).await.reads(&incident).await;
        let chain: Vec<(u64, Vec<u8>)> = record.iter().map(|entry| (entry.seq, entry.hash.to_vec())).collect();
        let Some(at) = python_at else { continue };
        let last = record.len().to_string();
        let mut until = words.clone();
        until.extend(["--until", &last]);
        let said = ran(&mut python(at, &until)).unwrap();
        assert_eq!(mirrored(&mirror), chain, "round {round}: {said}");
        let head = chain.last().unwrap().1.iter().map(|byte| format!("{byte:02x}")).collect::<String>();
        assert!(said.contains(&format!("mirrored {last} entries; the chain holds and ends with {head}")), "{said}");
    }
    let notes = record.iter().filter(|entry| crate::participant::text_of(entry).is_some()).count();
    assert_eq!(notes, KILLS * NOTES, "each note is written once");
    let mut followed = Vec::new();
    while followed.len() < record.len() {
        followed.push(soon(seen.recv()).await.unwrap());
    }
    follower.abort();
    assert_eq!(followed, record, "the Rust client left nothing out and saw nothing twice");
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

#[test]
fn the_python_walk_through_adopts_a_proposal_and_offers_what_the_files_say() {
    let Some(at) = at_hand("Python's packages", &PYTHON) else { return };
    let (place, api, _process) = with_rule_sets();
    let (api, certs) = (api.to_string(), place.path().join("certs"));
    let said =
        ran(&mut python(at, &["examples/python/partner.py", "--server", &api, "--certs", path(&certs)])).unwrap();
    for line in ["refused with ALREADY_JOINED", "written once", "3 bed", "2 bed", "vehicles pushed", "adopted proposal"]
    {
        assert!(said.contains(line), "{line}\n{said}");
    }
}

#[test]
fn the_typescript_example_writes_once_and_goes_on_after_kill_9_where_it_was() {
    let Some(folder) = at_hand("node's packages", &NODE) else { return };
    let bin = folder.join("node_modules/.bin");
    let tools = || {
        let path = std::env::var_os("PATH").unwrap();
        std::env::join_paths(std::iter::once(bin.clone()).chain(std::env::split_paths(&path))).unwrap()
    };
    let proto = root().join("proto");
    let generate = ["generate", path(&proto), "--template", "buf.gen.yaml"];
    ran(Command::new(bin.join("buf")).args(generate).current_dir(folder).env("PATH", tools())).unwrap();
    ran(Command::new(bin.join("tsc")).current_dir(folder)).unwrap();
    let (place, api) = (tempfile::tempdir().unwrap(), free());
    let process = Process::start(place.path(), api, "");
    let (api_text, certs, kept) = (api.to_string(), place.path().join("certs"), place.path().join("ts.place"));
    let words = ["--server", &api_text, "--certs", path(&certs), "--place", path(&kept)];
    let partner = |more: &[&str]| {
        let mut node = Command::new("node");
        node.arg("built/partner.js").args(words).args(more).current_dir(folder);
        ran(&mut node).unwrap()
    };
    let said = partner(&["--until", "6"]);
    let incident = said.lines().next().unwrap();
    assert!(said.contains("asked twice under one id, written once: 6 true"), "{said}");
    process.dies();
    let _again = Process::start(place.path(), api, "");
    let mut append =
        muster(&["append", incident, "--note", "after the restart", "--server", &api_text, "--certs", path(&certs)]);
    ran(&mut append).unwrap();
    let said = partner(&["--incident", incident, "--until", "7"]);
    let after: Vec<&str> = said.lines().skip(1).collect();
    assert_eq!(after, ["7  note: after the restart"], "nothing twice: {said}");
}

#[test]
fn the_shell_example_writes_once() {
    let Some(folder) = at_hand("buf", &NODE) else { return };
    let (place, api) = (tempfile::tempdir().unwrap(), free());
    let _process = Process::start(place.path(), api, "");
    let port = format!("localhost:{}", api.port());
    let tools = std::iter::once(folder.join("node_modules/.bin"));
    let tools = tools.chain(std::env::split_paths(&std::env::var_os("PATH").unwrap()).collect::<Vec<_>>());
    let mut shell = Command::new("bash");
    shell.arg(root().join("examples/shell/partner.sh")).arg(port).arg(place.path().join("certs"));
    let said = ran(shell.env("PATH", std::env::join_paths(tools).unwrap())).unwrap();
    assert!(said.contains("written as entry 4; asked again it is entry 4"), "{said}");
    assert_eq!(said.matches("note: registration suspended").count(), 1, "{said}");
}
