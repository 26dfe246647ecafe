//! Changes an agency's settings of a rule set: a step of its own, and no part of an append.

use super::super::What;
use super::super::line::Line;
use super::super::problem::Wrong;
use crate::settings;

/// What a change of settings begins with.
pub(in super::super) const WORDS: &str = "changes settings of";
/// Its form.
pub(in super::super) const CHANGES_SETTINGS: &str = "changes settings of RULE-SET to \"SETTINGS\" because \"REASON\"";

/// Reads what stands behind those words, to the end of the line.
pub(in super::super) fn read(line: &mut Line<'_, '_>) -> Result<What, Wrong> {
    let changed = changed(line).and_then(|what| line.end().map(|()| what));
    changed.map_err(|wrong| Wrong { instead: wrong.instead.or_else(|| Some(CHANGES_SETTINGS.to_owned())), ..wrong })
}

fn changed(line: &mut Line<'_, '_>) -> Result<What, Wrong> {
    let rule_set = line.name("the rule set")?;
    line.must("to")?;
    let text = line.text("the settings, as TOML or JSON")?;
    let settings = settings::read(&text)
        .map_err(|error| line.wrong_before(&format!("settings as TOML or JSON ({})", one_line(&error))))?;
    Ok(What::ChangeSettings { rule_set, settings, because: line.because()? })
}

fn one_line(error: &anyhow::Error) -> String {
    error.to_string().split_whitespace().collect::<Vec<_>>().join(" ")
}
