//! The guide, the verbs, the commands and the exercises of this repository: none lacks what another has.

use std::collections::BTreeSet;
use std::path::PathBuf;

use muster_record::Command;

use super::super::verbs::{self, lifecycle, settings};
use super::{PREAMBLE, asked, parse, read};

const GUIDE: &str = include_str!("../../../../../docs/exercises.md");

fn exercises() -> Vec<(PathBuf, String)> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/exercises");
    let files = std::fs::read_dir(folder).unwrap().map(|file| file.unwrap().path());
    let mut files: Vec<PathBuf> = files.filter(|path| path.extension().is_some_and(|ext| ext == "exercise")).collect();
    files.sort();
    files.into_iter().map(|path| (path.clone(), std::fs::read_to_string(path).unwrap())).collect()
}

/// The pieces of the guide between back ticks, on one line each.
fn spans() -> impl Iterator<Item = String> {
    GUIDE.lines().flat_map(|line| line.split('`').skip(1).step_by(2)).map(|span| span.replace("\\|", "|"))
}

#[test]
fn every_exercise_can_be_read() {
    let found = exercises();
    assert!(found.len() >= 16, "{} exercises", found.len());
    for (path, text) in found {
        if let Err(problems) = parse(&text) {
            panic!("{}:\n{problems}", path.display());
        }
    }
}

#[test]
fn every_example_of_the_guide_can_be_read() {
    let examples: Vec<String> = spans()
        .filter(|span| span.split(' ').next().is_some_and(|word| ["council", "icb", "cqc", "region"].contains(&word)))
        .collect();
    assert!(examples.len() > 50);
    for example in examples {
        read(&format!("{PREAMBLE}{example}"));
    }
    let blocks = GUIDE.split("```exercise\n").skip(1).map(|block| block.split("```").next().unwrap());
    for block in blocks {
        if block.starts_with("exercise ") {
            read(block);
        } else {
            read(&format!("{PREAMBLE}{block}"));
        }
    }
}

#[test]
fn every_verb_stands_in_the_guide_in_its_form() {
    let spans: Vec<String> = spans().collect();
    let others = [
        lifecycle::OPENS,
        lifecycle::OPENS_REGIONAL,
        lifecycle::ADDS_MEMBER,
        lifecycle::TURNS_TO,
        settings::CHANGES_SETTINGS,
    ];
    let forms = verbs::all().map(|verb| verb.form).chain(others);
    let missing: Vec<&str> = forms.filter(|form| !spans.iter().any(|span| span == form)).collect();
    assert_eq!(missing, Vec::<&str>::new());
}

/// What serde says would do in place of an unknown word: every family, or every command of a family.
fn known(json: &str) -> Vec<String> {
    let message = serde_json::from_str::<Command>(json).unwrap_err().to_string();
    message.split('`').skip(1).step_by(2).filter(|word| *word != "?").map(str::to_owned).collect()
}

fn every_command() -> BTreeSet<(String, String)> {
    let families = known(r#"{"family":"?"}"#);
    assert_eq!(families.len(), 16);
    let of = |family: String| {
        let commands = known(&format!(r#"{{"family":"{family}","command":"?"}}"#));
        commands.into_iter().map(move |command| (family.clone(), command))
    };
    families.into_iter().flat_map(of).collect()
}

fn name(command: &Command) -> (String, String) {
    let json = serde_json::to_value(command).unwrap();
    let word = |key: &str| json[key].as_str().unwrap().to_owned();
    (word("family"), word("command"))
}

#[test]
fn every_command_is_given_in_an_exercise() {
    let scripts = exercises().into_iter().filter_map(|(_, text)| parse(&text).ok());
    let given: BTreeSet<(String, String)> = scripts
        .flat_map(|script| script.steps)
        .filter(|step| step.expect_refusal.is_none())
        .flat_map(|step| asked(&step.what))
        .map(|command| name(&command))
        .collect();
    let missing: Vec<_> = every_command().difference(&given).cloned().collect();
    assert_eq!(missing, Vec::new());
    assert_eq!(every_command().len(), given.len());
}
