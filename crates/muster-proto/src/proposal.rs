//! Proposals out, with what explains them.

use muster_record::advice::Citation;
use muster_record::incident::advising::{Looked, Pin, Proposal};
use muster_record::incident::answers::Standing;

use crate::family::{advising, answers, items};
use crate::time::write_time;
use crate::v1;
use crate::words::Word as _;

/// Writes a proposal.
pub fn write_proposal(proposal: &Proposal) -> v1::Proposal {
    let Proposal { number, rule_set, item, remark, drawn: _, state, given, stated, settled } = proposal;
    v1::Proposal {
        number: number.0,
        rule_set: rule_set.to_string(),
        item: Some(items::write(item, remark)),
        state: state.write(),
        given: given.0,
        stated: stated.0,
        settled: settled.map(|seq| seq.0),
        told: item.sentence(),
    }
}

/// Writes a rule set in its version.
pub fn write_pin(pin: &Pin) -> v1::RuleSetPin {
    advising::write_pin(pin)
}

/// Writes what an evaluation looked at.
pub fn write_looked(looked: &Looked) -> v1::Looked {
    advising::write_looked(looked)
}

/// Writes the words that something rests on.
pub fn write_citations(cites: &[Citation]) -> Vec<v1::Citation> {
    items::write_citations(cites)
}

/// Writes an answer that a rule set read.
pub fn write_fact_read(key: &str, standing: &Standing) -> v1::FactRead {
    let Standing { value, source, by, at, entry } = standing;
    v1::FactRead {
        key: key.to_owned(),
        value: Some(answers::write_value(value)),
        entry: entry.0,
        source: source.clone(),
        by: by.to_string(),
        at: Some(write_time(*at)),
    }
}
