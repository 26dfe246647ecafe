//! A test bench: a situation built step by step, and advice read as text.
//!
//! It is not there on WebAssembly. See `Story`, then `told` and `unsound`.

mod figures;
mod sound;
mod story;
mod told;

pub use figures::figures;
pub use sound::unsound;
pub use story::{HOUR, Story, person, service};
pub use told::told;
