//! `muster bench pieces`: what each piece of a call takes by itself, on a large incident.

use std::hint::black_box;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, Result, anyhow};
use clap::Args;
use muster_coordinator::Surroundings as _;
use muster_exercise::Cast;
use muster_proto::entry::write_entry;
use muster_record::agency::{Agency, AgencyKind};
use muster_record::entry::{Domain, Hash, Sealed};
use muster_record::evidence::tree::{Frontier, check_inclusion, prove_inclusion};
use muster_record::ids::Seq;
use muster_record::incident::log;
use muster_record::situation::Grants;
use muster_record::visible::{Reader, Seen};
use muster_record::{Author, Command, Entry, Incident};
use prost::Message as _;

use super::super::exercise::{free, silent};
use super::super::{logging, say};
use super::asking::open;
use super::figures::now;
use super::large::Large;
use crate::config::{RuleSetsConfig, development_agencies};
use crate::dev_certs::SYSTEM;
use crate::play::Stage;
use crate::surroundings::{Moved, System};
use crate::{replaying, serving};

/// Options of `muster bench pieces`.
#[derive(Debug, Args)]
pub(super) struct Pieces {
    /// People on the list
    #[arg(long, default_value_t = 200)]
    people: u32,
    /// Entries on the record, at least
    #[arg(long, default_value_t = 2_000)]
    entries: u64,
    /// Milliseconds for which each piece is done over and over
    #[arg(long, default_value_t = 300)]
    millis: u64,
}

/// The rule set whose look is timed: the one that looks at people most.
const RULE_SET: &str = "emergency-closure";

impl Pieces {
    pub(super) async fn run(&self) -> Result<()> {
        logging::quiet()?;
        let (council, record) = self.record().await?;
        let entries: Vec<Entry> = record.iter().map(Sealed::open).collect::<Result<_, _>>()?;
        let whole = fold(&record, &entries)?;
        let at = whole.recorded_at;
        let domain = Domain::of_exercise(true);
        say(format_args!("| a piece, on {} people and {} entries | takes |\n|---|---|", self.people, record.len()))?;

        let author = Author::system(council.id.clone(), SYSTEM);
        let note = "a note of the length that a loggist would write in a hurry".to_owned();
        let command: Command = log::Command::Note { text: note }.into();
        self.time("decide a note", || whole.decide(at, &author, at, &command))?;
        let (last, sealed) = (entries.last().context("no entry")?, record.last().context("no entry")?);
        let mut grows = whole.clone();
        self.time("apply it", || grows.apply(last, sealed.hash))?;
        self.time("fold the whole record", || fold(&record, &entries))?;
        self.time("write a fact as JSON", || serde_json::to_string(&last.fact))?;
        self.time("write the whole fold as JSON, as a snapshot does", || serde_json::to_string(&whole))?;
        self.time("seal an entry: commitment and hash", || last.seal(domain, Hash::NONE, [7; 16]))?;
        let before = record.iter().rev().nth(1).map_or(Hash::NONE, |sealed| sealed.hash);
        self.time("verify an entry against the one before", || sealed.verify(domain, last.seq, before))?;
        let seen = Seen::Whole(Box::new(last.clone()));
        let wire = || write_entry(&whole.id, &seen, sealed.hash, sealed.commitment, domain);
        self.time("convert an entry into its message", wire)?;
        let message = wire();
        self.time("encode that message", || message.encode_to_vec())?;
        let hashes: Vec<Hash> = record.iter().map(|sealed| sealed.hash).collect();
        let root = || {
            let mut tree = Frontier::default();
            hashes.iter().for_each(|hash| tree.push(*hash));
            tree.root()
        };
        self.time("Merkle root of the whole record", root)?;
        let (middle, root) = (Seq(hashes.len().div_ceil(2).try_into()?), root());
        self.time("prove that an entry is in it", || prove_inclusion(&hashes, middle))?;
        let proof = prove_inclusion(&hashes, middle)?;
        let hash = hashes.get(hashes.len().div_ceil(2).saturating_sub(1)).copied().context("no entry")?;
        self.time("check that proof", || check_inclusion(root, middle, hash, &proof))?;
        let reader = Reader::of(council.id);
        self.time("what the lead may see: its access", || whole.access(&reader, at))?;
        self.time("project the situation", || whole.situation(at))?;
        let (host, situation) = (serving::host()?, whole.situation(at));
        let shipped = muster_shipped::SHIPPED.iter().find(|shipped| shipped.name == RULE_SET).context("not shipped")?;
        let loaded = host.load(shipped.component, "").map_err(|error| anyhow!("{error}"))?;
        let asks = Grants::everything().of(&loaded.description().asks);
        let stood = whole.advising.restings(&RULE_SET.parse()?);
        let look = || loaded.advise_within(&situation, &asks, &stood);
        self.time(&format!("lower it, have {RULE_SET} look in a fresh instance, lift its advice"), look)?;
        // The same rules over nearly nothing: what is left is the call itself.
        let small = fold(record.get(..2).context("no record")?, &entries)?.situation(at);
        let look = || loaded.advise_within(&small, &asks, &Default::default());
        self.time("the same of an incident that was only opened", look)
    }

    /// What one takes, at the median of batches that are done for as long as was asked.
    fn time<T>(&self, what: &str, mut piece: impl FnMut() -> T) -> Result<()> {
        let began = now();
        black_box(piece());
        let once = began.elapsed().max(Duration::from_nanos(20));
        // As many together as take about a millisecond: the clock itself takes some of what is timed.
        let together = u32::try_from(Duration::from_millis(1).as_nanos() / once.as_nanos()).unwrap_or(1).max(1);
        let (until, mut took) = (now() + Duration::from_millis(self.millis), Vec::new());
        while took.len() < 3 || now() < until {
            let began = now();
            for _ in 0..together {
                black_box(piece());
            }
            took.push(began.elapsed() / together);
        }
        took.sort_unstable();
        let median = took.get(took.len() / 2).copied().unwrap_or_default();
        let told = if median < Duration::from_micros(10) {
            format!("{} ns", median.as_nanos())
        } else {
            format!("{} µs", median.as_micros())
        };
        say(format_args!("| {what} | {told} |"))
    }

    /// A large record, made over the wire and read back from its store.
    async fn record(&self) -> Result<(Agency, Vec<Sealed>)> {
        let of_kind = |kind: AgencyKind| development_agencies().into_iter().find(|agency| agency.kind == kind);
        let council = of_kind(AgencyKind::Council).context("no council")?;
        let region = of_kind(AgencyKind::Region).context("no region")?;
        let cast = [("council", &council), ("region", &region)]
            .map(|(alias, agency)| Cast { alias: alias.to_owned(), agency: agency.clone() });
        let none = RuleSetsConfig { shipped: Some(Vec::new()), ..RuleSetsConfig::default() };
        let stage = Stage::set(&cast, Arc::new(Moved::at(System.now())), none, free(), silent()).await?;
        let id = open(&mut stage.client("council")?, stage.serving.coordinator().now()).await?;
        Large { people: self.people, entries: self.entries }.fill(&stage, &id, &council, &region).await?;
        let folder = stage.close().await?;
        let readers = replaying::open(&folder.path().join("muster.db"), Some(&folder.path().join("people.keys")))?;
        let stored = readers.entries(&id.parse()?, Seq(0), usize::MAX >> 1)?;
        Ok((council, stored.into_iter().map(|stored| stored.sealed).collect()))
    }
}

fn fold(record: &[Sealed], entries: &[Entry]) -> Result<Incident> {
    let mut both = entries.iter().zip(record);
    let (first, sealed) = both.next().context("no entry")?;
    let mut incident = Incident::begin(first, sealed.hash)?;
    for (entry, sealed) in both {
        incident.apply(entry, sealed.hash);
    }
    Ok(incident)
}
