//! Playing an exercise: each step over real gRPC, each agency with its own certificate, on a clock that is moved.

use std::collections::BTreeMap;
use std::sync::Arc;

use anyhow::{Context as _, Result, anyhow, bail};
use muster_proto::{command, v1};
use muster_record::agency::Office;
use muster_record::ids::AgencyId;
use muster_record::timeline::{self, Line};
use muster_server::Render;

use crate::client::{self, Client};
use crate::config::{Config, Listen, RuleSetsConfig, Tls};
use crate::dev_certs::{Authority, SYSTEM, TRUST_DOMAIN};
use crate::exercise::{Asked, Cast, Expectation, Script, Step, What};
use crate::serving::Serving;
use crate::surroundings::Moved;

mod expect;
mod resolve;
mod watching;

pub use watching::{OnLine, Watching};

/// Something that was refused, as the script said it must be.
#[derive(Debug, Clone)]
struct RefusedAt {
    after: u64,
    text: String,
}

/// An exercise that was played.
#[derive(Debug)]
pub struct Played {
    /// The incident.
    pub incident: String,
    /// The timeline with what was refused, as the first agency saw it.
    pub told: String,
    /// The situation report at the end.
    pub report: String,
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
        let agencies: Vec<_> = cast.iter().map(|cast| cast.agency.clone()).collect();
        let data = folder.path().join("muster.db");
        let config = Config { data, listen, tls: Some(tls), rule_sets, agencies, ..Config::default() };
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
        Ok(Self { serving, clock, clients, authority, agencies, folder })
    }

    /// The folder of its store and certificates.
    pub fn folder(&self) -> &std::path::Path {
        self.folder.path()
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
    let mut player =
        Player { stage, opener: String::new(), incident: None, watching: None, refused: Vec::new(), asked: 0, on_line };
    for step in &script.steps {
        let went = player.step(step).await;
        went.with_context(|| format!("line {} of the exercise", step.line))?;
    }
    player.finish().await
}

struct Player<'a> {
    stage: &'a Stage,
    opener: String,
    incident: Option<String>,
    watching: Option<Watching>,
    refused: Vec<RefusedAt>,
    asked: u64,
    on_line: OnLine,
}

impl Player<'_> {
    async fn step(&mut self, step: &Step) -> Result<()> {
        self.stage.clock.to(step.at);
        self.stage.serving.coordinator().clock_moved();
        if self.incident.is_some() {
            self.settle().await?;
        }
        match &step.what {
            What::Open(opening) => self.open(step, opening).await,
            What::Commands(asked) => self.commands(step, asked).await,
            What::Expect(Expectation::Proposals(items, standing)) => self.stands(items, *standing).await,
            What::Expect(expectation) => expect::holds(&self.report().await?, expectation),
            What::WaitForAdvice => Ok(()),
        }
    }

    fn options(&mut self, office: Option<Office>) -> v1::WriteOptions {
        self.asked = self.asked.saturating_add(1);
        v1::WriteOptions {
            request_id: format!("exercise-{}", self.asked),
            expected_seq: None,
            validate_only: false,
            office: client::office(office),
            occurred_at: None,
        }
    }

    async fn open(&mut self, step: &Step, opening: &muster_record::incident::lifecycle::Opening) -> Result<()> {
        let mut client = self.stage.client(&step.who)?;
        let options = Some(self.options(step.office));
        let request = v1::OpenIncidentRequest { options, opening: Some(command::write_opening(opening)) };
        let answer = match client.incidents.open_incident(request).await {
            Ok(answer) => answer.into_inner(),
            Err(status) => return self.was_refused(step, &status),
        };
        not_expected(step)?;
        if self.incident.is_some() {
            return Ok(());
        }
        let seq = answer.result.map_or(0, |result| result.seq);
        self.opener.clone_from(&step.who);
        self.incident = Some(answer.incident_id.clone());
        self.watching = Some(Watching::start(client, &answer.incident_id, Arc::clone(&self.on_line)).await?);
        self.seen(seq).await
    }

    async fn commands(&mut self, step: &Step, asked: &[Asked]) -> Result<()> {
        let commands = self.resolve(step, asked).await?;
        let mut client = self.stage.client(&step.who)?;
        let request = v1::AppendRequest {
            incident_id: self.incident.clone().context("nothing was opened yet")?,
            options: Some(self.options(step.office)),
            commands: commands.iter().map(command::write_command).collect(),
        };
        match client.records.append(request).await {
            Ok(answer) => {
                not_expected(step)?;
                let seq = answer.into_inner().result.map_or(0, |result| result.seq);
                self.seen(seq).await?;
                self.settle().await
            }
            Err(status) => self.was_refused(step, &status),
        }
    }

    fn was_refused(&mut self, step: &Step, status: &tonic::Status) -> Result<()> {
        let reason = client::reason(status).unwrap_or_else(|| format!("{:?}", status.code()));
        if step.expect_refusal.as_deref() != Some(reason.as_str()) {
            bail!("{} was refused: {}", step.who, client::told(status));
        }
        let after = self.watching.as_ref().map_or(0, Watching::seq);
        self.refused.push(RefusedAt { after, text: format!("refused {}: {reason}", step.who) });
        Ok(())
    }

    /// Waits until every rule set has looked, and the watcher has seen what they said.
    async fn settle(&mut self) -> Result<()> {
        let mut client = self.stage.client(&self.opener)?;
        let incident_id = self.incident.clone().unwrap_or_default();
        let request = v1::GetIncidentRequest { incident_id, wait_for_advice: true };
        let answer = client.incidents.get_incident(request).await.map_err(|status| anyhow!(client::told(&status)))?;
        let seq = answer.into_inner().incident.map_or(0, |incident| incident.last_seq);
        self.seen(seq).await
    }

    async fn seen(&mut self, seq: u64) -> Result<()> {
        match &mut self.watching {
            Some(watching) => watching.until(seq).await,
            None => Ok(()),
        }
    }

    async fn report(&self) -> Result<v1::SituationReport> {
        let mut client = self.stage.client(&self.opener)?;
        let request =
            v1::GetSituationReportRequest { incident_id: self.incident.clone().unwrap_or_default(), at: None };
        let answer = client.incidents.get_situation_report(request).await;
        let answer = answer.map_err(|status| anyhow!(client::told(&status)))?;
        answer.into_inner().report.context("the server sent no report")
    }

    async fn finish(mut self) -> Result<Played> {
        self.settle().await?;
        let report = self.report().await?;
        let watching = self.watching.as_ref().context("nothing was opened")?;
        let told = told(&watching.lines(), &self.refused);
        Ok(Played { incident: self.incident.clone().unwrap_or_default(), told, report: report.text })
    }
}

fn not_expected(step: &Step) -> Result<()> {
    match &step.expect_refusal {
        Some(reason) => bail!("{} should have been refused with {reason}, and was not", step.who),
        None => Ok(()),
    }
}

/// The timeline, with what was refused in its place.
fn told(lines: &[Line], refused: &[RefusedAt]) -> String {
    let mut out = String::new();
    let mut before = None;
    for line in lines {
        out.push_str(&timeline::one(line, before));
        before = Some(line.at);
        for refusal in refused.iter().filter(|refusal| refusal.after == line.seq) {
            out.push_str("      ");
            out.push_str(&refusal.text);
            out.push('\n');
        }
    }
    out
}
