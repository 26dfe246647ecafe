//! Watching: a cursor and a doorbell. The record is the queue, so a slow watcher costs one cursor.
//!
//! Whole commits only, in order, each once. The right to see is asked again for every batch.
//! Checkpoints go out between commits (`watch/checkpoints.rs`).

use std::sync::Arc;
use std::time::Duration;

use muster_coordinator::{Coordinator, QueryError, Revision, Stored, ends_the_seat};
use muster_proto::{incident, time, v1};
use muster_record::ids::IncidentId;
use muster_record::visible::Reader;
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;
use tonic::Status;

use crate::bounds;
use crate::glass::Looker;
use crate::identity::Pass;
use crate::status;
use crate::token::{Scope, Token};
use crate::view;

mod checkpoints;

pub(crate) use checkpoints::Told;
use checkpoints::When;

/// What is sent to one watcher.
type Sent = Result<v1::WatchResponse, Status>;

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
        let mut tip = self.coordinator.tip();
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
        let aged = tokio::time::sleep(bounds::CONNECTION_AGE);
        tokio::pin!(aged);
        loop {
            tip.mark_unchanged();
            self.catch_up().await?;
            self.send_checkpoints(When::CaughtUp).await?;
            tokio::select! {
                biased;
                () = self.stop.cancelled() => return Err(End::Told(status::stopping())),
                () = self.sender.closed() => return Err(End::Gone),
                () = self.pass.rings() => self.may_go_on()?,
                () = &mut aged => return Err(End::Told(status::stopping())),
                changed = tip.changed() => changed.map_err(|_| End::Told(status::stopping()))?,
                _ = checkpoint.tick() => self.send_checkpoints(When::InTime).await?,
                _ = bookmark.tick() => self.send(v1::watch_response::Event::Bookmark(v1::Bookmark {})).await?,
            }
        }
    }

    async fn send_snapshot(&mut self) -> Result<(), End> {
        let Scope::Incident(id) = self.token.scope.clone() else { return Ok(()) };
        if let Some(viewing) = self.coordinator.viewing(&self.reader, &id)? {
            self.looker.is_shown(&self.coordinator, &id, &viewing).await.map_err(End::Told)?;
        }
        let report = self.coordinator.report(&self.reader, &id, None)?;
        self.token.seq = report.as_of;
        let snapshot = v1::Snapshot { head_seq: report.as_of.0, report: Some(incident::write_report(&report)) };
        self.send(v1::watch_response::Event::Snapshot(snapshot)).await
    }

    async fn catch_up(&mut self) -> Result<(), End> {
        match self.token.scope.clone() {
            Scope::Incident(id) => self.catch_up_with_one(&id).await,
            Scope::All => self.catch_up_with_all().await,
        }
    }

    async fn catch_up_with_one(&mut self, id: &IncidentId) -> Result<(), End> {
        loop {
            self.room().await?;
            let page = self.whole_commits(id)?;
            if page.is_empty() {
                return Ok(());
            }
            for commit in page.chunk_by(|a, b| a.revision == b.revision) {
                if !self.send_commit(id, commit).await? {
                    let ended = v1::AccessEnded { incident_id: id.to_string() };
                    self.send(v1::watch_response::Event::AccessEnded(ended)).await?;
                    return Err(End::Gone);
                }
                self.told.went(id, commit.len());
            }
            self.send_checkpoints(When::OnTheWay).await?;
        }
    }

    async fn catch_up_with_all(&mut self) -> Result<(), End> {
        loop {
            self.room().await?;
            let page = self.coordinator.since(Revision(self.token.revision), bounds::WATCH_PAGE)?;
            if page.is_empty() {
                return Ok(());
            }
            // A short page is the last for now; only on a long way through what is hidden is there word of it.
            let mut silent = page.len() >= bounds::WATCH_PAGE;
            for commit in page.chunk_by(|a, b| a.revision == b.revision) {
                let (Some(first), Some(last)) = (commit.first(), commit.last()) else { continue };
                let id = first.sealed.incident.clone();
                self.token.revision = last.revision.0;
                let seated = self.coordinator.has_seat(&self.reader.agency, &id)?;
                if seated && self.send_commit(&id, commit).await? {
                    silent = false;
                    self.told.went(&id, commit.len());
                } else if ends_the_seat(commit, &self.reader.agency)? {
                    silent = false;
                    let ended = v1::AccessEnded { incident_id: id.to_string() };
                    self.send(v1::watch_response::Event::AccessEnded(ended)).await?;
                }
            }
            self.breathe(silent).await?;
            self.send_checkpoints(When::OnTheWay).await?;
        }
    }

    /// Between two pages, however much is hidden: lets others run, hears a stop, and says how far it has come.
    async fn breathe(&mut self, silent: bool) -> Result<(), End> {
        tokio::task::yield_now().await;
        self.may_go_on()?;
        if self.stop.is_cancelled() {
            return Err(End::Told(status::stopping()));
        }
        if self.sender.is_closed() {
            return Err(End::Gone);
        }
        if silent { self.send(v1::watch_response::Event::Bookmark(v1::Bookmark {})).await } else { Ok(()) }
    }

    /// The next entries of an incident, cut behind a whole commit.
    fn whole_commits(&self, id: &IncidentId) -> Result<Vec<Stored>, QueryError> {
        let mut page = self.coordinator.entries(id, self.token.seq, bounds::WATCH_PAGE)?;
        while let (Some(first), Some(last)) = (page.first(), page.last())
            && page.len() % bounds::WATCH_PAGE == 0
        {
            let (first, last, seq) = (first.revision, last.revision, last.sealed.seq);
            if first != last {
                page.retain(|stored| stored.revision != last);
                break;
            }
            let more = self.coordinator.entries(id, seq, bounds::WATCH_PAGE)?;
            if more.is_empty() {
                break;
            }
            page.extend(more);
        }
        Ok(page)
    }

    /// That the watcher is still let in: its certificate, its token and the registry are asked for every batch.
    /// What it reaches of the classes may be less, or more, than when it began.
    fn may_go_on(&mut self) -> Result<(), End> {
        self.reader.classes = self.pass.check().map_err(End::Told)?.classes;
        Ok(())
    }

    /// Sends one commit as the watcher may see it now; false when it may see nothing of the incident.
    async fn send_commit(&mut self, id: &IncidentId, commit: &[Stored]) -> Result<bool, End> {
        let Some(last) = commit.last() else { return Ok(true) };
        self.may_go_on()?;
        self.token.revision = last.revision.0;
        let Some(viewing) = self.coordinator.viewing(&self.reader, id)? else { return Ok(false) };
        if matches!(self.token.scope, Scope::Incident(_)) {
            self.token.seq = last.sealed.seq;
        }
        let sealed = commit.iter().map(|stored| &stored.sealed);
        self.looker.is_served(&self.coordinator, id, &viewing, sealed).await.map_err(End::Told)?;
        let entries = commit.iter().map(|stored| view::stored(&viewing, &stored.sealed));
        let entries = entries.collect::<Result<Vec<_>, _>>()?;
        let commit_time = Some(time::write_time(last.sealed.recorded_at));
        let changes = v1::ChangeSet { incident_id: id.to_string(), commit_time, entries };
        self.send(v1::watch_response::Event::Changes(changes)).await?;
        Ok(true)
    }

    /// Hands over one response, with the token that resumes behind it. A watcher that takes nothing is let go.
    async fn send(&self, event: v1::watch_response::Event) -> Result<(), End> {
        let response = v1::WatchResponse { event: Some(event), resume: self.token.to_bytes().into() };
        self.place_for_one().await?.send(Ok(response));
        Ok(())
    }

    /// Waits until what was sent before is on its way, so that nothing is read for a watcher that takes nothing.
    async fn room(&self) -> Result<(), End> {
        self.place_for_one().await.map(drop)
    }

    async fn place_for_one(&self) -> Result<mpsc::Permit<'_, Sent>, End> {
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
    if Revision(token.revision) > coordinator.last_revision().map_err(|error| status::not_read(&error))? {
        return Err(bad(crate::token::BadToken));
    }
    // The places up to here are those of this generation too, and the tokens that follow are of it.
    Ok(Token { generation: beginning.generation, ..token })
}
