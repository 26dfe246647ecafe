//! The register in memory: read once at the start, changed by imports one after another, and asked as a whole.
//!
//! What is asked is answered from one register, whatever is imported meanwhile: an import puts a
//! new one in its place after the store has it.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, PoisonError, RwLock};

use chrono::NaiveDate;
use muster_record::entry::Hash;
use muster_record::ids::AgencyId;
use muster_record::time::uk_date;
use muster_register::plan::{Change, Header, Placed, Planned};
use muster_register::row::{Agency, Successor};
use muster_register::{Import, Known, Register, Report, Row};
use muster_store::{Reads, RegisterChange, RegisterWrite, StoredImport, StoredRow};
use thiserror::Error;
use tokio::sync::{Mutex, OwnedMutexGuard};

use crate::coordinator::Coordinator;
use crate::directory::Directory;
use crate::error::{AppendError, QueryError};
use crate::job::Job;

/// How the register is kept.
#[derive(Debug, Clone)]
pub struct RegisterParts {
    /// The agencies that may import.
    pub maintained_by: BTreeSet<AgencyId>,
    /// Days after which what a service said of its places is stale.
    pub stale_after_days: u32,
}

/// A file to import, read into rows.
#[derive(Debug, Clone)]
pub struct ImportAsk {
    /// The caller's agency.
    pub agency: AgencyId,
    /// The caller's system.
    pub system: String,
    /// What the file is of.
    pub header: Header,
    /// The hash of the file.
    pub digest: Hash,
    /// Say what would be changed, and change nothing.
    pub dry_run: bool,
    /// The rows.
    pub rows: Vec<Placed>,
}

/// What became of an import.
#[derive(Debug, Clone)]
pub struct Imported {
    /// What it changed, would change, or why it changed nothing.
    pub report: Report,
    /// Its number; none where it was not kept.
    pub number: Option<u64>,
}

/// Why an import did not happen.
#[derive(Debug, Error)]
pub enum ImportError {
    /// The caller's agency does not maintain the register.
    #[error("this agency does not maintain the register")]
    NotMaintainer,
    /// Another import is under way.
    #[error("another import is under way; send this one again when it has ended")]
    UnderWay,
    /// It could not be kept, or nobody knows whether it was. The same again settles it.
    #[error(transparent)]
    Write(#[from] AppendError),
}

/// The one turn to import. The next may begin when it is dropped.
#[derive(Debug)]
pub struct Turn {
    _held: OwnedMutexGuard<()>,
}

pub(crate) struct Shelf {
    register: RwLock<Arc<Register>>,
    turn: Arc<Mutex<()>>,
    /// Whether the store may hold an import that is not in memory.
    is_behind: AtomicBool,
    parts: RegisterParts,
}

impl Shelf {
    /// Reads the register.
    pub(crate) fn read(parts: RegisterParts, readers: &dyn Reads, directory: &Directory) -> Result<Self, QueryError> {
        let register = RwLock::new(Arc::new(load(&parts, readers, directory)?));
        Ok(Self { register, turn: Arc::default(), is_behind: AtomicBool::new(false), parts })
    }

    /// Reads the register once more: another server changed it.
    pub(crate) fn read_again(&self, readers: &dyn Reads, directory: &Directory) -> Result<(), QueryError> {
        self.put(load(&self.parts, readers, directory)?);
        Ok(())
    }

    fn get(&self) -> Arc<Register> {
        Arc::clone(&self.register.read().unwrap_or_else(PoisonError::into_inner))
    }

    fn put(&self, register: Register) {
        *self.register.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(register);
    }
}

impl Coordinator {
    /// What is known now.
    pub fn register(&self) -> Arc<Register> {
        self.shelf.get()
    }

    /// The day in the UK.
    pub fn today(&self) -> NaiveDate {
        uk_date(self.now())
    }

    /// Whether an agency may import.
    pub fn maintains_register(&self, agency: &AgencyId) -> bool {
        self.shelf.parts.maintained_by.contains(agency)
    }

    /// Takes the turn to import, before any row is taken in: the rows of one import fill enough memory.
    ///
    /// # Errors
    /// When the agency may not, or another import is under way.
    pub fn begin_import(&self, agency: &AgencyId) -> Result<Turn, ImportError> {
        if !self.maintains_register(agency) {
            return Err(ImportError::NotMaintainer);
        }
        Arc::clone(&self.shelf.turn)
            .try_lock_owned()
            .map(|held| Turn { _held: held })
            .map_err(|_| ImportError::UnderWay)
    }

    /// Imports a file: all of it, or none.
    ///
    /// # Errors
    /// When the store did not keep it, or cannot be read. What is wrong with rows is in the report.
    pub async fn import(&self, turn: Turn, ask: ImportAsk) -> Result<Imported, ImportError> {
        if self.shelf.is_behind.load(Ordering::Acquire) {
            self.shelf.put(load(&self.shelf.parts, &*self.readers, self.directory()).map_err(AppendError::from)?);
            self.shelf.is_behind.store(false, Ordering::Release);
        }
        let (register, today, now) = (self.register(), self.today(), self.now());
        let ImportAsk { agency, system, header, digest, dry_run, rows } = ask;
        // Comparing 55,000 rows takes a core for a while, which other calls are not to wait for.
        let compared = tokio::task::spawn_blocking(move || {
            let planned = register.plan(&header, today, rows);
            let number = register.imports().last().map_or(1, |last| last.number.saturating_add(1));
            (register, header, planned, number)
        });
        let (register, header, planned, number) = compared.await.map_err(|_| AppendError::Stopping)?;
        let Planned { report, changes } = planned;
        if dry_run || !report.errors.is_empty() {
            return Ok(Imported { report, number: None });
        }
        let Header { source, as_at, covers } = header;
        let kept = report.clone();
        let import = Import { number, source, as_at, covers, digest, at: now, agency, system, report: kept };
        let write = stored(&import, &changes).map_err(QueryError::from).map_err(AppendError::from)?;
        if let Err(error) = self.ask_writer(Job::Register(Box::new(write))).await {
            self.shelf.is_behind.store(true, Ordering::Release);
            return Err(error.into());
        }
        let next = tokio::task::spawn_blocking(move || register.with(&changes, Some(import)));
        self.shelf.put(next.await.map_err(|_| AppendError::Stopping)?);
        drop(turn);
        Ok(Imported { report, number: Some(number) })
    }
}

fn stored(import: &Import, changes: &[Change]) -> serde_json::Result<RegisterWrite> {
    let Import { number, source, as_at, covers, digest, at, agency, system, report } = import;
    let changes = changes.iter().map(|change| {
        Ok(match change {
            Change::Put(Known { row, source }) => RegisterChange::Put(StoredRow {
                kind: row.kind().to_string(),
                code: row.code().to_owned(),
                source: source.to_string(),
                row: serde_json::to_string(row)?,
            }),
            Change::Remove(kind, code) => RegisterChange::Remove { kind: kind.to_string(), code: code.clone() },
        })
    });
    let import = StoredImport {
        number: *number,
        source: source.to_string(),
        as_at: *as_at,
        covers: covers.to_string(),
        digest: *digest,
        at: *at,
        agency: agency.clone(),
        system: system.clone(),
        report: serde_json::to_string(report)?,
    };
    Ok(RegisterWrite { import, changes: changes.collect::<serde_json::Result<_>>()? })
}

/// How many imports are read: more than are made in a lifetime of monthly and daily files.
pub(crate) const IMPORTS: usize = 100_000;

fn load(parts: &RegisterParts, readers: &dyn Reads, directory: &Directory) -> Result<Register, QueryError> {
    let unreadable = |what: &str| QueryError::Register { what: what.to_owned() };
    let mut known: Vec<Known> = directory.iter().filter_map(|agency| configured(&agency)).collect();
    for StoredRow { kind, code, source, row } in readers.register_rows()? {
        let row: Row = serde_json::from_str(&row)?;
        let source = source.parse().map_err(|_| unreadable(&source))?;
        if row.kind().word() != kind || row.code() != code {
            return Err(unreadable(&format!("{kind} {code}")));
        }
        known.push(Known { row, source });
    }
    let mut imports = Vec::new();
    for stored in readers.register_imports(0, IMPORTS)? {
        let StoredImport { number, source, as_at, covers, digest, at, agency, system, report } = stored;
        let source = source.parse().map_err(|_| unreadable(&source))?;
        let covers = covers.parse().map_err(|_| unreadable(&covers))?;
        let report = serde_json::from_str(&report)?;
        imports.push(Import { number, source, as_at, covers, digest, at, agency, system, report });
    }
    Ok(Register::new(known, imports, parts.stale_after_days))
}

/// An agency of the configuration, with its successors, as the register has agencies.
fn configured(agency: &muster_record::agency::Agency) -> Option<Known> {
    let muster_record::agency::Agency { id, kind, title, successors } = agency;
    let successors = successors.iter().map(|successor| {
        let muster_record::agency::Succession { agency, from } = successor;
        Some(Successor { code: agency.as_str().parse().ok()?, from: *from })
    });
    let row = Agency {
        code: id.as_str().parse().ok()?,
        name: title.clone(),
        kind: *kind,
        successors: successors.collect::<Option<_>>()?,
    };
    Some(Known { row: row.into(), source: "configuration".parse().ok()? })
}
