//! Access: a viewer with what was granted to them, and the incident as they see it.

use serde::{Deserialize, Serialize};

use super::{Grants, Reader, Sight, Viewer, visible};
use crate::entry::{Broken, Class, Labels, Sealed};
use crate::ids::Seq;
use crate::incident::Incident;
use crate::time::Instant;

/// A viewer of an incident at a moment, with what was granted to them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Access {
    /// Who they are here.
    pub viewer: Viewer,
    /// What was granted to their agency and stands open.
    pub grants: Grants,
}

/// What somebody is not shown of an incident; nothing, of the incident itself.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Withheld {
    /// The places of the entries that were passed over.
    pub entries: Vec<Seq>,
    /// Whether people may be missing: then figures about people say less than there is.
    pub people: bool,
}

impl Access {
    /// Whether an entry is seen, and why.
    pub fn sees(&self, entry: &Labels, at: Instant) -> Sight {
        visible(&self.viewer, entry, &self.grants, at)
    }

    /// Whether all that is about people is seen.
    pub fn sees_everybody(&self) -> bool {
        self.viewer.sees_class(Class::Personal)
            || (self.viewer.classes.contains(Class::Personal) && self.grants.opens(Class::Personal))
    }
}

impl Incident {
    /// A reader's access to this incident at a moment. Worked out from the whole incident, not from what they see of it.
    pub fn access(&self, reader: &Reader, at: Instant) -> Access {
        Access { viewer: self.viewer(reader), grants: self.grants(&reader.agency, at) }
    }

    /// An incident as it begins for somebody. Its first entry, the opening, is for everybody at the table.
    #[must_use]
    pub fn for_access(mut self, access: &Access) -> Self {
        self.withheld.people = !access.sees_everybody();
        self
    }

    /// Takes in the next entry as somebody may see it: whole, or as a place that is taken.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn take_in_for(&mut self, access: &Access, at: Instant, sealed: &Sealed) -> Result<(), Broken> {
        let seen = access.sees(&sealed.labels()?, at).is_seen();
        match sealed.open_unless_erased()? {
            Some(entry) if seen => self.apply(&entry, sealed.hash),
            Some(_) | None => self.pass_over(sealed.seq, sealed.recorded_at, sealed.hash),
        }
        Ok(())
    }
}
