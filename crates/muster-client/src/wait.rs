//! How long to wait before asking again: doubled each time, and never the same for two clients.

use std::time::Duration;

/// A wait that grows.
#[derive(Debug, Clone)]
pub struct Wait {
    next: Duration,
    first: Duration,
    longest: Duration,
}

impl Wait {
    /// Begins with `first`, doubled each time up to `longest`.
    pub fn between(first: Duration, longest: Duration) -> Self {
        Self { next: first, first, longest }
    }

    /// The next wait: between half of the step and the whole of it, so that a hundred clients do not come back in the
    /// same instant.
    pub fn step(&mut self) -> Duration {
        let step = self.next;
        self.next = step.saturating_mul(2).min(self.longest);
        // Without randomness all wait the whole step, which is only less good.
        let random = getrandom::u32().unwrap_or(u32::MAX);
        let half = step.div_f64(2.0);
        half.saturating_add(half.mul_f64(f64::from(random) / f64::from(u32::MAX)))
    }

    /// Begins again: something was answered.
    pub fn reset(&mut self) {
        self.next = self.first;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wait_grows_to_its_longest_and_begins_again_after_an_answer() {
        let (first, longest) = (Duration::from_millis(200), Duration::from_secs(10));
        let mut wait = Wait::between(first, longest);
        for step in [200, 400, 800, 1_600, 3_200, 6_400, 10_000, 10_000_u64] {
            let (waited, step) = (wait.step(), Duration::from_millis(step));
            assert!(step.div_f64(2.0) <= waited && waited <= step, "{waited:?} of {step:?}");
        }
        wait.reset();
        assert!(wait.step() <= first);
    }
}
