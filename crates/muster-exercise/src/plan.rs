//! The plan of an exercise: the steps of its script with what was put into it since, each under its number.

use muster_record::agency::Agency;
use muster_record::ids::AgencyId;

use crate::kept::{Added, Kept};
use crate::script::{Problems, Script, Step, parse};

/// The steps of an exercise.
#[derive(Debug, Clone)]
pub struct Plan {
    /// The script as it was given.
    pub script: Script,
    /// Its steps and those put in since; a step's place is its number, and never changes.
    pub steps: Vec<Planned>,
}

/// A step under its number.
#[derive(Debug, Clone)]
pub struct Planned {
    /// Its number.
    pub number: usize,
    /// The step.
    pub step: Step,
    /// Its line, as whoever wrote the script wrote it.
    pub text: String,
}

impl Plan {
    /// Reads a script with what was put in since.
    ///
    /// # Errors
    /// All that is wrong with it.
    pub fn read(source: &str, added: &[Added]) -> Result<Self, Problems> {
        let script = parse(source)?;
        let mut plan = Self { steps: Vec::new(), script };
        plan.take(source, 0);
        for added in added {
            plan.put_in(source, added)?;
        }
        Ok(plan)
    }

    /// Puts lines in: they are read as if they stood above a line of the script, below all before it.
    ///
    /// # Errors
    /// All that is wrong with them; their lines are counted from 1.
    pub fn put_in(&mut self, source: &str, added: &Added) -> Result<(), Problems> {
        let mut before: Vec<&str> = source.lines().take(added.above.saturating_sub(1)).collect();
        // What the step behind is expected to be refused with belongs to that step.
        let belongs = |line: &&str| line.trim().is_empty() || line.trim().starts_with("expect refusal");
        while before.last().is_some_and(belongs) {
            before.pop();
        }
        let text = format!("{}\n{}\n", before.join("\n"), added.text);
        let script = parse(&text).map_err(|Problems(problems)| {
            let line = |line: usize| line.saturating_sub(before.len()).max(1);
            Problems(problems.into_iter().map(|one| crate::Problem { line: line(one.line), ..one }).collect())
        })?;
        let whole = std::mem::replace(&mut self.script, script);
        self.take(&text, before.len());
        self.script = whole;
        Ok(())
    }

    fn take(&mut self, text: &str, below: usize) {
        let aliases: Vec<&str> = self.script.agencies.iter().map(|cast| cast.alias.as_str()).collect();
        let lines: Vec<&str> = text.lines().collect();
        let new: Vec<(Step, String)> = self
            .script
            .steps
            .iter()
            .filter(|step| step.line > below)
            .map(|step| (step.clone(), whole_line(&lines, step.line, &aliases)))
            .collect();
        for (step, text) in new {
            self.steps.push(Planned { number: self.steps.len(), step, text });
        }
    }

    /// The agency of that short name.
    pub fn agency(&self, alias: &str) -> Option<&Agency> {
        self.script.agencies.iter().find(|cast| cast.alias == alias).map(|cast| &cast.agency)
    }

    /// What the script calls an agency.
    pub fn alias<'a>(&'a self, agency: &'a AgencyId) -> &'a str {
        let known = self.script.agencies.iter().find(|cast| cast.agency.id == *agency);
        known.map_or(agency.as_str(), |cast| cast.alias.as_str())
    }

    /// The step that comes next, if one is left.
    pub fn next(&self, kept: &Kept) -> Option<&Planned> {
        let left = self.steps.iter().filter(|planned| !kept.steps.contains_key(&planned.number));
        left.min_by_key(|planned| (planned.step.at, planned.number))
    }

    /// The line of the script above which something is put in now: behind all that was played.
    pub fn line_ahead(&self, source: &str, kept: &Kept) -> usize {
        let end = source.lines().count().saturating_add(1);
        let of_the_script = self.steps.iter().take(self.script.steps.len());
        let ahead = of_the_script.filter(|planned| !kept.steps.contains_key(&planned.number));
        ahead.map(|planned| planned.step.line).min().unwrap_or(end)
    }
}

/// A step's line with those that are set in below it, as one.
fn whole_line(lines: &[&str], number: usize, aliases: &[&str]) -> String {
    let begins = |line: &str| {
        let first = line.split_whitespace().next().unwrap_or_default();
        first.is_empty()
            || first.starts_with('#')
            || ["at", "expect", "wait"].contains(&first)
            || aliases.contains(&first)
    };
    let from = number.saturating_sub(1);
    let mut parts: Vec<&str> = Vec::new();
    for (place, line) in lines.iter().enumerate().skip(from) {
        let goes_on = parts.last().is_some_and(|last: &&str| last.trim_end().ends_with(','));
        if place > from && !goes_on && begins(line) {
            break;
        }
        parts.push(line);
    }
    parts.iter().flat_map(|part| part.split_whitespace()).collect::<Vec<_>>().join(" ")
}
