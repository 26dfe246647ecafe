//! Ending, by force or as it should, and starting again.

use muster_store::{OpenError, Store};

use super::{FILE, LOG, PATIENCE, World};
use crate::disk::{self, Disk, Tear};
use crate::violation::{Invariant, Violation};

impl World {
    /// Ends the machine: nothing of the process is left, and of the disk what the power cut leaves, or everything.
    pub fn crash(&mut self, power_cut: Option<Tear>) {
        disk::with(Disk::halt);
        self.store = None;
        match power_cut {
            Some(tear) => disk::with(|disk| disk.power_cut(tear)),
            None => disk::with(Disk::process_death),
        }
        self.tell(&format!("crash {power_cut:?}"));
    }

    /// Ends as it should, and starts again.
    ///
    /// # Errors
    /// As [`World::start`].
    pub fn restart(&mut self) -> Result<(), Violation> {
        if let Some(store) = self.store.take() {
            store.close();
        }
        if disk::with(|disk| disk.is_dead()) {
            return Ok(());
        }
        self.start()
    }

    /// Ends as it should.
    pub fn stop(&mut self) {
        if let Some(store) = self.store.take() {
            store.close();
        }
    }

    /// Tries to open the store, once.
    ///
    /// # Errors
    /// As [`Store::open`].
    pub fn open(&mut self) -> Result<(), OpenError> {
        let store = Store::open(&self.path(), [7; 16])?;
        self.store = Some(store);
        Ok(())
    }

    /// Opens the store, as often as it takes while the disk troubles it, and holds it against what is known.
    ///
    /// # Errors
    /// When it does not open, or is not what it has to be. A machine that dies meanwhile is no error.
    pub fn start(&mut self) -> Result<(), Violation> {
        let mut said = String::new();
        for _ in 0..PATIENCE {
            self.clock = self.clock.saturating_add(1);
            match self.open() {
                Ok(()) => {
                    let (log, is_settled) = disk::with(|disk| (disk.length(LOG), disk.is_settled(FILE)));
                    let told = || format!("it is open with a log of {log:?} bytes, the file synced: {is_settled}");
                    Invariant::Recovered.holds(log.unwrap_or(0) == 0 && is_settled, told)?;
                    return if self.check()? { Ok(()) } else { self.settle() };
                }
                Err(_) if disk::with(|disk| disk.is_dead()) => return Ok(()),
                Err(err @ OpenError::Damaged { .. }) => return Err(Invariant::Recovered.broken(err.to_string())),
                Err(err) => said = format!("{err}: {:?}", std::error::Error::source(&err).map(ToString::to_string)),
            }
        }
        Err(Invariant::Live.broken(format!("the store does not open for 60 seconds: {said}")))
    }
}
