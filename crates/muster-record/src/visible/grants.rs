//! What an agency was granted beyond its seat: shares, and the glass it broke.

use std::collections::BTreeSet;

use super::Why;
use crate::entry::{Audience, Class, Labels};
use crate::ids::{AgencyId, GlassNo, PersonNo, ShareNo};
use crate::incident::sharing::{Sharing, What};
use crate::time::Instant;

/// One thing that an agency may see beyond its seat.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Grant {
    /// Something was shared with it.
    Share {
        /// The share.
        share: ShareNo,
        /// What is shared.
        what: What,
        /// When it ends.
        until: Instant,
    },
    /// It broke the glass.
    Glass {
        /// The glass.
        glass: GlassNo,
        /// The classes it opens.
        classes: BTreeSet<Class>,
        /// When it closes.
        until: Instant,
    },
}

/// All that an agency was granted in an incident.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Grants(pub Vec<Grant>);

impl Grants {
    /// What opens an entry at a moment, if anything does. Legally privileged entries are opened by a share of just them.
    ///
    /// A share of a person or a class goes beyond what the seat reaches, not beyond those for whom an entry was written:
    /// whoever shared it may not have been among them. A share of one entry and a broken glass do.
    pub(super) fn open(&self, agency: &AgencyId, entry: &Labels, at: Instant) -> Option<Why> {
        let addressed = match &entry.audience {
            Audience::Participants => true,
            Audience::Agencies(named) => named.contains(agency),
        };
        self.0.iter().find_map(|grant| match grant {
            Grant::Share { share, what, until } if at < *until => {
                what.covers(entry, addressed).then_some(Why::Shared(*share))
            }
            Grant::Glass { glass, classes, until } if at < *until => {
                let covered = entry.all_classes().all(|class| class == Class::Operational || classes.contains(&class));
                (covered && entry.class != Class::Legal).then_some(Why::BreakGlass(*glass))
            }
            Grant::Share { .. } | Grant::Glass { .. } => None,
        })
    }

    /// Whether a class is open as a whole.
    pub fn opens(&self, class: Class) -> bool {
        self.0.iter().any(|grant| match grant {
            Grant::Share { share: _, what, until: _ } => *what == What::Class(class),
            Grant::Glass { glass: _, classes, until: _ } => classes.contains(&class),
        })
    }

    /// The glass that the agency has broken and that stands open.
    pub fn glass(&self) -> Option<GlassNo> {
        self.0.iter().find_map(|grant| match grant {
            Grant::Glass { glass, classes: _, until: _ } => Some(*glass),
            Grant::Share { .. } => None,
        })
    }

    /// What opens who a person is at a moment: a share of them or of what is personal, or a broken glass.
    pub fn tell_of(&self, person: PersonNo, at: Instant) -> Option<Why> {
        self.0.iter().find_map(|grant| match grant {
            Grant::Share { share, what, until } if at < *until => {
                let covers = *what == What::Person(person) || *what == What::Class(Class::Personal);
                covers.then_some(Why::Shared(*share))
            }
            Grant::Glass { glass, classes, until } if at < *until => {
                classes.contains(&Class::Personal).then_some(Why::BreakGlass(*glass))
            }
            Grant::Share { .. } | Grant::Glass { .. } => None,
        })
    }

    /// When what opens an entry ends, where it is a share or a broken glass that does.
    pub fn until(&self, why: Why) -> Option<Instant> {
        self.0.iter().find_map(|grant| match (grant, why) {
            (Grant::Share { share, what: _, until }, Why::Shared(by)) if *share == by => Some(*until),
            (Grant::Glass { glass, classes: _, until }, Why::BreakGlass(by)) if *glass == by => Some(*until),
            (Grant::Share { .. } | Grant::Glass { .. }, _) => None,
        })
    }

    /// The people who were shared one by one and stand open at a moment.
    pub fn people(&self, at: Instant) -> BTreeSet<PersonNo> {
        let shared = self.0.iter().filter_map(|grant| match grant {
            Grant::Share { share: _, what: What::Person(person), until } if at < *until => Some(*person),
            Grant::Share { .. } | Grant::Glass { .. } => None,
        });
        shared.collect()
    }
}

impl Labels {
    /// Its class, and those of what it was worked out from.
    pub(crate) fn all_classes(&self) -> impl Iterator<Item = Class> {
        std::iter::once(self.class).chain(self.drawn_from.iter().copied())
    }
}

impl What {
    /// Whether a share of this shows an entry; `addressed` says whether it was written for the receiver too.
    fn covers(&self, entry: &Labels, addressed: bool) -> bool {
        match self {
            Self::Entry(seq) => entry.seq == *seq,
            Self::Person(person) => {
                let about_them = !entry.subjects.is_empty() && entry.subjects.iter().all(|subject| subject == person);
                addressed && about_them && entry.class != Class::Legal && entry.drawn_from.is_empty()
            }
            Self::Class(class) => {
                let covered = entry.all_classes().all(|of| of == *class || of == Class::Operational);
                addressed && covered && *class != Class::Legal
            }
        }
    }
}

impl Sharing {
    /// What an agency was granted and stands open at a moment.
    pub(super) fn granted(&self, agency: &AgencyId, at: Instant) -> Grants {
        let shares = self.shares.numbered().filter(|(_, share)| share.with == *agency && !share.ended);
        let shares = shares.filter(|(_, share)| at < share.expires_at);
        let shares =
            shares.map(|(number, share)| Grant::Share { share: number, what: share.what, until: share.expires_at });
        let glasses = self.glasses.numbered().filter(|(_, glass)| glass.agency == *agency && !glass.closed);
        let glasses = glasses.filter(|(_, glass)| at < glass.until);
        let glasses = glasses.map(|(number, glass)| Grant::Glass {
            glass: number,
            classes: glass.classes.clone(),
            until: glass.until,
        });
        Grants(shares.chain(glasses).collect())
    }
}
