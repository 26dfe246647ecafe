//! Each exercise, played over real gRPC: what its record says at the end is kept beside it.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::{Arc, LazyLock, OnceLock};

use expect_test::expect_file;
use muster::config::{Listen, RuleSetsConfig};
use muster::play::{self, Played, Stage};
use muster_proto::v1;
use muster_record::briefing::BriefingKind;
use prost::Message as _;
use prost::encoding::{DecodeContext, decode_key, skip_field};
use prost_types::FileDescriptorSet;

use crate::home;

/// What came of playing one.
pub(crate) struct Told {
    /// The timeline, and the situation report at the end.
    pub(crate) text: String,
    /// Every briefing at the end, as the lead reads it.
    briefings: String,
    /// The numbers of the arms of `Entry.body` that its record holds.
    arms: BTreeSet<u32>,
    /// Its evaluations done again from the store that it left, and from a backup of that with memory on demand.
    pub(crate) again: [Vec<muster_coordinator::Replayed>; 2],
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("exercises")
}

/// The exercises there are, by name.
fn names() -> BTreeSet<String> {
    let files = std::fs::read_dir(folder()).unwrap().map(|file| file.unwrap().path());
    let scripts = files.filter(|path| path.extension().is_some_and(|extension| extension == "exercise"));
    scripts.map(|path| path.file_stem().unwrap().to_str().unwrap().to_owned()).collect()
}

/// All exercises, played, by name.
pub(crate) fn all() -> impl Iterator<Item = (String, &'static Told)> {
    names().into_iter().map(|name| (name.clone(), told(&name)))
}

/// Plays one, once for all tests that ask.
fn told(name: &str) -> &'static Told {
    static ALL: LazyLock<BTreeMap<String, OnceLock<Told>>> =
        LazyLock::new(|| names().into_iter().map(|name| (name, OnceLock::new())).collect());
    ALL.get(name).unwrap().get_or_init(|| of_name(name))
}

fn of_name(name: &str) -> Told {
    played(&std::fs::read_to_string(folder().join(name).with_extension("exercise")).unwrap(), name)
}

/// Plays a script on a server of its own; `name` is for messages.
pub(crate) fn played(text: &str, name: &str) -> Told {
    played_with(text, name, None)
}

/// The same with these rule sets, if any are named, in place of those of the script.
pub(crate) fn played_with(text: &str, name: &str, rule_sets: Option<&[&str]>) -> Told {
    let script = muster_exercise::parse(text).unwrap_or_else(|problems| panic!("{name}:\n{problems}"));
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    runtime.block_on(async {
        let listen = Listen { api: home::any_port(), people: None, probes: home::any_port() };
        let clock = play::beginning(&script).unwrap();
        let named = rule_sets.map(|names| names.iter().map(|name| name.parse().unwrap()).collect());
        let shipped = named.or_else(|| script.rule_sets.clone());
        let rule_sets = RuleSetsConfig { shipped, ..RuleSetsConfig::default() };
        let silent = Arc::new(String::new);
        let stage = Stage::set(&script.agencies, clock, rule_sets, listen, silent).await.unwrap();
        let played = play::play(&stage, &script, Arc::new(|_| ())).await;
        let Played { incident, named: _, told, report, entries: _ } =
            played.unwrap_or_else(|error| panic!("{name}: {error:#}"));
        let lead = &script.agencies.first().unwrap().alias;
        let entries = home::all_entries(&stage.client(lead).unwrap(), &incident).await;
        let briefings = briefings(&stage.client(lead).unwrap(), &incident).await;
        let folder = stage.close().await.unwrap();
        let again = crate::replaying::again(folder.path());
        Told { text: format!("{told}\n{report}"), briefings, arms: entries.iter().flat_map(arms_of).collect(), again }
    })
}

/// Every briefing of an incident as text, one below the other.
async fn briefings(by: &muster::client::Client, incident: &str) -> String {
    let mut all = String::new();
    for kind in BriefingKind::ALL {
        let request = v1::GetBriefingRequest {
            incident_id: incident.to_owned(),
            kind: v1::BriefingKind::from(*kind).into(),
            format: v1::BriefingFormat::Text.into(),
            at: None,
        };
        let answer = by.incidents.clone().get_briefing(request).await.unwrap();
        all.push_str(&format!("== {kind}\n{}\n", answer.into_inner().paper.unwrap().content));
    }
    all
}

#[test]
fn the_briefings_of_a_closure_are_kept_beside_its_timeline() {
    let kept = concat!(env!("CARGO_MANIFEST_DIR"), "/exercises/rosebank-closes.briefings");
    expect_file![kept].assert_eq(&told("rosebank-closes").briefings);
}

/// The numbers of the fields that are set: of the arms of a oneof, the one there is.
fn arms_of(entry: &v1::Entry) -> BTreeSet<u32> {
    let bytes = entry.encode_to_vec();
    let mut rest = bytes.as_slice();
    let mut numbers = BTreeSet::new();
    while !rest.is_empty() {
        let (number, kind) = decode_key(&mut rest).unwrap();
        skip_field(kind, number, &mut rest, DecodeContext::default()).unwrap();
        numbers.insert(number);
    }
    numbers
}

macro_rules! each_plays_to_its_timeline {
    ($($test:ident: $name:literal,)*) => {
        mod each_plays_to_its_timeline {
            $(#[test]
            fn $test() {
                let timeline = concat!(env!("CARGO_MANIFEST_DIR"), "/exercises/", $name, ".timeline");
                super::expect_file![timeline].assert_eq(&super::told($name).text);
            })*
        }
        const PLAYED: &[&str] = &[$($name),*];
    };
}

each_plays_to_its_timeline! {
    actions: "actions",
    advice: "advice",
    clocks_and_log: "clocks-and-log",
    communications: "communications",
    decisions: "decisions",
    escalation: "escalation",
    lifecycle: "lifecycle",
    meetings: "meetings",
    offers: "offers",
    people: "people",
    questions: "questions",
    region_of_five: "region-of-five",
    restrictions: "restrictions",
    review: "review",
    settings: "settings",
    sharing: "sharing",
    rosebank_closes: "rosebank-closes",
    table_and_offices: "table-and-offices",
    who_may_not: "who-may-not",
}

#[test]
fn every_exercise_is_played() {
    let played: BTreeSet<String> = PLAYED.iter().map(|name| (*name).to_owned()).collect();
    assert_eq!(played, names());
}

#[test]
fn every_fact_of_the_wire_is_reached_over_grpc() {
    let reached: BTreeSet<u32> = names().iter().flat_map(|name| &told(name).arms).copied().collect();
    let missing: Vec<String> =
        facts_of_the_wire().into_iter().filter(|(number, _)| !reached.contains(number)).map(|(_, name)| name).collect();
    // The shipped rule sets do not fail: `advising.rs` reaches the last with a rule set that does. An exercise holds
    // nobody's identity: `people.rs` reaches the others.
    assert_eq!(missing, ["entries_erased", "person_identity_sealed", "person_identity_erased", "evaluation_failed"]);
}

/// The facts that an entry can hold: number and name of each.
fn facts_of_the_wire() -> BTreeMap<u32, String> {
    let set = FileDescriptorSet::decode(muster_proto::FILE_DESCRIPTOR_SET).unwrap();
    let ours = set.file.into_iter().filter(|file| file.package() == "muster.v1");
    let entry = ours.flat_map(|file| file.message_type).find(|message| message.name() == "Entry").unwrap();
    let body = entry.oneof_decl.iter().position(|oneof| oneof.name() == "body").unwrap();
    let arms = entry.field.iter().filter(|field| field.oneof_index == i32::try_from(body).ok());
    // What is withheld is no fact, but stands in the place of one.
    let facts = arms.filter(|field| field.name() != "withheld");
    let named = facts.filter(|field| !field.proto3_optional());
    named.map(|field| (u32::try_from(field.number()).unwrap(), field.name().to_owned())).collect()
}

#[test]
fn the_same_script_tells_the_same_story_twice() {
    let (once, again) = (told("advice"), of_name("advice"));
    assert_eq!(once.text, again.text);
}

#[test]
fn the_large_exercise_plays_as_it_says_at_any_size() {
    use muster_exercise::{Size, large};
    let script = large(Size { authorities: 3, people: 34 });
    let told = played_with(&script, "large", Some(&["regional-escalation"]));
    for authority in 1..=3 {
        assert!(told.text.contains(&format!("Careful Hands, branch {authority}")), "authority {authority} is missing");
    }
}
