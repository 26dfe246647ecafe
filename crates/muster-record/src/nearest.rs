//! The nearest of the words that would do, for somebody who mistyped one.
//!
//! It proposes and never corrects: what was written is refused all the same.

/// The candidate with the fewest letters to change, where that is less than half of the word.
pub fn nearest<'a>(given: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let far = given.chars().count().div_ceil(2);
    let by_distance = candidates.into_iter().map(|candidate| (distance(given, candidate), candidate));
    by_distance.filter(|(distance, _)| *distance <= far.min(4)).min().map(|(_, candidate)| candidate)
}

/// How many letters to add, drop or replace.
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (index, from) in a.chars().enumerate() {
        let mut next = vec![index.saturating_add(1)];
        for ((to, pair), above) in b.iter().zip(row.windows(2)).zip(row.iter().skip(1)) {
            let diagonal = pair.first().copied().unwrap_or_default();
            let left = next.last().copied().unwrap_or_default();
            let replaced = diagonal.saturating_add(usize::from(from != *to));
            next.push(replaced.min(left.saturating_add(1)).min(above.saturating_add(1)));
        }
        row = next;
    }
    row.last().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_finds_its_word_and_nonsense_finds_none() {
        let verbs = ["opens", "notes", "registers", "hands over"];
        assert_eq!(nearest("opns", verbs), Some("opens"));
        assert_eq!(nearest("regsiters", verbs), Some("registers"));
        assert_eq!(nearest("xyzzy", verbs), None);
        assert_eq!(distance("", "abc"), 3);
    }
}
