//! Escalation: a matter is raised to another kind of agency, acknowledged there, and stepped down.

use serde::{Deserialize, Serialize};

use super::{Asking, Stamp, required};
use crate::agency::AgencyKind;
use crate::ids::{AgencyId, EscalationNo};
use crate::numbered::ByNumber;
use crate::refusal::Refusal;

/// What can happen to an escalation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "fact", rename_all = "snake_case")]
pub enum Fact {
    /// It was raised.
    Raised {
        /// Its number.
        escalation: EscalationNo,
        /// The kind of agency it is addressed to.
        to: AgencyKind,
        /// What is escalated.
        matter: String,
    },
    /// It was taken note of where it was addressed.
    Acknowledged {
        /// Its number.
        escalation: EscalationNo,
    },
    /// It is no longer needed.
    SteppedDown {
        /// Its number.
        escalation: EscalationNo,
        /// Why.
        reason: String,
    },
}

/// What can be asked about an escalation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "command", rename_all = "snake_case")]
pub enum Command {
    /// Raise one.
    Raise {
        /// The kind of agency it is addressed to.
        to: AgencyKind,
        /// What is escalated.
        matter: String,
    },
    /// Take note of it.
    Acknowledge {
        /// Its number.
        escalation: EscalationNo,
    },
    /// Step it down.
    StepDown {
        /// Its number.
        escalation: EscalationNo,
        /// Why.
        reason: String,
    },
}

/// Where an escalation stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Escalated {
    /// The kind of agency it is addressed to.
    pub to: AgencyKind,
    /// What is escalated.
    pub matter: String,
    /// Who took note of it.
    pub acknowledged_by: Option<AgencyId>,
    /// Whether it was stepped down.
    pub stepped_down: bool,
}

/// The escalations; E1 stands first.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Escalations {
    /// In order of number.
    pub list: ByNumber<EscalationNo, Escalated>,
}

pub(super) fn decide(asking: &Asking<'_>, command: &Command) -> Result<Vec<crate::Fact>, Refusal> {
    let known = &asking.incident.escalation;
    let fact = match command {
        Command::Raise { to, matter } => {
            asking.works_or_oversees()?;
            required("matter", matter)?;
            Fact::Raised { escalation: known.list.next_number(), to: *to, matter: matter.clone() }
        }
        Command::Acknowledge { escalation } => {
            let raised = known.standing(*escalation)?;
            if asking.seat()?.kind != raised.to {
                return Err(Refusal::NotEscalatedToYou { to: raised.to });
            }
            if raised.acknowledged_by.is_some() {
                return Err(Refusal::AlreadyAcknowledged);
            }
            Fact::Acknowledged { escalation: *escalation }
        }
        Command::StepDown { escalation, reason } => {
            required("reason", reason)?;
            let raised = known.standing(*escalation)?;
            if asking.seat()?.kind != raised.to {
                asking.leads()?;
            }
            Fact::SteppedDown { escalation: *escalation, reason: reason.clone() }
        }
    };
    Ok(vec![fact.into()])
}

impl Escalations {
    fn standing(&self, escalation: EscalationNo) -> Result<&Escalated, Refusal> {
        let found = self.list.get(escalation);
        let raised = found.ok_or_else(|| Refusal::NoSuch { what: "escalation", given: escalation.0.to_string() })?;
        if raised.stepped_down { Err(Refusal::AlreadySteppedDown) } else { Ok(raised) }
    }

    fn get_mut(&mut self, escalation: EscalationNo) -> Option<&mut Escalated> {
        self.list.get_mut(escalation)
    }

    pub(super) fn apply(&mut self, stamp: &Stamp<'_>, fact: &Fact) {
        match fact {
            Fact::Raised { escalation, to, matter } => self.list.put(
                *escalation,
                Escalated { to: *to, matter: matter.clone(), acknowledged_by: None, stepped_down: false },
            ),
            Fact::Acknowledged { escalation } => {
                if let Some(known) = self.get_mut(*escalation) {
                    known.acknowledged_by = Some(stamp.author.agency.clone());
                }
            }
            Fact::SteppedDown { escalation, reason: _ } => {
                if let Some(known) = self.get_mut(*escalation) {
                    known.stepped_down = true;
                }
            }
        }
    }

    pub(crate) fn lines(&self) -> Vec<String> {
        let numbered = self.list.numbered();
        numbered
            .map(|(number, known)| {
                let state = match (&known.acknowledged_by, known.stepped_down) {
                    (_, true) => "stepped down".to_owned(),
                    (Some(agency), false) => format!("acknowledged by {agency}"),
                    (None, false) => "not acknowledged yet".to_owned(),
                };
                format!("{} to the {}: {} ({state})", number, known.to, known.matter)
            })
            .collect()
    }
}

impl Fact {
    pub(crate) fn told(&self) -> String {
        match self {
            Self::Raised { escalation, to, matter } => format!("escalated {escalation} to the {to}: {matter}"),
            Self::Acknowledged { escalation } => format!("acknowledged {escalation}"),
            Self::SteppedDown { escalation, reason } => format!("stepped down {escalation}: {reason}"),
        }
    }
}

#[cfg(test)]
mod tests;
