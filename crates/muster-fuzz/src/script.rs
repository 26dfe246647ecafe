//! Exercises: text files that people write, and that anybody at the table may send to be played.

use muster_exercise::{SCENARIOS, parse};

use crate::Read;

pub(crate) fn body(data: &[u8]) -> Read {
    let Ok(text) = std::str::from_utf8(data) else { return Read::Refused };
    let read = parse(text);
    if let Ok(script) = &read {
        let times: Vec<_> = script.steps.iter().map(|step| step.at).collect();
        assert!(times.is_sorted(), "a step stands before the one in front of it");
        let lines = text.lines().count();
        assert!(script.steps.iter().all(|step| step.line <= lines), "a step stands on no line");
    }
    Read::of(&read)
}

pub(crate) fn seeds() -> Vec<Vec<u8>> {
    SCENARIOS.iter().map(|scenario| scenario.script.as_bytes().to_vec()).collect()
}
