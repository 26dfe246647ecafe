//! The words that say whom a bed suits, as sets that are compared without reading the words again.

use muster_rule_sdk::{Answer, Offer, Person};

use crate::table::Word;

/// A set of words of the table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub(crate) struct Words(u32);

impl Words {
    /// The words for which something holds.
    pub(crate) fn which(table: &[Word], holds: impl Fn(&Word) -> bool) -> Self {
        let places = (0..u32::BITS).zip(table);
        Self(places.filter(|(_, word)| holds(word)).fold(0, |set, (place, _)| set | (1 << place)))
    }

    /// What a person asks of a bed.
    pub(crate) fn asked_by(person: &Person, table: &[Word]) -> Self {
        Self::which(table, |word| {
            word.needs.iter().any(|need| person.needs.contains(need)) || word.mobility.contains(&person.mobility)
        })
    }

    pub(crate) fn is_empty(self) -> bool {
        self.0 == 0
    }

    pub(crate) fn and(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    pub(crate) fn or(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    pub(crate) fn without(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }

    pub(crate) fn count(self) -> u32 {
        self.0.count_ones()
    }

    /// The rows of the table that are in the set.
    pub(crate) fn rows(self, table: &[Word]) -> impl Iterator<Item = &Word> {
        (0..u32::BITS).zip(table).filter(move |(place, _)| self.0 & (1 << place) != 0).map(|(_, word)| word)
    }
}

/// What an offer says of a word: unknown where it is missing, says neither yes nor no, or says both.
pub(crate) fn said(offer: &Offer, word: &Word) -> Answer {
    let mut values = offer.detail.iter().filter(|(name, _)| *name == word.name).map(|(_, value)| yes_or_no(value));
    if let Some(first) = values.next() {
        return if values.all(|value| value == first) { first } else { Answer::Unknown };
    }
    let Some(kind) = value(offer, "service-kind") else { return Answer::Unknown };
    let is_one_of = |kinds: &[String]| kinds.iter().any(|one| one.eq_ignore_ascii_case(kind));
    match (is_one_of(&word.yes_for), is_one_of(&word.no_for)) {
        (true, false) => Answer::Yes,
        (false, true) => Answer::No,
        (true, true) | (false, false) => Answer::Unknown,
    }
}

/// The value of a word; none where it is missing, empty, or there with two values.
pub(crate) fn value<'a>(offer: &'a Offer, name: &str) -> Option<&'a str> {
    let mut values = offer.detail.iter().filter(|(word, _)| word == name).map(|(_, value)| value.trim());
    let first = values.next().filter(|first| !first.is_empty())?;
    values.all(|value| value == first).then_some(first)
}

fn yes_or_no(value: &str) -> Answer {
    match value.trim() {
        value if value.eq_ignore_ascii_case("yes") => Answer::Yes,
        value if value.eq_ignore_ascii_case("no") => Answer::No,
        _ => Answer::Unknown,
    }
}
