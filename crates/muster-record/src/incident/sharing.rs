//! Sharing: what one agency lets another see beyond its audience, and the glass that is broken in an emergency.
//!
//! Both take effect with the entry and say who, what, why and until when. Who owns what was shared is told by that
//! entry. Access ends by itself at its time, whoever forgets it; a broken glass is always reviewed.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::{Asking, Stamp};
use crate::entry::Class;
use crate::ids::{AgencyId, GlassNo, PersonNo, Seq, ShareNo};
use crate::numbered::ByNumber;
use crate::time::{Instant, hours_after};
use crate::words::words;

mod decide;
mod told;

pub(super) use decide::decide;

/// What is shared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum What {
    /// One entry.
    Entry(Seq),
    /// All that is about one person.
    Person(PersonNo),
    /// All of one class.
    Class(Class),
}

words! {
    /// The lawful basis for sharing, as a person names it (UK GDPR articles 6 and 9, with the law that gives the task).
    SharingBasis {
        /// A task in the public interest or in official authority (article 6(1)(e)), such as the Care Act duties.
        PublicTask = "public-task",
        /// Provision of health or social care (article 9(2)(h)).
        CareProvision = "care-provision",
        /// Substantial public interest: safeguarding of individuals at risk (article 9(2)(g)).
        Safeguarding = "safeguarding",
        /// Vital interests of somebody who cannot consent (articles 6(1)(d), 9(2)(c)).
        VitalInterests = "vital-interests",
        /// A legal obligation (article 6(1)(c)).
        LegalObligation = "legal-obligation",
        /// The person's explicit consent (article 9(2)(a)).
        Consent = "consent",
    }
}

words! {
    /// Why a glass was broken.
    Emergency {
        /// Somebody's life or health is in danger now.
        RiskToLife = "risk-to-life",
        /// Somebody may be abused or neglected now.
        Safeguarding = "safeguarding",
        /// Somebody's care stops and nobody who knows them can be reached.
        CareStops = "care-stops",
        /// Another emergency, which the text says.
        Other = "other",
    }
}

words! {
    /// What a review of a broken glass found.
    GlassFinding {
        /// It was needed.
        Justified = "justified",
        /// It was not, and what follows is said in the note.
        NotJustified = "not-justified",
    }
}

/// Something shared with an agency.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shared {
    /// Its number.
    pub share: ShareNo,
    /// What is shared.
    pub what: What,
    /// With whom.
    pub with: AgencyId,
    /// Whose it is, who is told of it by this entry.
    pub owner: AgencyId,
    /// The lawful basis.
    pub basis: SharingBasis,
    /// Why it is necessary.
    pub necessity: String,
    /// When it ends by itself.
    pub expires_at: Instant,
    /// By when somebody looks whether it is still needed.
    pub review_at: Instant,
}

/// A glass broken in an emergency.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Broken {
    /// Its number.
    pub glass: GlassNo,
    /// The classes that it opens.
    pub classes: BTreeSet<Class>,
    /// What sort of emergency.
    pub emergency: Emergency,
    /// Why, in words.
    pub reason: String,
    /// When it closes by itself.
    pub until: Instant,
    /// By when it has to be reviewed.
    pub review_by: Instant,
}

/// What can happen to sharing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "fact", rename_all = "snake_case")]
pub enum Fact {
    /// Something was shared.
    Shared(Shared),
    /// A share was looked at again and goes on.
    ShareReviewed {
        /// Its number.
        share: ShareNo,
        /// When it ends by itself now.
        expires_at: Instant,
        /// By when it is looked at next.
        review_at: Instant,
        /// Why it is still needed.
        note: String,
    },
    /// A share was ended before its time.
    ShareEnded {
        /// Its number.
        share: ShareNo,
        /// Why.
        because: String,
    },
    /// A glass was broken: the author's agency sees what it may not see otherwise, for a while.
    GlassBroken(Broken),
    /// The agency closed its glass before its time.
    GlassClosed {
        /// Its number.
        glass: GlassNo,
    },
    /// Another agency looked whether the glass had to be broken.
    GlassReviewed {
        /// Its number.
        glass: GlassNo,
        /// What it found.
        finding: GlassFinding,
        /// What it says of it.
        note: String,
    },
}

/// What can be asked of sharing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "command", rename_all = "snake_case")]
pub enum Command {
    /// Share something with an agency at the table.
    Share {
        /// What.
        what: What,
        /// With whom.
        with: AgencyId,
        /// The lawful basis.
        basis: SharingBasis,
        /// Why it is necessary.
        necessity: String,
        /// When it ends by itself.
        expires_at: Instant,
        /// By when somebody looks whether it is still needed; not after it ends.
        review_at: Instant,
    },
    /// Say, having looked, that a share goes on.
    ReviewShare {
        /// Its number.
        share: ShareNo,
        /// When it ends by itself now.
        expires_at: Instant,
        /// By when it is looked at next.
        review_at: Instant,
        /// Why it is still needed.
        note: String,
    },
    /// End a share before its time.
    EndShare {
        /// Its number.
        share: ShareNo,
        /// Why.
        because: String,
    },
    /// See for a while what one may not see otherwise.
    BreakGlass {
        /// The classes to open.
        classes: BTreeSet<Class>,
        /// What sort of emergency.
        emergency: Emergency,
        /// Why, in at least twenty characters.
        reason: String,
        /// For how long: 1 to 240 minutes.
        minutes: u32,
    },
    /// Close one's glass before its time.
    CloseGlass {
        /// Its number.
        glass: GlassNo,
    },
    /// Say whether a glass had to be broken.
    ReviewGlass {
        /// Its number.
        glass: GlassNo,
        /// What was found.
        finding: GlassFinding,
        /// What is said of it.
        note: String,
    },
}

/// A share as it stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Share {
    /// What is shared.
    pub what: What,
    /// With whom.
    pub with: AgencyId,
    /// Who shared it.
    pub by: AgencyId,
    /// Whose it is.
    pub owner: AgencyId,
    /// When it ends by itself.
    pub expires_at: Instant,
    /// By when it is looked at.
    pub review_at: Instant,
    /// Whether it was ended before its time.
    pub ended: bool,
}

/// A glass as it stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Glass {
    /// The agency that broke it.
    pub agency: AgencyId,
    /// The classes that it opens.
    pub classes: BTreeSet<Class>,
    /// When it closes by itself.
    pub until: Instant,
    /// By when it has to be reviewed.
    pub review_by: Instant,
    /// Whether it was closed before its time.
    pub closed: bool,
    /// What its review found.
    pub reviewed: Option<GlassFinding>,
}

/// Shares and glasses.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Sharing {
    /// Shares by number.
    pub shares: ByNumber<ShareNo, Share>,
    /// Glasses by number.
    pub glasses: ByNumber<GlassNo, Glass>,
}

/// The longest that a glass stays broken, in minutes.
pub const GLASS_MINUTES: u32 = 240;
/// The time within which a glass has to be reviewed, in hours.
const GLASS_REVIEW_HOURS: u32 = 72;

impl Sharing {
    pub(super) fn apply(&mut self, stamp: &Stamp<'_>, fact: &Fact) {
        let by = &stamp.author.agency;
        match fact {
            Fact::Shared(Shared { share, what, with, owner, basis: _, necessity: _, expires_at, review_at }) => {
                let (what, with, by, owner) = (*what, with.clone(), by.clone(), owner.clone());
                let (expires_at, review_at) = (*expires_at, *review_at);
                self.shares.put(*share, Share { what, with, by, owner, expires_at, review_at, ended: false });
            }
            Fact::ShareReviewed { share, expires_at, review_at, note: _ } => {
                if let Some(known) = self.shares.get_mut(*share) {
                    (known.expires_at, known.review_at) = (*expires_at, *review_at);
                }
            }
            Fact::ShareEnded { share, because: _ } => {
                if let Some(known) = self.shares.get_mut(*share) {
                    known.ended = true;
                }
            }
            Fact::GlassBroken(Broken { glass, classes, emergency: _, reason: _, until, review_by }) => {
                let (agency, classes, until, review_by) = (by.clone(), classes.clone(), *until, *review_by);
                self.glasses.put(*glass, Glass { agency, classes, until, review_by, closed: false, reviewed: None });
            }
            Fact::GlassClosed { glass } => {
                if let Some(known) = self.glasses.get_mut(*glass) {
                    known.closed = true;
                }
            }
            Fact::GlassReviewed { glass, finding, note: _ } => {
                if let Some(known) = self.glasses.get_mut(*glass) {
                    known.reviewed = Some(*finding);
                }
            }
        }
    }

    /// Who is told of a fact of sharing besides its author: those whom it concerns. Everybody, of a glass.
    pub(crate) fn told_of(&self, fact: &Fact, lead: &AgencyId) -> Option<Vec<AgencyId>> {
        let (with, owner, by) = match fact {
            Fact::Shared(shared) => (&shared.with, &shared.owner, None),
            Fact::ShareReviewed { share, .. } | Fact::ShareEnded { share, because: _ } => {
                let known = self.shares.get(*share)?;
                (&known.with, &known.owner, Some(&known.by))
            }
            Fact::GlassBroken(_) | Fact::GlassClosed { .. } | Fact::GlassReviewed { .. } => return None,
        };
        let told: BTreeSet<&AgencyId> = [with, owner, lead].into_iter().chain(by).collect();
        Some(told.into_iter().cloned().collect())
    }
}

#[cfg(test)]
mod tests;
