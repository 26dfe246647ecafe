//! What is stored, in every version there was: facts, envelopes and folds, as a changed file would hold them.

use std::path::PathBuf;

use muster_record::entry::Envelope;
use muster_record::{Fact, Incident};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::Read;

pub(crate) fn body(data: &[u8]) -> Read {
    let Ok(text) = std::str::from_utf8(data) else { return Read::Refused };
    let read = [again::<Fact>(text), again::<Envelope>(text), again::<Incident>(text)];
    if let Ok(fact) = serde_json::from_str::<Fact>(text) {
        assert!(!fact.told().is_empty());
    }
    if read.contains(&Read::Taken) { Read::Taken } else { Read::Refused }
}

/// What is read and written again is read as the same, and written as the same bytes.
fn again<T: Serialize + DeserializeOwned + PartialEq + std::fmt::Debug>(text: &str) -> Read {
    let read = serde_json::from_str::<T>(text);
    if let Ok(first) = &read {
        let written = serde_json::to_string(first).unwrap();
        let second: T = serde_json::from_str(&written).unwrap();
        assert_eq!(&second, first);
        assert_eq!(serde_json::to_string(&second).unwrap(), written);
    }
    Read::of(&read)
}

pub(crate) fn seeds() -> Vec<Vec<u8>> {
    let folder: PathBuf = [env!("CARGO_MANIFEST_DIR"), "../muster-record/samples/v1"].iter().collect();
    let mut files: Vec<PathBuf> = std::fs::read_dir(folder).unwrap().map(|file| file.unwrap().path()).collect();
    files.sort();
    files.iter().map(|file| std::fs::read_to_string(file).unwrap().trim_end().as_bytes().to_vec()).collect()
}
