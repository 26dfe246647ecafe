//! From the component's three functions to the trait of the author, and a panic's message to the log.

use std::marker::PhantomData;

use crate::bindings::exports::muster::policy::rules::Guest;
use crate::{Advice, Description, Fault, Issue, RuleSet, Situation, read_settings};

/// The component that a rule set becomes. Made by [`crate::export_rule_set`], not by hand.
#[derive(Debug)]
pub struct Exported<R>(PhantomData<R>);

impl<R: RuleSet> Guest for Exported<R> {
    fn describe() -> Description {
        report_panics();
        R::describe()
    }

    fn check_settings(settings: String) -> Result<(), Vec<Issue>> {
        report_panics();
        read_settings::<R>(&settings).map(drop)
    }

    fn advise(situation: Situation, settings: String) -> Result<Advice, Fault> {
        report_panics();
        let settings = read_settings::<R>(&settings).map_err(Fault::Settings)?;
        R::advise(&situation, &settings)
    }
}

/// A component that panics traps, and a trap says only `unreachable`: the log is told the rest.
#[cfg(target_arch = "wasm32")]
fn report_panics() {
    use crate::bindings::muster::policy::log::{Level, write};

    static ONCE: std::sync::Once = std::sync::Once::new();
    ONCE.call_once(|| std::panic::set_hook(Box::new(|info| write(Level::Error, &info.to_string()))));
}

/// Elsewhere the test harness reports panics.
#[cfg(not(target_arch = "wasm32"))]
fn report_panics() {}
