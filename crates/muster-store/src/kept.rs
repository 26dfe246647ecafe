//! What stands in an entry's row for what it says, in whichever store: the payload and its salt, or a reference to sealed
//! bytes beside it.

use muster_record::entry::{Content, Hash};
use muster_record::ids::{IncidentId, Seq};

use crate::payloads::{NO_SALT, Opens, Shut, referred};

/// What an entry's row holds of what it says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptContent {
    /// The payload as JSON, or in its place the digest of the sealed bytes.
    pub payload: String,
    /// The random bytes in its commitment; zeros where they are sealed.
    pub salt: [u8; 16],
}

impl KeptContent {
    /// What the row is to hold, with what is sealed apart; nothing where an entry says nothing.
    pub fn of(content: &Content, apart: Option<&Shut>) -> Option<Self> {
        match (content, apart) {
            (_, Some(shut)) => Some(Self { payload: shut.reference(), salt: NO_SALT }),
            (Content::Whole { payload, salt }, None) => Some(Self { payload: payload.clone(), salt: *salt }),
            (Content::Locked | Content::Erased, None) => None,
        }
    }

    /// What the entry says, read back from its row and from what is kept sealed beside it, by whoever can open that.
    ///
    /// # Errors
    /// What is wrong with it, where it is not what was kept.
    pub fn read(
        self,
        incident: &IncidentId,
        seq: Seq,
        apart: Option<Shut>,
        opens: Option<&dyn Opens>,
    ) -> Result<Content, String> {
        let Self { payload, salt } = self;
        let Some(reference) = referred(&payload) else { return Ok(Content::Whole { payload, salt }) };
        let Some(shut) = apart else { return Ok(Content::Erased) };
        if Hash::of(&shut.sealed) != reference {
            return Err(format!("what entry {seq} says is not what was sealed"));
        }
        let Some(opens) = opens else { return Ok(Content::Locked) };
        opens.payload(incident, seq, &shut).map_err(|problem| format!("what entry {seq} says: {problem}"))
    }
}
