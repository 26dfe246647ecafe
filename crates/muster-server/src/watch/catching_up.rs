//! Catching up: what there is behind a watcher's place, commit by commit, each as the watcher may see it then.

use muster_coordinator::{Commit, Place, Revision, Viewing, ends_the_seat};
use muster_proto::v1;
use muster_proto::v1::watch_response::Event;
use muster_proto::watching::Answer;
use muster_record::entry::Sealed;
use muster_record::ids::IncidentId;

use super::checkpoints::When;
use super::{Cursor, End};
use crate::bounds;
use crate::status;
use crate::token::Scope;
use crate::view;

impl Cursor {
    /// Sends all there is. `place` is where the watcher of one incident stands, beside its token.
    pub(super) async fn catch_up(&mut self, place: &mut Place) -> Result<(), End> {
        match self.token.scope.clone() {
            Scope::Incident(id) => self.catch_up_with_one(&id, place).await,
            Scope::All => self.catch_up_with_all().await,
        }
    }

    async fn catch_up_with_one(&mut self, id: &IncidentId, place: &mut Place) -> Result<(), End> {
        loop {
            self.room().await?;
            let page = self.coordinator.commits_of(id, place, bounds::WATCH_PAGE)?;
            if page.is_empty() {
                return Ok(());
            }
            let mut sight = None;
            for commit in page {
                if !self.show(&commit, &mut sight).await? {
                    let ended = v1::AccessEnded { incident_id: id.to_string() };
                    self.send(Event::AccessEnded(ended)).await?;
                    return Err(End::Gone);
                }
                place.seq = self.token.seq;
                self.told.went(id, commit.entries().len());
            }
            self.hand_over().await?;
            self.send_checkpoints(When::OnTheWay).await?;
        }
    }

    async fn catch_up_with_all(&mut self) -> Result<(), End> {
        loop {
            self.room().await?;
            let page = self.coordinator.commits_since(Revision(self.token.revision), bounds::WATCH_PAGE)?;
            if page.is_empty() {
                return Ok(());
            }
            // A short page is the last for now; only on a long way through what is hidden is there word of it.
            let mut silent = page.iter().map(|commit| commit.entries().len()).sum::<usize>() >= bounds::WATCH_PAGE;
            let mut sight = None;
            for commit in page {
                let id = commit.incident();
                self.token.revision = commit.revision().0;
                let seated = self.coordinator.has_seat_as_told(&self.reader.agency, id)?;
                if seated && self.show(&commit, &mut sight).await? {
                    silent = false;
                    self.told.went(id, commit.entries().len());
                } else if ends_the_seat(sealed(&commit), &self.reader.agency)? {
                    silent = false;
                    let ended = v1::AccessEnded { incident_id: id.to_string() };
                    self.send(Event::AccessEnded(ended)).await?;
                    // That may have waited.
                    sight = None;
                }
            }
            self.hand_over().await?;
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
        if silent { self.send(Event::Bookmark(v1::Bookmark {})).await } else { Ok(()) }
    }

    /// Puts one commit onto the page as the watcher may see it now; false when it may see nothing of the incident.
    async fn show(&mut self, commit: &Commit, sight: &mut Option<Sight>) -> Result<bool, End> {
        self.token.revision = commit.revision().0;
        let known = sight.take().filter(|known| known.incident == *commit.incident());
        let Some(now) = known.map_or_else(|| self.look(commit.incident()), |known| Ok(Some(known)))? else {
            return Ok(false);
        };
        if matches!(self.token.scope, Scope::Incident(_)) {
            self.token.seq = commit.last();
        }
        let looked = self.looker.is_served(&self.coordinator, commit.incident(), &now.viewing, sealed(commit));
        looked.await.map_err(End::Told)?;
        let sent = self.coordinator.trace_of(commit.revision()).step("to a watcher");
        sent.says("muster.agency", self.reader.agency.as_str());
        let ready = view::commit(&now.viewing, commit, self.token.to_bytes().into())?;
        self.bytes = self.bytes.saturating_add(ready.length());
        self.page.push(Answer::Ready(ready));
        // After whatever may have waited the right to look is asked again: a look through a broken glass waits for its
        // audit, and a page for whoever takes it.
        if self.bytes >= bounds::WATCH_BYTES {
            self.hand_over().await?;
        } else {
            *sight = Some(now).filter(|now| now.viewing.access.grants.glass().is_none());
        }
        Ok(true)
    }

    /// What the watcher may see of an incident now, if it is still let in and may see anything.
    fn look(&mut self, incident: &IncidentId) -> Result<Option<Sight>, End> {
        self.may_go_on()?;
        let viewing = self.coordinator.viewing_as_told(&self.reader, incident)?;
        Ok(viewing.map(|viewing| Sight { incident: incident.clone(), viewing }))
    }
}

/// What may be seen of an incident at the moment at which a page is put together, which takes no time: nothing is waited
/// for from one of its commits to the next. It is of the record up to the page's end or later.
struct Sight {
    incident: IncidentId,
    viewing: Viewing,
}

/// The entries of a commit as they are stored.
fn sealed(commit: &Commit) -> impl Iterator<Item = &Sealed> {
    commit.entries().iter().map(muster_coordinator::Shared::sealed)
}
