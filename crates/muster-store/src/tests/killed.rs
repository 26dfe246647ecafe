//! `kill -9` of a process that commits, again and again on one file. The child is this test binary.

use std::io::{BufRead as _, BufReader, Write as _};
use std::process::{Child, Command, Stdio};

use super::*;

const CHILD: &str = "MUSTER_STORE_TEST_CHILD";
const KILLS: usize = 200;

#[test]
fn a_child_commits_until_it_is_killed() {
    let Some(path) = std::env::var_os(CHILD) else { return };
    let mut out = std::io::stdout();
    writeln!(out, "\nopening").unwrap();
    let mut store = Store::open(path.as_ref(), [7; 16]).unwrap();
    let mut rosebank = record(1);
    if let Some(head) = store.readers().head(&rosebank.incident).unwrap() {
        (rosebank.seq, rosebank.hash) = (head.seq, head.hash);
    }
    loop {
        let change = |rosebank: &mut Record| {
            let id = format!("r{}", rosebank.seq.next());
            rosebank.says(&["one", "two"]).asked_by("council", &id).keeping(&"s".repeat(2_000)).write()
        };
        let group = [change(&mut rosebank), change(&mut rosebank)];
        store.commit(&group).unwrap();
        store.checkpoint_if_idle();
        writeln!(out, "\nacked {} {}", rosebank.seq, rosebank.hash).unwrap();
    }
}

fn spawn(home: &Home) -> Child {
    Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "tests::killed::a_child_commits_until_it_is_killed", "--nocapture"])
        .env(CHILD, home.path())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap()
}

/// Lets the child acknowledge so many commits, kills it, and says what it acknowledged in all.
fn killed_after(home: &Home, commits: usize) -> Vec<(Seq, String)> {
    let mut child = spawn(home);
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines().map(Result::unwrap);
    assert!(lines.any(|line| line == "opening"));
    let ack = |line: String| {
        let (seq, hash) = line.strip_prefix("acked ")?.split_once(' ')?;
        Some((Seq(seq.parse().unwrap()), hash.to_owned()))
    };
    let mut acks: Vec<_> = lines.by_ref().filter_map(ack).take(commits).collect();
    child.kill().unwrap();
    child.wait().unwrap();
    acks.extend(lines.filter_map(ack));
    acks
}

#[test]
fn a_commit_acknowledged_before_kill_9_is_kept() {
    let (home, mut dice) = (Home::new(), Dice(3));
    let (mut last, mut acked) = (Seq(0), 0);
    for _ in 0..KILLS {
        let acks = killed_after(&home, dice.roll(4));
        acked += acks.len();
        let store = home.open();
        let readers = store.readers();
        for (seq, hash) in acks {
            let entry = readers.entries(&record(1).incident, Seq(seq.0 - 1), 1).unwrap().remove(0);
            assert_eq!((entry.sealed.seq, entry.sealed.hash.to_string()), (seq, hash));
            let id = request_id(&format!("r{}", seq.0 - 1));
            assert_eq!(readers.request(&agency("council"), &id).unwrap().unwrap().0.last, seq);
            assert!(seq > last);
            last = seq;
        }
        let Some(head) = readers.head(&record(1).incident).unwrap() else { continue };
        assert!(head.seq >= last && head.seq.0 % 4 == 0, "whole groups only, {}", head.seq);
        assert_eq!(head.revision, store.last_revision());
    }
    let store = home.open();
    let entries = store.readers().verify(&record(1).incident).unwrap().entries;
    assert!(acked > KILLS && entries >= last.0, "{KILLS} kills, {acked} commits acknowledged, {entries} entries kept");
}
