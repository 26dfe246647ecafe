//! `muster rules run`: what a rule set says of one case, as a person reads it.

use anyhow::Result;
use clap::Args;
use muster_record::time::uk_day_and_time;

use super::at_hand::{AtHand, load};
use crate::authoring::examining::with_settings;
use crate::authoring::{host, shown, watching::Watched};
use crate::commands::{logging, say};

/// Options of `muster rules run`.
#[derive(Debug, Args)]
pub(crate) struct Run {
    #[command(flatten)]
    at_hand: AtHand,
    /// The case; every one where absent
    #[arg(long, value_name = "NAME")]
    case: Option<String>,
    /// Build and run again at each save
    #[arg(long)]
    watch: bool,
}

impl Run {
    pub(crate) async fn run(&self) -> Result<()> {
        logging::quiet()?;
        if !self.watch {
            return self.once().await;
        }
        let watched = Watched::begin(&self.at_hand.folder)?;
        loop {
            if let Err(problem) = self.once().await {
                say(format_args!("{problem:#}"))?;
            }
            say("waits for a save")?;
            tokio::task::block_in_place(|| watched.until_saved())?;
        }
    }

    async fn once(&self) -> Result<()> {
        let built = self.at_hand.built()?;
        let host = host()?;
        let rule_set = load(&host, &built)?;
        for case in self.at_hand.cases(self.case.as_deref())? {
            let situation = case.situation(&rule_set, &built.file).await?;
            let set = with_settings(&rule_set, &case.settings()?)?;
            say(format_args!("== {}: {} on {}", case.name, situation.title, uk_day_and_time(situation.as_of)))?;
            say(shown::told(&set.advise(&situation)))?;
        }
        Ok(())
    }
}
