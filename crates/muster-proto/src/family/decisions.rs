//! Decisions and recommendations.

use muster_record::ids::{ProposalNo, RecommendationNo};
use muster_record::incident::decisions::{Command, Fact, Reasons, Weighed};

use crate::at::At;
use crate::limits::MAX_LIST;
use crate::v1;
use crate::v1::command::Command as Asked;
use crate::v1::entry::Body;
use crate::words::Word as _;

pub(crate) fn recommend(at: &mut At<'_>, wire: &v1::RecordRecommendation) -> Option<Command> {
    let v1::RecordRecommendation { panel, to, text } = wire;
    let panel = at.field("panel").word(*panel);
    let to = match to.as_slice() {
        [] => at.field("to").wrong("is not set"),
        to => at.field("to").list(to, MAX_LIST, |at, office| at.word(*office)),
    };
    let text = at.field("text").long_text(text);
    Some(Command::Recommend { panel: panel?, to: to?, text: text? })
}

pub(crate) fn decide(at: &mut At<'_>, wire: &v1::MakeDecision) -> Option<Command> {
    let v1::MakeDecision { question, chosen, reasons, proposal, recommendation } = wire;
    let question = at.field("question").text(question);
    let chosen = at.field("chosen").text(chosen);
    let reasons = at.field("reasons").required(reasons.as_ref(), read_reasons);
    let proposal = at.field("proposal").optional(proposal.as_ref(), |at, number| at.number(*number, ProposalNo));
    let recommendation =
        at.field("recommendation").optional(recommendation.as_ref(), |at, number| at.number(*number, RecommendationNo));
    Some(Command::Decide {
        question: question?,
        chosen: chosen?,
        reasons: reasons?,
        proposal: proposal?,
        recommendation: recommendation?,
    })
}

fn read_reasons(at: &mut At<'_>, wire: &v1::Reasons) -> Option<Reasons> {
    let v1::Reasons { information, risk_and_strategy, powers_and_policy, options, action_and_review } = wire;
    let information = at.field("information").long_text(information);
    let risk_and_strategy = at.field("risk_and_strategy").long_text(risk_and_strategy);
    let powers_and_policy = at.field("powers_and_policy").long_text(powers_and_policy);
    let options = at.field("options").list(options, MAX_LIST, read_weighed);
    let action_and_review = at.field("action_and_review").long_text(action_and_review);
    Some(Reasons {
        information: information?,
        risk_and_strategy: risk_and_strategy?,
        powers_and_policy: powers_and_policy?,
        options: options?,
        action_and_review: action_and_review?,
    })
}

fn read_weighed(at: &mut At<'_>, wire: &v1::WeighedOption) -> Option<Weighed> {
    let v1::WeighedOption { title, suitability, feasibility, acceptability } = wire;
    let title = at.field("title").text(title);
    let suitability = at.field("suitability").word(*suitability);
    let feasibility = at.field("feasibility").word(*feasibility);
    let acceptability = at.field("acceptability").word(*acceptability);
    Some(Weighed { title: title?, suitability: suitability?, feasibility: feasibility?, acceptability: acceptability? })
}

fn write_reasons(reasons: &Reasons) -> v1::Reasons {
    let Reasons { information, risk_and_strategy, powers_and_policy, options, action_and_review } = reasons;
    v1::Reasons {
        information: information.clone(),
        risk_and_strategy: risk_and_strategy.clone(),
        powers_and_policy: powers_and_policy.clone(),
        options: options.iter().map(write_weighed).collect(),
        action_and_review: action_and_review.clone(),
    }
}

fn write_weighed(weighed: &Weighed) -> v1::WeighedOption {
    let Weighed { title, suitability, feasibility, acceptability } = weighed;
    v1::WeighedOption {
        title: title.clone(),
        suitability: suitability.write(),
        feasibility: feasibility.write(),
        acceptability: acceptability.write(),
    }
}

pub(crate) fn write(command: &Command) -> Asked {
    match command {
        Command::Recommend { panel, to, text } => Asked::RecordRecommendation(v1::RecordRecommendation {
            panel: panel.write(),
            to: to.iter().map(|office| office.write()).collect(),
            text: text.clone(),
        }),
        Command::Decide { question, chosen, reasons, proposal, recommendation } => {
            Asked::MakeDecision(v1::MakeDecision {
                question: question.clone(),
                chosen: chosen.clone(),
                reasons: Some(write_reasons(reasons)),
                proposal: proposal.map(|number| number.0),
                recommendation: recommendation.map(|number| number.0),
            })
        }
    }
}

pub(crate) fn fact(fact: &Fact) -> Body {
    match fact {
        Fact::Recommended { recommendation, panel, to, text } => Body::RecommendationMade(v1::RecommendationMade {
            recommendation: recommendation.0,
            panel: panel.write(),
            to: to.iter().map(|office| office.write()).collect(),
            text: text.clone(),
        }),
        Fact::Decided { decision, office, question, chosen, reasons, key, recommendation } => {
            Body::DecisionMade(v1::DecisionMade {
                decision: decision.0,
                office: office.write(),
                question: question.clone(),
                chosen: chosen.clone(),
                reasons: Some(write_reasons(reasons)),
                key: key.clone(),
                recommendation: recommendation.map(|number| number.0),
            })
        }
    }
}
