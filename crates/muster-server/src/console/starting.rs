//! Starting an exercise by a form: by the call that partner systems make.

use std::sync::Arc;

use axum::Form;
use axum::extract::{Query, State};
use axum::response::{IntoResponse as _, Redirect, Response};
use http::StatusCode;
use http::request::Parts;
use muster_console::{Part, StartFrom, StartPage, Typed};
use muster_exercise::{Funding, Generated, Service, Why, generate, parse, scenario};
use muster_proto::v1;
use muster_proto::v1::exercise_service_server::ExerciseService as _;
use muster_proto::v1::start_exercise_request::From;
use serde::Deserialize;
use tonic::{Code, Status};

use super::Console;
use super::directing::{asked, wrong};
use super::entering::page;
use super::exercises::scenarios;
use super::failing::Failed;
use super::fields::{self, Field, Fields, all, number, one};
use super::pages::request;
use crate::identity::Caller;

const START: &str = "/muster.v1.ExerciseService/StartExercise";

/// What one is to be started from.
#[derive(Debug, Deserialize)]
pub(super) struct Wanted {
    #[serde(default)]
    from: String,
}

/// The parts of a script that people of agencies that this server knows can play.
fn parts_of(console: &Console, script: &str) -> Vec<Part> {
    let cast = parse(script).map(|script| script.agencies).unwrap_or_default();
    let known = cast.into_iter().filter(|cast| console.coordinator.directory().get(&cast.agency.id).is_some());
    known.map(|cast| Part { agency: cast.agency.id, title: cast.agency.title }).collect()
}

/// One that is made up, to know its agencies by: those do not depend on what is chosen.
const MADE_UP: Generated = Generated {
    service: Service::Residential,
    failure: Why::ProviderExit,
    people: 30,
    funding: Funding::Mixed,
    hour: 2,
    seed: 1,
};

impl Console {
    fn start_page(&self, caller: &Caller, from: &str, typed: Typed) -> Result<Response, Failed> {
        let (from, parts) = match from {
            "generated" => {
                let service = Service::ALL.iter().map(|word| word.word()).collect();
                let failure = Why::ALL.iter().map(|word| word.word()).collect();
                let funding = Funding::ALL.iter().map(|word| word.word()).collect();
                (StartFrom::MadeUp([service, failure, funding]), parts_of(self, &generate(&MADE_UP)))
            }
            "script" => {
                let known = self.coordinator.directory().iter();
                let parts = known.map(|known| Part { agency: known.id.clone(), title: known.title.clone() });
                (StartFrom::Script, parts.collect())
            }
            name => {
                let (known, script) = scenarios()
                    .zip(muster_exercise::SCENARIOS)
                    .find(|(one, _)| one.name == name)
                    .ok_or(Failed::NoSuchPage)?;
                (StartFrom::Scenario(known, script.script.to_owned()), parts_of(self, script.script))
            }
        };
        page(&StartPage::new(self.frame(caller), from, parts, typed, &request()))
    }
}

/// The form.
pub(super) async fn form(
    State(console): State<Arc<Console>>,
    Query(Wanted { from }): Query<Wanted>,
    parts: Parts,
) -> Result<Response, Failed> {
    let caller = console.caller(&parts, START).await?;
    console.start_page(&caller, &from, Typed::default())
}

/// Starts an exercise, or shows the form again with what was typed and what is wrong with it.
pub(super) async fn start(
    State(console): State<Arc<Console>>,
    parts: Parts,
    Form(fields): Form<Fields>,
) -> Result<Response, Failed> {
    let caller = console.caller(&parts, START).await?;
    let service = console.rehearsals()?;
    let started = async { service.start_exercise(asked(&caller, read(&fields)?)).await };
    match started.await {
        Ok(started) => {
            let id = started.into_inner().exercise.unwrap_or_default().exercise_id;
            Ok(Redirect::to(&format!("/exercises/{id}")).into_response())
        }
        Err(status) if status.code() == Code::InvalidArgument => {
            let typed = Typed { wrong: wrong(&status), fields };
            let from = one(&typed.fields, "from").to_owned();
            let shown = console.start_page(&caller, &from, typed)?;
            Ok((StatusCode::BAD_REQUEST, shown).into_response())
        }
        Err(status) => Err(Failed::from(status).back_to("/exercises")),
    }
}

/// What a form asks for.
fn read(given: &[Field]) -> Result<v1::StartExerciseRequest, Status> {
    let text = |name: &str| one(given, name).to_owned();
    let from = match one(given, "from") {
        "generated" => {
            let seed = one(given, "seed").parse().map_err(|_| fields::wrong("seed", "is no whole number"))?;
            From::Generated(v1::GeneratedScript {
                service: text("service"),
                failure: text("failure"),
                people: number(given, "people")?,
                funding: text("funding"),
                hour: number(given, "hour")?,
                seed,
            })
        }
        "script" => From::Script(text("script").replace("\r\n", "\n")),
        name => match scenario(name) {
            Some(known) => From::Scenario(known.name.to_owned()),
            None => return Err(fields::wrong("from", "is no scenario that ships")),
        },
    };
    let players = all(given, "players").map(ToOwned::to_owned).collect();
    Ok(v1::StartExerciseRequest {
        request_id: text("request"),
        from: Some(from),
        players,
        pace: number(given, "pace")?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn given(fields: &[(&str, &str)]) -> Result<v1::StartExerciseRequest, String> {
        let fields: Fields = fields.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        read(&fields).map_err(|status| wrong(&status).into_iter().map(|(field, _)| field).collect())
    }

    #[test]
    fn an_exercise_is_asked_for_from_each_of_the_three() {
        let made_up = given(&[
            ("from", "generated"),
            ("people", "12"),
            ("hour", "2"),
            ("seed", "7"),
            ("players", "cqc"),
            ("players", "qwu"),
            ("pace", "60"),
        ]);
        let made_up = made_up.unwrap();
        assert_eq!((made_up.players, made_up.pace), (vec!["cqc".to_owned(), "qwu".to_owned()], 60));
        let script = given(&[("from", "script"), ("script", "exercise \"x\"\r\nstart 2024-03-04"), ("pace", "0")]);
        assert_eq!(script.unwrap().from, Some(From::Script("exercise \"x\"\nstart 2024-03-04".to_owned())));
        assert!(given(&[("from", "moving-day"), ("pace", "1")]).is_ok());
        assert_eq!(given(&[("from", "no-such"), ("pace", "1")]), Err("from".to_owned()));
        assert_eq!(given(&[("from", "moving-day"), ("pace", "fast")]), Err("pace".to_owned()));
    }
}
