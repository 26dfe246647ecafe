//! Expectations: what the situation report must say at this point.

use super::line::Line;
use super::problem::Wrong;
use super::verbs::advice::items;
use super::{Counted, Expectation, InRegion, Standing};

/// What can be expected.
pub(super) const FORM: &str = "expect refusal REASON_CODE | kind KIND | phase PHASE | clock CLOCK running|paused|met|late | \
    people 31 | not yet placed 3 | open questions 2 | open proposals 4 | open actions 5 | overdue actions 0 | done actions 6 | \
    region members 5|people 9300|not yet placed 40|moved 12|beds 6|duties 3|disagreements 1|overdue actions 2 | \
    proposal KEY and KEY of RULE-SET yes|no|unknown | no proposal KEY and KEY of RULE-SET";

const COUNTED: &[(&str, Counted)] = &[
    ("people", Counted::People),
    ("not yet placed", Counted::NotYetPlaced),
    ("open questions", Counted::OpenQuestions),
    ("open proposals", Counted::OpenProposals),
    ("open actions", Counted::OpenActions),
    ("overdue actions", Counted::OverdueActions),
    ("done actions", Counted::DoneActions),
];

const IN_REGION: &[(&str, InRegion)] = &[
    ("members", InRegion::Members),
    ("people", InRegion::People),
    ("not yet placed", InRegion::NotYetPlaced),
    ("moved", InRegion::Moved),
    ("beds", InRegion::BedsOffered),
    ("duties", InRegion::DutiesEngaged),
    ("disagreements", InRegion::Disagreements),
    ("overdue actions", InRegion::OverdueActions),
];

pub(super) fn read(line: &mut Line<'_, '_>) -> Result<Expectation, Wrong> {
    if line.skip("kind") {
        return line.listed("the kind of incident").map(Expectation::Kind);
    }
    if line.skip("phase") {
        return line.listed("the phase").map(Expectation::Phase);
    }
    if line.skip("clock") {
        return Ok(Expectation::Clock(line.listed("the clock")?, line.listed("how it stands")?));
    }
    if line.skip("region") {
        let Some((_, counted)) = IN_REGION.iter().find(|(words, _)| line.skip_words(words)) else {
            return Err(line.wrong_here("something that a region counts"));
        };
        return Ok(Expectation::Region(*counted, line.number("how many")?));
    }
    if line.skip_words("no proposal") {
        return Ok(Expectation::Proposals(items(line, None)?, Standing::Absent));
    }
    if line.skip("proposal") {
        let items = items(line, None)?;
        return Ok(Expectation::Proposals(items, Standing::Open(line.maybe_listed())));
    }
    let Some((_, counted)) = COUNTED.iter().find(|(words, _)| line.skip_words(words)) else {
        return Err(line.wrong_here("something to expect"));
    };
    let count = usize::try_from(line.number("how many")?).unwrap_or(usize::MAX);
    Ok(Expectation::Count(*counted, count))
}

/// A reason code: `NOT_PERMITTED`.
pub(super) fn reason(line: &mut Line<'_, '_>) -> Result<String, Wrong> {
    let word = line.word("a reason code: NOT_PERMITTED")?;
    let is_code = word.bytes().all(|byte| byte.is_ascii_uppercase() || byte == b'_');
    if is_code { Ok(word) } else { Err(line.wrong_before("a reason code in capitals: NOT_PERMITTED")) }
}
