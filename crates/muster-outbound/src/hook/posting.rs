//! What is told of an entry at the moment it is sent, and one attempt to send it.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hyper::body::Bytes;
use muster_coordinator::{OutboundWrite, QueryError, Stored, ends_the_seat};
use muster_record::ids::Seq;
use muster_record::visible::{Reader, Seen};
use muster_record::webhook::{DeadLetter, Event, Outcome, Told, event, judged, target};

use super::{Ended, Hook};
use crate::delivering::Webhooks;
use crate::post::NoAnswer;

impl Hook {
    /// What the agency is told of an entry now, if it is told anything.
    pub(super) fn event(&self, stored: &Stored, ending: &[Stored]) -> Result<Option<Event>, Ended> {
        let Some(classes) = (self.admits)(&self.webhook) else {
            return Err(Ended::Pauses("the system that registered it is not let in any more".to_owned()));
        };
        let classes = classes.intersection(self.webhook.classes);
        let reader = Reader { agency: self.webhook.agency.clone(), classes };
        let sealed = &stored.sealed;
        let (told, exercise) = match self.coordinator.viewing(&reader, &sealed.incident) {
            Ok(Some(viewing)) => match viewing.seen(sealed)? {
                Seen::Whole(_) => (Told::Whole, viewing.exercise),
                Seen::Stub { .. } => (Told::Withheld, viewing.exercise),
            },
            Ok(None) if ends_the_seat(ending.iter().map(|stored| &stored.sealed), &reader.agency)? => {
                (Told::AccessEnded, false)
            }
            Ok(None) | Err(QueryError::NotHere) => return Ok(None),
            Err(error) => return Err(error.into()),
        };
        let source: String = self.coordinator.store_id().iter().map(|byte| format!("{byte:02x}")).collect();
        let event = event(&source, sealed, exercise, told)?;
        Ok(Some(event).filter(|event| self.webhook.wants(event.kind)))
    }

    pub(super) async fn attempt(&self, event: &Event) -> Result<Outcome, Ended> {
        let Webhooks { poster, patience: _ } = &self.webhooks;
        let to = match target(&self.webhook.url, poster.takes_http()) {
            Ok(to) => to,
            Err(bad) => return Ok(Outcome::Away(format!("the address {bad}"))),
        };
        let at = self.coordinator.now().timestamp().to_string();
        let signed = [event.id.as_str(), at.as_str(), event.body.as_str()].join(".");
        let signature = self.coordinator.sign_for_webhook(self.webhook.number, signed.as_bytes())?;
        let request = http::Request::post("/")
            .header(http::header::CONTENT_TYPE, "application/cloudevents+json; charset=utf-8")
            .header("webhook-id", &event.id)
            .header("webhook-timestamp", at)
            .header("webhook-signature", format!("v1,{}", STANDARD.encode(signature)));
        let asked = poster.ask(&to, request, Bytes::from(event.body.clone()));
        let answered = tokio::select! {
            () = self.stop.cancelled() => return Err(Ended::Stopped),
            answered = asked => answered,
        };
        let outcome = match answered {
            Ok(answer) => judged(answer.status),
            Err(NoAnswer::NotReached(why)) => Outcome::Away(why),
            Err(NoAnswer::NotAnswered(why)) => Outcome::NotTaken(why),
        };
        let word = match &outcome {
            Outcome::Delivered => "delivered",
            Outcome::Away(_) => "away",
            Outcome::NotTaken(_) => "not-taken",
            Outcome::Gone(_) => "gone",
        };
        metrics::counter!("muster_webhook_attempts_total", "outcome" => word).increment(1);
        Ok(outcome)
    }

    /// Tries each once more that the agency asked for; whatever comes of it, the log goes on after it.
    pub(super) async fn try_the_dead_again(&mut self) -> Result<(), Ended> {
        while let Some(dead) = self.coordinator.next_dead_letter(self.webhook.number)? {
            let before = Seq(dead.about.seq.0.saturating_sub(1));
            let found = self.coordinator.entries(&dead.about.incident, before, 1)?;
            let webhook = self.webhook.number;
            let gone = OutboundWrite::Undead { webhook, about: dead.about.clone() };
            let event = found.first().map(|stored| self.event(stored, &found)).transpose()?.flatten();
            let Some(event) = event else {
                self.coordinator.outbound(gone).await?;
                continue;
            };
            let change = match self.attempt(&event).await? {
                Outcome::Delivered => {
                    self.progress.delivered = self.progress.delivered.saturating_add(1);
                    self.progress.last = Some((dead.about.clone(), self.coordinator.now()));
                    gone
                }
                Outcome::Away(answer) | Outcome::NotTaken(answer) | Outcome::Gone(answer) => {
                    let (attempts, at) = (dead.attempts.saturating_add(1), self.coordinator.now());
                    OutboundWrite::Dead(DeadLetter { attempts, at, answer, again: false, ..dead })
                }
            };
            self.coordinator.outbound(change).await?;
            self.keep().await?;
        }
        Ok(())
    }
}
