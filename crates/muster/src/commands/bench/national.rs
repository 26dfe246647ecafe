//! `muster bench national`: many councils with many incidents at once, on one server or on several that share a database.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context as _, Result};
use clap::Args;

use super::super::{logging, say};
use super::figures::{Row, micros};
use super::machine::{Machine, memory};
use super::served::Served;
use crate::client::Client;
use crate::config::Address;
use crate::dev_certs::Folder;

mod load;

use load::{Figures, Load};

/// Options of `muster bench national`.
#[derive(Debug, Args)]
pub(super) struct National {
    /// The database that the servers share, which holds nothing yet; a file of one server where absent
    #[arg(long, value_name = "ADDRESS")]
    store: Option<Address>,
    /// Servers that share it
    #[arg(long, default_value_t = 1)]
    servers: usize,
    /// Councils, each of which watches all that it may see
    #[arg(long, default_value_t = 84)]
    councils: usize,
    /// Incidents, spread over the councils
    #[arg(long, default_value_t = 200)]
    incidents: usize,
    /// People, spread over the incidents
    #[arg(long, default_value_t = 31_000)]
    people: u32,
    /// Writers at a time
    #[arg(long, default_value_t = 64)]
    writers: usize,
    /// Seconds of writing
    #[arg(long, default_value_t = 10)]
    seconds: u64,
    /// Run every shipped rule set meanwhile
    #[arg(long)]
    with_rules: bool,
    /// Another build of Muster to measure in place of this one
    #[arg(long, value_name = "PROGRAM")]
    server: Option<PathBuf>,
}

/// Servers that share their store, and how they are reached.
pub(super) struct Country {
    servers: Vec<Served>,
    /// The councils' ids.
    councils: Vec<String>,
}

impl Country {
    /// A client of an agency on one of the servers, whichever is that number's.
    pub(super) async fn client(&self, agency: &str, number: usize) -> Result<Client> {
        let served = self.servers.get(number % self.servers.len().max(1)).context("no server")?;
        let (api, folder): (SocketAddr, &Folder) = (served.api(), served.certs());
        Client::from_folder(api, folder, agency).await
    }
}

/// Who sees all of it.
pub(super) const REGION: &str = "national";

impl National {
    pub(super) async fn run(&self) -> Result<()> {
        logging::quiet()?;
        let program = match &self.server {
            Some(program) => program.clone(),
            None => std::env::current_exe()?,
        };
        let country = self.country(&program)?;
        let place = self.store.as_ref().map_or_else(|| "a SQLite file".to_owned(), |_| "PostgreSQL".to_owned());
        let load = Load::prepare(&country, self.incidents, self.people).await?;
        say(format_args!(
            "{} servers on {place}: {} councils, {} incidents, {} people, {} entries before; {} writers for {} s",
            self.servers,
            self.councils,
            self.incidents,
            self.people,
            load.entries(),
            self.writers,
            self.seconds
        ))?;
        let machines: Vec<Machine> = country.servers.iter().map(|served| Machine::now(served.process())).collect();
        let over = Duration::from_secs(self.seconds);
        let Figures { appended, delivered } = load.run(&country, self.writers, over).await?;
        let spent: Duration = machines.iter().filter_map(|machine| machine.since().by_server).sum();
        let (appends, deliveries) = (Row::of(appended)?, Row::of(delivered)?);
        let per_second = f64::from(appends.count) / over.as_secs_f64();
        let each = spent.as_micros().checked_div(u128::from(appends.count)).unwrap_or_default();
        let memories: Vec<String> = country.servers.iter().map(|served| memory(served.process())).collect();
        say(format_args!(
            "  {per_second:.0} appends/s, acknowledged {} {}; to watchers {} {}, {} deliveries; servers' CPU {each} µs each; memory {}",
            micros(appends.p50),
            micros(appends.p99),
            micros(deliveries.p50),
            micros(deliveries.p99),
            deliveries.count,
            memories.join(" + "),
        ))
    }

    fn country(&self, program: &Path) -> Result<Country> {
        let councils: Vec<String> = (1..=self.councils).map(|number| format!("council-{number}")).collect();
        let agency = |id: &str, kind: &str| format!("[[agency]]\nid = \"{id}\"\nkind = \"{kind}\"\ntitle = \"{id}\"\n");
        let mut agencies = agency(REGION, "region");
        agencies.extend(councils.iter().map(|id| agency(id, "council")));
        let store = self.store.as_ref().map(Address::whole);
        let mut servers = vec![Served::of(program, self.with_rules, store, &agencies, None)?];
        for _ in 1..self.servers {
            let first = servers.first().context("no server")?;
            let more = Served::of(program, self.with_rules, store, &agencies, Some(first.certs().0.clone()))?;
            servers.push(more);
        }
        Ok(Country { servers, councils })
    }
}
