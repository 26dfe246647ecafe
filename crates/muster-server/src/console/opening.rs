//! Opening an incident by a form: by the call that partner systems make.

use std::sync::Arc;

use axum::Form;
use axum::extract::State;
use axum::response::{IntoResponse as _, Redirect, Response};
use http::StatusCode;
use http::request::Parts;
use muster_console::{OpenPage, Typed};
use muster_coordinator::Takes;
use muster_proto::v1::incident_service_server::IncidentService as _;
use muster_proto::{command, v1};
use muster_record::agency::{Agency, AgencyKind};
use muster_record::incident::lifecycle::Opening;
use muster_record::situation::{Failure, Service};
use muster_record::time::Instant;
use tonic::{Code, Request};

use super::Console;
use super::entering::page;
use super::failing::Failed;
use super::fields::{Field, Fields, all, moment, number, one, slug, some, word};
use super::pages::request;
use crate::identity::Caller;
use crate::incident_service::Incidents;

const OPEN: &str = "/muster.v1.IncidentService/OpenIncident";

/// A field that cannot be read, and why.
type Wrong = (String, String);

impl Console {
    fn open_page(&self, caller: &Caller, typed: &Typed) -> Result<Response, Failed> {
        let known: Vec<_> = self.coordinator.directory().iter().collect();
        let councils = known
            .iter()
            .map(AsRef::as_ref)
            .filter(|of: &&Agency| matches!(of.kind, AgencyKind::Council | AgencyKind::PlacingAuthority));
        let rehearses = self.coordinator.takes() != Takes::Live;
        page(&OpenPage::new(self.frame(caller), councils, rehearses, typed, &request()))
    }
}

/// The form.
pub(super) async fn form(State(console): State<Arc<Console>>, parts: Parts) -> Result<Response, Failed> {
    let caller = console.caller(&parts, OPEN).await?;
    console.open_page(&caller, &Typed::default())
}

/// Opens an incident, or shows the form again with what was typed and what is wrong with it.
pub(super) async fn open(
    State(console): State<Arc<Console>>,
    parts: Parts,
    Form(fields): Form<Fields>,
) -> Result<Response, Failed> {
    let caller = console.caller(&parts, OPEN).await?;
    let wrong = match read(&fields, console.coordinator.now()) {
        Err(wrong) => wrong,
        Ok(opening) => {
            let options =
                v1::WriteOptions { request_id: one(&fields, "request").to_owned(), ..v1::WriteOptions::default() };
            let opening = Some(command::write_opening(&opening));
            let mut asked = Request::new(v1::OpenIncidentRequest { options: Some(options), opening });
            asked.extensions_mut().insert(caller.clone());
            let incidents =
                Incidents { coordinator: Arc::clone(&console.coordinator), stop: console.records.stop.clone() };
            match incidents.open_incident(asked).await {
                Ok(opened) => {
                    let id = opened.into_inner().incident_id;
                    return Ok(Redirect::to(&format!("{}/incidents/{id}?done=opened", console.root)).into_response());
                }
                Err(status) if matches!(status.code(), Code::InvalidArgument | Code::FailedPrecondition) => {
                    vec![(String::new(), status.message().to_owned())]
                }
                Err(status) => return Err(Failed::from(status).back_to(&format!("{}/open", console.root))),
            }
        }
    };
    let shown = console.open_page(&caller, &Typed { fields, wrong })?;
    Ok((StatusCode::BAD_REQUEST, shown).into_response())
}

/// What an incident is opened with, or all that is wrong with the form.
fn read(fields: &[Field], now: Instant) -> Result<Opening, Vec<Wrong>> {
    let mut wrong: Vec<Wrong> = Vec::new();
    let mut say = |field: &str, problem: &str| wrong.push((field.to_owned(), problem.to_owned()));
    let title = one(fields, "title").to_owned();
    if title.is_empty() {
        say("title", "Give it a title: the service or the provider");
    }
    let name = some(fields, "service").unwrap_or_else(|| slug(&title));
    let id = name.parse();
    if id.is_err() {
        say("service", "The name of the service has small letters, digits and hyphens only, as in rosebank-house");
    }
    let beds = some(fields, "beds").map(|_| number(fields, "beds")).transpose();
    if beds.is_err() {
        say("beds", "Beds are a whole number; leave it empty where it is not known");
    }
    let notified_at = moment(fields, "notified_at");
    match &notified_at {
        Ok(Some(at)) if *at > now => say("notified_at", "The moment at which your agency was told lies in the future"),
        Ok(Some(_)) => (),
        Ok(None) => say("notified_at", "Say when your agency was told: the 72 hours run from there"),
        Err(_) => say("notified_at", "Say when your agency was told as a day and time, as in 2024-03-04 08:40"),
    }
    let care_stops_at = moment(fields, "care_stops_at");
    if care_stops_at.is_err() {
        say("care_stops_at", "Say when care stops as a day and time, as in 2024-03-07 08:00, or leave it empty");
    }
    let failures: Result<Vec<Failure>, _> = all(fields, "failures").map(str::parse).collect();
    let chosen = (word(fields, "kind"), word(fields, "service_kind"), word(fields, "authority"));
    let answers = (word(fields, "national"), word(fields, "regulated"));
    match (id, beds, notified_at, care_stops_at, failures, chosen, answers) {
        (
            Ok(id),
            Ok(beds),
            Ok(Some(notified_at)),
            Ok(care_stops_at),
            Ok(failures),
            (Ok(kind), Ok(service_kind), Ok(authority)),
            (Ok(national), Ok(regulated)),
        ) if wrong.is_empty() => {
            let brand = some(fields, "brand");
            let service =
                Service { id, kind: service_kind, national, regulated, authority, beds, brand, risk_level: None };
            Ok(Opening {
                title,
                kind,
                failures,
                services: vec![service],
                region: some(fields, "region"),
                notified_at,
                care_stops_at,
                exercise: one(fields, "exercise") == "yes",
            })
        }
        (..) => {
            if wrong.is_empty() {
                wrong.push((String::new(), "Something in a list was not chosen".to_owned()));
            }
            Err(wrong)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn given(changed: &[(&str, &str)]) -> Result<Opening, Vec<String>> {
        let whole = [
            ("title", "Rosebank House"),
            ("kind", "provider-failure"),
            ("service_kind", "residential"),
            ("authority", "e08000026"),
            ("national", "no"),
            ("regulated", "yes"),
            ("beds", "48"),
            ("notified_at", "2024-03-04 08:40"),
            ("care_stops_at", ""),
            ("exercise", "yes"),
        ];
        let mut fields: Fields = whole.map(|(name, value)| (name.to_owned(), value.to_owned())).into();
        for (name, value) in changed {
            fields.retain(|(field, _)| field != name);
            fields.push(((*name).to_owned(), (*value).to_owned()));
        }
        let now = "2024-03-04T09:00:00Z".parse().unwrap();
        read(&fields, now).map_err(|wrong| wrong.into_iter().map(|(field, _)| field).collect())
    }

    #[test]
    fn an_opening_is_read_and_the_service_is_called_after_the_title() {
        let opening = given(&[("failures", "business-failure")]).unwrap();
        let service = opening.services.first().unwrap();
        assert_eq!((service.id.as_str(), service.beds), ("rosebank-house", Some(48)));
        assert_eq!((opening.exercise, opening.care_stops_at), (true, None));
        assert_eq!(opening.failures, [Failure::BusinessFailure]);
        assert!(!given(&[("exercise", "")]).unwrap().exercise);
    }

    #[test]
    fn each_field_that_cannot_be_read_is_named_all_at_once() {
        let wrong = given(&[("title", ""), ("beds", "many"), ("notified_at", "soon"), ("care_stops_at", "Thursday")]);
        assert_eq!(wrong.unwrap_err(), ["title", "service", "beds", "notified_at", "care_stops_at"]);
        assert_eq!(given(&[("notified_at", "2024-03-04 09:01")]).unwrap_err(), ["notified_at"]);
        assert_eq!(given(&[("kind", "party")]).unwrap_err(), [""]);
    }
}
