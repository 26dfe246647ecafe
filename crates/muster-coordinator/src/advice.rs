//! Explaining: which rule, which words, which facts made a rule set say what it said.

use muster_record::fact::Fact;
use muster_record::ids::{ProposalNo, Seq};
use muster_record::incident::advising::{self, Changed, Pin, Proposal};
use muster_record::situation::KnownFact;
use muster_record::{Entry, Incident};
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
    /// What the rule set is called.
    pub rule_set_title: String,
    /// The evaluation that stated it as it stands.
    pub looked: advising::Looked,
    /// The facts that the rule set reads, as they stand, with their entries.
    pub facts: Vec<KnownFact>,
    /// The entries that gave, revised and settled it.
    pub history: Vec<Seq>,
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
    let looked = stated_by(readers, incident, proposal.stated)?.looked;
    let (title, reads) = match rule_sets.pinned(readers, &pin) {
        Ok(loaded) => (loaded.description().title.clone(), loaded.description().facts.clone()),
        Err(_) => (pin.rule_set.to_string(), Vec::new()),
    };
    let facts = incident.situation(&pin.owner, looked.as_of).facts;
    let facts = facts.into_iter().filter(|fact| reads.iter().any(|key| covers(key, &fact.key))).collect();
    let mut history: Vec<Seq> =
        [Some(proposal.given), Some(proposal.stated), proposal.settled].into_iter().flatten().collect();
    history.dedup();
    Ok(Explained { proposal, pin, rule_set_title: title, looked, facts, history })
}

/// Whether a key that a rule set says it reads (`service/*`) covers a fact's key.
fn covers(reads: &str, key: &str) -> bool {
    reads.strip_suffix('*').map_or(reads == key, |prefix| key.starts_with(prefix))
}

fn stated_by(readers: &Readers, incident: &Incident, seq: Seq) -> Result<Changed, QueryError> {
    let no_such = || QueryError::NoSuch { what: "entry", given: seq.to_string() };
    let before = Seq(seq.0.saturating_sub(1));
    let page = readers.entries(&incident.id, before, 1)?;
    let entry: Entry = page.first().ok_or_else(no_such)?.sealed.open()?;
    match entry.fact {
        Fact::Advice(advising::Fact::Changed(changed)) => Ok(changed),
        _ => Err(no_such()),
    }
}
