//! What drives the writer: all that waits goes into one group, answered after it is durable.
//!
//! A thread of its own does it, or whoever asks ([`Threads`]); what is done with a group is the same.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::thread::JoinHandle;
use std::time::Duration;

use muster_store::Revision;
use muster_traces::{Step, Trace};
use tokio::sync::{mpsc, oneshot, watch};
use tokio::time::timeout;

use crate::answering::{Answering, Caller};
use crate::error::AppendError;
use crate::evaluations::Evaluations;
use crate::group::Answer;
use crate::health::Watchman;
use crate::job::Job;
use crate::linger::Linger;
use crate::threads::Threads;
use crate::traced::Traced;
use crate::writer::{Done, Writer};

/// Jobs that may wait; more callers than that wait before their job is queued.
const WAITING: usize = 4096;
/// Jobs in one transaction.
const GROUP: usize = 256;
/// How long notes of evaluations wait for a commit of something else.
const NOTES_WAIT: Duration = Duration::from_secs(1);

type Asked = (Job, Caller, Trace);

/// The way to the writer.
pub(crate) struct Queue {
    hand: Hand,
    watchman: Arc<Watchman>,
}

/// Who drives the writer.
enum Hand {
    /// A thread of its own.
    Thread { sender: Mutex<Option<mpsc::Sender<Asked>>>, thread: Mutex<Option<JoinHandle<()>>> },
    /// Whoever asks.
    Callers(Mutex<Here>),
}

/// A writer that is driven by whoever asks.
struct Here {
    /// None once it was stopped.
    drive: Option<Box<Drive>>,
    waiting: Vec<Asked>,
}

/// The writer, and who is told of what it did.
struct Drive {
    writer: Writer,
    evaluations: Arc<Evaluations>,
    /// Told the last commit of each group, after its callers were answered.
    tip: watch::Sender<Revision>,
    watchman: Arc<Watchman>,
    answering: Answering,
    traced: Arc<Traced>,
}

impl Drive {
    /// Does what waits as one group.
    fn run(&mut self, waiting: &mut Vec<Asked>) {
        let (mut jobs, mut callers, mut steps) = (Vec::with_capacity(waiting.len()), Vec::new(), Vec::new());
        for (job, caller, trace) in waiting.drain(..) {
            jobs.push(job);
            callers.push(caller);
            steps.push(trace.step("commit"));
        }
        let Done { answers, look_again, revision } = self.writer.run(jobs);
        for (step, answer) in steps.into_iter().zip(&answers) {
            self.trace(&step, answer);
        }
        tell(&self.watchman, &answers);
        self.evaluations.note(&look_again);
        self.answering.answer(callers.into_iter().zip(answers).collect());
        // Where others write the store too, who follows them tells what is settled.
        if let Some(revision) = revision {
            self.tip.send_if_modified(|told| std::mem::replace(told, revision) != revision);
        }
        self.evaluations.ring();
    }
}

impl Drive {
    /// Notes which trace a commit is part of. The step has ended with this.
    fn trace(&self, step: &Step, answer: &Answer) {
        let trace = step.trace();
        if let Ok(Some(appended)) = answer
            && !trace.is_none()
        {
            step.says("muster.incident", appended.incident.as_str());
            step.says("muster.seq", &appended.last.to_string());
            self.traced.committed(&appended.incident, appended.revision, &trace);
        }
    }
}

impl Queue {
    /// Begins, on a thread of its own or not. `tip` is told the last commit of each group.
    pub(crate) fn start(
        writer: Writer,
        evaluations: Arc<Evaluations>,
        tip: watch::Sender<Revision>,
        watchman: Arc<Watchman>,
        threads: Threads,
        traced: Arc<Traced>,
    ) -> std::io::Result<Arc<Self>> {
        let answering = match threads {
            Threads::Own { evaluators: _ } => Answering::begin(),
            Threads::Callers => Answering::AT_ONCE,
        };
        let drive = Drive { writer, evaluations, tip, watchman: Arc::clone(&watchman), answering, traced };
        match threads {
            Threads::Own { evaluators: _ } => {
                let (sender, receiver) = mpsc::channel::<Asked>(WAITING);
                let clock = tokio::runtime::Builder::new_current_thread().enable_time().build()?;
                let named = std::thread::Builder::new().name("writer".to_owned());
                let thread = named.spawn(move || serve(drive, receiver, &clock))?;
                let hand = Hand::Thread { sender: Mutex::new(Some(sender)), thread: Mutex::new(Some(thread)) };
                Ok(Arc::new(Self { hand, watchman }))
            }
            Threads::Callers => {
                let runtime = tokio::runtime::Handle::try_current().map_err(std::io::Error::other)?;
                let hand = Hand::Callers(Mutex::new(Here { drive: Some(Box::new(drive)), waiting: Vec::new() }));
                let queue = Arc::new(Self { hand, watchman });
                runtime.spawn(keep_notes_now_and_then(Arc::downgrade(&queue)));
                Ok(queue)
            }
        }
    }

    fn is_open(&self) -> Result<(), AppendError> {
        match self.watchman.sealed() {
            Some(why) => Err(AppendError::Sealed(why.to_owned())),
            None => Ok(()),
        }
    }

    /// Has a job done; returns after it is durable.
    pub(crate) async fn ask(&self, job: Job) -> Answer {
        self.is_open()?;
        let (caller, answer) = oneshot::channel();
        match &self.hand {
            Hand::Thread { sender, thread: _ } => {
                let sender = held(sender).clone().ok_or(AppendError::Stopping)?;
                sender.send((job, caller, Trace::here())).await.map_err(|_| AppendError::Stopping)?;
            }
            Hand::Callers(here) => {
                held(here).waiting.push((job, caller, Trace::here()));
                // Whoever else asks now goes into the same group.
                tokio::task::yield_now().await;
                held(here).run();
            }
        }
        answer.await.map_err(|_| AppendError::Stopping)?
    }

    /// The same, for a thread of ours.
    pub(crate) fn ask_and_wait(&self, job: Job) -> Answer {
        self.is_open()?;
        let (caller, mut answer) = oneshot::channel();
        match &self.hand {
            Hand::Thread { sender, thread: _ } => {
                let sender = held(sender).clone().ok_or(AppendError::Stopping)?;
                sender.blocking_send((job, caller, Trace::default())).map_err(|_| AppendError::Stopping)?;
                answer.blocking_recv().map_err(|_| AppendError::Stopping)?
            }
            Hand::Callers(here) => {
                held(here).waiting.push((job, caller, Trace::default()));
                held(here).run();
                answer.try_recv().map_err(|_| AppendError::Stopping)?
            }
        }
    }

    /// Whether what writes has ended, other than by being stopped.
    pub(crate) fn has_ended(&self) -> bool {
        match &self.hand {
            Hand::Thread { sender: _, thread } => held(thread).as_ref().is_none_or(JoinHandle::is_finished),
            Hand::Callers(here) => held(here).drive.is_none(),
        }
    }

    /// Takes no more jobs, finishes those that wait, and closes the store.
    pub(crate) fn stop(&self) {
        match &self.hand {
            Hand::Thread { sender, thread } => {
                drop(held(sender).take());
                let thread = held(thread).take();
                if thread.is_some_and(|thread| thread.join().is_err()) {
                    tracing::error!("the writer thread ended by a panic");
                }
            }
            Hand::Callers(here) => {
                held(here).run();
                let drive = held(here).drive.take();
                if let Some(drive) = drive {
                    drive.writer.close();
                }
            }
        }
    }
}

impl Here {
    fn run(&mut self) {
        let Some(drive) = &mut self.drive else { return self.waiting.clear() };
        if self.waiting.is_empty() {
            return;
        }
        drive.run(&mut self.waiting);
        drive.writer.rest();
    }
}

fn held<T>(what: &Mutex<T>) -> MutexGuard<'_, T> {
    what.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Drives the writer until nobody can ask any more.
fn serve(mut drive: Drive, mut receiver: mpsc::Receiver<Asked>, clock: &tokio::runtime::Runtime) {
    let mut waiting = Vec::with_capacity(GROUP);
    let mut linger = Linger::default();
    loop {
        let taken = if drive.writer.has_notes() {
            let next = async { timeout(NOTES_WAIT, receiver.recv_many(&mut waiting, GROUP)).await };
            if let Ok(taken) = clock.block_on(next) {
                taken
            } else {
                drive.writer.keep_notes();
                continue;
            }
        } else {
            receiver.blocking_recv_many(&mut waiting, GROUP)
        };
        if taken == 0 {
            break;
        }
        if let Some((callers, long)) = linger.patience(waiting.len(), GROUP) {
            clock.block_on(gather(&mut receiver, &mut waiting, callers, long));
        }
        let group = waiting.len();
        drive.run(&mut waiting);
        linger.after(group, receiver.len(), drive.writer.committed_in());
        if receiver.is_empty() {
            drive.writer.rest();
        }
    }
    drive.writer.close();
}

/// Takes what comes, until so many wait or the time is over.
async fn gather(receiver: &mut mpsc::Receiver<Asked>, waiting: &mut Vec<Asked>, callers: usize, long: Duration) {
    let all = async {
        while waiting.len() < callers {
            let room = callers.saturating_sub(waiting.len());
            if receiver.recv_many(waiting, room).await == 0 {
                break;
            }
        }
    };
    // Whether all came or not, those who are there are written now.
    timeout(long, all).await.ok();
}

/// What the thread does when nobody asks for a while, for a writer without one.
async fn keep_notes_now_and_then(queue: Weak<Queue>) {
    loop {
        tokio::time::sleep(NOTES_WAIT).await;
        let Some(queue) = queue.upgrade() else { return };
        let Hand::Callers(here) = &queue.hand else { return };
        match &mut held(here).drive {
            Some(drive) if drive.writer.has_notes() => drive.writer.keep_notes(),
            Some(_) => (),
            None => return,
        }
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
