//! Nothing is followed.

/// The place in a trace at which something happens.
// Not a unit: what is built with `otel` and what is not make one in the same words, `Trace::default()`.
#[derive(Debug, Clone, Default)]
pub struct Trace(());

/// A step of a trace, which ends when it is dropped.
#[derive(Debug)]
pub struct Step;

impl Trace {
    /// Whether nothing is followed here.
    #[must_use]
    pub fn is_none(&self) -> bool {
        true
    }

    /// Begins a step below this place.
    #[must_use]
    pub fn step(&self, _: &str) -> Step {
        Step
    }

    /// Begins a step below this place, or a trace.
    #[must_use]
    pub fn begin(&self, _: &str) -> Step {
        Step
    }
}

impl Step {
    /// The place of this step, for what follows from it.
    #[must_use]
    pub fn trace(&self) -> Trace {
        Trace(())
    }

    /// Says something of this step: an identifier, never what an entry says.
    pub fn says(&self, _: &'static str, _: &str) {}
}
