//! What the record itself shows of the time before the failure, for the review of the events (S116).

use muster_rule_sdk::{Answer, Fact, FactValue, Finding, RestrictionBasis, RestrictionKind, Situation};

use crate::table::Signs;

/// The signs on this record. Finding none here is not the same as there having been none.
pub(super) fn of_the_time_before(situation: &Situation, table: &Signs) -> Finding {
    let mut signs = Vec::new();
    let milestones = situation.milestones.iter();
    signs.extend(milestones.filter_map(|milestone| match milestone.key.as_str() {
        "reclassified" => {
            Some(format!("It was handled as something else before (reclassified, entry {})", milestone.entry))
        }
        "phase/concern" => Some(format!("It was back in the phase concern (entry {})", milestone.entry)),
        _ => None,
    }));
    for service in &situation.services {
        signs.extend(service.risk_level.map(|level| format!("{}: risk level {level} of Table One", service.id)));
    }
    let earlier = situation.restrictions.iter().filter(|restriction| restriction.placed_at < situation.notified_at);
    signs.extend(earlier.map(|restriction| {
        let what = what_is_restricted(restriction.kind);
        format!(
            "R{}: {} restriction of {what}, placed before the failure",
            restriction.number,
            basis(restriction.basis)
        )
    }));
    let advised = situation.recommendations.iter().filter(|recommended| recommended.at < situation.notified_at);
    signs.extend(advised.map(|recommended| format!("N{}: a panel recommended before the failure", recommended.number)));
    let answers = situation.facts.iter().filter(|fact| belongs(fact, table));
    signs.extend(answers.map(ToString::to_string));

    let title = "This record holds what may have been warning signs";
    let verdict = if signs.is_empty() { Answer::Unknown } else { Answer::Yes };
    let finding = Finding::new("E26/warning-signs", "review", verdict, title, table.cites.iter().cloned());
    if signs.is_empty() {
        return finding.because("None stands on this record; what others knew is for the review to ask");
    }
    signs.into_iter().fold(finding, Finding::because)
}

fn belongs(fact: &Fact, table: &Signs) -> bool {
    fact.value != FactValue::Answer(Answer::Unknown) && table.facts.iter().any(|start| fact.key.starts_with(start))
}

fn basis(basis: RestrictionBasis) -> &'static str {
    match basis {
        RestrictionBasis::Voluntary => "voluntary",
        RestrictionBasis::Imposed => "imposed",
        RestrictionBasis::Temporary => "temporary",
    }
}

fn what_is_restricted(kind: RestrictionKind) -> &'static str {
    match kind {
        RestrictionKind::Placements => "placements",
        RestrictionKind::Hours => "hours",
    }
}
