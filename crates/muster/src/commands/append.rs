//! `muster append`: writes to an incident from flags or from a file of commands, or opens one.

use std::path::PathBuf;

use anyhow::{Context as _, Result, anyhow, bail};
use clap::Args;
use muster_proto::{command, v1};
use muster_record::Command;
use muster_record::agency::Office;
use muster_record::entry::Class;
use muster_record::ids::{AgencyId, IncidentId};
use muster_record::incident::lifecycle::Opening;
use muster_record::incident::log;
use muster_record::personal_text::LooksLike;

use super::{logging, say};
use crate::cli::Calling;
use crate::client;

const EXAMPLES: &str = "\
Commands as JSON name their family and what is asked; the fields are those of the record:
  {\"family\":\"participants\",\"command\":\"join\"}
  {\"family\":\"participants\",\"command\":\"take_office\",\"office\":\"incident-lead\"}
  {\"family\":\"participants\",\"command\":\"invite\",\"interest\":\"operational\",
      \"agency\":{\"id\":\"qwu\",\"kind\":\"health-commissioner\",\"title\":\"The ICB\"}}
  {\"family\":\"answers\",\"command\":\"answer\",\"key\":\"s48/business-failure\",
      \"value\":{\"answer\":\"yes\"},\"source\":\"the notice of appointment\"}
  {\"family\":\"actions\",\"command\":\"raise\",\"title\":\"Call the families\",\"owner\":\"e08000026\",\"due\":null}
  {\"family\":\"actions\",\"command\":\"complete\",\"action\":3,\"note\":\"everybody was reached\"}
  {\"family\":\"advice\",\"command\":\"adopt\",\"proposal\":12}          (with --office)

An opening (--open FILE):
  {\"title\":\"Elm Court\",\"kind\":\"provider-failure\",\"failures\":[],\"region\":null,
   \"notified_at\":\"2026-01-05T09:00:00Z\",\"care_stops_at\":null,\"exercise\":false,
   \"services\":[{\"id\":\"elm-court\",\"kind\":\"nursing\",\"national\":\"no\",\"regulated\":\"yes\",
     \"authority\":\"e08000026\",\"beds\":60,\"brand\":null,\"risk_level\":null}]}";

/// Options of `muster append`.
#[derive(Debug, Args)]
#[command(after_long_help = EXAMPLES)]
pub(crate) struct Append {
    /// The incident to write to
    #[arg(required_unless_present = "open")]
    incident: Option<IncidentId>,
    /// Open an incident with what this file says (JSON: an opening)
    #[arg(long, value_name = "FILE", conflicts_with_all = ["incident", "note", "command", "file"])]
    open: Option<PathBuf>,
    /// Make a note
    #[arg(long, value_name = "TEXT")]
    note: Option<String>,
    /// A command as JSON: '{"family":"actions","command":"accept","action":3}'
    #[arg(long, value_name = "JSON")]
    command: Vec<String>,
    /// A file with one command as JSON on each line: all of them happen, or none
    #[arg(long, value_name = "FILE")]
    file: Option<PathBuf>,
    /// The office it is done for
    #[arg(long, value_name = "OFFICE")]
    office: Option<Office>,
    /// What the request is called; asking again under the same name does nothing twice
    #[arg(long, value_name = "ID")]
    request_id: Option<String>,
    /// Refuse if the record has gone beyond this entry
    #[arg(long, value_name = "SEQ")]
    expected_seq: Option<u64>,
    /// What sort of information it is, where that is more than it says by itself (health, safeguarding ...)
    #[arg(long)]
    class: Option<Class>,
    /// Only for these agencies, and your own
    #[arg(long, value_name = "AGENCY", value_delimiter = ',')]
    only_for: Vec<AgencyId>,
    /// Say what would happen, and write nothing
    #[arg(long)]
    validate_only: bool,
    #[command(flatten)]
    calling: Calling,
}

impl Append {
    pub(crate) async fn run(&self) -> Result<()> {
        logging::quiet()?;
        let options = Some(v1::WriteOptions {
            request_id: self.request_id.clone().unwrap_or_else(|| uuid::Uuid::now_v7().to_string()),
            expected_seq: self.expected_seq,
            validate_only: self.validate_only,
            office: client::office(self.office),
            occurred_at: None,
            class: self.class.map_or(0, |class| v1::Class::from(class).into()),
            audience: self.only_for.iter().map(ToString::to_string).collect(),
        });
        let mut client = self.calling.client().await?;
        if let Some(path) = &self.open {
            let opening: Opening = read_json(path)?;
            let request = v1::OpenIncidentRequest { options, opening: Some(command::write_opening(&opening)) };
            let answer =
                client.incidents.open_incident(request).await.map_err(|status| anyhow!(client::told(&status)))?;
            let answer = answer.into_inner();
            warn(answer.result.as_ref());
            return say(answer.incident_id);
        }
        let id = self.incident.clone().context("name the incident to write to")?;
        let commands = self.commands()?.iter().map(command::write_command).collect();
        let request = v1::AppendRequest { incident_id: id.to_string(), options, commands };
        let answer =
            client.records.append(request).await.map_err(|status| anyhow!(client::told(&status)))?.into_inner();
        warn(answer.result.as_ref());
        let result = answer.result.unwrap_or_default();
        for entry in &answer.entries {
            say(format_args!("{:>4}  {}", entry.seq, entry.told))?;
        }
        match (self.validate_only, result.replayed) {
            (true, _) => say("this would be written; nothing was"),
            (false, true) => say("this request was done before; nothing was written again"),
            (false, false) => Ok(()),
        }
    }

    fn commands(&self) -> Result<Vec<Command>> {
        let mut commands = Vec::new();
        if let Some(text) = &self.note {
            commands.push(log::Command::Note { text: text.clone() }.into());
        }
        for json in &self.command {
            commands.push(serde_json::from_str(json).with_context(|| format!("--command {json:?} is no command"))?);
        }
        if let Some(path) = &self.file {
            let text = std::fs::read_to_string(path).with_context(|| format!("{} cannot be read", path.display()))?;
            for (index, line) in text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
                let number = index.saturating_add(1);
                let read = serde_json::from_str(line);
                commands.push(read.with_context(|| format!("{}, line {number}, is no command", path.display()))?);
            }
        }
        if commands.is_empty() {
            bail!("nothing to write: give --note, --command or --file");
        }
        Ok(commands)
    }
}

/// Says on standard error what in the texts looks like personal data, without repeating it.
fn warn(result: Option<&v1::WriteResult>) {
    for v1::Warning { field, looks_like } in result.into_iter().flat_map(|result| &result.warnings) {
        let word = v1::LooksLike::try_from(*looks_like).ok().and_then(|wire| LooksLike::try_from(wire).ok());
        let what = word.map_or("personal data", LooksLike::word);
        eprintln!("warning: {field} looks as if it held personal data ({what}); it stands on the record for good");
    }
}

fn read_json<T: serde::de::DeserializeOwned>(path: &std::path::Path) -> Result<T> {
    let text = std::fs::read_to_string(path).with_context(|| format!("{} cannot be read", path.display()))?;
    serde_json::from_str(&text).with_context(|| format!("{} is not what it should be", path.display()))
}
