//! What a test passes over on a machine that lacks something: only what the docs name.

use std::fmt::Display;

/// The table of what may be passed over.
const PAGE: &str = include_str!("../../docs/reliability.md");

/// Says that a part is passed over, and why. It fails where the docs do not name that part, and where nothing may be
/// passed over: `MUSTER_SKIPS=none`.
#[track_caller]
pub(crate) fn skipped(part: &str, why: impl Display) {
    let is_allowed = std::env::var_os("MUSTER_SKIPS").is_none_or(|skips| skips != "none");
    assert!(is_allowed, "{part} is passed over, and MUSTER_SKIPS=none: {why}");
    assert!(is_named(part), "{part} is passed over, and docs/reliability.md does not name it: {why}");
    println!("SKIPPED: {part}: {why}");
}

fn is_named(part: &str) -> bool {
    PAGE.lines().any(|line| line.starts_with(&format!("| {part} |")))
}

#[test]
fn what_the_docs_do_not_name_is_not_passed_over() {
    assert!(std::panic::catch_unwind(|| skipped("the hash chain", "there was no time")).is_err());
}
