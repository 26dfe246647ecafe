//! `docs/assurance.md`: each control that it claims names a test, and the test is there.

use std::path::Path;

use crate::requirements::exists;

/// Rows of the four tables: fewer means that one was lost.
const ROWS: usize = 40;

fn page() -> String {
    std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/assurance.md")).unwrap()
}

/// The rows of the tables that end in the column `shown by`.
fn rows(page: &str) -> Vec<Vec<&str>> {
    let (mut rows, mut is_claimed) = (Vec::new(), false);
    for line in page.lines() {
        let cells: Vec<&str> = line.trim_matches('|').split('|').map(str::trim).collect();
        match (line.starts_with('|'), cells.last()) {
            (true, Some(&"shown by")) => is_claimed = true,
            (true, Some(last)) if is_claimed && !last.starts_with("---") => rows.push(cells),
            (true, Some(_) | None) => (),
            (false, _) => is_claimed = false,
        }
    }
    rows
}

#[test]
fn every_control_on_the_page_is_shown_by_a_test_that_is_there() {
    let page = page();
    let rows = rows(&page);
    assert!(rows.len() >= ROWS, "{} rows", rows.len());
    for row in rows {
        let shown = row.last().unwrap();
        let tests: Vec<&str> = shown.split('`').filter(|part| part.contains("::")).collect();
        assert!(!tests.is_empty(), "{}: no test is named", row[0]);
        for test in tests {
            assert!(exists(test), "{}: there is no {test}", row[0]);
        }
    }
}

#[test]
fn every_principle_has_its_row() {
    let page = page();
    let has = |number: usize, of: &str| {
        let from = page.split(of).nth(1).unwrap();
        let part = from.split("\n## ").next().unwrap();
        part.contains(&format!("\n| {number}. "))
    };
    assert!((1..=8).all(|number| has(number, "## The Caldicott principles")));
    assert!((1..=14).all(|number| has(number, "## The 14 NCSC cloud security principles")));
}
