//! `--watch`: tests again at each save.

use std::io::{BufRead as _, BufReader};
use std::process::Stdio;

use muster::authoring::folder::Language;

use super::Made;

#[test]
fn a_save_is_tested_at_once() {
    let made = Made::new(Language::Rust);
    // Built once, so that the child has nothing to wait for but the save.
    let (said, well) = made.types(&["test"]);
    assert!(well, "{said}");
    let mut child = made.command(&["test", "--watch"]).stdout(Stdio::piped()).spawn().unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let mut until = |word: &str| {
        let mut came = Vec::new();
        for line in lines.by_ref() {
            came.push(line.unwrap());
            if came.last().unwrap().contains(word) {
                return came.join("\n");
            }
        }
        panic!("{word:?} never came:\n{}", came.join("\n"));
    };
    assert!(until("waits for a save").contains("8 passed"));
    made.change("tests/enough-tonight/facts.toml", "= 4", "= 3");
    let said = until("waits for a save");
    assert!(said.contains("FAILED  enough-tonight") && said.contains("1 of 8 failed"), "{said}");
    made.change("tests/enough-tonight/facts.toml", "= 3", "= 4");
    assert!(until("waits for a save").contains("8 passed"));
    child.kill().unwrap();
    child.wait().unwrap();
}
