//! People: those who use the services are registered, described and followed, by number.
//!
//! No name, address or date of birth stands here. Identity is kept apart, sealed, one key a person.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{Asking, Stamp, plural, required};
use crate::advice::{Answer, Step};
use crate::entry::Hash;
use crate::identity::{Basis, Standing};
use crate::ids::{AgencyId, PersonNo, ServiceId};
use crate::numbered::ByNumber;
use crate::refusal::Refusal;
use crate::situation::{CareStatus, Funder, Mobility, Need};
use crate::time::{Instant, is_night_in_the_uk};

/// What the record holds of a person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Details {
    /// The service that cares for them.
    pub service: ServiceId,
    /// Who pays.
    pub funder: Funder,
    /// The agency that placed them, where it is another than the lead.
    pub placed_by: Option<AgencyId>,
    /// How they can travel.
    pub mobility: Mobility,
    /// What they need.
    pub needs: Vec<Need>,
    /// Whether the needs are known at all.
    pub needs_known: Answer,
    /// People they should stay together with.
    pub stays_with: Vec<PersonNo>,
}

/// What can happen to a person on the record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "fact", rename_all = "snake_case")]
pub enum Fact {
    /// They were put on the list.
    Registered {
        /// Their number.
        person: PersonNo,
        /// What is known of them.
        details: Details,
    },
    /// What is known of them changed.
    Changed {
        /// Their number.
        person: PersonNo,
        /// What is known of them now.
        details: Details,
    },
    /// They came to another status.
    StatusChanged {
        /// Their number.
        person: PersonNo,
        /// The status.
        to: CareStatus,
        /// Where they go or are, without an address: a service or a kind of place.
        place: Option<String>,
    },
    /// Who they are was written down, sealed and apart from the record. Nothing of it stands here.
    IdentitySealed {
        /// Their number.
        person: PersonNo,
        /// How often it was written with this: 1 for the first time, and never again the same, erased or not.
        version: u32,
        /// A salted commitment to the sealed bytes. The salt is erased with them.
        commitment: Hash,
    },
    /// Who they are was erased: its key and its sealed bytes are gone.
    IdentityErased {
        /// Their number.
        person: PersonNo,
        /// The version that was erased.
        version: u32,
        /// Why.
        because: String,
        /// On which legal basis.
        basis: Basis,
        /// Who decided it, by post and not by name.
        by: String,
    },
}

/// What can be asked about a person on the record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "command", rename_all = "snake_case")]
pub enum Command {
    /// Put somebody on the list.
    Register {
        /// What is known of them.
        details: Details,
    },
    /// Say what is known of them now.
    Change {
        /// Their number.
        person: PersonNo,
        /// What is known of them now.
        details: Details,
    },
    /// Say where they have come to.
    SetStatus {
        /// Their number.
        person: PersonNo,
        /// The status.
        to: CareStatus,
        /// Where they go or are, without an address.
        place: Option<String>,
    },
}

/// A person on the record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Person {
    /// What is known of them.
    pub details: Details,
    /// Where they have come to.
    pub status: CareStatus,
    /// When they moved.
    pub moved_at: Option<Instant>,
}

/// The people who use the services; person 1 stands first.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct People {
    /// In order of number.
    pub list: ByNumber<PersonNo, Person>,
    /// What became of who they are, for those of whom it was ever written down.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub identities: BTreeMap<PersonNo, Standing>,
}

pub(super) fn decide(asking: &Asking<'_>, command: &Command) -> Result<Vec<crate::Fact>, Refusal> {
    asking.works()?;
    let people = &asking.incident.people;
    let fact = match command {
        Command::Register { details } => {
            check(asking, details)?;
            Fact::Registered { person: people.list.next_number(), details: details.clone() }
        }
        Command::Change { person, details } => {
            people.get(*person)?;
            check(asking, details)?;
            Fact::Changed { person: *person, details: details.clone() }
        }
        Command::SetStatus { person, to, place } => {
            let from = people.get(*person)?.status;
            if !can_follow(from, *to) {
                return Err(Refusal::StatusNotReachable { from, to: *to });
            }
            if *to == CareStatus::Placed {
                required("place", place.as_deref().unwrap_or_default())?;
            }
            if *to == CareStatus::Moved {
                asking.gate(Step::Move)?;
                if is_night_in_the_uk(asking.occurred_at) {
                    asking.gate(Step::MoveAtNight)?;
                }
            }
            Fact::StatusChanged { person: *person, to: *to, place: place.clone() }
        }
    };
    Ok(vec![fact.into()])
}

fn check(asking: &Asking<'_>, details: &Details) -> Result<(), Refusal> {
    let services = &asking.incident.lifecycle.opening.services;
    if !services.iter().any(|service| service.id == details.service) {
        return Err(Refusal::NoSuch { what: "service", given: details.service.to_string() });
    }
    for other in &details.stays_with {
        asking.incident.people.get(*other)?;
    }
    Ok(())
}

/// Where a person can come to from where they are. Nobody comes back from having died.
pub(super) fn can_follow(from: CareStatus, to: CareStatus) -> bool {
    use CareStatus::{Died, FollowedUp, Identified, Moved};
    match (from, to) {
        (Died, _) | (_, Identified) => false,
        (from, FollowedUp) => from.is_settled() && from != FollowedUp,
        (Moved | FollowedUp, CareStatus::Reviewed) => false,
        (from, to) => from != to,
    }
}

impl People {
    /// The person of that number.
    ///
    /// # Errors
    /// [`Refusal::NoSuch`] when the record has no such person.
    pub fn get(&self, person: PersonNo) -> Result<&Person, Refusal> {
        self.list.get(person).ok_or_else(|| Refusal::NoSuch { what: "person", given: person.0.to_string() })
    }

    fn get_mut(&mut self, person: PersonNo) -> Option<&mut Person> {
        self.list.get_mut(person)
    }

    /// How many have come to that status.
    pub fn count(&self, status: CareStatus) -> usize {
        self.list.iter().filter(|person| person.status == status).count()
    }

    /// How many have nowhere to go yet.
    pub fn not_yet_placed(&self) -> usize {
        self.list.iter().filter(|person| !person.status.is_settled()).count()
    }

    pub(super) fn apply(&mut self, stamp: &Stamp<'_>, fact: &Fact) {
        match fact {
            Fact::Registered { person, details } => {
                self.list
                    .put(*person, Person { details: details.clone(), status: CareStatus::Identified, moved_at: None });
            }
            Fact::Changed { person, details } => {
                if let Some(known) = self.get_mut(*person) {
                    known.details = details.clone();
                }
            }
            Fact::StatusChanged { person, to, place: _ } => {
                if let Some(known) = self.get_mut(*person) {
                    known.status = *to;
                    if *to == CareStatus::Moved {
                        known.moved_at = Some(stamp.occurred_at);
                    }
                }
            }
            Fact::IdentitySealed { person, version, commitment } => {
                let (by, at) = (stamp.author.agency.clone(), stamp.recorded_at);
                let sealed = Standing::Sealed { version: *version, commitment: *commitment, by, at };
                self.identities.insert(*person, sealed);
            }
            Fact::IdentityErased { person, version, because: _, basis, by: _ } => {
                let erased = Standing::Erased { version: *version, basis: *basis, at: stamp.recorded_at };
                self.identities.insert(*person, erased);
            }
        }
    }

    pub(crate) fn lines(&self) -> Vec<String> {
        if self.list.is_empty() {
            return Vec::new();
        }
        let count = |what: &str, number: usize| (number > 0).then(|| format!("{what}: {number}"));
        let of_funder = |funder: Funder| self.list.iter().filter(|person| person.details.funder == funder).count();
        let unknown = self.list.iter().filter(|person| person.details.needs_known != Answer::Yes).count();
        let total =
            format!("{}, {} not yet placed", plural(self.list.len(), "person", "people"), self.not_yet_placed());
        let statuses = CareStatus::ALL.iter().filter_map(|status| count(status.word(), self.count(*status)));
        let funders = Funder::ALL.iter().filter_map(|funder| count(funder.word(), of_funder(*funder)));
        let needs = count("needs not known", unknown);
        std::iter::once(total).chain(statuses).chain(funders).chain(needs).collect()
    }
}

impl Fact {
    pub(crate) fn told(&self) -> String {
        match self {
            Self::Registered { person, details } => format!("{person} registered: {}", details.told()),
            Self::Changed { person, details } => format!("{person} is now: {}", details.told()),
            Self::StatusChanged { person, to, place: Some(place) } => format!("{person} {to}: {place}"),
            Self::StatusChanged { person, to, place: None } => format!("{person} {to}"),
            Self::IdentitySealed { person, version, commitment: _ } => {
                format!("who {person} is was written down, sealed (version {version})")
            }
            Self::IdentityErased { person, version: _, because, basis, by } => {
                format!("who {person} is was erased ({basis}; decided by {by}): {because}")
            }
        }
    }
}

impl Details {
    fn told(&self) -> String {
        let placed_by = self.placed_by.as_ref().map(|agency| format!("placed by {agency}"));
        let needs = match (self.needs_known, self.needs.is_empty()) {
            (Answer::Yes, true) => "no particular needs".to_owned(),
            (_, false) => self.needs.iter().map(|need| need.word()).collect::<Vec<_>>().join(" + "),
            (Answer::No | Answer::Unknown, true) => "needs not known".to_owned(),
        };
        let parts = [Some(self.funder.to_string()), placed_by, Some(self.mobility.to_string()), Some(needs)];
        parts.into_iter().flatten().collect::<Vec<_>>().join(", ")
    }
}

#[cfg(test)]
mod tests;
