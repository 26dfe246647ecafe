//! `muster rules test`: a rule set's cases, through the server's own projection, and what every rule set has to keep.

use anyhow::{Result, bail};
use clap::Args;

use super::at_hand::{AtHand, load};
use crate::authoring::examining::{self, Asked, Examined, Golden};
use crate::authoring::{host, watching::Watched};
use crate::commands::{logging, say};

/// A tenth of what the server gives a call: a rule set that needs more on a test case will not do on a large failure.
const FUEL: u64 = 100_000_000;

/// Options of `muster rules test`.
#[derive(Debug, Args)]
pub(crate) struct Test {
    #[command(flatten)]
    at_hand: AtHand,
    /// Only this case
    #[arg(long, value_name = "NAME")]
    case: Option<String>,
    /// Take what it says now for what is expected, and write it to advice.json
    #[arg(long)]
    update: bool,
    /// Build and test again at each save
    #[arg(long)]
    watch: bool,
    /// Fuel that one evaluation may use
    #[arg(long, default_value_t = FUEL)]
    fuel: u64,
}

impl Test {
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
        let golden = if self.update { Golden::Updated } else { Golden::Compared };
        let asked = Asked { fuel: self.fuel, golden };
        let mut all = Vec::new();
        for case in self.at_hand.cases(self.case.as_deref())? {
            let examined = match case.situation(&rule_set, &built.file).await {
                Ok(situation) => examining::case(&case, &rule_set, &situation, asked)?,
                Err(error) => {
                    let problems = vec![format!("{error:#}")];
                    Examined { what: case.name.clone(), problems, note: String::new() }
                }
            };
            all.push(shown(examined)?);
        }
        if self.case.is_none() {
            for examined in examining::settings(&self.at_hand.folder, &rule_set)? {
                all.push(shown(examined)?);
            }
        }
        let failed = all.iter().filter(|examined| !examined.problems.is_empty()).count();
        match (all.len(), failed) {
            (0, _) => bail!("there is nothing to test: put a case into tests/, as docs/writing-a-rule-set.md says"),
            (count, 0) => {
                say(format_args!("{} {}: {count} passed", rule_set.description().name, rule_set.description().version))
            }
            (count, failed) => bail!("{failed} of {count} failed"),
        }
    }
}

fn shown(examined: Examined) -> Result<Examined> {
    let Examined { what, problems, note } = &examined;
    if problems.is_empty() {
        say(format_args!("ok      {what}: {note}"))?;
    }
    for problem in problems {
        say(format_args!("FAILED  {what}: {}", problem.trim_end()))?;
    }
    Ok(examined)
}
