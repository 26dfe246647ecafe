//! Handing answers to those who asked, from where it holds up nobody.

use tokio::runtime::Handle;
use tokio::sync::{mpsc, oneshot};

use crate::group::Answer;

/// Who waits for an answer.
pub(crate) type Caller = oneshot::Sender<Answer>;

/// Hands answers to those who wait for them.
///
/// A group's are handed to a task of the runtime, which wakes each caller from one of the runtime's own threads: woken
/// from the writer's, each would cost it a lock that all threads want, and most a call of the kernel.
pub(crate) struct Answering(Option<mpsc::UnboundedSender<Vec<(Caller, Answer)>>>);

impl Answering {
    /// Without a task.
    pub(crate) const AT_ONCE: Self = Self(None);

    /// With the runtime that this is called in; from the writer's thread where there is none.
    pub(crate) fn begin() -> Self {
        let Ok(runtime) = Handle::try_current() else { return Self::AT_ONCE };
        // As many as callers wait: they are bounded by the queue.
        let (groups, mut handed) = mpsc::unbounded_channel();
        runtime.spawn(async move {
            while let Some(group) = handed.recv().await {
                answer(group);
            }
        });
        Self(Some(groups))
    }

    pub(crate) fn answer(&self, group: Vec<(Caller, Answer)>) {
        match &self.0 {
            // The runtime ends: whoever waits on another thread is answered from here.
            Some(task) if group.len() > 1 => {
                if let Err(mpsc::error::SendError(group)) = task.send(group) {
                    answer(group);
                }
            }
            Some(_) | None => answer(group),
        }
    }
}

fn answer(group: Vec<(Caller, Answer)>) {
    for (caller, answer) in group {
        // A caller that went away has its answer on the record, under its request id.
        drop(caller.send(answer));
    }
}
