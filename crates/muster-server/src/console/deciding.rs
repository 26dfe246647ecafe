//! The pages on which people decide and enter: options, letters, places and transport, and the incident's course.

use std::sync::Arc;

use axum::Form;
use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse as _, Redirect, Response};
use http::StatusCode;
use http::request::Parts;
use muster_console::{LettersPage, Line, MadeOfPage, ManagePage, Number, OptionsPage, PlacesPage, Typed};
use muster_coordinator::{QueryError, Stored};
use muster_record::Fact;
use muster_record::entry::Entry;
use muster_record::ids::Seq;
use muster_record::incident::{communications, decisions, log};
use serde::Deserialize;
use tonic::{Code, Status};

use super::Console;
use super::decision::{decision, own_option};
use super::entering::{Entered, page};
use super::failing::Failed;
use super::fields::{Fields, one, word};
use super::pages::request;
use super::record::line;
use crate::glass::Looker;
use crate::{bounds, status, view};

const GET: &str = "/muster.v1.IncidentService/GetIncident";
const PROPOSALS: &str = "/muster.v1.AdviceService/ListProposals";
const READ: &str = "/muster.v1.RecordService/Read";

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
        let decided =
            self.told(&entered, |fact| matches!(fact, Fact::Decisions(decisions::Fact::Decided { .. }))).await?;
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
                return Ok(
                    Redirect::to(&format!("{}/incidents/{id}/options?done=decided", console.root)).into_response()
                );
            }
            Err(status) if can_be_put_right(&status) => vec![(String::new(), status.message().to_owned())],
            Err(status) => {
                return Err(Failed::from(status).back_to(&format!("{}/incidents/{id}/options", console.root)));
            }
        },
    };
    let own = own_option(&fields).map(|(_, title)| title.to_owned());
    fields.extend(own.map(|own| ("own".to_owned(), own)));
    let entered = console.enter(&parts, PROPOSALS, &id).await?;
    let shown = console.options_page(entered, &again(fields, wrong)).await?;
    Ok((StatusCode::BAD_REQUEST, shown).into_response())
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
                return Ok(
                    Redirect::to(&format!("{}/incidents/{id}/letters?done=drafted", console.root)).into_response()
                );
            }
            Err(status) if can_be_put_right(&status) => wrong.push((String::new(), status.message().to_owned())),
            Err(status) => {
                return Err(Failed::from(status).back_to(&format!("{}/incidents/{id}/letters", console.root)));
            }
        }
    }
    let entered = console.enter(&parts, READ, &id).await?;
    let shown = console.letters_page(entered, &again(fields, wrong)).await?;
    Ok((StatusCode::BAD_REQUEST, shown).into_response())
}
