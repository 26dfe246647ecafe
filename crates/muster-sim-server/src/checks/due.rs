//! Moments at which something falls due: told on the record once each, whatever became of process and clock.

use std::collections::BTreeMap;

use muster_coordinator::Surroundings as _;
use muster_record::Fact;
use muster_record::advice::{Answer, Item};
use muster_record::incident::advising;
use muster_sim::violation::{Invariant, Violation};
use muster_store::Stored;

use crate::clock::Clock;
use crate::ledger::Ledger;

/// Of each service the finding that its plan was refreshed turns to no once, where its moment is past, and never back.
pub(super) fn fell_due_once(ledger: &Ledger, clock: &Clock, record: &[Stored]) -> Result<(), Violation> {
    let by = Invariant::Due;
    let mut turned: BTreeMap<String, Vec<(u64, Answer)>> = BTreeMap::new();
    for stored in record {
        let entry = stored.sealed.open().map_err(|broken| by.broken(broken.to_string()))?;
        let Fact::Advice(advising::Fact::Changed(changed)) = entry.fact else { continue };
        for numbered in changed.added.iter().chain(&changed.revised) {
            if let Item::Finding(finding) = &numbered.item
                && let Some(service) = finding.key.split("refreshed/").nth(1)
            {
                turned.entry(service.to_owned()).or_default().push((entry.seq.0, finding.verdict));
            }
        }
    }
    for (service, due) in &ledger.due {
        let verdicts: Vec<(u64, Answer)> = turned.get(service).cloned().unwrap_or_default();
        let told = |what: &str| format!("{service}, due {due} s after nine, {what}: {verdicts:?}");
        let noes = verdicts.iter().filter(|(_, verdict)| *verdict == Answer::No).count();
        by.holds(noes <= 1, || told("fell due more than once"))?;
        let last = verdicts.last().map(|(_, verdict)| *verdict);
        by.holds(noes == 0 || last == Some(Answer::No), || told("fell due, and then was not"))?;
        let passed = clock.now().signed_duration_since(Clock::nine()).num_seconds();
        by.holds(noes == 1 || passed < *due, || told("never fell due"))?;
    }
    Ok(())
}
