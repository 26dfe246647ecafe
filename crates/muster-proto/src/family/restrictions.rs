//! Restrictions, by number.

use muster_record::ids::RestrictionNo;
use muster_record::incident::restrictions::{Command, Fact};

use crate::at::At;
use crate::v1;
use crate::v1::command::Command as Asked;
use crate::v1::entry::Body;
use crate::words::Word as _;

pub(crate) fn place(at: &mut At<'_>, wire: &v1::PlaceRestriction) -> Option<Command> {
    let v1::PlaceRestriction { kind, basis, reason, agreed_by } = wire;
    let kind = at.field("kind").word(*kind);
    let basis = at.field("basis").word(*basis);
    let reason = at.field("reason").text(reason);
    let agreed_by = at.field("agreed_by").optional(agreed_by.as_deref(), At::text);
    Some(Command::Place { kind: kind?, basis: basis?, reason: reason?, agreed_by: agreed_by? })
}

pub(crate) fn lift(at: &mut At<'_>, wire: &v1::LiftRestriction) -> Option<Command> {
    let v1::LiftRestriction { restriction, reason } = wire;
    let restriction = at.field("restriction").number(*restriction, RestrictionNo);
    let reason = at.field("reason").text(reason);
    Some(Command::Lift { restriction: restriction?, reason: reason? })
}

pub(crate) fn write(command: &Command) -> Asked {
    match command {
        Command::Place { kind, basis, reason, agreed_by } => Asked::PlaceRestriction(v1::PlaceRestriction {
            kind: kind.write(),
            basis: basis.write(),
            reason: reason.clone(),
            agreed_by: agreed_by.clone(),
        }),
        Command::Lift { restriction, reason } => {
            Asked::LiftRestriction(v1::LiftRestriction { restriction: restriction.0, reason: reason.clone() })
        }
    }
}

pub(crate) fn fact(fact: &Fact) -> Body {
    match fact {
        Fact::Placed { restriction, kind, basis, reason, agreed_by } => {
            Body::RestrictionPlaced(v1::RestrictionPlaced {
                restriction: restriction.0,
                kind: kind.write(),
                basis: basis.write(),
                reason: reason.clone(),
                agreed_by: agreed_by.clone(),
            })
        }
        Fact::Lifted { restriction, reason } => {
            Body::RestrictionLifted(v1::RestrictionLifted { restriction: restriction.0, reason: reason.clone() })
        }
    }
}
