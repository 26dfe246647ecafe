//! `muster rules inspect`: what a component is, wants, offers and rests on.

use std::collections::BTreeMap;

use anyhow::Result;
use clap::Args;
use muster_record::advice::{Citation, Provenance};
use muster_record::ids::hex;

use super::at_hand::{AtHand, load};
use crate::authoring::examining::with_settings;
use crate::authoring::{host, inspecting};
use crate::commands::{logging, say};

/// Options of `muster rules inspect`.
#[derive(Debug, Args)]
pub(crate) struct Inspect {
    #[command(flatten)]
    at_hand: AtHand,
}

impl Inspect {
    pub(crate) async fn run(&self) -> Result<()> {
        logging::quiet()?;
        let built = self.at_hand.built()?;
        say(format_args!("file       {}", built.file.display()))?;
        say(format_args!("size       {} bytes", built.bytes.len()))?;
        say(format_args!("sha256     {}", hex(&muster_record::entry::Hash::of(&built.bytes).0)))?;
        // Told before it is loaded, so that one that will not do shows why.
        let world = inspecting::world(&built.bytes)?;
        say(format_args!("imports    {}", listed(&world.imports)))?;
        say(format_args!("exports    {}", listed(&world.exports)))?;
        let host = host()?;
        let rule_set = load(&host, &built)?;
        let is = rule_set.description();
        say(format_args!("name       {} {}", is.name, is.version))?;
        say(format_args!("title      {}", is.title))?;
        say(format_args!("source     {}", is.source))?;
        say(format_args!("review due {}", is.review_due.as_deref().unwrap_or("not said")))?;
        let kinds: Vec<String> = is.concerns.iter().map(ToString::to_string).collect();
        say(format_args!("concerns   {}", listed(&kinds)))?;
        say(format_args!("reads      {}", listed(&is.facts)))?;
        let needs: Vec<String> = is.asks.needs.iter().map(ToString::to_string).collect();
        say(format_args!("is shown   {}", listed(&needs)))?;
        let gives: Vec<String> = is.asks.gives.iter().map(ToString::to_string).collect();
        say(format_args!("may give   {}", listed(&gives)))?;
        say("settings")?;
        for line in is.settings_schema.lines() {
            say(format_args!("  {line}"))?;
        }
        let mut clauses: BTreeMap<(String, Provenance), String> = BTreeMap::new();
        let cases = self.at_hand.cases(None)?;
        for case in &cases {
            let situation = case.situation(&rule_set, &built.file).await?;
            let set = with_settings(&rule_set, &case.settings()?)?;
            let advice = set.advise(&situation).outcome?;
            for Citation { clause, words, provenance } in advice.items.iter().flat_map(|item| item.cites()) {
                clauses.insert((clause.clone(), *provenance), words.clone());
            }
        }
        say(format_args!("clauses    cited in {} cases; there may be more", cases.len()))?;
        for ((clause, provenance), words) in &clauses {
            say(format_args!("  {clause} ({provenance}): {words:?}"))?;
        }
        Ok(())
    }
}

fn listed(words: &[String]) -> String {
    if words.is_empty() { "nothing".to_owned() } else { words.join(", ") }
}
