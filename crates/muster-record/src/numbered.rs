//! What a record numbers: actions, people, proposals and the like, each found by its number.
//!
//! On the record itself the numbers run 1, 2, 3 ... For somebody who may not see all of it some are missing, and what
//! they may see keeps the number that everybody else knows it by.

use std::collections::BTreeMap;
use std::marker::PhantomData;

use serde::{Deserialize, Serialize};

/// A number that a record gives out.
pub trait Number: Copy {
    /// The number as such.
    fn number(self) -> u32;
    /// The thing's number, from the number as such.
    fn of(number: u32) -> Self;
}

/// Things by number, in order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(bound(serialize = "T: Serialize", deserialize = "T: Deserialize<'de>"))]
pub struct ByNumber<N, T> {
    known: BTreeMap<u32, T>,
    /// The last number given out, where its thing is not known any more.
    #[serde(default, skip_serializing_if = "is_zero")]
    given: u32,
    #[serde(skip)]
    number: PhantomData<N>,
}

impl<N, T> Default for ByNumber<N, T> {
    fn default() -> Self {
        Self { known: BTreeMap::new(), given: 0, number: PhantomData }
    }
}

impl<N: Number, T> ByNumber<N, T> {
    /// The number that comes after the last one given out.
    pub fn next_number(&self) -> N {
        N::of(self.last_given().saturating_add(1))
    }

    /// The last number given out; 0 before the first.
    pub fn last_given(&self) -> u32 {
        self.known.last_key_value().map_or(0, |(last, _)| *last).max(self.given)
    }

    /// Keeps numbers up to this one from being given out again, whether their things are known or not.
    pub fn keep_given(&mut self, last: u32) {
        self.given = self.given.max(last);
    }

    /// The thing of that number.
    pub fn get(&self, number: N) -> Option<&T> {
        self.known.get(&number.number())
    }

    /// The thing of that number, to change it.
    pub fn get_mut(&mut self, number: N) -> Option<&mut T> {
        self.known.get_mut(&number.number())
    }

    /// Puts a thing at its number.
    pub fn put(&mut self, number: N, thing: T) {
        self.known.insert(number.number(), thing);
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.known.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.known.is_empty()
    }

    /// The things, in order of number.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = &T> + Clone {
        self.known.values()
    }

    /// The things with their numbers, in order.
    pub fn numbered(&self) -> impl DoubleEndedIterator<Item = (N, &T)> + Clone {
        self.known.iter().map(|(number, thing)| (N::of(*number), thing))
    }

    /// The things, to change them, with their numbers, in order.
    pub fn numbered_mut(&mut self) -> impl DoubleEndedIterator<Item = (N, &mut T)> {
        self.known.iter_mut().map(|(number, thing)| (N::of(*number), thing))
    }
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands over a reference")]
fn is_zero(number: &u32) -> bool {
    *number == 0
}
