//! The console in a real browser: Debian's Chromium, driven by npm's `playwright-core`, looked at by `axe-core`.
//!
//! Where Chromium, node, npm or the packages cannot be had, the test says so and does nothing else.

use std::io::{BufRead as _, BufReader, Lines, Write as _};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Stdio};

use muster_record::Command;
use muster_record::advice::Answer;
use muster_record::agency::{Interest, Office};
use muster_record::ids::ServiceId;
use muster_record::incident::{participants, people};
use muster_record::situation::{Funder, IncidentKind, Mobility};
use serde_json::json;

use crate::home::{COUNCIL, Home, ICB, any_port, shipped};
use crate::participant::{Participant, invite};
use crate::signing_in::Idp;

/// What is installed for the test.
const PACKAGES: [&str; 2] = ["playwright-core@1.64.1", "axe-core@4.14.1"];

/// Chromium, where this machine has it.
fn chromium() -> Result<PathBuf, String> {
    let named = std::env::var_os("CHROMIUM").map(PathBuf::from);
    let usual = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"].map(PathBuf::from);
    let found = named.into_iter().chain(usual).find(|path| path.exists());
    found.ok_or_else(|| "there is no Chromium; install it, or name it in CHROMIUM".to_owned())
}

/// The folder in which the packages are installed once for all runs: below `target`, never committed.
fn installed() -> Result<PathBuf, String> {
    let built = std::env::current_exe().unwrap();
    let folder = built.ancestors().find(|folder| folder.ends_with("debug") || folder.ends_with("release")).unwrap();
    let folder = folder.parent().unwrap().join("console");
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::copy(Path::new(env!("CARGO_MANIFEST_DIR")).join("console/drive.mjs"), folder.join("drive.mjs")).unwrap();
    if folder.join("node_modules/playwright-core").exists() && folder.join("node_modules/axe-core").exists() {
        return Ok(folder);
    }
    std::fs::write(folder.join("package.json"), "{\"private\": true}").unwrap();
    let npm = std::process::Command::new("npm")
        .args(["install", "--no-audit", "--no-fund", "--loglevel=error"])
        .args(PACKAGES)
        .current_dir(&folder)
        .stdin(Stdio::null())
        .output();
    match npm {
        Ok(ran) if ran.status.success() => Ok(folder),
        Ok(ran) => Err(format!("npm could not install {PACKAGES:?}: {}", String::from_utf8_lossy(&ran.stderr).trim())),
        Err(error) => Err(format!("npm cannot be run: {error}")),
    }
}

/// What is needed, or a word that the test is skipped.
async fn at_hand() -> Option<(PathBuf, PathBuf)> {
    let found = tokio::task::spawn_blocking(|| Ok((chromium()?, installed()?))).await.unwrap();
    found.map_err(|why: String| println!("SKIPPED: no real browser here: {why}")).ok()
}

fn registered(mobility: Mobility) -> Command {
    let service: ServiceId = "rosebank-house".parse().unwrap();
    let details = people::Details {
        service,
        funder: Funder::SelfFunded,
        placed_by: None,
        mobility,
        needs: Vec::new(),
        needs_known: Answer::Yes,
        stays_with: Vec::new(),
    };
    people::Command::Register { details }.into()
}

/// An incident with people on its list, which the council leads and about which the health commissioner is told.
async fn incident(council: &Participant, icb: &Participant) -> String {
    let id = council.opens("Rosebank", IncidentKind::ProviderFailure).await;
    council.does(&id, [participants::Command::TakeOffice { office: Office::IncidentLead }.into()]).await;
    council.does(&id, [invite(&icb.agency, Interest::Information)]).await;
    icb.does(&id, [participants::Command::Join.into()]).await;
    council.does(&id, [Mobility::Walks, Mobility::Wheelchair, Mobility::NotKnown].map(registered)).await;
    council.settled(&id).await;
    id
}

#[tokio::test(flavor = "multi_thread")]
async fn people_work_an_incident_in_a_real_browser() {
    let Some((browser, folder)) = at_hand().await else { return };
    let mut home = Home::with(shipped(&["temporary-duty", "emergency-closure"]));
    let of_council = Idp::of(COUNCIL, "https://council.example/console");
    let of_icb = Idp::of(ICB, "https://icb.example/console");
    of_council.is_trusted_by(&mut home);
    of_icb.is_trusted_by(&mut home);
    // The same port after the restart: the open pages have to find it.
    let console = TcpListener::bind(any_port()).unwrap().local_addr().unwrap();
    home.config.listen.people = Some(console);
    let mut house = Some(home.open().await);
    let (council, icb) = (house.as_ref().unwrap().client(COUNCIL).await, house.as_ref().unwrap().client(ICB).await);
    let id = incident(&council, &icb).await;
    let shots = std::env::var_os("MUSTER_SCREENS").map_or_else(|| folder.join("shots"), PathBuf::from);
    let mut driver = Driver::start(&folder);
    let given = json!({
        "base": format!("https://localhost:{}", console.port()), "incident": id, "browser": browser, "shots": shots,
        "council": of_council.token("duty.manager", &["incident-lead"], &["incident-lead"]),
        "icb": of_icb.token("nurse.on.call", &["incident-lead"], &[]),
    });
    driver.says(&given.to_string());
    let mut ended = false;
    while let Some(line) = driver.hears() {
        println!("{line}");
        match line.strip_prefix("ask ") {
            Some("stop") => house.take().unwrap().close().await,
            Some("start") => house = Some(home.open().await),
            Some(what) => {
                let council = house.as_ref().unwrap().client(COUNCIL).await;
                council.notes(&id, what.strip_prefix("append ").unwrap()).await;
            }
            None => {
                ended |= line == "end";
                continue;
            }
        }
        driver.says("done");
    }
    assert!(driver.ends_well() && ended, "the browser's side failed; its words are above");
    house.unwrap().close().await;
}

/// The browser's side: it is told where it is, asks for what happens elsewhere, and says what it found.
struct Driver {
    child: Child,
    to: ChildStdin,
    lines: Lines<BufReader<ChildStdout>>,
}

impl Driver {
    fn start(folder: &Path) -> Self {
        let mut node = std::process::Command::new("node");
        node.arg("drive.mjs").current_dir(folder).stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut child = node.spawn().unwrap();
        let (to, from) = (child.stdin.take().unwrap(), child.stdout.take().unwrap());
        Self { child, to, lines: BufReader::new(from).lines() }
    }

    fn says(&mut self, line: &str) {
        writeln!(self.to, "{line}").unwrap();
    }

    /// The next line; the server goes on meanwhile.
    fn hears(&mut self) -> Option<String> {
        tokio::task::block_in_place(|| self.lines.next().map(Result::unwrap))
    }

    fn ends_well(&mut self) -> bool {
        tokio::task::block_in_place(|| self.child.wait().unwrap().success())
    }
}

impl Drop for Driver {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}
