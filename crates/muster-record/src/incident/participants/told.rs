//! What is said of the table, in a timeline and in a situation report.

use super::{Fact, Participants};

impl Participants {
    pub(crate) fn lines(&self) -> Vec<String> {
        let seats = self.seats.iter().map(|(agency, seat)| {
            let lead = if seat.is_lead { ", leads" } else { "" };
            let joined = if seat.joined_at.is_some() { "" } else { ", invited, not joined yet" };
            format!("{agency} ({}): {}{lead}{joined}", seat.kind, seat.interest)
        });
        let offices = self.offices.iter().map(|(office, agency)| format!("{office}: {agency}"));
        let handovers =
            self.handovers.iter().map(|(office, to)| format!("{office}: handover to {to} awaits an answer"));
        seats.chain(offices).chain(handovers).collect()
    }
}

impl Fact {
    pub(crate) fn told(&self) -> String {
        match self {
            Self::Invited { agency, interest } => format!("invited {} ({}, {interest})", agency.id, agency.kind),
            Self::Joined { agency } => format!("{agency} joined"),
            Self::InterestChanged { agency, interest, reason } => format!("{agency} is now {interest}: {reason}"),
            Self::Left { agency, reason } => format!("{agency} left: {reason}"),
            Self::OfficeTaken { office, agency } => format!("{agency} took the office {office}"),
            Self::HandoverOffered { office, to, brief } => format!("offers the office {office} to {to}: {brief}"),
            Self::HandoverAccepted { office, agency } => format!("{agency} took over the office {office}"),
            Self::HandoverRejected { office, agency, cause } => {
                format!("{agency} did not take over the office {office}: {cause}")
            }
        }
    }
}
