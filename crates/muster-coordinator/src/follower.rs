//! Following other servers that write the same store: what they committed is taken into memory, whoever follows here is
//! told, and their changes beside the records are taken over.
//!
//! It is the only one that fills memory and moves the tip where a store is shared, with what this server wrote too: only
//! what is settled may be shown in the order of the whole store, and the store alone knows what that is.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use muster_record::ids::{IncidentId, Seq};
use muster_store::{LookStanding, ReadError, Reads, Revision, Shared};
use tokio::sync::watch;

use crate::beside::Beside;
use crate::evaluations::Evaluations;
use crate::recent::{Commit, Recent};
use crate::surroundings::{Surroundings, now};

/// How long it waits for news before it looks what else there is to do.
const PATIENCE: Duration = Duration::from_millis(250);

/// How often it is looked what changed beside the records.
const BESIDE: Duration = Duration::from_secs(1);

/// Entries read at a time.
const PAGE: usize = 1_000;

/// How many commits are read at most to catch up. Whoever is further behind pages from the store anyway.
const FAR_BEHIND: u64 = 20_000;

/// Incidents asked for at a time after that.
const ALL_BEHIND: usize = 100_000;

/// What the writer and the one who follows tell each other.
#[derive(Debug, Default)]
pub(crate) struct Together {
    /// What was committed here and has not come by yet.
    own: Mutex<BTreeSet<Revision>>,
    /// Incidents that others have written to, of which the writer may have an old fold.
    outrun: Mutex<BTreeSet<IncidentId>>,
}

impl Together {
    /// Notes what this server committed, so that its rule sets are not told twice.
    pub(crate) fn wrote(&self, revisions: &[Revision]) {
        self.own.lock().unwrap_or_else(PoisonError::into_inner).extend(revisions);
    }

    fn is_own(&self, revision: Revision) -> bool {
        self.own.lock().unwrap_or_else(PoisonError::into_inner).remove(&revision)
    }

    fn forget_until(&self, revision: Revision) {
        let mut own = self.own.lock().unwrap_or_else(PoisonError::into_inner);
        *own = own.split_off(&revision.next());
    }

    fn others_wrote(&self, incident: &IncidentId) {
        self.outrun.lock().unwrap_or_else(PoisonError::into_inner).insert(incident.clone());
    }

    /// Whether others have written to an incident since this was asked.
    pub(crate) fn is_outrun(&self, incident: &IncidentId) -> bool {
        self.outrun.lock().unwrap_or_else(PoisonError::into_inner).remove(incident)
    }
}

/// The thread on which another server's commits are followed.
pub(crate) struct Followed {
    ends: Arc<AtomicBool>,
    thread: Mutex<Option<JoinHandle<()>>>,
}

impl Followed {
    /// Begins.
    pub(crate) fn start(follower: impl FnOnce(Arc<AtomicBool>) -> Follower) -> std::io::Result<Self> {
        let ends = Arc::new(AtomicBool::new(false));
        let follower = follower(Arc::clone(&ends));
        let thread = std::thread::Builder::new().name("follower".to_owned()).spawn(move || follower.run())?;
        Ok(Self { ends, thread: Mutex::new(Some(thread)) })
    }

    /// Ends it, and waits until it has.
    pub(crate) fn stop(&self) {
        self.ends.store(true, Ordering::Relaxed);
        let thread = self.thread.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(thread) = &thread {
            thread.thread().unpark();
        }
        if thread.is_some_and(|thread| thread.join().is_err()) {
            tracing::error!("the thread that follows other servers ended by a panic");
        }
    }
}

/// The one who follows.
pub(crate) struct Follower {
    pub(crate) shared: Arc<dyn Shared>,
    pub(crate) readers: Arc<dyn Reads>,
    pub(crate) recent: Arc<Recent>,
    pub(crate) together: Arc<Together>,
    pub(crate) tip: watch::Sender<Revision>,
    pub(crate) evaluations: Arc<Evaluations>,
    pub(crate) beside: Beside,
    pub(crate) surroundings: Arc<dyn Surroundings>,
    pub(crate) ends: Arc<AtomicBool>,
}

impl Follower {
    /// Follows until it is told to end.
    pub(crate) fn run(mut self) {
        let mut known = *self.tip.borrow();
        // Real time, also where this server plays with a clock that is moved.
        let (mut looked, mut looked_beside) = (Instant::now(), Instant::now());
        let mut is_away = false;
        while !self.ends.load(Ordering::Relaxed) {
            let news = self.shared.await_news(known, PATIENCE);
            let followed = self.follow(&mut known, news).and_then(|()| {
                if looked.elapsed() >= PATIENCE {
                    looked = Instant::now();
                    self.look_at_theirs()?;
                }
                if looked_beside.elapsed() >= BESIDE {
                    looked_beside = Instant::now();
                    self.beside.take_over(&*self.shared)?;
                }
                Ok(())
            });
            match followed {
                Ok(()) => is_away = false,
                Err(error) => {
                    if !std::mem::replace(&mut is_away, true) {
                        tracing::warn!(%error, "other servers cannot be followed; watchers wait until they can");
                    }
                    // Whoever ends it wakes it.
                    std::thread::park_timeout(PATIENCE);
                }
            }
        }
    }

    /// Takes in what was settled since.
    fn follow(&self, known: &mut Revision, news: Revision) -> Result<(), ReadError> {
        if news.0.saturating_sub(known.0) > FAR_BEHIND {
            return self.leap(known, news);
        }
        while *known < news {
            let page = self.readers.since(*known, PAGE)?;
            let is_last = page.len() < PAGE;
            let commits = Commit::all_of(page);
            let last = commits.last().map_or(*known, |commit| commit.revision());
            let until = if is_last { last.max(news) } else { last };
            let mut noted = Vec::new();
            for commit in &commits {
                if !self.together.is_own(commit.revision()) {
                    self.together.others_wrote(commit.incident());
                    if commit.changes_the_situation() {
                        noted.push(commit.incident().clone());
                    }
                }
            }
            self.recent.follow(*known, commits, until);
            self.tell(known, until, &noted);
            // What the writer noted only after it had come by here is not waited for.
            self.together.forget_until(until);
        }
        Ok(())
    }

    /// Goes on from there, without what lies between.
    fn leap(&self, known: &mut Revision, news: Revision) -> Result<(), ReadError> {
        self.together.forget_until(news);
        let behind = self.readers.behind(ALL_BEHIND)?;
        self.recent.follow(news, Vec::new(), news);
        self.tell(known, news, &behind.into_iter().map(|behind| behind.incident).collect::<Vec<_>>());
        Ok(())
    }

    fn tell(&self, known: &mut Revision, until: Revision, noted: &[IncidentId]) {
        *known = until;
        self.evaluations.note(noted);
        self.tip.send_if_modified(|told| std::mem::replace(told, until) != until);
        if !noted.is_empty() {
            self.evaluations.ring();
        }
    }

    /// What others were about to look at: it is done, or they have gone and it is this server's turn.
    fn look_at_theirs(&self) -> Result<(), ReadError> {
        let theirs: BTreeMap<IncidentId, Seq> = self.evaluations.theirs();
        if theirs.is_empty() {
            return Ok(());
        }
        let wanted: Vec<IncidentId> = theirs.keys().cloned().collect();
        let now = now(self.surroundings.as_ref());
        for standing in self.shared.looks(&wanted)? {
            let LookStanding { incident, seq: _, looked, look_again_at, closed, is_held } = standing;
            let wanted = theirs.get(&incident).copied().unwrap_or_default();
            let is_done = looked >= wanted && look_again_at.is_none_or(|again| again > now);
            if is_done || closed {
                self.evaluations.theirs_is_done(&incident, wanted, look_again_at.filter(|_| !closed));
            } else if !is_held {
                self.evaluations.theirs_is_ours(&incident);
            }
        }
        Ok(())
    }
}
