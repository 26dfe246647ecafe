//! Rule sets in a scenario: pinned, heard and failing, as the coordinator would have it.

use super::{Scenario, named, pin};
use crate::advice::{Advice, Item, Remark};
use crate::entry::{Asked, Author, Drawn, Hand, Hash};
use crate::fact::Fact;
use crate::ids::{RuleSetId, Seq};
use crate::incident::advising::{self, Looked, Outcome, SettingsChanged};
use crate::situation::Part;

impl Scenario {
    /// The incident uses that version of a rule set from now on.
    pub(crate) fn pins(&mut self, rule_set: &str, version: u8) {
        let pinned = advising::Fact::Pinned(pin(rule_set, version));
        self.rule_set_writes(rule_set, vec![(None, pinned.into())]);
    }

    /// The council changes the settings of a rule set that is its own.
    pub(crate) fn changes_settings(&mut self, rule_set: &str, to: Hash, places: &[&str]) {
        let (council, rule_set) = (named("council"), named(rule_set));
        let from = self.incident.ruled_by(&council, &rule_set).unwrap().settings;
        let changed = places.iter().map(|place| (*place).to_owned()).collect();
        let because = "the third minibus was replaced".to_owned();
        let fact = advising::Fact::SettingsChanged(SettingsChanged { rule_set, from, to, changed, because });
        self.writes(&Author::system(council, "desk"), self.now, fact.into(), None, &Asked::default()).unwrap();
    }

    /// The rule set gives this as its whole answer, and the difference is written.
    pub(crate) fn advises(&mut self, rule_set: &str, items: &[Item]) {
        let facts = self.would_advise(rule_set, items);
        self.rule_set_writes(rule_set, facts);
    }

    /// What would be written if the rule set gave this as its whole answer.
    pub(crate) fn would_advise(&self, rule_set: &str, items: &[Item]) -> Vec<(Option<Seq>, Fact)> {
        let advice = Advice { items: items.to_vec(), ..Advice::default() };
        let digest = Hash::of(serde_json::to_string(&advice).unwrap().as_bytes());
        self.reconciled(rule_set, &Outcome::Answered { advice, digest, apart: Vec::new() }, Drawn::default())
    }

    /// The rule set says something new of all that the council sees, with people or without.
    pub(crate) fn advises_having_seen(&mut self, rule_set: &str, with_people: bool) {
        let mut shown = Part::all();
        if !with_people {
            shown.remove(&Part::People);
        }
        let drawn = self.seen_by("council").sources.of(&shown);
        let items = vec![super::action("beds", &format!("find beds, having seen entry {}", self.incident.seq))];
        let (advice, digest) = (Advice { items, ..Advice::default() }, Hash::of(b"an answer"));
        let facts = self.reconciled(rule_set, &Outcome::Answered { advice, digest, apart: Vec::new() }, drawn);
        self.rule_set_writes(rule_set, facts);
    }

    /// The rule set gives this as its whole answer to all that the council sees; these items rest on those parts alone.
    pub(crate) fn advises_apart(&mut self, rule_set: &str, items: &[Item], resting: &[(&str, Part)]) {
        let seen = self.seen_by("council");
        let remark = |part: Part| Remark { rests_on: Some([part].into()), tags: Vec::new() };
        let remarks = resting.iter().map(|(key, part)| ((*key).to_owned(), remark(*part))).collect();
        let advice = Advice { items: items.to_vec(), remarks, look_again_at: None };
        let outcome = Outcome::answered(advice, Hash::of(b"an answer"), &Part::all(), &seen.sources);
        let facts = self.reconciled(rule_set, &outcome, seen.sources.of(&Part::all()));
        self.rule_set_writes(rule_set, facts);
    }

    /// The rule set cannot answer.
    pub(crate) fn fails(&mut self, rule_set: &str, class: &str) {
        let failed = Outcome::Failed { class: class.to_owned(), detail: "unreachable executed".to_owned() };
        let facts = self.reconciled(rule_set, &failed, Drawn::default());
        self.rule_set_writes(rule_set, facts);
    }

    fn reconciled(&self, rule_set: &str, outcome: &Outcome, drawn: Drawn) -> Vec<(Option<Seq>, Fact)> {
        let rule_set: RuleSetId = named(rule_set);
        let Some(pinned) = self.incident.advising.rule_sets.get(&rule_set) else { return Vec::new() };
        let looked = Looked {
            component: pinned.pin.component,
            settings: pinned.pin.settings,
            seq: self.incident.seq,
            as_of: self.now,
            situation: Hash::of(b"a situation"),
            fuel_used: 1_000,
            fuel_limit: 1_000_000,
            engine: "wasmtime".to_owned(),
            drawn,
        };
        self.incident.reconcile(&rule_set, &looked, outcome)
    }

    /// A rule set of the council writes what it has to say.
    fn rule_set_writes(&mut self, rule_set: &str, facts: Vec<(Option<Seq>, Fact)>) {
        let by = Author { agency: named("council"), hand: Hand::RuleSet(named(rule_set)), office: None };
        for (cause, fact) in facts {
            self.writes(&by, self.now, fact, cause, &Asked::default()).unwrap();
        }
    }
}
