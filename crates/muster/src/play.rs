//! Playing an exercise: each step over real gRPC, each agency with its own certificate, on a clock that is moved.

use std::collections::BTreeMap;
use std::num::NonZeroU32;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use anyhow::{Context as _, Result, anyhow, bail};
use muster_proto::{command, v1};
use muster_record::agency::Office;
use muster_record::ids::AgencyId;
use muster_server::Render;

use crate::access;
use crate::client::{self, Client};
use crate::config::{AccessConfig, Address, Config, LimitsConfig, Listen, PersonalDataConfig, RuleSetsConfig, Tls};
use crate::dev_certs::{Authority, Folder, SYSTEM, TRUST_DOMAIN};
use crate::dev_idp;
use crate::key_file;
use crate::serving::Serving;
use crate::surroundings::Moved;
use muster_exercise::{Asked, Cast, Script, Step, What};

mod expect;
mod opened;
mod region;
mod resolve;
mod settings;
mod watching;

pub use watching::{OnLine, Watching};

use opened::{Opened, RefusedAt};

/// An exercise that was played.
#[derive(Debug)]
pub struct Played {
    /// The incident; the first, where there are several.
    pub incident: String,
    /// The incidents by the names that the script calls them; the only one has none.
    pub named: BTreeMap<String, String>,
    /// The timeline with what was refused, as the agency saw it that opened; one below the other for several incidents.
    pub told: String,
    /// The situation report at the end, of each incident.
    pub report: String,
    /// The entries that were written, in all incidents together.
    pub entries: usize,
}

/// A server of its own, and a client for each agency of the cast.
pub struct Stage {
    /// The server.
    pub serving: Serving,
    /// The clock it runs by.
    pub clock: Arc<Moved>,
    /// Clients by short name.
    pub clients: BTreeMap<String, Client>,
    /// The authority that signed their certificates.
    pub authority: Authority,
    agencies: BTreeMap<String, AgencyId>,
    folder: tempfile::TempDir,
    /// What was asked so far, by all scripts that were played here.
    asked: AtomicU64,
}

impl Stage {
    /// Starts a server in a folder of its own, with a fresh authority and a client for each of the cast.
    ///
    /// # Errors
    /// When the server does not start or a client cannot connect.
    pub async fn set(
        cast: &[Cast],
        clock: Arc<Moved>,
        rule_sets: RuleSetsConfig,
        listen: Listen,
        render: Render,
    ) -> Result<Self> {
        Self::set_on(None, cast, clock, rule_sets, listen, render).await
    }

    /// The same with the records on a database server, where one is named.
    ///
    /// # Errors
    /// As [`Stage::set`].
    pub async fn set_on(
        store: Option<Address>,
        cast: &[Cast],
        clock: Arc<Moved>,
        rule_sets: RuleSetsConfig,
        listen: Listen,
        render: Render,
    ) -> Result<Self> {
        let folder = tempfile::tempdir().context("a folder for the exercise cannot be made")?;
        let authority = Authority::new()?;
        let put = |name: &str, text: &str| -> Result<std::path::PathBuf> {
            let path = folder.path().join(name);
            std::fs::write(&path, text)?;
            Ok(path)
        };
        let server = authority.server()?;
        let tls = Tls {
            certificate: put("server.pem", &server.certificate)?,
            key: put("server.key", &server.key)?,
            client_ca: put("ca.pem", &authority.certificate())?,
            trust_domain: TRUST_DOMAIN.to_owned(),
        };
        // Two scripts on one stage may have an agency under two short names.
        let mut known = BTreeMap::new();
        for Cast { alias: _, agency } in cast {
            known.entry(agency.id.clone()).or_insert_with(|| agency.clone());
        }
        let agencies: Vec<_> = known.into_values().collect();
        // One machine plays everybody, as fast as it can.
        let limits = LimitsConfig { calls_per_second: Some(NonZeroU32::MAX), ..LimitsConfig::default() };
        let registry = put("access.toml", &access::permissive("ca.pem", agencies.iter().map(|agency| &agency.id)))?;
        let access = Some(AccessConfig { registry });
        let data = folder.path().join("muster.db");
        let key_file = folder.path().join("people.keys");
        key_file::make(&key_file)?;
        let personal_data = PersonalDataConfig { key_file: Some(key_file) };
        // What is played here is marked as an exercise, and nothing else is ever on this server.
        let (tls, others) = (Some(tls), Config { rehearsals_among_live: true, ..Config::default() });
        let mut config =
            Config { data, store, listen, tls, access, limits, rule_sets, agencies, personal_data, ..others };
        if config.listen.people.is_some() {
            dev_idp::serves(&mut config, &Folder(folder.path().to_owned()))?;
        }
        let serving = Serving::start(&config, Arc::<Moved>::clone(&clock), render).await?;
        let mut clients = BTreeMap::new();
        let mut agencies = BTreeMap::new();
        for cast in cast {
            let identity = authority.system(&cast.agency.id, SYSTEM)?;
            put(&format!("{}.pem", cast.agency.id), &identity.certificate)?;
            put(&format!("{}.key", cast.agency.id), &identity.key)?;
            let client = Client::connect(serving.api(), &authority.certificate(), &identity).await?;
            clients.insert(cast.alias.clone(), client);
            agencies.insert(cast.alias.clone(), cast.agency.id.clone());
        }
        Ok(Self { serving, clock, clients, authority, agencies, folder, asked: AtomicU64::new(0) })
    }

    /// The folder of its store and certificates.
    pub fn folder(&self) -> &std::path::Path {
        self.folder.path()
    }

    /// Stops the server, and gives the folder with its store `muster.db` and its keys `people.keys`, which goes with what
    /// is given.
    ///
    /// # Errors
    /// When a listener had failed.
    pub async fn close(self) -> Result<tempfile::TempDir> {
        self.serving.stop().await?;
        Ok(self.folder)
    }

    /// The client of that short name.
    ///
    /// # Errors
    /// When the cast has nobody of that name.
    pub fn client(&self, who: &str) -> Result<Client> {
        self.clients.get(who).cloned().ok_or_else(|| anyhow!("the cast has no {who}"))
    }
}

/// The moment at which a script begins.
///
/// # Errors
/// When it has no steps.
pub fn beginning(script: &Script) -> Result<Arc<Moved>> {
    let first = script.steps.first().context("the exercise has no steps")?;
    Ok(Arc::new(Moved::at(first.at)))
}

/// Plays a script on a stage; `on_line` is called with each line as a watching client sees it.
///
/// # Errors
/// The first line that did not go as the script says, with what happened instead.
pub async fn play(stage: &Stage, script: &Script, on_line: OnLine) -> Result<Played> {
    let mut player = Player { stage, incidents: Vec::new(), on_line };
    for step in &script.steps {
        let went = player.step(step).await;
        went.with_context(|| format!("line {} of the exercise", step.line))?;
    }
    player.finish().await
}

struct Player<'a> {
    stage: &'a Stage,
    /// The incidents by the names the script calls them, in the order in which they were opened.
    incidents: Vec<(String, Opened)>,
    on_line: OnLine,
}

impl Player<'_> {
    async fn step(&mut self, step: &Step) -> Result<()> {
        self.stage.clock.to(step.at);
        self.stage.serving.coordinator().clock_moved();
        if self.incidents.iter().any(|(name, _)| *name == step.incident) {
            self.settle(&step.incident).await?;
        }
        match &step.what {
            What::Open(opening) => self.open(step, opening).await,
            What::OpenRegional { on, item } => self.open_regional(step, on, item).await,
            What::AddMember { member } => self.add_member(step, member).await,
            What::ChangeSettings { rule_set, settings, because } => {
                self.change_settings(step, rule_set, settings, because).await
            }
            What::Commands(asked) => self.commands(step, asked).await,
            What::Expect(expectation) => self.expect(step, expectation).await,
            What::WaitForAdvice => Ok(()),
        }
    }

    fn opened(&self, name: &str) -> Result<&Opened> {
        let found = self.incidents.iter().find(|(known, _)| known == name);
        found.map(|(_, opened)| opened).with_context(|| format!("the incident {name:?} is not open"))
    }

    fn opened_mut(&mut self, name: &str) -> Result<&mut Opened> {
        let found = self.incidents.iter_mut().find(|(known, _)| known == name);
        found.map(|(_, opened)| opened).with_context(|| format!("the incident {name:?} is not open"))
    }

    fn options(&mut self, office: Option<Office>) -> v1::WriteOptions {
        let before = self.stage.asked.fetch_add(1, Ordering::Relaxed);
        v1::WriteOptions {
            request_id: format!("exercise-{}", before.saturating_add(1)),
            expected_seq: None,
            validate_only: false,
            office: client::office(office),
            occurred_at: None,
            class: 0,
            audience: Vec::new(),
        }
    }

    async fn open(&mut self, step: &Step, opening: &muster_record::incident::lifecycle::Opening) -> Result<()> {
        let mut client = self.stage.client(&step.who)?;
        let options = Some(self.options(step.office));
        let request = v1::OpenIncidentRequest { options, opening: Some(command::write_opening(opening)) };
        match client.incidents.open_incident(request).await {
            Ok(answer) => self.watch(step, &answer.into_inner().incident_id).await,
            Err(status) => self.was_refused(step, &step.incident, &status),
        }
    }

    /// An incident was opened: the agency that opened it watches it from now on.
    async fn watch(&mut self, step: &Step, id: &str) -> Result<()> {
        not_expected(step)?;
        let client = self.stage.client(&step.who)?;
        let watching = Watching::start(client, id, Arc::clone(&self.on_line)).await?;
        let opened = Opened { id: id.to_owned(), opener: step.who.clone(), watching, refused: Vec::new() };
        self.incidents.push((step.incident.clone(), opened));
        self.settle(&step.incident).await
    }

    async fn commands(&mut self, step: &Step, asked: &[Asked]) -> Result<()> {
        let commands = self.resolve(step, asked).await?;
        let mut client = self.stage.client(&step.who)?;
        let audience = step.labels.audience.iter().map(ToString::to_string).collect();
        let class = step.labels.class.map_or(0, |class| v1::Class::from(class).into());
        let options = v1::WriteOptions { class, audience, ..self.options(step.office) };
        let request = v1::AppendRequest {
            incident_id: self.opened(&step.incident)?.id.clone(),
            options: Some(options),
            commands: commands.iter().map(command::write_command).collect(),
        };
        match client.records.append(request).await {
            Ok(_) => {
                not_expected(step)?;
                self.settle(&step.incident).await
            }
            Err(status) => self.was_refused(step, &step.incident, &status),
        }
    }

    /// Notes a refusal on the timeline of that incident, if the script said so.
    fn was_refused(&mut self, step: &Step, on: &str, status: &tonic::Status) -> Result<()> {
        let reason = client::reason(status).unwrap_or_else(|| format!("{:?}", status.code()));
        if step.expect_refusal.as_deref() != Some(reason.as_str()) {
            bail!("{} was refused: {}", step.who, client::told(status));
        }
        if let Ok(opened) = self.opened_mut(on) {
            let after = opened.watching.seq();
            opened.refused.push(RefusedAt { after, text: format!("refused {}: {reason}", step.who) });
        }
        Ok(())
    }

    /// Waits until every rule set has looked, and the watcher has seen what they said.
    async fn settle(&mut self, name: &str) -> Result<()> {
        let opened = self.opened(name)?;
        let mut client = self.stage.client(&opened.opener)?;
        let request = v1::GetIncidentRequest { incident_id: opened.id.clone(), wait_for_advice: true };
        let answer = client.incidents.get_incident(request).await.map_err(|status| anyhow!(client::told(&status)))?;
        let seq = answer.into_inner().incident.map_or(0, |incident| incident.last_seq);
        self.opened_mut(name)?.watching.until(seq).await
    }

    async fn finish(mut self) -> Result<Played> {
        let names: Vec<String> = self.incidents.iter().map(|(name, _)| name.clone()).collect();
        let (mut told, mut reports, mut entries) = (String::new(), String::new(), 0_usize);
        for name in &names {
            self.settle(name).await?;
            let opened = self.opened(name)?;
            let lines = opened.watching.lines();
            entries = entries.saturating_add(lines.len());
            let heading = if name.is_empty() { String::new() } else { format!("== {name}\n") };
            told.push_str(&format!("{heading}{}", opened::told(&lines, &opened.refused)));
            reports.push_str(&format!("{heading}{}", self.report(name).await?.text));
        }
        // Ids are made by chance; the script's names are what a reader knows them by.
        for (name, opened) in self.incidents.iter().filter(|(name, _)| !name.is_empty()) {
            told = told.replace(&opened.id, name);
            reports = reports.replace(&opened.id, name);
        }
        let (_, first) = self.incidents.first().context("nothing was opened")?;
        let named = self.incidents.iter().map(|(name, opened)| (name.clone(), opened.id.clone())).collect();
        Ok(Played { incident: first.id.clone(), named, told, report: reports, entries })
    }
}

fn not_expected(step: &Step) -> Result<()> {
    match &step.expect_refusal {
        Some(reason) => bail!("{} should have been refused with {reason}, and was not", step.who),
        None => Ok(()),
    }
}
