//! What is wrong with a deployment, in words: every fault is named with what would do, all of them at once, and a good
//! deployment is told to be one.

use std::fs::Permissions;
use std::os::unix::fs::PermissionsExt as _;

use muster::config::Config;
use muster::doctor::{self, Finding, Verdict};
use muster_coordinator::Surroundings as _;
use muster_record::time::Instant;

use crate::home::{Home, any_port};
use crate::process::{muster, path, serve};

fn now() -> Instant {
    muster::surroundings::System.now()
}

/// A home as an operator would have it: the keys apart from the store.
fn good() -> Home {
    let mut home = Home::new();
    let store = home.path("store");
    std::fs::create_dir(&store).unwrap();
    home.config.data = store.join("muster.db");
    home.config.listen.people = None;
    home
}

fn wrong(found: &[Finding]) -> Vec<String> {
    let wrong = found.iter().filter(|finding| finding.verdict == Verdict::Wrong);
    wrong.map(|Finding { what, told, .. }| format!("{what}: {told}")).collect()
}

fn has(found: &[Finding], verdict: Verdict, what: &str, words: &str) -> bool {
    let fits = |one: &&Finding| one.verdict == verdict && one.what == what && one.told.contains(words);
    let said = found.iter().find(fits);
    said.is_some_and(|one| verdict == Verdict::Fine || one.to_do.is_some())
}

#[test]
fn in_a_good_deployment_nothing_is_wrong_before_its_first_start_and_after() {
    let home = good();
    let found = doctor::of_deployment(&home.config, None, now());
    assert_eq!(wrong(&found), [""; 0]);
    assert!(has(&found, Verdict::Fine, "store", "is not there yet"));
    assert!(has(&found, Verdict::Fine, "certificate", "the key belongs to it"));
    drop(home.kept());
    let found = doctor::of_deployment(&home.config, None, now());
    assert_eq!(wrong(&found), [""; 0]);
    assert!(has(&found, Verdict::Fine, "store", "last change set 0"));
    assert!(has(&found, Verdict::Look, "server", "none is running"));
}

type Breaks = fn(&mut Home);

const FAULTS: &[(&str, &str, &str, Breaks)] = &[
    ("no agencies", "agencies", "none is configured", |home| home.config.agencies.clear()),
    ("an agency twice", "agencies", "cqc stands in the configuration twice", |home| {
        let again = home.config.agencies.iter().find(|agency| agency.id.as_str() == "cqc").unwrap().clone();
        home.config.agencies.push(again);
    }),
    ("no certificates", "certificate", "none is configured", |home| home.config.tls = None),
    ("a certificate that is none", "certificate", "holds no certificate", |home| {
        drop(home.put("server.pem", "good morning"));
    }),
    ("another's key", "certificate", "the key does not belong to the certificate", |home| {
        let other = home.authority.server().unwrap();
        drop(home.put("server.key", other.key));
    }),
    ("no registry", "registry of systems", "none is configured", |home| home.config.access = None),
    ("a registry with a typing error", "registry of systems", "sistems_not_listed", |home| {
        drop(home.put("access.toml", "sistems_not_listed = \"refused\"\n"));
    }),
    ("no key file", "key file", "none is configured", |home| home.config.personal_data.key_file = None),
    ("a key file that others read", "key file", "may be read by others", |home| {
        std::fs::set_permissions(home.path("people.keys"), Permissions::from_mode(0o644)).unwrap();
    }),
    ("a signing key that is gone", "signing key", "cannot be read", |home| {
        std::fs::remove_file(home.path("signing.key")).unwrap();
    }),
    ("a rule set that is not shipped", "rule sets", "no rule set night-cover is shipped", |home| {
        home.config.rule_sets.shipped = Some(vec!["night-cover".parse().unwrap()]);
    }),
    ("no folder for the store", "disk", "is not there", |home| home.config.data = home.path("nowhere/muster.db")),
    ("a store that others read", "store", "may be read by others", |home| {
        drop(home.kept());
        std::fs::set_permissions(&home.config.data, Permissions::from_mode(0o644)).unwrap();
    }),
    ("a store that was lost", "store", "there was a store", |home| {
        drop(home.kept());
        std::fs::remove_file(&home.config.data).unwrap();
    }),
    ("another program's file", "store", "damaged", |home| std::fs::write(&home.config.data, "a letter").unwrap()),
];

#[test]
fn each_fault_is_named_with_what_would_do() {
    for (fault, what, words, breaks) in FAULTS {
        let mut home = good();
        breaks(&mut home);
        let found = doctor::of_deployment(&home.config, None, now());
        assert!(has(&found, Verdict::Wrong, what, words), "{fault}: {found:#?}");
    }
}

#[test]
fn several_faults_are_told_at_once() {
    let mut home = good();
    for (.., breaks) in FAULTS.iter().filter(|(fault, ..)| fault.starts_with("no ") && !fault.contains("folder")) {
        breaks(&mut home);
    }
    assert_eq!(wrong(&doctor::of_deployment(&home.config, None, now())).len(), 4);
}

#[test]
fn what_runs_out_soon_is_told_before_it_does() {
    let home = good();
    let in_days = |days| now().checked_add_signed(chrono::TimeDelta::days(days)).unwrap();
    let files = |at| doctor::of_files(&home.config, at);
    assert!(has(&files(in_days(0)), Verdict::Fine, "certificate", "is good for"));
    assert!(has(&files(in_days(80)), Verdict::Look, "certificate", "runs out in"));
    assert!(has(&files(in_days(100)), Verdict::Wrong, "certificate", "has run out"));
    assert!(has(&files(in_days(-30)), Verdict::Wrong, "certificate", "is not valid yet"));
}

#[test]
fn backups_that_are_missing_or_old_are_told() {
    let home = good();
    let shelf = home.path("backups");
    std::fs::create_dir(&shelf).unwrap();
    let backups = |at| doctor::of_deployment(&home.config, Some(&shelf), at);
    assert!(has(&backups(now()), Verdict::Wrong, "backups", "there is none"));
    std::fs::write(shelf.join("muster-1.db"), "a backup").unwrap();
    assert!(has(&backups(now()), Verdict::Fine, "backups", "muster-1.db"));
    let two_days_on = now().checked_add_signed(chrono::TimeDelta::days(2)).unwrap();
    assert!(has(&backups(two_days_on), Verdict::Look, "backups", "48 hours old"));
}

#[test]
fn a_port_that_is_taken_is_told() {
    let mut home = good();
    let taken = std::net::TcpListener::bind(any_port()).unwrap();
    home.config.listen.api = taken.local_addr().unwrap();
    let found = doctor::of_deployment(&home.config, None, now());
    assert!(has(&found, Verdict::Wrong, "ports", "cannot be listened on"));
}

#[test]
fn a_server_at_work_is_found_ready_and_is_not_disturbed() {
    let folder = tempfile::tempdir().unwrap();
    let running = serve(folder.path(), "warn");
    let mut config = Config::read(&folder.path().join("muster.toml")).unwrap();
    config.listen.probes = running.probes;
    for _ in 0..20 {
        let found = doctor::of_deployment(&config, None, now());
        assert!(has(&found, Verdict::Fine, "server", "is ready"), "{found:#?}");
    }
    // Another server's port is no answer.
    config.listen.probes = running.api;
    assert!(has(&doctor::of_deployment(&config, None, now()), Verdict::Wrong, "server", ""));
    running.end();
}

#[test]
fn the_commands_say_it_and_end_with_a_code_that_a_script_can_use() {
    let folder = tempfile::tempdir().unwrap();
    let config = folder.path().join("muster.toml");
    std::fs::write(&config, "data = \"muster.db\"\n[rule_sets]\nshipped = []\n").unwrap();
    for words in [vec!["doctor", "--config", path(&config)], vec!["config", "check", "--config", path(&config)]] {
        let ran = muster(&words).output().unwrap();
        let said = String::from_utf8_lossy(&ran.stdout);
        assert!(!ran.status.success(), "{said}");
        assert!(said.contains("WRONG  certificate: none is configured\n       what to do: "), "{said}");
    }
}
