//! Changes an agency's settings of a rule set.

use super::super::Asked;
use super::super::line::Line;
use super::{Read, Verb};
use crate::settings;

pub(super) const VERBS: &[Verb] = &[Verb {
    words: "changes settings of",
    form: "changes settings of RULE-SET to \"SETTINGS\" because \"REASON\"",
    read: changes,
}];

fn changes(line: &mut Line<'_, '_>) -> Read {
    let rule_set = line.name("the rule set")?;
    line.must("to")?;
    let text = line.text("the settings, as TOML or JSON")?;
    let settings = settings::read(&text)
        .map_err(|error| line.wrong_before(&format!("settings as TOML or JSON ({})", one_line(&error))))?;
    Ok(vec![Asked::ChangeSettings { rule_set, settings, because: line.because()? }])
}

fn one_line(error: &anyhow::Error) -> String {
    error.to_string().split_whitespace().collect::<Vec<_>>().join(" ")
}
