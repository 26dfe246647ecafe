//! Who sees what: one function decides it for every path out of the record.
//!
//! What somebody is shown besides single entries (a report, proposals, counts, the situation of a rule set) is worked
//! out from those entries alone that [`visible`] lets them see: see [`Incident::pass_over`].

use std::collections::BTreeSet;

use crate::agency::{AgencyKind, Interest};
use crate::entry::{Audience, Class, Entry, Hash, Labels};
use crate::ids::{AgencyId, GlassNo, PersonNo, Seq, ShareNo};
use crate::incident::Incident;
use crate::time::Instant;
use crate::words::WordSet;

mod access;
mod grants;
mod table;
mod told;

pub use access::{Access, Withheld};
pub use grants::{Grant, Grants};
pub use table::{Cell, by_interest, by_kind, cell};

/// Somebody who reads, before it is known what their seat in an incident is.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Reader {
    /// The agency.
    pub agency: AgencyId,
    /// The classes that the person's roles and the system let them see at most.
    pub classes: WordSet<Class>,
}

impl Reader {
    /// An agency as a whole, bounded by its seat alone.
    pub fn of(agency: AgencyId) -> Self {
        Self { agency, classes: WordSet::all() }
    }
}

/// Somebody who reads an incident.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Viewer {
    /// The agency.
    pub agency: AgencyId,
    /// What it is; absent when it has no seat.
    pub kind: Option<AgencyKind>,
    /// How far it is involved; none when it has no seat.
    pub interest: Interest,
    /// The classes that the person's roles and the system let them see at most.
    pub classes: WordSet<Class>,
    /// The people the agency placed, where the table lets it see its own residents only.
    pub residents: BTreeSet<PersonNo>,
}

/// Why somebody sees an entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Why {
    /// Their agency wrote it.
    Own,
    /// Their interest lets them see what is of its class.
    Interest,
    /// It is about people whom their agency placed.
    Residents,
    /// It was written for their agency by name.
    Named,
    /// It was shared with their agency.
    Shared(ShareNo),
    /// Their agency broke the glass.
    BreakGlass(GlassNo),
}

/// Why somebody does not see an entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WhyNot {
    /// Their agency has no seat, or is not involved any more.
    NoSeat,
    /// The person's roles, or the system, do not reach what is of its class.
    Role(Class),
    /// It was written for other agencies only.
    Audience,
    /// Their interest, or what their agency is, does not reach what is of its class.
    Class(Class),
}

/// Whether somebody sees an entry, and why.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sight {
    /// They see it.
    Seen(Why),
    /// They see that there is one.
    Withheld(WhyNot),
}

impl Sight {
    /// Whether they see it.
    pub fn is_seen(self) -> bool {
        matches!(self, Self::Seen(_))
    }
}

/// An entry as a viewer gets it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Seen {
    /// All of it.
    Whole(Box<Entry>),
    /// That there is one: place, time and commitment, so that the chain still verifies.
    Stub {
        /// Its place.
        seq: Seq,
        /// When it was written.
        recorded_at: Instant,
        /// What the chain hashes in place of its content.
        commitment: Hash,
    },
}

/// Whether a viewer may see an entry at a moment, with what was granted to their agency.
///
/// Nobody without a seat sees anything, and a role always bounds. Within that an agency sees what it wrote, what
/// was written for it, and what the table gives to its interest and kind; and beyond its seat what a share or a broken
/// glass opens to it.
pub fn visible(viewer: &Viewer, entry: &Labels, grants: &Grants, at: Instant) -> Sight {
    if viewer.interest == Interest::None {
        return Sight::Withheld(WhyNot::NoSeat);
    }
    if let Some(beyond) = entry.all_classes().find(|class| !viewer.classes.contains(*class)) {
        return Sight::Withheld(WhyNot::Role(beyond));
    }
    let by_seat = viewer.by_seat(entry);
    if by_seat.is_seen() {
        return by_seat;
    }
    grants.open(&viewer.agency, entry, at).map_or(by_seat, Sight::Seen)
}

impl Viewer {
    /// What the agency's seat shows it, whatever was granted.
    fn by_seat(&self, entry: &Labels) -> Sight {
        if entry.author == self.agency && entry.drawn_from.is_empty() {
            return Sight::Seen(Why::Own);
        }
        let named = match &entry.audience {
            Audience::Participants => false,
            Audience::Agencies(agencies) if agencies.contains(&self.agency) => true,
            Audience::Agencies(_) => return Sight::Withheld(WhyNot::Audience),
        };
        let mut why = if named { Why::Named } else { Why::Interest };
        for class in entry.all_classes() {
            match self.cell(class) {
                Cell::Yes => (),
                Cell::IfNamed if named => (),
                Cell::OwnResidents if class == entry.class && self.placed_all(&entry.subjects) => why = Why::Residents,
                Cell::OwnResidents | Cell::IfNamed | Cell::No => return Sight::Withheld(WhyNot::Class(class)),
            }
        }
        Sight::Seen(why)
    }

    fn cell(&self, class: Class) -> Cell {
        self.kind.map_or(Cell::No, |kind| cell(class, self.interest, kind))
    }

    fn placed_all(&self, people: &[PersonNo]) -> bool {
        !people.is_empty() && people.iter().all(|person| self.residents.contains(person))
    }

    /// Whether the viewer's seat and role show it all that is of a class, unless it was written for others.
    pub fn sees_class(&self, class: Class) -> bool {
        self.interest != Interest::None && self.classes.contains(class) && self.cell(class) == Cell::Yes
    }
}

impl Incident {
    /// A reader as a viewer of this incident.
    pub fn viewer(&self, reader: &Reader) -> Viewer {
        let seat = self.participants.seat(&reader.agency);
        let interest = seat.map_or(Interest::None, |seat| seat.interest);
        let agency = reader.agency.clone();
        let kind = seat.map(|seat| seat.kind);
        let mut viewer = Viewer { agency, kind, interest, classes: reader.classes, residents: BTreeSet::new() };
        // Left empty where it decides nothing, so that two viewers who see the same are equal.
        if Class::ALL.iter().any(|class| viewer.cell(*class) == Cell::OwnResidents) {
            let placed = self.people.list.numbered();
            let placed = placed.filter(|(_, person)| person.details.placed_by.as_ref() == Some(&viewer.agency));
            viewer.residents = placed.map(|(number, _)| number).collect();
        }
        viewer
    }

    /// What was granted to an agency and stands open at a moment.
    pub fn grants(&self, agency: &AgencyId, at: Instant) -> Grants {
        self.sharing.granted(agency, at)
    }

    /// How far an agency is involved; none when it has no seat.
    pub fn interest_of(&self, agency: &AgencyId) -> Interest {
        self.participants.seat(agency).map_or(Interest::None, |seat| seat.interest)
    }

    /// Goes past an entry that the one for whom this is worked out may not see: it takes a place, and says nothing.
    pub fn pass_over(&mut self, seq: Seq, recorded_at: Instant, hash: Hash) {
        self.seq = seq;
        self.hash = hash;
        self.recorded_at = recorded_at;
        self.withheld.entries.push(seq);
    }
}

#[cfg(test)]
mod tests;
