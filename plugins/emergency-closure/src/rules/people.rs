//! What is said of the people together, and what a single person calls for.

use muster_rule_sdk::{AgencyKind, Answer, CareStatus, Finding, Funder, Need, Part, Person, ProposedAction, Situation};

use super::{Closure, steps, wellbeing};
use crate::Settings;
use crate::table::{People, Tables};

/// Whether everybody is placed, has moved, stays, is in hospital or has died. Nobody on the list is not everybody.
pub(super) fn everybody_settled(situation: &Situation) -> Answer {
    if situation.is_withheld(Part::People) || situation.people.is_empty() {
        return Answer::Unknown;
    }
    situation.people.iter().all(|person| is_settled(person.status)).into()
}

fn is_settled(status: CareStatus) -> bool {
    match status {
        CareStatus::Identified | CareStatus::Reviewed => false,
        CareStatus::Placed
        | CareStatus::Moved
        | CareStatus::Staying
        | CareStatus::InHospital
        | CareStatus::Died
        | CareStatus::FollowedUp => true,
    }
}

pub(super) fn findings(closure: &Closure<'_>, table: &People) -> [Finding; 2] {
    let people = &closure.situation.people;
    let settled = Finding::new(
        "people/settled",
        "people",
        closure.everybody_settled,
        "Everybody on the list is placed, has moved, stays, is in hospital or has died",
        table.settled.cites.iter().cloned(),
    );
    let needs_known = match closure.everybody_settled {
        Answer::Unknown => Answer::Unknown,
        Answer::Yes | Answer::No => people.iter().all(|person| person.needs_known == Answer::Yes).into(),
    };
    let title = "The needs of everybody on the list are known";
    let needs = Finding::new("people/needs-known", "people", needs_known, title, table.needs.cites.iter().cloned());
    if closure.situation.is_withheld(Part::People) {
        let because = "This rule set is not shown the people";
        return [settled.because(because), needs.because(because)];
    }
    let not_known = people.iter().filter(|person| person.needs_known != Answer::Yes).count();
    [settled.because(counted(people)), needs.because(format!("{not_known} of {} not known", people.len()))]
}

fn counted(people: &[Person]) -> String {
    let statuses = [
        (CareStatus::Identified, "identified"),
        (CareStatus::Reviewed, "reviewed"),
        (CareStatus::Placed, "placed"),
        (CareStatus::Moved, "moved"),
        (CareStatus::Staying, "staying"),
        (CareStatus::InHospital, "in hospital"),
        (CareStatus::Died, "died"),
        (CareStatus::FollowedUp, "followed up"),
    ];
    let counts = statuses.map(|(status, word)| {
        let count = people.iter().filter(|person| person.status == status).count();
        format!("{count} {word}")
    });
    format!("{} people: {}", people.len(), counts.join(", "))
}

/// Only what means something for that person.
pub(super) fn actions(closure: &Closure<'_>, tables: &Tables, settings: &Settings) -> Vec<ProposedAction> {
    let people = closure.situation.people.iter().filter(|person| person.status != CareStatus::Died);
    let mut actions = Vec::new();
    for person in people {
        actions.extend(imca(closure, tables, person));
        if closure.is_recovering() {
            actions.push(wellbeing::check(closure.situation, &tables.people.wellbeing, settings, person));
        }
    }
    actions
}

/// A person who lacks capacity and has nobody to consult must have an advocate.
fn imca(closure: &Closure<'_>, tables: &Tables, person: &Person) -> Option<ProposedAction> {
    let needs = [Need::LacksCapacity, Need::NoOneToConsult];
    if !needs.iter().all(|need| person.needs.contains(need)) {
        return None;
    }
    let owner = match person.funder {
        Funder::HealthFull | Funder::OtherHealth => AgencyKind::HealthCommissioner,
        Funder::CouncilPart | Funder::CouncilFull | Funder::SelfFunded | Funder::OtherCouncil | Funder::NotKnown => {
            AgencyKind::Council
        }
    };
    let row = &tables.people.imca;
    let step = tables.steps.iter().find(|step| step.key == row.step)?;
    let key = format!("{}/imca/{}", row.step, person.ref_);
    let title = format!("Instruct an independent mental capacity advocate (IMCA) for {}", person.ref_);
    let action = ProposedAction::new(key, title, owner, row.cites.iter().cloned())
        .because("Lacks capacity and has nobody to consult: an advocate is mandatory");
    Some(steps::with_due(action, steps::due(closure, step)))
}
