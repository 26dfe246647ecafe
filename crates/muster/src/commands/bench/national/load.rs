//! The load of a country: incidents with people on record, councils that write and watch, and somebody who sees all of it.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, anyhow};
use muster_coordinator::Surroundings as _;
use muster_proto::command::write_command;
use muster_proto::v1;
use muster_proto::v1::watch_request::Scope;
use muster_proto::v1::watch_response::Event;
use muster_record::Command;
use muster_record::agency::{Agency, AgencyKind, Interest};
use muster_record::incident::{log, participants};
use tokio::sync::Barrier;
use tokio::task::JoinSet;

use super::super::asking::{SERVICE, open_by, options};
use super::super::figures::now;
use super::super::large::registered;
use super::{Country, REGION};
use crate::client::{self, Client};
use crate::surroundings::System;

/// Commands in one append while it is prepared.
const TOGETHER: usize = 100;

/// After so long without news a watcher has caught up.
const QUIET: Duration = Duration::from_millis(700);

/// What comes of a run: how long each append took, and each entry on its way to each watcher, from the call.
pub(super) struct Figures {
    pub(super) appended: Vec<Duration>,
    pub(super) delivered: Vec<Duration>,
}

/// Incidents with people on record, each with the number of the council that leads it.
pub(super) struct Load {
    incidents: Vec<(usize, String)>,
    entries: u64,
    began: Instant,
}

impl Load {
    /// Opens the incidents and writes down the people.
    pub(super) async fn prepare(country: &Country, incidents: usize, people: u32) -> Result<Self> {
        let each = people / u32::try_from(incidents.max(1))?;
        let mut tasks = JoinSet::new();
        for (place, council) in country.councils.iter().enumerate() {
            let mine = (0..incidents).filter(|number| number % country.councils.len() == place).count();
            let (council, lead) = (council.clone(), country.client(council, place).await?);
            tasks.spawn(async move { open_all(lead, &council, mine, each).await.map(|opened| (place, opened)) });
        }
        let mut load = Self { incidents: Vec::new(), entries: 0, began: now() };
        while let Some(opened) = tasks.join_next().await {
            let (place, (opened, entries)) = opened??;
            load.entries = load.entries.saturating_add(entries);
            load.incidents.extend(opened.into_iter().map(|incident| (place, incident)));
        }
        let mut region = country.client(REGION, 0).await?;
        for (_, incident) in &load.incidents {
            append(&mut region, incident, vec![participants::Command::Join.into()]).await?;
        }
        Ok(load)
    }

    pub(super) fn entries(&self) -> u64 {
        self.entries
    }

    /// Writes for a while, while every council watches what it may see, each on another server than it writes to.
    pub(super) async fn run(&self, country: &Country, writers: usize, over: Duration) -> Result<Figures> {
        let (began, is_over) = (self.began, Arc::new(AtomicBool::new(false)));
        let mut watchers = JoinSet::new();
        let streams = country.councils.len().saturating_add(country.servers.len());
        // Whoever watches has all that was written before, and then they begin to write.
        let all_have_it = Arc::new(Barrier::new(streams.saturating_add(1)));
        let watching = country.councils.iter().enumerate().map(|(place, council)| (council.as_str(), place + 1));
        let regional = (0..country.servers.len()).map(|server| (REGION, server));
        for (agency, server) in watching.chain(regional) {
            let client = country.client(agency, server).await?;
            watchers.spawn(watch(client, began, Arc::clone(&is_over), Arc::clone(&all_have_it)));
        }
        all_have_it.wait().await;
        let mut tasks = JoinSet::new();
        for writer in 0..writers {
            let council = writer % country.councils.len();
            let mine = self.incidents.iter().filter(|(lead, _)| *lead == council).map(|(_, incident)| incident.clone());
            let client = country.client(country.councils.get(council).context("no council")?, writer).await?;
            tasks.spawn(write(client, mine.collect(), began, now() + over));
        }
        let mut figures = Figures { appended: Vec::new(), delivered: Vec::new() };
        while let Some(took) = tasks.join_next().await {
            figures.appended.extend(took??);
        }
        // What was written last is on its way.
        tokio::time::sleep(Duration::from_secs(2)).await;
        is_over.store(true, Ordering::Relaxed);
        while let Some(took) = watchers.join_next().await {
            figures.delivered.extend(took??);
        }
        Ok(figures)
    }
}

async fn open_all(mut lead: Client, council: &str, count: usize, people: u32) -> Result<(Vec<String>, u64)> {
    let (mut opened, mut entries) = (Vec::new(), 0_u64);
    let region =
        Agency { id: REGION.parse()?, kind: AgencyKind::Region, title: REGION.to_owned(), successors: Vec::new() };
    for _ in 0..count {
        let incident = open_by(&mut lead, council.parse()?, System.now()).await?;
        let invite = participants::Command::Invite { agency: region.clone(), interest: Interest::Operational };
        append(&mut lead, &incident, vec![invite.into()]).await?;
        let service = SERVICE.parse()?;
        let people: Vec<Command> = (0..people).map(|number| registered(&service, number).into()).collect();
        let mut last = 0;
        for some in people.chunks(TOGETHER) {
            last = append(&mut lead, &incident, some.to_vec()).await?;
        }
        entries = entries.saturating_add(last);
        opened.push(incident);
    }
    Ok((opened, entries))
}

/// Writes notes that say when they were written, to one incident after another.
async fn write(mut client: Client, mine: Vec<String>, began: Instant, until: Instant) -> Result<Vec<Duration>> {
    let mut took = Vec::new();
    for incident in mine.iter().cycle() {
        let at = now();
        if at >= until {
            break;
        }
        let text = at.duration_since(began).as_micros().to_string();
        append(&mut client, incident, vec![log::Command::Note { text }.into()]).await?;
        took.push(at.elapsed());
    }
    Ok(took)
}

/// Watches all it may see from now on, and says how long each note was on its way.
async fn watch(
    mut client: Client,
    began: Instant,
    is_over: Arc<AtomicBool>,
    all_have_it: Arc<Barrier>,
) -> Result<Vec<Duration>> {
    let request = v1::WatchRequest { scope: Some(Scope::AllVisible(v1::AllVisible {})), ..v1::WatchRequest::default() };
    let mut stream = client.records.watch(request).await.map_err(|status| anyhow!(client::told(&status)))?.into_inner();
    while let Ok(message) = tokio::time::timeout(QUIET, stream.message()).await {
        message?.context("the watch ended")?;
    }
    all_have_it.wait().await;
    let mut took = Vec::new();
    while !is_over.load(Ordering::Relaxed) {
        let Ok(message) = tokio::time::timeout(Duration::from_millis(200), stream.message()).await else { continue };
        let Some(message) = message? else { break };
        let came = began.elapsed();
        let Some(Event::Changes(set)) = message.event else { continue };
        for entry in set.entries {
            if let Some(v1::entry::Body::NoteMade(note)) = entry.body
                && let Ok(written) = note.text.parse::<u64>()
            {
                took.push(came.saturating_sub(Duration::from_micros(written)));
            }
        }
    }
    Ok(took)
}

async fn append(client: &mut Client, id: &str, commands: Vec<Command>) -> Result<u64> {
    let commands = commands.iter().map(write_command).collect();
    let request = v1::AppendRequest { incident_id: id.to_owned(), options: Some(options()), commands };
    let answer = client.records.append(request).await.map_err(|status| anyhow!(client::told(&status)))?;
    Ok(answer.into_inner().result.map_or(0, |result| result.seq))
}
