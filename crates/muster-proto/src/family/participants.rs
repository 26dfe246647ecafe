//! Participants: seats and offices.

use muster_record::agency::{Agency, Succession};
use muster_record::incident::participants::{Command, Fact};

use crate::at::At;
use crate::command::Known;
use crate::v1;
use crate::v1::command::Command as Asked;
use crate::v1::entry::Body;
use crate::words::Word as _;

pub(crate) fn invite(at: &mut At<'_>, wire: &v1::InviteAgency, known: Known<'_>) -> Option<Command> {
    let v1::InviteAgency { agency, interest } = wire;
    let agency = at
        .field("agency")
        .name(agency)
        .and_then(|name| known(&name).or_else(|| at.field("agency").wrong("is no agency that this server knows")));
    let interest = at.field("interest").word(*interest);
    Some(Command::Invite { agency: agency?, interest: interest? })
}

pub(crate) fn join(wire: &v1::JoinIncident) -> Command {
    let v1::JoinIncident {} = wire;
    Command::Join
}

pub(crate) fn change_interest(at: &mut At<'_>, wire: &v1::ChangeInterest) -> Option<Command> {
    let v1::ChangeInterest { agency, interest, reason } = wire;
    let agency = at.field("agency").name(agency);
    let interest = at.field("interest").word(*interest);
    let reason = at.field("reason").text(reason);
    Some(Command::ChangeInterest { agency: agency?, interest: interest?, reason: reason? })
}

pub(crate) fn leave(at: &mut At<'_>, wire: &v1::LeaveIncident) -> Option<Command> {
    let v1::LeaveIncident { reason } = wire;
    Some(Command::Leave { reason: at.field("reason").text(reason)? })
}

pub(crate) fn take_office(at: &mut At<'_>, wire: &v1::TakeOffice) -> Option<Command> {
    let v1::TakeOffice { office } = wire;
    Some(Command::TakeOffice { office: at.field("office").word(*office)? })
}

pub(crate) fn offer_handover(at: &mut At<'_>, wire: &v1::OfferHandover) -> Option<Command> {
    let v1::OfferHandover { office, to, brief } = wire;
    let office = at.field("office").word(*office);
    let to = at.field("to").name(to);
    let brief = at.field("brief").long_text(brief);
    Some(Command::OfferHandover { office: office?, to: to?, brief: brief? })
}

pub(crate) fn accept_handover(at: &mut At<'_>, wire: &v1::AcceptHandover) -> Option<Command> {
    let v1::AcceptHandover { office } = wire;
    Some(Command::AcceptHandover { office: at.field("office").word(*office)? })
}

pub(crate) fn reject_handover(at: &mut At<'_>, wire: &v1::RejectHandover) -> Option<Command> {
    let v1::RejectHandover { office, cause } = wire;
    let office = at.field("office").word(*office);
    let cause = at.field("cause").text(cause);
    Some(Command::RejectHandover { office: office?, cause: cause? })
}

pub(crate) fn write(command: &Command) -> Asked {
    match command {
        // The wire names the agency; what else is known of it, the server fills in.
        Command::Invite { agency: Agency { id, kind: _, title: _, successors: _ }, interest } => {
            Asked::InviteAgency(v1::InviteAgency { agency: id.to_string(), interest: interest.write() })
        }
        Command::Join => Asked::JoinIncident(v1::JoinIncident {}),
        Command::ChangeInterest { agency, interest, reason } => Asked::ChangeInterest(v1::ChangeInterest {
            agency: agency.to_string(),
            interest: interest.write(),
            reason: reason.clone(),
        }),
        Command::Leave { reason } => Asked::LeaveIncident(v1::LeaveIncident { reason: reason.clone() }),
        Command::TakeOffice { office } => Asked::TakeOffice(v1::TakeOffice { office: office.write() }),
        Command::OfferHandover { office, to, brief } => {
            Asked::OfferHandover(v1::OfferHandover { office: office.write(), to: to.to_string(), brief: brief.clone() })
        }
        Command::AcceptHandover { office } => Asked::AcceptHandover(v1::AcceptHandover { office: office.write() }),
        Command::RejectHandover { office, cause } => {
            Asked::RejectHandover(v1::RejectHandover { office: office.write(), cause: cause.clone() })
        }
    }
}

pub(crate) fn write_agency(agency: &Agency) -> v1::Agency {
    let Agency { id, kind, title, successors } = agency;
    let successors = successors
        .iter()
        .map(|Succession { agency, from }| v1::Succession { agency: agency.to_string(), from: from.to_string() });
    v1::Agency { id: id.to_string(), kind: kind.write(), title: title.clone(), successors: successors.collect() }
}

pub(crate) fn fact(fact: &Fact) -> Body {
    match fact {
        Fact::Invited { agency, interest } => {
            Body::AgencyInvited(v1::AgencyInvited { agency: Some(write_agency(agency)), interest: interest.write() })
        }
        Fact::Joined { agency } => Body::AgencyJoined(v1::AgencyJoined { agency: agency.to_string() }),
        Fact::InterestChanged { agency, interest, reason } => Body::InterestChanged(v1::InterestChanged {
            agency: agency.to_string(),
            interest: interest.write(),
            reason: reason.clone(),
        }),
        Fact::Left { agency, reason } => {
            Body::AgencyLeft(v1::AgencyLeft { agency: agency.to_string(), reason: reason.clone() })
        }
        Fact::OfficeTaken { office, agency } => {
            Body::OfficeTaken(v1::OfficeTaken { office: office.write(), agency: agency.to_string() })
        }
        Fact::HandoverOffered { office, to, brief } => Body::HandoverOffered(v1::HandoverOffered {
            office: office.write(),
            to: to.to_string(),
            brief: brief.clone(),
        }),
        Fact::HandoverAccepted { office, agency } => {
            Body::HandoverAccepted(v1::HandoverAccepted { office: office.write(), agency: agency.to_string() })
        }
        Fact::HandoverRejected { office, agency, cause } => Body::HandoverRejected(v1::HandoverRejected {
            office: office.write(),
            agency: agency.to_string(),
            cause: cause.clone(),
        }),
    }
}
