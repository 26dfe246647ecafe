//! A test bench: a situation built step by step, and advice read as text.
//!
//! It is not there on WebAssembly. [`advised()`] asks a rule set about a [`Story`], and [`told()`] is its advice as lines to
//! compare; [`component()`] has the component itself tested, in the sandbox.

mod advised;
mod component;
mod figures;
mod sound;
mod story;
mod told;

pub use advised::advised;
pub use component::component;
pub use figures::figures;
pub use sound::unsound;
pub use story::{HOUR, Story, person, service};
pub use told::told;
