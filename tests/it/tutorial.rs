//! `docs/writing-a-rule-set.md`, run as it stands: every command on it, and what it says that they print.
//!
//! A block in `sh` is run, in one shell after the other that keep folder and variables; the lines of the `text` behind it
//! have to be in what it printed. `sh server` runs in the background; `sh js` and `sh python` need packages, and are
//! passed over with a word where these cannot be had.

use std::io::{BufRead as _, BufReader};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;

/// A fenced block of the page, and what is expected behind it.
struct Block {
    word: String,
    script: String,
    expected: Vec<String>,
    line: usize,
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..").canonicalize().unwrap()
}

fn blocks(page: &str) -> Vec<Block> {
    let mut blocks: Vec<Block> = Vec::new();
    let mut lines = (1..).zip(page.lines());
    while let Some((line, head)) = lines.next() {
        let Some(word) = head.strip_prefix("```") else { continue };
        let body: Vec<String> =
            lines.by_ref().map(|(_, line)| line.to_owned()).take_while(|line| line != "```").collect();
        match word {
            "text" => blocks.last_mut().unwrap().expected.extend(body),
            "console" => (),
            word if word == "sh" || word.starts_with("sh ") => {
                let word = word.trim_start_matches("sh").trim().to_owned();
                blocks.push(Block { word, script: body.join("\n"), expected: Vec::new(), line });
            }
            other => panic!("line {line}: the test does not know what to do with a block in {other:?}"),
        }
    }
    blocks
}

/// The folder that cargo builds in: that of this test.
pub(crate) fn target() -> PathBuf {
    let built = std::env::current_exe().unwrap();
    let profile = built.ancestors().find(|folder| folder.ends_with("debug") || folder.ends_with("release")).unwrap();
    profile.parent().unwrap().to_owned()
}

/// A folder with the program itself, under its own name, as a reader of the page has it on the path.
pub(crate) fn program() -> &'static Path {
    static FOLDER: OnceLock<PathBuf> = OnceLock::new();
    FOLDER.get_or_init(|| {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("program");
        std::fs::create_dir_all(&folder).unwrap();
        let (made, named) = (folder.join(format!("muster-{}", std::process::id())), folder.join("muster"));
        std::os::unix::fs::symlink(env!("CARGO_BIN_EXE_muster-under-test"), &made).unwrap();
        std::fs::rename(made, named).unwrap();
        folder
    })
}

/// Why Python is passed over: a component of it holds an interpreter, which takes minutes to compile where nothing is
/// optimised.
pub(crate) fn too_long_for_python() -> Option<String> {
    let wanted = std::env::var_os("MUSTER_TEST_PYTHON").is_some_and(|set| set == "1");
    (!wanted).then(|| "it takes minutes: set MUSTER_TEST_PYTHON=1".to_owned())
}

/// What is in the way of a language's packages, if anything is.
fn missing(language: &str) -> Option<String> {
    if language == "python"
        && let Some(why) = too_long_for_python()
    {
        return Some(why);
    }
    let tried = match language {
        "js" => Command::new("npm").args(["view", "componentize-qjs@0.4.5", "version"]).output(),
        "python" => Command::new("python3")
            .args(["-m", "pip", "download", "--quiet", "--no-deps", "--dest"])
            .arg(tempfile::tempdir().unwrap().path())
            .arg("componentize-py==0.25.1")
            .output(),
        other => panic!("no language is called {other}"),
    };
    match tried {
        Ok(ran) if ran.status.success() && !ran.stdout.is_empty() || language == "python" && ran.status.success() => {
            None
        }
        Ok(ran) => Some(String::from_utf8_lossy(&ran.stderr).lines().last().unwrap_or("it says nothing").to_owned()),
        Err(error) => Some(error.to_string()),
    }
}

/// A shell that goes on where the one before it stopped.
struct Shell {
    folder: tempfile::TempDir,
    ports: [u16; 3],
    server: Option<Child>,
}

impl Drop for Shell {
    fn drop(&mut self) {
        if let Some(mut server) = self.server.take() {
            drop(server.kill());
            drop(server.wait());
        }
    }
}

impl Shell {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("state"), format!("cd '{}'\n", folder.path().display())).unwrap();
        // All three are held until each is known, so that none is given twice.
        let held = [0; 3].map(|_: u16| TcpListener::bind("127.0.0.1:0").unwrap());
        let ports = held.map(|port| port.local_addr().unwrap().port());
        Self { folder, ports, server: None }
    }

    fn command(&self, script: &str) -> Command {
        let state = self.folder.path().join("state");
        let state = state.display();
        let mut bash = Command::new("bash");
        bash.args(["-euo", "pipefail", "-c"]);
        bash.arg(format!(". '{state}'\n{script}\n{{ export -p; declare -p INCIDENT 2>/dev/null || true; echo \"cd '$PWD'\"; }} > '{state}'"));
        let path = std::env::var_os("PATH").unwrap();
        let places = std::iter::once(program().to_owned()).chain(std::env::split_paths(&path));
        bash.env("PATH", std::env::join_paths(places).unwrap()).current_dir(self.folder.path());
        let [api, people, probes] = self.ports.map(|port| format!("127.0.0.1:{port}"));
        bash.env("MUSTER_LISTEN", &api).env("MUSTER_SERVER", &api);
        bash.env("MUSTER_PEOPLE", people).env("MUSTER_PROBES", probes);
        bash.env("MUSTER_CERTS", self.folder.path().join("muster-dev"));
        bash.env("MUSTER_DATA", self.folder.path().join("muster.db"));
        // What the rule sets are built from stays built between runs of the test.
        bash.env("CARGO_TARGET_DIR", target().join("tutorial")).env("CARGO", env!("CARGO"));
        for name in ["CARGO_ENCODED_RUSTFLAGS", "RUSTFLAGS", "RUSTC_WRAPPER", "RUSTC_WORKSPACE_WRAPPER"] {
            bash.env_remove(name);
        }
        bash.stdin(Stdio::null());
        bash
    }

    fn runs(&self, block: &Block) -> String {
        let ran = self.command(&block.script).output().unwrap();
        let said = String::from_utf8_lossy(&[ran.stdout, ran.stderr].concat()).into_owned();
        assert!(ran.status.success(), "line {}:\n{}\n{said}", block.line, block.script);
        said
    }

    fn serves(&mut self, block: &Block) {
        let script = format!("exec {}", block.script);
        let mut server = self.command(&script).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
        let mut lines = BufReader::new(server.stdout.take().unwrap()).lines();
        let said = lines.find(|line| line.as_ref().is_ok_and(|line| line.starts_with("Muster listens")));
        assert!(said.is_some(), "line {}: the server did not start", block.line);
        self.server = Some(server);
        // Somebody reads what it says, so that it is never held up by a full pipe.
        std::thread::spawn(move || lines.for_each(drop));
    }
}

#[test]
fn the_page_on_writing_a_rule_set_does_what_it_says() {
    let page = std::fs::read_to_string(root().join("docs/writing-a-rule-set.md")).unwrap();
    let mut shell = Shell::new();
    for block in blocks(&page) {
        let said = match block.word.as_str() {
            "" => shell.runs(&block),
            "server" => {
                shell.serves(&block);
                String::new()
            }
            language => match missing(language) {
                None => shell.runs(&block),
                Some(why) => {
                    crate::skipping::skipped(&format!("tutorial in {language}"), why);
                    continue;
                }
            },
        };
        for line in &block.expected {
            assert!(said.contains(line.as_str()), "line {}: {line:?} is not in what came:\n{said}", block.line);
        }
    }
}
