//! Those who read: everything that can be asked of a record, by everybody, and by somebody without a seat.

use std::time::Duration;

use muster_client::reason::Refused;
use muster_proto::v1;
use muster_proto::v1::advice_service_client::AdviceServiceClient;
use muster_proto::v1::incident_service_client::IncidentServiceClient;
use muster_proto::v1::record_service_client::RecordServiceClient;
use muster_sim::violation::Invariant;
use prost::Message;
use tonic::{Response, Status};

use crate::cast::CQC;
use crate::ledger::Looked;
use crate::model::SEATED;
use crate::stage::Desk;

/// How long an answer is waited for.
const PATIENCE: Duration = Duration::from_secs(12);

/// Somebody who reads.
pub struct Reader {
    desk: Desk,
}

impl Reader {
    /// Somebody who reads.
    pub fn at(desk: Desk) -> Self {
        Self { desk }
    }

    /// Reads until nothing new is asked for.
    ///
    /// # Errors
    /// Never.
    pub async fn reads(mut self) -> turmoil::Result {
        while !self.desk.stage.is_calm.get() {
            self.desk.waits(100, 1_200).await;
            let incident = self.desk.dice.place(SEATED.len());
            let Some(incident_id) = self.desk.stage.incident(incident) else { continue };
            match self.desk.dice.roll(8) {
                0..3 => self.reads_entries(incident, incident_id).await,
                3 => self.reads_the_report(incident, incident_id).await,
                4 => self.lists(incident).await,
                5 => self.reads_proposals(incident, incident_id).await,
                6 => self.asks_why(incident, incident_id).await,
                _ => self.asks_for_a_checkpoint(incident, incident_id).await,
            }
        }
        std::future::pending::<()>().await;
        Ok(())
    }

    async fn reads_entries(&mut self, incident: usize, incident_id: String) {
        let after_seq = if self.desk.dice.percent(50) { 0 } else { self.desk.dice.roll(20) };
        let request = v1::ReadRequest { incident_id, after_seq, limit: 200 };
        let began = self.desk.stage.now();
        let mut records = RecordServiceClient::new(self.desk.channel.clone());
        let Some(answer) = self.asks("Read", incident, records.read(request)).await else { return };
        let entries = answer.entries.iter().map(|entry| (entry.seq, entry.hash.to_vec())).collect();
        let mut ledger = self.desk.stage.ledger.borrow_mut();
        let (ended, last) = (ledger.now, answer.last_seq);
        ledger.looked.push(Looked { incident, last, began, ended, entries });
        let known = ledger.acknowledged_before(incident, began);
        let told = format!("{} reads up to {last} of {incident}, and {known} had been acknowledged", self.desk.host);
        ledger.tell(&told);
        ledger.holds(Invariant::Linearizable.holds(last >= known, || told));
    }

    /// Each clock stands as the moment says for which it was worked out.
    async fn reads_the_report(&mut self, incident: usize, incident_id: String) {
        let request = v1::GetSituationReportRequest { incident_id, at: None };
        let mut incidents = IncidentServiceClient::new(self.desk.channel.clone());
        let asked = incidents.get_situation_report(request);
        let Some(report) = self.asks("GetSituationReport", incident, asked).await.and_then(|answer| answer.report)
        else {
            return;
        };
        let millis = |at: &Option<_>| at.map_or((0, 0), |at: prost_types::Timestamp| (at.seconds, at.nanos));
        let at = millis(&report.at);
        for deadline in &report.deadlines {
            let is_late = deadline.state() == v1::ClockState::Late;
            let is_running = deadline.state() == v1::ClockState::Running;
            let is_past = millis(&deadline.due) < at;
            let is_so = (!is_late || is_past) && (!is_running || !is_past);
            let told =
                || format!("{} is {:?} at {at:?}, and due at {:?}", deadline.key, deadline.state(), deadline.due);
            self.desk.stage.ledger.borrow_mut().holds(Invariant::Due.holds(is_so, told));
        }
    }

    async fn lists(&mut self, incident: usize) {
        let mut incidents = IncidentServiceClient::new(self.desk.channel.clone());
        let request = v1::ListIncidentsRequest::default();
        let began = self.desk.stage.now();
        let call = tokio::time::timeout(PATIENCE, incidents.list_incidents(request)).await;
        match call {
            Ok(Ok(answer)) => {
                let answer = answer.into_inner();
                self.desk.given(began, "ListIncidents", &answer);
                let ids: Vec<String> = answer.incidents.into_iter().map(|listed| listed.incident_id).collect();
                let Some(id) = self.desk.stage.incident(incident) else { return };
                let told = || format!("{} is listed an incident in which it has no seat", self.desk.host);
                let held = Invariant::NeedToKnow.holds(self.may_see(incident, began) || !ids.contains(&id), told);
                self.desk.stage.ledger.borrow_mut().holds(held);
            }
            Ok(Err(status)) => drop(self.desk.refused(began, "ListIncidents", &Refused::from(status))),
            Err(_) => (),
        }
    }

    async fn reads_proposals(&mut self, incident: usize, incident_id: String) {
        let mut advice = AdviceServiceClient::new(self.desk.channel.clone());
        let request = v1::ListProposalsRequest { incident_id, states: Vec::new(), rule_set: None };
        drop(self.asks("ListProposals", incident, advice.list_proposals(request)).await);
    }

    async fn asks_why(&mut self, incident: usize, incident_id: String) {
        let mut records = RecordServiceClient::new(self.desk.channel.clone());
        let seq = 1 + self.desk.dice.roll(30);
        drop(
            self.asks("ExplainAccess", incident, records.explain_access(v1::ExplainAccessRequest { incident_id, seq }))
                .await,
        );
    }

    async fn asks_for_a_checkpoint(&mut self, incident: usize, incident_id: String) {
        let mut records = RecordServiceClient::new(self.desk.channel.clone());
        drop(
            self.asks("GetCheckpoint", incident, records.get_checkpoint(v1::GetCheckpointRequest { incident_id }))
                .await,
        );
    }

    /// Asks once. Whoever has no seat, or may not call, is answered nothing.
    async fn asks<M: Message>(
        &self,
        what: &str,
        incident: usize,
        call: impl Future<Output = Result<Response<M>, Status>>,
    ) -> Option<M> {
        let began = self.desk.stage.now();
        match tokio::time::timeout(PATIENCE, call).await {
            Ok(Ok(answer)) => {
                let answer = answer.into_inner();
                self.desk.given(began, what, &answer);
                let told = || format!("{} has no seat in {incident}, and is answered {what}", self.desk.host);
                let mut held = Invariant::NeedToKnow.holds(self.may_see(incident, began), told);
                let mut ledger = self.desk.stage.ledger.borrow_mut();
                if self.desk.agency == CQC && ledger.was_suspended(began, ledger.now) {
                    held =
                        Err(Invariant::NeedToKnow.broken(format!("{} is suspended, and is answered", self.desk.host)));
                }
                ledger.holds(held);
                ledger.tell(&format!("{} is answered {what}", self.desk.host));
                Some(answer)
            }
            Ok(Err(status)) => {
                let why = self.desk.refused(began, what, &Refused::from(status));
                self.desk.stage.tell(&format!("{} is not answered {what}: {why}", self.desk.host));
                None
            }
            Err(_) => None,
        }
    }

    /// Whether the agency had its seat when it asked.
    fn may_see(&self, incident: usize, began: Duration) -> bool {
        let ended = self.desk.stage.ledger.borrow().unseated.map(|(ended, _)| ended);
        let is_let_go = self.desk.agency == CQC && incident == 0 && ended.is_some_and(|ended| began > ended);
        SEATED[incident].contains(&self.desk.agency) && !is_let_go
    }
}

/// Somebody who opens a stream and takes nothing from it: nobody waits for them.
///
/// # Errors
/// Never.
pub async fn takes_nothing(mut desk: Desk) -> turmoil::Result {
    loop {
        desk.waits(500, 2_000).await;
        let mut records = RecordServiceClient::new(desk.channel.clone());
        let scope = Some(v1::watch_request::Scope::AllVisible(v1::AllVisible {}));
        let request = v1::WatchRequest { scope, bookmark_seconds: 5, ..v1::WatchRequest::default() };
        if let Ok(Ok(stream)) = tokio::time::timeout(PATIENCE, records.watch(request)).await {
            desk.waits(10_000, 30_000).await;
            drop(stream);
        }
    }
}
