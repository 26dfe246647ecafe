//! Taking over what other servers changed beside the records: what agencies installed, the register, webhooks.

use std::sync::Arc;

use muster_store::{BesideMarks, ReadError, Reads, Shared};
use tokio::sync::watch;

use crate::coordinator::open_incidents_of;
use crate::directory::Directory;
use crate::evaluations::Evaluations;
use crate::installs::take_over_installs;
use crate::register::Shelf;
use crate::rule_sets::RuleSets;

/// What is held in memory beside the records, and the store's marks of what it was read as.
pub(crate) struct Beside {
    pub(crate) readers: Arc<dyn Reads>,
    pub(crate) rule_sets: Arc<RuleSets>,
    pub(crate) directory: Arc<Directory>,
    pub(crate) shelf: Arc<Shelf>,
    pub(crate) webhooks_changed: watch::Sender<u64>,
    pub(crate) evaluations: Arc<Evaluations>,
    pub(crate) marks: BesideMarks,
}

impl Beside {
    /// Reads again what is another than before.
    pub(crate) fn take_over(&mut self, shared: &dyn Shared) -> Result<(), ReadError> {
        let BesideMarks { installs, register, webhooks } = shared.beside()?;
        if installs != self.marks.installs {
            for agency in take_over_installs(&*self.readers, &self.rule_sets)? {
                self.evaluations.note(&open_incidents_of(&*self.readers, &agency)?);
                self.evaluations.ring();
            }
            self.marks.installs = installs;
        }
        if register != self.marks.register {
            match self.shelf.read_again(&*self.readers, &self.directory) {
                Ok(()) => self.marks.register = register,
                Err(error) => tracing::error!(%error, "the register that another server changed cannot be read"),
            }
        }
        if webhooks != self.marks.webhooks {
            self.marks.webhooks = webhooks;
            self.webhooks_changed.send_modify(|times| *times = times.wrapping_add(1));
        }
        Ok(())
    }
}
