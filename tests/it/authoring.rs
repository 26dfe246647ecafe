//! An author's tools: folders from templates, and what `muster rules test` holds a rule set to.

mod languages;
mod sharing;
mod watching;

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use muster::authoring::folder::Language;
use muster::authoring::scaffold;

use crate::tutorial::{program, target};

/// A folder made from the template for Rust.
pub(crate) struct Made {
    _parent: tempfile::TempDir,
    pub(crate) folder: PathBuf,
}

impl Made {
    pub(crate) fn new(language: Language) -> Self {
        Self::named("night-cover", language)
    }

    fn named(name: &str, language: Language) -> Self {
        let parent = tempfile::tempdir().unwrap();
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
        scaffold::make(&name.parse().unwrap(), language, parent.path(), Some(&root)).unwrap();
        Self { folder: parent.path().join(name), _parent: parent }
    }

    pub(crate) fn change(&self, file: &str, from: &str, to: &str) {
        let path = self.folder.join(file);
        let text = std::fs::read_to_string(&path).unwrap();
        assert!(text.contains(from), "{file} has no {from:?}");
        std::fs::write(&path, text.replace(from, to)).unwrap();
    }

    pub(crate) fn put(&self, file: &str, text: &str) {
        let path = self.folder.join(file);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }

    /// A command of `muster rules` on this folder, as a person types it.
    pub(crate) fn command(&self, words: &[&str]) -> Command {
        let mut muster = Command::new(program().join("muster"));
        muster.arg("rules").args(words).current_dir(&self.folder);
        // What the rule sets are built from stays built between tests and runs.
        muster.env("CARGO_TARGET_DIR", target().join("tutorial")).env("CARGO", env!("CARGO"));
        muster
    }

    /// What it prints, and whether it ends well.
    pub(crate) fn types(&self, words: &[&str]) -> (String, bool) {
        let Output { status, stdout, stderr } = self.command(words).output().unwrap();
        (String::from_utf8([stdout, stderr].concat()).unwrap(), status.success())
    }

    #[track_caller]
    fn fails(&self, words: &[&str], says: &[&str]) {
        let (said, well) = self.types(words);
        assert!(!well, "{said}");
        for part in says {
            assert!(said.contains(part), "{part:?} is not in what came:\n{said}");
        }
    }

    #[track_caller]
    fn does(&self, words: &[&str], says: &[&str]) {
        let (said, well) = self.types(words);
        assert!(well, "{said}");
        for part in says {
            assert!(said.contains(part), "{part:?} is not in what came:\n{said}");
        }
    }
}

/// The rule that answers with enough staff, and what is put in its place.
const ENOUGH: &str = "let mut advice = Advice::default().with(finding);";

#[test]
fn what_an_answer_must_keep_is_told_by_case() {
    let made = Made::new(Language::Rust);
    made.change("src/lib.rs", ENOUGH, &ENOUGH.replace(".with(finding)", ".with(finding.clone()).with(finding)"));
    made.fails(
        &["test"],
        &["FAILED  short-tonight: invalid: finding enough-tonight: another item has this key", "2 of 8 failed"],
    );

    made.change(
        "src/lib.rs",
        ".with(finding.clone()).with(finding)",
        ".with(finding).with(muster_rule_sdk::Allocation::new(\"person-9\", None, 1, Vec::new()))",
    );
    made.change("src/lib.rs", "ItemKind::Finding, ", "ItemKind::Allocation, ItemKind::Finding, ");
    made.fails(&["test", "--case", "short-tonight"], &["person person-9 is not in the situation"]);
}

#[test]
fn an_item_that_quotes_nothing_is_not_taken_for_expected() {
    let made = Made::new(Language::Rust);
    made.change("src/lib.rs", "AgencyKind::Council, [the_rule()]", "AgencyKind::Council, []");
    let told = "action find-carers: it cites no clause, or none of its words";
    made.fails(&["test", "--update"], &[told, "it does not say what is expected", "1 of 8 failed"]);
}

#[test]
fn a_panic_reaches_its_author_with_its_message_and_place() {
    let made = Made::new(Language::Rust);
    made.change(
        "src/lib.rs",
        ENOUGH,
        &format!("assert!(carers > 3, \"nobody thought of {{carers}} carers\");\n        {ENOUGH}"),
    );
    let says = [
        "FAILED  short-tonight: trapped",
        "it wrote to the log: panicked at",
        "src/lib.rs:",
        "nobody thought of 2 carers",
    ];
    made.fails(&["test"], &says);
}

#[test]
fn a_budget_of_fuel_and_bad_settings_that_are_taken_are_told() {
    let made = Made::new(Language::Rust);
    made.put("tests/bad-settings/seven.json", r#"{"carers_at_least": 7}"#);
    let says = [
        "of fuel, and 1000 is the budget (--fuel)",
        "FAILED  bad-settings/seven.json: they were taken, and should be refused",
    ];
    made.fails(&["test", "--fuel", "1000"], &says);
}

const STORY: &str = r#"exercise "Two carers tonight"
agency council = e08000026 council "Coventry City Council"
agency icb = qwu health-commissioner "Coventry and Warwickshire ICB"
rule sets night-cover
start 2026-03-04
at 09:00  council  opens "Rosebank" as provider-failure of local regulated residential service rosebank with 48 beds
          council  invites icb as operational
at 09:10  council  answers staff/tonight 2 from "the rota"
expect proposal find-carers of night-cover
"#;

#[test]
fn a_case_may_be_an_exercise_and_a_mistake_in_it_is_told_with_its_line() {
    let made = Made::new(Language::Rust);
    made.put("tests/played/story.exercise", STORY);
    made.fails(&["test", "--case", "played"], &["advice.json is not there: look at what came with `run`"]);
    made.does(&["test", "--case", "played", "--update"], &["ok      played: 2 items"]);
    made.does(
        &["run", "--case", "played"],
        &["== played: Rosebank on Wed 4 Mar 09:10", "for council, due Wed 4 Mar 11:10"],
    );
    made.put("tests/played/story.exercise", &STORY.replace("expect proposal", "expect no proposal"));
    made.fails(&["test", "--case", "played"], &["night-cover has find-carers open"]);
    made.put("tests/played/facts.toml", "");
    made.fails(&["test"], &["is to hold one of facts.toml, incident.jsonl", "and holds facts.toml and story.exercise"]);
}

#[test]
fn facts_that_cannot_be_read_are_told_with_their_place() {
    let made = Made::new(Language::Rust);
    made.put("tests/wrong/facts.toml", "[facts]\n\"staff/tonight\" = 2.5\n");
    made.fails(&["test", "--case", "wrong"], &["wrong/facts.toml: facts: staff/tonight: an answer is"]);
    made.put("tests/wrong/facts.toml", "opened = 2026-03-04\n");
    made.fails(&["test", "--case", "wrong"], &["unknown field `opened`"]);
    made.put("tests/wrong/facts.toml", "[[commands]]\nfamily = \"log\"\ncommand = \"note\"\ntext = \"\"\n");
    made.fails(&["test", "--case", "wrong"], &["[[commands]], number 1: "]);
    made.fails(&["test", "--case", "nowhere"], &["there is no case \"nowhere\"", "enough-tonight"]);
}

#[test]
fn the_folder_builds_within_a_workspace_that_takes_it_for_a_member() {
    let made = tempfile::tempdir().unwrap();
    std::fs::write(made.path().join("Cargo.toml"), "[workspace]\nresolver = \"3\"\nmembers = [\"plugins/*\"]\n")
        .unwrap();
    let plugins = made.path().join("plugins");
    std::fs::create_dir(&plugins).unwrap();
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    scaffold::make(&"night-cover".parse().unwrap(), Language::Rust, &plugins, Some(&root)).unwrap();
    let manifest = std::fs::read_to_string(plugins.join("night-cover/Cargo.toml")).unwrap();
    assert!(!manifest.contains("[workspace]") && !manifest.contains("[profile"), "{manifest}");
    let beside = made.path().join("night-cover/Cargo.toml");
    scaffold::make(&"night-cover".parse().unwrap(), Language::Rust, made.path(), Some(&root)).unwrap();
    assert!(std::fs::read_to_string(beside).unwrap().contains("[workspace]"));
}

#[test]
fn nothing_that_is_there_is_written_over_and_a_bad_name_is_told() {
    let made = Made::new(Language::Js);
    let parent = made.folder.parent().unwrap().to_owned();
    let before = std::fs::read_to_string(made.folder.join("rules.js")).unwrap();
    let again = scaffold::make(&"night-cover".parse().unwrap(), Language::Python, &parent, None).unwrap_err();
    assert!(again.to_string().contains("is there already, and nothing is written over"), "{again}");
    assert_eq!(std::fs::read_to_string(made.folder.join("rules.js")).unwrap(), before);
    assert!(!made.folder.join("rules.py").exists());

    let said = |name: &str| scaffold::name(name).unwrap_err().to_string();
    assert!(said("Night Cover").contains("lower-case letters, digits and hyphens"));
    assert!(said("../up").contains("lower-case letters"));
    assert!(said("1-night").contains("begin with a letter"));
    assert!(said("match").contains("match-rules"));
    assert!(said("emergency-closure").contains("begin yours with your agency's name"));
}

#[test]
fn a_missing_tool_is_told_with_the_command_that_installs_it() {
    for (language, command) in [(Language::Js, "npm install"), (Language::Python, "-m venv .venv")] {
        let made = Made::new(language);
        let mut build = made.command(&["build"]);
        let Output { status, stderr, .. } = build.env("PATH", "/nowhere").output().unwrap();
        let said = String::from_utf8(stderr).unwrap();
        assert!(!status.success() && said.contains("is not installed. In ") && said.contains(command), "{said}");
    }
}
