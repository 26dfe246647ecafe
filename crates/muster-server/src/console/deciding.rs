//! The pages on which people decide and enter: options, letters, places and transport, and the incident's course.

use std::sync::Arc;

use axum::Form;
use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse as _, Redirect, Response};
use http::StatusCode;
use http::request::Parts;
use muster_console::{LettersPage, Line, MadeOfPage, ManagePage, Number, OptionsPage, PlacesPage, Typed};
use muster_coordinator::{QueryError, Stored};
use muster_record::entry::Entry;
use muster_record::ids::{ProposalNo, RecommendationNo, Seq};
use muster_record::incident::decisions::{Command as Decision, Reasons, Weighed};
use muster_record::incident::{communications, decisions, log};
use muster_record::{Command, Fact};
use serde::Deserialize;
use tonic::{Code, Status};

use super::Console;
use super::entering::{Entered, page};
use super::failing::Failed;
use super::fields::{Field, Fields, number, one, some, word};
use super::pages::request;
use super::record::line;
use crate::glass::Looker;
use crate::{bounds, status, view};

const GET: &str = "/muster.v1.IncidentService/GetIncident";
const PROPOSALS: &str = "/muster.v1.AdviceService/ListProposals";
const READ: &str = "/muster.v1.RecordService/Read";
/// Options that one decision weighs at most.
const MOST_OPTIONS: usize = 40;

impl Console {
    /// The entries that whoever asks sees and that say such a thing, in order.
    async fn told(&self, entered: &Entered, wanted: impl Fn(&Fact) -> bool) -> Result<Vec<(Stored, Entry)>, Failed> {
        let not_read = |error: QueryError| Failed::from(status::not_read(&error));
        let (mut found, mut after) = (Vec::new(), Seq(0));
        loop {
            let stored = self.coordinator.entries(&entered.id, after, bounds::READ_PAGE).map_err(not_read)?;
            let Some(last) = stored.last() else { break };
            after = last.sealed.seq;
            for one in stored {
                let labels = one.sealed.labels().map_err(|broken| not_read(broken.into()))?;
                if !entered.viewing.access.sees(&labels, entered.viewing.at).is_seen() {
                    continue;
                }
                let open = one.sealed.open_unless_erased().map_err(|broken| not_read(broken.into()))?;
                if let Some(entry) = open.filter(|entry| wanted(&entry.fact)) {
                    found.push((one, entry));
                }
            }
        }
        let sealed = found.iter().map(|(stored, _)| &stored.sealed);
        Looker::of(&entered.caller).is_served(&self.coordinator, &entered.id, &entered.viewing, sealed).await?;
        Ok(found)
    }

    async fn options_page(&self, entered: Entered, typed: &Typed) -> Result<Response, Failed> {
        let decided = self.told(&entered, |fact| matches!(fact, Fact::Decisions(decisions::Fact::Decided { .. }))).await?;
        let decided: Vec<Entry> = decided.into_iter().map(|(_, entry)| entry).collect();
        page(&OptionsPage::new(entered.frame, &entered.incident, &decided, typed, &request()))
    }

    async fn letters_page(&self, entered: Entered, typed: &Typed) -> Result<Response, Failed> {
        let of_letters = |fact: &Fact| matches!(fact, Fact::Communications(_) | Fact::Log(log::Fact::Noted { .. }));
        let told = self.told(&entered, of_letters).await?;
        let told: Vec<Entry> = told.into_iter().map(|(_, entry)| entry).collect();
        page(&LettersPage::new(entered.frame, &entered.incident, &told, typed, &request(), entered.at))
    }
}

pub(super) async fn options(
    State(console): State<Arc<Console>>,
    Path(id): Path<String>,
    parts: Parts,
) -> Result<Response, Failed> {
    let entered = console.enter(&parts, PROPOSALS, &id).await?;
    console.options_page(entered, &Typed::default()).await
}

pub(super) async fn letters(
    State(console): State<Arc<Console>>,
    Path(id): Path<String>,
    parts: Parts,
) -> Result<Response, Failed> {
    let entered = console.enter(&parts, READ, &id).await?;
    console.letters_page(entered, &Typed::default()).await
}

pub(super) async fn places(
    State(console): State<Arc<Console>>,
    Path(id): Path<String>,
    parts: Parts,
) -> Result<Response, Failed> {
    let entered = console.enter(&parts, GET, &id).await?;
    page(&PlacesPage::new(entered.frame, &entered.incident, &request(), entered.at))
}

pub(super) async fn manage(
    State(console): State<Arc<Console>>,
    Path(id): Path<String>,
    parts: Parts,
) -> Result<Response, Failed> {
    let entered = console.enter(&parts, GET, &id).await?;
    let known = console.coordinator.directory().iter();
    page(&ManagePage::new(entered.frame, &entered.incident, known, &request(), entered.at))
}

/// Which number is asked for.
#[derive(Debug, Deserialize)]
pub(super) struct Asked {
    what: String,
}

pub(super) async fn made_of(
    State(console): State<Arc<Console>>,
    Path(id): Path<String>,
    Query(asked): Query<Asked>,
    parts: Parts,
) -> Result<Response, Failed> {
    let number = Number::of(&asked.what).ok_or(Failed::NoSuchPage)?;
    let entered = console.enter(&parts, READ, &id).await?;
    let told = console.told(&entered, |fact| number.is_made_by(fact)).await?;
    let mut lines: Vec<Line> = Vec::with_capacity(told.len());
    for (stored, _) in told.iter().rev() {
        let entry = view::stored(&entered.viewing, &stored.sealed).map_err(|error| status::not_read(&error))?;
        lines.push(line(&console.root, console.coordinator.directory(), &entry));
    }
    page(&MadeOfPage::new(entered.frame, &entered.incident, number, &lines))
}

/// Whether a form that was refused so stands again with what was typed: there is something in it to put right.
fn can_be_put_right(status: &Status) -> bool {
    matches!(status.code(), Code::InvalidArgument | Code::FailedPrecondition | Code::NotFound | Code::AlreadyExists)
}

fn again(fields: Fields, wrong: Vec<(String, String)>) -> Typed {
    Typed { fields, wrong }
}

/// Decides, or shows the form again with what was typed and what is wrong with it.
pub(super) async fn decide(
    State(console): State<Arc<Console>>,
    Path(id): Path<String>,
    parts: Parts,
    Form(mut fields): Form<Fields>,
) -> Result<Response, Failed> {
    let wrong = match decision(&fields) {
        Err(wrong) => wrong,
        Ok(command) => match console.writes(&parts, &id, &fields, Ok(vec![command])).await? {
            Ok(()) => {
                return Ok(Redirect::to(&format!("{}/incidents/{id}/options?done=decided", console.root)).into_response());
            }
            Err(status) if can_be_put_right(&status) => vec![(String::new(), status.message().to_owned())],
            Err(status) => return Err(Failed::from(status).back_to(&format!("{}/incidents/{id}/options", console.root))),
        },
    };
    let own = own_option(&fields).map(|(_, title)| title.to_owned());
    fields.extend(own.map(|own| ("own".to_owned(), own)));
    let entered = console.enter(&parts, PROPOSALS, &id).await?;
    let shown = console.options_page(entered, &again(fields, wrong)).await?;
    Ok((StatusCode::BAD_REQUEST, shown).into_response())
}

/// The places of the options in the form, with their titles.
fn titles(fields: &[Field]) -> impl Iterator<Item = (usize, &str)> {
    (1..=MOST_OPTIONS).map_while(|place| {
        let name = format!("title-{place}");
        let given = fields.iter().find(|(field, _)| *field == name)?;
        Some((place, given.1.trim()))
    })
}

/// The last option of the form, which the decider names.
fn own_option(fields: &[Field]) -> Option<(usize, &str)> {
    titles(fields).last()
}

/// The decision that a form holds, or all that is wrong with it.
fn decision(fields: &[Field]) -> Result<Command, Vec<(String, String)>> {
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

/// Drafts a letter, or shows the form again with what was typed and what is wrong with it.
pub(super) async fn draft(
    State(console): State<Arc<Console>>,
    Path(id): Path<String>,
    parts: Parts,
    Form(fields): Form<Fields>,
) -> Result<Response, Failed> {
    let needed = [
        ("title", "Give it a title"),
        ("audience", "Say who it is for"),
        ("body", "Write the text"),
        ("approved_by", "Say who approves it"),
    ];
    let empty = needed.iter().filter(|(name, _)| one(&fields, name).is_empty());
    let mut wrong: Vec<(String, String)> =
        empty.map(|(name, problem)| ((*name).to_owned(), (*problem).to_owned())).collect();
    if wrong.is_empty() {
        let text = |name: &str| one(&fields, name).to_owned();
        let command = word(&fields, "approved_by").map(|approved_by| {
            let (audience, title, body) = (text("audience"), text("title"), text("body"));
            vec![communications::Command::Draft { audience, title, body, approved_by }.into()]
        });
        match console.writes(&parts, &id, &fields, command).await? {
            Ok(()) => {
                return Ok(Redirect::to(&format!("{}/incidents/{id}/letters?done=drafted", console.root)).into_response());
            }
            Err(status) if can_be_put_right(&status) => wrong.push((String::new(), status.message().to_owned())),
            Err(status) => return Err(Failed::from(status).back_to(&format!("{}/incidents/{id}/letters", console.root))),
        }
    }
    let entered = console.enter(&parts, READ, &id).await?;
    let shown = console.letters_page(entered, &again(fields, wrong)).await?;
    Ok((StatusCode::BAD_REQUEST, shown).into_response())
}

#[cfg(test)]
mod tests {
    use muster_record::advice::Answer;

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
