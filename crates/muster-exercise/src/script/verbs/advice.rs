//! Adopts, declines and overrides proposals; sets and ends standing decisions.

use muster_record::ids::ProposalNo;
use muster_record::incident::advising::Command;

use super::super::line::Line;
use super::super::problem::Wrong;
use super::super::{Asked, ItemRef, OnProposal};
use super::{Read, Verb, ready};

/// The kinds of item, as the record says them, in the singular and the plural.
const KINDS: &[(&str, &str)] = &[
    ("action", "actions"),
    ("draft", "drafts"),
    ("involvement", "involvements"),
    ("allocation", "allocations"),
    ("finding", "findings"),
    ("question", "questions"),
    ("options", "options"),
    ("gate", "gates"),
    ("regional-incident", "regional-incidents"),
];

pub(super) const VERBS: &[Verb] = &[
    Verb {
        words: "adopts",
        form: "adopts proposal 2 and 3 | action KEY and KEY of RULE-SET | all actions of RULE-SET",
        read: adopts,
    },
    Verb {
        words: "declines proposal",
        form: "declines proposal 4 because \"REASON\" | declines proposal KEY of RULE-SET because \"REASON\"",
        read: |line| {
            let which = which(line, None)?;
            then(which, &OnProposal::Decline(line.because()?))
        },
    },
    Verb {
        words: "overrides",
        form: "overrides gate KEY of RULE-SET because \"REASON\" | overrides proposal 5 because \"REASON\"",
        read: |line| {
            let which = if line.skip("proposal") { which(line, None)? } else { named(line)? };
            then(which, &OnProposal::Override(line.because()?))
        },
    },
    Verb {
        words: "sets standing decision for",
        form: "sets standing decision for RULE-SET because \"REASON\"",
        read: |line| ready(Command::SetStanding { rule_set: line.name("the rule set")?, reason: line.because()? }),
    },
    Verb {
        words: "ends standing decision for",
        form: "ends standing decision for RULE-SET because \"REASON\"",
        read: |line| ready(Command::EndStanding { rule_set: line.name("the rule set")?, reason: line.because()? }),
    },
];

/// Which proposals are meant.
enum Which {
    Numbers(Vec<ProposalNo>),
    Keys(Vec<ItemRef>),
}

fn adopts(line: &mut Line<'_, '_>) -> Read {
    if line.skip_words("all actions of") {
        return Ok(vec![Asked::AdoptActions { rule_set: line.name("the rule set")? }]);
    }
    let which = if line.skip("proposal") || line.skip("proposals") { which(line, None)? } else { named(line)? };
    then(which, &OnProposal::Adopt)
}

/// Numbers, or keys of a rule set.
fn which(line: &mut Line<'_, '_>, kind: Option<&'static str>) -> Result<Which, Wrong> {
    let Some(first) = line.maybe_number() else { return items(line, kind).map(Which::Keys) };
    let mut numbers = vec![ProposalNo(first)];
    while line.more() {
        numbers.push(ProposalNo(line.number("the number of a proposal")?));
    }
    Ok(Which::Numbers(numbers))
}

/// The kind of item, then its keys: `action E07 of emergency-closure`.
fn named(line: &mut Line<'_, '_>) -> Result<Which, Wrong> {
    let Some((kind, _)) = KINDS.iter().find(|(one, many)| line.skip(one) || line.skip(many)) else {
        return Err(
            line.wrong_here("proposal and its number, or action, draft, involvement, allocation or gate and its key")
        );
    };
    items(line, Some(*kind)).map(Which::Keys)
}

/// Keys and their rule set: `E07, E08 and E09/council of emergency-closure`.
pub(in super::super) fn items(line: &mut Line<'_, '_>, kind: Option<&'static str>) -> Result<Vec<ItemRef>, Wrong> {
    let mut keys = vec![line.text_or_word("the key of the item")?];
    while line.more() {
        keys.push(line.text_or_word("the key of the item")?);
    }
    line.must("of")?;
    let rule_set = line.name("the rule set")?;
    let item = |key| ItemRef { kind, rule_set: std::clone::Clone::clone(&rule_set), key };
    Ok(keys.into_iter().map(item).collect())
}

fn then(which: Which, then: &OnProposal) -> Read {
    let ready = |proposal: ProposalNo| Asked::Ready(Box::new(then.command(proposal)));
    Ok(match which {
        Which::Numbers(numbers) => numbers.into_iter().map(ready).collect(),
        Which::Keys(items) => items.into_iter().map(|item| Asked::OfProposal { item, then: then.clone() }).collect(),
    })
}
