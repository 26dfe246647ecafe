//! `muster dev-idp`: an access token for a made-up person, signed with the development key, or a link that signs them in.

use std::net::SocketAddr;
use std::path::PathBuf;

use anyhow::Result;
use clap::Args;
use muster_record::agency::Office;
use muster_record::ids::AgencyId;
use muster_record::rights::Role;

use super::say;
use crate::dev_certs::Folder;
use crate::dev_idp::{self, Signed};
use crate::dev_links;

/// Options of `muster dev-idp`.
#[derive(Debug, Args)]
pub(crate) struct DevIdp {
    /// The agency of the person
    #[arg(long, env = "MUSTER_AGENCY", default_value = "e08000026")]
    agency: AgencyId,
    /// Their staff id, which stands on what they write
    #[arg(long, value_name = "ID")]
    person: String,
    /// Their roles, separated by commas; see docs/identity.md
    #[arg(long, value_delimiter = ',', value_name = "ROLES", required = true)]
    roles: Vec<Role>,
    /// The offices they may act for, separated by commas
    #[arg(long, value_delimiter = ',', value_name = "OFFICES")]
    offices: Vec<Office>,
    /// Minutes for which the token is good
    #[arg(long, default_value_t = 15, value_parser = clap::value_parser!(u64).range(1..=24 * 60))]
    minutes: u64,
    /// Print a link that signs them in to the console once, within ten minutes, in place of the token
    #[arg(long)]
    link: bool,
    /// Where the console listens, for the link
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:7444")]
    console: SocketAddr,
    /// The folder of development certificates, where the key is
    #[arg(long, env = "MUSTER_CERTS", default_value = "muster-dev", value_name = "FOLDER")]
    certs: PathBuf,
}

impl DevIdp {
    pub(crate) fn run(&self) -> Result<()> {
        let folder = Folder(self.certs.clone());
        std::fs::create_dir_all(&self.certs)?;
        dev_idp::make(&folder)?;
        let signed = Signed {
            agency: self.agency.clone(),
            person: self.person.clone(),
            roles: self.roles.iter().copied().collect(),
            offices: self.offices.iter().copied().collect(),
            minutes: self.minutes,
        };
        say(if self.link {
            dev_links::make(&folder, self.console, &signed, "/")?
        } else {
            dev_idp::sign(&folder, &signed)?
        })
    }
}
