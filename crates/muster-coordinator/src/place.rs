//! A place on a record from which a rule set is asked: what it is shown there, and what is noted of its answer.
//!
//! Nothing here depends on when it is done, so that an evaluation which is done again years later is the same one.

use std::collections::BTreeSet;
use std::sync::Arc;

use muster_record::Incident;
use muster_record::advice::Advice;
use muster_record::entry::{Drawn, Hash};
use muster_record::incident::advising::{Looked, Outcome, Pin};
use muster_record::situation::{Grants, Part};
use muster_record::time::Instant;
use muster_rules::{ENGINE, Failure, LoadedRuleSet, LogLine};

/// A place on a record.
pub(crate) struct Place {
    /// All of the incident up to there.
    pub(crate) whole: Arc<Incident>,
    /// The incident up to there, as the rule set's owner sees it.
    pub(crate) seen: Arc<Incident>,
    /// The time that rule sets are told.
    pub(crate) as_of: Instant,
}

/// What a rule set said at a place.
pub(crate) struct Said {
    /// What it looked at, with what, and what that cost.
    pub(crate) looked: Looked,
    /// Its answer, or why there is none.
    pub(crate) answer: Result<Advice, Failure>,
    /// SHA-256 of its answer.
    pub(crate) digest: Hash,
    /// What it wrote for its author.
    pub(crate) log: Vec<LogLine>,
    /// The parts of the situation that it was shown.
    shown: BTreeSet<Part>,
}

impl Place {
    /// Asks one rule set. It is shown the incident as its owner sees it, and of that the parts it needs and was granted.
    pub(crate) fn ask(&self, pin: &Pin, loaded: &LoadedRuleSet) -> Said {
        let Self { whole, seen, as_of } = self;
        let asks = pin.grants.clone().unwrap_or_else(Grants::everything).of(&loaded.description().asks);
        let stood = whole.advising.restings(&pin.rule_set);
        let evaluated = loaded.advise_within(&seen.situation(*as_of), &asks, &stood);
        let looked = Looked {
            situation: Hash(evaluated.situation_digest),
            fuel_used: evaluated.fuel_used,
            fuel_limit: evaluated.fuel_limit,
            engine: ENGINE.to_owned(),
            drawn: seen.sources.of(&asks.needs),
            ..self.not_asked(pin)
        };
        let digest = Hash(evaluated.outcome_digest);
        Said { looked, answer: evaluated.outcome, digest, log: evaluated.log, shown: asks.needs }
    }

    /// What is noted of a rule set that was not asked.
    pub(crate) fn not_asked(&self, pin: &Pin) -> Looked {
        Looked {
            component: pin.component,
            settings: pin.settings,
            seq: self.whole.seq,
            as_of: self.as_of,
            situation: Hash::NONE,
            fuel_used: 0,
            fuel_limit: 0,
            engine: String::new(),
            drawn: Drawn::default(),
        }
    }

    /// What is to be recorded of what a rule set said here.
    pub(crate) fn outcome(&self, said: &Said) -> Outcome {
        match &said.answer {
            Ok(advice) => Outcome::answered(advice.clone(), said.digest, &said.shown, &self.seen.sources),
            Err(Failure { class, detail }) => {
                Outcome::Failed { class: class.word().to_owned(), detail: detail.clone() }
            }
        }
    }
}
