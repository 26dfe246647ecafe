//! Communications: letters, briefings and statements are drafted, approved and issued.
//!
//! "From provider if possible, content approved by local authority" (Plan section 9): who approves
//! stands on the draft, and nobody issues what is not approved.

use serde::{Deserialize, Serialize};

use super::{Asking, Stamp, required};
use crate::advice::Step;
use crate::agency::AgencyKind;
use crate::ids::{AgencyId, CommunicationNo};
use crate::numbered::ByNumber;
use crate::refusal::Refusal;

/// What can happen to a communication.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "fact", rename_all = "snake_case")]
pub enum Fact {
    /// It was drafted.
    Drafted {
        /// Its number.
        communication: CommunicationNo,
        /// Who it is written for.
        audience: String,
        /// Its title.
        title: String,
        /// Its text, without personal data.
        body: String,
        /// The kind of agency that approves it.
        approved_by: AgencyKind,
    },
    /// It was approved.
    Approved {
        /// Its number.
        communication: CommunicationNo,
    },
    /// It was issued.
    Issued {
        /// Its number.
        communication: CommunicationNo,
        /// How: post, telephone, notice in the home ...
        how: String,
    },
}

/// What can be asked about a communication.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "command", rename_all = "snake_case")]
pub enum Command {
    /// Draft one.
    Draft {
        /// Who it is written for.
        audience: String,
        /// Its title.
        title: String,
        /// Its text, without personal data.
        body: String,
        /// The kind of agency that approves it.
        approved_by: AgencyKind,
    },
    /// Approve it.
    Approve {
        /// Its number.
        communication: CommunicationNo,
    },
    /// Issue it.
    Issue {
        /// Its number.
        communication: CommunicationNo,
        /// How.
        how: String,
    },
}

/// A communication on the record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Communication {
    /// Who it is written for.
    pub audience: String,
    /// Its title.
    pub title: String,
    /// The kind of agency that approves it.
    pub approved_by: AgencyKind,
    /// Who drafted it.
    pub drafted_by: AgencyId,
    /// Whether it is approved.
    pub approved: bool,
    /// Whether it is issued.
    pub issued: bool,
}

/// The communications; C1 stands first.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Communications {
    /// In order of number.
    pub list: ByNumber<CommunicationNo, Communication>,
}

pub(super) fn decide(asking: &Asking<'_>, command: &Command) -> Result<Vec<crate::Fact>, Refusal> {
    let known = &asking.incident.communications;
    let fact = match command {
        Command::Draft { audience, title, body, approved_by } => {
            asking.works()?;
            required("audience", audience)?;
            required("title", title)?;
            required("body", body)?;
            known.drafted(audience, title, body, *approved_by)
        }
        Command::Approve { communication } => {
            let draft = known.get(*communication)?;
            if draft.approved {
                return Err(Refusal::AlreadyApproved);
            }
            if asking.seat()?.kind != draft.approved_by {
                return Err(Refusal::ApprovalIsFor { by: draft.approved_by });
            }
            Fact::Approved { communication: *communication }
        }
        Command::Issue { communication, how } => {
            asking.works()?;
            required("how", how)?;
            let draft = known.get(*communication)?;
            if draft.issued {
                return Err(Refusal::AlreadyApproved);
            }
            if !draft.approved {
                return Err(Refusal::NotApproved);
            }
            asking.gate(Step::Issue)?;
            Fact::Issued { communication: *communication, how: how.clone() }
        }
    };
    Ok(vec![fact.into()])
}

impl Communications {
    /// The fact that a draft stands on the record.
    pub(super) fn drafted(&self, audience: &str, title: &str, body: &str, approved_by: AgencyKind) -> Fact {
        Fact::Drafted {
            communication: self.list.next_number(),
            audience: audience.to_owned(),
            title: title.to_owned(),
            body: body.to_owned(),
            approved_by,
        }
    }

    fn get(&self, communication: CommunicationNo) -> Result<&Communication, Refusal> {
        self.list
            .get(communication)
            .ok_or_else(|| Refusal::NoSuch { what: "communication", given: communication.0.to_string() })
    }

    fn get_mut(&mut self, communication: CommunicationNo) -> Option<&mut Communication> {
        self.list.get_mut(communication)
    }

    pub(super) fn apply(&mut self, stamp: &Stamp<'_>, fact: &Fact) {
        match fact {
            Fact::Drafted { communication, audience, title, body: _, approved_by } => {
                self.list.put(
                    *communication,
                    Communication {
                        audience: audience.clone(),
                        title: title.clone(),
                        approved_by: *approved_by,
                        drafted_by: stamp.author.agency.clone(),
                        approved: false,
                        issued: false,
                    },
                );
            }
            Fact::Approved { communication } => {
                if let Some(known) = self.get_mut(*communication) {
                    known.approved = true;
                }
            }
            Fact::Issued { communication, how: _ } => {
                if let Some(known) = self.get_mut(*communication) {
                    known.issued = true;
                }
            }
        }
    }

    pub(crate) fn lines(&self) -> Vec<String> {
        let numbered = self.list.numbered();
        numbered
            .map(|(number, known)| {
                let state = match (known.approved, known.issued) {
                    (_, true) => "issued".to_owned(),
                    (true, false) => "approved, not issued".to_owned(),
                    (false, false) => format!("awaits approval by the {}", known.approved_by),
                };
                format!("{} {} (to {}): {state}", number, known.title, known.audience)
            })
            .collect()
    }
}

impl Fact {
    pub(crate) fn told(&self) -> String {
        match self {
            Self::Drafted { communication, audience, title, body: _, approved_by } => {
                format!("drafted {communication} for {audience}: {title} (the {approved_by} approves)")
            }
            Self::Approved { communication } => format!("approved {communication}"),
            Self::Issued { communication, how } => format!("issued {communication}: {how}"),
        }
    }
}

#[cfg(test)]
mod tests;
