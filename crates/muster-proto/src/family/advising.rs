//! Advice on the record, and what people make of it.

use muster_record::entry::Hash;
use muster_record::ids::ProposalNo;
use muster_record::incident::advising::{Changed, Command, Fact, Looked, Numbered, Pin, SettingsChanged};
use muster_record::situation::Grants;
use prost::bytes::Bytes;

use super::items;
use crate::at::At;
use crate::time::write_time;
use crate::v1;
use crate::v1::command::Command as Asked;
use crate::v1::entry::Body;
use crate::words::Word as _;

pub(crate) fn adopt(at: &mut At<'_>, wire: &v1::AdoptProposal) -> Option<Command> {
    let v1::AdoptProposal { proposal } = wire;
    Some(Command::Adopt { proposal: at.field("proposal").number(*proposal, ProposalNo)? })
}

pub(crate) fn decline(at: &mut At<'_>, wire: &v1::DeclineProposal) -> Option<Command> {
    let v1::DeclineProposal { proposal, reason } = wire;
    let proposal = at.field("proposal").number(*proposal, ProposalNo);
    let reason = at.field("reason").text(reason);
    Some(Command::Decline { proposal: proposal?, reason: reason? })
}

pub(crate) fn override_gate(at: &mut At<'_>, wire: &v1::OverrideGate) -> Option<Command> {
    let v1::OverrideGate { proposal, reason } = wire;
    let proposal = at.field("proposal").number(*proposal, ProposalNo);
    let reason = at.field("reason").text(reason);
    Some(Command::OverrideGate { proposal: proposal?, reason: reason? })
}

pub(crate) fn set_standing(at: &mut At<'_>, wire: &v1::SetStandingDecision) -> Option<Command> {
    let v1::SetStandingDecision { rule_set, reason } = wire;
    let rule_set = at.field("rule_set").name(rule_set);
    let reason = at.field("reason").text(reason);
    Some(Command::SetStanding { rule_set: rule_set?, reason: reason? })
}

pub(crate) fn end_standing(at: &mut At<'_>, wire: &v1::EndStandingDecision) -> Option<Command> {
    let v1::EndStandingDecision { rule_set, reason } = wire;
    let rule_set = at.field("rule_set").name(rule_set);
    let reason = at.field("reason").text(reason);
    Some(Command::EndStanding { rule_set: rule_set?, reason: reason? })
}

pub(crate) fn write(command: &Command) -> Asked {
    match command {
        Command::Adopt { proposal } => Asked::AdoptProposal(v1::AdoptProposal { proposal: proposal.0 }),
        Command::Decline { proposal, reason } => {
            Asked::DeclineProposal(v1::DeclineProposal { proposal: proposal.0, reason: reason.clone() })
        }
        Command::OverrideGate { proposal, reason } => {
            Asked::OverrideGate(v1::OverrideGate { proposal: proposal.0, reason: reason.clone() })
        }
        Command::SetStanding { rule_set, reason } => Asked::SetStandingDecision(v1::SetStandingDecision {
            rule_set: rule_set.to_string(),
            reason: reason.clone(),
        }),
        Command::EndStanding { rule_set, reason } => Asked::EndStandingDecision(v1::EndStandingDecision {
            rule_set: rule_set.to_string(),
            reason: reason.clone(),
        }),
    }
}

pub(crate) fn write_hash(hash: Hash) -> Bytes {
    Bytes::copy_from_slice(&hash.0)
}

pub(crate) fn write_pin(pin: &Pin) -> v1::RuleSetPin {
    let Pin { rule_set, owner, version, component, settings, grants } = pin;
    v1::RuleSetPin {
        rule_set: rule_set.to_string(),
        owner: owner.to_string(),
        version: version.clone(),
        component: write_hash(*component),
        settings: write_hash(*settings),
        grants: grants.as_ref().map(write_grants),
    }
}

/// Writes what a rule set may be shown and give.
pub(crate) fn write_grants(grants: &Grants) -> v1::Grants {
    let Grants { needs, gives } = grants;
    v1::Grants {
        needs: needs.iter().map(|part| part.write()).collect(),
        gives: gives.iter().map(|kind| kind.write()).collect(),
    }
}

pub(crate) fn write_looked(looked: &Looked) -> v1::Looked {
    let Looked { component, settings, seq, as_of, situation, fuel_used, fuel_limit, engine, drawn } = looked;
    v1::Looked {
        component: write_hash(*component),
        settings: write_hash(*settings),
        seq: seq.0,
        as_of: Some(write_time(*as_of)),
        situation: write_hash(*situation),
        fuel_used: *fuel_used,
        fuel_limit: *fuel_limit,
        engine: engine.clone(),
        drawn_from: drawn.classes.iter().map(|class| class.write()).collect(),
    }
}

fn write_numbered(numbered: &Numbered) -> v1::NumberedItem {
    let Numbered { proposal, item, remark } = numbered;
    v1::NumberedItem { proposal: proposal.0, item: Some(items::write(item, remark)) }
}

fn write_changed(changed: &Changed) -> v1::AdviceChanged {
    let Changed { rule_set, looked, advice, added, revised, withdrawn } = changed;
    v1::AdviceChanged {
        rule_set: rule_set.to_string(),
        looked: Some(write_looked(looked)),
        advice: write_hash(*advice),
        added: added.iter().map(write_numbered).collect(),
        revised: revised.iter().map(write_numbered).collect(),
        withdrawn: withdrawn.iter().map(|number| number.0).collect(),
    }
}

pub(crate) fn fact(fact: &Fact) -> Body {
    match fact {
        Fact::Pinned(pin) => Body::RuleSetPinned(v1::RuleSetPinned { pin: Some(write_pin(pin)) }),
        Fact::SettingsChanged(changed) => {
            let SettingsChanged { rule_set, from, to, changed, because } = changed;
            Body::SettingsChanged(v1::SettingsChanged {
                rule_set: rule_set.to_string(),
                from: write_hash(*from),
                to: write_hash(*to),
                changed: changed.clone(),
                because: because.clone(),
            })
        }
        Fact::Changed(changed) => Body::AdviceChanged(write_changed(changed)),
        Fact::EvaluationFailed { rule_set, looked, class, detail } => Body::EvaluationFailed(v1::EvaluationFailed {
            rule_set: rule_set.to_string(),
            looked: Some(write_looked(looked)),
            class: class.clone(),
            detail: detail.clone(),
        }),
        Fact::Adopted { proposal, office } => {
            Body::ProposalAdopted(v1::ProposalAdopted { proposal: proposal.0, office: office.write() })
        }
        Fact::Declined { proposal, office, reason } => Body::ProposalDeclined(v1::ProposalDeclined {
            proposal: proposal.0,
            office: office.write(),
            reason: reason.clone(),
        }),
        Fact::GateOverridden { proposal, office, reason } => Body::GateOverridden(v1::GateOverridden {
            proposal: proposal.0,
            office: office.write(),
            reason: reason.clone(),
        }),
        Fact::StandingSet { rule_set, office, reason } => Body::StandingDecisionSet(v1::StandingDecisionSet {
            rule_set: rule_set.to_string(),
            office: office.write(),
            reason: reason.clone(),
        }),
        Fact::StandingEnded { rule_set, reason } => Body::StandingDecisionEnded(v1::StandingDecisionEnded {
            rule_set: rule_set.to_string(),
            reason: reason.clone(),
        }),
    }
}
