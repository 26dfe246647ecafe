//! The thread that drives the writer: all that waits goes into one group, answered after it is durable.

use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use muster_store::Revision;
use tokio::runtime::Handle;
use tokio::sync::{mpsc, oneshot, watch};
use tokio::time::timeout;

use crate::error::AppendError;
use crate::evaluations::Evaluations;
use crate::group::Answer;
use crate::health::Watchman;
use crate::job::Job;
use crate::writer::{Done, Writer};

/// Jobs that may wait; more callers than that wait before their job is queued.
const WAITING: usize = 4096;
/// Jobs in one transaction.
const GROUP: usize = 256;
/// How long notes of evaluations wait for a commit of something else.
const NOTES_WAIT: Duration = Duration::from_secs(1);

type Caller = oneshot::Sender<Answer>;
type Asked = (Job, Caller);

/// The way to the writer.
pub(crate) struct Queue {
    sender: Mutex<Option<mpsc::Sender<Asked>>>,
    thread: Mutex<Option<JoinHandle<()>>>,
    watchman: Arc<Watchman>,
}

impl Queue {
    /// Starts the thread. `tip` is told the last commit of each group, after its callers were answered.
    pub(crate) fn start(
        mut writer: Writer,
        evaluations: Arc<Evaluations>,
        tip: watch::Sender<Revision>,
        watchman: Arc<Watchman>,
    ) -> std::io::Result<Self> {
        let (sender, mut receiver) = mpsc::channel::<Asked>(WAITING);
        let told = Arc::clone(&watchman);
        let answering = Answering::begin();
        let clock = tokio::runtime::Builder::new_current_thread().enable_time().build()?;
        let drive = move || {
            let mut waiting = Vec::with_capacity(GROUP);
            loop {
                let taken = if writer.has_notes() {
                    let next = async { timeout(NOTES_WAIT, receiver.recv_many(&mut waiting, GROUP)).await };
                    if let Ok(taken) = clock.block_on(next) {
                        taken
                    } else {
                        writer.keep_notes();
                        continue;
                    }
                } else {
                    receiver.blocking_recv_many(&mut waiting, GROUP)
                };
                if taken == 0 {
                    break;
                }
                let (jobs, callers): (Vec<Job>, Vec<_>) = waiting.drain(..).unzip();
                let Done { answers, look_again, revision } = writer.run(jobs);
                tell(&told, &answers);
                evaluations.note(&look_again);
                answering.answer(callers.into_iter().zip(answers).collect());
                tip.send_if_modified(|told| std::mem::replace(told, revision) != revision);
                evaluations.ring();
                if receiver.is_empty() {
                    writer.rest();
                }
            }
            writer.close();
        };
        let thread = std::thread::Builder::new().name("writer".to_owned()).spawn(drive)?;
        Ok(Self { sender: Mutex::new(Some(sender)), thread: Mutex::new(Some(thread)), watchman })
    }

    fn sender(&self) -> Result<mpsc::Sender<Asked>, AppendError> {
        if let Some(why) = self.watchman.sealed() {
            return Err(AppendError::Sealed(why.to_owned()));
        }
        self.sender.lock().unwrap_or_else(PoisonError::into_inner).clone().ok_or(AppendError::Stopping)
    }

    /// Has a job done; returns after it is durable.
    pub(crate) async fn ask(&self, job: Job) -> Answer {
        let (caller, answer) = oneshot::channel();
        self.sender()?.send((job, caller)).await.map_err(|_| AppendError::Stopping)?;
        answer.await.map_err(|_| AppendError::Stopping)?
    }

    /// The same, for a thread of ours.
    pub(crate) fn ask_and_wait(&self, job: Job) -> Answer {
        let (caller, answer) = oneshot::channel();
        self.sender()?.blocking_send((job, caller)).map_err(|_| AppendError::Stopping)?;
        answer.blocking_recv().map_err(|_| AppendError::Stopping)?
    }

    /// Whether what writes has ended, other than by being stopped.
    pub(crate) fn has_ended(&self) -> bool {
        let thread = self.thread.lock().unwrap_or_else(PoisonError::into_inner);
        thread.as_ref().is_none_or(JoinHandle::is_finished)
    }

    /// Takes no more jobs, finishes those that wait, and closes the store.
    pub(crate) fn stop(&self) {
        drop(self.sender.lock().unwrap_or_else(PoisonError::into_inner).take());
        let thread = self.thread.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(thread) = thread
            && thread.join().is_err()
        {
            tracing::error!("the writer thread ended by a panic");
        }
    }
}

/// Hands answers to those who wait for them.
///
/// A group's are handed to a task of the runtime, which wakes each caller from one of the runtime's own threads: woken
/// from the writer's, each would cost it a lock that all threads want, and most a call of the kernel.
struct Answering(Option<mpsc::UnboundedSender<Vec<(Caller, Answer)>>>);

impl Answering {
    /// With the runtime that this is called in; from the writer's thread where there is none.
    fn begin() -> Self {
        let Ok(runtime) = Handle::try_current() else { return Self(None) };
        // As many as callers wait: they are bounded by the queue.
        let (groups, mut handed) = mpsc::unbounded_channel();
        runtime.spawn(async move {
            while let Some(group) = handed.recv().await {
                answer(group);
            }
        });
        Self(Some(groups))
    }

    fn answer(&self, group: Vec<(Caller, Answer)>) {
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

/// Notes whether the disk confirmed what was written; a group that wrote nothing says nothing of it.
fn tell(watchman: &Watchman, answers: &[Answer]) {
    if answers.iter().any(|answer| matches!(answer, Err(AppendError::OutcomeUnknown(_)))) {
        watchman.wrote(false);
    } else if answers.iter().any(|answer| matches!(answer, Ok(Some(_)))) {
        watchman.wrote(true);
    }
}
