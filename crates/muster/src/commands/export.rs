//! `muster export`: an incident as a file that proves itself, as your agency sees it.

use std::io::Write as _;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, anyhow};
use clap::Args;
use muster_proto::v1;
use muster_record::ids::IncidentId;

use super::{logging, say};
use crate::cli::Calling;
use crate::client::{self, Client};
use crate::dev_certs::Folder;
use crate::verifying::{self, Against};

/// Options of `muster export`.
#[derive(Debug, Args)]
pub(crate) struct Export {
    /// The incident
    incident: IncidentId,
    /// The file to write, which must not be there yet
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
    #[command(flatten)]
    calling: Calling,
}

impl Export {
    pub(crate) async fn run(&self) -> Result<()> {
        logging::quiet()?;
        let folder = Folder(self.calling.certs.clone());
        let client = Client::from_folder(self.calling.server, &folder, &self.calling.agency).await?;
        write(client, &self.incident, &self.out).await?;
        let checked = verifying::bundle(&self.out, &Against::default())?;
        for line in checked.told {
            say(line)?;
        }
        say(format_args!("{}: check it with `muster verify {0} --key PUBLIC-KEY`", self.out.display()))
    }
}

/// Takes an export from the server into a file that is there only when it is whole.
///
/// # Errors
/// What the server refused, or why the file could not be written.
pub(crate) async fn write(mut client: Client, incident: &IncidentId, out: &Path) -> Result<()> {
    if out.exists() {
        return Err(anyhow!("{} is there already; an export is not written over", out.display()));
    }
    let request = v1::ExportIncidentRequest { incident_id: incident.to_string() };
    let told = |status: tonic::Status| anyhow!(client::told(&status));
    let mut stream = client.records.export_incident(request).await.map_err(told)?.into_inner();
    let folder = out.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or_else(|| Path::new("."));
    let failed = || format!("{} cannot be written", out.display());
    let mut file = tempfile::NamedTempFile::new_in(folder).with_context(failed)?;
    while let Some(v1::ExportIncidentResponse { chunk }) = stream.message().await.map_err(told)? {
        file.write_all(&chunk).with_context(failed)?;
    }
    file.as_file().sync_all().with_context(failed)?;
    file.persist_noclobber(out).with_context(failed)?;
    Ok(())
}
