//! Watching: a cursor and a doorbell. The record is the queue, so a slow watcher costs one cursor.
//!
//! Whole commits only, in order, each once. The right to see is asked again for every batch (`watch/catching_up.rs`); what
//! entries look like on the wire is shared. Checkpoints go out between commits (`watch/checkpoints.rs`).

use std::sync::Arc;
use std::time::Duration;

use muster_coordinator::{Coordinator, Place, QueryError, Revision};
use muster_proto::watching::Answer;
use muster_proto::{incident, v1};
use muster_record::visible::Reader;
use tokio::sync::{mpsc, watch};
use tokio_util::sync::CancellationToken;
use tonic::Status;

use crate::bounds;
use crate::glass::Looker;
use crate::identity::Pass;
use crate::status;
use crate::token::{Scope, Token};

mod catching_up;
mod checkpoints;
mod doorbell;
mod route;
mod taken;

pub(crate) use checkpoints::Told;
use checkpoints::When;
pub(crate) use doorbell::Doorbell;
pub(crate) use route::Watched;
pub(crate) use taken::Taken;

/// What is handed over for one watcher: a page of answers, or the last word.
pub(crate) type Sent = Result<Vec<Answer>, Status>;

/// One watcher's place in the record.
pub(crate) struct Cursor {
    pub(crate) coordinator: Arc<Coordinator>,
    pub(crate) reader: Reader,
    pub(crate) looker: Looker,
    pub(crate) pass: Pass,
    pub(crate) token: Token,
    pub(crate) bookmark_every: Duration,
    pub(crate) sender: mpsc::Sender<Sent>,
    pub(crate) stop: CancellationToken,
    pub(crate) told: Told,
    /// Rings when something was committed.
    pub(crate) ear: watch::Receiver<()>,
    /// Answers that are handed over with the page they are of.
    pub(crate) page: Vec<Answer>,
    /// How long the commits among them are.
    pub(crate) bytes: usize,
}

/// Why a watch ends.
enum End {
    /// The watcher went away.
    Gone,
    /// It is told why.
    Told(Status),
}

impl From<QueryError> for End {
    fn from(error: QueryError) -> Self {
        Self::Told(status::not_read(&error))
    }
}

impl Cursor {
    /// Sends what there is and what comes, until the watcher goes away, is let go, or the server stops.
    ///
    /// `last_word` keeps a place for the status at the end, so that a watcher who took nothing is told too.
    pub(crate) async fn run(mut self, snapshot: bool, last_word: mpsc::OwnedPermit<Sent>) {
        metrics::gauge!("muster_watchers").increment(1);
        if let Err(End::Told(status)) = self.follow(snapshot).await {
            last_word.send(Err(status));
        }
        metrics::gauge!("muster_watchers").decrement(1);
    }

    async fn follow(&mut self, snapshot: bool) -> Result<(), End> {
        self.may_go_on()?;
        if snapshot {
            self.send_snapshot().await?;
        }
        let mut bookmark = tokio::time::interval(self.bookmark_every);
        bookmark.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        bookmark.tick().await;
        let mut checkpoint = tokio::time::interval(bounds::CHECKPOINT_EVERY);
        checkpoint.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        checkpoint.tick().await;
        self.expect_checkpoints()?;
        let mut place = Place::behind(self.token.seq);
        let aged = tokio::time::sleep(bounds::CONNECTION_AGE);
        tokio::pin!(aged);
        let (stop, sender) = (self.stop.clone(), self.sender.clone());
        let (stopped, gone, rings) = (stop.cancelled(), sender.closed(), rings(self.pass.clone()));
        tokio::pin!(stopped, gone, rings);
        loop {
            self.ear.mark_unchanged();
            self.catch_up(&mut place).await?;
            self.send_checkpoints(When::CaughtUp).await?;
            tokio::select! {
                biased;
                () = &mut stopped => return Err(End::Told(status::stopping())),
                () = &mut gone => return Err(End::Gone),
                pass = &mut rings => {
                    self.may_go_on()?;
                    rings.set(self::rings(pass));
                }
                () = &mut aged => return Err(End::Told(status::stopping())),
                rung = self.ear.changed() => rung.map_err(|_| End::Told(status::stopping()))?,
                _ = checkpoint.tick() => self.send_checkpoints(When::InTime).await?,
                _ = bookmark.tick() => self.send(v1::watch_response::Event::Bookmark(v1::Bookmark {})).await?,
            }
        }
    }

    async fn send_snapshot(&mut self) -> Result<(), End> {
        let Scope::Incident(id) = self.token.scope.clone() else { return Ok(()) };
        if let Some(viewing) = self.coordinator.viewing_as_told(&self.reader, &id)? {
            self.looker.is_shown(&self.coordinator, &id, &viewing).await.map_err(End::Told)?;
        }
        let report = self.coordinator.report(&self.reader, &id, None)?;
        self.token.seq = report.as_of;
        let snapshot = v1::Snapshot { head_seq: report.as_of.0, report: Some(incident::write_report(&report)) };
        self.send(v1::watch_response::Event::Snapshot(snapshot)).await
    }

    /// That the watcher is still let in: its certificate, its token and the registry are asked for every batch.
    /// What it reaches of the classes may be less, or more, than when it began.
    fn may_go_on(&mut self) -> Result<(), End> {
        self.reader.classes = self.pass.check().map_err(End::Told)?.classes;
        Ok(())
    }

    /// Hands over one response, with the token that resumes behind it, after what is of the page so far.
    async fn send(&mut self, event: v1::watch_response::Event) -> Result<(), End> {
        let response = v1::WatchResponse { event: Some(event), resume: self.token.to_bytes().into() };
        self.page.push(Answer::Message(Box::new(response)));
        self.hand_over().await
    }

    /// Hands over the page. A watcher that takes nothing is let go.
    async fn hand_over(&mut self) -> Result<(), End> {
        if self.page.is_empty() {
            return Ok(());
        }
        let page = std::mem::take(&mut self.page);
        self.bytes = 0;
        self.place_for_one().await?.send(Ok(page));
        Ok(())
    }

    /// Waits until what was sent before is on its way, so that nothing is read for a watcher that takes nothing.
    async fn room(&self) -> Result<(), End> {
        self.place_for_one().await.map(drop)
    }

    async fn place_for_one(&self) -> Result<mpsc::Permit<'_, Sent>, End> {
        // Nothing is waited for, so nothing has to be watched meanwhile.
        if let Ok(place) = self.sender.try_reserve()
            && !self.stop.is_cancelled()
        {
            return Ok(place);
        }
        let waiting = tokio::time::timeout(bounds::WATCH_STALL, self.sender.reserve());
        tokio::pin!(waiting);
        let mut pass = self.pass.clone();
        loop {
            tokio::select! {
                biased;
                () = self.stop.cancelled() => return Err(End::Told(status::stopping())),
                // A watcher that takes nothing keeps its place no longer than its credentials.
                () = pass.rings() => drop(pass.check().map_err(End::Told)?),
                place = &mut waiting => return match place {
                    Ok(Ok(place)) => Ok(place),
                    Ok(Err(_)) => Err(End::Gone),
                    Err(_) => {
                        metrics::counter!("muster_watchers_stalled_total").increment(1);
                        Err(End::Told(status::stalled()))
                    }
                },
            }
        }
    }
}

/// Returns when what somebody was let in with has to be checked again.
async fn rings(mut pass: Pass) -> Pass {
    pass.rings().await;
    pass
}

/// Where a watch begins: behind a token, or before everything.
pub(crate) fn start(coordinator: &Coordinator, scope: Scope, resume_from: &[u8]) -> Result<Token, Status> {
    let beginning = Token::at_the_beginning(coordinator, scope);
    if resume_from.is_empty() {
        return Ok(beginning);
    }
    let bad = |bad| status::bad_token("resume_from", bad);
    let token = Token::from_bytes(resume_from).map_err(bad)?;
    if token.store != beginning.store || token.scope != beginning.scope {
        return Err(bad(crate::token::BadToken));
    }
    // Before its place is compared with anything: the store may have grown past it since it was put back.
    if let Some(shared) = token.lost_behind(coordinator.generations()) {
        return Err(status::restored(shared));
    }
    if Revision(token.revision) > coordinator.greatest_revision().map_err(|error| status::not_read(&error))? {
        return Err(bad(crate::token::BadToken));
    }
    // The places up to here are those of this generation too, and the tokens that follow are of it.
    Ok(Token { generation: beginning.generation, ..token })
}
