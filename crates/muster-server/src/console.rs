//! The console: pages for people who are signed in, on their listener, through the same door as their calls.
//!
//! A page demands what the call demands that answers the same, asks the coordinator what that call asks, and writes by
//! the call itself. What is drawn is `muster-console`'s.

use std::path::PathBuf;
use std::sync::Arc;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::routing::{any, get, post};
use muster_console::{Frame, Who};
use muster_coordinator::Coordinator;
use muster_exercise::Exercise;
use muster_record::rights::Right;
use tokio_util::sync::CancellationToken;

use crate::bounds;
use crate::door::Keeper;
use crate::exercising::Inside;
use crate::identity::Caller;
use crate::record_service::Records;
use crate::watch::Doorbell;

mod approving;
mod beside;
mod deciding;
mod decision;
mod directing;
mod doing;
mod entering;
mod exercises;
mod explaining;
mod failing;
mod fields;
mod guard;
mod inside;
mod live;
mod opening;
mod pages;
mod papers;
mod record;
mod regions;
mod register;
mod rule_sets;
mod session;
mod starting;
mod statics;
mod writing;

pub(crate) use beside::BesideLayer;

/// Over what the pages stand.
enum Over {
    /// Live records; the exercises stand beside them.
    Live(Arc<Inside>),
    /// The records of an exercise.
    Exercise(Arc<Exercise>),
}

/// What pages are answered from.
pub(crate) struct Console {
    coordinator: Arc<Coordinator>,
    keeper: Arc<Keeper>,
    records: Records,
    links: Option<PathBuf>,
    /// What the addresses of its pages begin with.
    root: String,
    over: Over,
}

impl Console {
    /// A console over a coordinator, behind a door.
    pub(crate) fn new(
        coordinator: Arc<Coordinator>,
        keeper: Arc<Keeper>,
        inside: Arc<Inside>,
        stop: CancellationToken,
        links: Option<PathBuf>,
    ) -> Self {
        let doorbell = Doorbell::at(coordinator.tip(), stop.clone());
        let records = Records { coordinator: Arc::clone(&coordinator), doorbell, stop };
        Self { coordinator, keeper, records, links, root: String::new(), over: Over::Live(inside) }
    }

    /// Puts the console beside what else is spoken on its listener.
    pub(crate) fn beside(self) -> BesideLayer {
        BesideLayer(self.router())
    }

    fn router(self) -> Router {
        over_records()
            .merge(directed())
            .route("/sign-in", get(session::page).post(session::sign_in))
            .route("/sign-in/link/{secret}", get(session::link))
            .route("/sign-out", post(session::sign_out))
            .route("/static/{file}", get(statics::file))
            .fallback(failing::no_such_page)
            .method_not_allowed_fallback(failing::no_such_page)
            .layer(DefaultBodyLimit::max(bounds::FORM))
            .layer(axum::middleware::from_fn(guard::guard))
            .with_state(Arc::new(self))
    }

    /// Whoever is signed in, as pages name them.
    fn who(&self, caller: &Caller) -> Who {
        let agency = caller.agency.clone();
        let title = self.coordinator.directory().get(&agency).map(|known| known.title.clone());
        Who {
            title: title.unwrap_or_else(|| agency.to_string()),
            person: caller.person.as_ref().map(|person| person.id.clone()).unwrap_or_default(),
            offices: caller.person.as_ref().map(|person| person.offices.clone()).unwrap_or_default(),
            may_write: caller.reach.allows(Right::Write),
            agency,
        }
    }

    fn frame(&self, caller: &Caller) -> Frame {
        let frame = Frame::of(&self.root, self.who(caller));
        match &self.over {
            Over::Live(_) => frame,
            Over::Exercise(exercise) => frame.within(inside::within(exercise)),
        }
    }
}

/// The pages over records, live or of an exercise.
fn over_records() -> Router<Arc<Console>> {
    Router::new()
        .route("/", get(pages::incidents))
        .route("/live", get(live::all))
        .route("/incidents/{id}", get(pages::overview))
        .route("/incidents/{id}/advice", get(pages::advice))
        .route("/incidents/{id}/questions", get(pages::questions))
        .route("/incidents/{id}/actions", get(pages::actions))
        .route("/incidents/{id}/people", get(pages::people))
        .route("/incidents/{id}/report", get(pages::report))
        .route("/incidents/{id}/briefings", get(papers::briefings))
        .route("/incidents/{id}/briefings/{kind}", get(papers::briefing))
        .route("/incidents/{id}/briefings/{kind}/{format}", get(papers::as_file))
        .route("/incidents/{id}/people.csv", get(papers::people))
        .route("/incidents/{id}/offers.csv", get(papers::offers))
        .route("/incidents/{id}/actions.csv", get(papers::actions))
        .route("/incidents/{id}/calendar.ics", get(papers::calendar))
        .route("/incidents/{id}/situation.json", get(papers::situation))
        .route("/incidents/{id}/record", get(record::record))
        .route("/incidents/{id}/live", get(live::one))
        .route("/incidents/{id}/why/{proposal}", get(explaining::why))
        .route("/incidents/{id}/access/{seq}", get(explaining::access))
        .route("/incidents/{id}/clock", get(explaining::clock))
        .route("/incidents/{id}/adopt", post(writing::adopt))
        .route("/incidents/{id}/decline", post(writing::decline))
        .route("/incidents/{id}/answer", post(writing::answer))
        .route("/incidents/{id}/action", post(writing::action))
        .route("/incidents/{id}/join", post(writing::join))
        .route("/regions", get(regions::regions))
        .route("/regions/{id}", get(regions::region))
        .route("/regions/{id}/why", get(regions::why))
        .route("/regions/{id}/live", get(regions::live))
        .route("/register", get(register::register))
        .route("/register/imports", get(register::imports))
        .route("/register/services/{code}", get(register::service))
        .route("/rule-sets", get(rule_sets::rule_sets))
        .route("/rule-sets/{name}", get(rule_sets::rule_set))
        .route("/rule-sets/{name}/use", post(approving::propose_use))
        .route("/rule-sets/proposals/{number}", get(rule_sets::proposal))
        .route("/rule-sets/proposals/{number}/approve", post(approving::approve))
        .route("/rule-sets/proposals/{number}/withdraw", post(approving::withdraw))
        .merge(decided())
}

/// The pages about exercises, and those within them.
fn directed() -> Router<Arc<Console>> {
    Router::new()
        .route("/exercises", get(exercises::exercises))
        .route("/exercises/start", get(starting::form).post(starting::start))
        .route("/exercises/{id}", get(exercises::exercise))
        .route("/exercises/{id}/live", get(exercises::live))
        .route("/exercises/{id}/score", get(exercises::score))
        .route("/exercises/{id}/{what}", post(directing::does))
        .route("/exercises/{id}/play/", any(inside::answers))
        .route("/exercises/{id}/play/{*rest}", any(inside::answers))
}

/// The pages on which people decide and enter, and their forms.
fn decided() -> Router<Arc<Console>> {
    Router::new()
        .route("/open", get(opening::form).post(opening::open))
        .route("/incidents/{id}/options", get(deciding::options).post(deciding::decide))
        .route("/incidents/{id}/letters", get(deciding::letters).post(deciding::draft))
        .route("/incidents/{id}/places", get(deciding::places))
        .route("/incidents/{id}/manage", get(deciding::manage))
        .route("/incidents/{id}/made-of", get(deciding::made_of))
        .route("/incidents/{id}/meetings", get(pages::meetings))
        .route("/incidents/{id}/{what}", post(doing::does))
}
