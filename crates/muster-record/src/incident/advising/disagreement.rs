//! Disagreements: two rule sets find the contrary. It is shown to people, and nothing merges the two.

use super::{Advising, Proposal};
use crate::advice::{Answer, Finding};
use crate::ids::RuleSetId;

/// Findings under one key, on one subject, of which one says yes and another no.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Disagreement {
    /// The key of the findings.
    pub key: String,
    /// What they are about.
    pub subject: String,
    /// A rule set that says yes.
    pub yes: RuleSetId,
    /// A rule set that says no.
    pub no: RuleSetId,
}

impl Advising {
    /// Where two rule sets find the contrary, one for each pair of them.
    pub fn disagreements(&self) -> Vec<Disagreement> {
        let finding = |proposal| {
            let Proposal { rule_set, item, .. }: &Proposal = proposal;
            Some((rule_set, item.finding()?))
        };
        let findings: Vec<(&RuleSetId, &Finding)> = self.open().filter_map(finding).collect();
        let saying = |verdict: Answer| findings.iter().filter(move |(_, finding)| finding.verdict == verdict);
        let mut found = Vec::new();
        for (yes, finding) in saying(Answer::Yes) {
            let same = |other: &&Finding| other.key == finding.key && other.subject == finding.subject;
            found.extend(saying(Answer::No).filter(|(_, other)| same(other)).map(|(no, _)| Disagreement {
                key: finding.key.clone(),
                subject: finding.subject.clone(),
                yes: (*yes).clone(),
                no: (*no).clone(),
            }));
        }
        found
    }
}
