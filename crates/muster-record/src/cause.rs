//! Causes: which earlier entry a command answers to, so that every entry can be followed back.

use crate::command::Command;
use crate::ids::{ProposalNo, Seq};
use crate::incident::{Incident, advising, decisions, log};

impl Incident {
    /// The entry that a command's facts follow from: the advice that proposed it, or the entry it corrects.
    pub fn cause_of(&self, command: &Command) -> Option<Seq> {
        let stated = |number: &ProposalNo| self.advising.proposal(*number).ok().map(|proposal| proposal.stated);
        match command {
            Command::Advice(
                advising::Command::Adopt { proposal }
                | advising::Command::Decline { proposal, reason: _ }
                | advising::Command::OverrideGate { proposal, reason: _ },
            ) => stated(proposal),
            Command::Decisions(decisions::Command::Decide { proposal, .. }) => proposal.as_ref().and_then(stated),
            Command::Log(log::Command::Correct { entry, text: _ }) => Some(*entry),
            Command::Advice(advising::Command::SetStanding { .. } | advising::Command::EndStanding { .. })
            | Command::Decisions(decisions::Command::Recommend { .. })
            | Command::Log(log::Command::Note { .. })
            | Command::Lifecycle(_)
            | Command::Clocks(_)
            | Command::Participants(_)
            | Command::Answers(_)
            | Command::People(_)
            | Command::Actions(_)
            | Command::Meetings(_)
            | Command::Communications(_)
            | Command::Restrictions(_)
            | Command::Offers(_)
            | Command::Escalation(_)
            | Command::Review(_)
            | Command::Sharing(_) => None,
        }
    }
}
