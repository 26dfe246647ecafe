//! A witness on the command line: keeps the last checkpoint of each record in a file, and shouts when one cannot be.
//!
//! Each checkpoint is held against the key, against the one that was kept (with a proof from the server), and against
//! the entries that this stream showed.

use std::collections::BTreeMap;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};
use muster_proto::{entry, evidence, time, v1};
use muster_record::entry::Domain;
use muster_record::evidence::checkpoint::Signed;
use muster_record::evidence::key::PublicKey;
use muster_record::evidence::witness::{Alarm, Beside, Shown, Witness, check_growth};
use muster_record::ids::{IncidentId, Seq};
use thiserror::Error;
use tonic::{Code, Status};

use crate::client::{self, Client};

/// Somebody who keeps checkpoints in a file.
pub struct Witnessing {
    path: PathBuf,
    witness: Witness,
    /// The records that this stream showed from their first entry on.
    shown: BTreeMap<IncidentId, Shown>,
}

/// Why a witness stops.
#[derive(Debug, Error)]
pub enum Stopped {
    /// Something cannot be unless somebody changed the record, the server or its key.
    #[error("{alarm}\n  both checkpoints are in {}\n  what to do: {TO_DO}", .beside.display())]
    Alarm {
        /// What.
        alarm: Alarm,
        /// Where the kept and the new checkpoint were written.
        beside: PathBuf,
    },
    /// The proof could not be had for now: the watch is resumed, and the checkpoint comes again.
    #[error("the proof could not be had: {0}")]
    Passing(String),
    /// The file could not be written, or what the server sent is no checkpoint.
    #[error(transparent)]
    Failed(#[from] anyhow::Error),
}

/// What to do about an alarm.
const TO_DO: &str = "tell the operator and every agency with a seat, by telephone; write nothing that rests on this \
                     record until the kept checkpoints of all agencies were compared";

impl Witnessing {
    /// Begins with what the file keeps; with nothing where there is no file yet. A key that is given has to be the one
    /// that the file names.
    ///
    /// # Errors
    /// When the file cannot be read, or names another key.
    pub fn open(path: &Path, key: Option<PublicKey>) -> Result<Self> {
        let mut witness = match std::fs::read_to_string(path) {
            Ok(text) => Witness::read(&text).with_context(|| format!("{} is no witness's file", path.display()))?,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Witness::default(),
            Err(error) => return Err(error).with_context(|| format!("{} cannot be read", path.display())),
        };
        if let (Some(kept), Some(given)) = (&witness.key, &key)
            && kept != given
        {
            bail!("{} was kept with the key {kept}, and {given} was given", path.display());
        }
        witness.key = witness.key.or(key);
        Ok(Self { path: path.to_owned(), witness, shown: BTreeMap::new() })
    }

    /// Compares the server's key with the kept one; takes it where none was kept, and says so.
    ///
    /// # Errors
    /// [`Alarm::OtherKey`], or that the server signs nothing.
    pub async fn meet(&mut self, client: &mut Client) -> Result<Option<String>, Stopped> {
        let info = client.info.get_server_info(v1::GetServerInfoRequest {}).await.map_err(|status| passing(&status))?;
        let Some(key) = info.into_inner().signing_key else {
            return Err(anyhow::anyhow!("this server signs nothing, so there is nothing to be a witness of").into());
        };
        let key: PublicKey = key.text.parse().map_err(anyhow::Error::from)?;
        match self.witness.key {
            Some(kept) if kept == key => Ok(None),
            Some(kept) => Err(self.alarm(Alarm::OtherKey { kept: kept.id(), now: key.id() }, None)),
            None => {
                self.witness.key = Some(key);
                self.save()?;
                Ok(Some(format!("the server signs with {key}; compare this with its operator by another way")))
            }
        }
    }

    /// Takes in what the stream showed.
    ///
    /// # Errors
    /// An alarm, when an entry does not follow from those before.
    pub fn see(&mut self, changes: &v1::ChangeSet) -> Result<(), Stopped> {
        for entry in &changes.entries {
            let Some((incident, seq)) = entry.incident_id.parse().ok().zip(Some(Seq(entry.seq))) else { continue };
            let shown = match self.shown.get_mut(&incident) {
                Some(shown) => shown,
                // Whoever got its seat late is not shown the beginning, and cannot work out the root by itself.
                None if seq == Seq(1) => self.shown.entry(incident.clone()).or_insert_with(|| Shown::of(incident)),
                None => continue,
            };
            let at = entry.recorded_at.as_ref().and_then(time::read_time);
            let hashes = entry::read_hash(&entry.commitment).zip(entry::read_hash(&entry.hash));
            let Some((at, (commitment, hash))) = at.zip(hashes) else {
                return Err(anyhow::anyhow!("entry {} came without time, commitment or hash", entry.seq).into());
            };
            if let Err(alarm) = shown.take(Domain::of_exercise(entry.exercise), seq, at, commitment, hash) {
                return Err(self.alarm(alarm, None));
            }
        }
        Ok(())
    }

    /// Is shown everything from the first entry on, again. What was kept is kept, and held against what comes.
    pub fn begin_again(&mut self) {
        self.shown.clear();
    }

    /// Checks a checkpoint, and keeps it.
    ///
    /// # Errors
    /// [`Stopped`].
    pub async fn hear(&mut self, client: &mut Client, wire: &v1::Checkpoint) -> Result<(), Stopped> {
        let signed = evidence::read_checkpoint(wire).map_err(anyhow::Error::from)?;
        match self.held(client, &signed).await? {
            Ok(()) => {
                self.witness.keep(signed);
                Ok(self.save()?)
            }
            Err(alarm) => Err(self.alarm(alarm, Some(&signed))),
        }
    }

    /// The checkpoint that was kept of an incident.
    pub fn kept(&self, incident: &IncidentId) -> Option<&Signed> {
        self.witness.kept(incident)
    }

    async fn held(&mut self, client: &mut Client, signed: &Signed) -> Result<Result<(), Alarm>, Stopped> {
        let incident = &signed.checkpoint.origin.incident;
        let beside = match self.witness.look(signed) {
            Ok(beside) => beside,
            Err(alarm) => return Ok(Err(alarm)),
        };
        if let (Beside::Grown { from }, Some(kept)) = (beside, self.witness.kept(incident)) {
            let request = v1::GetConsistencyProofRequest {
                incident_id: incident.to_string(),
                old_size: from,
                new_size: signed.checkpoint.root.size,
            };
            let hashes = match client.records.get_consistency_proof(request).await {
                Ok(proof) => evidence::read_proof(&proof.into_inner().hashes).unwrap_or_default(),
                // What is no proof proves nothing, and a server that cannot prove it has another history.
                Err(status) if matches!(status.code(), Code::OutOfRange | Code::DataLoss) => Vec::new(),
                Err(status) => return Err(passing(&status)),
            };
            if let Err(alarm) = check_growth(kept, signed, &hashes) {
                return Ok(Err(alarm));
            }
        }
        Ok(self.shown.get_mut(incident).map_or(Ok(()), |shown| shown.hold(signed)))
    }

    /// Puts the kept and the new checkpoint where they are not written over: together they are the evidence.
    fn alarm(&self, alarm: Alarm, new: Option<&Signed>) -> Stopped {
        let beside = with_ending(&self.path, "alarm");
        let new = new.map_or_else(String::new, |signed| format!("\n# and this came:\n{}", signed.note()));
        let text = format!("# {alarm}\n# This was kept:\n{}{new}", self.witness.text());
        match write(&beside, &text) {
            Ok(()) => Stopped::Alarm { alarm, beside },
            Err(error) => Stopped::Failed(error.context(alarm)),
        }
    }

    fn save(&self) -> Result<()> {
        write(&self.path, &self.witness.text())
    }
}

fn passing(status: &Status) -> Stopped {
    Stopped::Passing(client::told(status))
}

fn with_ending(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".");
    name.push(ending);
    PathBuf::from(name)
}

/// Writes a file whole or not at all: a witness that loses its file has seen nothing.
fn write(path: &Path, text: &str) -> Result<()> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or_else(|| Path::new("."));
    let failed = || format!("{} cannot be written", path.display());
    let mut file = tempfile::NamedTempFile::new_in(folder).with_context(failed)?;
    file.write_all(text.as_bytes()).with_context(failed)?;
    file.as_file().sync_all().with_context(failed)?;
    file.persist(path).with_context(failed)?;
    Ok(())
}
