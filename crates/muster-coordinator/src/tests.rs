//! The writer driven inline, on a real store file: what it promises about groups, repeats and snapshots.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use muster_record::advice::Answer;
use muster_record::agency::{Agency, AgencyKind};
use muster_record::entry::{Hand, Hash};
use muster_record::ids::{AgencyId, IncidentId, Seq};
use muster_record::incident::lifecycle::Opening;
use muster_record::incident::{actions, log};
use muster_record::retention::Retention;
use muster_record::situation::{IncidentKind, Service, ServiceKind};
use muster_record::time::Instant;
use muster_record::{Author, Command};
use muster_rules::{Host, HostLimits};
use muster_seal::{KeyId, KeyRing};
use muster_store::Store;
use zeroize::Zeroizing;

mod following;
mod lost_answers;
mod people;
mod recent;
mod rivals;
mod sealed_entries;
mod swaps;

use crate::folds;
use crate::job::{AppendAsk, Appended, Job, OpenAsk};
use crate::{AppendError, Directory, PeopleParts, RuleSets, Surroundings, Writer};

/// A clock that stands, and bytes that count: every run is the same.
struct Counted(AtomicU64);

impl Surroundings for Counted {
    fn now(&self) -> Instant {
        "2024-03-04T09:00:00Z".parse().unwrap()
    }

    fn passed(&self) -> std::time::Duration {
        std::time::Duration::ZERO
    }

    fn random(&self) -> [u8; 16] {
        u128::from(self.0.fetch_add(1, Ordering::Relaxed)).to_be_bytes()
    }
}

fn council() -> AgencyId {
    "council".parse().unwrap()
}

struct Desk {
    writer: Writer,
    readers: Arc<dyn muster_store::Reads>,
    incident: IncidentId,
    folder: tempfile::TempDir,
}

/// The one key that wraps all others here.
fn ring() -> KeyRing {
    KeyRing::of(KeyId::parse("k-1").unwrap(), Zeroizing::new([7; 32]))
}

fn writer_on(folder: &tempfile::TempDir) -> (Writer, Arc<dyn muster_store::Reads>) {
    writer_in(folder, Arc::new(Counted(AtomicU64::new(1))))
}

fn writer_in(
    folder: &tempfile::TempDir,
    surroundings: Arc<dyn Surroundings>,
) -> (Writer, Arc<dyn muster_store::Reads>) {
    writer_with(Box::new(Store::open(&folder.path().join("muster.db"), [1; 16]).unwrap()), surroundings)
}

fn writer_with(
    store: Box<dyn muster_store::Writes>,
    surroundings: Arc<dyn Surroundings>,
) -> (Writer, Arc<dyn muster_store::Reads>) {
    let host = Arc::new(Host::new(HostLimits::default()).unwrap());
    let title = "The council".to_owned();
    let agency = Agency { id: council(), kind: AgencyKind::Council, title, successors: Vec::new() };
    let directory = Arc::new(Directory::new([agency]));
    let rule_sets = Arc::new(RuleSets::new(host));
    let people = PeopleParts { keys: ring(), retention: Retention::default() };
    let writer = Writer::new(store, rule_sets, directory, surroundings, people);
    let readers = writer.readers();
    (writer, readers)
}

impl Desk {
    fn opened() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let (writer, readers) = writer_on(&folder);
        Self::opened_by(writer, readers, folder)
    }

    fn opened_by(mut writer: Writer, readers: Arc<dyn muster_store::Reads>, folder: tempfile::TempDir) -> Self {
        let service = Service {
            id: "home".parse().unwrap(),
            kind: ServiceKind::Residential,
            national: Answer::No,
            regulated: Answer::Yes,
            authority: council(),
            beds: None,
            brand: None,
            risk_level: None,
        };
        let opening = Opening {
            title: "Rosebank".to_owned(),
            kind: IncidentKind::ProviderFailure,
            failures: Vec::new(),
            services: vec![service],
            region: None,
            notified_at: "2024-03-04T08:00:00Z".parse().unwrap(),
            care_stops_at: None,
            exercise: true,
        };
        let ask = OpenAsk {
            agency: council(),
            hand: Hand::System("desk".to_owned()),
            request: "open".parse().unwrap(),
            body: Hash::of(b"open"),
            validate_only: false,
            opening,
            link: None,
        };
        let opened = writer.run(vec![Job::Open(ask)]).answers.remove(0).unwrap().unwrap();
        Self { writer, readers, incident: opened.incident, folder }
    }

    fn ask(&self, request: &str, commands: Vec<Command>) -> Job {
        Job::Append(AppendAsk {
            incident: self.incident.clone(),
            author: Author::system(council(), "desk"),
            request: request.parse().unwrap(),
            body: Hash::of(format!("{commands:?}").as_bytes()),
            labels: muster_record::entry::Asked::default(),
            reader: muster_record::visible::Reader::of(council()),
            expected_seq: None,
            occurred_at: None,
            validate_only: false,
            commands,
        })
    }

    fn run(&mut self, jobs: Vec<Job>) -> Vec<Result<Appended, AppendError>> {
        let answers = self.writer.run(jobs).answers;
        answers.into_iter().map(|answer| answer.map(Option::unwrap)).collect()
    }

    /// How often some bytes stand in the files of the store.
    fn hits(&self, bytes: &[u8]) -> usize {
        let files = std::fs::read_dir(self.folder.path()).unwrap().map(|file| file.unwrap().path());
        let counts =
            files.map(|file| std::fs::read(file).unwrap().windows(bytes.len()).filter(|part| *part == bytes).count());
        counts.sum()
    }

    fn head(&self) -> Seq {
        self.readers.head(&self.incident).unwrap().unwrap().seq
    }
}

fn note(text: &str) -> Command {
    log::Command::Note { text: text.to_owned() }.into()
}

fn no_such_action() -> Command {
    actions::Command::Accept { action: muster_record::ids::ActionNo(9) }.into()
}

#[test]
fn a_group_keeps_its_order_and_its_gapless_places() {
    let mut desk = Desk::opened();
    let before = desk.head();
    let jobs = (0..5).map(|n| desk.ask(&format!("r{n}"), vec![note("a"), note("b")])).collect();
    let lasts: Vec<u64> = desk.run(jobs).into_iter().map(|answer| answer.unwrap().last.0).collect();
    assert_eq!(lasts, [2, 4, 6, 8, 10].map(|more| before.0 + more));
    assert_eq!(desk.readers.verify(&desk.incident).unwrap().entries, before.0 + 10);
}

#[test]
fn a_refused_append_leaves_nothing_behind_and_its_neighbours_stand() {
    let mut desk = Desk::opened();
    let before = desk.head();
    let good = desk.ask("good", vec![note("first")]);
    let half = desk.ask("half", vec![note("never"), no_such_action()]);
    let last = desk.ask("last", vec![note("second")]);
    let answers = desk.run(vec![good, half, last]);
    assert!(matches!(&answers[1], Err(AppendError::Refused { command: 1, .. })), "{:?}", answers[1]);
    assert_eq!(desk.head().0, before.0 + 2);
    let told: Vec<String> = desk
        .readers
        .entries(&desk.incident, before, 9)
        .unwrap()
        .iter()
        .map(|stored| stored.sealed.open().unwrap().fact.told())
        .collect();
    assert_eq!(told, ["note: first", "note: second"]);
}

#[test]
fn the_same_request_twice_in_one_group_is_done_once() {
    let mut desk = Desk::opened();
    let before = desk.head();
    let jobs =
        vec![desk.ask("same", vec![note("x")]), desk.ask("same", vec![note("x")]), desk.ask("same", vec![note("y")])];
    let answers = desk.run(jobs);
    let (first, second) = (answers[0].as_ref().unwrap(), answers[1].as_ref().unwrap());
    assert!(!first.replayed && second.replayed);
    assert_eq!((first.first, first.last, first.revision), (second.first, second.last, second.revision));
    assert!(matches!(answers[2], Err(AppendError::RequestIdReused)));
    assert_eq!(desk.head().0, before.0 + 1);
}

#[test]
fn repeating_any_prefix_of_the_writes_changes_nothing() {
    let mut desk = Desk::opened();
    let ask = |desk: &Desk, n: usize| desk.ask(&format!("r{n}"), vec![note(&format!("note {n}")), note("and")]);
    let jobs: Vec<Job> = (0..12).map(|n| ask(&desk, n)).collect();
    let firsts: Vec<Appended> = desk.run(jobs).into_iter().map(Result::unwrap).collect();
    let (head, hash) = (desk.head(), desk.readers.head(&desk.incident).unwrap().unwrap().hash);
    for prefix in 0..=12 {
        let again: Vec<Job> = (0..prefix).map(|n| ask(&desk, n)).collect();
        for (again, first) in desk.run(again).into_iter().zip(&firsts) {
            let again = again.unwrap();
            assert!(again.replayed);
            assert_eq!((again.first, again.last, again.at), (first.first, first.last, first.at));
            assert_eq!(again.entries.len(), first.entries.len());
        }
    }
    let now = desk.readers.head(&desk.incident).unwrap().unwrap();
    assert_eq!((now.seq, now.hash), (head, hash));
}

#[test]
fn a_long_record_opens_from_its_snapshot_to_the_same_incident() {
    let mut desk = Desk::opened();
    for round in 0..6 {
        let jobs = (0..100).map(|n| desk.ask(&format!("r{round}-{n}"), vec![note("n")])).collect();
        desk.run(jobs).into_iter().for_each(|answer| drop(answer.unwrap()));
    }
    let seq = desk.readers.snapshot(&desk.incident).unwrap().expect("a snapshot was kept").seq;
    assert!(seq.0 >= 512, "the newest snapshot is at {}", seq.0);
    let (from_snapshot, from_the_start) = (
        folds::load(&*desk.readers, &desk.incident).unwrap().unwrap(),
        folds::reread(&*desk.readers, &desk.incident).unwrap(),
    );
    assert_eq!(from_snapshot, from_the_start);
    // And a new process decides on it as the old one did.
    let Desk { writer, readers, incident, folder } = desk;
    drop((writer, readers));
    let (writer, readers) = writer_on(&folder);
    let mut desk = Desk { writer, readers, incident, folder };
    let job = desk.ask("after", vec![note("after the restart")]);
    assert_eq!(desk.run(vec![job]).remove(0).unwrap().last, from_snapshot.seq.next());
    assert!(desk.folder.path().exists());
}
