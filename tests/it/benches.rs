//! `muster bench` with figures too small to mean anything: that each part measures, and says what it says.

use std::process::Command;

fn bench(words: &[&str]) -> String {
    let ran = Command::new(env!("CARGO_BIN_EXE_muster-under-test")).arg("bench").args(words).output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    assert!(ran.status.success(), "{words:?}: {}", text(ran.stderr));
    text(ran.stdout)
}

#[test]
fn appends_watching_and_catching_up_are_measured() {
    let told = bench(&["--seconds", "1", "--writers", "2", "--watchers", "2", "--away", "40"]);
    for words in ["durable appends to one incident", "server CPU each", "raised for the bench"] {
        assert!(told.contains(words), "{told}");
    }
}

#[test]
fn a_store_is_started_again_after_being_killed() {
    let told = bench(&["start", "--incidents", "3,5", "--times", "1"]);
    let rows: Vec<&str> = told.lines().skip(2).collect();
    assert!(matches!(rows.as_slice(), [three, five] if three.contains("3 ") && five.contains("5 ")), "{told}");
}

#[test]
fn growth_is_told_as_a_table_and_drawn() {
    let folder = tempfile::tempdir().unwrap();
    let plots = folder.path().join("plots");
    let small = ["growth", "--entries", "20,40", "--incidents", "2,5", "--appends", "40"];
    let told = bench(&[&small[..], &["--plots", plots.to_str().unwrap()]].concat());
    for words in [
        "| entries on the record |",
        "| 40 | ",
        "| incidents in the store |",
        "| 5 | ",
        "no point over the first by more than 10 %: ",
    ] {
        assert!(told.contains(words), "{told}");
    }
    for name in ["append-by-length.svg", "append-by-incidents.svg"] {
        let drawn = std::fs::read_to_string(plots.join(name)).unwrap();
        assert!(
            drawn.contains("<title id=\"title\">What an append costs</title>") && drawn.contains("<desc"),
            "{drawn}"
        );
    }
}

#[test]
fn every_shipped_rule_set_looks_and_is_timed() {
    let told = bench(&["evaluation", "--people", "0,3", "--times", "2"]);
    assert_eq!(told.matches("(the situation itself)").count(), 2, "{told}");
    for shipped in muster_shipped::SHIPPED {
        assert_eq!(told.matches(&format!("  {:<26} ", shipped.name)).count(), 2, "{told}");
    }
}

#[test]
fn each_piece_of_a_call_is_timed() {
    let told = bench(&["pieces", "--people", "3", "--entries", "20", "--millis", "1"]);
    for piece in ["decide a note", "fold the whole record", "Merkle root", "project the situation", "lower it, have"] {
        assert!(told.contains(&format!("| {piece}")), "{told}");
    }
}
