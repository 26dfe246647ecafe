//! Verifying: a store or a bundle, held against its own promises and against what a partner kept of it.

use std::fs::File;
use std::io::{BufReader, Read as _};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use muster_record::evidence::checkpoint::Signed;
use muster_record::evidence::key::PublicKey;
use muster_record::evidence::witness::Witness;

mod bundle;
mod store;

pub use bundle::bundle;
pub use store::store;
pub(crate) use store::{Whole, held, whole};

/// What a record is held against besides itself.
#[derive(Debug, Clone, Default)]
pub struct Against {
    /// Checkpoints that a partner kept.
    pub kept: Witness,
    /// The server's public key, as it was had by another way than the record.
    pub key: Option<PublicKey>,
    /// The key file, where what entries say of people is to be held against their commitments too.
    pub key_file: Option<PathBuf>,
}

/// Something that is not as it was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// Where: an incident, an entry, a line of a file.
    pub place: String,
    /// What is wrong there, and what that means.
    pub what: String,
    /// What to do about it.
    pub to_do: &'static str,
}

/// What was looked at, what that did not show, and what was found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Report {
    /// What was checked and is in order.
    pub told: Vec<String>,
    /// What could not be checked, and what would do.
    pub unchecked: Vec<String>,
    /// What is not as it was written.
    pub findings: Vec<Finding>,
}

/// For damage that a disk makes as well as a hand.
const RESTORE: &str = "stop the server, keep this file as it is, restore the newest backup that verifies, and compare \
                       that with the checkpoints and exports that partners kept";
/// For a record that is not the one that was signed.
const COMPARE: &str = "write nothing more here, keep this file and the checkpoint, and ask every agency with a seat for \
                       its kept checkpoints and exports: together they show which history was signed first";
/// For a file that one was given.
const ASK_AGAIN: &str = "do not rely on this file: ask whoever gave it for it again, or export the incident from the \
                         server, and compare the two";
/// For a key that is not the expected one.
const ASK_FOR_THE_KEY: &str = "compare the key with its operator by telephone or on paper: until then this shows nothing \
                               about who signed";

impl Against {
    /// Reads what a partner kept; the key in that file stands where none is given.
    ///
    /// # Errors
    /// When the file cannot be read, or something in it is no checkpoint.
    pub fn read(checkpoints: Option<&Path>, key: Option<PublicKey>) -> Result<Self> {
        let Some(path) = checkpoints else { return Ok(Self { key, ..Self::default() }) };
        let text = std::fs::read_to_string(path).with_context(|| format!("{} cannot be read", path.display()))?;
        let kept = Witness::read(&text).with_context(|| format!("{} holds no checkpoints", path.display()))?;
        let key = key.or(kept.key);
        Ok(Self { kept, key, key_file: None })
    }

    /// Whether a kept checkpoint was signed with the key; says so where that cannot be told.
    fn believed(&self, kept: &Signed, report: &mut Report) -> bool {
        let Some(key) = &self.key else {
            report.unchecked.push(format!(
                "the signature of the kept checkpoint of {}: give the server's public key with --key",
                kept.checkpoint.origin.incident
            ));
            return true;
        };
        let Err(why) = kept.check(key) else { return true };
        report.findings.push(Finding {
            place: format!("the kept checkpoint of incident {}", kept.checkpoint.origin.incident),
            what: format!("it shows nothing: {why}"),
            to_do: ASK_FOR_THE_KEY,
        });
        false
    }
}

/// Verifies a file: a bundle where it begins as one does, a store otherwise.
///
/// # Errors
/// When it cannot be looked at. What is wrong with it is in the report.
pub fn file(path: &Path, against: &Against) -> Result<Report> {
    let mut first = [0];
    let opened = File::open(path).with_context(|| format!("there is no store and no bundle {}", path.display()))?;
    let is_bundle = BufReader::new(opened).read(&mut first)? == 1 && first == *b"{";
    if is_bundle { bundle(path, against) } else { store(path, against) }
}

/// The default place of a store, as `muster serve` has it.
pub fn usual_store() -> PathBuf {
    PathBuf::from("muster.db")
}
