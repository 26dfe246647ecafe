//! Records what a panel recommends; decides, in the five slots of the Joint Decision Model.

use muster_record::advice::Answer;
use muster_record::agency::Office;
use muster_record::ids::{ProposalNo, RecommendationNo};
use muster_record::incident::decisions::{Command, Panel, Reasons, Weighed};

use super::super::line::Line;
use super::super::problem::Wrong;
use super::super::{Asked, Decision, ItemRef, OnProposal};
use super::{Read, Verb, advice, ready};

pub(super) const VERBS: &[Verb] = &[
    Verb {
        words: "records that the",
        form: "records that the PANEL recommends \"WHAT\" to OFFICE and OFFICE",
        read: |line| {
            let panel: Panel = line.listed("the panel")?;
            line.must("recommends")?;
            let text = line.text("what is recommended")?;
            line.must("to")?;
            let to: Vec<Office> = line.all_listed("the office")?;
            ready(Command::Recommend { panel, to, text })
        },
    },
    Verb {
        words: "decides",
        form: "decides \"QUESTION\": \"THE OPTION CHOSEN\" on KEY of RULE-SET, following N1, and below it, set in: \
            information: \"...\" risk and strategy: \"...\" powers and policy: \"...\" \
            option \"...\" suitable yes feasible yes acceptable unknown, action and review: \"...\"",
        read: decides,
    },
];

/// The option set that is answered.
enum Posed {
    Nowhere,
    Number(ProposalNo),
    Key(ItemRef),
}

fn decides(line: &mut Line<'_, '_>) -> Read {
    let question = line.text("what is decided on")?;
    let chosen = line.text("the option chosen")?;
    let posed = posed(line)?;
    line.breathe();
    let follows = line.skip("following");
    let recommendation = if follows { Some(RecommendationNo(line.numbered('N', "the recommendation")?)) } else { None };
    let decision = Decision { question, chosen, reasons: reasons(line)?, recommendation };
    Ok(vec![match posed {
        Posed::Nowhere => Asked::Ready(Box::new(decision.command(None))),
        Posed::Number(proposal) => Asked::Ready(Box::new(decision.command(Some(proposal)))),
        Posed::Key(item) => Asked::OfProposal { item, then: OnProposal::Decide(Box::new(decision)) },
    }])
}

fn posed(line: &mut Line<'_, '_>) -> Result<Posed, Wrong> {
    line.breathe();
    if !line.skip("on") {
        return Ok(Posed::Nowhere);
    }
    if line.skip("proposal") {
        return Ok(Posed::Number(ProposalNo(line.number("the number of the proposal")?)));
    }
    let _ = line.skip("options");
    let posed = advice::items(line, Some("options"))?.into_iter().next();
    posed.map(Posed::Key).ok_or_else(|| line.wrong_here("the key of the option set"))
}

fn reasons(line: &mut Line<'_, '_>) -> Result<Reasons, Wrong> {
    let (mut information, mut risk, mut powers, mut review) = (None, None, None, None);
    let mut options = Vec::new();
    loop {
        line.breathe();
        if line.skip("information") {
            information = Some(line.text("what is known")?);
        } else if line.skip_words("risk and strategy") {
            risk = Some(line.text("what could go wrong, and the strategy that follows")?);
        } else if line.skip_words("powers and policy") {
            powers = Some(line.text("what allows it")?);
        } else if line.skip("option") {
            options.push(option(line)?);
        } else if line.skip_words("action and review") {
            review = Some(line.text("what happens now, and when it is looked at again")?);
        } else {
            line.end()?;
            break;
        }
    }
    let missing = |slot: &str| line.wrong_before(&format!("the slot {slot:?} in the lines below, set in"));
    if options.is_empty() {
        return Err(missing("option"));
    }
    Ok(Reasons {
        information: information.ok_or_else(|| missing("information:"))?,
        risk_and_strategy: risk.ok_or_else(|| missing("risk and strategy:"))?,
        powers_and_policy: powers.ok_or_else(|| missing("powers and policy:"))?,
        options,
        action_and_review: review.ok_or_else(|| missing("action and review:"))?,
    })
}

fn option(line: &mut Line<'_, '_>) -> Result<Weighed, Wrong> {
    let title = line.text("the option")?;
    let weigh = |line: &mut Line<'_, '_>, word: &str| -> Result<Answer, Wrong> {
        line.breathe();
        line.must(word)?;
        line.listed("yes, no or unknown")
    };
    let suitability = weigh(line, "suitable")?;
    let feasibility = weigh(line, "feasible")?;
    let acceptability = weigh(line, "acceptable")?;
    Ok(Weighed { title, suitability, feasibility, acceptability })
}
