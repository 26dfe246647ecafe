//! Those who watch: each goes on where it stopped, over every break.

use std::time::Duration;

use muster_client::reason::Refused;
use muster_proto::v1;
use muster_proto::v1::record_service_client::RecordServiceClient;
use muster_proto::v1::watch_request::Scope;
use muster_proto::v1::watch_response::Event;
use muster_sim::violation::{Invariant, Violation};
use prost::bytes::Bytes;
use tonic::Streaming;

use crate::cast::{COUNCIL, CQC};
use crate::ledger::{Given, Watched};
use crate::model::SEATED;
use crate::stage::Desk;
use crate::writer::joins;

/// A stream on which nothing comes for longer than two bookmarks is given up.
const SILENT: Duration = Duration::from_secs(12);

/// Somebody who watches.
pub struct Watcher {
    desk: Desk,
    /// One incident, or all.
    incident: Option<usize>,
    place: usize,
    resume: Bytes,
}

impl Watcher {
    /// Somebody who watches one incident, or all that the agency may see.
    pub fn at(desk: Desk, incident: Option<usize>) -> Self {
        let mut ledger = desk.stage.ledger.borrow_mut();
        ledger.watched.push(Watched { agency: desk.agency, ..Watched::default() });
        let place = ledger.watched.len().saturating_sub(1);
        drop(ledger);
        Self { desk, incident, place, resume: Bytes::new() }
    }

    /// Watches.
    ///
    /// # Errors
    /// Never.
    pub async fn watches(mut self) -> turmoil::Result {
        for (incident, seated) in SEATED.iter().enumerate() {
            if self.desk.agency != COUNCIL && seated.contains(&self.desk.agency) {
                joins(&mut self.desk, incident).await;
            }
        }
        let scope = match self.incident {
            Some(incident) => Scope::IncidentId(self.desk.stage.opened(incident).await),
            None => Scope::AllVisible(v1::AllVisible {}),
        };
        let mut records = RecordServiceClient::new(self.desk.channel.clone());
        loop {
            if self.incident.is_some() && self.desk.dice.percent(20) {
                self.begins_anew();
            }
            let began = self.desk.stage.now();
            let request = v1::WatchRequest {
                scope: Some(scope.clone()),
                resume_from: self.resume.clone(),
                include_snapshot: false,
                bookmark_seconds: 5,
            };
            match tokio::time::timeout(Duration::from_secs(8), records.watch(request)).await {
                Ok(Ok(stream)) => {
                    if self.goes_on(began, stream.into_inner()).await {
                        break;
                    }
                }
                Ok(Err(status)) => {
                    let why = self.desk.refused(began, "Watch", &Refused::from(status));
                    self.desk.stage.tell(&format!("{} does not watch: {why}", self.desk.host));
                }
                Err(_) => self.desk.stage.tell(&format!("{} is not answered", self.desk.host)),
            }
            self.desk.waits(50, 1_200).await;
        }
        std::future::pending::<()>().await;
        Ok(())
    }

    /// Forgets all that it was given, as a partner does that lost its copy.
    fn begins_anew(&mut self) {
        self.resume = Bytes::new();
        let mut ledger = self.desk.stage.ledger.borrow_mut();
        ledger.tell(&format!("{} begins anew", self.desk.host));
        if let Some(watched) = ledger.watched.get_mut(self.place) {
            watched.given.clear();
        }
    }

    /// Takes what comes, until the stream ends; says whether that was the end of all access.
    async fn goes_on(&mut self, began: Duration, mut stream: Streaming<v1::WatchResponse>) -> bool {
        loop {
            let why = match tokio::time::timeout(SILENT, stream.message()).await {
                Ok(Ok(Some(message))) => {
                    self.desk.given(began, "Watch", &message);
                    let sent = self.desk.stage.ledger.borrow().may_still_be_sent(self.desk.agency, &self.desk.host);
                    self.desk.stage.ledger.borrow_mut().holds(sent);
                    self.resume = message.resume;
                    let (held, ended) = match message.event {
                        Some(Event::Changes(changes)) => (self.takes(changes), false),
                        Some(Event::Checkpoint(checkpoint)) => (self.keeps(checkpoint), false),
                        Some(Event::AccessEnded(ended)) => self.is_let_go(ended.incident_id),
                        Some(Event::Bookmark(v1::Bookmark {}) | Event::Snapshot(_)) | None => (Ok(()), false),
                    };
                    self.desk.stage.ledger.borrow_mut().holds(held);
                    if ended {
                        return true;
                    }
                    continue;
                }
                Ok(Ok(None)) => "it ended".to_owned(),
                Ok(Err(status)) => self.desk.refused(began, "Watch", &Refused::from(status)),
                Err(_) => "it was silent".to_owned(),
            };
            self.desk.stage.tell(&format!("{} stops watching: {why}", self.desk.host));
            return false;
        }
    }

    fn takes(&mut self, changes: v1::ChangeSet) -> Result<(), Violation> {
        let by = Invariant::Watch;
        let host = &self.desk.host;
        let mut ledger = self.desk.stage.ledger.borrow_mut();
        let until = changes.entries.last().map_or(0, |entry| entry.seq);
        ledger.tell(&format!("{host} is given {} of {}", until, changes.incident_id));
        let of_one = self.incident.is_some();
        let Some(watched) = ledger.watched.get_mut(self.place) else { return Ok(()) };
        let is_ended = watched.ended.contains(&changes.incident_id);
        by.holds(!is_ended, || format!("{host} is given {until}, and its access had ended"))?;
        let given = watched.given.entry(changes.incident_id).or_default();
        for entry in changes.entries {
            let last = given.last().map(|given| given.seq);
            // Who watches all is not sent what was written before it had its seat.
            let is_next = last.map_or(!of_one || entry.seq == 1, |last| entry.seq == last.saturating_add(1));
            by.holds(is_next, || format!("{host} is given {} behind {last:?}", entry.seq))?;
            let is_whole = !matches!(entry.body, None | Some(v1::entry::Body::Withheld(_)));
            given.push(Given { seq: entry.seq, hash: entry.hash.to_vec(), until, is_whole });
        }
        Ok(())
    }

    fn keeps(&mut self, checkpoint: v1::Checkpoint) -> Result<(), Violation> {
        let mut ledger = self.desk.stage.ledger.borrow_mut();
        ledger.tell(&format!("{} is given a checkpoint of {}", self.desk.host, checkpoint.size));
        let v1::Checkpoint { incident_id, size, root, .. } = checkpoint;
        if let Some(watched) = ledger.watched.get_mut(self.place) {
            watched.checkpoints.push((incident_id, size, root.to_vec()));
        }
        Ok(())
    }

    fn is_let_go(&mut self, incident: String) -> (Result<(), Violation>, bool) {
        let mut ledger = self.desk.stage.ledger.borrow_mut();
        ledger.tell(&format!("{} is let go", self.desk.host));
        let told = || format!("{} is let go of {incident}, and has a seat", self.desk.host);
        let held = Invariant::Watch.holds(self.desk.agency == CQC, told);
        if let Some(watched) = ledger.watched.get_mut(self.place) {
            watched.ended.push(incident);
        }
        (held, self.incident.is_some())
    }
}
