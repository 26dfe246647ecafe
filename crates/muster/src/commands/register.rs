//! `muster register`: importing published files, and asking what they say.

use anyhow::Result;
use clap::{Args, Subcommand};

use super::logging;
use crate::cli::Calling;
use crate::client::Client;

mod ask;
mod import;
mod shown;

/// Options of `muster register`.
#[derive(Debug, Args)]
pub(crate) struct Register {
    #[command(subcommand)]
    what: What,
    #[command(flatten)]
    calling: Calling,
}

#[derive(Debug, Subcommand)]
enum What {
    /// Import a file: the regulator's directory, figures of capacity, or any plain file with a map of its columns
    Import(import::Import),
    /// How much the register holds, and how old it is
    Show,
    /// Find services
    Services(ask::Services),
    /// Services of which something gives concern, and why
    AtRisk(ask::AtRisk),
    /// Who could take the place of a provider or a service
    Replacements(ask::Replacements),
    /// What hangs on one brand or provider, authority by authority
    Exposure(ask::Exposure),
    /// The local authorities of a day
    Authorities(ask::Authorities),
    /// Which agency stands, on a day, where another stood before
    Agency(ask::Agency),
}

impl Register {
    pub(crate) async fn run(&self) -> Result<()> {
        logging::quiet()?;
        match &self.what {
            What::Import(import) => import.run(|| self.client()).await,
            What::Show => ask::show(self.client().await?).await,
            What::Services(services) => services.run(self.client().await?).await,
            What::AtRisk(at_risk) => at_risk.run(self.client().await?).await,
            What::Replacements(replacements) => replacements.run(self.client().await?).await,
            What::Exposure(exposure) => exposure.run(self.client().await?).await,
            What::Authorities(authorities) => authorities.run(self.client().await?).await,
            What::Agency(agency) => agency.run(self.client().await?).await,
        }
    }

    async fn client(&self) -> Result<Client> {
        self.calling.client().await
    }
}
