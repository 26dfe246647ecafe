//! A decision as its form gives it: the slots of the Joint Decision Model, each option weighed, one of them chosen.

use muster_record::Command;
use muster_record::ids::{ProposalNo, RecommendationNo};
use muster_record::incident::decisions::{Command as Decision, Reasons, Weighed};

use super::fields::{Field, number, one, some, word};

/// Options that one decision weighs at most.
const MOST_OPTIONS: usize = 40;

/// The places of the options in the form, with their titles.
fn titles(fields: &[Field]) -> impl Iterator<Item = (usize, &str)> {
    (1..=MOST_OPTIONS).map_while(|place| {
        let name = format!("title-{place}");
        let given = fields.iter().find(|(field, _)| *field == name)?;
        Some((place, given.1.trim()))
    })
}

/// The last option of the form, which the decider names.
pub(super) fn own_option(fields: &[Field]) -> Option<(usize, &str)> {
    titles(fields).last()
}

/// The decision that a form holds, or all that is wrong with it.
pub(super) fn decision(fields: &[Field]) -> Result<Command, Vec<(String, String)>> {
    let mut wrong = Vec::new();
    let mut text = |name: &str, problem: &str| {
        let text = one(fields, name).to_owned();
        if text.is_empty() {
            wrong.push((name.to_owned(), problem.to_owned()));
        }
        text
    };
    let information = text("information", "Say what is known");
    let risk_and_strategy = text("risk_and_strategy", "Say what could go wrong, and the strategy that follows");
    let powers_and_policy = text("powers_and_policy", "Say what allows it");
    let action_and_review = text("action_and_review", "Say what happens now, and when it is looked at again");
    let mut options = Vec::new();
    let mut chosen = None;
    for (place, title) in titles(fields) {
        if one(fields, "chosen") == place.to_string() {
            chosen = Some(title.to_owned()).filter(|title| !title.is_empty());
        }
        let weighs = |by: &str| word(fields, &format!("{by}-{place}"));
        match (weighs("suitability"), weighs("feasibility"), weighs("acceptability")) {
            (_, _, _) if title.is_empty() => (),
            (Ok(suitability), Ok(feasibility), Ok(acceptability)) => {
                options.push(Weighed { title: title.to_owned(), suitability, feasibility, acceptability });
            }
            (_, _, _) => wrong.push(("chosen".to_owned(), format!("Weigh {title}: yes, no or not known yet"))),
        }
    }
    if chosen.is_none() {
        wrong.push(("chosen".to_owned(), "Choose an option; name it where it is another one".to_owned()));
    }
    let proposal = number(fields, "proposal").map(ProposalNo);
    if let Err(status) = &proposal {
        wrong.push((String::new(), status.message().to_owned()));
    }
    let recommendation = some(fields, "recommendation").map(|_| number(fields, "recommendation").map(RecommendationNo));
    match (chosen, proposal, recommendation.transpose()) {
        (Some(chosen), Ok(proposal), Ok(recommendation)) if wrong.is_empty() => {
            let reasons = Reasons { information, risk_and_strategy, powers_and_policy, options, action_and_review };
            let question = one(fields, "question").to_owned();
            Ok(Decision::Decide { question, chosen, reasons, proposal: Some(proposal), recommendation }.into())
        }
        (_, _, _) => Err(wrong),
    }
}

#[cfg(test)]
mod tests {
    use muster_record::advice::Answer;

    use super::super::fields::Fields;
    use super::*;

    fn form(chosen: &str, own: &str) -> Fields {
        let given = [
            ("proposal", "7"),
            ("question", "Where will they live?"),
            ("information", "twelve people"),
            ("risk_and_strategy", "the cold"),
            ("powers_and_policy", "s48"),
            ("action_and_review", "by noon"),
            ("title-1", "Stay"),
            ("suitability-1", "no"),
            ("feasibility-1", "yes"),
            ("acceptability-1", "unknown"),
            ("title-2", own),
            ("suitability-2", "yes"),
            ("feasibility-2", "unknown"),
            ("acceptability-2", "unknown"),
            ("chosen", chosen),
        ];
        given.map(|(name, value)| (name.to_owned(), value.to_owned())).into()
    }

    #[test]
    fn a_decision_is_read_slot_by_slot_with_the_option_that_people_know_of() {
        let Ok(Command::Decisions(Decision::Decide { question, chosen, reasons, proposal, recommendation })) =
            decision(&form("2", "Hotel"))
        else {
            panic!("it is a decision")
        };
        assert_eq!((question.as_str(), chosen.as_str()), ("Where will they live?", "Hotel"));
        assert_eq!((proposal, recommendation), (Some(ProposalNo(7)), None));
        let weighed: Vec<_> = reasons.options.iter().map(|of| (of.title.as_str(), of.suitability)).collect();
        assert_eq!(weighed, [("Stay", Answer::No), ("Hotel", Answer::Yes)]);
        assert_eq!(reasons.risk_and_strategy, "the cold");
    }

    #[test]
    fn what_is_missing_is_named_all_at_once_and_no_option_is_chosen_by_leaving_it_out() {
        let wrong = |mut fields: Fields, without: &str| {
            fields.retain(|(name, _)| name != without);
            decision(&fields).unwrap_err().into_iter().map(|(field, _)| field).collect::<Vec<_>>()
        };
        assert_eq!(wrong(form("1", ""), "information"), ["information"]);
        assert_eq!(wrong(form("", ""), "powers_and_policy"), ["powers_and_policy", "chosen"]);
        assert_eq!(wrong(form("2", ""), ""), ["chosen"], "another one has to be named");
        assert_eq!(wrong(form("1", ""), "acceptability-1"), ["chosen"]);
    }
}
