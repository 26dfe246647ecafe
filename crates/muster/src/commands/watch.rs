//! `muster watch`: follows incidents live, and resumes after every break without gap or repetition.

use std::path::PathBuf;
use std::time::Duration;

use anyhow::Result;
use clap::Args;
use muster_proto::v1;
use muster_proto::v1::watch_request::Scope;
use muster_proto::v1::watch_response::Event;
use muster_record::evidence::key::PublicKey;
use muster_record::ids::IncidentId;
use muster_record::time::Instant;
use muster_record::timeline;
use tonic::Code;

use super::{logging, say};
use crate::cli::Calling;
use crate::client;
use crate::dev_certs::Folder;
use crate::witnessing::{Stopped, Witnessing};

/// Options of `muster watch`.
#[derive(Debug, Args)]
pub(crate) struct Watch {
    /// The incident; all that you may see where absent
    incident: Option<IncidentId>,
    /// End when everything there is has been shown
    #[arg(long)]
    until_now: bool,
    /// Be a witness: keep the last checkpoint of each record in this file, check each new one, and stop on an alarm
    #[arg(long, value_name = "FILE")]
    witness: Option<PathBuf>,
    /// The server's public key, had by another way: `ed25519:...`
    #[arg(long, value_name = "PUBLIC-KEY", requires = "witness")]
    key: Option<PublicKey>,
    #[command(flatten)]
    calling: Calling,
}

/// How long to wait before connecting again: doubled each time, up to the most.
const FIRST_WAIT: Duration = Duration::from_millis(200);
const LONGEST_WAIT: Duration = Duration::from_secs(10);

impl Watch {
    pub(crate) async fn run(&self) -> Result<()> {
        logging::quiet()?;
        let witness = self.witness.as_ref().map(|path| Witnessing::open(path, self.key)).transpose()?;
        let mut place = Place { resume: Vec::new(), day: None, witness };
        let mut wait = FIRST_WAIT;
        loop {
            match self.follow(&mut place, &mut wait).await {
                Ok(()) => return Ok(()),
                Err(Broken::For(error)) => return Err(error),
                Err(Broken::Restored(why)) => {
                    eprintln!("muster: {why}\nmuster: what was shown may be lost; from the first entry again:");
                    place.begin_again();
                }
                Err(Broken::Passing(why)) => {
                    eprintln!("muster: {why}; resuming in {:.1} s", wait.as_secs_f32());
                    tokio::time::sleep(wait).await;
                    wait = wait.saturating_mul(2).min(LONGEST_WAIT);
                }
            }
        }
    }

    async fn follow(&self, place: &mut Place, wait: &mut Duration) -> Result<(), Broken> {
        let folder = Folder(self.calling.certs.clone());
        let connected = self.calling.client().await;
        let mut client = match connected {
            Ok(client) => client,
            Err(error) if folder.ca().exists() => return Err(Broken::Passing(format!("{error:#}"))),
            Err(error) => return Err(Broken::For(error)),
        };
        let scope = match &self.incident {
            Some(id) => Scope::IncidentId(id.to_string()),
            None => Scope::AllVisible(v1::AllVisible {}),
        };
        let bookmark_seconds = 5;
        let resume_from = place.resume.clone().into();
        let request = v1::WatchRequest { scope: Some(scope), resume_from, include_snapshot: false, bookmark_seconds };
        if let Some(witness) = &mut place.witness
            && let Some(told) = witness.meet(&mut client).await?
        {
            eprintln!("muster: {told}");
        }
        let mut stream = client.records.watch(request).await.map_err(|status| broken(&status))?.into_inner();
        while let Some(response) = stream.message().await.map_err(|status| broken(&status))? {
            *wait = FIRST_WAIT;
            match response.event {
                Some(Event::Changes(changes)) => {
                    if let Some(witness) = &mut place.witness {
                        witness.see(&changes)?;
                    }
                    place.show(&changes).map_err(Broken::For)?;
                }
                Some(Event::Checkpoint(checkpoint)) => {
                    if let Some(witness) = &mut place.witness {
                        witness.hear(&mut client, &checkpoint).await?;
                    }
                }
                Some(Event::Bookmark(_)) if self.until_now => return Ok(()),
                Some(Event::AccessEnded(ended)) if self.incident.is_none() => {
                    say(format_args!("your agency no longer has a seat in {}", ended.incident_id))
                        .map_err(Broken::For)?;
                }
                Some(Event::AccessEnded(_)) => {
                    return Err(Broken::For(anyhow::anyhow!("your agency no longer has a seat in this incident")));
                }
                Some(Event::Bookmark(_) | Event::Snapshot(_)) | None => (),
            }
            place.resume = response.resume.to_vec();
        }
        Err(Broken::Passing("the server ended the stream".to_owned()))
    }
}

/// Why a watch broke off.
enum Broken {
    /// For a passing reason: it is resumed.
    Passing(String),
    /// The store was put back from a backup that ends before the place to go on from.
    Restored(String),
    /// For good.
    For(anyhow::Error),
}

impl From<Stopped> for Broken {
    fn from(stopped: Stopped) -> Self {
        match stopped {
            Stopped::Passing(why) => Self::Passing(why),
            Stopped::Alarm { .. } | Stopped::Failed(_) => Self::For(anyhow::anyhow!("WITNESS: {stopped}")),
        }
    }
}

fn broken(status: &tonic::Status) -> Broken {
    let told = client::told(status);
    if client::reason(status).as_deref() == Some("REVISION_COMPACTED") {
        return Broken::Restored(told);
    }
    let passing = [Code::Unavailable, Code::Aborted, Code::Unknown, Code::Cancelled, Code::ResourceExhausted];
    if passing.contains(&status.code()) { Broken::Passing(told) } else { Broken::For(anyhow::anyhow!(told)) }
}

/// What was shown so far.
struct Place {
    resume: Vec<u8>,
    day: Option<Instant>,
    witness: Option<Witnessing>,
}

impl Place {
    fn begin_again(&mut self) {
        self.resume.clear();
        if let Some(witness) = &mut self.witness {
            witness.begin_again();
        }
    }

    fn show(&mut self, changes: &v1::ChangeSet) -> Result<()> {
        for entry in &changes.entries {
            let line = muster_proto::entry::line(entry);
            let text = timeline::one(&line, self.day);
            say(text.trim_end_matches('\n'))?;
            self.day = Some(line.at);
        }
        Ok(())
    }
}
