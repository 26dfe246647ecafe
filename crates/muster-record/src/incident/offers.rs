//! Offers: beds, vehicles, staff hours and buildings are offered as at a time, taken, released and withdrawn.

use serde::{Deserialize, Serialize};

use super::{Asking, Stamp, not_in_the_future, required};
use crate::ids::{AgencyId, OfferNo, PersonNo};
use crate::numbered::ByNumber;
use crate::refusal::Refusal;
use crate::situation::OfferKind;
use crate::time::{Instant, uk_day_and_time};

/// What can happen to an offer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "fact", rename_all = "snake_case")]
pub enum Fact {
    /// Something was offered.
    Offered {
        /// Its number.
        offer: OfferNo,
        /// What it is.
        kind: OfferKind,
        /// How many.
        quantity: u32,
        /// The moment for which the figure is true: vacancy figures can be weeks old.
        as_at: Instant,
        /// What else is said of it, as words and values (`nursing` = `yes`).
        detail: Vec<(String, String)>,
    },
    /// Some of it was taken.
    Taken {
        /// Its number.
        offer: OfferNo,
        /// How many.
        quantity: u32,
        /// The person it is for, where it is for one.
        person: Option<PersonNo>,
    },
    /// Some of what was taken was given back.
    Released {
        /// Its number.
        offer: OfferNo,
        /// How many.
        quantity: u32,
    },
    /// It no longer stands.
    Withdrawn {
        /// Its number.
        offer: OfferNo,
        /// Why.
        reason: String,
    },
}

/// What can be asked about an offer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "command", rename_all = "snake_case")]
pub enum Command {
    /// Offer something.
    Offer {
        /// What it is.
        kind: OfferKind,
        /// How many.
        quantity: u32,
        /// The moment for which the figure is true.
        as_at: Instant,
        /// What else is said of it.
        detail: Vec<(String, String)>,
    },
    /// Take some of it.
    Take {
        /// Its number.
        offer: OfferNo,
        /// How many.
        quantity: u32,
        /// The person it is for.
        person: Option<PersonNo>,
    },
    /// Give some of it back.
    Release {
        /// Its number.
        offer: OfferNo,
        /// How many.
        quantity: u32,
    },
    /// Withdraw it.
    Withdraw {
        /// Its number.
        offer: OfferNo,
        /// Why.
        reason: String,
    },
}

/// An offer on the record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Offer {
    /// Who offers it.
    pub agency: AgencyId,
    /// What it is.
    pub kind: OfferKind,
    /// How many.
    pub quantity: u32,
    /// How many are taken.
    pub taken: u32,
    /// The moment for which the figure was true.
    pub as_at: Instant,
    /// What else was said of it.
    pub detail: Vec<(String, String)>,
    /// Whether it was withdrawn.
    pub withdrawn: bool,
}

/// The offers; O1 stands first.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Offers {
    /// In order of number.
    pub list: ByNumber<OfferNo, Offer>,
}

pub(super) fn decide(asking: &Asking<'_>, command: &Command) -> Result<Vec<crate::Fact>, Refusal> {
    let offers = &asking.incident.offers;
    let fact = match command {
        Command::Offer { kind, quantity, as_at, detail } => {
            asking.seat()?;
            some(*quantity)?;
            not_in_the_future(asking.now, *as_at)?;
            let offer = offers.list.next_number();
            Fact::Offered { offer, kind: *kind, quantity: *quantity, as_at: *as_at, detail: detail.clone() }
        }
        Command::Take { offer, quantity, person } => {
            asking.works()?;
            some(*quantity)?;
            person.map(|person| asking.incident.people.get(person)).transpose()?;
            offers.takeable(*offer, *quantity)?;
            Fact::Taken { offer: *offer, quantity: *quantity, person: *person }
        }
        Command::Release { offer, quantity } => {
            asking.works()?;
            some(*quantity)?;
            let known = offers.get(*offer)?;
            if *quantity > known.taken {
                return Err(Refusal::NotTaken { taken: known.taken });
            }
            Fact::Released { offer: *offer, quantity: *quantity }
        }
        Command::Withdraw { offer, reason } => {
            required("reason", reason)?;
            let known = offers.get(*offer)?;
            if known.agency != asking.by.agency {
                return Err(Refusal::NotYourOffer);
            }
            if known.withdrawn {
                return Err(Refusal::OfferWithdrawn);
            }
            Fact::Withdrawn { offer: *offer, reason: reason.clone() }
        }
    };
    Ok(vec![fact.into()])
}

fn some(quantity: u32) -> Result<(), Refusal> {
    if quantity == 0 { Err(Refusal::Invalid { field: "quantity", problem: "none is no quantity" }) } else { Ok(()) }
}

impl Offer {
    /// How many can still be taken.
    pub fn left(&self) -> u32 {
        if self.withdrawn { 0 } else { self.quantity.saturating_sub(self.taken) }
    }
}

impl Offers {
    fn get(&self, offer: OfferNo) -> Result<&Offer, Refusal> {
        self.list.get(offer).ok_or_else(|| Refusal::NoSuch { what: "offer", given: offer.0.to_string() })
    }

    /// The offer, if that many can be taken of it.
    pub(super) fn takeable(&self, offer: OfferNo, quantity: u32) -> Result<&Offer, Refusal> {
        let known = self.get(offer)?;
        if known.withdrawn {
            return Err(Refusal::OfferWithdrawn);
        }
        if quantity > known.left() {
            return Err(Refusal::NotEnough { left: known.left() });
        }
        Ok(known)
    }

    pub(super) fn apply(&mut self, stamp: &Stamp<'_>, fact: &Fact) {
        match fact {
            Fact::Offered { offer, kind, quantity, as_at, detail } => self.list.put(
                *offer,
                Offer {
                    agency: stamp.author.agency.clone(),
                    kind: *kind,
                    quantity: *quantity,
                    taken: 0,
                    as_at: *as_at,
                    detail: detail.clone(),
                    withdrawn: false,
                },
            ),
            Fact::Taken { offer, quantity, person: _ } => {
                self.change(*offer, |offer| offer.taken = offer.taken.saturating_add(*quantity));
            }
            Fact::Released { offer, quantity } => {
                self.change(*offer, |offer| offer.taken = offer.taken.saturating_sub(*quantity));
            }
            Fact::Withdrawn { offer, reason: _ } => self.change(*offer, |offer| offer.withdrawn = true),
        }
    }

    fn change(&mut self, offer: OfferNo, how: impl FnOnce(&mut Offer)) {
        if let Some(offer) = self.list.get_mut(offer) {
            how(offer);
        }
    }

    pub(crate) fn lines(&self) -> Vec<String> {
        let numbered = self.list.numbered();
        numbered
            .map(|(number, offer)| {
                let withdrawn = if offer.withdrawn { ", withdrawn" } else { "" };
                format!(
                    "{} {}: {} of {} taken, from {}, figure of {}{withdrawn}",
                    number,
                    offer.kind,
                    offer.taken,
                    offer.quantity,
                    offer.agency,
                    uk_day_and_time(offer.as_at)
                )
            })
            .collect()
    }
}

impl Fact {
    pub(crate) fn told(&self) -> String {
        match self {
            Self::Offered { offer, kind, quantity, as_at, detail } => {
                let detail =
                    detail.iter().map(|(word, value)| format!("{word} {value}")).collect::<Vec<_>>().join(", ");
                let detail = if detail.is_empty() { detail } else { format!(" ({detail})") };
                format!("offered {offer}: {quantity} {kind}{detail}, as at {}", uk_day_and_time(*as_at))
            }
            Self::Taken { offer, quantity, person: Some(person) } => format!("took {quantity} of {offer} for {person}"),
            Self::Taken { offer, quantity, person: None } => format!("took {quantity} of {offer}"),
            Self::Released { offer, quantity } => format!("gave back {quantity} of {offer}"),
            Self::Withdrawn { offer, reason } => format!("withdrew {offer}: {reason}"),
        }
    }
}

#[cfg(test)]
mod tests;
