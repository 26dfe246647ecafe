//! `muster dispatch`: have a communication sent by e-mail or post, and see what came of it.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, anyhow};
use clap::{Args, Subcommand};
use muster_proto::v1;
use muster_record::ids::IncidentId;

use super::{logging, say};
use crate::cli::Calling;
use crate::client;

/// Options of `muster dispatch`.
#[derive(Debug, Args)]
pub(crate) struct Dispatch {
    #[command(subcommand)]
    what: What,
    #[command(flatten)]
    calling: Calling,
}

#[derive(Debug, Subcommand)]
enum What {
    /// Send a communication that your agency issued; asked again, nobody is sent it twice
    Send {
        /// The incident
        incident: IncidentId,
        /// The communication's number: 3 for C3
        communication: u32,
        /// A file with recipients: e-mail addresses one a line, or postal addresses with an empty line between them
        recipients: PathBuf,
    },
    /// Show what came of what your agency had sent
    List {
        /// The incident
        incident: IncidentId,
    },
}

/// Recipients sent to in one request.
const AT_A_TIME: usize = 20;

impl Dispatch {
    pub(crate) async fn run(&self) -> Result<()> {
        logging::quiet()?;
        let mut dispatches = self.calling.client().await?.dispatches;
        let told = |status: tonic::Status| anyhow!(client::told(&status));
        match &self.what {
            What::Send { incident, communication, recipients } => {
                for part in read(recipients)?.chunks(AT_A_TIME) {
                    let request = v1::SendCommunicationRequest {
                        incident_id: incident.to_string(),
                        communication: *communication,
                        recipients: part.to_vec(),
                    };
                    let sent = dispatches.send_communication(request).await.map_err(told)?.into_inner().dispatches;
                    sent.iter().try_for_each(|dispatch| say(drawn(dispatch)))?;
                }
                Ok(())
            }
            What::List { incident } => {
                let request = v1::ListDispatchesRequest { incident_id: incident.to_string() };
                let sent = dispatches.list_dispatches(request).await.map_err(told)?.into_inner().dispatches;
                sent.iter().try_for_each(|dispatch| say(drawn(dispatch)))
            }
        }
    }
}

fn read(file: &Path) -> Result<Vec<v1::Recipient>> {
    let text = std::fs::read_to_string(file).with_context(|| format!("{} cannot be read", file.display()))?;
    let mut recipients = Vec::new();
    for block in text.split("\n\n") {
        let lines: Vec<String> =
            block.lines().map(|line| line.trim().to_owned()).filter(|line| !line.is_empty()).collect();
        if lines.iter().all(|line| line.contains('@')) {
            let emails = lines.into_iter().map(v1::recipient::To::Email);
            recipients.extend(emails.map(|to| v1::Recipient { to: Some(to) }));
        } else {
            let to = v1::recipient::To::Letter(v1::PostalAddress { lines });
            recipients.push(v1::Recipient { to: Some(to) });
        }
    }
    Ok(recipients)
}

fn drawn(dispatch: &v1::Dispatch) -> String {
    let v1::Dispatch { reference, communication, channel, state, notify_id, answer, at: _ } = dispatch;
    let more = if answer.is_empty() { notify_id } else { answer };
    format!("C{communication}  {channel}  {state}  {reference}  {more}")
}
