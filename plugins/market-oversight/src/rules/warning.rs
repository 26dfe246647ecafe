//! The regulator's warning: a formal notification, or information.

use muster_rule_sdk::{Answer, FactValue, IncidentKind, Situation};

use super::{LIKELY, NOTIFIED_AT, STAGE};

/// The stage at which councils are formally notified; there is none after it.
const LAST: i64 = 6;

const NOT_KNOWN: FactValue = FactValue::Answer(Answer::Unknown);

/// What is known of the warning.
pub(super) struct Warning {
    /// Whether the provider may be in the scheme: a no in the place of the stage says that it is not.
    pub(super) is_overseen: bool,
    /// One of the six; absent while not known.
    pub(super) stage: Option<i64>,
    pub(super) is_notification: Answer,
    pub(super) is_moment_known: bool,
    pub(super) because: Vec<String>,
    likely: Answer,
}

impl Warning {
    pub(super) fn of(situation: &Situation) -> Self {
        let answered = number(situation, STAGE);
        let stage = answered.filter(|stage| (1..=LAST).contains(stage));
        let likely = situation.answer(LIKELY);
        let is_moment_known = is_moment(situation, NOTIFIED_AT);
        let mut because: Vec<String> =
            [STAGE, LIKELY].into_iter().filter_map(|key| situation.fact(key)).map(ToString::to_string).collect();
        if answered.is_some() && stage.is_none() {
            because.push(format!("There are {LAST} stages"));
        }
        // The moment itself is not repeated: a fact would print it in seconds.
        if let Some(fact) = situation.fact(NOTIFIED_AT).filter(|_| is_moment_known) {
            because.push(format!("{NOTIFIED_AT}: answered (entry {})", fact.entry));
        }
        let is_contradicted = is_moment_known && stage.is_some_and(|stage| stage < LAST);
        if is_contradicted {
            because.push("A notification is only given at stage 6: both cannot be".to_owned());
        }
        because.push(
            "A notification needs stage 6 and that failure is more likely than not, over 50%; a real possibility is not enough"
                .to_owned(),
        );
        let is_notification = if is_contradicted { Answer::Unknown } else { is_last(stage).and(likely) };
        let is_answered = |key: &str| situation.fact(key).is_some_and(|fact| fact.value != NOT_KNOWN);
        let is_concerned = is_large(situation) || [STAGE, LIKELY, NOTIFIED_AT].into_iter().any(is_answered);
        let is_overseen = is_concerned && situation.answer(STAGE) != Answer::No;
        Self { is_overseen, stage, is_notification, is_moment_known, because, likely }
    }

    /// A notification at a stage below the last is a contradiction that only the regulator can clear up.
    pub(super) fn is_stage_open(&self) -> bool {
        let is_contradicted = self.is_moment_known && self.stage.is_some_and(|stage| stage < LAST);
        self.stage.is_none() || is_contradicted
    }

    /// Below the last stage it makes no difference how likely the failure is.
    pub(super) fn is_likelihood_open(&self) -> bool {
        self.stage == Some(LAST) && self.likely == Answer::Unknown
    }
}

fn is_last(stage: Option<i64>) -> Answer {
    stage.map_or(Answer::Unknown, |stage| (stage == LAST).into())
}

/// The scheme is for large providers. Nobody is asked about one that is not known to be large.
fn is_large(situation: &Situation) -> bool {
    situation.kind == IncidentKind::Regional || situation.services.iter().any(|service| service.national == Answer::Yes)
}

fn number(situation: &Situation, key: &str) -> Option<i64> {
    match situation.fact(key)?.value {
        FactValue::Number(number) => Some(number),
        FactValue::Answer(_) | FactValue::Text(_) | FactValue::At(_) => None,
    }
}

fn is_moment(situation: &Situation, key: &str) -> bool {
    situation.fact(key).is_some_and(|fact| match fact.value {
        FactValue::At(_) => true,
        FactValue::Answer(_) | FactValue::Number(_) | FactValue::Text(_) => false,
    })
}
