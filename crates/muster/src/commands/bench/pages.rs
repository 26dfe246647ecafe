//! `muster bench pages`: each page of a large incident, over TLS with a session, many times.
//!
//! The incident is made anew each time, on a server of its own with every shipped rule set on, as it would be worked.

use std::future::poll_fn;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, Result, bail};
use clap::Args;
use muster_coordinator::Surroundings as _;
use muster_exercise::Cast;
use muster_record::agency::{Agency, AgencyKind};
use muster_record::briefing::BriefingKind;
use tonic::body::Body;
use tonic::client::GrpcService as _;
use tonic::codegen::{Body as _, http};
use tonic::transport::{Certificate, Channel, ClientTlsConfig, Endpoint};

use super::super::exercise::{free, silent};
use super::super::{logging, say};
use super::asking::open;
use super::figures::{micros, now};
use super::large::Large;
use crate::config::{Listen, RuleSetsConfig, development_agencies};
use crate::dev_certs::Folder;
use crate::dev_idp;
use crate::play::Stage;
use crate::surroundings::{Moved, System};

/// Options of `muster bench pages`.
#[derive(Debug, Args)]
pub(super) struct Pages {
    /// People on the list
    #[arg(long, default_value_t = 200)]
    people: u32,
    /// Entries on the record, at least
    #[arg(long, default_value_t = 2_000)]
    entries: u64,
    /// Requests for each page
    #[arg(long, default_value_t = 200)]
    times: usize,
}

/// What a page may take at the median, on two cores.
const MAY_TAKE: Duration = Duration::from_millis(50);
/// How long a token of the bench lives, in minutes.
const TOKEN_LIVES: u64 = 120;

impl Pages {
    pub(super) async fn run(&self) -> Result<()> {
        logging::quiet()?;
        let of_kind = |kind: AgencyKind| development_agencies().into_iter().find(|agency| agency.kind == kind);
        let council = of_kind(AgencyKind::Council).context("no council")?;
        let region = of_kind(AgencyKind::Region).context("no region")?;
        let cast = [("council", &council), ("region", &region)]
            .map(|(alias, agency)| Cast { alias: alias.to_owned(), agency: agency.clone() });
        let clock = Arc::new(Moved::at(System.now()));
        clock.run_on();
        let any = std::net::SocketAddr::from(([127, 0, 0, 1], 0));
        let listen = Listen { people: Some(any), ..free() };
        let stage = Stage::set(&cast, clock, RuleSetsConfig::default(), listen, silent()).await?;
        let began = now();
        let id = open(&mut stage.client("council")?, stage.serving.coordinator().now()).await?;
        let large = Large { people: self.people, entries: self.entries };
        let last = large.fill(&stage, &id, &council, &region).await?;
        let took = began.elapsed().as_secs();
        say(format_args!("{} people, {last} entries, every shipped rule set on; made in {took} s", self.people))?;
        let cores = std::thread::available_parallelism().map_or(0, std::num::NonZero::get);
        say(format_args!("each page {} times over TLS with a session, {cores} cores\n", self.times))?;
        let mut slow = Vec::new();
        for agency in [&council, &region] {
            let browser = Browser::open(&stage, agency).await?;
            say(format_args!("as {}\n  {:<28}    bytes      p50         p99", agency.title, "page"))?;
            for page in pages(&id) {
                let row = self.measured(&browser, &page).await.with_context(|| page.clone())?;
                let shown = page.replace(&format!("/incidents/{id}"), "…");
                say(format_args!("  {shown:<28} {:>8}  {}  {}", row.bytes, micros(row.p50), micros(row.p99)))?;
                if row.p50 >= MAY_TAKE {
                    slow.push(shown);
                }
            }
            say("")?;
        }
        let allowed = MAY_TAKE.as_millis();
        if slow.is_empty() {
            say(format_args!("every page is served in under {allowed} ms at the median"))?;
        } else {
            say(format_args!("NOT in under {allowed} ms at the median: {}", slow.join(", ")))?;
        }
        stage.serving.stop().await
    }

    async fn measured(&self, browser: &Browser, page: &str) -> Result<Row> {
        // The first look works a view out; it is asked for, and not counted.
        let mut bytes = browser.get(page).await?;
        let mut took = Vec::with_capacity(self.times);
        for _ in 0..self.times.max(1) {
            let began = now();
            bytes = browser.get(page).await?;
            took.push(began.elapsed());
        }
        took.sort_unstable();
        let at = |share: usize| took.get(took.len().saturating_mul(share).checked_div(100)?).copied();
        Ok(Row { bytes, p50: at(50).context("nothing was measured")?, p99: at(99).context("nothing was measured")? })
    }
}

struct Row {
    bytes: usize,
    p50: Duration,
    p99: Duration,
}

/// Every page and file of an incident, and the list of all.
fn pages(id: &str) -> Vec<String> {
    let plain = [
        "",
        "/advice",
        "/questions",
        "/actions",
        "/options",
        "/people",
        "/places",
        "/letters",
        "/meetings",
        "/record",
        "/report",
        "/briefings",
        "/manage",
        "/made-of?what=people",
    ];
    let files = ["/people.csv", "/actions.csv", "/offers.csv", "/calendar.ics", "/situation.json"];
    let below = plain.iter().chain(&files).map(|path| format!("/incidents/{id}{path}"));
    let briefings = BriefingKind::ALL.iter().map(|kind| format!("/incidents/{id}/briefings/{kind}"));
    std::iter::once("/".to_owned()).chain(below).chain(briefings).collect()
}

/// Somebody who is signed in, on one connection: HTTP/2 over TLS, as a browser speaks it.
struct Browser {
    channel: Channel,
    base: String,
    cookie: String,
}

impl Browser {
    async fn open(stage: &Stage, agency: &Agency) -> Result<Self> {
        let port = stage.serving.people().context("nothing listens for people")?.port();
        let base = format!("https://localhost:{port}");
        let tls = ClientTlsConfig::new().ca_certificate(Certificate::from_pem(stage.authority.certificate()));
        let channel = Endpoint::from_shared(base.clone())?.tls_config(tls)?.connect().await?;
        let token = dev_idp::sign(&Folder(stage.folder().to_owned()), &dev_idp::on_duty(agency, TOKEN_LIVES))?;
        Ok(Self { channel, base, cookie: format!("__Host-muster={token}") })
    }

    /// A page, to its last byte; how many bytes it has.
    async fn get(&self, path: &str) -> Result<usize> {
        let request = http::Request::get(format!("{}{path}", self.base)).header("cookie", &self.cookie);
        let request = request.header("sec-fetch-site", "none").body(Body::empty())?;
        let mut channel = self.channel.clone();
        poll_fn(|context| channel.poll_ready(context)).await?;
        let answer = channel.call(request).await?;
        if answer.status() != http::StatusCode::OK {
            bail!("answered {}", answer.status());
        }
        let (mut body, mut bytes) = (pin!(answer.into_body()), 0_usize);
        while let Some(frame) = poll_fn(|context| body.as_mut().poll_frame(context)).await {
            bytes = bytes.saturating_add(frame?.data_ref().map_or(0, |data| data.len()));
        }
        Ok(bytes)
    }
}
