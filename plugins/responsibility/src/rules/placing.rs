//! What follows for each agency that placed people here: it is told, and it says what stays with it.

use std::collections::BTreeMap;

use muster_rule_sdk::{ActionStatus, Interest, Person, ProposedAction, Situation};

use super::{Known, NAME, listed};
use crate::table::PlacingRow;

/// One action for each agency, for those of its people that no action on the record names yet. So somebody who comes
/// on the list later is not forgotten because the agency was told of another.
pub(super) fn actions(situation: &Situation, people: &[Known<'_>], row: &PlacingRow) -> Vec<ProposedAction> {
    let mut by: BTreeMap<&str, Vec<&Person>> = BTreeMap::new();
    for known in people.iter().filter(|known| row.of.contains(&known.group)) {
        if let Some(agency) = known.placed_by {
            by.entry(agency).or_default().push(known.person);
        }
    }
    by.retain(|agency, placed| {
        placed.retain(|person| !is_named(situation, row, agency, person));
        has_joined(situation, agency) == row.at_the_table
    });
    by.into_iter().flat_map(|(agency, placed)| of_agency(row, agency, &placed)).collect()
}

/// The key has the first person's reference in it: the same people are the same action.
fn of_agency(row: &PlacingRow, agency: &str, placed: &[&Person]) -> Vec<ProposedAction> {
    let parts = listed::parts(placed).into_iter().map(|part| {
        let title = format!("{}: {}", row.title.replace("{agency}", agency), part.told);
        let key = format!("{}/{agency}/{}", row.key, part.first);
        let action = ProposedAction::new(key, title, row.owner, row.cites.iter().cloned());
        // The action of an agency that is not at the table would fall to another one of its kind.
        if row.at_the_table { action.of_agency(agency) } else { action }
    });
    parts.collect()
}

/// Whether an action that somebody took on names this person.
fn is_named(situation: &Situation, row: &PlacingRow, agency: &str, person: &Person) -> bool {
    let before = format!("{NAME}/{}/{agency}/", row.key);
    let mut raised = situation.actions.iter().filter(|action| {
        action.key.as_deref().is_some_and(|key| key.starts_with(&before)) && action.status != ActionStatus::Cancelled
    });
    raised.any(|action| listed::names(&action.title, person))
}

fn has_joined(situation: &Situation, agency: &str) -> bool {
    let seat = situation.participants.iter().find(|seat| seat.agency == agency);
    seat.is_some_and(|seat| seat.joined_at.is_some() && seat.interest != Interest::None)
}
