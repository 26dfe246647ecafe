//! Follows one call through the server: from its arrival through the commit, the rule sets that look at what was written,
//! and each watcher it is sent to.
//!
//! With the feature `otel` each step is a span of OpenTelemetry, below the span that the caller names in the metadata
//! `traceparent` (W3C Trace Context). Without it everything here is empty, and costs nothing. No step says more than
//! identifiers: of incidents, entries, agencies and rule sets.

#[cfg(not(feature = "otel"))]
mod nothing;
#[cfg(feature = "otel")]
mod spans;

#[cfg(not(feature = "otel"))]
pub use nothing::{Step, Trace};
#[cfg(feature = "otel")]
pub use spans::{Step, Trace, named_in};

tokio::task_local! {
    static HERE: Trace;
}

impl Trace {
    /// The trace that the task which asks is part of; none where it is part of none.
    #[must_use]
    pub fn here() -> Self {
        HERE.try_with(Clone::clone).unwrap_or_default()
    }

    /// Does something as part of this trace.
    pub async fn around<T>(self, what: impl Future<Output = T>) -> T {
        if self.is_none() {
            return what.await;
        }
        HERE.scope(self, what).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn nothing_is_followed_where_nobody_listens() {
        assert!(Trace::here().is_none());
        let step = Trace::default().begin("append");
        step.says("muster.incident", "0190");
        assert!(step.trace().is_none());
        assert!(step.trace().around(async { Trace::here().is_none() }).await);
    }
}
