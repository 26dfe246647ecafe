//! `muster bench rules-diff`: two versions of a rule set on generated incidents, with one thread and with all.
//!
//! The incidents are the same each time, and stand in a store of their own that goes when it ends.

use std::num::NonZeroUsize;
use std::sync::Arc;

use anyhow::{Context as _, Result};
use clap::Args;
use muster_coordinator::{AppendAsk, Coordinator, DiffAsk, OpenAsk, RuleDiff, Surroundings as _};
use muster_record::advice::Answer;
use muster_record::agency::Agency;
use muster_record::entry::{Asked, Author, Hand, Hash};
use muster_record::ids::IncidentId;
use muster_record::incident::answers;
use muster_record::incident::lifecycle::Opening;
use muster_record::situation::{FactValue, IncidentKind, Service, ServiceKind};
use muster_record::visible::Reader;
use muster_rules::Allocator;

use super::super::exercise::{free, silent};
use super::super::{logging, say};
use super::figures::now;
use crate::config::{RuleSetsConfig, development_agencies};
use crate::dev_certs::SYSTEM;
use crate::play::Stage;
use crate::surroundings::{Moved, System};
use crate::{comparing, replaying};
use muster_exercise::Cast;

/// Options of `muster bench rules-diff`.
#[derive(Debug, Args)]
pub(super) struct RulesDiff {
    /// Incidents
    #[arg(long, default_value_t = 1_000)]
    incidents: usize,
}

/// The rule set that is compared with another build of itself: so the answers are the same, and all the work is done.
const RULE_SET: &str = "emergency-closure";
/// A custom section, which means nothing, behind a component: the same rules in other bytes.
const OTHER_BUILD: &[u8] = b"\x00\x06\x05bench";

impl RulesDiff {
    pub(super) async fn run(&self) -> Result<()> {
        logging::quiet()?;
        let agency = development_agencies().into_iter().next().context("no agency")?;
        let cast = [Cast { alias: "council".to_owned(), agency: agency.clone() }];
        let rule_sets = RuleSetsConfig { shipped: Some(vec![RULE_SET.parse()?]), ..RuleSetsConfig::default() };
        let stage = Stage::set(&cast, Arc::new(Moved::at(System.now())), rule_sets, free(), silent()).await?;
        let began = now();
        for number in 0..self.incidents {
            generate(stage.serving.coordinator(), &agency, number).await?;
        }
        say(format_args!("{} incidents generated in {:.1} s", self.incidents, began.elapsed().as_secs_f64()))?;
        let folder = stage.close().await?;
        let shipped = muster_shipped::SHIPPED.iter().find(|shipped| shipped.name == RULE_SET);
        let old = shipped.context("the rule set does not ship")?.component;
        let readers = replaying::open(&folder.path().join("muster.db"), Some(&folder.path().join("people.keys")))?;
        let incidents = replaying::chosen(&readers, &[])?;
        let mut took = Vec::new();
        for jobs in [NonZeroUsize::MIN, replaying::cores()] {
            let host = replaying::host(jobs, Allocator::Pooling)?;
            let new = [old, OTHER_BUILD].concat();
            let ask = DiffAsk { old: old.to_vec(), new, settings: None, latest: false };
            let diff = RuleDiff::new(Arc::new(readers.clone()), &host, ask)?;
            let began = now();
            let diffed = replaying::each(&incidents, jobs, "comparing", |id| diff.incident(id))?;
            let seconds = began.elapsed().as_secs_f64();
            let told = comparing::told(&diff, &diffed);
            say(format_args!(
                "{jobs} jobs: {seconds:.2} s for {} places on {} incidents, {} with a difference",
                told.places, told.incidents, told.places_that_differ
            ))?;
            took.push(seconds);
        }
        match took.as_slice() {
            [one, all] => say(format_args!("{:.2} times as fast with all cores as with one thread", one / all)),
            _ => Ok(()),
        }
    }
}

/// One small incident, advised at its opening and after an answer.
async fn generate(coordinator: &Coordinator, agency: &Agency, number: usize) -> Result<()> {
    let service = Service {
        id: "home".parse()?,
        kind: ServiceKind::Residential,
        national: Answer::No,
        regulated: Answer::Yes,
        authority: agency.id.clone(),
        beds: Some(20),
        brand: None,
        risk_level: None,
    };
    let opening = Opening {
        title: format!("Generated {number}"),
        kind: IncidentKind::ProviderFailure,
        failures: Vec::new(),
        services: vec![service],
        region: None,
        notified_at: coordinator.now(),
        care_stops_at: None,
        exercise: true,
    };
    let named = |what: &str| format!("{what}-{number}");
    let ask = OpenAsk {
        agency: agency.id.clone(),
        hand: Hand::System(SYSTEM.to_owned()),
        request: named("open").parse()?,
        body: Hash::of(named("open").as_bytes()),
        validate_only: false,
        opening,
        link: None,
    };
    let incident: IncidentId = coordinator.open(ask).await?.incident;
    coordinator.advice_settles(&incident).await;
    let value = FactValue::Answer(if number.is_multiple_of(2) { Answer::Yes } else { Answer::No });
    let answer = answers::Command::Answer { key: "closing-review/done".to_owned(), value, source: "bench".to_owned() };
    let ask = AppendAsk {
        incident: incident.clone(),
        author: Author::system(agency.id.clone(), SYSTEM),
        request: named("answer").parse()?,
        body: Hash::of(named("answer").as_bytes()),
        expected_seq: None,
        occurred_at: None,
        validate_only: false,
        commands: vec![answer.into()],
        labels: Asked::default(),
        reader: Reader::of(agency.id.clone()),
    };
    coordinator.append(ask).await?;
    coordinator.advice_settles(&incident).await;
    Ok(())
}
