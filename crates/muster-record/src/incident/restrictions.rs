//! Restrictions: a stop of placements or a restriction of hours is placed and lifted.
//!
//! Voluntary (Table One, level 2) is not imposed (levels 3 and 4): one needs the provider's
//! agreement, the other an office. A temporary one lasts as long as an outbreak (Plan section 3).

use serde::{Deserialize, Serialize};

use super::{Asking, Stamp, required};
use crate::advice::Step;
use crate::agency::Office;
use crate::ids::RestrictionNo;
use crate::numbered::ByNumber;
use crate::refusal::Refusal;
use crate::situation::{RestrictionBasis, RestrictionKind};
use crate::time::{Instant, uk_day_and_time};

/// What can happen to a restriction.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "fact", rename_all = "snake_case")]
pub enum Fact {
    /// It was placed.
    Placed {
        /// Its number.
        restriction: RestrictionNo,
        /// What is restricted.
        kind: RestrictionKind,
        /// How it came about.
        basis: RestrictionBasis,
        /// Why.
        reason: String,
        /// Who agreed to it for the provider, by post and not by name; only for a voluntary one.
        agreed_by: Option<String>,
    },
    /// It was lifted.
    Lifted {
        /// Its number.
        restriction: RestrictionNo,
        /// Why.
        reason: String,
    },
}

/// What can be asked about a restriction.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "command", rename_all = "snake_case")]
pub enum Command {
    /// Place one.
    Place {
        /// What is restricted.
        kind: RestrictionKind,
        /// How it comes about.
        basis: RestrictionBasis,
        /// Why.
        reason: String,
        /// Who agreed to it for the provider.
        agreed_by: Option<String>,
    },
    /// Lift it.
    Lift {
        /// Its number.
        restriction: RestrictionNo,
        /// Why.
        reason: String,
    },
}

/// A restriction on the record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Restriction {
    /// What is restricted.
    pub kind: RestrictionKind,
    /// How it came about.
    pub basis: RestrictionBasis,
    /// When it began.
    pub placed_at: Instant,
    /// When it ended.
    pub lifted_at: Option<Instant>,
}

/// The restrictions; R1 stands first.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Restrictions {
    /// In order of number.
    pub list: ByNumber<RestrictionNo, Restriction>,
}

/// The offices that may impose a restriction.
const MAY_IMPOSE: &[Office] =
    &[Office::IncidentLead, Office::HeadOfCommissioning, Office::DirectorOfNursing, Office::Dass];

pub(super) fn decide(asking: &Asking<'_>, command: &Command) -> Result<Vec<crate::Fact>, Refusal> {
    asking.works()?;
    let known = &asking.incident.restrictions;
    let fact = match command {
        Command::Place { kind, basis, reason, agreed_by } => {
            required("reason", reason)?;
            match (basis, agreed_by.as_deref().map(str::trim)) {
                (RestrictionBasis::Voluntary, None | Some("")) => return Err(Refusal::VoluntaryNeedsAgreement),
                (RestrictionBasis::Imposed, _) => drop(asking.holds_one_of(MAY_IMPOSE)?),
                (RestrictionBasis::Voluntary | RestrictionBasis::Temporary, _) => (),
            }
            let restriction = known.list.next_number();
            let (reason, agreed_by) = (reason.clone(), agreed_by.clone());
            Fact::Placed { restriction, kind: *kind, basis: *basis, reason, agreed_by }
        }
        Command::Lift { restriction, reason } => {
            required("reason", reason)?;
            let placed = known.get(*restriction)?;
            if placed.lifted_at.is_some() {
                return Err(Refusal::AlreadyLifted);
            }
            if placed.basis == RestrictionBasis::Imposed {
                asking.holds_one_of(MAY_IMPOSE)?;
            }
            asking.gate(Step::Lift)?;
            Fact::Lifted { restriction: *restriction, reason: reason.clone() }
        }
    };
    Ok(vec![fact.into()])
}

impl Restrictions {
    fn get(&self, restriction: RestrictionNo) -> Result<&Restriction, Refusal> {
        self.list
            .get(restriction)
            .ok_or_else(|| Refusal::NoSuch { what: "restriction", given: restriction.0.to_string() })
    }

    pub(super) fn apply(&mut self, stamp: &Stamp<'_>, fact: &Fact) {
        match fact {
            Fact::Placed { restriction, kind, basis, reason: _, agreed_by: _ } => self.list.put(
                *restriction,
                Restriction { kind: *kind, basis: *basis, placed_at: stamp.occurred_at, lifted_at: None },
            ),
            Fact::Lifted { restriction, reason: _ } => {
                if let Some(known) = self.list.get_mut(*restriction) {
                    known.lifted_at = Some(stamp.occurred_at);
                }
            }
        }
    }

    pub(crate) fn lines(&self) -> Vec<String> {
        let numbered = self.list.numbered();
        numbered
            .map(|(number, known)| {
                let since = uk_day_and_time(known.placed_at);
                let until = known.lifted_at.map_or_else(String::new, |at| format!(", lifted {}", uk_day_and_time(at)));
                format!("{} {} of {} since {since}{until}", number, known.basis, known.kind)
            })
            .collect()
    }
}

impl Fact {
    pub(crate) fn told(&self) -> String {
        match self {
            Self::Placed { restriction, kind, basis, reason, agreed_by } => {
                let agreed = agreed_by.as_ref().map_or_else(String::new, |by| format!(" (agreed by {by})"));
                format!("placed {restriction}, {basis} restriction of {kind}: {reason}{agreed}")
            }
            Self::Lifted { restriction, reason } => format!("lifted {restriction}: {reason}"),
        }
    }
}

#[cfg(test)]
mod tests;
