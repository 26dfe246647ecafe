//! `muster bench evaluation`: what one look of each shipped rule set takes, by how many people there are.

use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, Result, anyhow};
use clap::Args;
use muster_coordinator::Surroundings as _;
use muster_exercise::Cast;
use muster_record::Incident;
use muster_record::agency::AgencyKind;
use muster_record::situation::{Grants, Situation};
use muster_record::visible::Reader;

use super::super::exercise::{free, silent};
use super::super::{logging, say};
use super::asking::open;
use super::figures::{Row, micros, now};
use super::large::Large;
use crate::config::{RuleSetsConfig, development_agencies};
use crate::play::Stage;
use crate::serving;
use crate::surroundings::{Moved, System};

/// Options of `muster bench evaluation`.
#[derive(Debug, Args)]
pub(super) struct Evaluation {
    /// People on the list, a table each
    #[arg(long, value_delimiter = ',', default_value = "0,200,2000")]
    people: Vec<u32>,
    /// Looks of each rule set
    #[arg(long, default_value_t = 50)]
    times: usize,
}

impl Evaluation {
    pub(super) async fn run(&self) -> Result<()> {
        logging::quiet()?;
        let host = serving::host()?;
        for people in &self.people {
            let incident = incident_of(*people).await?;
            let at = incident.recorded_at;
            let project = self.timed(|| incident.situation(at))?;
            let situation: Situation = incident.situation(at);
            let bytes = serde_json::to_vec(&situation)?.len() / 1024;
            say(format_args!("\n{people} people, {} entries; the situation has {bytes} KiB as JSON", incident.seq.0))?;
            say("  rule set                        p50         p99       fuel")?;
            say(format_args!("  {:<26} {}  {}", "(the situation itself)", micros(project.p50), micros(project.p99)))?;
            let mut all = Duration::ZERO;
            for shipped in muster_shipped::SHIPPED {
                let loaded = host.load(shipped.component, "").map_err(|error| anyhow!("{}: {error}", shipped.name))?;
                let asks = Grants::everything().of(&loaded.description().asks);
                let stood = incident.advising.restings(&shipped.name.parse()?);
                let fuel = loaded.advise_within(&situation, &asks, &stood).fuel_used;
                let row = self.timed(|| loaded.advise_within(&situation, &asks, &stood))?;
                all = all.saturating_add(row.p50);
                say(format_args!("  {:<26} {}  {}  {fuel:>9}", shipped.name, micros(row.p50), micros(row.p99)))?;
            }
            say(format_args!("  {:<26} {}", "all of them, one by one", micros(all)))?;
        }
        Ok(())
    }

    fn timed<T>(&self, what: impl Fn() -> T) -> Result<Row> {
        let timed = |_| {
            let began = now();
            let done = what();
            let took = began.elapsed();
            drop(done);
            took
        };
        Row::of((0..self.times.max(1)).map(timed).collect())
    }
}

/// An incident with so many people, made over the wire and read back as its lead sees it.
async fn incident_of(people: u32) -> Result<Arc<Incident>> {
    let of_kind = |kind: AgencyKind| development_agencies().into_iter().find(|agency| agency.kind == kind);
    let council = of_kind(AgencyKind::Council).context("no council")?;
    let region = of_kind(AgencyKind::Region).context("no region")?;
    let cast = [("council", &council), ("region", &region)]
        .map(|(alias, agency)| Cast { alias: alias.to_owned(), agency: agency.clone() });
    let none = RuleSetsConfig { shipped: Some(Vec::new()), ..RuleSetsConfig::default() };
    let stage = Stage::set(&cast, Arc::new(Moved::at(System.now())), none, free(), silent()).await?;
    let coordinator = stage.serving.coordinator();
    let id = open(&mut stage.client("council")?, coordinator.now()).await?;
    Large { people, entries: 0 }.fill(&stage, &id, &council, &region).await?;
    let incident = coordinator.incident(&Reader::of(council.id.clone()), &id.parse()?)?;
    drop(stage.close().await?);
    Ok(incident)
}
