//! The two ways a machine ends, and what is found afterwards.

use sha2::{Digest as _, Sha256};

use super::{Change, Disk, File, Pending, SECTOR, put};
use crate::locks::Locks;

/// How much of what was not synced is there after a power cut.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tear {
    /// Nothing.
    Nothing,
    /// One sector in ten.
    Few,
    /// Each sector or not, by chance: torn, and in any order.
    Half,
    /// Nine sectors in ten.
    Most,
    /// All of it.
    Everything,
}

impl Tear {
    /// All there are.
    pub const ALL: [Self; 5] = [Self::Nothing, Self::Few, Self::Half, Self::Most, Self::Everything];

    fn keeps(self) -> u64 {
        match self {
            Self::Nothing => 0,
            Self::Few => 10,
            Self::Half => 50,
            Self::Most => 90,
            Self::Everything => 100,
        }
    }
}

impl Disk {
    /// From now on nothing is done, as if the process had been killed just now.
    pub fn halt(&mut self) {
        self.dead = true;
    }

    /// Starts again after a power cut: of what was not synced, a part is there.
    pub fn power_cut(&mut self, tear: Tear) {
        self.counts.power_cuts = self.counts.power_cuts.saturating_add(1);
        let kept = self.dice.place(self.folder.len().saturating_add(1));
        while self.folder.len() > kept {
            match self.folder.pop() {
                Some(Change::Made { name }) => drop(self.files.remove(&name)),
                Some(Change::Removed { name, file }) => drop(self.files.insert(name, file)),
                None => (),
            }
        }
        self.folder.clear();
        let names: Vec<String> = self.files.keys().cloned().collect();
        for name in names {
            let Some(file) = self.files.get(&name).cloned() else { continue };
            let durable = self.torn(&file, tear);
            self.files.insert(name, File { current: durable.clone(), durable, pending: Vec::new() });
        }
        self.start();
    }

    /// Starts again after the process died: what it wrote is there to read, and not yet on the disk.
    pub fn process_death(&mut self) {
        self.counts.deaths = self.counts.deaths.saturating_add(1);
        self.start();
    }

    fn start(&mut self) {
        assert_eq!(self.open, 0, "the process is over: nothing of it has a file open");
        self.locks = Locks::default();
        self.dead = false;
        self.faults.die_in = None;
    }

    /// Whether a power cut would leave the file as it is.
    pub fn is_settled(&self, name: &str) -> bool {
        self.files.get(name).is_some_and(|file| file.durable == file.current)
    }

    /// Turns one bit of a file, on the disk and for who reads it. Says where.
    pub fn flip(&mut self, name: &str) -> Option<(usize, usize)> {
        let length = self.length(name).filter(|length| *length > 0)?;
        let (place, bit) = (self.dice.place(length), self.dice.place(8));
        self.turn(name, place, bit);
        Some((place, bit))
    }

    /// Turns that bit.
    pub fn turn(&mut self, name: &str, place: usize, bit: usize) {
        let Some(file) = self.files.get_mut(name) else { return };
        for image in [&mut file.durable, &mut file.current] {
            if let Some(byte) = image.get_mut(place) {
                *byte ^= 1 << bit;
            }
        }
    }

    /// What a file holds for who reads it now.
    pub fn image(&self, name: &str) -> Vec<u8> {
        self.files.get(name).map(|file| file.current.clone()).unwrap_or_default()
    }

    /// Makes a file what it was, on the disk too.
    pub fn put_back(&mut self, name: &str, image: Vec<u8>) {
        self.files.insert(name.to_owned(), File { durable: image.clone(), current: image, pending: Vec::new() });
    }

    /// A digest of all files, as they are to be read and as they are on the disk.
    pub fn digest(&self) -> String {
        let mut hasher = Sha256::new();
        for (name, file) in &self.files {
            for part in [name.as_bytes(), &file.durable, &file.current] {
                hasher.update(part.len().to_be_bytes());
                hasher.update(part);
            }
        }
        hasher.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
    }

    /// The durable image with a part of what is pending, sector by sector.
    pub(super) fn torn(&mut self, file: &File, tear: Tear) -> Vec<u8> {
        let mut durable = file.durable.clone();
        for pending in &file.pending {
            match pending {
                Pending::Cut { length } => {
                    if self.dice.percent(tear.keeps()) {
                        durable.resize(*length, 0);
                    }
                }
                Pending::Write { at, bytes } => self.tear(&mut durable, *at, bytes, tear),
            }
        }
        durable
    }

    fn tear(&mut self, durable: &mut Vec<u8>, at: usize, bytes: &[u8], tear: Tear) {
        let (mut from, mut rest) = (at, bytes);
        while !rest.is_empty() {
            let room = SECTOR.saturating_sub(from % SECTOR);
            let (sector, behind) = rest.split_at(room.min(rest.len()));
            if self.dice.percent(tear.keeps()) {
                put(durable, from, sector);
            } else {
                self.counts.lost_sectors = self.counts.lost_sectors.saturating_add(1);
                let is_part = sector.len() < SECTOR;
                if is_part && !self.powersafe && self.dice.percent(25) {
                    self.scramble(durable, from.saturating_sub(from % SECTOR));
                }
            }
            (from, rest) = (from.saturating_add(sector.len()), behind);
        }
    }

    /// A sector that was being written when the power went: on a disk that promises nothing, all of it is gone.
    fn scramble(&mut self, durable: &mut [u8], from: usize) {
        for byte in durable.iter_mut().skip(from).take(SECTOR) {
            *byte = u8::try_from(self.dice.roll(256)).unwrap_or(0);
        }
    }
}
