//! The protos, looked at by buf: its standard rules, a comment on everything, and nothing broken since the last state that
//! was published.

use std::path::Path;
use std::process::Command;

use crate::examples::{NODE, at_hand};

/// What buf complains of; nothing where all is well. The protos are copied, so that buf's cache is all that it writes.
fn complains(words: &[&str], protos: &Path) -> Option<String> {
    let buf = at_hand("buf", &NODE)?.join("node_modules/.bin/buf");
    let ran = Command::new(buf).args(words).current_dir(protos).output().unwrap();
    let said = [ran.stdout, ran.stderr].concat();
    if ran.status.success() { Some(String::new()) } else { Some(String::from_utf8_lossy(&said).into_owned()) }
}

fn protos() -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().join("proto")
}

#[test]
fn buf_finds_nothing_against_its_standard_and_a_comment_on_everything() {
    let Some(said) = complains(&["lint"], &protos()) else { return };
    assert_eq!(said, "");
}

#[test]
fn nothing_that_was_published_is_broken_and_a_removed_field_would_be_found() {
    let against = ["breaking", "--against", "published.binpb"];
    let Some(said) = complains(&against, &protos()) else { return };
    assert_eq!(said, "", "see docs/decisions/0041: before a release, publish anew and say so in CHANGELOG.md");
    // The check itself: a copy without a field is complained of.
    let copy = tempfile::tempdir().unwrap();
    let copied = Command::new("cp").arg("-r").arg(protos()).arg(copy.path()).status().unwrap();
    assert!(copied.success());
    let log = copy.path().join("proto/muster/v1/log.proto");
    let text = std::fs::read_to_string(&log).unwrap();
    let less = text.replacen("  string text = 1;\n", "", 1);
    assert_ne!(less, text);
    std::fs::write(&log, less).unwrap();
    let said = complains(&against, &copy.path().join("proto")).unwrap();
    assert!(said.contains("Previously present field \"1\" with name \"text\" on message \"MakeNote\""), "{said}");
}
