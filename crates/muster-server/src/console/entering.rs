//! Coming in to a page: through the door, with the right that the call demands, to one incident or to all.

use std::sync::Arc;

use axum::response::{Html, IntoResponse as _, Response};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use http::Method;
use http::request::Parts;
use muster_console::{Frame, Live};
use muster_coordinator::{QueryError, Viewing};
use muster_record::Incident;
use muster_record::ids::IncidentId;
use muster_record::time::Instant;
use tonic::Code;

use super::Console;
use super::failing::Failed;
use super::{guard, session};
use crate::glass::Looker;
use crate::identity::Caller;
use crate::status;
use crate::token::{Scope, Token};

/// An incident, and whoever looks at it.
pub(super) struct Entered {
    pub(super) caller: Caller,
    pub(super) id: IncidentId,
    pub(super) incident: Arc<Incident>,
    pub(super) viewing: Viewing,
    pub(super) frame: Frame,
    pub(super) at: Instant,
}

impl Entered {
    /// The place before which a page of the record begins, where one was asked for, and whether that is its end.
    pub(super) fn before(&self, asked: Option<u64>) -> (u64, bool) {
        let end = self.incident.seq.0.saturating_add(1);
        let before = asked.map_or(end, |asked| asked.min(end));
        (before, before == end)
    }
}

/// What was just done, by its word in an address.
pub(super) fn done(query: &str) -> Option<&'static str> {
    let word = query.split('&').find_map(|pair| pair.strip_prefix("done="))?;
    let told = match word {
        "adopted" => "Adopted. It is on the record, and what follows from it too.",
        "declined" => "Declined, with your reason on the record.",
        "answered" => "Answered. Rule sets look again.",
        "action" => "Written down.",
        "rules-approved" => "Approved. It is in force from now on, as the proposal says.",
        "rules-withdrawn" => "Withdrawn. It can never be approved.",
        "proposed" => "Proposed. Another person of your agency approves it.",
        "joined" => "Your agency has taken its seat.",
        "to-letters" => "Adopted. The draft stands below, and waits to be approved.",
        "opened" => "Opened. Your agency leads it; what needs you stands first.",
        "decided" => "Decided, with your reasons on the record. Rule sets look again.",
        "drafted" => "Drafted. It waits to be approved.",
        "approved" => "Approved. It can be issued.",
        "issued" => "Issued, and on the record how.",
        "change-asked" => "Asked for. Your words stand with the letter.",
        "offered" => "Offered. Rule sets look again.",
        "taken" => "Written down. What is free has changed.",
        "withdrawn" => "Withdrawn, with your reason on the record.",
        "registered" => "They are on the list.",
        "status" => "Written down. Clocks that wait for people follow.",
        "phase" => "The incident has gone over.",
        "closed" => "Closed. Nothing is written any more unless it is opened again.",
        "reopened" => "Opened again.",
        "amended" => "Put right.",
        "invited" => "Invited. It takes its seat itself.",
        "seat" => "Written down.",
        "office" => "Written down. The table shows who holds what.",
        "handed" => "Offered. It stays yours until it is taken over.",
        "raised" => "Raised. It stands in the column of whoever is to do it.",
        "called" => "Called. It stands in everybody's calendar.",
        "noted" => "Noted.",
        "asked" => "Asked.",
        "overridden" => "Overridden, with your reason on the record.",
        _ => return None,
    };
    Some(told)
}

/// A page as it is sent.
pub(super) fn page(drawn: &impl muster_console::Page) -> Result<Response, Failed> {
    Ok(Html(muster_console::html(drawn)?).into_response())
}

impl Console {
    /// Whoever asks for a page that demands what the call of that path does.
    pub(super) async fn caller(&self, parts: &Parts, method: &str) -> Result<Caller, Failed> {
        let session = session::of(&parts.headers);
        let entered = self.keeper.lets_in_to_page(parts, method, session.as_deref()).await;
        entered.map_err(|status| {
            if status.code() != Code::Unauthenticated {
                return status.into();
            }
            let wanted = match parts.method {
                Method::GET | Method::HEAD => parts.uri.path_and_query().map_or("/", |wanted| wanted.as_str()),
                // Where a form was sent to is no page: the incident that it was about is.
                _ => parts.uri.path().rsplit_once('/').map_or("/", |(page, _)| page),
            };
            let wanted = wanted.to_owned();
            match session {
                None if guard::is_from_elsewhere(&parts.headers) => Failed::FromElsewhere(wanted),
                Some(_) | None => Failed::NotSignedIn(wanted),
            }
        })
    }

    /// An incident as whoever asks may see it; a look through a broken glass is written down first.
    pub(super) async fn enter(&self, parts: &Parts, method: &str, id: &str) -> Result<Entered, Failed> {
        let caller = self.caller(parts, method).await?;
        let id: IncidentId = id.parse().map_err(|_| Failed::NoSuchPage)?;
        let query = parts.uri.query().unwrap_or_default();
        let done = done(query);
        let not_read = |error| Failed::from(status::not_read(&error));
        let reader = caller.reader();
        if done.is_some() && self.coordinator.viewing(&reader, &id).map_err(not_read)?.is_some() {
            // Whoever has just written wants to see what rule sets make of it; a page does not wait long for that. Who
            // has no seat does not wait at all, or the waiting would tell that there is such an incident.
            let settled = self.coordinator.advice_settles(&id);
            drop(tokio::time::timeout(crate::bounds::PAGE_ADVICE, settled).await);
        }
        let viewing = self.coordinator.viewing(&reader, &id).map_err(not_read)?;
        let viewing = viewing.ok_or_else(|| not_read(QueryError::NotPermitted))?;
        Looker::of(&caller).is_shown(&self.coordinator, &id, &viewing).await?;
        let revision = self.coordinator.last_revision().map_err(not_read)?.0;
        let incident = self.coordinator.incident(&reader, &id).map_err(not_read)?;
        let scope = Scope::Incident(id.clone());
        let from = Token { revision, seq: incident.seq, ..Token::at_the_beginning(&self.coordinator, scope) };
        let live =
            Live { url: format!("{}/incidents/{id}/live", self.root), resume: URL_SAFE_NO_PAD.encode(from.to_bytes()) };
        let frame = Frame { done, live: Some(live), ..self.frame(&caller) };
        Ok(Entered { frame, at: self.coordinator.now(), caller, id, incident, viewing })
    }
}
