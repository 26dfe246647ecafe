//! A case from an exercise: played on a server of its own with this rule set, and looked at when it has ended.

use std::path::Path;
use std::sync::Arc;

use anyhow::{Context as _, Result, anyhow};
use muster_record::ids::AgencyId;
use muster_record::visible::Reader;
use muster_rules::LoadedRuleSet;

use super::Seen;
use crate::authoring::WITH_INTERPRETER;
use crate::commands::exercise::{free, silent};
use crate::config::RuleSetsConfig;
use crate::play::{self, Stage};
use muster_exercise::{self as exercise, Script};

/// Plays an exercise and takes the incident as the agency sees it that opened it.
pub(super) async fn play(text: &str, rule_set: &LoadedRuleSet, component: &Path) -> Result<Seen> {
    let script = exercise::parse(text).map_err(|problems| anyhow!("{problems}"))?;
    let own = &rule_set.description().name;
    // A case is about one rule set; those that ship play where the script brings them.
    let shipped = script.rule_sets.iter().flatten().filter(|name| *name != own).cloned().collect();
    let component_mib = Some(WITH_INTERPRETER);
    let rule_sets = RuleSetsConfig {
        shipped: Some(shipped),
        files: vec![component.to_owned()],
        component_mib,
        ..Default::default()
    };
    let clock = play::beginning(&script)?;
    let stage = Stage::set(&script.agencies, clock, rule_sets, free(), silent()).await?;
    let seen = looked_at(&stage, &script).await;
    stage.serving.stop().await?;
    seen
}

async fn looked_at(stage: &Stage, script: &Script) -> Result<Seen> {
    let played = play::play(stage, script, Arc::new(|_| ())).await?;
    let lead = opener(script)?;
    let coordinator = stage.serving.coordinator();
    let incident = coordinator.incident(&Reader::of(lead), &played.incident.parse()?)?;
    let as_of = coordinator.now().max(incident.recorded_at);
    Ok(Seen { incident: Arc::unwrap_or_clone(incident), as_of })
}

/// The agency of the first step, which opens the incident.
fn opener(script: &Script) -> Result<AgencyId> {
    let who = &script.steps.first().context("the exercise has no steps")?.who;
    let cast = script.agencies.iter().find(|cast| cast.alias == *who);
    Ok(cast.with_context(|| format!("nobody is called {who}"))?.agency.id.clone())
}
