//! `serve --dev` and `dev-idp` as a newcomer types them: a made-up person signs in and writes.

use std::io::{BufRead as _, BufReader};
use std::process::{Child, Command, Stdio};

use crate::home::COUNCIL;

/// The binary is this test binary, run once more: see `register_command.rs`.
fn typed(words: &[&str]) -> Command {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command
        .args(["--exact", "register_command::a_child_does_what_was_typed", "--nocapture"])
        .env("MUSTER_TEST_TYPED", words.join("\t"))
        .env_remove("MUSTER_TOKEN")
        .stdin(Stdio::null());
    command
}

/// What a command printed; it has to end well.
fn told(words: &[&str], token: Option<&str>) -> Result<String, String> {
    let mut command = typed(words);
    if let Some(token) = token {
        command.env("MUSTER_TOKEN", token);
    }
    let ran = command.output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    if ran.status.success() { Ok(text(ran.stdout)) } else { Err(text(ran.stderr)) }
}

/// A server that is ended when the test ends, however that is.
struct Serving(Child);

impl Drop for Serving {
    fn drop(&mut self) {
        drop(self.0.kill());
        drop(self.0.wait());
    }
}

#[test]
fn a_made_up_person_signs_in_to_a_development_server() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let (certs, data, any) = (path("muster-dev"), path("muster.db"), "127.0.0.1:0");
    let serve =
        ["serve", "--dev", "--certs", &certs, "--data", &data, "--listen", any, "--people", any, "--probes", any];
    let mut serving = Serving(typed(&serve).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap());
    let mut lines = BufReader::new(serving.0.stdout.take().unwrap()).lines().map(Result::unwrap);
    let mut said = |begins: &str| {
        let line = lines.find_map(|line| Some(line.split_once(begins)?.1.to_owned())).unwrap();
        line.split(' ').next().unwrap().to_owned()
    };
    let server = said("Muster listens on ");
    said("people: ");

    let token_of = |person: &str, roles: &str| {
        let out =
            told(&["dev-idp", "--agency", COUNCIL, "--person", person, "--roles", roles, "--certs", &certs], None);
        out.unwrap().lines().find(|line| line.matches('.').count() == 2 && line.starts_with("ey")).unwrap().to_owned()
    };
    let manager = token_of("duty.manager", "incident-lead");
    std::fs::write(path("token"), &manager).unwrap();
    let opening = serde_json::json!({
        "title": "Rosebank", "kind": "quality-concern", "failures": [],
        "services": [{"id": "rosebank-house", "kind": "residential", "national": "no", "regulated": "yes",
                      "authority": COUNCIL, "beds": 48, "brand": null, "risk_level": null}],
        "region": null,
        "notified_at": "2024-03-04T08:40:00Z", "care_stops_at": null, "exercise": true,
    });
    std::fs::write(path("opening.json"), opening.to_string()).unwrap();
    let calling = ["--server", &server, "--certs", &certs];
    let token = path("token");
    let opened = told(&[&["append", "--open", &path("opening.json"), "--token", &token], &calling[..]].concat(), None);
    let opened = opened.unwrap();
    let is_id = |word: &&str| word.len() == 32 && word.bytes().all(|byte| byte.is_ascii_hexdigit());
    let id =
        opened.split_whitespace().map(|word| word.trim_matches(|c: char| !c.is_ascii_hexdigit())).find(is_id).unwrap();

    // In the environment in place of the file.
    let timeline = told(&[&["show", "timeline", id], &calling[..]].concat(), Some(&manager)).unwrap();
    assert!(timeline.contains("e08000026/duty.manager"), "{timeline}");
    // Somebody whose role does not write; and a system without anybody, as before.
    let auditor = token_of("guardian", "auditor");
    let refused = told(&[&["append", id, "--note", "?"], &calling[..]].concat(), Some(&auditor)).unwrap_err();
    assert!(refused.contains("RIGHT_MISSING") && refused.contains("write"), "{refused}");
    told(&[&["append", id, "--note", "by the system"], &calling[..]].concat(), None).unwrap();
    let refused = told(&[&["append", id, "--note", "?"], &calling[..]].concat(), Some("no.such.token")).unwrap_err();
    assert!(refused.contains("CREDENTIAL_INVALID"), "{refused}");
}
