//! Examining a rule set: what it says of each case against what is expected, and what every rule set has to keep.

use std::path::Path;

use anyhow::{Context as _, Result};
use muster_record::advice::Advice;
use muster_record::situation::Situation;
use muster_rules::{Evaluated, LoadedRuleSet, SettingsRefused};
use similar::TextDiff;

use super::case::{Case, settings_to_try};
use super::shown::share;

/// What is asked of an examination.
#[derive(Debug, Clone, Copy)]
pub struct Asked {
    /// Fuel that one evaluation may use.
    pub fuel: u64,
    /// Whether what it says now is taken for what is expected.
    pub golden: Golden,
}

/// What becomes of expected advice that is not what came.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Golden {
    /// It is compared.
    Compared,
    /// It is written anew.
    Updated,
}

/// What came of one examination.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Examined {
    /// What was examined: a case, or a file of settings.
    pub what: String,
    /// What is wrong; nothing where all is well.
    pub problems: Vec<String>,
    /// What is said of it where all is well.
    pub note: String,
}

/// Examines a case: advises twice, and holds what came against what every answer keeps and what is expected.
///
/// # Errors
/// When the case's files cannot be read or written.
pub fn case(case: &Case, rule_set: &LoadedRuleSet, situation: &Situation, asked: Asked) -> Result<Examined> {
    let mut examined = Examined { what: case.name.clone(), problems: Vec::new(), note: String::new() };
    let set = match with_settings(rule_set, &case.settings()?) {
        Ok(set) => set,
        Err(refused) => {
            examined.problems.push(refused.to_string());
            return Ok(examined);
        }
    };
    let (once, again) = (set.advise(situation), set.advise(situation));
    if once.outcome != again.outcome || once.outcome_digest != again.outcome_digest {
        examined.problems.push("it did not say the same twice: something in it is left to chance".to_owned());
    }
    if once.fuel_used > asked.fuel {
        let (used, may) = (once.fuel_used, asked.fuel);
        examined.problems.push(format!("it used {used} of fuel, and {may} is the budget (--fuel)"));
    }
    match &once.outcome {
        Ok(advice) => {
            examined.problems.extend(uncited(advice));
            examined.note = noted(advice, &once);
            let sound = examined.problems.is_empty();
            examined.problems.extend(expected(case, advice, asked.golden, sound)?);
        }
        Err(failure) => {
            examined.problems.push(failure.to_string());
            examined.problems.extend(once.log.iter().map(|line| format!("it wrote to the log: {}", line.message)));
        }
    }
    Ok(examined)
}

/// Examines the settings that it must take and those that it must refuse.
///
/// # Errors
/// When a file cannot be read.
pub fn settings(folder: &Path, rule_set: &LoadedRuleSet) -> Result<Vec<Examined>> {
    let mut all = Vec::new();
    for (kind, is_good) in [("good-settings", true), ("bad-settings", false)] {
        for file in settings_to_try(folder, kind)? {
            let what = format!("{kind}/{}", file.file_name().unwrap_or_default().to_string_lossy());
            let read = muster_exercise::settings::read_file(&file)?;
            let (problems, note) = match (rule_set.check_settings(&read), is_good) {
                (Ok(()), true) => (Vec::new(), "taken".to_owned()),
                (Err(SettingsRefused::Issues(issues)), false) => {
                    let told: Vec<String> = issues.iter().map(ToString::to_string).collect();
                    (Vec::new(), format!("refused: {}", told.join("; ")))
                }
                (Ok(()), false) => (vec!["they were taken, and should be refused".to_owned()], String::new()),
                // To fail is not to refuse: nobody who sets them learns what is wrong.
                (Err(refused @ SettingsRefused::Failed(_)), _) | (Err(refused), true) => {
                    (vec![refused.to_string()], String::new())
                }
            };
            all.push(Examined { what, problems, note });
        }
    }
    Ok(all)
}

/// The rule set with the settings of a case.
///
/// # Errors
/// When it does not take them.
pub fn with_settings(rule_set: &LoadedRuleSet, settings: &str) -> Result<LoadedRuleSet, SettingsRefused> {
    rule_set.with_settings(&muster_rules::Settings::read(settings)?)
}

/// Items that nobody can check, as they quote nothing.
fn uncited(advice: &Advice) -> Vec<String> {
    let quotes = |item: &&muster_record::advice::Item| {
        let has_none = item.cites().is_empty() && item.kind() != "allocation";
        has_none || item.cites().iter().any(|cited| cited.clause.trim().is_empty() || cited.words.trim().is_empty())
    };
    let items = advice.items.iter().filter(quotes);
    items.map(|item| format!("{} {}: it cites no clause, or none of its words", item.kind(), item.key())).collect()
}

fn noted(advice: &Advice, evaluated: &Evaluated) -> String {
    let items = match advice.items.len() {
        1 => "1 item".to_owned(),
        count => format!("{count} items"),
    };
    format!("{items}, {} of the fuel a call may use", share(evaluated.fuel_used, evaluated.fuel_limit))
}

/// Holds advice against the file that it is expected to be, or writes that file.
fn expected(case: &Case, advice: &Advice, golden: Golden, sound: bool) -> Result<Option<String>> {
    let came = format!("{}\n", serde_json::to_string_pretty(advice)?);
    let path = case.expected();
    let stands = match std::fs::read_to_string(&path) {
        Ok(stands) => Some(stands),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => None,
        Err(error) => return Err(error).with_context(|| format!("{} cannot be read", path.display())),
    };
    if stands.as_deref() == Some(&came) {
        return Ok(None);
    }
    if golden == Golden::Updated && sound {
        std::fs::write(&path, &came).with_context(|| format!("{} cannot be written", path.display()))?;
        return Ok(None);
    }
    Ok(Some(match stands {
        None => format!("{} is not there: look at what came with `run`, then write it with --update", path.display()),
        Some(stands) => {
            format!("it does not say what is expected (- expected, + came):\n{}", difference(&stands, &came))
        }
    }))
}

fn difference(expected: &str, came: &str) -> String {
    TextDiff::from_lines(expected, came).unified_diff().context_radius(3).header("expected", "came").to_string()
}
