//! The pages on which people decide and enter: options, letters, places and transport, and the incident's course.

use std::sync::Arc;

use axum::Form;
use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse as _, Redirect, Response};
use http::StatusCode;
use http::request::Parts;
use muster_console::{
    CHANGE_ASKED, LettersPage, MadeOfPage, Makers, ManagePage, Number, OptionsPage, PlacesPage, Typed,
};
use muster_coordinator::QueryError;
use muster_record::entry::{Entry, Sealed};
use muster_record::fact::Family;
use muster_record::ids::Seq;
use muster_record::incident::communications;
use serde::Deserialize;
use tonic::{Code, Status};

use super::Console;
use super::decision::{decision, own_option};
use super::entering::{Entered, page};
use super::failing::Failed;
use super::fields::{Fields, one, word};
use super::pages::request;
use crate::glass::Looker;
use crate::{bounds, status};

const GET: &str = "/muster.v1.IncidentService/GetIncident";
const PROPOSALS: &str = "/muster.v1.AdviceService/ListProposals";
const READ: &str = "/muster.v1.RecordService/Read";

impl Console {
    /// The entries that whoever asks sees and that say such a thing, in order. `wanted` is asked of the family and the
    /// text as it is kept, so that of a long record only what is shown is opened.
    async fn told(&self, entered: &Entered, wanted: impl Fn(Family, &str) -> bool) -> Result<Vec<Entry>, Failed> {
        let not_read = |error: QueryError| Failed::from(status::not_read(&error));
        let (mut found, mut after) = (Vec::new(), Seq(0));
        loop {
            let stored = self.coordinator.entries(&entered.id, after, bounds::READ_PAGE).map_err(not_read)?;
            let Some(last) = stored.last() else { break };
            after = last.sealed.seq;
            for one in stored.into_iter().filter(|one| may_be(&one.sealed, &wanted)) {
                let labels = one.sealed.labels().map_err(|broken| not_read(broken.into()))?;
                if !entered.viewing.access.sees(&labels, entered.viewing.at).is_seen() {
                    continue;
                }
                if let Some(entry) = one.sealed.open_unless_erased().map_err(|broken| not_read(broken.into()))? {
                    found.push((one.sealed, entry));
                }
            }
        }
        let sealed = found.iter().map(|(sealed, _)| sealed);
        Looker::of(&entered.caller).is_served(&self.coordinator, &entered.id, &entered.viewing, sealed).await?;
        Ok(found.into_iter().map(|(_, entry)| entry).collect())
    }

    async fn options_page(&self, entered: Entered, typed: &Typed) -> Result<Response, Failed> {
        let decided = self.told(&entered, |family, _| family == Family::Decisions).await?;
        page(&OptionsPage::new(entered.frame, &entered.incident, &decided, typed, &request()))
    }

    async fn letters_page(&self, entered: Entered, typed: &Typed) -> Result<Response, Failed> {
        let of_letters = |family, text: &str| {
            family == Family::Communications || (family == Family::Log && text.contains(CHANGE_ASKED))
        };
        let told = self.told(&entered, of_letters).await?;
        page(&LettersPage::new(entered.frame, &entered.incident, &told, typed, &request(), entered.at))
    }
}

/// Whether an entry is looked for, without opening it. What cannot be told from its text is looked into.
fn may_be(sealed: &Sealed, wanted: impl Fn(Family, &str) -> bool) -> bool {
    sealed.payload().is_some_and(|text| sealed.family().is_none_or(|family| wanted(family, text)))
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
    let known: Vec<_> = console.coordinator.directory().iter().collect();
    let known = known.iter().map(AsRef::as_ref);
    page(&ManagePage::new(entered.frame, &entered.incident, known, &request(), entered.at))
}

/// Which number is asked for.
#[derive(Debug, Deserialize)]
pub(super) struct Asked {
    what: String,
    before: Option<u64>,
}

pub(super) async fn made_of(
    State(console): State<Arc<Console>>,
    Path(id): Path<String>,
    Query(asked): Query<Asked>,
    parts: Parts,
) -> Result<Response, Failed> {
    let number = Number::of(&asked.what).ok_or(Failed::NoSuchPage)?;
    let entered = console.enter(&parts, READ, &id).await?;
    let (before, newest) = entered.before(asked.before);
    let makes = |sealed: &Sealed| may_be(sealed, |family, _| number.made_by().contains(&family));
    // What the reader does not see is a stub, which says nothing.
    let (lines, older) = console.lines(&entered, before, makes, |line| line.told.is_some()).await?;
    page(&MadeOfPage::new(entered.frame, &entered.incident, number, &Makers { lines, older, newest }))
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
