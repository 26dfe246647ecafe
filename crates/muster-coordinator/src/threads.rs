//! On which threads a coordinator works: its own when it serves, those of whoever asks when it is simulated.

use std::sync::Arc;

use crate::coordinator::Coordinator;

/// On which threads a coordinator works. What it does is the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Threads {
    /// On its own: one writes, one walks along the records at the start, and so many evaluate rule sets.
    Own {
        /// Those that evaluate; at least one there is.
        evaluators: usize,
    },
    /// On that of whoever asks, and as tasks of the runtime that it was started on. For simulations, in which nothing may
    /// depend on how threads are scheduled: there a slow rule set holds up everybody.
    Callers,
}

/// What was to be worked out was not: it panicked, or the runtime ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("it was not worked out")]
pub struct NotWorkedOut;

impl Coordinator {
    /// Works something out off the threads that serve, where this coordinator has threads at all.
    ///
    /// # Errors
    /// When it panicked, or the runtime ends.
    pub async fn aside<T: Send + 'static>(
        self: &Arc<Self>,
        work: impl FnOnce(&Self) -> T + Send + 'static,
    ) -> Result<T, NotWorkedOut> {
        match self.threads {
            Threads::Own { evaluators: _ } => {
                let coordinator = Arc::clone(self);
                tokio::task::spawn_blocking(move || work(&coordinator)).await.map_err(|_| NotWorkedOut)
            }
            Threads::Callers => Ok(work(self)),
        }
    }
}
