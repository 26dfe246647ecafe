//! People named by reference, so that each can be found and nobody has to read five hundred lines.

use std::collections::BTreeSet;

use muster_rule_sdk::Person;

/// A reason or a title may hold 2,000 characters; a list goes on in the next one before that.
const LONGEST_PART: usize = 1_500;

/// Part of a list: `person-1 to person-3, person-7`, and the reference that it begins with.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Part {
    pub(super) first: String,
    pub(super) told: String,
}

/// `4 people: person-1 to person-3, person-7`, on as many lines as it takes.
pub(super) fn lines(before: &str, people: &[&Person]) -> Vec<String> {
    let head = format!("{before}{}: ", counted(people.len()));
    let heads = std::iter::once(head.as_str()).chain(std::iter::repeat("and "));
    heads.zip(parts(people)).map(|(head, part)| format!("{head}{}", part.told)).collect()
}

/// `1 person`, `4 people`.
pub(super) fn counted(people: usize) -> String {
    if people == 1 { "1 person".to_owned() } else { format!("{people} people") }
}

/// The whole list, in parts that each fit.
pub(super) fn parts(people: &[&Person]) -> Vec<Part> {
    let mut parts: Vec<Part> = Vec::new();
    for (first, run) in runs(people) {
        match parts.last_mut() {
            Some(part) if part.told.len().saturating_add(run.len()).saturating_add(2) <= LONGEST_PART => {
                part.told.push_str(", ");
                part.told.push_str(&run);
            }
            Some(_) | None => parts.push(Part { first, told: run }),
        }
    }
    parts
}

/// Consecutive numbers as one, `person-1 to person-3`, each with the reference that it begins with.
fn runs(people: &[&Person]) -> Vec<(String, String)> {
    let numbers: BTreeSet<u32> = people.iter().filter_map(|person| number(&person.ref_)).collect();
    let mut runs: Vec<(u32, u32)> = Vec::new();
    for number in numbers {
        match runs.last_mut() {
            Some((_, last)) if last.saturating_add(1) == number => *last = number,
            Some(_) | None => runs.push((number, number)),
        }
    }
    let told = runs.into_iter().map(|(first, last)| {
        let reference = format!("person-{first}");
        let run = if first == last { reference.clone() } else { format!("{reference} to person-{last}") };
        (reference, run)
    });
    told.collect()
}

/// Whether a list, read back from a text that ends in one, names this person.
pub(super) fn names(text: &str, person: &Person) -> bool {
    let Some(wanted) = number(&person.ref_) else { return false };
    let list = text.rsplit(": ").next().unwrap_or_default();
    list.split(", ").any(|run| match run.split_once(" to ") {
        Some((first, last)) => match (number(first), number(last)) {
            (Some(first), Some(last)) => (first..=last).contains(&wanted),
            (None, _) | (_, None) => false,
        },
        None => number(run) == Some(wanted),
    })
}

/// The number in a reference: the contract writes `person-3` for the record's person 3.
fn number(reference: &str) -> Option<u32> {
    reference.strip_prefix("person-")?.parse().ok()
}

#[cfg(test)]
mod tests {
    use muster_rule_sdk::testing::person;

    use super::*;

    fn told(numbers: impl IntoIterator<Item = u32>) -> Vec<String> {
        let people: Vec<Person> = numbers.into_iter().map(person).collect();
        lines("", &people.iter().collect::<Vec<_>>())
    }

    #[test]
    fn neighbours_are_told_as_a_range() {
        assert_eq!(told([11, 1, 2, 3, 5]), ["5 people: person-1 to person-3, person-5, person-11"]);
        assert_eq!(told([7]), ["1 person: person-7"]);
    }

    #[test]
    fn a_long_list_goes_on_in_the_next_line() {
        let lines = told((1..=500).map(|number| number * 2));
        assert!(lines.iter().all(|line| line.len() < 1_600), "{lines:?}");
        assert_eq!((lines.len(), lines.join(", ").matches("person-").count()), (4, 500));
    }

    #[test]
    fn a_list_can_be_read_back() {
        let text = "Tell leeds: what happens: person-1 to person-3, person-7";
        let named: Vec<u32> = (1..=10).filter(|number| names(text, &person(*number))).collect();
        assert_eq!(named, [1, 2, 3, 7]);
        assert!(!names("Tell leeds about everybody", &person(1)));
    }
}
