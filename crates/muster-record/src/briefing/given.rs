//! What people answered for a briefing: under which keys, and how an answer reads.

use super::{Line, Source};
use crate::advice::Answer;
use crate::incident::Incident;
use crate::incident::answers::Standing;
use crate::situation::FactValue;
use crate::time::uk_day_and_time;

/// Whether a major incident was declared: yes makes the M of METHANE.
pub(super) const MAJOR_INCIDENT: &str = "methane/major-incident";
/// Where it is, so that a crew finds it.
pub(super) const EXACT_LOCATION: &str = "methane/exact-location";
/// What is dangerous there, now and possibly.
pub(super) const HAZARDS: &str = "methane/hazards";
/// How to come to it.
pub(super) const ACCESS: &str = "methane/access";
/// How many people are hurt, and how badly.
pub(super) const CASUALTIES: &str = "methane/casualties";
/// Which emergency services are there, and which are needed.
pub(super) const EMERGENCY_SERVICES: &str = "methane/emergency-services";
/// What those who lead want to come of it.
pub(super) const INTENT: &str = "briefing/intent";

/// A value in words.
pub(super) fn value(of: &FactValue) -> String {
    match of {
        FactValue::Answer(Answer::Yes) => "yes".to_owned(),
        FactValue::Answer(Answer::No) => "no".to_owned(),
        FactValue::Answer(Answer::Unknown) => "not known".to_owned(),
        FactValue::Number(number) => number.to_string(),
        FactValue::Text(text) => text.clone(),
        FactValue::At(at) => uk_day_and_time(*at),
    }
}

/// The answer under a key, as a line; that it is not known where nobody has answered, or the answer says so.
pub(super) fn line(incident: &Incident, what: &str, key: &str) -> Line {
    match incident.answers.standing.get(key) {
        None => Line {
            text: format!("{what}: not known. Nobody has answered it ({key})."),
            known: false,
            source: Source::Nothing,
        },
        Some(Standing { value: of, source, by, entry, at: _ }) => Line {
            text: format!("{what}: {} ({by}: {source})", value(of)),
            known: *of != FactValue::Answer(Answer::Unknown),
            source: Source::entry(*entry),
        },
    }
}
