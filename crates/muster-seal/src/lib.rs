//! Seals who a person is and what entries say of people, and keeps the keys in their wrappings: pure functions over bytes.
//!
//! It opens no file, reads no clock and rolls no die: random bytes are arguments. It decides nothing about who may read.
//! How the parts fit together is in `docs/decisions/0018-who-the-people-are-is-sealed-apart.md`.

mod content;
mod data_key;
mod ring;
#[cfg(test)]
mod tests;

pub use content::{NotOpened, Shut, open_content, seal_content};
pub use data_key::{Bound, DataKey, DoesNotOpen, Salt, commitment};
pub use ring::{BadKeys, KeyId, KeyRing, NotUnwrapped, Wrapped};
