//! `muster bench growth`: what an append costs as a record grows longer, and as there are more incidents.

use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::Result;
use clap::Args;

use super::super::{logging, say};
use super::asking::{append, open_many};
use super::figures::{Row, micros, now};
use super::machine::Machine;
use super::plot::Plot;
use super::served::Served;
use crate::client::Client;

/// Options of `muster bench growth`.
#[derive(Debug, Args)]
pub(super) struct Growing {
    /// Entries on a record, a point each
    #[arg(long, value_delimiter = ',', default_value = "100,1000,10000,100000")]
    entries: Vec<usize>,
    /// Incidents in the store, a point each
    #[arg(long, value_delimiter = ',', default_value = "10,100,1000,10000,100000")]
    incidents: Vec<usize>,
    /// Appends that each point is measured with, by one writer and again by sixteen
    #[arg(long, default_value_t = 2_000)]
    appends: usize,
    /// Where the plots are written, as SVG; none are where absent
    #[arg(long, value_name = "FOLDER")]
    plots: Option<PathBuf>,
    /// Another build of Muster to measure in place of this one
    #[arg(long, value_name = "PROGRAM")]
    server: Option<PathBuf>,
}

/// Calls at a time while records are made.
const MAKERS: usize = 64;
/// Writers of the second figure.
const WRITERS: usize = 16;
/// How much more than the first point any other may cost, in percent.
const FLAT: f64 = 10.0;

/// What an append costs at a point.
struct Point {
    at: usize,
    /// With one writer, at the median.
    alone: Duration,
    /// Of the server's processor time, with several.
    each_us: Option<f64>,
    disturbed: bool,
}

impl Growing {
    pub(super) async fn run(&self) -> Result<()> {
        logging::quiet()?;
        let program = match &self.server {
            Some(program) => program.clone(),
            None => std::env::current_exe()?,
        };
        let mut by_length = Vec::new();
        for entries in &self.entries {
            by_length.push(self.at_length(&program, *entries).await?);
        }
        tell("entries on the record", &by_length)?;
        let (served, mut by_count, mut opened) = (Served::start(&program, false)?, Vec::new(), Vec::new());
        for incidents in &self.incidents {
            let more = incidents.saturating_sub(opened.len());
            opened.extend(open_many(served.clients(MAKERS).await?, more).await?);
            by_count.push(self.measured(&served, *incidents, &opened).await?);
        }
        tell("incidents in the store", &by_count)?;
        if let Some(folder) = &self.plots {
            draw(folder, "append-by-length.svg", "Entries on the record", &by_length)?;
            draw(folder, "append-by-incidents.svg", "Incidents in the store", &by_count)?;
        }
        Ok(())
    }

    /// On so many records of that length that measuring does not make them much longer.
    async fn at_length(&self, program: &Path, entries: usize) -> Result<Point> {
        let records = (self.appends * 10).div_ceil(entries).max(1);
        let served = Served::start(program, false)?;
        let opened = open_many(served.clients(MAKERS).await?, records).await?;
        spread(served.clients(MAKERS).await?, &opened, entries.saturating_mul(records)).await?;
        self.measured(&served, entries, &opened).await
    }

    async fn measured(&self, served: &Served, at: usize, incidents: &[String]) -> Result<Point> {
        // Once without being counted: what is asked of for the first time is worked out then.
        spread(served.clients(WRITERS).await?, incidents, self.appends / 4).await?;
        let alone = Row::of(spread(served.clients(1).await?, incidents, self.appends).await?)?.p50;
        let machine = Machine::now(served.process());
        spread(served.clients(WRITERS).await?, incidents, self.appends).await?;
        let spent = machine.since();
        let appends = f64::from(u32::try_from(self.appends).unwrap_or(u32::MAX));
        let each_us = spent.by_server.map(|spent| spent.as_secs_f64() * 1e6 / appends);
        Ok(Point { at, alone, each_us, disturbed: spent.disturbed })
    }
}

/// Writes so many notes, one after another over all of the incidents, with as many writers as there are clients; says
/// what each took.
async fn spread(clients: Vec<Client>, incidents: &[String], notes: usize) -> Result<Vec<Duration>> {
    let writers = clients.len().max(1);
    let mut tasks = Vec::new();
    for (number, mut client) in clients.into_iter().enumerate() {
        // A prime step goes through all incidents, whatever their number.
        let mine: Vec<String> = (number..notes)
            .step_by(writers)
            .filter_map(|note| incidents.get(note.wrapping_mul(7_919) % incidents.len().max(1)).cloned())
            .collect();
        tasks.push(tokio::spawn(async move {
            let mut took = Vec::with_capacity(mine.len());
            for id in mine {
                let began = now();
                append(&mut client, &id).await?;
                took.push(began.elapsed());
            }
            Ok::<_, anyhow::Error>(took)
        }));
    }
    let mut took = Vec::with_capacity(notes);
    for task in tasks {
        took.extend(task.await??);
    }
    Ok(took)
}

fn tell(what: &str, points: &[Point]) -> Result<()> {
    say(format_args!("| {what} | one writer, p50 | {WRITERS} writers, server CPU for each |\n|---|---|---|"))?;
    for Point { at, alone, each_us, disturbed } in points {
        let each = each_us.map_or_else(|| "-".to_owned(), |each| format!("{each:.0} µs"));
        let mark = if *disturbed { " *" } else { "" };
        say(format_args!("| {at} | {} | {each}{mark} |", micros(*alone).trim()))?;
    }
    let costs = || points.iter().filter_map(|point| point.each_us);
    if let Some(first) = costs().next() {
        let grown = costs().map(|each| (each / first - 1.0) * 100.0).fold(0.0_f64, f64::max);
        let met = if grown <= FLAT { "met" } else { "MISSED" };
        say(format_args!(
            "\nno point over the first by more than {FLAT:.0} %: {met}, {grown:+.0} % at most (* other work beside it)\n"
        ))?;
    }
    Ok(())
}

fn draw(folder: &Path, name: &str, across: &str, points: &[Point]) -> Result<()> {
    let at = |point: &Point| f64::from(u32::try_from(point.at).unwrap_or(u32::MAX));
    let plot = Plot {
        title: "What an append costs",
        across,
        up: "µs",
        lines: vec![
            (
                "one writer: acknowledged after, at the median",
                points.iter().map(|point| (at(point), point.alone.as_secs_f64() * 1e6)).collect(),
            ),
            (
                "sixteen writers: processor time of the server",
                points.iter().filter_map(|point| Some((at(point), point.each_us?))).collect(),
            ),
        ],
    };
    std::fs::create_dir_all(folder)?;
    Ok(std::fs::write(folder.join(name), plot.svg())?)
}
