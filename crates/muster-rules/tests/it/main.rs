//! Rule sets that misbehave, really built and really run: what the host makes of each.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::as_conversions,
    reason = "a helper of a test that fails may stop the test"
)]

mod answers;
mod containment;
mod frozen;
mod guests;
mod hostile;
mod loading;
mod resting;
mod sameness;
mod situations;
mod trial;
