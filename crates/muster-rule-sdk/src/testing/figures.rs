//! How many people there are, as the server would have it.

use crate::{Count, Figures, Person};

/// The smallest count that is told more closely than "some".
const SMALLEST: u32 = 5;

/// What a rule set is shown of a number of people: a range, as the contract says.
fn count(people: usize) -> Count {
    let count = u32::try_from(people).unwrap_or(u32::MAX.saturating_sub(SMALLEST));
    match count {
        0 => Count { at_least: 0, at_most: 0 },
        1..SMALLEST => Count { at_least: 1, at_most: SMALLEST.saturating_sub(1) },
        SMALLEST.. => {
            let nearest = count.saturating_add(2) / SMALLEST * SMALLEST;
            Count { at_least: nearest.saturating_sub(2).max(SMALLEST), at_most: nearest.saturating_add(2) }
        }
    }
}

fn by<S: PartialEq>(sorts: impl Iterator<Item = S>) -> Vec<(S, Count)> {
    let mut found: Vec<(S, usize)> = Vec::new();
    for sort in sorts {
        match found.iter_mut().find(|(known, _)| *known == sort) {
            Some((_, people)) => *people = people.saturating_add(1),
            None => found.push((sort, 1)),
        }
    }
    found.into_iter().map(|(sort, people)| (sort, count(people))).collect()
}

/// The figures of these people.
pub fn figures(people: &[Person]) -> Figures {
    Figures {
        people: count(people.len()),
        needs_not_known: count(people.iter().filter(|person| person.needs_known != crate::Answer::Yes).count()),
        by_service: by(people.iter().map(|person| person.service.clone())),
        by_status: by(people.iter().map(|person| person.status)),
        by_funder: by(people.iter().map(|person| person.funder)),
        by_mobility: by(people.iter().map(|person| person.mobility)),
        by_need: by(people.iter().flat_map(|person| person.needs.iter().copied())),
        by_placing_authority: by(people.iter().filter_map(|person| person.placed_by.clone())),
    }
}
