//! Who has approved moving people at night, and why: an office, and for one night.

use muster_rule_sdk::{Answer, Fact, Finding, Instant, Office, Situation};

use crate::Settings;
use crate::table::Tables;

/// The office that has approved a move at night.
pub(crate) const APPROVER: &str = "night-move/approver";
/// Why people have to be moved at night.
pub(crate) const REASON: &str = "night-move/reason";

/// Whether a move at night is approved.
pub(crate) struct Approval {
    pub(crate) satisfied: Answer,
    /// When the approval runs out, while it holds.
    pub(crate) ends_at: Option<Instant>,
    is_no_office: bool,
}

impl Approval {
    pub(crate) fn of(situation: &Situation, settings: &Settings) -> Self {
        let approver = situation.text(APPROVER).map(str::trim).filter(|text| !text.is_empty());
        let reason = situation.text(REASON).map(str::trim).filter(|text| !text.is_empty());
        let may = approver.map(|text| office(text).is_some_and(|office| settings.night_approvers.contains(&office)));
        let hours = Instant::from(settings.night_approval_hours).saturating_mul(3_600);
        let at = |key: &str| situation.fact(key).map(|fact: &Fact| fact.at);
        // Approval and reason belong together: the older of the two says for which night.
        let ends = at(APPROVER).zip(at(REASON)).map(|(approved, why)| approved.min(why).saturating_add(hours));
        let holds = ends.filter(|ends| *ends > situation.as_of);
        let satisfied = match (may, reason, holds) {
            (Some(false), _, _) => Answer::No,
            (Some(true), Some(_), Some(_)) => Answer::Yes,
            (Some(true), _, _) | (None, _, _) => Answer::Unknown,
        };
        let ends_at = if satisfied == Answer::Yes { holds } else { None };
        Self { satisfied, ends_at, is_no_office: may == Some(false) }
    }

    /// Said where the approver is no office that may approve. What was answered is not repeated: it may be a name.
    pub(crate) fn finding(&self, tables: &Tables) -> Option<Finding> {
        if !self.is_no_office {
            return None;
        }
        let finding = tables.finding("night-move/office", Answer::No)?;
        Some(finding.because(format!(
            "Answer {APPROVER} with an office of the council's settings, such as incident-lead, and not with a name"
        )))
    }
}

/// The office that a text names: `incident-lead`, or `the Incident Lead`.
fn office(text: &str) -> Option<Office> {
    let words = text.to_lowercase();
    let words = words.strip_prefix("the ").unwrap_or(&words);
    let word = words.split_whitespace().collect::<Vec<_>>().join("-");
    serde_json::from_value(serde_json::Value::String(word)).ok()
}
