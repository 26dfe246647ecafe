//! Seals who a person is, and keeps the keys in their wrappings: pure functions over bytes.
//!
//! It opens no file, reads no clock and rolls no die: random bytes are arguments. It decides nothing about who may read.
//! How the parts fit together is in `docs/decisions/0018-who-the-people-are-is-sealed-apart.md`.

mod person_key;
mod ring;
#[cfg(test)]
mod tests;

pub use person_key::{Bound, DoesNotOpen, PersonKey, Salt, commitment};
pub use ring::{BadKeys, KeyId, KeyRing, NotUnwrapped, Wrapped};
