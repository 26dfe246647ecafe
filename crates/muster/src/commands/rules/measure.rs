//! `muster rules bench`: time and fuel of one evaluation, case by case.

use anyhow::{Context as _, Result};
use clap::Args;

use super::at_hand::{AtHand, load};
use crate::authoring::examining::with_settings;
use crate::authoring::{host, measuring, shown::share};
use crate::commands::{logging, say};

/// Options of `muster rules bench`.
#[derive(Debug, Args)]
pub(crate) struct Measure {
    #[command(flatten)]
    at_hand: AtHand,
    /// Only this case
    #[arg(long, value_name = "NAME")]
    case: Option<String>,
    /// Evaluations of each case
    #[arg(long, default_value_t = 200, value_parser = clap::value_parser!(u32).range(1..))]
    times: u32,
}

impl Measure {
    pub(crate) async fn run(&self) -> Result<()> {
        logging::quiet()?;
        let built = self.at_hand.built()?;
        let host = host()?;
        let rule_set = load(&host, &built)?;
        say(format_args!(
            "{} bytes; {} evaluations of each case, each in a fresh instance",
            built.bytes.len(),
            self.times
        ))?;
        say("       p50         p99          fuel     share   memory  case")?;
        for case in self.at_hand.cases(self.case.as_deref())? {
            let situation = case.situation(&rule_set, &built.file).await?;
            let set = with_settings(&rule_set, &case.settings()?)?;
            let measured = measuring::measure(&set, &situation, self.times).with_context(|| case.name.clone())?;
            let (p50, p99) = (measured.p50.as_micros(), measured.p99.as_micros());
            let share = share(measured.fuel, host.limits().fuel);
            let kib = measured.memory / 1024;
            say(format_args!("{p50:>7} µs  {p99:>7} µs  {:>12}  {share:>8}  {kib:>5}K  {}", measured.fuel, case.name))?;
        }
        say("share: of the fuel that a call may use on the server. Fuel is the same on every machine; time is not.")
    }
}
