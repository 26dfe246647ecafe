//! What a script leaves open until it is played: which number a proposal or an action has by then.

use anyhow::{Context as _, Result, anyhow, bail};
use muster_proto::v1;
use muster_record::Command;
use muster_record::ids::{ActionNo, ProposalNo, Seq};
use muster_record::incident::advising::ProposalState;
use muster_record::incident::{advising, lifecycle, review};
use muster_record::situation::ActionStatus;

use super::Player;
use crate::board::{Board, KnownAction};
use crate::client;
use muster_exercise::{Asked, ItemRef, OnAction, Step};

impl Player<'_> {
    /// The commands of a step, with every number known.
    pub(super) async fn resolve(&self, step: &Step, asked: &[Asked]) -> Result<Vec<Command>> {
        let board = self.opened(&step.incident)?.watching.board();
        let mut commands = Vec::with_capacity(asked.len());
        for asked in asked {
            match asked {
                Asked::Ready(command) => commands.push(command.as_ref().clone()),
                Asked::OfProposal { item, then } => {
                    let open = self.open_proposals(&step.who, &step.incident).await?;
                    commands.push(then.command(find(&open, item)?));
                }
                Asked::AdoptActions { rule_set } => {
                    let open = self.open_proposals(&step.who, &step.incident).await?;
                    let actions =
                        open.iter().filter(|open| open.rule_set == rule_set.as_str() && is_kind(open, "action"));
                    let adopt =
                        |open: &v1::Proposal| advising::Command::Adopt { proposal: ProposalNo(open.number) }.into();
                    let before = commands.len();
                    commands.extend(actions.map(adopt));
                    if commands.len() == before {
                        bail!("{rule_set} proposes no action that awaits a person");
                    }
                }
                Asked::OfAction { item, then } => {
                    let key = item.full_key();
                    let known = board.action_of(&key).with_context(|| format!("no action came from {key} yet"))?;
                    commands.push(then.command(ActionNo(known.number)));
                }
                Asked::OfEachAction { then } => commands.extend(self.each_action(step, &board, then)?),
                Asked::LinkTo { name, relation } => {
                    let incident = self.opened(name)?.id.parse()?;
                    let link = lifecycle::Link { incident, relation: *relation, authority: None, brand: None };
                    commands.push(lifecycle::Command::Link(link).into());
                }
                Asked::ReportNow { to } => {
                    commands.push(review::Command::IssueReport { as_of: Seq(board.seq), to: to.clone() }.into());
                }
            }
        }
        Ok(commands)
    }

    fn each_action(&self, step: &Step, board: &Board, then: &OnAction) -> Result<Vec<Command>> {
        let own = self.stage.agencies.get(&step.who).context("the cast has no such agency")?;
        let concerned = |action: &&KnownAction| {
            action.owner == own.as_str()
                && match then {
                    OnAction::Accept => action.status == ActionStatus::Raised,
                    OnAction::Assign(_)
                    | OnAction::Decline(_)
                    | OnAction::Progress(_)
                    | OnAction::Block(_)
                    | OnAction::Complete(_)
                    | OnAction::Cancel(_) => action.status.is_open(),
                }
        };
        let commands: Vec<Command> =
            board.actions.values().filter(concerned).map(|action| then.command(ActionNo(action.number))).collect();
        if commands.is_empty() {
            bail!("{} has no action for which this could be said", step.who)
        } else {
            Ok(commands)
        }
    }

    /// The proposals on an incident that await a person, as this agency sees them.
    pub(super) async fn open_proposals(&self, who: &str, name: &str) -> Result<Vec<v1::Proposal>> {
        let mut client = self.stage.client(who)?;
        let request = v1::ListProposalsRequest {
            incident_id: self.opened(name)?.id.clone(),
            states: vec![v1::ProposalState::from(ProposalState::Open).into()],
            rule_set: None,
        };
        let answer = client.advice.list_proposals(request).await;
        Ok(answer.map_err(|status| anyhow!(client::told(&status)))?.into_inner().proposals)
    }
}

fn is_kind(proposal: &v1::Proposal, kind: &str) -> bool {
    client::kind_and_key(proposal).is_some_and(|(found, _)| found == kind)
}

pub(super) fn find(open: &[v1::Proposal], item: &ItemRef) -> Result<ProposalNo> {
    let named = |proposal: &&v1::Proposal| {
        proposal.rule_set == item.rule_set.as_str()
            && client::kind_and_key(proposal)
                .is_some_and(|(kind, key)| key == item.key && item.kind.is_none_or(|named| named == kind))
    };
    let found = open.iter().find(named);
    let found = found.with_context(|| format!("{} has nothing open under {}", item.rule_set, item.key))?;
    Ok(ProposalNo(found.number))
}
