//! The header: the exercise's title, who takes part, and the day it starts.

use chrono::NaiveDate;
use muster_record::agency::Agency;
use muster_record::ids::RuleSetId;

use super::Cast;
use super::line::Line;
use super::problem::Wrong;

/// Words that begin a line of another sort, and so cannot be the short name of an agency.
const RESERVED: &[&str] = &["exercise", "agency", "start", "rule", "at", "expect", "wait", "together", "as"];

pub(super) const EXERCISE: &str = "exercise \"TITLE\"";
pub(super) const AGENCY: &str = "agency ALIAS = ID KIND \"TITLE\"";
pub(super) const RULE_SETS: &str = "rule sets RULE-SET, RULE-SET and RULE-SET";
pub(super) const START: &str = "start 2024-03-04";

pub(super) fn title(line: &mut Line<'_, '_>) -> Result<String, Wrong> {
    let title = line.text("the title of the exercise")?;
    line.end()?;
    Ok(title)
}

/// `council = e08000026 council "Coventry City Council"`.
pub(super) fn agency(line: &mut Line<'_, '_>, known: &[Cast]) -> Result<Cast, Wrong> {
    let alias = line.word("the agency's short name")?;
    if RESERVED.contains(&alias.as_str()) || known.iter().any(|cast| cast.alias == alias) {
        return Err(line.wrong_before("a short name that is not in use"));
    }
    line.must("=")?;
    let id = line.name("the agency's name")?;
    if known.iter().any(|cast| cast.agency.id == id) {
        return Err(line.wrong_before("an agency that is not in the exercise already"));
    }
    let kind = line.listed("the kind of agency")?;
    let title = line.text("what people call it")?;
    line.end()?;
    Ok(Cast { alias, agency: Agency { id, kind, title, successors: Vec::new() } })
}

/// `emergency-closure and temporary-duty`.
pub(super) fn rule_sets(line: &mut Line<'_, '_>) -> Result<Vec<RuleSetId>, Wrong> {
    let mut names = vec![line.name("the rule set")?];
    while line.more() {
        names.push(line.name("the rule set")?);
    }
    line.end()?;
    Ok(names)
}

pub(super) fn start(line: &mut Line<'_, '_>) -> Result<NaiveDate, Wrong> {
    let word = line.word("the UK date of day 1")?;
    let date = word.parse().map_err(|_| line.wrong_before("the UK date of day 1"))?;
    line.end()?;
    Ok(date)
}
