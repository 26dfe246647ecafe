//! `muster` as a process of its own: the binary is this test binary, run once more.

use std::fs::File;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use crate::register_command::TYPED;

/// A command as a person types it.
pub(crate) fn muster(words: &[&str]) -> Command {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command
        .args(["--exact", "register_command::a_child_does_what_was_typed", "--nocapture"])
        .env(TYPED, words.join("\t"));
    command
}

/// A server that runs.
pub(crate) struct Running {
    child: Child,
    pub(crate) api: SocketAddr,
    pub(crate) people: SocketAddr,
    pub(crate) probes: SocketAddr,
}

/// Somebody at a terminal.
pub(crate) struct Typing<'a> {
    pub(crate) server: &'a Running,
    pub(crate) certs: &'a Path,
}

impl Typing<'_> {
    /// What a command printed, or what it complained of.
    pub(crate) fn types(&self, words: &[&str], as_agency: &str) -> Result<String, String> {
        let server = self.server.api.to_string();
        let calling = ["--server", &server, "--certs", path(self.certs), "--as", as_agency];
        let mut command = muster(&[words, &calling].concat());
        let ran = command.stdin(Stdio::null()).output().unwrap();
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
        if ran.status.success() { Ok(harness_apart(&text(ran.stdout))) } else { Err(text(ran.stderr)) }
    }

    /// What a command of the council printed.
    pub(crate) fn does(&self, words: &[&str]) -> String {
        self.types(words, "e08000026").unwrap_or_else(|error| panic!("{words:?}: {error}"))
    }
}

/// What the command printed, without what the test binary that carries it says around it.
pub(crate) fn harness_apart(text: &str) -> String {
    let whole = text.split_once("running 1 test\n").map_or(text, |(_, rest)| rest);
    whole.split("test register_command::a_child").next().unwrap().to_owned()
}

/// A path as one types it.
pub(crate) fn path(path: &Path) -> &str {
    path.to_str().unwrap()
}

/// Starts a server for development in the folder: `muster.db`, `certs` and what it logs, in `log`.
pub(crate) fn serve(folder: &Path, level: &str) -> Running {
    serve_with(folder, level, "")
}

/// The same, with further lines in its configuration.
pub(crate) fn serve_with(folder: &Path, level: &str, further: &str) -> Running {
    started(muster(&configured(folder, level, further).each_ref().map(String::as_str)), folder)
}

/// The same, unable to make any file longer than so many KiB: to it the disk is full.
pub(crate) fn serve_on_a_full_disk(folder: &Path, kib: u32) -> Running {
    let inside = muster(&configured(folder, "error", "").each_ref().map(String::as_str));
    let mut bounded = Command::new("bash");
    bounded.args(["-c", &format!("trap '' XFSZ; ulimit -f {kib}; exec \"$@\""), "bash"]);
    bounded.arg(inside.get_program()).args(inside.get_args());
    bounded.envs(inside.get_envs().filter_map(|(name, value)| Some((name, value?))));
    started(bounded, folder)
}

/// Starts a server that is not to start, and gives what it said.
pub(crate) fn does_not_serve(folder: &Path) -> String {
    let ended = muster(&configured(folder, "error", "").each_ref().map(String::as_str)).output().unwrap();
    assert!(!ended.status.success());
    String::from_utf8(ended.stderr).unwrap()
}

/// The words with which such a server is started, its configuration written.
fn configured(folder: &Path, level: &str, further: &str) -> [String; 8] {
    let config = folder.join("muster.toml");
    std::fs::write(
        &config,
        format!(
            "data = \"muster.db\"\nrehearsals_among_live = true\n[rule_sets]\nshipped = []\n[listen]\napi = \"127.0.0.1:0\"\n\
             people = \"127.0.0.1:0\"\nprobes = \"127.0.0.1:0\"\n{further}"
        ),
    )
    .unwrap();
    let certs = folder.join("certs");
    ["serve", "--dev", "--config", path(&config), "--certs", path(&certs), "--log", level].map(str::to_owned)
}

fn started(mut command: Command, folder: &Path) -> Running {
    let log = File::options().create(true).append(true).open(folder.join("log")).unwrap();
    let mut child = command.stdout(Stdio::piped()).stderr(log).spawn().unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines().map(Result::unwrap);
    let mut after = |words: &str| -> SocketAddr {
        let found = lines.find_map(|line| Some(line.split_once(words)?.1.split(['/', ' ']).next()?.parse().unwrap()));
        found.unwrap()
    };
    let (api, people) = (after("Muster listens on "), after("people: "));
    let probes = after("probes and metrics: http://");
    std::thread::spawn(move || lines.for_each(drop));
    Running { child, api, people, probes }
}

impl Running {
    /// Ends it as an operator does.
    pub(crate) fn end(mut self) {
        let id = self.child.id().to_string();
        assert!(Command::new("kill").args(["-TERM", &id]).status().unwrap().success());
        assert!(self.child.wait().unwrap().success());
    }

    /// What its metrics say.
    pub(crate) fn metrics(&self) -> Vec<u8> {
        let mut stream = TcpStream::connect(self.probes).unwrap();
        stream.write_all(b"GET /metrics HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n").unwrap();
        let mut text = Vec::new();
        stream.read_to_end(&mut text).unwrap();
        assert!(text.starts_with(b"HTTP/1.1 200"));
        text
    }

    /// The memory that it has in the machine, in bytes; nothing where the system does not say.
    pub(crate) fn memory(&self) -> Option<u64> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id())).ok()?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
        Some(line.trim().strip_suffix(" kB")?.parse::<u64>().ok()? * 1024)
    }
}

impl Drop for Running {
    /// A test that fails leaves no server behind.
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}
