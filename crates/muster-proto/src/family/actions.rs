//! Actions, by number.

use muster_record::ids::ActionNo;
use muster_record::incident::actions::{Command, Fact};

use crate::at::At;
use crate::time::write_time;
use crate::v1;
use crate::v1::command::Command as Asked;
use crate::v1::entry::Body;

pub(crate) fn raise(at: &mut At<'_>, wire: &v1::RaiseAction) -> Option<Command> {
    let v1::RaiseAction { title, owner, due } = wire;
    let title = at.field("title").text(title);
    let owner = at.field("owner").name(owner);
    let due = at.field("due").optional(due.as_ref(), At::time);
    Some(Command::Raise { title: title?, owner: owner?, due: due? })
}

pub(crate) fn assign(at: &mut At<'_>, wire: &v1::AssignAction) -> Option<Command> {
    let v1::AssignAction { action, owner } = wire;
    let action = at.field("action").number(*action, ActionNo);
    let owner = at.field("owner").name(owner);
    Some(Command::Assign { action: action?, owner: owner? })
}

pub(crate) fn accept(at: &mut At<'_>, wire: &v1::AcceptAction) -> Option<Command> {
    let v1::AcceptAction { action } = wire;
    Some(Command::Accept { action: at.field("action").number(*action, ActionNo)? })
}

pub(crate) fn decline(at: &mut At<'_>, wire: &v1::DeclineAction) -> Option<Command> {
    let v1::DeclineAction { action, cause } = wire;
    let action = at.field("action").number(*action, ActionNo);
    let cause = at.field("cause").text(cause);
    Some(Command::Decline { action: action?, cause: cause? })
}

pub(crate) fn progress(at: &mut At<'_>, wire: &v1::ProgressAction) -> Option<Command> {
    let v1::ProgressAction { action, note } = wire;
    let action = at.field("action").number(*action, ActionNo);
    let note = at.field("note").long_text(note);
    Some(Command::Progress { action: action?, note: note? })
}

pub(crate) fn block(at: &mut At<'_>, wire: &v1::BlockAction) -> Option<Command> {
    let v1::BlockAction { action, cause } = wire;
    let action = at.field("action").number(*action, ActionNo);
    let cause = at.field("cause").text(cause);
    Some(Command::Block { action: action?, cause: cause? })
}

pub(crate) fn complete(at: &mut At<'_>, wire: &v1::CompleteAction) -> Option<Command> {
    let v1::CompleteAction { action, note } = wire;
    let action = at.field("action").number(*action, ActionNo);
    let note = at.field("note").long_text(note);
    Some(Command::Complete { action: action?, note: note? })
}

pub(crate) fn cancel(at: &mut At<'_>, wire: &v1::CancelAction) -> Option<Command> {
    let v1::CancelAction { action, reason } = wire;
    let action = at.field("action").number(*action, ActionNo);
    let reason = at.field("reason").text(reason);
    Some(Command::Cancel { action: action?, reason: reason? })
}

pub(crate) fn write(command: &Command) -> Asked {
    match command {
        Command::Raise { title, owner, due } => Asked::RaiseAction(v1::RaiseAction {
            title: title.clone(),
            owner: owner.to_string(),
            due: due.map(write_time),
        }),
        Command::Assign { action, owner } => {
            Asked::AssignAction(v1::AssignAction { action: action.0, owner: owner.to_string() })
        }
        Command::Accept { action } => Asked::AcceptAction(v1::AcceptAction { action: action.0 }),
        Command::Decline { action, cause } => {
            Asked::DeclineAction(v1::DeclineAction { action: action.0, cause: cause.clone() })
        }
        Command::Progress { action, note } => {
            Asked::ProgressAction(v1::ProgressAction { action: action.0, note: note.clone() })
        }
        Command::Block { action, cause } => {
            Asked::BlockAction(v1::BlockAction { action: action.0, cause: cause.clone() })
        }
        Command::Complete { action, note } => {
            Asked::CompleteAction(v1::CompleteAction { action: action.0, note: note.clone() })
        }
        Command::Cancel { action, reason } => {
            Asked::CancelAction(v1::CancelAction { action: action.0, reason: reason.clone() })
        }
    }
}

pub(crate) fn fact(fact: &Fact) -> Body {
    match fact {
        Fact::Raised { action, title, owner, due, key } => Body::ActionRaised(v1::ActionRaised {
            action: action.0,
            title: title.clone(),
            owner: owner.to_string(),
            due: due.map(write_time),
            key: key.clone(),
        }),
        Fact::Assigned { action, owner } => {
            Body::ActionAssigned(v1::ActionAssigned { action: action.0, owner: owner.to_string() })
        }
        Fact::Accepted { action } => Body::ActionAccepted(v1::ActionAccepted { action: action.0 }),
        Fact::Declined { action, cause } => {
            Body::ActionDeclined(v1::ActionDeclined { action: action.0, cause: cause.clone() })
        }
        Fact::Progressed { action, note } => {
            Body::ActionProgressed(v1::ActionProgressed { action: action.0, note: note.clone() })
        }
        Fact::Blocked { action, cause } => {
            Body::ActionBlocked(v1::ActionBlocked { action: action.0, cause: cause.clone() })
        }
        Fact::Done { action, note } => Body::ActionDone(v1::ActionDone { action: action.0, note: note.clone() }),
        Fact::Cancelled { action, reason } => {
            Body::ActionCancelled(v1::ActionCancelled { action: action.0, reason: reason.clone() })
        }
    }
}
