//! Actions: raised, assigned, accepted or declined by the owner, worked on, blocked, done or cancelled.

use serde::{Deserialize, Serialize};

use super::{Asking, Stamp, required};
use crate::ids::{ActionNo, AgencyId};
use crate::numbered::ByNumber;
use crate::refusal::Refusal;
use crate::situation::ActionStatus;
use crate::time::Instant;

mod told;

/// What can happen to an action.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "fact", rename_all = "snake_case")]
pub enum Fact {
    /// It was raised.
    Raised {
        /// Its number.
        action: ActionNo,
        /// What is to be done.
        title: String,
        /// Who is to do it.
        owner: AgencyId,
        /// By when.
        due: Option<Instant>,
        /// The proposal it came from: rule set, slash, key.
        key: Option<String>,
    },
    /// It was given to another agency.
    Assigned {
        /// Its number.
        action: ActionNo,
        /// Who is to do it now.
        owner: AgencyId,
    },
    /// Its owner took it on.
    Accepted {
        /// Its number.
        action: ActionNo,
    },
    /// Its owner turned it down.
    Declined {
        /// Its number.
        action: ActionNo,
        /// Why.
        cause: String,
    },
    /// Work on it went on.
    Progressed {
        /// Its number.
        action: ActionNo,
        /// How far.
        note: String,
    },
    /// It is held up.
    Blocked {
        /// Its number.
        action: ActionNo,
        /// By what.
        cause: String,
    },
    /// It is done.
    Done {
        /// Its number.
        action: ActionNo,
        /// With what result.
        note: String,
    },
    /// It is no longer wanted.
    Cancelled {
        /// Its number.
        action: ActionNo,
        /// Why.
        reason: String,
    },
}

/// What can be asked about an action.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "command", rename_all = "snake_case")]
pub enum Command {
    /// Raise one.
    Raise {
        /// What is to be done.
        title: String,
        /// Who is to do it.
        owner: AgencyId,
        /// By when.
        due: Option<Instant>,
    },
    /// Give it to another agency.
    Assign {
        /// Its number.
        action: ActionNo,
        /// Who is to do it.
        owner: AgencyId,
    },
    /// Take it on.
    Accept {
        /// Its number.
        action: ActionNo,
    },
    /// Turn it down.
    Decline {
        /// Its number.
        action: ActionNo,
        /// Why.
        cause: String,
    },
    /// Say how far it has come.
    Progress {
        /// Its number.
        action: ActionNo,
        /// How far.
        note: String,
    },
    /// Say that it is held up.
    Block {
        /// Its number.
        action: ActionNo,
        /// By what.
        cause: String,
    },
    /// Say that it is done.
    Complete {
        /// Its number.
        action: ActionNo,
        /// With what result.
        note: String,
    },
    /// Say that it is no longer wanted.
    Cancel {
        /// Its number.
        action: ActionNo,
        /// Why.
        reason: String,
    },
}

/// An action on the record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Action {
    /// What is to be done.
    pub title: String,
    /// Who is to do it.
    pub owner: AgencyId,
    /// By when.
    pub due: Option<Instant>,
    /// The proposal it came from: rule set, slash, key.
    pub key: Option<String>,
    /// Where it stands.
    pub status: ActionStatus,
    /// When it was done.
    pub done_at: Option<Instant>,
}

/// The actions; A1 stands first.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Actions {
    /// In order of number.
    pub list: ByNumber<ActionNo, Action>,
}

pub(super) fn decide(asking: &Asking<'_>, command: &Command) -> Result<Vec<crate::Fact>, Refusal> {
    let actions = &asking.incident.actions;
    let fact = match command {
        Command::Raise { title, owner, due } => {
            asking.works_or_oversees()?;
            required("title", title)?;
            check_owner(asking, owner)?;
            let (action, title, owner) = (actions.next_number(), title.clone(), owner.clone());
            Fact::Raised { action, title, owner, due: *due, key: None }
        }
        Command::Assign { action, owner } => {
            asking.works()?;
            let known = actions.get(*action)?;
            if !known.status.is_open() && known.status != ActionStatus::Declined {
                return Err(Refusal::ActionIs { status: known.status });
            }
            check_owner(asking, owner)?;
            Fact::Assigned { action: *action, owner: owner.clone() }
        }
        Command::Accept { action } => {
            own_and_in(asking, *action, &[ActionStatus::Raised])?;
            Fact::Accepted { action: *action }
        }
        Command::Decline { action, cause } => {
            required("cause", cause)?;
            own_and_in(asking, *action, &[ActionStatus::Raised, ActionStatus::Accepted])?;
            Fact::Declined { action: *action, cause: cause.clone() }
        }
        Command::Progress { action, note } => {
            required("note", note)?;
            own_and_in(asking, *action, OPEN)?;
            Fact::Progressed { action: *action, note: note.clone() }
        }
        Command::Block { action, cause } => {
            required("cause", cause)?;
            own_and_in(asking, *action, OPEN)?;
            Fact::Blocked { action: *action, cause: cause.clone() }
        }
        Command::Complete { action, note } => {
            required("note", note)?;
            own_and_in(asking, *action, OPEN)?;
            Fact::Done { action: *action, note: note.clone() }
        }
        Command::Cancel { action, reason } => {
            asking.works()?;
            required("reason", reason)?;
            let known = actions.get(*action)?;
            if !known.status.is_open() && known.status != ActionStatus::Declined {
                return Err(Refusal::ActionIs { status: known.status });
            }
            if known.owner != asking.by.agency {
                asking.leads()?;
            }
            Fact::Cancelled { action: *action, reason: reason.clone() }
        }
    };
    Ok(vec![fact.into()])
}

const OPEN: &[ActionStatus] =
    &[ActionStatus::Raised, ActionStatus::Accepted, ActionStatus::Started, ActionStatus::Blocked];

fn check_owner(asking: &Asking<'_>, owner: &AgencyId) -> Result<(), Refusal> {
    if asking.incident.participants.is_at_the_table(owner) {
        return Ok(());
    }
    Err(Refusal::NoSuch { what: "participant", given: owner.to_string() })
}

fn own_and_in(asking: &Asking<'_>, action: ActionNo, allowed: &[ActionStatus]) -> Result<(), Refusal> {
    let known = asking.incident.actions.get(action)?;
    if known.owner != asking.by.agency {
        return Err(Refusal::NotYourAction { owner: known.owner.clone() });
    }
    if !allowed.contains(&known.status) {
        return Err(Refusal::ActionIs { status: known.status });
    }
    Ok(())
}

impl Actions {
    /// The action of that number.
    ///
    /// # Errors
    /// [`Refusal::NoSuch`] when the record has no such action.
    pub fn get(&self, action: ActionNo) -> Result<&Action, Refusal> {
        self.list.get(action).ok_or_else(|| Refusal::NoSuch { what: "action", given: action.0.to_string() })
    }

    /// The number the next action gets.
    pub(super) fn next_number(&self) -> ActionNo {
        self.list.next_number()
    }

    /// Open actions that were due before a moment.
    pub fn overdue(&self, at: Instant) -> impl Iterator<Item = &Action> {
        self.list.iter().filter(move |action| action.status.is_open() && action.due.is_some_and(|due| due < at))
    }

    pub(super) fn apply(&mut self, stamp: &Stamp<'_>, fact: &Fact) {
        match fact {
            Fact::Raised { action, title, owner, due, key } => self.list.put(
                *action,
                Action {
                    title: title.clone(),
                    owner: owner.clone(),
                    due: *due,
                    key: key.clone(),
                    status: ActionStatus::Raised,
                    done_at: None,
                },
            ),
            Fact::Assigned { action, owner } => self.change(*action, |action| {
                action.owner = owner.clone();
                action.status = ActionStatus::Raised;
            }),
            Fact::Accepted { action } => self.change(*action, |action| action.status = ActionStatus::Accepted),
            Fact::Declined { action, cause: _ } => {
                self.change(*action, |action| action.status = ActionStatus::Declined);
            }
            Fact::Progressed { action, note: _ } => {
                self.change(*action, |action| action.status = ActionStatus::Started);
            }
            Fact::Blocked { action, cause: _ } => self.change(*action, |action| action.status = ActionStatus::Blocked),
            Fact::Done { action, note: _ } => self.change(*action, |action| {
                action.status = ActionStatus::Done;
                action.done_at = Some(stamp.occurred_at);
            }),
            Fact::Cancelled { action, reason: _ } => {
                self.change(*action, |action| action.status = ActionStatus::Cancelled);
            }
        }
    }

    fn change(&mut self, action: ActionNo, how: impl FnOnce(&mut Action)) {
        if let Some(action) = self.list.get_mut(action) {
            how(action);
        }
    }
}

#[cfg(test)]
mod tests;
