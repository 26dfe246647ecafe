//! The four answers for each group of people, and what follows from them.

mod group;
mod listed;
mod placing;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use muster_rule_sdk::{
    Action, ActionStatus, Advice, Answer, CareStatus, Finding, Part, Person, ProposedAction, Situation,
};

use crate::table::{ActionRow, Everybody, Group, GroupRow, Only, Table};

/// The rule set's name, which stands before the keys of its proposals on the record.
pub(crate) const NAME: &str = "responsibility";

/// A person, and the group whose answers are theirs.
struct Known<'a> {
    group: Group,
    person: &'a Person,
    /// The agency that placed them, where it is not the one that leads.
    placed_by: Option<&'a str>,
}

/// The whole of the advice.
pub(crate) fn advise(situation: &Situation, table: &Table) -> Advice {
    let people: Vec<Known<'_>> = situation.people.iter().map(|person| known(situation, person)).collect();
    let mut advice = Advice::default();
    advice.findings.push(everybody(situation, &people, table));
    advice.findings.extend(table.group.iter().filter_map(|row| answers(&people, row)));
    advice.actions.extend(table.action.iter().flat_map(|row| actions(situation, &people, row)));
    advice.actions.extend(table.placing.iter().flat_map(|row| placing::actions(situation, &people, row)));
    advice
}

fn known<'a>(situation: &'a Situation, person: &'a Person) -> Known<'a> {
    let placed_by = person.placed_by.as_deref().filter(|agency| *agency != situation.authority);
    Known { group: group::of(situation, person), person, placed_by }
}

/// Whether every answer is there for everybody. Nobody on the list is not everybody.
fn everybody(situation: &Situation, people: &[Known<'_>], table: &Table) -> Finding {
    let Everybody { key, title, continuity, cites } = &table.everybody;
    let finding = |settled| Finding::new(key, "people", settled, title, cites.iter().cloned());
    if situation.is_withheld(Part::People) {
        return finding(Answer::Unknown).because("This rule set is not shown the people").because(continuity);
    }
    if people.is_empty() {
        return finding(Answer::Unknown).because("Nobody is on the list yet").because(continuity);
    }
    let open = people.iter().filter(|known| !is_settled(table, known)).count();
    let settled = if open == 0 { Answer::Yes } else { Answer::Unknown };
    let counted = format!("{} on the list, {open} of them not settled", listed::counted(people.len()));
    finding(settled).because(counted).because(continuity)
}

fn is_settled(table: &Table, known: &Known<'_>) -> bool {
    let row = table.group.iter().find(|row| row.of == known.group);
    row.is_some_and(|row| row.settled == Answer::Yes) && !lacks_placing_agency(known)
}

/// Whether who placed a person matters and is not on the record.
fn lacks_placing_agency(known: &Known<'_>) -> bool {
    match known.group {
        Group::OtherCouncil | Group::OtherHealth => known.placed_by.is_none(),
        Group::CouncilPart
        | Group::CouncilFull
        | Group::SelfFunded
        | Group::SelfFundedPlaced
        | Group::HealthFull
        | Group::NotKnown
        | Group::Contradicting => false,
    }
}

/// The four answers for the people of a group; none where nobody is in it.
fn answers(people: &[Known<'_>], row: &GroupRow) -> Option<Finding> {
    let of_group: Vec<&Known<'_>> = people.iter().filter(|known| known.group == row.of).collect();
    if of_group.is_empty() {
        return None;
    }
    let is_complete = !of_group.iter().any(|known| lacks_placing_agency(known));
    let settled = if is_complete { row.settled } else { Answer::Unknown };
    let finding = Finding::new(&row.key, "people", settled, &row.title, row.cites.iter().cloned())
        .because(format!("Coordinates: {}", row.coordinates))
        .because(format!("Funds: {}", row.funds))
        .because(format!("Plans longer term: {}", row.plans))
        .because(format!("Must be told: {}", row.told));
    Some(by_agency(&of_group, row.of).into_iter().fold(finding, Finding::because))
}

/// The people of a group, those of each placing agency on lines of their own.
fn by_agency(of_group: &[&Known<'_>], group: Group) -> Vec<String> {
    let mut by: BTreeMap<Option<&str>, Vec<&Person>> = BTreeMap::new();
    for known in of_group {
        by.entry(known.placed_by).or_default().push(known.person);
    }
    let asks_who_placed = matches!(group, Group::OtherCouncil | Group::OtherHealth);
    let lines = by.into_iter().flat_map(|(agency, people)| match agency {
        Some(agency) => listed::lines(&format!("Placed by {agency}, "), &people),
        None if asks_who_placed => listed::lines("Not known who placed them, ", &people),
        None => listed::lines("", &people),
    });
    lines.collect()
}

/// One action for each agency that leads it; none where there is nobody it is for.
fn actions(situation: &Situation, people: &[Known<'_>], row: &ActionRow) -> Vec<ProposedAction> {
    let is_of = |known: &&Known<'_>| row.of.as_ref().is_none_or(|groups| groups.contains(&known.group));
    let meant = people.iter().filter(is_of).filter(|known| is_meant(row.only, known));
    let for_whom: Vec<&Person> = meant.map(|known| known.person).collect();
    if for_whom.is_empty() {
        return Vec::new();
    }
    let proposed = row.leads.iter().map(|(lead, title)| {
        let is_shared = row.leads.len() > 1;
        let key = if is_shared { format!("{}/{lead}", row.key) } else { row.key.clone() };
        let key = if row.again { next_key(situation, &key) } else { key };
        let action = ProposedAction::new(key, title, *lead, row.cites.iter().cloned());
        listed::lines("", &for_whom).into_iter().fold(action, ProposedAction::because)
    });
    proposed.collect()
}

fn is_meant(only: Option<Only>, known: &Known<'_>) -> bool {
    match only {
        None => true,
        Some(Only::NotPlaced) => known.placed_by.is_none(),
        Some(Only::NeedsNotKnown) => known.person.needs_known != Answer::Yes && known.person.status != CareStatus::Died,
    }
}

/// What is done and still leaves somebody open is proposed again: `find-out/who-pays`, then `find-out/who-pays/2`.
fn next_key(situation: &Situation, key: &str) -> String {
    let is_over = |action: &&Action| {
        let key_of = action.key.as_deref().and_then(|full| full.strip_prefix(NAME)?.strip_prefix('/'));
        let is_same =
            key_of.and_then(|own| own.strip_prefix(key)).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
        is_same && action.status == ActionStatus::Done
    };
    match situation.actions.iter().filter(is_over).count() {
        0 => key.to_owned(),
        over => format!("{key}/{}", over.saturating_add(1)),
    }
}
