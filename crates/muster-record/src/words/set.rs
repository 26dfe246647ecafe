//! Sets of words from a closed list, as bits: copied, compared and intersected without allocating.

use std::fmt;
use std::marker::PhantomData;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A word from a closed list, as `words!` makes them.
pub trait Word: Copy + fmt::Debug + 'static {
    /// Every case, in order.
    const CASES: &'static [Self];

    /// Its place in the list, from 0.
    fn place(self) -> u32;
}

/// A set of words, of a list that has at most 64.
pub struct WordSet<T> {
    bits: u64,
    of: PhantomData<T>,
}

impl<T: Word> WordSet<T> {
    /// No word.
    pub const fn none() -> Self {
        Self { bits: 0, of: PhantomData }
    }

    /// Every word of the list.
    pub fn all() -> Self {
        T::CASES.iter().copied().collect()
    }

    /// Whether a word is in it.
    pub fn contains(self, word: T) -> bool {
        self.bits & bit(word) != 0
    }

    /// Puts a word in.
    pub fn insert(&mut self, word: T) {
        self.bits |= bit(word);
    }

    /// Those in either.
    #[must_use]
    pub fn union(self, other: Self) -> Self {
        Self { bits: self.bits | other.bits, of: PhantomData }
    }

    /// Those in both.
    #[must_use]
    pub fn intersection(self, other: Self) -> Self {
        Self { bits: self.bits & other.bits, of: PhantomData }
    }

    /// Those in this one and not in the other.
    #[must_use]
    pub fn difference(self, other: Self) -> Self {
        Self { bits: self.bits & !other.bits, of: PhantomData }
    }

    /// The words, in the order of their list.
    pub fn iter(self) -> impl Iterator<Item = T> {
        T::CASES.iter().copied().filter(move |word| self.contains(*word))
    }

    /// How many words are in it.
    pub fn len(self) -> usize {
        self.iter().count()
    }

    /// Whether no word is in it.
    pub fn is_empty(self) -> bool {
        self.bits == 0
    }
}

fn bit<T: Word>(word: T) -> u64 {
    const { assert!(T::CASES.len() <= 64, "a set has room for 64 words") };
    1_u64.wrapping_shl(word.place())
}

// By hand: derived, they would ask for the same of `T`.
impl<T> Clone for WordSet<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for WordSet<T> {}

impl<T> PartialEq for WordSet<T> {
    fn eq(&self, other: &Self) -> bool {
        self.bits == other.bits
    }
}

impl<T> Eq for WordSet<T> {}

impl<T> PartialOrd for WordSet<T> {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl<T> Ord for WordSet<T> {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.bits.cmp(&other.bits)
    }
}

impl<T: Word> Default for WordSet<T> {
    fn default() -> Self {
        Self::none()
    }
}

impl<T: Word> fmt::Debug for WordSet<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.iter()).finish()
    }
}

impl<T: Word> FromIterator<T> for WordSet<T> {
    fn from_iter<I: IntoIterator<Item = T>>(words: I) -> Self {
        let mut set = Self::none();
        words.into_iter().for_each(|word| set.insert(word));
        set
    }
}

impl<'a, T: Word> FromIterator<&'a T> for WordSet<T> {
    fn from_iter<I: IntoIterator<Item = &'a T>>(words: I) -> Self {
        words.into_iter().copied().collect()
    }
}

impl<T: Word, const N: usize> From<[T; N]> for WordSet<T> {
    fn from(words: [T; N]) -> Self {
        words.into_iter().collect()
    }
}

/// As the list of its words, in their order.
impl<T: Word + Serialize> Serialize for WordSet<T> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_seq(self.iter())
    }
}

impl<'de, T: Word + Deserialize<'de>> Deserialize<'de> for WordSet<T> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        Ok(Vec::<T>::deserialize(from)?.into_iter().collect())
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::WordSet;
    use crate::rights::Right;

    fn words() -> impl Strategy<Value = BTreeSet<Right>> {
        proptest::collection::btree_set(proptest::sample::select(Right::ALL), 0..=Right::ALL.len())
    }

    proptest! {
        #[test]
        fn a_set_of_words_does_what_a_set_does(one in words(), other in words()) {
            let (few, more): (WordSet<Right>, WordSet<Right>) = (one.iter().collect(), other.iter().collect());
            let told = |set: WordSet<Right>| set.iter().collect::<BTreeSet<_>>();
            prop_assert_eq!(&told(few), &one);
            prop_assert_eq!(told(few.union(more)), &one | &other);
            prop_assert_eq!(told(few.intersection(more)), &one & &other);
            prop_assert_eq!(told(few.difference(more)), &one - &other);
            prop_assert_eq!((few.len(), few.is_empty()), (one.len(), one.is_empty()));
            prop_assert_eq!(few == more, one == other);
            let (set, list) = (serde_json::to_string(&few)?, serde_json::to_string(&one)?);
            prop_assert_eq!(&set, &list);
            prop_assert_eq!(serde_json::from_str::<WordSet<Right>>(&list)?, few);
            prop_assert!(Right::ALL.iter().all(|right| few.contains(*right) == one.contains(right)));
        }
    }

    #[test]
    fn all_words_are_in_the_whole_set_in_their_order() {
        assert_eq!(WordSet::<Right>::all().iter().collect::<Vec<_>>(), Right::ALL);
        assert!(WordSet::<Right>::none().is_empty());
    }
}
