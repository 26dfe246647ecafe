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
#[serde(transparent, bound(serialize = "T: Serialize", deserialize = "T: Deserialize<'de>"))]
pub struct ByNumber<N, T> {
    known: BTreeMap<u32, T>,
    #[serde(skip)]
    number: PhantomData<N>,
}

impl<N, T> Default for ByNumber<N, T> {
    fn default() -> Self {
        Self { known: BTreeMap::new(), number: PhantomData }
    }
}

impl<N: Number, T> ByNumber<N, T> {
    /// The number that comes after the last one known.
    pub fn next_number(&self) -> N {
        N::of(self.known.last_key_value().map_or(0, |(last, _)| *last).saturating_add(1))
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
