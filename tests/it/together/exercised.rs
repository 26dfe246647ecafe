//! The exercises on the other store: what is told of them is the same to the letter.

use std::path::Path;
use std::sync::Arc;

use muster::config::{Listen, RuleSetsConfig};
use muster::play::{self, Stage};
use muster_store_conformance::cluster::database;

use crate::home::any_port;

/// Plays a script with its records on PostgreSQL; gives the timeline and the report at the end.
fn played(text: &str, name: &str) -> Option<String> {
    let store = database()?.url().parse().unwrap();
    let script = muster_exercise::parse(text).unwrap();
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    runtime.block_on(async {
        let listen = Listen { api: any_port(), people: None, probes: any_port() };
        let clock = play::beginning(&script).unwrap();
        let rule_sets = RuleSetsConfig { shipped: script.rule_sets.clone(), ..RuleSetsConfig::default() };
        let silent = Arc::new(String::new);
        let stage = Stage::set_on(Some(store), &script.agencies, clock, rule_sets, listen, silent).await.unwrap();
        let played = play::play(&stage, &script, Arc::new(|_| ())).await;
        let played = played.unwrap_or_else(|error| panic!("{name}: {error:#}"));
        stage.close().await.unwrap();
        Some(format!("{}\n{}", played.told, played.report))
    })
}

#[test]
fn every_exercise_tells_the_same_on_postgresql() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("exercises");
    let files = std::fs::read_dir(&folder).unwrap().map(|file| file.unwrap().path());
    let scripts: Vec<_> = files.filter(|path| path.extension().is_some_and(|end| end == "exercise")).collect();
    assert!(scripts.len() > 15);
    for script in scripts {
        let name = script.file_stem().unwrap().to_str().unwrap();
        let Some(told) = played(&std::fs::read_to_string(&script).unwrap(), name) else { return };
        let kept = std::fs::read_to_string(script.with_extension("timeline")).unwrap();
        is_as_kept(&kept, &told, name);
    }
}

#[track_caller]
fn is_as_kept(kept: &str, told: &str, name: &str) {
    for (place, (kept, told)) in kept.lines().zip(told.lines()).enumerate() {
        assert_eq!(told, kept, "{name}, line {}", place + 1);
    }
    assert_eq!(told.lines().count(), kept.lines().count(), "{name}");
}
