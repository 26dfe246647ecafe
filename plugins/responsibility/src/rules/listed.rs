//! People named by reference, so that each can be found and nobody has to read five hundred lines.

use muster_rule_sdk::Person;

/// A reason may hold 2,000 characters; a list goes on in the next one before that.
const LONGEST_LINE: usize = 1_500;

/// `4 people: person-1 to person-3, person-7`, on as many lines as it takes.
pub(super) fn lines(before: &str, people: &[&Person]) -> Vec<String> {
    let mut lines = Vec::new();
    let mut line = format!("{before}{}: ", counted(people.len()));
    let mut is_fresh = true;
    for run in runs(people) {
        if line.len().saturating_add(run.len()) > LONGEST_LINE {
            lines.push(std::mem::replace(&mut line, "and ".to_owned()));
            is_fresh = true;
        }
        if !is_fresh {
            line.push_str(", ");
        }
        line.push_str(&run);
        is_fresh = false;
    }
    lines.push(line);
    lines
}

/// `1 person`, `4 people`.
pub(super) fn counted(people: usize) -> String {
    if people == 1 { "1 person".to_owned() } else { format!("{people} people") }
}

/// Consecutive numbers as one: `person-1 to person-3`.
fn runs(people: &[&Person]) -> Vec<String> {
    let mut runs: Vec<(u64, u64)> = Vec::new();
    let mut others = Vec::new();
    let mut numbers = Vec::new();
    for person in people {
        match person.ref_.strip_prefix("person-").and_then(|number| number.parse::<u64>().ok()) {
            Some(number) => numbers.push(number),
            None => others.push(person.ref_.clone()),
        }
    }
    numbers.sort_unstable();
    for number in numbers {
        match runs.last_mut() {
            Some((_, last)) if last.saturating_add(1) == number => *last = number,
            Some(_) | None => runs.push((number, number)),
        }
    }
    let told = runs.into_iter().map(|(first, last)| {
        if first == last { format!("person-{first}") } else { format!("person-{first} to person-{last}") }
    });
    told.chain(others).collect()
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
        assert!(lines.iter().all(|line| line.len() <= LONGEST_LINE), "{lines:?}");
        assert_eq!(lines.len(), 5);
        assert!(lines.join(", ").matches("person-").count() == 500);
    }
}
