//! `muster keys`: the keys that wrap people's keys, and the one that the server signs with, kept apart from the store.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};
use clap::{Args, Subcommand};
use muster_seal::{Bound, KeyId, KeyRing, Wrapped};
use muster_store::{OutboundWrite, Store, StoredWebhook, WebhookKey, WrappedKey, WrappedPayloadKey, Write};

use super::say;
use crate::key_file;
use crate::surroundings::random_bytes;

mod signing;

/// Options of `muster keys`.
#[derive(Debug, Args)]
pub(crate) struct Keys {
    #[command(subcommand)]
    what: What,
    /// The key file
    #[arg(long, global = true, env = "MUSTER_KEY_FILE", default_value = "people.keys", value_name = "FILE")]
    file: PathBuf,
}

#[derive(Debug, Subcommand)]
enum What {
    /// The key that the server signs checkpoints and exports with
    #[command(subcommand)]
    Signing(signing::Signing),
    /// Make a key file with one new key, for its owner alone
    New,
    /// The names of the keys in the file, the oldest first
    List,
    /// Put a new key at the end of the file and wrap with it every key of a person and of an entry; no server may be using
    /// the store
    Rotate {
        /// The store's file
        #[arg(long, env = "MUSTER_DATA", default_value = "muster.db", value_name = "FILE")]
        data: PathBuf,
    },
    /// Take a key out of the file: what older backups hold under it can never be read again
    Drop {
        /// The key's name
        key: String,
        /// The store's file, which may not need the key any more; no server may be using it
        #[arg(long, env = "MUSTER_DATA", default_value = "muster.db", value_name = "FILE")]
        data: PathBuf,
    },
}

/// Keys wrapped anew in one transaction.
const PAGE: usize = 1000;

impl Keys {
    pub(crate) fn run(&self) -> Result<()> {
        match &self.what {
            What::Signing(signing) => signing.run(),
            What::New => {
                let id = key_file::make(&self.file)?;
                say(format_args!("{}: the key {}", self.file.display(), id.as_str()))?;
                say(
                    "name it in the configuration ([personal_data] key_file), and keep a copy apart from the store's backups",
                )
            }
            What::List => {
                for id in key_file::read(&self.file)?.ids() {
                    say(id.as_str())?;
                }
                Ok(())
            }
            What::Rotate { data } => self.rotate(data),
            What::Drop { key, data } => self.drop_key(key, data),
        }
    }

    fn rotate(&self, data: &Path) -> Result<()> {
        let mut store = open(data)?;
        let (id, key) = key_file::fresh()?;
        let ring = key_file::read(&self.file)?.with(id.clone(), key);
        // The file first: whatever happens then, every wrapping is under a key that it holds.
        key_file::replace(&self.file, &ring)?;
        let people = rewrap_people(&mut store, &ring)?;
        let entries = rewrap_entries(&mut store, &ring)?;
        let webhooks = rewrap_webhooks(&mut store, &ring)?;
        store.commit(&[Write::DropSnapshots])?;
        let (file, id) = (self.file.display(), id.as_str());
        say(format_args!("{file}: the key {id} wraps the keys of {people} people and {entries} entries"))?;
        if webhooks > 0 {
            say(format_args!("and of {webhooks} webhooks"))?;
        }
        if !store.has_erased() {
            say("another program reads the store: the old wrappings are gone from it at the next start")?;
        }
        store.close();
        say("the keys before it are still in the file, for backups; `muster keys drop` takes one out")
    }

    fn drop_key(&self, key: &str, data: &Path) -> Result<()> {
        let ring = key_file::read(&self.file)?;
        let Some(id) = KeyId::parse(key).filter(|id| ring.ids().any(|known| known == id)) else {
            bail!("{} has no key {key}", self.file.display());
        };
        if ring.ids().count() == 1 {
            bail!("{key} is the only key: `muster keys rotate` makes another");
        }
        let in_use = open(data)?.readers().keys_in_use()?;
        if let Some((_, wraps)) = in_use.iter().find(|(name, _)| name == key) {
            bail!("{wraps} keys of people and entries are wrapped with {key}: `muster keys rotate` wraps them anew");
        }
        key_file::replace(&self.file, &ring.without(&id))?;
        say(format_args!("{key} is gone from {}; destroy the copies of it too", self.file.display()))
    }
}

fn open(data: &Path) -> Result<Store> {
    if !data.exists() {
        bail!("there is no store {}", data.display());
    }
    Ok(Store::open(data, random_bytes())?)
}

/// Wraps every person's key with the newest key of the ring, and says how many there are.
fn rewrap_people(store: &mut Store, ring: &KeyRing) -> Result<usize> {
    let (readers, mut people) = (store.readers(), 0_usize);
    let mut after = None;
    loop {
        let at = after.as_ref().map(|last: &WrappedKey| (&last.incident, last.person));
        let page = readers.person_keys(at, PAGE)?;
        let anew: Result<Vec<Write>> =
            page.iter().map(|kept| Ok(Write::Rewrap(person_wrapped_anew(ring, kept)?))).collect();
        if page.is_empty() {
            return Ok(people);
        }
        store.commit(&anew?)?;
        people = people.saturating_add(page.len());
        after = page.into_iter().next_back();
    }
}

/// The same for the keys of what entries say.
fn rewrap_entries(store: &mut Store, ring: &KeyRing) -> Result<usize> {
    let (readers, mut entries) = (store.readers(), 0_usize);
    let mut after = None;
    loop {
        let at = after.as_ref().map(|last: &WrappedPayloadKey| (&last.incident, last.seq));
        let page = readers.payload_keys(at, PAGE)?;
        let anew = page.iter().map(|kept| {
            let WrappedPayloadKey { incident, seq, key, wrapped } = kept;
            let to = Bound::Payload { incident, seq: *seq };
            let (key, wrapped) = wrapped_anew(ring, to, key, wrapped)
                .with_context(|| format!("the key of entry {seq} of incident {incident}"))?;
            Ok(Write::RewrapPayload(WrappedPayloadKey { key, wrapped, ..kept.clone() }))
        });
        let anew = anew.collect::<Result<Vec<Write>>>()?;
        if page.is_empty() {
            return Ok(entries);
        }
        store.commit(&anew)?;
        entries = entries.saturating_add(page.len());
        after = page.into_iter().next_back();
    }
}

/// The same for the secrets of webhooks, of which there are few.
fn rewrap_webhooks(store: &mut Store, ring: &KeyRing) -> Result<usize> {
    let anew = store.readers().webhooks(None)?.into_iter().map(|StoredWebhook { webhook, key, .. }| {
        let number = webhook.number;
        let (key, wrapped) = wrapped_anew(ring, Bound::Webhook { number }, &key.key, &key.wrapped)
            .with_context(|| format!("the secret of webhook {number}"))?;
        Ok(Write::Outbound(OutboundWrite::Rewrap { webhook: number, key: WebhookKey { key, wrapped } }))
    });
    let anew = anew.collect::<Result<Vec<Write>>>()?;
    if !anew.is_empty() {
        store.commit(&anew)?;
    }
    Ok(anew.len())
}

fn person_wrapped_anew(ring: &KeyRing, kept: &WrappedKey) -> Result<WrappedKey> {
    let WrappedKey { incident, person, key, wrapped } = kept;
    let to = Bound::Identity { incident, person: *person, version: 0 };
    let (key, wrapped) =
        wrapped_anew(ring, to, key, wrapped).with_context(|| format!("the key of {person} of incident {incident}"))?;
    Ok(WrappedKey { key, wrapped, ..kept.clone() })
}

/// A wrapped key under the newest key of the ring: its name, and the wrapping.
fn wrapped_anew(ring: &KeyRing, to: Bound<'_>, key: &str, wrapped: &[u8]) -> Result<(String, Vec<u8>)> {
    let with = KeyId::parse(key).context("it is wrapped with a key of no good name")?;
    let unwrapped = ring.unwrap(to, &Wrapped { with, bytes: wrapped.to_vec() })?;
    let nonce = std::array::from_fn({
        let (first, second) = (random_bytes(), random_bytes());
        move |place| first.iter().chain(&second).nth(place).copied().unwrap_or_default()
    });
    let Wrapped { with, bytes } = ring.wrap(to, nonce, &unwrapped).context("the key file is empty")?;
    Ok((with.as_str().to_owned(), bytes))
}
