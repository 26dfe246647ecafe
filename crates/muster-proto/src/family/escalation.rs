//! Escalations, by number.

use muster_record::ids::EscalationNo;
use muster_record::incident::escalation::{Command, Fact};

use crate::at::At;
use crate::v1;
use crate::v1::command::Command as Asked;
use crate::v1::entry::Body;
use crate::words::Word as _;

pub(crate) fn raise(at: &mut At<'_>, wire: &v1::RaiseEscalation) -> Option<Command> {
    let v1::RaiseEscalation { to, matter } = wire;
    let to = at.field("to").word(*to);
    let matter = at.field("matter").text(matter);
    Some(Command::Raise { to: to?, matter: matter? })
}

pub(crate) fn acknowledge(at: &mut At<'_>, wire: &v1::AcknowledgeEscalation) -> Option<Command> {
    let v1::AcknowledgeEscalation { escalation } = wire;
    Some(Command::Acknowledge { escalation: at.field("escalation").number(*escalation, EscalationNo)? })
}

pub(crate) fn step_down(at: &mut At<'_>, wire: &v1::StepDownEscalation) -> Option<Command> {
    let v1::StepDownEscalation { escalation, reason } = wire;
    let escalation = at.field("escalation").number(*escalation, EscalationNo);
    let reason = at.field("reason").text(reason);
    Some(Command::StepDown { escalation: escalation?, reason: reason? })
}

pub(crate) fn write(command: &Command) -> Asked {
    match command {
        Command::Raise { to, matter } => {
            Asked::RaiseEscalation(v1::RaiseEscalation { to: to.write(), matter: matter.clone() })
        }
        Command::Acknowledge { escalation } => {
            Asked::AcknowledgeEscalation(v1::AcknowledgeEscalation { escalation: escalation.0 })
        }
        Command::StepDown { escalation, reason } => {
            Asked::StepDownEscalation(v1::StepDownEscalation { escalation: escalation.0, reason: reason.clone() })
        }
    }
}

pub(crate) fn fact(fact: &Fact) -> Body {
    match fact {
        Fact::Raised { escalation, to, matter } => Body::EscalationRaised(v1::EscalationRaised {
            escalation: escalation.0,
            to: to.write(),
            matter: matter.clone(),
        }),
        Fact::Acknowledged { escalation } => {
            Body::EscalationAcknowledged(v1::EscalationAcknowledged { escalation: escalation.0 })
        }
        Fact::SteppedDown { escalation, reason } => {
            Body::EscalationSteppedDown(v1::EscalationSteppedDown { escalation: escalation.0, reason: reason.clone() })
        }
    }
}
