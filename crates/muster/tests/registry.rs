//! `muster rules push` and `pull` against a real registry: Debian's `docker-registry`, started on loopback.
//!
//! It is old enough to know nothing of referrers. Where it is not installed it is taken from the machine's package
//! sources and unpacked below the target folder; where it cannot be had, the tests say so and do nothing else.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::print_stdout,
    clippy::panic,
    reason = "these are tests"
)]

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::sync::OnceLock;

use muster::packing::Packed;
use muster_record::endorsing::Envelope;
use muster_record::entry::Hash;
use muster_record::evidence::key::SigningKey;

/// Whom the registry with a password knows, as bcrypt has it: `an-author` with `a-password`.
const HTPASSWD: &str = "an-author:$2b$04$Kf7A.L88OOgMVD2WueNzJeVx8MEMRx.fVMWhAaU2gQF9WwpVO7FIO\n";

/// The program, which is fetched once.
fn program() -> Option<&'static Path> {
    static PROGRAM: OnceLock<Result<PathBuf, String>> = OnceLock::new();
    match PROGRAM.get_or_init(fetched) {
        Ok(program) => Some(program),
        Err(why) => {
            println!("SKIPPED: rule sets on a registry: docker-registry cannot be had here: {why}");
            None
        }
    }
}

fn fetched() -> Result<PathBuf, String> {
    let installed = Path::new("/usr/bin/docker-registry");
    let kept = Path::new(env!("CARGO_TARGET_TMPDIR")).join("docker-registry");
    let unpacked = kept.join("usr/bin/docker-registry");
    if let Some(there) = [installed, &unpacked].into_iter().find(|program| program.is_file()) {
        return Ok(there.to_owned());
    }
    std::fs::create_dir_all(&kept).map_err(|error| error.to_string())?;
    let run = |command: &mut Command| match command.current_dir(&kept).output() {
        Ok(ran) if ran.status.success() => Ok(()),
        Ok(ran) => Err(String::from_utf8_lossy(&ran.stderr).lines().last().unwrap_or_default().to_owned()),
        Err(error) => Err(error.to_string()),
    };
    run(Command::new("apt-get").args(["download", "docker-registry"]))?;
    let files = std::fs::read_dir(&kept).unwrap().map(|file| file.unwrap().path());
    let package = files.into_iter().find(|file| file.extension().is_some_and(|it| it == "deb"));
    run(Command::new("dpkg").arg("-x").arg(package.ok_or("no package came")?).arg("."))?;
    Ok(unpacked)
}

/// A registry that runs, until it is dropped.
struct Registry {
    child: Child,
    folder: tempfile::TempDir,
    at: String,
}

impl Drop for Registry {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

impl Registry {
    /// Starts one on a free port, with what it keeps in a folder of its own.
    fn start(htpasswd: Option<&str>) -> Option<Self> {
        let program = program()?;
        let folder = tempfile::tempdir().unwrap();
        let kept = folder.path().join("kept");
        let mut config = format!(
            "version: 0.1\nlog: {{level: info}}\nstorage: {{filesystem: {{rootdirectory: {}}}}}\nhttp: {{addr: \"127.0.0.1:0\"}}\n",
            kept.display()
        );
        if let Some(htpasswd) = htpasswd {
            let file = folder.path().join("htpasswd");
            std::fs::write(&file, htpasswd).unwrap();
            config.push_str(&format!("auth: {{htpasswd: {{realm: here, path: {}}}}}\n", file.display()));
        }
        let file = folder.path().join("config.yml");
        std::fs::write(&file, config).unwrap();
        let mut serve = Command::new(program);
        serve.arg("serve").arg(file).env("OTEL_TRACES_EXPORTER", "none").stdout(Stdio::null()).stderr(Stdio::piped());
        let mut child = serve.spawn().unwrap();
        let mut lines = BufReader::new(child.stderr.take().unwrap()).lines();
        let mut said = Vec::new();
        let at = loop {
            let Some(Ok(line)) = lines.next() else { panic!("the registry ended:\n{}", said.join("\n")) };
            if let Some((_, at)) = line.split_once("listening on ") {
                break at
                    .split(|char: char| char != '.' && char != ':' && !char.is_ascii_digit())
                    .next()
                    .unwrap()
                    .to_owned();
            }
            said.push(line);
        };
        // Read to the end, so that it is never held up by what nobody reads.
        std::thread::spawn(move || lines.map_while(Result::ok).for_each(drop));
        Some(Self { child, folder, at })
    }

    /// A place on it.
    fn place(&self, tag: &str) -> String {
        format!("{}/council/matrix{tag}", self.at)
    }

    /// The file in which it keeps a blob.
    fn blob(&self, digest: &str) -> PathBuf {
        let all = self.folder.path().join("kept/docker/registry/v2/blobs/sha256");
        all.join(&digest[..2]).join(digest).join("data")
    }

    /// Changes one byte of a blob where it is kept.
    fn tampers_with(&self, digest: &str) {
        let mut bytes = std::fs::read(self.blob(digest)).unwrap();
        let middle = bytes.len() / 2;
        bytes[middle] ^= 1;
        std::fs::write(self.blob(digest), bytes).unwrap();
    }
}

/// Stands before a registry and changes one byte of every answer whose path ends so; says where. It ends with the test.
fn liar(before: &str, ends: &str) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let (at, before, ends) = (listener.local_addr().unwrap(), before.to_owned(), format!("{ends} "));
    std::thread::spawn(move || {
        for mut asked in listener.incoming().map_while(Result::ok) {
            let mut reader = BufReader::new(asked.try_clone().unwrap());
            let (mut head, mut line) = (String::new(), String::new());
            while reader.read_line(&mut line).unwrap_or(0) > 2 {
                if !line.to_ascii_lowercase().starts_with("connection:") {
                    head.push_str(&line);
                }
                line.clear();
            }
            let lies = head.lines().next().unwrap_or_default().replace("HTTP/1.1", "").ends_with(&ends);
            let mut registry = TcpStream::connect(&before).unwrap();
            registry.write_all(format!("{head}connection: close\r\n\r\n").as_bytes()).unwrap();
            let mut answer = Vec::new();
            registry.read_to_end(&mut answer).unwrap();
            let body = answer.windows(4).position(|four| four == b"\r\n\r\n").unwrap() + 4;
            let middle = body + (answer.len() - body) / 2;
            if lies && middle < answer.len() {
                answer[middle] ^= 1;
            }
            drop(asked.write_all(&answer));
        }
    });
    at.to_string()
}

fn muster(words: &[&str]) -> Command {
    let mut muster = Command::new(env!("CARGO_BIN_EXE_muster"));
    muster.arg("rules").args(words);
    // What this machine goes out through is not on the way to itself.
    for name in ["HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"] {
        muster.env_remove(name);
    }
    muster.env_remove("MUSTER_REGISTRY_USER").env_remove("MUSTER_REGISTRY_PASSWORD");
    muster
}

#[track_caller]
fn does(words: &[&str]) -> String {
    told(&mut muster(words), true)
}

#[track_caller]
fn fails(words: &[&str], says: &str) -> String {
    let said = told(&mut muster(words), false);
    assert!(said.contains(says), "{says:?} is not in what came:\n{said}");
    said
}

#[track_caller]
fn told(command: &mut Command, well: bool) -> String {
    let Output { status, stdout, stderr } = command.output().unwrap();
    let said = String::from_utf8([stdout, stderr].concat()).unwrap();
    assert_eq!(status.success(), well, "{said}");
    said
}

fn component() -> Vec<u8> {
    let named = muster_shipped::SHIPPED.iter().find(|shipped| shipped.name == "stakeholder-matrix");
    named.unwrap().component.to_vec()
}

fn key(seed: u8) -> SigningKey {
    SigningKey::from_seed(&[seed; 32])
}

/// A pack of the component, signed by these keys, as a file.
fn pack(folder: &Path, by: &[u8]) -> String {
    let about = Envelope::about(&"stakeholder-matrix".parse().unwrap(), Hash::of(&component())).unwrap();
    let envelope = by.iter().fold(about, |envelope, seed| envelope.signed_by(&key(*seed)).unwrap());
    let envelopes = if by.is_empty() { Vec::new() } else { vec![envelope] };
    let file = folder.join(format!("{by:?}.pack"));
    std::fs::write(&file, Packed::of(component(), envelopes).unwrap().write().unwrap()).unwrap();
    file.to_str().unwrap().to_owned()
}

/// The place that a push says to pull, or that a tag was told to stand for.
fn by_digest(said: &str) -> String {
    let word = said.split_whitespace().find(|word| word.contains("@sha256:"));
    word.unwrap_or_else(|| panic!("no digest in:\n{said}")).to_owned()
}

#[test]
fn what_is_pushed_is_pulled_by_its_digest_with_its_signatures_and_a_tag_alone_is_refused() {
    let Some(registry) = Registry::start(None) else { return };
    let folder = tempfile::tempdir().unwrap();
    let (packed, out) = (pack(folder.path(), &[1]), folder.path().join("pulled.pack"));
    let out = out.to_str().unwrap();
    let place = by_digest(&does(&["push", "--plain-http", &registry.place(":1.0.0"), &packed]));
    let again = by_digest(&does(&["push", "--plain-http", &registry.place(":1.0.1"), &packed]));
    assert_eq!(again, place, "the same component has the same digest whenever it is pushed");

    let said = fails(&["pull", "--plain-http", &registry.place(":1.0.0"), "-o", out], "a tag can be moved");
    assert_eq!(by_digest(&said), place);
    assert!(!Path::new(out).exists(), "nothing was written");
    fails(&["pull", "--plain-http", &registry.place(":2.0.0"), "-o", out], "nothing under this tag");
    let none = format!("{}@sha256:{}", registry.place(""), Hash::of(b"something else"));
    fails(&["pull", "--plain-http", &none, "-o", out], "nothing under this digest");

    does(&["pull", "--plain-http", &place, "-o", out]);
    assert_eq!(std::fs::read(out).unwrap(), std::fs::read(&packed).unwrap(), "byte for byte");
    let said = does(&["verify-signature", out, "--key", &key(1).public().to_string()]);
    assert!(said.contains(&format!("it is signed as asked for: {}", Hash::of(&component()))), "{said}");

    // Whoever countersigns takes no other signature away.
    does(&["push", "--plain-http", &registry.place(":1.0.0"), &pack(folder.path(), &[2])]);
    does(&["pull", "--plain-http", &place, "-o", out]);
    assert_eq!(std::fs::read(out).unwrap(), std::fs::read(pack(folder.path(), &[1, 2])).unwrap());
}

#[test]
fn a_component_without_signatures_is_handed_on_too() {
    let Some(registry) = Registry::start(None) else { return };
    let folder = tempfile::tempdir().unwrap();
    let (file, out) = (folder.path().join("ours.wasm"), folder.path().join("pulled.pack"));
    std::fs::write(&file, component()).unwrap();
    let said = does(&["push", "--plain-http", &registry.place(":1"), file.to_str().unwrap()]);
    does(&["pull", "--plain-http", &by_digest(&said), "-o", out.to_str().unwrap()]);
    assert_eq!(std::fs::read(&out).unwrap(), std::fs::read(pack(folder.path(), &[])).unwrap());
    std::fs::write(&file, "no component").unwrap();
    fails(&["push", "--plain-http", &registry.place(":1"), file.to_str().unwrap()], "will not do");
}

#[test]
fn what_was_changed_on_the_registry_is_refused_and_nothing_is_written() {
    let Some(registry) = Registry::start(None) else { return };
    let folder = tempfile::tempdir().unwrap();
    let (packed, out) = (pack(folder.path(), &[1]), folder.path().join("pulled.pack"));
    let place = by_digest(&does(&["push", "--plain-http", &registry.place(":1"), &packed]));
    let pull = ["pull", "--plain-http", &place, "-o", out.to_str().unwrap()];
    does(&pull);
    std::fs::remove_file(&out).unwrap();

    let (of_component, manifest) = (Hash::of(&component()).to_string(), place.rsplit_once(':').unwrap().1.to_owned());
    let whole = std::fs::read(registry.blob(&of_component)).unwrap();
    registry.tampers_with(&of_component);
    fails(&pull, "is not what was asked for");
    assert!(!out.exists());
    std::fs::write(registry.blob(&of_component), whole).unwrap();
    // A registry finds by itself that a manifest which it keeps was changed: one that lies sends another on purpose.
    let lied = place.replace(&registry.at, &liar(&registry.at, &manifest));
    fails(&["pull", "--plain-http", &lied, "-o", out.to_str().unwrap()], "is not what was asked for");
    assert!(!out.exists());
    does(&pull);
    std::fs::remove_file(&out).unwrap();
    // Signatures under something else are signatures of nothing here.
    let beside = registry.place(&format!(":sha256-{manifest}.sig"));
    let said = fails(&["pull", "--plain-http", &beside, "-o", out.to_str().unwrap()], "a tag can be moved");
    fails(&["pull", "--plain-http", &by_digest(&said), "-o", out.to_str().unwrap()], "this is no rule set");
}

#[test]
fn a_registry_that_asks_who_is_there_is_told_from_the_environment() {
    let Some(registry) = Registry::start(Some(HTPASSWD)) else { return };
    let folder = tempfile::tempdir().unwrap();
    let (packed, out) = (pack(folder.path(), &[1]), folder.path().join("pulled.pack"));
    let place = registry.place(":1");
    let push = ["push", "--plain-http", &place, &packed];
    fails(&push, "say who asks in MUSTER_REGISTRY_USER and MUSTER_REGISTRY_PASSWORD");
    told(muster(&push).env("MUSTER_REGISTRY_USER", "an-author"), false);
    let known = |words: &[&str], password: &str| {
        let mut muster = muster(words);
        muster.env("MUSTER_REGISTRY_USER", "an-author").env("MUSTER_REGISTRY_PASSWORD", password);
        muster
    };
    let said = told(&mut known(&push, "another-password"), false);
    assert!(!said.contains("another-password"), "{said}");
    let said = told(&mut known(&push, "a-password"), true);
    let (place, out) = (by_digest(&said), out.to_str().unwrap());
    told(&mut known(&["pull", "--plain-http", &place, "-o", out], "a-password"), true);
    assert_eq!(std::fs::read(out).unwrap(), std::fs::read(&packed).unwrap());
}

#[test]
fn a_registry_elsewhere_is_never_spoken_to_in_clear() {
    let folder = tempfile::tempdir().unwrap();
    let packed = pack(folder.path(), &[]);
    fails(&["push", "--plain-http", "registry.example/council/matrix:1", &packed], "is not this machine");
    fails(&["push", "council/matrix:1", &packed], "names no registry");
    fails(&["push", "registry.example/council/matrix", &packed], "name the tag");
    // Without being told so, this machine is spoken to over TLS as any other.
    if let Some(registry) = Registry::start(None) {
        fails(&["push", &registry.place(":1"), &packed], &registry.at);
    }
}
