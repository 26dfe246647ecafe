//! Nothing goes wrong any more: everybody finishes, everything is looked at, and then bits are turned.

use muster_store::{OpenError, Revision};

use super::{History, calm};
use crate::disk::{self, Tear};
use crate::scribe::Group;
use crate::violation::{Invariant, Violation};
use crate::witness::same;
use crate::world::{FILE, LOG, Outcome};

/// How many bits are turned, one at a time.
const FLIPS: u64 = 4;

impl History<'_> {
    pub(super) fn ending(&mut self) -> Result<(), Violation> {
        calm();
        self.afterwards()?;
        calm();
        self.world.settle()?;
        for _ in 0..3 {
            self.finishes()?;
        }
        self.catch_up()?;
        // What is acknowledged by now is on the disk by now.
        self.halt();
        self.world.crash(Some(Tear::Nothing));
        self.world.start()?;
        self.catch_up()?;
        if self.dice.percent(50) { self.turn_bits() } else { Ok(()) }
    }

    /// Somebody who has waited writes: it is taken.
    fn finishes(&mut self) -> Result<(), Violation> {
        let group = Group { forgets: false, ..self.group() };
        let outcome = self.world.commit(group)?;
        let told = || format!("nothing goes wrong any more, and a writer is told {outcome:?}");
        Invariant::Live.holds(outcome == Outcome::Acknowledged, told)
    }

    fn catch_up(&mut self) -> Result<(), Violation> {
        for watcher in 0..self.world.watchers() {
            let mut given = true;
            while given {
                let told = self.world.watch(watcher, 7)?;
                given = told.map_err(|err| Invariant::Live.broken(format!("a watcher is told {err:?}")))?;
            }
        }
        Ok(())
    }

    /// A turned bit that changes what anybody reads is found: at the start, or by the walk along the record.
    fn turn_bits(&mut self) -> Result<(), Violation> {
        self.world.stop();
        let sound = disk::with(|disk| disk.image(FILE));
        for _ in 0..FLIPS {
            let Some((place, bit)) = disk::with(|disk| disk.flip(FILE)) else { return Ok(()) };
            self.flips.0 = self.flips.0.saturating_add(1);
            let turned = disk::with(|disk| disk.image(FILE));
            match self.world.open() {
                Err(err) => {
                    let is_damage = matches!(err, OpenError::Damaged { .. } | OpenError::NotAStore { .. })
                        || matches!(
                            err,
                            OpenError::NewerSchema { .. } | OpenError::Sqlite { .. } | OpenError::NoLog { .. }
                        );
                    let told = || format!("bit {bit} of byte {place} is turned, and it says {err}");
                    Invariant::Recovered.holds(is_damage, told)?;
                    let is_left = disk::with(|disk| disk.image(FILE)) == turned;
                    let told = || format!("bit {bit} of byte {place} was turned, and the file is not left as it was");
                    Invariant::Recovered.holds(is_left, told)?;
                    self.flips.1 = self.flips.1.saturating_add(1);
                }
                Ok(()) => self.is_found(place, bit)?,
            }
            self.world.stop();
            disk::with(|disk| {
                disk.put_back(FILE, sound.clone());
                disk.forget(LOG);
            });
        }
        Ok(())
    }

    fn is_found(&mut self, place: usize, bit: usize) -> Result<(), Violation> {
        let Some(readers) = self.world.readers() else { return Ok(()) };
        let read = readers.since(Revision(0), usize::MAX);
        let is_same = read.is_ok_and(|stored| same(&self.world.witness.log, 0, &stored, Invariant::Chain).is_ok());
        let rows = readers.audit(0, usize::MAX);
        let known = self.world.witness.audit.iter().map(|row| Some(row.row.clone()));
        let audit_is_same =
            rows.is_ok_and(|rows| rows.iter().map(|row| serde_json::to_string(&row.audited).ok()).eq(known));
        if !is_same {
            self.flips.1 = self.flips.1.saturating_add(1);
            let walked = readers.verify_store(&std::collections::BTreeMap::new());
            let told = || format!("bit {bit} of byte {place} changed the record, and the walk finds nothing");
            Invariant::Chain.holds(!walked.broken.is_empty(), told)?;
        }
        if !audit_is_same {
            let told = || format!("bit {bit} of byte {place} changed the audit, and the walk finds nothing");
            Invariant::Audited.holds(readers.verify_audit().is_err(), told)?;
        }
        Ok(())
    }
}
