//! `muster demo`: an emergency closure on a real server, as a watching client sees it.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};

use anyhow::{Result, anyhow};
use clap::Args;
use muster_record::time::Instant;
use muster_record::timeline::{self, Line};

use super::exercise::{free, silent};
use super::serve::{A_SHIFT, told_to_stop};
use super::{logging, say};
use crate::config::{Listen, RuleSetsConfig};
use crate::dev_certs::Folder;
use crate::play::{self, Played, Stage};
use crate::{dev_idp, dev_links};
use muster_exercise::{self as exercise, Script};

/// The closure that is played: the same file that the tests play.
const CLOSURE: &str = include_str!("../../../../tests/exercises/rosebank-closes.exercise");

/// The region that a server which stays has too: the same file that the tests play.
const REGION: &str = include_str!("../../../../tests/exercises/region-of-five.exercise");

/// Options of `muster demo`.
#[derive(Debug, Args)]
pub(crate) struct Demo {
    /// Keep the server running afterwards, to look further
    #[arg(long)]
    serve: bool,
    /// Where the API listens; a free port where absent
    #[arg(long, value_name = "ADDRESS")]
    listen: Option<SocketAddr>,
    /// Where the console listens; a free port where absent
    #[arg(long, value_name = "ADDRESS")]
    console: Option<SocketAddr>,
}

impl Demo {
    pub(crate) async fn run(&self) -> Result<()> {
        logging::quiet()?;
        let script = parsed(CLOSURE)?;
        let clock = play::beginning(&script)?;
        let Listen { api, people, probes } = free();
        // Only a server that stays has people to listen to.
        let people = if self.serve { Some(self.console.unwrap_or(probes)) } else { people };
        let listen = Listen { api: self.listen.unwrap_or(api), people, probes };
        let (mut cast, mut shipped) = (script.agencies.clone(), script.rule_sets.clone());
        if self.serve {
            let region = parsed(&region_by_evening())?;
            // All that ship, where either plays with all.
            shipped = shipped.zip(region.rule_sets).map(|(one, other)| one.into_iter().chain(other).collect());
            cast.extend(region.agencies);
        }
        let stage =
            Stage::set(&cast, clock, RuleSetsConfig { shipped, ..RuleSetsConfig::default() }, listen, silent()).await?;
        self.introduce(&stage, &script)?;
        let played = play::play(&stage, &script, Arc::new(printer())).await?;
        say(format_args!("\n{}", played.report.trim_end()))?;
        self.further(&stage, &played)?;
        if self.serve {
            self.go_on(&stage).await?;
            stage.clock.run_on();
            told_to_stop().await?;
            say("stopping")?;
        }
        stage.serving.stop().await
    }

    /// Opens another closure and leaves it in the middle of its first day, so that there is something to do, and says
    /// how to look at it.
    async fn go_on(&self, stage: &Stage) -> Result<()> {
        let (script, of_region) = (parsed(&in_the_middle())?, parsed(&region_by_evening())?);
        let region = play::play(stage, &of_region, Arc::new(|_| ())).await?;
        let opened = play::play(stage, &script, Arc::new(|_| ())).await?;
        let Some(console) = stage.serving.people() else { return Ok(()) };
        say(
            "\nThe console: Larch Court, which closes within 72 hours, in the middle of its first day. Each link signs in",
        )?;
        say("once, within ten minutes; the browser warns of the certificate, which this server made up for itself.")?;
        let certs = Folder(stage.folder().to_owned());
        let page = format!("/incidents/{}", opened.incident);
        for cast in &script.agencies {
            let link = dev_links::make(&certs, console, &dev_idp::on_duty(&cast.agency, A_SHIFT), &page)?;
            say(format_args!("  {:<30} {link}", cast.agency.title))?;
        }
        let Some(id) = region.named.get("region") else { return Ok(()) };
        say("\nAnd the region: Careful Hands, which stops in five authorities, the evening before; as")?;
        for cast in of_region.agencies.iter().filter(|cast| AT_THE_REGION.contains(&cast.alias.as_str())) {
            let signed = dev_idp::on_duty(&cast.agency, A_SHIFT);
            let link = dev_links::make(&certs, console, &signed, &format!("/regions/{id}"))?;
            say(format_args!("  {:<30} {link}", cast.agency.title))?;
        }
        Ok(())
    }

    fn introduce(&self, stage: &Stage, script: &Script) -> Result<()> {
        say(format_args!("MUSTER DEMONSTRATION (an exercise; all of it is invented): {}", script.title))?;
        say(format_args!("A real server on {}, one client for each agency over mutual TLS:", stage.serving.api()))?;
        for cast in &script.agencies {
            say(format_args!("  {:<10} {} ({})", cast.agency.id, cast.agency.title, cast.agency.kind))?;
        }
        let rule_sets = stage.serving.coordinator().rule_sets();
        let names: Vec<String> = rule_sets.installed().keys().map(ToString::to_string).collect();
        say(format_args!("Rule sets, each in its own sandbox: {}. They advise; people decide.", names.join(", ")))?;
        say("What follows is the record as a watching client is sent it, in UK time.\n")
    }

    fn further(&self, stage: &Stage, played: &Played) -> Result<()> {
        let (id, address, folder) = (&played.incident, stage.serving.api(), stage.folder().display());
        if !self.serve {
            return say(
                "\nThe demonstration ends here and its server stops. To look further, keep it running with:\n  \
                 cargo run --release -- demo --serve",
            );
        }
        let (as_council, as_region) = ("e08000026", "wm-adass");
        let calling = format!("--server {address} --certs {folder}");
        say("\nThe server keeps running; end it with Ctrl-C. In another terminal:")?;
        say(format_args!("  cargo run --release -- watch {id} {calling} --as {as_council}"))?;
        say(format_args!("  cargo run --release -- show report {id} {calling} --as {as_region}"))?;
        say(format_args!("  cargo run --release -- show proposals {id} {calling} --as {as_council}"))?;
        say(format_args!("  cargo run --release -- show why {id} 1 {calling} --as {as_council}"))?;
        say("or, with another client of gRPC:")?;
        let tls = format!("--cacert {folder}/ca.pem --cert {folder}/{as_council}.pem --key {folder}/{as_council}.key");
        let port = address.port();
        say(format_args!(
            "  buf curl {tls} --protocol grpc -d '{{\"incident_id\":\"{id}\"}}' https://localhost:{port}/muster.v1.IncidentService/GetSituationReport"
        ))?;
        let tls = format!("-cacert {folder}/ca.pem -cert {folder}/{as_council}.pem -key {folder}/{as_council}.key");
        say(format_args!("  grpcurl {tls} localhost:{port} list muster.v1.RecordService"))
    }
}

/// Those who have a seat in the regional incident, by their short names.
const AT_THE_REGION: [&str; 3] = ["adass", "coventry", "birmingham"];

fn parsed(script: &str) -> Result<Script> {
    exercise::parse(script).map_err(|problems| anyhow!("the demonstration: {problems}"))
}

/// The region the day before, up to the evening on which some have a carer for the night and some have not; two of its
/// councils have a seat in the regional incident too.
fn region_by_evening() -> String {
    let until = REGION.split_inclusive('\n').take_while(|line| !line.starts_with("at 20:00"));
    let script: String = until.collect();
    // Who is on the stage already keeps what it is there: another council takes the place of one, and the provider has
    // another short name.
    let renamed = [
        ("solihull", "dudley"),
        ("Solihull", "Dudley"),
        ("e08000029", "e08000027"),
        ("agency provider     = careful-hands", "agency hands        = careful-hands"),
        ("adass and provider as operational", "adass and hands as operational"),
        ("          provider  joins", "          hands     joins"),
        ("care stops day 2", "care stops day 5"),
        ("care stops day 1", "care stops day 4"),
        ("start 2024-03-04", "start 2024-04-10"),
    ];
    let script = renamed.into_iter().fold(script, |script, (was, is)| script.replace(was, is));
    format!(
        "{script}\nat 18:30  adass       invites coventry and birmingham as operational\n          coventry    turns to region\n\
         \x20         coventry    joins\n          birmingham  turns to region\n          birmingham  joins\n"
    )
}

/// The closure once more, of another home five weeks later, up to where its people have nowhere to go yet.
fn in_the_middle() -> String {
    let until = CLOSURE.split_inclusive('\n').take_while(|line| !line.starts_with("at 17:30"));
    let script: String = until.collect();
    let renamed = [
        ("Rosebank House", "Larch Court"),
        ("rosebank-house", "larch-court"),
        ("start 2024-03-04", "start 2024-04-11"),
    ];
    renamed.into_iter().fold(script, |script, (was, is)| script.replace(was, is))
}

/// Prints each line as it is seen, with a heading where the day changes.
fn printer() -> impl Fn(&Line) + Send + Sync {
    let day: Mutex<Option<Instant>> = Mutex::new(None);
    move |line| {
        let mut day = day.lock().unwrap_or_else(PoisonError::into_inner);
        // Nobody reads any more: the play goes on to its end all the same.
        drop(say(timeline::one(&shortened(line), *day).trim_end_matches('\n')));
        *day = Some(line.at);
    }
}

/// The new or withdrawn items of each look that a first reader is shown; `show timeline` has them all.
const SHOWN: usize = 3;

/// A line with at most so many further lines besides those that say something else than before, and how many more there are.
fn shortened(line: &Line) -> Line {
    let further: Vec<&str> = line.text.lines().skip(1).collect();
    let mut others = 0_usize;
    let is_shown = |said: &&&str| {
        let is_revised = said.trim_start().starts_with('~');
        others = others.saturating_add(usize::from(!is_revised));
        is_revised || others <= SHOWN
    };
    let shown: Vec<&str> = further.iter().filter(is_shown).copied().collect();
    let more = further.len().saturating_sub(shown.len());
    if more <= 1 {
        return line.clone();
    }
    let first = line.text.lines().next().unwrap_or_default();
    let text = format!("{first}\n{}\n  … and {more} more", shown.join("\n"));
    Line { text, ..line.clone() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_left_on_the_stage_can_be_read_and_nobody_has_two_kinds() {
        let all = [CLOSURE.to_owned(), in_the_middle(), region_by_evening()].map(|script| parsed(&script).unwrap());
        let cast: Vec<_> = all.iter().flat_map(|script| &script.agencies).collect();
        for one in &cast {
            for other in cast.iter().filter(|other| other.agency.id == one.agency.id) {
                assert_eq!(other.agency.kind, one.agency.kind, "{}", one.agency.id);
            }
            let same_name = cast.iter().filter(|other| other.alias == one.alias);
            assert!(same_name.into_iter().all(|other| other.agency.id == one.agency.id), "{}", one.alias);
        }
        assert!(AT_THE_REGION.iter().all(|name| all[2].agencies.iter().any(|cast| cast.alias == *name)));
    }

    #[test]
    fn what_says_something_else_than_before_is_always_shown() {
        let said =
            "advice on entry 9\n  + a\n  + b\n  + c\n  + d\n  + e\n  ~ the duty is engaged (yes)\n  - proposal 3";
        let line = Line { seq: 10, at: Instant::default(), who: "[rules]".to_owned(), text: said.to_owned() };
        let expected = "advice on entry 9\n  + a\n  + b\n  + c\n  ~ the duty is engaged (yes)\n  … and 3 more";
        assert_eq!(shortened(&line).text, expected);
    }
}
