//! Decisions: a panel recommends to named offices; an office-holder decides, with the options weighed.
//!
//! The two are kept apart: a panel cannot decide, and a rule set can do neither (note 3.7).

use serde::{Deserialize, Serialize};

use super::{Asking, Stamp, advising, required};
use crate::advice::{Answer, Item};
use crate::agency::Office;
use crate::ids::{DecisionNo, ProposalNo, RecommendationNo};
use crate::numbered::ByNumber;
use crate::refusal::Refusal;
use crate::time::Instant;
use crate::words::words;

words! {
    /// The panels that recommend.
    Panel {
        /// Provider Escalation Panel, for levels 3 and 4.
        ProviderEscalationPanel = "provider-escalation-panel",
        /// Quality Peer Support Group, for level 2.
        QualityPeerSupportGroup = "quality-peer-support-group",
    }
}

/// One option, weighed as the Joint Decision Model asks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Weighed {
    /// The option.
    pub title: String,
    /// Whether it would work.
    pub suitability: Answer,
    /// Whether it can be done.
    pub feasibility: Answer,
    /// Whether it is right to do.
    pub acceptability: Answer,
}

/// A decision in the five slots of the Joint Decision Model.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reasons {
    /// What is known.
    pub information: String,
    /// What could go wrong, and the strategy that follows.
    pub risk_and_strategy: String,
    /// What allows it.
    pub powers_and_policy: String,
    /// What was weighed.
    pub options: Vec<Weighed>,
    /// What happens now, and when it is looked at again.
    pub action_and_review: String,
}

/// What can happen on the way to a decision.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "fact", rename_all = "snake_case")]
pub enum Fact {
    /// A panel recommended something to offices.
    Recommended {
        /// Its number.
        recommendation: RecommendationNo,
        /// The panel.
        panel: Panel,
        /// The offices it is put to.
        to: Vec<Office>,
        /// What is recommended.
        text: String,
    },
    /// An office decided.
    Decided {
        /// Its number.
        decision: DecisionNo,
        /// The office.
        office: Office,
        /// What was decided on.
        question: String,
        /// The title of the option chosen.
        chosen: String,
        /// The reasons.
        reasons: Reasons,
        /// The option set it answers: rule set, slash, key.
        key: Option<String>,
        /// The recommendation it follows or departs from.
        recommendation: Option<RecommendationNo>,
    },
}

/// What can be asked on the way to a decision.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "command", rename_all = "snake_case")]
pub enum Command {
    /// Record a panel's recommendation.
    Recommend {
        /// The panel.
        panel: Panel,
        /// The offices it is put to.
        to: Vec<Office>,
        /// What is recommended.
        text: String,
    },
    /// Decide, for the office the command is given for.
    Decide {
        /// What is decided on.
        question: String,
        /// The title of the option chosen: one of those weighed.
        chosen: String,
        /// The reasons.
        reasons: Reasons,
        /// The option set it answers, where a rule set posed it.
        proposal: Option<ProposalNo>,
        /// The recommendation it follows or departs from.
        recommendation: Option<RecommendationNo>,
    },
}

/// A recommendation on the record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Recommended {
    /// The panel.
    pub panel: Panel,
    /// The offices it is put to.
    pub to: Vec<Office>,
    /// What is recommended.
    pub text: String,
    /// When.
    pub at: Instant,
    /// The first decision that follows or departs from it.
    pub followed_by: Option<DecisionNo>,
}

/// A decision on the record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Decided {
    /// The office.
    pub office: Office,
    /// What was decided on.
    pub question: String,
    /// The option chosen.
    pub chosen: String,
    /// The option set it answers: rule set, slash, key.
    pub key: Option<String>,
    /// When.
    pub at: Instant,
}

/// What was recommended and decided.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Decisions {
    /// Recommendations in order of number.
    pub recommendations: ByNumber<RecommendationNo, Recommended>,
    /// Decisions in order of number.
    pub list: ByNumber<DecisionNo, Decided>,
}

/// The two offices that the escalation panel recommends to (note 3.7).
const PANEL_RECOMMENDS_TO: &[Office] = &[Office::HeadOfCommissioning, Office::DirectorOfNursing];

pub(super) fn decide(asking: &Asking<'_>, command: &Command) -> Result<Vec<crate::Fact>, Refusal> {
    asking.works()?;
    let known = &asking.incident.decisions;
    match command {
        Command::Recommend { panel, to, text } => {
            required("text", text)?;
            if to.is_empty() || !to.iter().all(|office| PANEL_RECOMMENDS_TO.contains(office)) {
                let problem = "a panel recommends to the Head of Commissioning and Quality and the Director of Nursing and Clinical Transformation";
                return Err(Refusal::Invalid { field: "to", problem });
            }
            let recommendation = known.recommendations.next_number();
            Ok(vec![Fact::Recommended { recommendation, panel: *panel, to: to.clone(), text: text.clone() }.into()])
        }
        Command::Decide { question, chosen, reasons, proposal, recommendation } => {
            check(reasons, question, chosen)?;
            if let Some(number) = recommendation.filter(|number| known.recommendations.get(*number).is_none()) {
                return Err(Refusal::NoSuch { what: "recommendation", given: number.0.to_string() });
            }
            let office = asking.by.office.ok_or_else(|| Refusal::OfficeNeeded { offices: Office::ALL.to_vec() })?;
            let answered = proposal.map(|proposal| option_set(asking, proposal)).transpose()?;
            let decided = Fact::Decided {
                decision: known.list.next_number(),
                office,
                question: question.clone(),
                chosen: chosen.clone(),
                reasons: reasons.clone(),
                key: answered,
                recommendation: *recommendation,
            };
            let adopted = proposal.map(|proposal| advising::Fact::Adopted { proposal, office }.into());
            Ok(std::iter::once(decided.into()).chain(adopted).collect())
        }
    }
}

fn check(reasons: &Reasons, question: &str, chosen: &str) -> Result<(), Refusal> {
    required("question", question)?;
    required("reasons.information", &reasons.information)?;
    required("reasons.risk_and_strategy", &reasons.risk_and_strategy)?;
    required("reasons.powers_and_policy", &reasons.powers_and_policy)?;
    required("reasons.action_and_review", &reasons.action_and_review)?;
    if !reasons.options.iter().any(|option| option.title == chosen) {
        return Err(Refusal::ChoiceNotWeighed);
    }
    Ok(())
}

/// The key of the option set that is answered, if it is open and the caller holds the office that decides it.
fn option_set(asking: &Asking<'_>, proposal: ProposalNo) -> Result<String, Refusal> {
    let open = asking.incident.advising.open_proposal(proposal)?;
    let Item::Options(options) = &open.item else {
        return Err(Refusal::NotAdoptable { kind: open.item.kind(), instead: "adopt or answer it as what it is" });
    };
    asking.holds_one_of(&[options.decided_by])?;
    Ok(open.full_key())
}

impl Decisions {
    pub(super) fn apply(&mut self, stamp: &Stamp<'_>, fact: &Fact) {
        match fact {
            Fact::Recommended { recommendation, panel, to, text } => {
                self.recommendations.put(
                    *recommendation,
                    Recommended {
                        panel: *panel,
                        to: to.clone(),
                        text: text.clone(),
                        at: stamp.occurred_at,
                        followed_by: None,
                    },
                );
            }
            Fact::Decided { decision, office, question, chosen, reasons: _, key, recommendation } => {
                let followed = recommendation.and_then(|number| self.recommendations.get_mut(number));
                if let Some(followed) = followed {
                    followed.followed_by = followed.followed_by.or(Some(*decision));
                }
                self.list.put(
                    *decision,
                    Decided {
                        office: *office,
                        question: question.clone(),
                        chosen: chosen.clone(),
                        key: key.clone(),
                        at: stamp.occurred_at,
                    },
                );
            }
        }
    }

    pub(crate) fn lines(&self) -> Vec<String> {
        let recommended = self.recommendations.numbered();
        let recommended = recommended
            .map(|(number, Recommended { panel, text, .. })| format!("{number} {panel} recommended: {text}"));
        let decided = self.list.numbered();
        let decided = decided
            .map(|(number, made)| format!("{} {} decided on {}: {}", number, made.office, made.question, made.chosen));
        recommended.chain(decided).collect()
    }
}

impl Fact {
    pub(crate) fn told(&self) -> String {
        match self {
            Self::Recommended { recommendation, panel, to, text } => {
                let to = to.iter().map(|office| office.word()).collect::<Vec<_>>().join(" and ");
                format!("{recommendation}: the {panel} recommends to {to}: {text}")
            }
            Self::Decided { decision, office, question, chosen, reasons, key: _, recommendation } => {
                let follows = recommendation.map_or_else(String::new, |number| format!(" (on {number})"));
                let weighed = reasons.options.len();
                format!("{decision}: {office} decided on {question}: {chosen}, of {weighed} weighed{follows}")
            }
        }
    }
}

#[cfg(test)]
mod tests;
