//! The decision that is timed: how high the risk is, and who has to be involved for each service.

use muster_rule_sdk::{
    Advice, Answer, Description, Fact, FactValue, Fault, Finding, IncidentKind, ItemKind, Part, RuleSet, ServiceKind,
    Situation, cite,
};

/// The decision as a rule set.
struct Decision;

/// It has none.
#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Settings {}

/// Who may have to be involved, in the order of the matrix' columns.
const AGENCIES: [&str; 6] =
    ["council", "health-commissioner", "regulator", "public-health", "placing-authority", "safeguarding-board"];

/// How far, for a kind of service.
fn row(kind: ServiceKind) -> [&'static str; 6] {
    match kind {
        ServiceKind::Residential => ["lead", "informed", "involved", "informed", "involved", "informed"],
        ServiceKind::Nursing => ["lead", "involved", "involved", "informed", "involved", "informed"],
        ServiceKind::HomeSupport => ["lead", "informed", "involved", "none", "involved", "informed"],
        _ => ["lead", "informed", "informed", "none", "informed", "none"],
    }
}

impl RuleSet for Decision {
    type Settings = Settings;

    fn describe() -> Description {
        Description::new("bench-decision", "0.1.0", "Risk and involvement", "A bench", [IncidentKind::ProviderFailure])
            .reading(["risk/*"])
            .needing([Part::People, Part::Facts])
            .giving([ItemKind::Finding])
    }

    fn advise(situation: &Situation, _: &Settings) -> Result<Advice, Fault> {
        let risky = |fact: &&Fact| {
            fact.key.starts_with("risk/") && matches!(fact.value, FactValue::Answer(Answer::Yes))
        };
        let score = situation.facts.iter().filter(risky).count() * 2 + situation.people.len() / 10;
        let level = match score {
            16.. => 4,
            10.. => 3,
            5.. => 2,
            _ => 1,
        };
        let rule = || [cite!("A bench", "the highest that holds", SectorPractice)];
        let mut advice =
            Advice::default().with(Finding::new("level", "risk", Answer::Yes, format!("level {level}"), rule()));
        for service in &situation.services {
            for (agency, how) in AGENCIES.into_iter().zip(row(service.kind)) {
                let title = format!("{}: {agency} {how}", service.id);
                advice = advice.with(Finding::new(
                    format!("{}/{agency}", service.id),
                    service.id.clone(),
                    Answer::Yes,
                    title,
                    rule(),
                ));
            }
        }
        Ok(advice)
    }
}

muster_rule_sdk::export_rule_set!(Decision);
