//! Who may see which note, worked out from `docs/who-sees-what.md` and not by the code that decides it.

use muster_record::entry::Class;

use crate::cast::{COUNCIL, CQC, ICB, REGION};

/// How many incidents there are.
pub const INCIDENTS: usize = 2;

/// The agencies with a seat, by incident: in the first the regulator oversees, the second a region is told of.
pub const SEATED: [[&str; 3]; INCIDENTS] = [[COUNCIL, ICB, CQC], [COUNCIL, ICB, REGION]];

/// What somebody noted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note {
    /// The incident it is on.
    pub incident: usize,
    /// Who noted it.
    pub author: &'static str,
    /// What sort of information it is.
    pub class: Class,
    /// The one agency for which it was written, where it was for one.
    pub only: Option<&'static str>,
    /// The request that wrote it.
    pub request: usize,
}

impl Note {
    /// Whether an agency may see it, as long as it has its seat.
    pub fn is_for(&self, agency: &str) -> bool {
        if agency == self.author {
            return true;
        }
        let Some(seated) = SEATED.get(self.incident) else { return false };
        if !seated.contains(&agency) || self.only.is_some_and(|only| only != agency) {
            return false;
        }
        match self.class {
            Class::Operational => true,
            // The regulator and the region placed nobody, so no resident is theirs.
            Class::Personal | Class::Health => [COUNCIL, ICB].contains(&agency),
            Class::Safeguarding => [COUNCIL, ICB, CQC].contains(&agency),
            Class::Commercial | Class::Legal => self.only.is_some(),
        }
    }
}

/// What every secret begins with.
const MARK: &[u8] = b"canary-";

/// How many letters follow.
pub const LETTERS: usize = 16;

/// The secrets in some bytes.
pub fn secrets(bytes: &[u8]) -> Vec<String> {
    let mut found = Vec::new();
    let mut rest = bytes;
    while let Some(at) = rest.windows(MARK.len()).position(|part| part == MARK) {
        let whole = MARK.len().saturating_add(LETTERS);
        let secret = rest.get(at..at.saturating_add(whole)).unwrap_or_default();
        found.push(String::from_utf8_lossy(secret).into_owned());
        rest = rest.get(at.saturating_add(MARK.len())..).unwrap_or_default();
    }
    found
}
