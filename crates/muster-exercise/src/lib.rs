//! Exercises: scripted incidents on a moved clock. Scripts are read, played on a store of their own, and scored.
//!
//! An exercise is a coordinator over a store of its own, on a clock of its own. What plays it asks that coordinator what
//! any participant asks, and knows no other way to write. It speaks no protocol and reads no machine's clock: how much
//! time passed is an argument.

mod acting;
mod clock;
mod error;
mod exercises;
mod expecting;
mod generate;
mod kept;
mod library;
mod plan;
mod running;
mod score;
mod scored;
mod script;
pub mod settings;
mod turns;

pub use clock::ExerciseClock;
pub use error::ExerciseError;
pub use exercises::{Bounds, Exercises, ForkAsk, From, StartAsk};
pub use generate::{Funding, Generated, Service, Why, generate};
pub use kept::{Added, BadExerciseId, Became, Did, ExerciseId, Forked, Kept, Opened, Pace, State};
pub use library::{SCENARIOS, Scenario, scenario};
pub use plan::{Plan, Planned};
pub use running::{Begins, Exercise, Setting, Staging};
pub use score::{HowKept, OfIncident, Overridden, Remark, Score, Timed};
pub use script::{
    Asked, Cast, Counted, Decision, Expectation, InRegion, ItemRef, OnAction, OnProposal, Problem, Problems, Script,
    Size, Standing, Step, What, large, parse,
};
