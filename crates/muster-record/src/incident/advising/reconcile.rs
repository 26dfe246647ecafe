//! Reconciliation: a rule set's whole answer against what stands on the record; only the difference is written.
//!
//! So evaluating is idempotent: asked again about the same situation, nothing is written.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::apart::Parted;
use super::{Advising, Changed, Fact, Numbered, Pinned, Proposal, ProposalState, StandingDecision, adopt};
use crate::advice::{Advice, Item};
use crate::entry::{Drawn, Hash};
use crate::ids::{RuleSetId, Seq};
use crate::incident::Incident;
use crate::situation::ActionStatus;
use crate::time::Instant;

/// What an evaluation looked at, with what, and what it cost: enough to run it again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Looked {
    /// SHA-256 of the component that ran.
    pub component: Hash,
    /// SHA-256 of the settings it ran with.
    pub settings: Hash,
    /// The last entry it could see.
    pub seq: Seq,
    /// The time it was told.
    pub as_of: Instant,
    /// SHA-256 of the situation it was shown; none where the entry is for more agencies than may see all of that, for
    /// they could guess at the rest by it.
    pub situation: Hash,
    /// Fuel it used, as `engine` counts it. Zero where the situation has no digest: what an
    /// evaluation costs tells how much it read.
    pub fuel_used: u64,
    /// Fuel it was allowed.
    pub fuel_limit: u64,
    /// What counted the fuel (`wasmtime-48.0.8`): fuel is compared only with what the same counted. Empty where nothing
    /// was counted, and in entries from before this was kept.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub engine: String,
    /// What the situation it was shown is drawn from.
    #[serde(default, skip_serializing_if = "Drawn::is_plain")]
    pub drawn: Drawn,
}

/// Items of an answer that rest on less than all that was shown: they have an entry of their own, for all who may see
/// what they are drawn from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Apart {
    /// What they are drawn from.
    pub drawn: Drawn,
    /// Their keys.
    pub keys: BTreeSet<String>,
}

/// What came of an evaluation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// The rule set answered.
    Answered {
        /// Its answer.
        advice: Advice,
        /// SHA-256 of its answer.
        digest: Hash,
        /// Items that rest on less than all that it was shown, and may be told to more agencies.
        apart: Vec<Apart>,
    },
    /// It could not.
    Failed {
        /// The class of failure.
        class: String,
        /// What the host saw.
        detail: String,
    },
}

impl Incident {
    /// The facts that an evaluation adds to the record, each with the entry that causes it; none when nothing changed.
    ///
    /// A rule set that the incident does not use, or no longer in that version, adds nothing.
    pub fn reconcile(
        &self,
        rule_set: &RuleSetId,
        looked: &Looked,
        outcome: &Outcome,
    ) -> Vec<(Option<Seq>, crate::Fact)> {
        let Some(pinned) = self.advising.rule_sets.get(rule_set) else { return Vec::new() };
        if (pinned.pin.component, pinned.pin.settings) != (looked.component, looked.settings) || self.is_closed() {
            return Vec::new();
        }
        match outcome {
            Outcome::Failed { class, detail } => {
                let said_already = pinned.failing.as_ref() == Some(class);
                let failed = Fact::EvaluationFailed {
                    rule_set: rule_set.clone(),
                    looked: looked.clone(),
                    class: class.clone(),
                    detail: detail.clone(),
                };
                if said_already { Vec::new() } else { vec![(None, failed.into())] }
            }
            Outcome::Answered { advice, digest, apart } => {
                let changes = self.advising.differences(rule_set, pinned, looked, (advice, *digest), apart);
                let mut facts = Vec::new();
                for changed in changes {
                    let raised = self.raised_at_once(pinned, &changed, &facts);
                    facts.push((None, Fact::Changed(changed).into()));
                    facts.extend(raised);
                }
                facts
            }
        }
    }

    /// Where a standing decision says so, the actions among the new items, and the adoption that each is.
    fn raised_at_once(
        &self,
        pinned: &Pinned,
        changed: &Changed,
        before: &[(Option<Seq>, crate::Fact)],
    ) -> Vec<(Option<Seq>, crate::Fact)> {
        let Some(StandingDecision { entry, office }) = pinned.standing else { return Vec::new() };
        let taken =
            self.actions.list.iter().filter_map(|action| {
                (action.status != ActionStatus::Cancelled).then_some(action.key.as_deref()).flatten()
            });
        let taken: BTreeSet<&str> = taken.collect();
        let mut facts = Vec::new();
        let mut number = self.actions.next_number();
        let raised = |fact: &&(Option<Seq>, crate::Fact)| matches!(fact.1, crate::Fact::Actions(_));
        let ahead = u32::try_from(before.iter().filter(raised).count()).unwrap_or(u32::MAX);
        number.0 = number.0.saturating_add(ahead);
        for Numbered { proposal, item, remark: _ } in &changed.added {
            let Item::Action(action) = item else { continue };
            let key = format!("{}/{}", changed.rule_set, action.key);
            if taken.contains(key.as_str()) {
                continue;
            }
            facts.push((Some(entry), Fact::Adopted { proposal: *proposal, office }.into()));
            facts.push((Some(entry), adopt::raised(self, action, key, number).into()));
            number.0 = number.0.saturating_add(1);
        }
        facts
    }
}

impl Changed {
    pub(super) fn is_empty(&self) -> bool {
        self.added.is_empty() && self.revised.is_empty() && self.withdrawn.is_empty()
    }

    pub(super) fn told(&self) -> String {
        let mut lines = vec![format!(
            "advice on entry {}: {} new, {} revised, {} withdrawn",
            self.looked.seq,
            self.added.len(),
            self.revised.len(),
            self.withdrawn.len()
        )];
        for Numbered { proposal, item, remark: _ } in &self.added {
            lines.push(format!("  + {proposal}, {}: {}", item.kind(), item.sentence()));
        }
        for Numbered { proposal, item, remark: _ } in &self.revised {
            lines.push(format!("  ~ {proposal}, {}: {}", item.kind(), item.sentence()));
        }
        for proposal in &self.withdrawn {
            lines.push(format!("  - {proposal}"));
        }
        lines.join("\n")
    }
}

impl Advising {
    /// What an answer changes, in the order in which it is written: one change for all of it, or one for each set of
    /// agencies that may see a part of it.
    fn differences(
        &self,
        rule_set: &RuleSetId,
        pinned: &Pinned,
        looked: &Looked,
        answer: (&Advice, Hash),
        apart: &[Apart],
    ) -> Vec<Changed> {
        let (advice, digest) = answer;
        let nothing = |looked: Looked, advice: Hash| {
            let (added, revised, withdrawn) = (Vec::new(), Vec::new(), Vec::new());
            Changed { rule_set: rule_set.clone(), looked, advice, added, revised, withdrawn }
        };
        let mut parted = Parted { whole: nothing(looked.clone(), digest), apart: BTreeMap::new() };
        let open = |drawn: &Drawn| {
            let keys = apart.iter().filter(|apart| apart.drawn == *drawn).flat_map(|apart| &apart.keys);
            nothing(looked.without_the_rest(drawn), advice.digest_of(&keys.collect()))
        };
        let mut next = self.proposals.next_number();
        let mut given = BTreeSet::new();
        for item in &advice.items {
            // One key is one proposal: an item that comes with the key of one before it is not a second.
            if !given.insert(item.key()) {
                continue;
            }
            let remark = advice.remarks.get(item.key()).cloned().unwrap_or_default();
            let told_to = apart.iter().find(|apart| apart.keys.contains(item.key())).map(|apart| &apart.drawn);
            let numbered = |proposal| Numbered { proposal, item: item.clone(), remark: remark.clone() };
            let stood = pinned.by_key.get(item.key()).and_then(|number| self.proposal(*number).ok());
            match stood {
                None => {
                    parted.of(told_to, open).added.push(numbered(next));
                    next = next.next();
                }
                Some(stood) if stood.state == ProposalState::Withdrawn => {
                    parted.of(told_to, open).added.push(numbered(stood.number));
                }
                Some(stood) if stood.item == *item && stood.remark == remark => (),
                Some(stood) if stood.moves(&remark, told_to.unwrap_or(&looked.drawn)) => {
                    parted.of(stood.told_apart(), open).withdrawn.push(stood.number);
                    parted.of(told_to, open).added.push(numbered(stood.number));
                }
                Some(stood) => parted.of(told_to, open).revised.push(numbered(stood.number)),
            }
        }
        let gone = pinned.by_key.iter().filter(|(key, _)| !given.contains(key.as_str()));
        let gone = gone.filter_map(|(_, number)| self.proposal(*number).ok());
        for stood in gone.filter(|stood| matches!(stood.state, ProposalState::Open | ProposalState::Overridden)) {
            parted.of(stood.told_apart(), open).withdrawn.push(stood.number);
        }
        parted.in_order(pinned.failing.is_some())
    }

    /// Takes a recorded difference in. A revised item that was declined is put to people again.
    pub(super) fn take_in(&mut self, seq: Seq, changed: &Changed) {
        let Some(pinned) = self.rule_sets.get_mut(&changed.rule_set) else { return };
        pinned.failing = None;
        pinned.looked_at = Some(changed.looked.seq);
        for Numbered { proposal, item, remark: _ } in changed.added.iter().chain(&changed.revised) {
            pinned.by_key.insert(item.key().to_owned(), *proposal);
        }
        // What moves from one set of agencies to another is withdrawn from the one first, in an entry of its own.
        for numbered in &changed.added {
            self.give(seq, changed, numbered);
        }
        for Numbered { proposal, item, remark } in &changed.revised {
            let Some(stood) = self.proposals.get_mut(*proposal) else { continue };
            stood.item = item.clone();
            stood.remark = remark.clone();
            stood.drawn = changed.looked.drawn.clone();
            stood.stated = seq;
            if stood.state != ProposalState::Adopted {
                stood.state = ProposalState::Open;
                stood.settled = None;
            }
        }
        for proposal in &changed.withdrawn {
            self.settle(*proposal, ProposalState::Withdrawn, seq);
        }
    }

    fn give(&mut self, seq: Seq, changed: &Changed, Numbered { proposal, item, remark }: &Numbered) {
        let given = Proposal {
            number: *proposal,
            rule_set: changed.rule_set.clone(),
            item: item.clone(),
            remark: remark.clone(),
            drawn: changed.looked.drawn.clone(),
            state: ProposalState::Open,
            given: seq,
            stated: seq,
            settled: None,
        };
        let first_given = self.proposals.get(*proposal).map_or(seq, |stood| stood.given);
        self.proposals.put(*proposal, Proposal { given: first_given, ..given });
    }
}
