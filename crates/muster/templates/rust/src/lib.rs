//! Whether enough carers are on shift tonight, and what follows if they are not.
//!
//! A rule set is a pure function: the same situation and settings give the same advice.

use muster_rule_sdk::{
    Advice, AgencyKind, Answer, Citation, Description, Fault, Finding, IncidentKind, Instant, Issue, ItemKind,
    ProposedAction, Question, RuleSet, Situation, cite,
};

/// The fact that the rule reads: how many carers are on shift tonight.
const STAFF_TONIGHT: &str = "staff/tonight";

/// Replacements should be found within two hours of the answer.
const TWO_HOURS: Instant = 2 * 3_600;

/// The rule set.
#[derive(Debug)]
pub struct Rules;

/// What an agency may set for itself. What it leaves out stays as it is here.
#[derive(Debug, serde::Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    /// Carers wanted on shift at night.
    pub carers_at_least: i64,
}

impl Default for Settings {
    fn default() -> Self {
        Self { carers_at_least: 3 }
    }
}

impl RuleSet for Rules {
    type Settings = Settings;

    fn describe() -> Description {
        Description::new(
            "{{name}}",
            "0.1.0",
            "Carers on shift tonight",
            "The Health and Social Care Act 2008 (Regulated Activities) Regulations 2014, regulation 18",
            [IncidentKind::QualityConcern, IncidentKind::ProviderFailure, IncidentKind::Outbreak],
        )
        .settings_schema(include_str!("../settings-schema.json"))
        .reading([STAFF_TONIGHT])
        .giving([ItemKind::Finding, ItemKind::Question, ItemKind::Action])
    }

    fn check(settings: &Settings) -> Vec<Issue> {
        if settings.carers_at_least >= 1 {
            return Vec::new();
        }
        vec![Issue::at("carers_at_least", "at least one carer is wanted at night")]
    }

    fn advise(situation: &Situation, settings: &Settings) -> Result<Advice, Fault> {
        let wanted = settings.carers_at_least;
        let Some((fact, carers)) = situation.number(STAFF_TONIGHT) else {
            // A missing answer is never a no: say that it is not known, and ask.
            let asks = "How many carers are on shift tonight?";
            return Ok(Advice::default()
                .with(finding(Answer::Unknown).because("nobody has said how many carers are on shift"))
                .with(Question::new(STAFF_TONIGHT, asks, AgencyKind::Provider, [the_rule()])));
        };
        let enough = Answer::from(carers >= wanted);
        let finding = finding(enough)
            .because_of(situation, [STAFF_TONIGHT])
            .because(format!("at least {wanted} are wanted (carers_at_least)"));
        let mut advice = Advice::default().with(finding);
        if enough == Answer::No {
            let title = format!("Find carers for tonight, so that at least {wanted} are on shift");
            let action = ProposedAction::new("find-carers", title, AgencyKind::Council, [the_rule()])
                .due(fact.at.saturating_add(TWO_HOURS))
                .because_of(situation, [STAFF_TONIGHT]);
            advice.add(action);
        }
        Ok(advice)
    }
}

/// The words that everything here rests on.
fn the_rule() -> Citation {
    cite!(
        "SI 2014/2936 reg 18(1)",
        "Sufficient numbers of suitably qualified, competent, skilled and experienced persons must be deployed",
        Statute
    )
}

fn finding(verdict: Answer) -> Finding {
    Finding::new("enough-tonight", "staff", verdict, "Enough carers are on shift tonight", [the_rule()])
}

muster_rule_sdk::export_rule_set!(Rules);

#[cfg(test)]
mod tests {
    use super::*;
    use muster_rule_sdk::read_settings;
    use muster_rule_sdk::testing::{Story, advised, component, told};

    #[track_caller]
    fn says(story: Story, expected: &str) {
        let advice = advised::<Rules>(story, "").unwrap();
        assert_eq!(told(&advice), expected);
    }

    #[test]
    fn nobody_knows_until_somebody_says() {
        says(
            Story::of_an_emergency_closure(),
            "finding      enough-tonight                 unknown: Enough carers are on shift tonight\n\
             question     ask/staff/tonight              How many carers are on shift tonight?\n",
        );
    }

    #[test]
    fn three_are_enough() {
        says(
            Story::of_an_emergency_closure().answered(STAFF_TONIGHT, 3_i64),
            "finding      enough-tonight                 yes: Enough carers are on shift tonight\n",
        );
    }

    #[test]
    fn two_are_not() {
        says(
            Story::of_an_emergency_closure().answered(STAFF_TONIGHT, 2_i64),
            "finding      enough-tonight                 no: Enough carers are on shift tonight\n\
             action       find-carers                    Find carers for tonight, so that at least 3 are on shift\n",
        );
    }

    #[test]
    fn a_mistake_in_the_settings_is_told_with_its_place() {
        let issues = read_settings::<Rules>(r#"{"carers_at_least": "three"}"#).unwrap_err();
        assert_eq!(issues[0].path, "carers_at_least");
    }

    /// The cases in `tests`, in the component itself; skipped where there is no `muster` on the path.
    #[test]
    fn the_component_passes_its_cases() {
        println!("{}", component(env!("CARGO_MANIFEST_DIR")).unwrap());
    }
}
