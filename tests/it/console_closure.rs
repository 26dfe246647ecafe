//! The main task in a real browser, from opening to closing, against a real process that is killed on the way.

use std::fs::File;
use std::io::{BufRead as _, BufReader};
use std::net::{SocketAddr, TcpListener};
use std::path::Path;
use std::process::{Child, Stdio};

use muster::dev_certs::Folder;
use muster::dev_idp;
use serde_json::json;

use crate::browser::{Driver, at_hand, shots};
use crate::home::{COUNCIL, ICB, agency, any_port};
use crate::process::{muster, path};

/// A server that is ended when the test ends, however that is.
struct Serving(Child);

impl Serving {
    /// Starts one on a store and an address for people, both of which outlast it; returns once it listens.
    fn start(folder: &Path, people: SocketAddr) -> Self {
        let config = folder.join("muster.toml");
        let listen = format!(
            "data = \"muster.db\"\nrehearsals_among_live = true\n[rule_sets]\nshipped = [\"temporary-duty\", \"emergency-closure\", \"communications\"]\n\
             [listen]\napi = \"127.0.0.1:0\"\npeople = \"{people}\"\nprobes = \"127.0.0.1:0\"\n"
        );
        std::fs::write(&config, listen).unwrap();
        let log = File::options().create(true).append(true).open(folder.join("log")).unwrap();
        let certs = folder.join("certs");
        let words = ["serve", "--dev", "--config", path(&config), "--certs", path(&certs)];
        let mut child = muster(&words).stdout(Stdio::piped()).stderr(log).spawn().unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines().map(Result::unwrap);
        let listens = lines.any(|line| line.contains("people: "));
        std::thread::spawn(move || lines.for_each(drop));
        assert!(listens, "the server did not start: {}", std::fs::read_to_string(folder.join("log")).unwrap());
        Self(child)
    }

    /// `kill -9`.
    fn kill(&mut self) {
        self.0.kill().unwrap();
        self.0.wait().unwrap();
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        drop(self.0.kill());
        drop(self.0.wait());
    }
}

/// A token of whoever is on duty at an agency.
fn token(folder: &Path, of: &str) -> String {
    dev_idp::sign(&Folder(folder.join("certs")), &dev_idp::on_duty(&agency(of), 60)).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_home_is_closed_by_forms_alone_and_open_pages_outlive_kill_9() {
    let Some((browser, folder)) = at_hand().await else { return };
    let place = tempfile::tempdir().unwrap();
    // The same port after the kill: the open pages have to find it.
    let people = TcpListener::bind(any_port()).unwrap().local_addr().unwrap();
    let mut serving = Serving::start(place.path(), people);
    let mut driver = Driver::start(&folder, "closure.mjs");
    let of_icb = agency(ICB);
    let given = json!({
        "base": format!("https://localhost:{}", people.port()), "browser": browser, "shots": shots(&folder),
        "council": token(place.path(), COUNCIL), "icb": token(place.path(), ICB),
        "icbLabel": format!("{} ({})", of_icb.title, of_icb.kind.word().replace('-', " ")),
    });
    driver.says(&given.to_string());
    let mut ended = false;
    while let Some(line) = driver.hears() {
        println!("{line}");
        match line.strip_prefix("ask ") {
            Some("kill") => serving.kill(),
            Some(_) => serving = Serving::start(place.path(), people),
            None => {
                ended |= line == "end";
                continue;
            }
        }
        driver.says("done");
    }
    assert!(driver.ends_well() && ended, "the browser's side failed; its words are above");
}
