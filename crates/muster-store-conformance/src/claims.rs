//! What every store promises.

pub mod audit;
pub mod groups;
pub mod installs;
pub mod lists;
pub mod order;
pub mod outbound;
pub mod payloads;
pub mod people;
pub mod register;
pub mod reopening;
pub mod requests;
pub mod rule_sets;
pub mod walks;
