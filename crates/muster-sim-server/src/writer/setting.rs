//! What there has to be before anybody writes: incidents, seats, and moments at which something falls due.

use chrono::TimeDelta;
use muster_record::advice::Answer;
use muster_record::agency::Interest;
use muster_record::ids::AgencyId;
use muster_record::incident::answers;
use muster_record::incident::lifecycle::Opening;
use muster_record::situation::{FactValue, IncidentKind, Service, ServiceKind};

use super::{
    CQC, Command, Desk, IncidentServiceClient, Outcome, REGION, SEATED, WITHIN, Writer, of_commands, participants,
    settled, v1,
};
use crate::cast::{COUNCIL, ICB, agencies};
use crate::clock::Clock;

/// The services of the first incident, and how many seconds after nine each one's plan has to be refreshed. The fourth
/// comes within reach when somebody sets the clock forward, the last when nobody writes any more.
pub(crate) const DUE: [(&str, i64); 5] = [("one", 12), ("two", 25), ("three", 38), ("four", 6 * 3_600), ("five", 54)];

impl Writer {
    /// Takes its seats; the first writer opens the incidents, and gives others theirs, before that.
    pub(super) async fn takes_part(&mut self) {
        if self.desk.host == "writer-0" {
            self.opens_all().await;
        }
        for (incident, seated) in SEATED.iter().enumerate() {
            if self.desk.agency != COUNCIL && seated.contains(&self.desk.agency) {
                joins(&mut self.desk, incident).await;
            }
        }
    }

    async fn opens_all(&mut self) {
        let opened = [self.opens(0).await, self.opens(1).await];
        for (incident, id) in opened.iter().enumerate() {
            let invited: &[(&str, Interest)] = match incident {
                0 => &[(ICB, Interest::Operational), (CQC, Interest::Oversight)],
                _ => &[(ICB, Interest::Operational), (REGION, Interest::Information)],
            };
            let commands: Vec<Command> = invited
                .iter()
                .filter_map(|(who, interest)| {
                    let agency = agencies().find(|agency| agency.id.as_str() == *who)?;
                    Some(participants::Command::Invite { agency, interest: *interest }.into())
                })
                .collect();
            drop(self.carries_out(incident, id, &commands).await);
        }
        let answers: Vec<Command> =
            DUE.iter().flat_map(|(service, seconds)| refreshed_a_year_before(service, *seconds)).collect();
        drop(self.carries_out(0, &opened[0], &answers).await);
        let mut ledger = self.desk.stage.ledger.borrow_mut();
        ledger.due = DUE.iter().map(|(service, seconds)| ((*service).to_owned(), *seconds)).collect();
        ledger.incidents = opened.to_vec();
    }

    async fn opens(&mut self, number: usize) -> String {
        let kind = if number == 0 { IncidentKind::QualityConcern } else { IncidentKind::ProviderFailure };
        let authority: AgencyId = COUNCIL.parse().expect("a name of ours is a name");
        let services = DUE.iter().map(|(service, _)| Service {
            id: (*service).parse().expect("a name of ours is a name"),
            kind: ServiceKind::Residential,
            national: Answer::No,
            regulated: Answer::Yes,
            authority: authority.clone(),
            beds: None,
            brand: None,
            risk_level: None,
        });
        let opening = Opening {
            title: format!("Rosebank {number}"),
            kind,
            failures: Vec::new(),
            services: services.collect(),
            region: None,
            notified_at: Clock::nine(),
            care_stops_at: None,
            exercise: false,
        };
        let options = v1::WriteOptions { request_id: format!("opens-{number}"), ..v1::WriteOptions::default() };
        let request = v1::OpenIncidentRequest {
            options: Some(options),
            opening: Some(muster_proto::command::write_opening(&opening)),
        };
        let incidents = IncidentServiceClient::new(self.desk.channel.clone());
        loop {
            let once = || {
                let (mut incidents, request) = (incidents.clone(), request.clone());
                async move { incidents.open_incident(request).await }
            };
            match settled(WITHIN, once).await {
                Ok(answer) => return answer.into_inner().incident_id,
                Err(refused) => self.desk.stage.tell(&format!("not opened: {refused}")),
            }
            self.desk.waits(100, 500).await;
        }
    }

    /// Has commands carried out that write no note.
    async fn carries_out(&mut self, incident: usize, id: &str, commands: &[Command]) -> Outcome {
        let entries = u64::try_from(commands.len()).unwrap_or(0);
        let asked = self.puts_down(incident, entries, None);
        let request_id = self.desk.stage.ledger.borrow().asked[asked].id.clone();
        let options = v1::WriteOptions { request_id, ..v1::WriteOptions::default() };
        self.asks(of_commands(id.to_owned(), options, commands), asked).await;
        self.desk.stage.ledger.borrow().asked[asked].outcome.clone()
    }

    /// Takes the regulator's seat in the first incident away.
    pub async fn unseats(&mut self) {
        let id = self.desk.stage.opened(0).await;
        let change = participants::Command::ChangeInterest {
            agency: CQC.parse().expect("a name of ours is a name"),
            interest: Interest::None,
            reason: "the regulator has closed its inquiry".to_owned(),
        };
        let outcome = self.carries_out(0, &id, &[change.into()]).await;
        let mut ledger = self.desk.stage.ledger.borrow_mut();
        if let Outcome::Written { first, last: _ } = outcome {
            ledger.unseated = Some((ledger.now, first));
            ledger.tell("the regulator has no seat any more");
        }
    }
}

/// Takes an agency's seat, as soon as it is given one.
pub async fn joins(desk: &mut Desk, incident: usize) {
    let incident_id = desk.stage.opened(incident).await;
    let options =
        v1::WriteOptions { request_id: format!("joins-{}-{incident}", desk.agency), ..v1::WriteOptions::default() };
    let request = of_commands(incident_id, options, &[participants::Command::Join.into()]);
    let records = super::RecordServiceClient::new(desk.channel.clone());
    loop {
        let once = || {
            let (mut records, request) = (records.clone(), request.clone());
            async move { records.append(request).await }
        };
        match settled(WITHIN, once).await {
            Ok(_) => return desk.stage.tell(&format!("{} has its seat in {incident}", desk.agency)),
            Err(refused) if refused.reason == Some(v1::ErrorReason::AlreadyJoined) => return,
            Err(refused) => desk.stage.tell(&format!("{} has no seat in {incident} yet: {refused}", desk.host)),
        }
        desk.waits(200, 600).await;
    }
}

/// What is said of a service whose plan was refreshed so that it is due so many seconds after nine.
fn refreshed_a_year_before(service: &str, seconds: i64) -> Vec<Command> {
    let year = TimeDelta::days(365);
    let refreshed = Clock::nine() + TimeDelta::seconds(seconds) - year;
    let says = |word: &str, value: FactValue| {
        let key = format!("continuity/{service}/{word}");
        answers::Command::Answer { key, value, source: "by telephone".to_owned() }.into()
    };
    vec![
        says("plan-held", FactValue::Answer(Answer::Yes)),
        says("internal", FactValue::Answer(Answer::Yes)),
        says("refreshed", FactValue::At(refreshed)),
    ]
}
