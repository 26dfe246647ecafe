//! An answer told apart: items that rest on less than all that was shown have an entry of their own.

use std::collections::{BTreeMap, BTreeSet};

use super::{Advising, Apart, Changed, Looked, Outcome, Proposal, ProposalState};
use crate::advice::{Advice, Remark};
use crate::entry::{Drawn, Hash, Sources};
use crate::ids::RuleSetId;
use crate::situation::Part;

/// The changes of one answer: what is for those who may see all that was shown, and what is for more.
pub(super) struct Parted {
    pub(super) whole: Changed,
    pub(super) apart: BTreeMap<Drawn, Changed>,
}

impl Parted {
    /// The change for those who may see what it is drawn from.
    pub(super) fn of(&mut self, drawn: Option<&Drawn>, open: impl Fn(&Drawn) -> Changed) -> &mut Changed {
        match drawn {
            Some(drawn) if *drawn != self.whole.looked.drawn => {
                self.apart.entry(drawn.clone()).or_insert_with(|| open(drawn))
            }
            Some(_) | None => &mut self.whole,
        }
    }

    /// The changes that say something. What is withdrawn comes before what is added, for what moves from one to
    /// another is both.
    pub(super) fn in_order(self, failed_before: bool) -> Vec<Changed> {
        let mut changes: Vec<Changed> = self.apart.into_values().collect();
        if failed_before || !self.whole.is_empty() {
            changes.insert(0, self.whole);
        }
        let leaving: BTreeSet<_> = changes.iter().flat_map(|changed| &changed.withdrawn).copied().collect();
        let arrives = |changed: &Changed| changed.added.iter().any(|numbered| leaving.contains(&numbered.proposal));
        changes.sort_by_key(arrives);
        for changed in &mut changes {
            changed.withdrawn.sort_unstable();
        }
        changes
    }
}

impl Outcome {
    /// An answer, with the items told apart that say they rest on less than all that was shown.
    pub fn answered(advice: Advice, digest: Hash, shown: &BTreeSet<Part>, sources: &Sources) -> Self {
        let whole = sources.of(shown);
        let mut apart: BTreeMap<Drawn, BTreeSet<String>> = BTreeMap::new();
        for (key, remark) in &advice.remarks {
            let Some(parts) = &remark.rests_on else { continue };
            let drawn = sources.of(&(parts & shown));
            if drawn != whole {
                apart.entry(drawn).or_default().insert(key.clone());
            }
        }
        let apart = apart.into_iter().map(|(drawn, keys)| Apart { drawn, keys }).collect();
        Self::Answered { advice, digest, apart }
    }
}

impl Advising {
    /// The sets of parts on which what a rule set gave before, and what stands of it, says that it rests.
    pub fn restings(&self, rule_set: &RuleSetId) -> BTreeSet<BTreeSet<Part>> {
        let stands = |state| matches!(state, ProposalState::Open | ProposalState::Overridden);
        let given = self.proposals.iter().filter(|given| given.rule_set == *rule_set && stands(given.state));
        given.filter_map(|given| given.remark.rests_on.clone()).collect()
    }
}

impl Looked {
    /// What may be told of a look to those who may not see all that was looked at.
    pub(super) fn without_the_rest(&self, drawn: &Drawn) -> Self {
        Self { situation: Hash::NONE, fuel_used: 0, drawn: drawn.clone(), ..self.clone() }
    }
}

impl Advice {
    /// SHA-256 of the items with these keys, as JSON, with what is said of them besides.
    pub(super) fn digest_of(&self, keys: &BTreeSet<&String>) -> Hash {
        let items = self.items.iter().filter(|item| keys.iter().any(|key| *key == item.key())).cloned();
        let remarks = self.remarks.iter().filter(|(key, _)| keys.contains(key));
        let remarks = remarks.map(|(key, remark)| (key.clone(), remark.clone())).collect();
        let part = Self { items: items.collect(), remarks, look_again_at: None };
        // Advice has no map with keys that JSON could not write, so this cannot fail.
        Hash::of(&serde_json::to_vec(&part).unwrap_or_default())
    }
}

impl Proposal {
    /// What it is drawn from, where it says what it rests on: then it is taken back where it was told.
    pub(super) fn told_apart(&self) -> Option<&Drawn> {
        self.remark.rests_on.as_ref().map(|_| &self.drawn)
    }

    /// Whether it is now told to other agencies than before. What was settled stays where it is.
    pub(super) fn moves(&self, remark: &Remark, to: &Drawn) -> bool {
        let says_so = self.remark.rests_on.is_some() || remark.rests_on.is_some();
        says_so && self.state == ProposalState::Open && self.drawn != *to
    }
}
