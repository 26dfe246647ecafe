//! The exercises of each rule set, played over real gRPC through its component on a live record.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use expect_test::expect_file;
use muster_exercise::{Expectation, ItemRef, Script, Standing, What, parse};

use crate::exercises::played_with;

/// The folders of the rule sets.
fn plugins() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../plugins")
}

/// The files of a folder that end so, in order of name.
fn files(folder: &Path, extension: &str) -> Vec<PathBuf> {
    let Ok(found) = std::fs::read_dir(folder) else { return Vec::new() };
    let found = found.map(|file| file.unwrap().path());
    let mut files: Vec<PathBuf> = found.filter(|path| path.extension().is_some_and(|ext| ext == extension)).collect();
    files.sort();
    files
}

fn read(path: &Path) -> Script {
    let text = std::fs::read_to_string(path).unwrap();
    parse(&text).unwrap_or_else(|problems| panic!("{}:\n{problems}", path.display()))
}

/// Plays the exercises of a rule set: those that tell a story have a timeline beside them.
fn plays(rule_set: &str) {
    let folder = plugins().join(rule_set).join("exercises");
    let exercises = files(&folder, "exercise");
    let is_pairs = |path: &PathBuf| path.file_stem().unwrap().to_str().unwrap().starts_with("pairs");
    assert!(exercises.iter().any(is_pairs), "{rule_set} has no pairs of situations");
    assert!(!exercises.iter().all(is_pairs), "{rule_set} has no story");
    for path in &exercises {
        // Pairs are about one rule set, and a story has whoever the script brings.
        let alone = [rule_set];
        let text = std::fs::read_to_string(path).unwrap();
        let is_alone = is_pairs(path) && read(path).rule_sets.is_none();
        let told = played_with(&text, &path.display().to_string(), is_alone.then_some(&alone));
        if !is_pairs(path) {
            expect_file![path.with_extension("timeline")].assert_eq(&told.text);
        }
    }
    assert_eq!(missing_pairs(rule_set, &exercises), Vec::<String>::new(), "rows of {rule_set} without a pair");
}

macro_rules! each_rule_set_plays_its_exercises {
    ($($test:ident: $name:literal,)*) => {
        mod each_rule_set_plays_its_exercises {
            $(#[test]
            fn $test() {
                super::plays($name);
            })*
        }
        const PLAYED: &[&str] = &[$($name),*];
    };
}

each_rule_set_plays_its_exercises! {
    accommodation: "accommodation",
    agency_staffing: "agency-staffing",
    communications: "communications",
    continuity_plans: "continuity-plans",
    emergency_closure: "emergency-closure",
    failure_types: "failure-types",
    market_oversight: "market-oversight",
    mitigation_scope: "mitigation-scope",
    outbreak: "outbreak",
    qa_risk_levels: "qa-risk-levels",
    regional_escalation: "regional-escalation",
    response_options: "response-options",
    responsibility: "responsibility",
    stakeholder_matrix: "stakeholder-matrix",
    temporary_duty: "temporary-duty",
    transport_options: "transport-options",
}

#[test]
fn every_shipped_rule_set_plays_its_exercises() {
    let shipped: BTreeSet<&str> = muster_shipped::SHIPPED.iter().map(|shipped| shipped.name).collect();
    assert_eq!(PLAYED.iter().copied().collect::<BTreeSet<_>>(), shipped);
}

/// What one expectation of a script says of an item, and how many steps somebody had done by then.
struct Said {
    key: String,
    standing: Standing,
    done: usize,
}

/// The rows of a rule set's tables of which no exercise shows two situations, one step apart, that differ in them.
fn missing_pairs(rule_set: &str, exercises: &[PathBuf]) -> Vec<String> {
    let said: Vec<Vec<Said>> = exercises.iter().map(|path| said_of(rule_set, &read(path))).collect();
    let shown = |row: &String| said.iter().any(|said| is_shown(row, said));
    rows(rule_set).into_iter().filter(|row| !shown(row)).collect()
}

/// The keys of the rows of all tables.
fn rows(rule_set: &str) -> Vec<String> {
    let tables = files(&plugins().join(rule_set).join("rules"), "toml");
    assert!(!tables.is_empty(), "{rule_set} has no tables");
    let mut keys = Vec::new();
    for table in tables {
        let table: toml::Table = toml::from_str(&std::fs::read_to_string(table).unwrap()).unwrap();
        let rows = table.values().filter_map(toml::Value::as_array).flatten();
        keys.extend(rows.filter_map(|row| row.get("key")?.as_str()).map(str::to_owned));
    }
    keys
}

fn said_of(rule_set: &str, script: &Script) -> Vec<Said> {
    let mut done = 0;
    let mut said = Vec::new();
    for step in &script.steps {
        match &step.what {
            What::Expect(Expectation::Proposals(items, standing)) => {
                let of_rule_set = |item: &&ItemRef| item.rule_set.as_str() == rule_set;
                let items = items.iter().filter(of_rule_set);
                said.extend(items.map(|item| Said { key: item.key.clone(), standing: *standing, done }));
            }
            What::Expect(_) | What::WaitForAdvice => (),
            What::Open(_)
            | What::OpenRegional { .. }
            | What::AddMember { .. }
            | What::ChangeSettings { .. }
            | What::Commands(_) => done += 1,
        }
    }
    said
}

/// Whether the item of a row stands in one situation and not, or otherwise, in another that is one step away.
fn is_shown(row: &str, said: &[Said]) -> bool {
    let of_row = |said: &&Said| said.key == row || said.key.strip_prefix(row).is_some_and(|rest| rest.starts_with('/'));
    let of_row: Vec<&Said> = said.iter().filter(of_row).collect();
    let contrary = |one: &Said, other: &Said| match (one.standing, other.standing) {
        (Standing::Absent, Standing::Open(_)) | (Standing::Open(_), Standing::Absent) => true,
        (Standing::Open(one), Standing::Open(other)) => one.is_some() && other.is_some() && one != other,
        (Standing::Absent, Standing::Absent) => false,
    };
    of_row.iter().any(|one| {
        of_row.iter().any(|other| one.key == other.key && one.done.abs_diff(other.done) == 1 && contrary(one, other))
    })
}
