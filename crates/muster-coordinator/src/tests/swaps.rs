//! What is recorded of an evaluation is what was evaluated, however often rule sets are swapped meanwhile.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use muster_record::advice::Item;
use muster_record::entry::Hash;
use muster_record::ids::{AgencyId, RuleSetId};
use muster_record::installing::{Terms, Use};
use muster_record::situation::{Grants, Situation};
use muster_rules::{Host, HostLimits};

use crate::rule_sets::RuleSets;

const STEADY: &[u8] = include_bytes!("../../../muster-rules/tests/frozen/steady-0.1.0.wasm");
const SITUATION: &str = include_str!("../../../muster-rules/benches/situation.json");
const SWAPS: usize = 2_000;
const EVALUATIONS: usize = 34_000;

/// The same rule set, which says this in place of "open".
fn saying(word: &str) -> Vec<u8> {
    let (from, to) = (b"Three lanes are open", format!("Three lanes are {word}"));
    let at = STEADY.windows(from.len()).position(|bytes| bytes == from).unwrap();
    let mut component = STEADY.to_vec();
    component[at..at + from.len()].copy_from_slice(to.as_bytes());
    component
}

#[test]
fn no_evaluation_is_put_down_to_another_component_than_ran() {
    let rule_sets = RuleSets::new(Arc::new(Host::new(HostLimits::default()).unwrap()));
    let council: AgencyId = "council".parse().unwrap();
    let name: RuleSetId = "steady".parse().unwrap();
    let terms = Terms { grants: Grants::everything(), used: Use::InUse };
    let versions: Vec<(String, Vec<u8>)> =
        ["op-1", "op-2", "op-3", "op-4"].map(|word| (word.to_owned(), saying(word))).to_vec();
    let says: BTreeMap<Hash, String> =
        versions.iter().map(|(word, component)| (Hash::of(component), format!("Three lanes are {word}"))).collect();
    let loaded: Vec<_> = versions.iter().map(|(_, component)| rule_sets.try_out(component).unwrap()).collect();
    let mut situation: Situation = serde_json::from_str(SITUATION).unwrap();
    situation.people.clear();
    let put = |number: usize| {
        let place = number % versions.len();
        assert!(rule_sets.put_own(&council, versions[place].1.clone(), loaded[place].clone(), &terms));
    };
    put(0);
    let done = AtomicUsize::new(0);
    let evaluate = || {
        let mut seen: BTreeMap<Hash, usize> = BTreeMap::new();
        loop {
            let number = done.fetch_add(1, Ordering::Relaxed);
            if number >= EVALUATIONS {
                return seen;
            }
            // Every so often one of those who evaluate swaps, while the other is at it.
            if number.is_multiple_of(EVALUATIONS / SWAPS) {
                put(number / (EVALUATIONS / SWAPS));
            }
            // As the evaluator does: one handle for the code, the settings and the digest.
            let installed = Arc::clone(&rule_sets.installed()[&name]);
            let recorded = Hash(installed.loaded.component_digest());
            let advice = installed.loaded.advise(&situation).outcome.unwrap();
            let said = advice.items.iter().find_map(|item| {
                let Item::Other(other) = item else { return None };
                Some(other.title.clone())
            });
            assert_eq!(said.as_ref(), says.get(&recorded));
            *seen.entry(recorded).or_default() += 1;
        }
    };
    std::thread::scope(|scope| {
        let evaluators = [scope.spawn(evaluate), scope.spawn(evaluate)];
        let seen = evaluators.map(|evaluator| evaluator.join().unwrap());
        let all: usize = seen.iter().flat_map(BTreeMap::values).sum();
        assert_eq!(all, EVALUATIONS);
        assert_eq!(seen.iter().flat_map(BTreeMap::keys).collect::<std::collections::BTreeSet<_>>().len(), 4);
    });
}
