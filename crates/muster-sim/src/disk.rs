//! A disk that remembers what was promised and what was only written.
//!
//! Of each file it holds two images: what a process reads (`current`, the page cache) and what is left after a power
//! cut (`durable`), with what was written in between. A sync moves the one to the other. The folder is kept the same
//! way: a file that was made or removed may be gone, or back, until the folder is synced.

use std::cell::RefCell;
use std::collections::BTreeMap;

use crate::dice::Dice;
use crate::locks::Locks;

mod crash;
mod faults;

pub use crash::Tear;
pub use faults::{Counts, Faults};

/// What is written at once, or not.
pub const SECTOR: usize = 512;

/// Why an operation failed. SQLite is told the like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trouble {
    /// The process or the machine is gone.
    Dead,
    /// There is no such file.
    Missing,
    /// The disk is full.
    Full,
    /// The operation failed.
    Failed,
}

/// A file.
#[derive(Debug, Clone, Default)]
struct File {
    /// After a power cut.
    durable: Vec<u8>,
    /// To who reads it now.
    current: Vec<u8>,
    /// What stands between the two, in order.
    pending: Vec<Pending>,
}

#[derive(Debug, Clone)]
enum Pending {
    Write { at: usize, bytes: Vec<u8> },
    Cut { length: usize },
}

/// What was done to the folder and not synced.
#[derive(Debug)]
enum Change {
    Made { name: String },
    Removed { name: String, file: File },
}

/// The disk of this thread's machine.
#[derive(Debug)]
pub struct Disk {
    files: BTreeMap<String, File>,
    folder: Vec<Change>,
    /// Who holds which file: gone with the process.
    pub(crate) locks: Locks,
    dead: bool,
    dice: Dice,
    /// Whether what stands beside a write in its sector is safe when the write is lost.
    powersafe: bool,
    /// How many files are open.
    open: i64,
    handles: u64,
    /// Which sync failed last: the file, and how many operations that change something had been done.
    pub last_failed_sync: Option<(String, u64)>,
    /// What is to go wrong.
    pub faults: Faults,
    /// What was done, and what went wrong.
    pub counts: Counts,
}

thread_local! {
    static DISK: RefCell<Disk> = RefCell::new(Disk::new(0, true));
}

/// Does something with the disk of this thread.
pub fn with<T>(act: impl FnOnce(&mut Disk) -> T) -> T {
    DISK.with_borrow_mut(act)
}

impl Disk {
    /// An empty disk.
    pub fn new(seed: u64, powersafe: bool) -> Self {
        Self {
            files: BTreeMap::new(),
            folder: Vec::new(),
            locks: Locks::default(),
            dead: false,
            dice: Dice::new(seed),
            powersafe,
            open: 0,
            handles: 0,
            last_failed_sync: None,
            faults: Faults::default(),
            counts: Counts::default(),
        }
    }

    /// Whether the disk promises that a lost write harms nothing beside it.
    pub fn is_powersafe(&self) -> bool {
        self.powersafe
    }

    /// Whether nothing is done any more, until the machine or the process is started again.
    pub fn is_dead(&self) -> bool {
        self.dead
    }

    /// How long a file is now.
    pub fn length(&self, name: &str) -> Option<usize> {
        self.files.get(name).map(|file| file.current.len())
    }

    pub(crate) fn next_handle(&mut self) -> u64 {
        self.handles = self.handles.saturating_add(1);
        self.handles
    }

    /// Counts who has files open.
    pub(crate) fn holds(&mut self, more: i64) {
        self.open = self.open.saturating_add(more);
    }

    /// A file of SQLite's own goes.
    pub(crate) fn forget(&mut self, name: &str) {
        self.files.remove(name);
    }

    pub(crate) fn open(&mut self, name: &str, may_make: bool) -> Result<(), Trouble> {
        self.alive()?;
        if self.files.contains_key(name) {
            return Ok(());
        }
        if !may_make {
            return Err(Trouble::Missing);
        }
        self.changes()?;
        self.files.insert(name.to_owned(), File::default());
        self.folder.push(Change::Made { name: name.to_owned() });
        self.done()
    }

    pub(crate) fn remove(&mut self, name: &str, sync: bool) -> Result<(), Trouble> {
        self.alive()?;
        if !self.files.contains_key(name) {
            return Err(Trouble::Missing);
        }
        self.changes()?;
        if let Some(file) = self.files.remove(name) {
            self.folder.push(Change::Removed { name: name.to_owned(), file });
        }
        if sync {
            self.folder.clear();
        }
        self.done()
    }

    /// Reads so many bytes, fewer at the end of the file.
    pub(crate) fn read(&mut self, name: &str, at: usize, into: &mut [u8]) -> Result<usize, Trouble> {
        self.alive()?;
        self.reads()?;
        let file = self.files.get(name).ok_or(Trouble::Missing)?;
        let rest = file.current.get(at..).unwrap_or_default();
        let length = rest.len().min(into.len());
        if let (Some(into), Some(from)) = (into.get_mut(..length), rest.get(..length)) {
            into.copy_from_slice(from);
        }
        Ok(length)
    }

    pub(crate) fn write(&mut self, name: &str, at: usize, bytes: &[u8]) -> Result<(), Trouble> {
        self.alive()?;
        self.changes()?;
        let end = at.saturating_add(bytes.len());
        if self.is_full() && self.length(name).is_some_and(|length| end > length) {
            self.counts.full = self.counts.full.saturating_add(1);
            return Err(Trouble::Full);
        }
        let file = self.files.get_mut(name).ok_or(Trouble::Missing)?;
        put(&mut file.current, at, bytes);
        file.pending.push(Pending::Write { at, bytes: bytes.to_vec() });
        self.done()
    }

    pub(crate) fn cut(&mut self, name: &str, length: usize) -> Result<(), Trouble> {
        self.alive()?;
        self.changes()?;
        let file = self.files.get_mut(name).ok_or(Trouble::Missing)?;
        file.current.resize(length, 0);
        file.pending.push(Pending::Cut { length });
        self.done()
    }

    pub(crate) fn sync(&mut self, name: &str, with_folder: bool) -> Result<(), Trouble> {
        self.alive()?;
        self.changes()?;
        if self.sync_fails() {
            self.lose(name);
            return Err(Trouble::Failed);
        }
        let file = self.files.get_mut(name).ok_or(Trouble::Missing)?;
        for pending in file.pending.drain(..) {
            match pending {
                Pending::Write { at, bytes } => put(&mut file.durable, at, &bytes),
                Pending::Cut { length } => file.durable.resize(length, 0),
            }
        }
        if with_folder {
            self.folder.clear();
        }
        self.done()
    }

    fn alive(&self) -> Result<(), Trouble> {
        if self.dead { Err(Trouble::Dead) } else { Ok(()) }
    }
}

/// Puts bytes into an image, which grows where they go past its end.
fn put(image: &mut Vec<u8>, at: usize, bytes: &[u8]) {
    let end = at.saturating_add(bytes.len());
    if image.len() < end {
        image.resize(end, 0);
    }
    if let Some(into) = image.get_mut(at..end) {
        into.copy_from_slice(bytes);
    }
}
