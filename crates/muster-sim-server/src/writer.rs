//! Those who write: each asks again, the same request, until it is answered.

use std::time::Duration;

use muster_client::reason::{Advice, Refused};
use muster_client::writing::settled;
use muster_proto::v1;
use muster_proto::v1::incident_service_client::IncidentServiceClient;
use muster_proto::v1::record_service_client::RecordServiceClient;
use muster_record::Command;
use muster_record::entry::Class;
use muster_record::incident::{log, participants};
use muster_sim::violation::Invariant;

use crate::cast::{CQC, REGION};
use crate::ledger::Outcome;
use crate::model::SEATED;
use crate::stage::Desk;

mod requesting;
mod setting;

pub use setting::joins;

/// How long the shipped client asks again by itself.
const WITHIN: Duration = Duration::from_secs(10);

/// Somebody who writes.
pub struct Writer {
    desk: Desk,
    /// The last entry of each incident that it knows of.
    known: Vec<u64>,
    /// Its requests that were carried out, with what was answered.
    done: Vec<(v1::AppendRequest, u64, u64)>,
    /// How many requests it has named.
    named: u64,
}

/// What a request asks for besides its commands.
#[derive(Default)]
struct Ask {
    class: Option<Class>,
    only: Option<&'static str>,
    expected: Option<u64>,
}

impl Writer {
    /// Somebody who writes at a desk.
    pub fn at(desk: Desk) -> Self {
        Self { desk, known: vec![0; SEATED.len()], done: Vec::new(), named: 0 }
    }

    /// Writes so often, unless nothing new is to be asked for any more.
    ///
    /// # Errors
    /// Never.
    pub async fn writes(mut self, often: u64, unseats_at: Option<u64>) -> turmoil::Result {
        self.takes_part().await;
        for turn in 0..often {
            if unseats_at == Some(turn) {
                self.unseats().await;
            }
            if self.desk.stage.is_calm.get() || self.is_unseated() {
                break;
            }
            self.does_something().await;
            self.desk.waits(50, 900).await;
        }
        if !self.is_unseated() {
            // Whoever is still there writes once more when nothing goes wrong any more.
            while !self.desk.stage.is_calm.get() {
                self.desk.waits(100, 300).await;
            }
            self.notes(1, Ask::default()).await;
        }
        let stage = &self.desk.stage;
        stage.writing.set(stage.writing.get().saturating_sub(1));
        stage.tell(&format!("{} has finished", self.desk.host));
        std::future::pending::<()>().await;
        Ok(())
    }

    async fn does_something(&mut self) {
        let roll = self.desk.dice.roll(100);
        let labels = self.labels();
        match roll {
            0..60 => self.notes(1, labels).await,
            60..70 => self.notes(2 + self.desk.dice.clone().roll(2), labels).await,
            70..80 => self.expects(labels).await,
            80..87 => self.asks_again().await,
            87..93 => self.asks_otherwise().await,
            _ => self.only_asks_whether().await,
        }
    }

    /// The incidents that it has a seat in.
    fn some_incident(&mut self) -> usize {
        let agency = self.desk.agency;
        let mine: Vec<usize> = (0..SEATED.len()).filter(|at| SEATED[*at].contains(&agency)).collect();
        mine.get(self.desk.dice.place(mine.len())).copied().unwrap_or(0)
    }

    fn labels(&mut self) -> Ask {
        let others: Vec<&'static str> = SEATED[0].into_iter().chain([REGION]).collect();
        let some = others[self.desk.dice.place(others.len())];
        let only = (some != self.desk.agency).then_some(some);
        let full = self.desk.agency != CQC;
        match self.desk.dice.roll(10) {
            0..4 => Ask::default(),
            4 | 5 if full => Ask { class: Some(Class::Personal), ..Ask::default() },
            6 if full => Ask { class: Some(Class::Health), ..Ask::default() },
            7 if full => Ask { class: Some(Class::Legal), only, ..Ask::default() },
            8 => Ask { only, ..Ask::default() },
            _ => Ask { class: Some(Class::Safeguarding), ..Ask::default() },
        }
    }

    async fn notes(&mut self, how_many: u64, ask: Ask) {
        let incident = self.some_incident();
        let (request, asked) = self.request(incident, how_many, ask).await;
        self.asks(request, asked).await;
    }

    /// Writes on the condition that nothing came behind what it knows of.
    async fn expects(&mut self, ask: Ask) {
        let incident = self.some_incident();
        let expected = self.known.get(incident).copied().filter(|known| *known > 0);
        let (request, asked) = self.request(incident, 1, Ask { expected, ..ask }).await;
        self.asks(request, asked).await;
    }

    /// What was answered is asked again: the answer is the one that was given.
    async fn asks_again(&mut self) {
        let Some((request, first, last)) = self.done.get(self.desk.dice.place(self.done.len())).cloned() else {
            return;
        };
        let began = self.desk.stage.now();
        let told = match self.settles(&request).await {
            Ok(answer) => {
                self.desk.given(began, "Append", &answer);
                let result = answer.result.unwrap_or_default();
                let is_same = (result.first_seq, result.seq, result.replayed) == (first, last, true);
                if is_same { None } else { Some(format!("{first} to {last}, and then {result:?}")) }
            }
            Err(refused) => self.is_wrongly_refused(began, &refused),
        };
        if let Some(told) = told {
            let held =
                Err(Invariant::AtMostOnce.broken(format!("{}'s request was answered by {told}", self.desk.host)));
            self.desk.stage.ledger.borrow_mut().holds(held);
        }
    }

    /// The same id with other content: it is refused.
    async fn asks_otherwise(&mut self) {
        let Some((mut request, ..)) = self.done.get(self.desk.dice.place(self.done.len())).cloned() else { return };
        let note = log::Command::Note { text: "something else altogether".to_owned() }.into();
        request.commands = vec![muster_proto::command::write_command(&note)];
        let began = self.desk.stage.now();
        let told = match self.settles(&request).await {
            Ok(answer) => Some(format!("{answer:?}")),
            Err(refused) if refused.reason == Some(v1::ErrorReason::RequestIdReused) => None,
            Err(refused) => self.is_wrongly_refused(began, &refused),
        };
        if let Some(told) = told {
            let told = format!("{}'s request with other content was answered by {told}", self.desk.host);
            self.desk.stage.ledger.borrow_mut().holds(Err(Invariant::AtMostOnce.broken(told)));
        }
    }

    /// Asks what would be written, and writes nothing.
    async fn only_asks_whether(&mut self) {
        let incident = self.some_incident();
        let (mut request, asked) = self.request(incident, 1, Ask::default()).await;
        request.options.iter_mut().for_each(|options| options.validate_only = true);
        self.end(asked, Outcome::Refused("it was only asked whether".to_owned()));
        let began = self.desk.stage.now();
        match self.settles(&request).await {
            Ok(answer) => self.desk.given(began, "Append", &answer),
            Err(refused) => drop(self.desk.refused(began, "Append", &refused)),
        }
    }

    /// Asks until it is answered, or refused for good.
    async fn asks(&mut self, request: v1::AppendRequest, asked: usize) {
        loop {
            let began = self.desk.stage.now();
            let outcome = match self.settles(&request).await {
                Ok(answer) => {
                    self.desk.given(began, "Append", &answer);
                    let result = answer.result.unwrap_or_default();
                    let incident = self.desk.stage.ledger.borrow().asked.get(asked).map_or(0, |asked| asked.incident);
                    self.known[incident] = result.seq;
                    self.done.push((request.clone(), result.first_seq, result.seq));
                    Outcome::Written { first: result.first_seq, last: result.seq }
                }
                Err(refused) => {
                    let why = self.desk.refused(began, "Append", &refused);
                    if self.is_unseated() {
                        // Whether it was carried out before the seat ended is not for it to know.
                        return;
                    }
                    if self.is_to_be_asked_again(&refused) {
                        self.desk.stage.tell(&format!("{} asks again: {why}", self.desk.host));
                        self.desk.waits(100, 800).await;
                        continue;
                    }
                    Outcome::Refused(why)
                }
            };
            return self.end(asked, outcome);
        }
    }

    fn end(&self, asked: usize, outcome: Outcome) {
        let mut ledger = self.desk.stage.ledger.borrow_mut();
        let now = ledger.now;
        let Some(known) = ledger.asked.get_mut(asked) else { return };
        known.outcome = outcome;
        known.ended = Some(now);
        let told = format!("{} {:?}", known.id, known.outcome);
        ledger.tell(&told);
    }

    async fn settles(&self, request: &v1::AppendRequest) -> Result<v1::AppendResponse, Refused> {
        let records = RecordServiceClient::new(self.desk.channel.clone());
        let once = || {
            let (mut records, request) = (records.clone(), request.clone());
            async move { records.append(request).await }
        };
        settled(WITHIN, once).await.map(tonic::Response::into_inner)
    }

    /// Whether it was refused for want of a seat or of credentials that it may be without, or the machine was away.
    fn is_to_be_asked_again(&self, refused: &Refused) -> bool {
        let may_be_suspended = self.desk.agency == CQC && !self.desk.stage.ledger.borrow().suspended.is_empty();
        refused.advice.passes()
            || (refused.reason == Some(v1::ErrorReason::CredentialInvalid) && may_be_suspended)
            // A connection that broke, in the words of the transport.
            || (refused.reason.is_none() && refused.advice == Advice::AskOperator)
    }

    /// What it was told, where it should not have been told so.
    fn is_wrongly_refused(&self, began: Duration, refused: &Refused) -> Option<String> {
        let why = self.desk.refused(began, "Append", refused);
        (!self.is_to_be_asked_again(refused) && !self.is_unseated()).then_some(why)
    }

    fn is_unseated(&self) -> bool {
        self.desk.agency == CQC && self.desk.stage.ledger.borrow().unseated.is_some()
    }
}

fn of_commands(incident_id: String, options: v1::WriteOptions, commands: &[Command]) -> v1::AppendRequest {
    let commands = commands.iter().map(muster_proto::command::write_command).collect();
    v1::AppendRequest { incident_id, options: Some(options), commands }
}
