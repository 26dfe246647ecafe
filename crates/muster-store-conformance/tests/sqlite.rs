//! SQLite's store is held to what every store promises, on real files.
#![expect(clippy::unwrap_used, reason = "these are tests")]

use muster_store::{Store, Writes};
use muster_store_conformance::{Home, conforms};
use tempfile::TempDir;

/// A folder with one store in it.
struct Folder(TempDir);

impl Home for Folder {
    fn open(&self) -> Box<dyn Writes> {
        Box::new(Store::open(&self.0.path().join("muster.db"), [7; 16]).unwrap())
    }
}

conforms!(Some(Folder(tempfile::tempdir().unwrap())));
