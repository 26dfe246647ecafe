//! The families of commands and facts, one file each: commands both ways, facts out only.

pub(crate) mod actions;
pub(crate) mod advising;
pub(crate) mod answers;
pub(crate) mod clocks;
pub(crate) mod communications;
pub(crate) mod decisions;
pub(crate) mod escalation;
pub(crate) mod items;
pub(crate) mod lifecycle;
pub(crate) mod log;
pub(crate) mod meetings;
pub(crate) mod offers;
pub(crate) mod participants;
pub(crate) mod people;
pub(crate) mod restrictions;
pub(crate) mod review;
pub(crate) mod sharing;
