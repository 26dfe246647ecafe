//! Participants: agencies are invited, join, change their interest and leave; offices are taken and handed over.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{Asking, Stamp, required};
use crate::agency::{Agency, AgencyKind, Interest, Office};
use crate::ids::AgencyId;
use crate::refusal::Refusal;
use crate::time::Instant;

mod told;

/// What can happen at the table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "fact", rename_all = "snake_case")]
pub enum Fact {
    /// An agency was given a seat.
    Invited {
        /// The agency, as it was known then.
        agency: Agency,
        /// How far it is involved.
        interest: Interest,
    },
    /// An agency took its seat.
    Joined {
        /// The agency.
        agency: AgencyId,
    },
    /// An agency is involved more, or less.
    InterestChanged {
        /// The agency.
        agency: AgencyId,
        /// How far it is involved now.
        interest: Interest,
        /// Why.
        reason: String,
    },
    /// An agency gave up its seat, and with it the offices it held.
    Left {
        /// The agency.
        agency: AgencyId,
        /// Why.
        reason: String,
    },
    /// An agency's post-holder acts here.
    OfficeTaken {
        /// The office.
        office: Office,
        /// The agency.
        agency: AgencyId,
    },
    /// The holder offers the office to another agency, or to the next shift of its own.
    HandoverOffered {
        /// The office.
        office: Office,
        /// The agency that should take it.
        to: AgencyId,
        /// What the receiver needs to know.
        brief: String,
    },
    /// The receiver took the office over.
    HandoverAccepted {
        /// The office.
        office: Office,
        /// The agency that holds it now.
        agency: AgencyId,
    },
    /// The receiver did not take the office over.
    HandoverRejected {
        /// The office.
        office: Office,
        /// The agency that was to take it.
        agency: AgencyId,
        /// Why not.
        cause: String,
    },
}

/// What can be asked at the table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "command", rename_all = "snake_case")]
pub enum Command {
    /// Give an agency a seat. The server fills in what it knows of the agency.
    Invite {
        /// The agency.
        agency: Agency,
        /// How far it shall be involved.
        interest: Interest,
    },
    /// Take the caller's seat.
    Join,
    /// Involve an agency more, or less.
    ChangeInterest {
        /// The agency.
        agency: AgencyId,
        /// How far.
        interest: Interest,
        /// Why.
        reason: String,
    },
    /// Give up the caller's seat.
    Leave {
        /// Why.
        reason: String,
    },
    /// Act for an office of the caller's agency.
    TakeOffice {
        /// The office.
        office: Office,
    },
    /// Offer an office to another agency, or to the next shift.
    OfferHandover {
        /// The office.
        office: Office,
        /// The agency that should take it.
        to: AgencyId,
        /// What the receiver needs to know.
        brief: String,
    },
    /// Take over an office that was offered.
    AcceptHandover {
        /// The office.
        office: Office,
    },
    /// Do not take over an office that was offered.
    RejectHandover {
        /// The office.
        office: Office,
        /// Why not.
        cause: String,
    },
}

/// An agency's seat.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Seat {
    /// What it is.
    pub kind: AgencyKind,
    /// What people call it.
    pub title: String,
    /// How far it is involved.
    pub interest: Interest,
    /// Whether it leads.
    pub is_lead: bool,
    /// When it took its seat; absent while only invited.
    pub joined_at: Option<Instant>,
}

/// Who is at the table, and who holds which office.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Participants {
    /// Seats by agency.
    pub seats: BTreeMap<AgencyId, Seat>,
    /// Holders by office.
    pub offices: BTreeMap<Office, AgencyId>,
    /// Handovers offered and not answered.
    pub handovers: BTreeMap<Office, AgencyId>,
}

/// The facts that seat the agency that opens an incident.
pub fn seat_the_lead(lead: &Agency) -> Vec<crate::Fact> {
    let invited = Fact::Invited { agency: lead.clone(), interest: Interest::FinancialAndOperational };
    vec![invited.into(), Fact::Joined { agency: lead.id.clone() }.into()]
}

pub(super) fn decide(asking: &Asking<'_>, command: &Command) -> Result<Vec<crate::Fact>, Refusal> {
    let table = &asking.incident.participants;
    let own = || asking.by.agency.clone();
    let fact = match command {
        Command::Invite { agency, interest } => {
            asking.works()?;
            if table.seats.contains_key(&agency.id) {
                return Err(Refusal::AlreadyInvited { agency: agency.id.clone() });
            }
            if *interest == Interest::None {
                return Err(Refusal::Invalid {
                    field: "interest",
                    problem: "an agency with no interest needs no seat",
                });
            }
            Fact::Invited { agency: agency.clone(), interest: *interest }
        }
        Command::Join => match asking.seat()?.joined_at {
            Some(_) => return Err(Refusal::AlreadyJoined),
            None => Fact::Joined { agency: own() },
        },
        Command::ChangeInterest { agency, interest, reason } => {
            asking.leads()?;
            required("reason", reason)?;
            let seat = table.seat(agency).ok_or_else(|| no_such_participant(agency))?;
            if seat.is_lead && !interest.is_operational() {
                return Err(Refusal::LeadStays);
            }
            Fact::InterestChanged { agency: agency.clone(), interest: *interest, reason: reason.clone() }
        }
        Command::Leave { reason } => {
            required("reason", reason)?;
            if asking.seat()?.is_lead {
                return Err(Refusal::LeadStays);
            }
            Fact::Left { agency: own(), reason: reason.clone() }
        }
        Command::TakeOffice { office } => {
            let kind = asking.seat()?.kind;
            if !office.held_by().contains(&kind) {
                return Err(Refusal::OfficeNotForKind { office: *office, kind });
            }
            if let Some(holder) = table.offices.get(office) {
                return Err(Refusal::OfficeIsTaken { office: *office, holder: holder.clone() });
            }
            Fact::OfficeTaken { office: *office, agency: own() }
        }
        Command::OfferHandover { office, to, brief } => {
            required("brief", brief)?;
            if !table.holds(&asking.by.agency, *office) {
                return Err(Refusal::OfficeNotHeld { office: *office });
            }
            let seat = table.seat(to).filter(|seat| seat.interest != Interest::None);
            let seat = seat.ok_or_else(|| no_such_participant(to))?;
            if !office.held_by().contains(&seat.kind) {
                return Err(Refusal::OfficeNotForKind { office: *office, kind: seat.kind });
            }
            Fact::HandoverOffered { office: *office, to: to.clone(), brief: brief.clone() }
        }
        Command::AcceptHandover { office } => {
            table.handover_to(&asking.by.agency, *office)?;
            Fact::HandoverAccepted { office: *office, agency: own() }
        }
        Command::RejectHandover { office, cause } => {
            required("cause", cause)?;
            table.handover_to(&asking.by.agency, *office)?;
            Fact::HandoverRejected { office: *office, agency: own(), cause: cause.clone() }
        }
    };
    Ok(vec![fact.into()])
}

fn no_such_participant(agency: &AgencyId) -> Refusal {
    Refusal::NoSuch { what: "participant", given: agency.to_string() }
}

impl Participants {
    /// An agency's seat, where it has one.
    pub fn seat(&self, agency: &AgencyId) -> Option<&Seat> {
        self.seats.get(agency)
    }

    /// Whether the agency has a seat, and is not one that is no longer involved.
    pub(super) fn is_at_the_table(&self, agency: &AgencyId) -> bool {
        self.seat(agency).is_some_and(|seat| seat.interest != Interest::None)
    }

    /// Whether the agency holds the office.
    pub fn holds(&self, agency: &AgencyId, office: Office) -> bool {
        self.offices.get(&office) == Some(agency)
    }

    /// The agency of that kind that works here: the lead first, then by name.
    pub fn of_kind(&self, kind: AgencyKind) -> Option<&AgencyId> {
        let mut found = self.seats.iter().filter(|(_, seat)| seat.kind == kind);
        found.clone().find(|(_, seat)| seat.is_lead).or_else(|| found.next()).map(|(agency, _)| agency)
    }

    fn handover_to(&self, agency: &AgencyId, office: Office) -> Result<(), Refusal> {
        if self.handovers.get(&office) == Some(agency) { Ok(()) } else { Err(Refusal::NoHandover { office }) }
    }

    /// Nobody holds an office, or waits for one, who is not at the table.
    fn vacate(&mut self, agency: &AgencyId) {
        self.offices.retain(|_, holder| holder != agency);
        self.handovers.retain(|_, receiver| receiver != agency);
    }

    pub(super) fn apply(&mut self, stamp: &Stamp<'_>, fact: &Fact) {
        match fact {
            Fact::Invited { agency, interest } => {
                let is_lead = self.seats.is_empty();
                let (kind, title) = (agency.kind, agency.title.clone());
                let seat = Seat { kind, title, interest: *interest, is_lead, joined_at: None };
                self.seats.insert(agency.id.clone(), seat);
            }
            Fact::Joined { agency } => {
                if let Some(seat) = self.seats.get_mut(agency) {
                    seat.joined_at = Some(stamp.recorded_at);
                }
            }
            Fact::InterestChanged { agency, interest, reason: _ } => {
                if let Some(seat) = self.seats.get_mut(agency) {
                    seat.interest = *interest;
                }
                if *interest == Interest::None {
                    self.vacate(agency);
                }
            }
            Fact::Left { agency, reason: _ } => {
                self.seats.remove(agency);
                self.vacate(agency);
            }
            Fact::OfficeTaken { office, agency } | Fact::HandoverAccepted { office, agency } => {
                self.offices.insert(*office, agency.clone());
                self.handovers.remove(office);
            }
            Fact::HandoverOffered { office, to, brief: _ } => {
                self.handovers.insert(*office, to.clone());
            }
            Fact::HandoverRejected { office, agency: _, cause: _ } => {
                self.handovers.remove(office);
            }
        }
    }
}

#[cfg(test)]
mod tests;
