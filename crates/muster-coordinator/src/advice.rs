//! Explaining: which rule, which words, which facts made a rule set say what it said.

use muster_record::Incident;
use muster_record::entry::Sealed;
use muster_record::fact::Fact;
use muster_record::ids::{ProposalNo, Seq};
use muster_record::incident::advising::{self, Looked, Pin, Proposal};
use muster_record::incident::answers::Standing;
use muster_store::Readers;

use crate::error::QueryError;
use crate::rule_sets::RuleSets;

/// Why a proposal stands as it does.
#[derive(Debug, Clone)]
pub struct Explained {
    /// The proposal.
    pub proposal: Proposal,
    /// The rule set that gave it, in the version in use now.
    pub pin: Pin,
    /// The evaluation that stated it as it stands.
    pub looked: Looked,
    /// The facts that the rule set reads and that were answered, as they stand.
    pub facts: Vec<(String, Standing)>,
    /// The entries that gave, revised and settled it.
    pub history: Vec<Sealed>,
}

/// Explains one proposal.
pub(crate) fn explain(
    incident: &Incident,
    readers: &Readers,
    rule_sets: &RuleSets,
    number: ProposalNo,
) -> Result<Explained, QueryError> {
    let no_such = |_| QueryError::NoSuch { what: "proposal", given: number.0.to_string() };
    let proposal = incident.advising.proposal(number).map_err(no_such)?.clone();
    let pinned = incident.advising.rule_sets.get(&proposal.rule_set);
    let pin = pinned.map(|pinned| pinned.pin.clone()).ok_or(QueryError::NotPermitted)?;
    let reads = rule_sets.known(&pin).map(|loaded| loaded.description().facts.clone()).unwrap_or_default();
    let standing = incident.answers.standing.iter();
    let read = standing.filter(|(key, _)| reads.iter().any(|reads| covers(reads, key)));
    let facts = read.map(|(key, standing)| (key.clone(), standing.clone())).collect();
    let mut seqs: Vec<Seq> =
        [Some(proposal.given), Some(proposal.stated), proposal.settled].into_iter().flatten().collect();
    seqs.sort_unstable();
    seqs.dedup();
    let history = seqs.into_iter().map(|seq| entry(readers, incident, seq)).collect::<Result<Vec<_>, _>>()?;
    let looked = looked(readers, incident, proposal.stated)?;
    Ok(Explained { proposal, pin, looked, facts, history })
}

/// Whether a key that a rule set says it reads (`service/*`) covers a fact's key.
fn covers(reads: &str, key: &str) -> bool {
    reads.strip_suffix('*').map_or(reads == key, |prefix| key.starts_with(prefix))
}

fn entry(readers: &Readers, incident: &Incident, seq: Seq) -> Result<Sealed, QueryError> {
    let page = readers.entries(&incident.id, Seq(seq.0.saturating_sub(1)), 1)?;
    let found = page.into_iter().next().map(|stored| stored.sealed);
    found.ok_or_else(|| QueryError::NoSuch { what: "entry", given: seq.to_string() })
}

fn looked(readers: &Readers, incident: &Incident, stated: Seq) -> Result<Looked, QueryError> {
    let Fact::Advice(advising::Fact::Changed(changed)) = entry(readers, incident, stated)?.open()?.fact else {
        return Err(QueryError::NoSuch { what: "advice at entry", given: stated.to_string() });
    };
    Ok(changed.looked)
}
