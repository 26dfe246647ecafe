//! Communications, by number.

use muster_record::ids::CommunicationNo;
use muster_record::incident::communications::{Command, Fact};

use crate::at::At;
use crate::v1;
use crate::v1::command::Command as Asked;
use crate::v1::entry::Body;
use crate::words::Word as _;

pub(crate) fn draft(at: &mut At<'_>, wire: &v1::DraftCommunication) -> Option<Command> {
    let v1::DraftCommunication { audience, title, body, approved_by } = wire;
    let audience = at.field("audience").text(audience);
    let title = at.field("title").text(title);
    let body = at.field("body").long_text(body);
    let approved_by = at.field("approved_by").word(*approved_by);
    Some(Command::Draft { audience: audience?, title: title?, body: body?, approved_by: approved_by? })
}

pub(crate) fn approve(at: &mut At<'_>, wire: &v1::ApproveCommunication) -> Option<Command> {
    let v1::ApproveCommunication { communication } = wire;
    Some(Command::Approve { communication: at.field("communication").number(*communication, CommunicationNo)? })
}

pub(crate) fn issue(at: &mut At<'_>, wire: &v1::IssueCommunication) -> Option<Command> {
    let v1::IssueCommunication { communication, how } = wire;
    let communication = at.field("communication").number(*communication, CommunicationNo);
    let how = at.field("how").text(how);
    Some(Command::Issue { communication: communication?, how: how? })
}

pub(crate) fn write(command: &Command) -> Asked {
    match command {
        Command::Draft { audience, title, body, approved_by } => Asked::DraftCommunication(v1::DraftCommunication {
            audience: audience.clone(),
            title: title.clone(),
            body: body.clone(),
            approved_by: approved_by.write(),
        }),
        Command::Approve { communication } => {
            Asked::ApproveCommunication(v1::ApproveCommunication { communication: communication.0 })
        }
        Command::Issue { communication, how } => {
            Asked::IssueCommunication(v1::IssueCommunication { communication: communication.0, how: how.clone() })
        }
    }
}

pub(crate) fn fact(fact: &Fact) -> Body {
    match fact {
        Fact::Drafted { communication, audience, title, body, approved_by } => {
            Body::CommunicationDrafted(v1::CommunicationDrafted {
                communication: communication.0,
                audience: audience.clone(),
                title: title.clone(),
                body: body.clone(),
                approved_by: approved_by.write(),
            })
        }
        Fact::Approved { communication } => {
            Body::CommunicationApproved(v1::CommunicationApproved { communication: communication.0 })
        }
        Fact::Issued { communication, how } => {
            Body::CommunicationIssued(v1::CommunicationIssued { communication: communication.0, how: how.clone() })
        }
    }
}
