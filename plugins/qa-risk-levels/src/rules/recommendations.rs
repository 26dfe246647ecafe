//! A panel recommends, an office decides: what awaits a decision, and of whom.

use muster_rule_sdk::{
    Advice, AgencyKind, Answer, Finding, MeetingKind, Office, ProposedAction, Recommendation, Situation,
};

use super::NAME;
use crate::table::{OfRecommendation, RecommendationRow};

/// An office that the note names.
struct Named {
    office: Office,
    key: &'static str,
    title: &'static str,
    of: AgencyKind,
}

/// The two offices that the escalation panel recommends to, and no other (paragraph 3.7).
const NAMED: [Named; 2] = [
    Named {
        office: Office::HeadOfCommissioningAndQuality,
        key: "head-of-commissioning-and-quality",
        title: "The Head of Commissioning and Quality",
        of: AgencyKind::Council,
    },
    Named {
        office: Office::DirectorOfNursingAndClinicalTransformation,
        key: "director-of-nursing-and-clinical-transformation",
        title: "The Director of Nursing and Clinical Transformation",
        of: AgencyKind::HealthCommissioner,
    },
];

/// What is said of each recommendation on the record.
pub(super) fn follow(situation: &Situation, rows: &[RecommendationRow], advice: &mut Advice) {
    for made in &situation.recommendations {
        for row in rows {
            match row.of {
                OfRecommendation::EachOffice => advice.actions.extend(awaited(situation, row, made)),
                OfRecommendation::TheWhole => advice.findings.push(decided(situation, row, made)),
                OfRecommendation::TheAddressees => advice.findings.extend(addressed(row, made)),
            }
        }
    }
}

fn awaited(situation: &Situation, row: &RecommendationRow, made: &Recommendation) -> Vec<ProposedAction> {
    let number = made.number;
    let asked = NAMED.iter().filter(|named| made.to.contains(&named.office));
    let open = asked.filter(|named| !has_decided(situation, made, named.office));
    open.map(|named| {
        let key = format!("{}/{number}/{}", row.key, named.key);
        let title = format!("{} {} (N{number})", named.title, row.title);
        ProposedAction::new(key, title, named.of, row.cites.iter().cloned())
            .because(format!("{} recommended; a recommendation decides nothing", panel(made.panel)))
    })
    .collect()
}

/// Whether the office made the decision that followed, or has chosen among contractual options since.
fn has_decided(situation: &Situation, made: &Recommendation, office: Office) -> bool {
    situation.decisions.iter().filter(|decision| decision.office == office).any(|decision| {
        let key = decision.question.as_deref().and_then(|key| key.strip_prefix(NAME)?.strip_prefix('/'));
        let is_contractual = key.is_some_and(|key| key.split('/').nth(1) == Some("contractual"));
        made.followed_by == Some(decision.number) || (is_contractual && decision.at >= made.at)
    })
}

fn decided(situation: &Situation, row: &RecommendationRow, made: &Recommendation) -> Finding {
    let number = made.number;
    let offices: Vec<&Named> = NAMED.iter().filter(|named| has_decided(situation, made, named.office)).collect();
    let verdict = Answer::from(made.followed_by.is_some() || !offices.is_empty());
    let key = format!("{}/{number}", row.key);
    let title = format!("{}: N{number} of the {}", row.title, panel(made.panel));
    let finding = Finding::new(key, format!("N{number}"), verdict, title, row.cites.iter().cloned());
    let finding = match made.followed_by {
        Some(decision) => finding.because(format!("D{decision} is the first decision on it")),
        None => finding,
    };
    let awaited = NAMED.iter().filter(|named| made.to.contains(&named.office));
    let awaited = awaited.filter(|named| !offices.iter().any(|decided| decided.office == named.office));
    awaited.fold(finding, |finding, named| finding.because(format!("{} has not decided", named.title)))
}

/// The escalation panel recommends to both offices. The other panel's remit is support and challenge: it names none.
fn addressed(row: &RecommendationRow, made: &Recommendation) -> Option<Finding> {
    if made.panel != MeetingKind::ProviderEscalationPanel {
        return None;
    }
    let number = made.number;
    let missing: Vec<&Named> = NAMED.iter().filter(|named| !made.to.contains(&named.office)).collect();
    let verdict = Answer::from(missing.is_empty());
    let title = format!("{} (N{number})", row.title);
    let finding =
        Finding::new(format!("{}/{number}", row.key), format!("N{number}"), verdict, title, row.cites.iter().cloned());
    Some(missing.into_iter().fold(finding, |finding, named| finding.because(format!("Not put to: {}", named.title))))
}

fn panel(kind: MeetingKind) -> &'static str {
    match kind {
        MeetingKind::ProviderEscalationPanel => "Provider Escalation Panel",
        MeetingKind::QualityPeerSupportGroup => "Quality Peer Support Group",
        MeetingKind::Strategy
        | MeetingKind::IncidentManagement
        | MeetingKind::CommissionersFormal
        | MeetingKind::ContractOfficers
        | MeetingKind::ActionPlanReview
        | MeetingKind::Families
        | MeetingKind::Regional
        | MeetingKind::Other => "panel",
    }
}
