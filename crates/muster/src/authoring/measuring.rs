//! Measuring: how long one evaluation takes on this machine, and what it costs in fuel, which is the same everywhere.

use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail};
use muster_record::situation::Situation;
use muster_rules::LoadedRuleSet;

/// What evaluations of one situation took.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Measured {
    /// What half of them took, at most.
    pub p50: Duration,
    /// What 99 in a hundred of them took, at most.
    pub p99: Duration,
    /// Fuel of one evaluation.
    pub fuel: u64,
    /// The most memory an instance held, in bytes.
    pub memory: u64,
}

/// Evaluates a situation so many times, each in an instance of its own as on the server.
///
/// # Errors
/// When the rule set fails, or is asked never.
pub fn measure(rule_set: &LoadedRuleSet, situation: &Situation, times: u32) -> Result<Measured> {
    let (mut took, mut fuel, mut memory) = (Vec::new(), 0, 0);
    for _ in 0..times {
        let began = Instant::now();
        let evaluated = rule_set.advise(situation);
        took.push(began.elapsed());
        if let Err(failure) = evaluated.outcome {
            bail!("there is nothing to measure: {failure}");
        }
        (fuel, memory) = (evaluated.fuel_used, evaluated.peak_memory);
    }
    took.sort_unstable();
    let at = |share: usize| took.get(took.len().saturating_mul(share) / 100).copied().context("nothing was measured");
    Ok(Measured { p50: at(50)?, p99: at(99)?, fuel, memory })
}
