//! What is true of every record, whichever family it is about.

mod chain;
mod reasons;
mod records;
mod samples;
mod views;
