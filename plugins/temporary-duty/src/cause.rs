//! Whether the cause is business failure: an answer and an event of the closed list, which can contradict each other.

use muster_rule_sdk::{Answer, Failure, Question, Situation};

use crate::rules::Held;
use crate::table::{Event, Limb};

/// The fact that names the event.
pub(crate) const EVENT: &str = "s48/business-failure-event";

/// What is known of the cause.
pub(crate) fn held(situation: &Situation, limb: &Limb, events: &[Event]) -> Held {
    let answered = situation.answer(&limb.key);
    let named = situation.text(EVENT).map(str::trim).filter(|text| !text.is_empty());
    let listed = named.and_then(|name| events.iter().find(|event| event.name == name));
    let mut held = Held::of(answered, limb);
    held.because.extend(situation.fact(&limb.key).map(ToString::to_string));
    held.because.extend(situation.fact(EVENT).map(ToString::to_string));
    match (answered, named, listed) {
        (Answer::Yes | Answer::Unknown, _, Some(event)) => {
            held.verdict = Answer::Yes;
            held.cites.push(event.cite());
        }
        (Answer::No, _, Some(event)) => {
            held.verdict = Answer::Unknown;
            held.cites.push(event.cite());
            held.because.push("The answer is no, and the event is one of the closed list: both cannot be".to_owned());
            held.asks.push(limb.question());
        }
        (Answer::Yes, Some(_), None) => {
            held.verdict = Answer::Unknown;
            held.because
                .push("The answer is yes, and the event is not one of the closed list: both cannot be".to_owned());
            held.asks.push(which_event(limb, events));
        }
        (Answer::Yes, None, None) => {
            held.because.push("Which event of the closed list it was is not recorded".to_owned());
            held.asks.push(which_event(limb, events));
        }
        (Answer::Unknown, Some(_), None) => {
            held.because
                .push("The event is not one of the closed list; whether there was another is not known".to_owned());
            held.asks.push(limb.question());
        }
        (Answer::Unknown, None, None) => {
            held.asks.extend([limb.question(), which_event(limb, events)]);
        }
        (Answer::No, _, None) => (),
    }
    held.because.extend(situation.failures.iter().map(|failure| recorded(*failure).to_owned()));
    held
}

fn which_event(limb: &Limb, events: &[Event]) -> Question {
    let names: Vec<&str> = events.iter().map(|event| event.name.as_str()).collect();
    let asks = format!("Which event was the business failure? One of: {}", names.join(", "));
    Question::new(EVENT, asks, limb.of, limb.cites.iter().cloned())
}

/// The incident's own type of failure says something and settles nothing: types can hold together.
fn recorded(failure: Failure) -> &'static str {
    match failure {
        Failure::BusinessFailure => {
            "The incident is recorded as a business failure, which an event of the closed list has to bear out"
        }
        Failure::ProviderExit => {
            "The incident is recorded as a provider's exit, which is not business failure by itself"
        }
        Failure::Enforcement => "The incident is recorded as enforcement, which is not business failure by itself",
        Failure::Emergency => "The incident is recorded as an emergency, which is not business failure by itself",
    }
}
