//! `muster dev-certs`: a development authority and certificates, in a folder.

use std::path::PathBuf;

use anyhow::Result;
use clap::Args;
use muster_record::ids::AgencyId;

use super::say;
use crate::config::development_agencies;
use crate::dev_certs::Folder;

/// Options of `muster dev-certs`.
#[derive(Debug, Args)]
pub(crate) struct DevCerts {
    /// The folder to write
    #[arg(long, env = "MUSTER_CERTS", default_value = "muster-dev", value_name = "FOLDER")]
    certs: PathBuf,
    /// An agency that gets a certificate; those of `serve --dev` where none is named
    #[arg(long = "agency", value_name = "AGENCY")]
    agencies: Vec<AgencyId>,
}

impl DevCerts {
    pub(crate) fn run(&self) -> Result<()> {
        let folder = Folder(self.certs.clone());
        let known = development_agencies();
        let agencies: Vec<&AgencyId> = if self.agencies.is_empty() {
            known.iter().map(|agency| &agency.id).collect()
        } else {
            self.agencies.iter().collect()
        };
        folder.write(agencies.iter().copied())?;
        say(format_args!("{}: authority; server.pem, server.key", folder.ca().display()))?;
        for agency in agencies {
            say(format_args!("{}: a system of {agency}", folder.certificate(agency.as_str()).display()))?;
        }
        say("for development only; good for 90 days")
    }
}
