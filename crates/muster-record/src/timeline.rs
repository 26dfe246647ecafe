//! The timeline: a record as a loggist would write it, one line an entry, in UK time.

use std::fmt::Write as _;

use crate::time::{Instant, is_same_uk_day, uk_day, uk_time};

/// One entry's line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// The entry's place.
    pub seq: u64,
    /// When it happened.
    pub at: Instant,
    /// Who wrote it.
    pub who: String,
    /// What it says; further lines of it are set in under the first.
    pub text: String,
}

/// The lines as text, with a heading where the day changes.
pub fn text<'a>(lines: impl IntoIterator<Item = &'a Line>) -> String {
    let mut out = String::new();
    let mut day: Option<Instant> = None;
    for line in lines {
        out.push_str(&one(line, day));
        day = Some(line.at);
    }
    out
}

/// One line as text, with a heading before it where the day is another than that of the line before.
pub fn one(line: &Line, before: Option<Instant>) -> String {
    let mut out = String::new();
    // Writing into a String cannot fail.
    if !before.is_some_and(|before| is_same_uk_day(before, line.at)) {
        let _ = writeln!(out, "{}", uk_day(line.at));
    }
    let mut parts = line.text.lines();
    let first = parts.next().unwrap_or_default();
    let _ = writeln!(out, "{:>4}  {}  {:<21} {first}", line.seq, uk_time(line.at), line.who);
    for part in parts {
        let _ = writeln!(out, "{:35}{part}", "");
    }
    out
}
