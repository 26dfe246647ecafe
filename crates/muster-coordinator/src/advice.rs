//! Explaining: which rule, which words, which facts made a rule set say what it said.

use muster_record::Incident;
use muster_record::entry::Sealed;
use muster_record::fact::Fact;
use muster_record::ids::{ProposalNo, Seq};
use muster_record::incident::advising::{self, Looked, Pin, Proposal};
use muster_record::incident::answers::Standing;
use muster_store::Reads;

use crate::coordinator::Viewing;
use crate::error::QueryError;
use crate::folds::begun;
use crate::rule_sets::RuleSets;

/// Why a proposal stands as it does.
#[derive(Debug, Clone)]
pub struct Explained {
    /// The proposal.
    pub proposal: Proposal,
    /// The rule set that stated it as it stands, in the version with which it did.
    pub pin: Pin,
    /// The evaluation that stated it as it stands.
    pub looked: Looked,
    /// The facts that the rule set reads and that were answered, as they stood when it looked.
    pub facts: Vec<(String, Standing)>,
    /// The entries that gave, revised and settled it.
    pub history: Vec<Sealed>,
}

/// Entries read at a time.
const PAGE: usize = 500;

/// Explains one proposal, in the words of the time at which it was stated: whatever became of it, and whatever version
/// of the rule set is in use now. The incident is as the viewer sees it.
pub(crate) fn explain(
    incident: &Incident,
    viewing: &Viewing,
    readers: &dyn Reads,
    rule_sets: &RuleSets,
    number: ProposalNo,
) -> Result<Explained, QueryError> {
    let no_such = |_| QueryError::NoSuch { what: "proposal", given: number.0.to_string() };
    let proposal = incident.advising.proposal(number).map_err(no_such)?.clone();
    let looked = looked(readers, incident, proposal.stated)?;
    let Told { then, history } = told(incident, viewing, readers, looked.seq, number)?;
    let pinned = then.advising.rule_sets.get(&proposal.rule_set);
    let pin = pinned.map(|pinned| pinned.pin.clone()).ok_or(QueryError::NotPermitted)?;
    let reads = match rule_sets.pinned(readers, &pin) {
        Ok(loaded) => loaded.description().facts.clone(),
        Err(why) => {
            tracing::warn!(incident = %incident.id, rule_set = %pin.rule_set, why, "which facts a rule set read cannot be told");
            Vec::new()
        }
    };
    let standing = then.answers.standing.iter();
    let read = standing.filter(|(key, _)| reads.iter().any(|reads| covers(reads, key)));
    let facts = read.map(|(key, standing)| (key.clone(), standing.clone())).collect();
    Ok(Explained { proposal, pin, looked, facts, history })
}

/// What a record tells of a proposal.
struct Told {
    /// The incident as it was when the rule set looked.
    then: Incident,
    /// The entries that gave, revised and settled it, as far as the viewer may see them.
    history: Vec<Sealed>,
}

fn told(
    incident: &Incident,
    viewing: &Viewing,
    readers: &dyn Reads,
    looked: Seq,
    number: ProposalNo,
) -> Result<Told, QueryError> {
    let Viewing { access, at, exercise: _ } = viewing;
    let mut told = Told { then: begun(readers, incident)?.for_access(access), history: Vec::new() };
    let mut after = Seq(0);
    while after < incident.seq {
        let page = readers.entries(&incident.id, after, PAGE)?;
        let Some(last) = page.last() else { break };
        after = last.sealed.seq;
        for sealed in page.iter().map(|stored| &stored.sealed).take_while(|sealed| sealed.seq <= incident.seq) {
            if sealed.seq > told.then.seq && sealed.seq <= looked {
                told.then.take_in_for(access, *at, sealed)?;
            }
            if !access.sees(&sealed.labels()?, *at).is_seen() {
                continue;
            }
            if let Some(Fact::Advice(fact)) = sealed.open_unless_erased()?.map(|entry| entry.fact)
                && fact.tells_of(number)
            {
                told.history.push(sealed.clone());
            }
        }
    }
    Ok(told)
}

/// Whether a key that a rule set says it reads (`service/*`) covers a fact's key.
fn covers(reads: &str, key: &str) -> bool {
    reads.strip_suffix('*').map_or(reads == key, |prefix| key.starts_with(prefix))
}

fn entry(readers: &dyn Reads, incident: &Incident, seq: Seq) -> Result<Sealed, QueryError> {
    let page = readers.entries(&incident.id, Seq(seq.0.saturating_sub(1)), 1)?;
    let found = page.into_iter().next().map(|stored| stored.sealed);
    found.ok_or_else(|| QueryError::NoSuch { what: "entry", given: seq.to_string() })
}

fn looked(readers: &dyn Reads, incident: &Incident, stated: Seq) -> Result<Looked, QueryError> {
    let Fact::Advice(advising::Fact::Changed(changed)) = entry(readers, incident, stated)?.open()?.fact else {
        return Err(QueryError::NoSuch { what: "advice at entry", given: stated.to_string() });
    };
    Ok(changed.looked)
}
