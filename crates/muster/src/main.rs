//! Muster: many agencies, one record, each partner's own rules.
//!
//! The binary puts the parts together and holds no rule of its own.

use std::process::ExitCode;

use clap::Parser as _;

fn main() -> ExitCode {
    muster::serving::compile_on_trial_apart();
    muster::cli::run(&muster::cli::Cli::parse())
}
