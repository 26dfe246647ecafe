//! `docs/requirements.tsv`: each statement of the council's two documents, and what shows that it works here.

use std::collections::BTreeMap;
use std::io::Write as _;
use std::path::{Path, PathBuf};

/// Statements of the two documents: S1 to this one.
const STATEMENTS: usize = 117;

/// What can answer for a statement besides a rule set.
const PARTS: &[&str] = &["record", "register", "region"];

struct Row {
    id: String,
    by: String,
    shown: String,
    says: String,
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn rows() -> Vec<Row> {
    let text = std::fs::read_to_string(root().join("docs/requirements.tsv")).unwrap();
    let mut lines = text.lines();
    assert_eq!(lines.next(), Some("id\tby\tshown by\tin a line"));
    let row = |line: &str| {
        let [id, by, shown, says] = line.split('\t').collect::<Vec<_>>()[..] else { panic!("four columns: {line}") };
        Row { id: id.to_owned(), by: by.to_owned(), shown: shown.to_owned(), says: says.to_owned() }
    };
    lines.map(row).collect()
}

#[test]
fn every_statement_is_shown_or_is_context_with_a_reason() {
    let rows = rows();
    let ids: Vec<&str> = rows.iter().map(|row| row.id.as_str()).collect();
    let all: Vec<String> = (1..=STATEMENTS).map(|number| format!("S{number}")).collect();
    assert_eq!(ids, all, "each statement once, in order");
    let mut by: BTreeMap<&str, usize> = BTreeMap::new();
    for row in &rows {
        *by.entry(row.by.as_str()).or_default() += 1;
        assert!(row.says.split(' ').count() >= 4, "{}: a line that says what, or why not", row.id);
        if row.by == "context" {
            assert_eq!(row.shown, "-", "{}: context is shown by nothing", row.id);
            continue;
        }
        let known = muster_shipped::SHIPPED.iter().map(|shipped| shipped.name).chain(PARTS.iter().copied());
        assert!(known.into_iter().any(|known| known == row.by), "{}: {} is no rule set and no part", row.id, row.by);
        assert!(exists(&row.shown), "{}: there is no {}", row.id, row.shown);
    }
    let told: Vec<String> = by.iter().map(|(by, count)| format!("{by} {count}")).collect();
    let context = by.get("context").copied().unwrap_or_default();
    // Past what the test runner catches, so that every run says it.
    let shown = STATEMENTS - context;
    let told = told.join(", ");
    writeln!(std::io::stderr(), "{STATEMENTS} statements: {shown} shown, {context} context ({told})").unwrap();
}

/// Whether there is such an exercise, or such a test: `path/of/file.rs::name`.
pub(crate) fn exists(shown: &str) -> bool {
    let Some((file, test)) = shown.split_once("::") else {
        return shown.ends_with(".exercise") && root().join(shown).is_file();
    };
    let text = std::fs::read_to_string(root().join(file)).unwrap_or_default();
    text.match_indices(&format!("fn {test}(")).any(|(at, _)| {
        let before: Vec<&str> = text[..at].lines().rev().take(4).collect();
        before.iter().any(|line| line.trim() == "#[test]" || line.trim().starts_with("#[tokio::test"))
    })
}
