//! `muster rules settings`: what is in force for your agency, whether other settings would do, and changing them.

use std::io::Read as _;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, anyhow, bail};
use clap::{Args, Subcommand};
use muster_proto::v1;
use muster_record::ids::{RuleSetId, hex};
use muster_record::time::uk_day_and_time;
use serde_json::Value;

use crate::cli::Calling;
use crate::client::{self, Client};
use crate::commands::{logging, say};
use muster_exercise::settings;

const EXAMPLES: &str = "\
Take what is in force, edit it, see what it would change, change it:
  muster rules settings show emergency-closure > closure.toml
  muster rules settings change emergency-closure closure.toml --because \"...\" --dry-run
  muster rules settings change emergency-closure closure.toml --because \"the board asked for 5 weeks\"";

/// Options of `muster rules settings`.
#[derive(Debug, Args)]
#[command(after_long_help = EXAMPLES)]
pub(crate) struct Settings {
    #[command(subcommand)]
    what: What,
    #[command(flatten)]
    calling: Calling,
}

#[derive(Debug, Subcommand)]
enum What {
    /// The settings in force for your agency, as TOML to edit
    Show {
        /// The rule set
        rule_set: RuleSetId,
    },
    /// Say everything that is wrong with some settings
    Check {
        /// The rule set
        rule_set: RuleSetId,
        /// The settings (TOML or JSON); - for standard input
        file: PathBuf,
    },
    /// Change them, with an entry on every open incident that they bear on
    Change {
        /// The rule set
        rule_set: RuleSetId,
        /// The settings (TOML or JSON), the whole of them; - for standard input
        #[arg(required_unless_present = "defaults")]
        file: Option<PathBuf>,
        /// Go back to the rule set's own defaults
        #[arg(long, conflicts_with = "file")]
        defaults: bool,
        /// Why, for everybody at the table to read
        #[arg(long, value_name = "REASON")]
        because: String,
        /// Say what would change in the advice on each open incident, and write nothing
        #[arg(long)]
        dry_run: bool,
        /// What the request is called; asking again under the same name does nothing twice
        #[arg(long, value_name = "ID")]
        request_id: Option<String>,
    },
}

fn failed(status: &tonic::Status) -> anyhow::Error {
    anyhow!(client::told(status))
}

fn read(file: &Path) -> Result<String> {
    let text = if file == Path::new("-") {
        let mut text = String::new();
        std::io::stdin().read_to_string(&mut text).context("standard input cannot be read")?;
        text
    } else {
        std::fs::read_to_string(file).with_context(|| format!("{} cannot be read", file.display()))?
    };
    let settings = settings::read(&text).with_context(|| format!("{} will not do", file.display()))?;
    Ok(settings.text().to_owned())
}

impl Settings {
    pub(crate) async fn run(&self) -> Result<()> {
        logging::quiet()?;
        let client = self.calling.client().await?;
        match &self.what {
            What::Show { rule_set } => show(client, rule_set).await,
            What::Check { rule_set, file } => check(client, rule_set, read(file)?).await,
            What::Change { rule_set, file, defaults: _, because, dry_run, request_id } => {
                let settings_json = file.as_deref().map(read).transpose()?.unwrap_or_default();
                let request = v1::ChangeSettingsRequest {
                    rule_set: rule_set.to_string(),
                    settings_json,
                    because: because.clone(),
                    validate_only: *dry_run,
                    request_id: request_id.clone().unwrap_or_else(|| uuid::Uuid::now_v7().to_string()),
                };
                change(client, request).await
            }
        }
    }
}

async fn show(mut client: Client, rule_set: &RuleSetId) -> Result<()> {
    let request = v1::GetSettingsRequest { rule_set: rule_set.to_string() };
    let answer = client.rule_sets.get_settings(request).await.map_err(|status| failed(&status))?.into_inner();
    let since = answer.since.as_ref().and_then(muster_proto::time::read_time);
    match (answer.source(), since) {
        (v1::SettingsSource::Agency, Some(since)) => {
            let since = uk_day_and_time(since);
            say(format_args!("# In force since {since}, by {}: {}", answer.system, answer.because.replace('\n', " ")))?;
        }
        (v1::SettingsSource::Server, _) => say("# As the server is configured: your agency has set none of its own.")?,
        (v1::SettingsSource::RuleSet | v1::SettingsSource::Agency | v1::SettingsSource::Unspecified, _) => {
            say("# The rule set's own defaults: your agency has set none of its own.")?;
        }
    }
    say(format_args!("# sha256 {}", hex(&answer.settings)))?;
    for v1::SettingsProblem { path, problem } in &answer.problems {
        say(format_args!("# does not fit the version installed: {path}: {problem}"))?;
    }
    say(settings::shown(&answer.settings_json).trim_end())?;
    explain(client, rule_set).await
}

/// What can be set, from the schema: each with what it is and its default.
async fn explain(mut client: Client, rule_set: &RuleSetId) -> Result<()> {
    let listed = client.rule_sets.list_rule_sets(v1::ListRuleSetsRequest {}).await.map_err(|status| failed(&status))?;
    let mut installed = listed.into_inner().rule_sets.into_iter();
    let named = |is: &v1::InstalledRuleSet| is.pin.as_ref().is_some_and(|pin| pin.rule_set == rule_set.as_str());
    let schema = installed.find(named).map(|is| is.settings_schema).unwrap_or_default();
    let schema: Value = serde_json::from_str(&schema).unwrap_or_default();
    for (name, property) in schema.get("properties").and_then(Value::as_object).into_iter().flatten() {
        let is = property.get("description").and_then(Value::as_str).unwrap_or_default();
        let default = property.get("default").map_or_else(String::new, |default| format!(" (else {default})"));
        say(format_args!("# {name}: {is}{default}"))?;
    }
    Ok(())
}

async fn check(mut client: Client, rule_set: &RuleSetId, settings_json: String) -> Result<()> {
    let request = v1::CheckSettingsRequest { rule_set: rule_set.to_string(), settings_json };
    let answer = client.rule_sets.check_settings(request).await.map_err(|status| failed(&status))?.into_inner();
    for v1::SettingsProblem { path, problem } in &answer.problems {
        say(if path.is_empty() { problem.clone() } else { format!("{path}: {problem}") })?;
    }
    match answer.problems.len() {
        0 => say("they will do"),
        1 => bail!("one thing is wrong with them"),
        count => bail!("{count} things are wrong with them"),
    }
}

async fn change(mut client: Client, request: v1::ChangeSettingsRequest) -> Result<()> {
    let dry_run = request.validate_only;
    let answer = client.rule_sets.change_settings(request).await.map_err(|status| failed(&status))?.into_inner();
    for preview in &answer.previews {
        foreseen(preview)?;
    }
    if answer.not_looked_at > 0 {
        say(format_args!("{} further incidents were not looked at", answer.not_looked_at))?;
    }
    for v1::SettingsEntry { incident_id, seq } in &answer.entries {
        say(format_args!("{incident_id}  entry {seq}"))?;
    }
    for v1::SettingsLeft { incident_id, why } in &answer.left {
        say(format_args!("{incident_id}  goes on as it is: {why}"))?;
    }
    match (dry_run, answer.replayed) {
        (true, _) => say("this would change; nothing was written"),
        (false, true) => say("this request was done before; nothing was written again"),
        (false, false) => say(format_args!("in force from now on, sha256 {}", hex(&answer.settings))),
    }
}

fn foreseen(preview: &v1::SettingsPreview) -> Result<()> {
    let v1::SettingsPreview { incident_id, seq, added, revised, withdrawn, raised_at_once, failure } = preview;
    let same = added.is_empty() && revised.is_empty() && withdrawn.is_empty() && failure.is_none();
    let nothing = if same { ": the same advice" } else { "" };
    say(format_args!("{incident_id}  at entry {seq}{nothing}"))?;
    for (mark, items) in [("+", added), ("~", revised), ("-", withdrawn)] {
        for v1::ForeseenItem { proposal, key, kind, told } in items {
            let at_once = if raised_at_once.contains(proposal) && mark == "+" { ", raised at once" } else { "" };
            say(format_args!("  {mark} {kind} {key}{at_once}: {told}"))?;
        }
    }
    match failure {
        Some(failure) => say(format_args!("  NO ADVICE: {failure}")),
        None => Ok(()),
    }
}
