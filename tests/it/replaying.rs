//! Replaying: every evaluation on record is worked out again from the store alone, and what was changed is found.

use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use muster::verifying::Against;
use muster::{backing_up, replaying};
use muster_coordinator::{Evaluation, Replayed};
use muster_proto::v1;
use muster_record::Command;
use muster_record::advice::Answer;
use muster_record::incident::advising::{Again, Compared};
use muster_record::incident::answers;
use muster_record::situation::{FactValue, IncidentKind};
use muster_rules::{Allocator, Host};

use crate::exercises;
use crate::guests::home_with;
use crate::home::{COUNCIL, Home, shipped};
use crate::people::{erase, registered};
use crate::process::{muster, path};
use crate::tampering::{as_operator, covered_up, hashed_again};

mod diffing;

const TWO: NonZeroUsize = NonZeroUsize::MIN.saturating_add(1);

/// A host of each kind, for all tests: components are compiled once.
fn host(allocator: Allocator) -> &'static Arc<Host> {
    static POOLING: OnceLock<Arc<Host>> = OnceLock::new();
    static ON_DEMAND: OnceLock<Arc<Host>> = OnceLock::new();
    let of = match allocator {
        Allocator::Pooling => &POOLING,
        Allocator::OnDemand => &ON_DEMAND,
    };
    let host = of.get_or_init(|| replaying::host(TWO, allocator).unwrap());
    assert_eq!(host.allocator(), allocator, "the machine has no room for a pool");
    host
}

fn replayed(data: &Path, keys: Option<&Path>, allocator: Allocator) -> Vec<Replayed> {
    let readers = replaying::open(data, keys).unwrap();
    let incidents = replaying::chosen(&readers, &[]).unwrap();
    replaying::replay(&readers, host(allocator), &incidents, TWO).unwrap()
}

/// What a store holds, done again: from the file itself with a pool, and from a backup of it with memory on demand.
pub(crate) fn again(folder: &Path) -> [Vec<Replayed>; 2] {
    let (own, keys) = (folder.join("muster.db"), folder.join("people.keys"));
    let elsewhere = tempfile::tempdir().unwrap();
    let copy = elsewhere.path().join("copy.db");
    backing_up::store(&own, &copy, &Against::default()).unwrap().outcome.unwrap();
    [(own, Allocator::Pooling), (copy, Allocator::OnDemand)]
        .map(|(data, allocator)| replayed(&data, Some(&keys), allocator))
}

fn evaluations(replayed: &[Replayed]) -> Vec<&Evaluation> {
    assert!(replayed.iter().all(|replayed| replayed.broken.is_none()), "{replayed:?}");
    replayed.iter().flat_map(|replayed| &replayed.evaluations).collect()
}

#[test]
fn every_exercise_comes_out_bit_for_bit_after_a_restart_from_a_backup_and_with_either_allocator() {
    let mut count = 0;
    for (name, told) in exercises::all() {
        let [own, backup] = &told.again;
        assert_eq!(own, backup, "{name}");
        for evaluation in evaluations(own) {
            assert_eq!(evaluation.again, Again::Same, "{name}: {evaluation:?}");
            assert!(evaluation.fuel_compared, "{name}: {evaluation:?}");
            count += 1;
        }
    }
    println!("{count} evaluations of the exercises came out the same");
    assert!(count > 200, "{count} evaluations");
}

fn yes(key: &str) -> Command {
    let value = FactValue::Answer(Answer::Yes);
    answers::Command::Answer { key: key.to_owned(), value, source: "by telephone".to_owned() }.into()
}

/// A home whose council was advised, with a person on its list, before and after an answer.
async fn advised() -> (Home, String) {
    let home = Home::with(shipped(&["emergency-closure", "temporary-duty"]));
    let house = home.open().await;
    let (council, _, incident) = house.rosebank().await;
    council.settled(&incident).await;
    council.does(&incident, [yes("s48/registered-provider")]).await;
    council.settled(&incident).await;
    council.does(&incident, [registered(), registered()]).await;
    council.settled(&incident).await;
    house.close().await;

    // It goes on where it stopped.
    let house = home.open().await;
    let council = house.client(COUNCIL).await;
    council.does(&incident, [yes("closing-review/done")]).await;
    council.settled(&incident).await;
    house.close().await;
    (home, incident)
}

fn keys(home: &Home) -> Option<PathBuf> {
    home.config.personal_data.key_file.clone()
}

fn of_home(home: &Home) -> Vec<Replayed> {
    replayed(&home.config.data, keys(home).as_deref(), Allocator::Pooling)
}

fn differences(replayed: &[Replayed]) -> Vec<Compared> {
    let all = evaluations(replayed).into_iter().filter_map(|one| match &one.again {
        Again::Different(found) => Some(found.iter().map(|found| found.compared)),
        Again::Same | Again::Cannot(_) | Again::NotAsked => None,
    });
    all.flatten().collect()
}

fn cannot(replayed: &[Replayed]) -> Vec<String> {
    let all = evaluations(replayed).into_iter().filter_map(|one| match &one.again {
        Again::Cannot(why) => Some(why.clone()),
        Again::Same | Again::Different(_) | Again::NotAsked => None,
    });
    all.collect()
}

fn all_the_same(replayed: &[Replayed]) -> bool {
    let all = evaluations(replayed);
    all.len() > 4 && all.iter().all(|one| one.again == Again::Same)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_changed_component_or_settings_is_named_and_one_that_is_gone_makes_no_result() {
    let (home, _) = advised().await;
    assert!(all_the_same(&of_home(&home)));
    let raw = rusqlite::Connection::open(&home.config.data).unwrap();
    let once = |sql: &str| assert!(raw.execute(sql, []).unwrap() > 0, "{sql}");
    once("UPDATE component SET bytes = CAST(bytes || x'000302017a' AS BLOB) WHERE name = 'temporary-duty'");
    let found = differences(&of_home(&home));
    assert!(!found.is_empty() && found.iter().all(|compared| *compared == Compared::Component), "{found:?}");

    once("DELETE FROM component WHERE name = 'temporary-duty'");
    let replayed = of_home(&home);
    assert_eq!(differences(&replayed), []);
    assert!(cannot(&replayed)[0].contains("the store keeps no component with the digest"), "{:?}", cannot(&replayed));

    once("UPDATE settings SET text = '{\"letter\":\"We write.\"}'");
    let found = differences(&of_home(&home));
    assert!(!found.is_empty() && found.iter().all(|compared| *compared == Compared::Settings), "{found:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_changed_incident_is_broken_and_hashed_again_it_comes_out_otherwise() {
    let home = Home::with(shipped(&["temporary-duty"]));
    let house = home.open().await;
    let council = house.client(COUNCIL).await;
    let incident = council.opens("Rosebank", IncidentKind::ProviderFailure).await;
    council.settled(&incident).await;
    let seq = council.does(&incident, [yes("s48/registered-provider")]).await;
    council.settled(&incident).await;
    council.does(&incident, [yes("s48/unable-to-carry-on")]).await;
    council.settled(&incident).await;
    house.close().await;

    let raw = as_operator(&home);
    let change = "UPDATE entry SET payload = replace(payload, '\"yes\"', '\"no\"') WHERE seq = ?1";
    assert_eq!(raw.execute(change, [i64::try_from(seq).unwrap()]).unwrap(), 1);
    covered_up(&raw);
    let broken = of_home(&home).into_iter().find_map(|replayed| replayed.broken).unwrap();
    assert!(broken.contains(&format!("entry {seq}")), "{broken}");

    raw.execute_batch("DROP TRIGGER entry_is_append_only_u; DROP TRIGGER entry_is_append_only_d").unwrap();
    hashed_again(&raw, &incident);
    covered_up(&raw);
    let found = differences(&of_home(&home));
    for compared in [Compared::Situation, Compared::Advice, Compared::Written] {
        assert!(found.contains(&compared), "{compared}: {found:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn without_the_keys_or_after_an_erasure_it_cannot_be_worked_out_again_and_is_not_called_different() {
    let (home, incident) = advised().await;
    let locked = replayed(&home.config.data, None, Allocator::Pooling);
    assert_eq!(differences(&locked), []);
    let why = cannot(&locked);
    assert!(!why.is_empty() && why.iter().all(|why| why.contains("the key file lacks the key")), "{why:?}");
    assert!(evaluations(&locked).iter().any(|one| one.again == Again::Same), "what came before needs no key");

    let house = home.open().await;
    let council = house.client(COUNCIL).await;
    let everything = v1::ErasureExtent::Everything.into();
    council.erases(v1::EraseIdentityRequest { extent: everything, ..erase(&incident, 2) }).await.unwrap();
    council.settled(&incident).await;
    house.close().await;
    let after = of_home(&home);
    assert_eq!(differences(&after), []);
    let why = cannot(&after);
    assert!(!why.is_empty() && why.iter().all(|why| why.contains("erased")), "{why:?}");
    assert!(evaluations(&after).iter().any(|one| one.again == Again::Same), "what came before was not touched");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_failure_and_a_quarantine_come_out_as_they_were() {
    for misbehaviour in ["panic", "loop", "unknown-agency"] {
        let home = home_with(misbehaviour);
        let house = home.open().await;
        let council = house.client(COUNCIL).await;
        let incident = council.opens("Rosebank", IncidentKind::Outbreak).await;
        for number in 0..4 {
            council.notes(&incident, &format!("note {number}")).await;
            council.settled(&incident).await;
        }
        house.close().await;
        let replayed = of_home(&home);
        let all = evaluations(&replayed);
        assert!(all.iter().all(|one| one.again == Again::Same), "{misbehaviour}: {all:?}");
        let failed = all.iter().filter(|one| one.rule_set.as_str() == "misbehaving").count();
        assert_eq!(failed, 2, "{misbehaviour}: it failed, and was quarantined");
    }
}

/// What a command printed, what it complained of, and how it ended.
fn typed(words: &[&str]) -> (String, String, bool) {
    let output = muster(words).output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (text(output.stdout), text(output.stderr), output.status.success())
}

#[tokio::test(flavor = "multi_thread")]
async fn the_command_says_in_plain_words_what_came_out_ends_with_it_and_writes_nothing() {
    let (home, incident) = advised().await;
    let (data, keys) = (home.config.data.clone(), keys(&home).unwrap());
    let before = std::fs::read(&data).unwrap();
    for memory in ["pooling", "on-demand"] {
        let words =
            ["replay", &incident, "--data", path(&data), "--key-file", path(&keys), "--memory", memory, "--jobs", "2"];
        let (out, err, well) = typed(&words);
        assert!(well && out.contains("on 1 incidents: each comes out bit for bit as recorded"), "{out}{err}");
        assert!(out.contains("temporary-duty: ") && out.contains("bit for bit as recorded, fuel included"), "{out}");
    }
    let (out, err, well) = typed(&["replay", "--data", path(&data)]);
    assert!(well && out.contains("CANNOT BE WORKED OUT AGAIN: incident"), "{out}{err}");
    assert!(out.contains("cannot be worked out again, and nothing is shown of those"), "{out}");
    let (_, err, well) = typed(&["replay", &"0".repeat(32), "--data", path(&data)]);
    assert!(!well && err.contains("the store keeps no incident"), "{err}");
    assert_eq!(std::fs::read(&data).unwrap(), before, "the store was written to");

    let raw = rusqlite::Connection::open(&data).unwrap();
    raw.execute("UPDATE component SET bytes = CAST(bytes || x'000302017a' AS BLOB) WHERE name = 'temporary-duty'", [])
        .unwrap();
    drop(raw);
    let (out, err, well) = typed(&["replay", "--data", path(&data), "--key-file", path(&keys)]);
    assert!(!well && err.contains("do not come out as recorded"), "{out}{err}");
    assert!(out.contains("DIFFERENT: incident") && out.contains("(temporary-duty): component"), "{out}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_store_that_a_server_is_serving_can_be_replayed() {
    let home = Home::with(shipped(&["temporary-duty"]));
    let house = home.open().await;
    let council = house.client(COUNCIL).await;
    let incident = council.opens("Rosebank", IncidentKind::ProviderFailure).await;
    council.settled(&incident).await;
    let replayed = of_home(&home);
    assert_eq!(evaluations(&replayed).len(), 1);
    assert_eq!(evaluations(&replayed)[0].again, Again::Same);
    council.notes(&incident, "and it goes on").await;
    house.close().await;
}
