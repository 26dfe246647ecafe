//! What a player needs of a step: whether advice matters to it, and its commands once the numbers are known.

use muster_record::Command;
use muster_record::advice::Item;
use muster_record::ids::{ActionNo, ProposalNo, RuleSetId};
use muster_record::incident::{actions, advising, communications, decisions, lifecycle, people, restrictions};
use muster_record::situation::{CareStatus, Phase};

use super::{Asked, Counted, Decision, Expectation, ItemRef, OnAction, OnProposal, Step, What};

impl Step {
    /// Whether what comes of the step depends on advice, so that the rule sets must have caught up before it.
    pub fn refers_to_advice(&self) -> bool {
        match &self.what {
            What::Commands(asked) => asked.iter().any(Asked::refers_to_advice),
            What::Expect(
                Expectation::Count(Counted::OpenProposals | Counted::OpenQuestions, _) | Expectation::Proposals(..),
            ) => true,
            What::OpenRegional { .. } => true,
            What::Open(_)
            | What::AddMember { .. }
            | What::ChangeSettings { .. }
            | What::Expect(_)
            | What::WaitForAdvice => false,
        }
    }
}

impl Asked {
    fn refers_to_advice(&self) -> bool {
        match self {
            Self::Ready(command) => {
                let advice = matches!(command.as_ref(), Command::Advice(_));
                advice || decides_on_a_proposal(command) || may_be_held_back(command)
            }
            Self::OfProposal { .. } | Self::AdoptActions { .. } | Self::OfAction { .. } | Self::OfEachAction { .. } => {
                true
            }
            Self::LinkTo { .. } | Self::ReportNow { .. } => false,
        }
    }
}

fn decides_on_a_proposal(command: &Command) -> bool {
    matches!(command, Command::Decisions(decisions::Command::Decide { proposal: Some(_), .. }))
}

/// Whether the command is a step that a gate can hold back ([`muster_record::advice::Step`]).
fn may_be_held_back(command: &Command) -> bool {
    matches!(
        command,
        Command::Lifecycle(
            lifecycle::Command::Close { .. } | lifecycle::Command::ChangePhase { to: Phase::Recovering, .. }
        ) | Command::People(people::Command::SetStatus { to: CareStatus::Moved, .. })
            | Command::Communications(communications::Command::Issue { .. })
            | Command::Restrictions(restrictions::Command::Lift { .. })
    )
}

impl ItemRef {
    /// Whether an item of that rule set is the one meant.
    pub fn means(&self, rule_set: &RuleSetId, item: &Item) -> bool {
        self.rule_set == *rule_set && self.key == item.key() && self.kind.is_none_or(|kind| kind == item.kind())
    }

    /// Rule set, slash, key: what an action that came from the item carries.
    pub fn full_key(&self) -> String {
        format!("{}/{}", self.rule_set, self.key)
    }
}

impl OnProposal {
    /// The command, now that the proposal's number is known.
    pub fn command(&self, proposal: ProposalNo) -> Command {
        match self {
            Self::Adopt => advising::Command::Adopt { proposal }.into(),
            Self::Decline(reason) => advising::Command::Decline { proposal, reason: reason.clone() }.into(),
            Self::Override(reason) => advising::Command::OverrideGate { proposal, reason: reason.clone() }.into(),
            Self::Decide(decision) => decision.command(Some(proposal)),
        }
    }
}

impl Decision {
    /// The command, for a proposal or for none.
    pub fn command(&self, proposal: Option<ProposalNo>) -> Command {
        let Self { question, chosen, reasons, recommendation } = self.clone();
        decisions::Command::Decide { question, chosen, reasons, proposal, recommendation }.into()
    }
}

impl OnAction {
    /// The command, now that the action's number is known.
    pub fn command(&self, action: ActionNo) -> Command {
        let command = match self.clone() {
            Self::Assign(owner) => actions::Command::Assign { action, owner },
            Self::Accept => actions::Command::Accept { action },
            Self::Decline(cause) => actions::Command::Decline { action, cause },
            Self::Progress(note) => actions::Command::Progress { action, note },
            Self::Block(cause) => actions::Command::Block { action, cause },
            Self::Complete(note) => actions::Command::Complete { action, note },
            Self::Cancel(reason) => actions::Command::Cancel { action, reason },
        };
        command.into()
    }
}
