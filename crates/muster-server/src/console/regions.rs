//! Pages of regions: those that somebody may see, one of them, and why its numbers are what they are; live.

use std::collections::{BTreeMap, BTreeSet};
use std::convert::Infallible;
use std::sync::Arc;

use axum::body::{Body, Bytes};
use axum::extract::{Path, Query, State};
use axum::response::Response;
use http::request::Parts;
use muster_console::{Frame, Live, Region, RegionPage, RegionWhyPage, RegionsPage};
use muster_coordinator::Coordinator;
use muster_proto::v1;
use muster_proto::v1::region_service_server::RegionService as _;
use muster_proto::v1::watch_request::Scope;
use muster_proto::v1::watch_response::Event;
use muster_record::Incident;
use muster_record::entry::Hash;
use muster_record::ids::{AgencyId, IncidentId};
use muster_record::region::Picture;
use muster_record::situation::IncidentKind;
use muster_record::time::Instant;
use muster_record::visible::Reader;
use tokio::sync::mpsc;
use tokio_stream::wrappers::ReceiverStream;
use tokio_stream::{Stream, StreamExt as _};
use tonic::{Request, Status};

use super::Console;
use super::entering::{Entered, page};
use super::failing::Failed;
use super::live::{From, answer, event, last_word};
use crate::region_service::Regions;
use crate::{bounds, status};

const GET: &str = "/muster.v1.RegionService/GetRegion";
const WATCH: &str = "/muster.v1.RegionService/WatchRegion";

/// A regional incident that somebody entered, with what its pages are drawn from.
struct Seen {
    entered: Entered,
    picture: Picture,
    titles: BTreeMap<AgencyId, String>,
    seats: BTreeSet<IncidentId>,
}

/// What tells one picture from another, whatever the moment that it was drawn at.
fn told_apart(picture: &Picture) -> String {
    let fixed = Picture { at: Instant::default(), ..picture.clone() };
    Hash::of(format!("{fixed:?}").as_bytes()).to_string().chars().take(16).collect()
}

impl Console {
    async fn see(&self, parts: &Parts, id: &str) -> Result<Seen, Failed> {
        let not_read = |error| Failed::from(status::not_read(&error));
        let mut entered = self.enter(parts, GET, id).await?;
        let reader = entered.caller.reader();
        let picture = self.coordinator.picture(&reader, &entered.id).map_err(not_read)?;
        let titles = self.coordinator.directory().iter().map(|agency| (agency.id.clone(), agency.title.clone()));
        let mut seats = BTreeSet::new();
        for member in &picture.members {
            if self.coordinator.viewing(&reader, &member.incident).map_err(not_read)?.is_some() {
                seats.insert(member.incident.clone());
            }
        }
        let live = entered.frame.live.take().map(|live| Live {
            url: format!("{}/regions/{id}/live", self.root),
            resume: format!("{}.{}", live.resume, told_apart(&picture)),
        });
        entered.frame.live = live;
        Ok(Seen { titles: titles.collect(), picture, seats, entered })
    }
}

pub(super) async fn regions(State(console): State<Arc<Console>>, parts: Parts) -> Result<Response, Failed> {
    let caller = console.caller(&parts, GET).await?;
    let not_read = |error| Failed::from(status::not_read(&error));
    let (mut seen, reader) = (Vec::new(), caller.reader());
    let is_regional = |incident: &Arc<Incident>| incident.lifecycle.opening.kind == IncidentKind::Regional;
    for incident in console.all(&caller).await?.into_iter().filter(is_regional) {
        let picture = console.coordinator.picture(&reader, &incident.id).map_err(not_read)?;
        seen.push((incident, picture));
    }
    page(&RegionsPage::new(console.frame(&caller), &seen, console.coordinator.now()))
}

pub(super) async fn region(
    State(console): State<Arc<Console>>,
    Path(id): Path<String>,
    parts: Parts,
) -> Result<Response, Failed> {
    let Seen { entered, picture, titles, seats } = console.see(&parts, &id).await?;
    let Entered { frame, incident, at, caller: _, id: _, viewing: _ } = entered;
    let (register, today) = (console.coordinator.register(), console.coordinator.today());
    let (incident, picture, titles) = (&*incident, &picture, &titles);
    let of = Region { incident, picture, titles, seats: &seats, register: &register, today };
    page(&RegionPage::new(frame, &of, at))
}

pub(super) async fn why(
    State(console): State<Arc<Console>>,
    Path(id): Path<String>,
    parts: Parts,
) -> Result<Response, Failed> {
    let Seen { entered, picture, titles, seats } = console.see(&parts, &id).await?;
    let Entered { frame, incident, at: _, caller: _, id: _, viewing: _ } = entered;
    let (register, today) = (console.coordinator.register(), console.coordinator.today());
    let (incident, picture, titles) = (&*incident, &picture, &titles);
    let of = Region { incident, picture, titles, seats: &seats, register: &register, today };
    page(&RegionWhyPage::new(Frame { done: None, ..frame }, &of))
}

type Entries = std::pin::Pin<Box<dyn Stream<Item = Result<v1::WatchResponse, Status>> + Send>>;
type Pictures = std::pin::Pin<Box<dyn Stream<Item = Result<v1::WatchRegionResponse, Status>> + Send>>;

/// What an open page of a region follows: the regional record, and the picture over its members.
struct Following {
    coordinator: Arc<Coordinator>,
    reader: Reader,
    id: IncidentId,
    entries: Entries,
    pictures: Pictures,
    /// The place in the record, as the page knows it, and the picture that it shows.
    place: String,
    shown: String,
}

pub(super) async fn live(
    State(console): State<Arc<Console>>,
    Path(id): Path<String>,
    Query(from): Query<From>,
    parts: Parts,
) -> Result<Response, Failed> {
    let following = match console.follow_region(&parts, &id, &from.after).await {
        Ok(following) => following,
        Err(failed) => return Ok(Console::not_followed(failed)),
    };
    let (sender, receiver) = mpsc::channel(bounds::PAGE_WAITING);
    tokio::spawn(following.tell(sender));
    Ok(answer(Body::from_stream(ReceiverStream::new(receiver).map(Ok::<_, Infallible>))))
}

impl Console {
    async fn follow_region(&self, parts: &Parts, id: &str, after: &str) -> Result<Following, Failed> {
        let caller = self.caller(parts, WATCH).await?;
        let incident: IncidentId = id.parse().map_err(|_| Failed::NoSuchPage)?;
        let (place, shown) = after.split_once('.').unwrap_or((after, ""));
        let entries = self.watch(parts, Scope::IncidentId(id.to_owned()), place).await?;
        let reader = caller.reader();
        let mut asked = Request::new(v1::WatchRegionRequest { regional_incident_id: id.to_owned() });
        asked.extensions_mut().insert(caller);
        let regions = Regions { coordinator: Arc::clone(&self.coordinator), stop: self.records.stop.clone() };
        let pictures = regions.watch_region(asked).await?.into_inner();
        let (place, shown, coordinator) = (place.to_owned(), shown.to_owned(), Arc::clone(&self.coordinator));
        Ok(Following { coordinator, reader, id: incident, entries, pictures, place, shown })
    }
}

impl Following {
    /// Tells an open page when to draw itself again, until either side ends.
    async fn tell(mut self, page: mpsc::Sender<Bytes>) {
        if page.send(event("ready", "", None)).await.is_err() {
            return;
        }
        loop {
            let said = tokio::select! {
                biased;
                () = page.closed() => return,
                entry = self.entries.next() => self.of_entry(entry),
                picture = self.pictures.next() => self.of_picture(picture),
            };
            let Some((name, data)) = said else { return };
            let place = format!("{}.{}", self.place, self.shown);
            let told = format!("id: {place}\n{}", String::from_utf8_lossy(&event(name, data, None)));
            if page.send(told.into()).await.is_err() {
                return;
            }
        }
    }

    fn of_entry(&mut self, said: Option<Result<v1::WatchResponse, Status>>) -> Option<(&'static str, &'static str)> {
        match said? {
            Ok(v1::WatchResponse { event, resume }) => {
                if !resume.is_empty() {
                    self.place = super::live::place(&resume);
                }
                Some(match event {
                    Some(Event::Changes(_)) => ("advice", ""),
                    Some(Event::AccessEnded(_)) => {
                        ("ended", "Your agency no longer has access to this. Load the page again.")
                    }
                    Some(Event::Bookmark(_) | Event::Snapshot(_) | Event::Checkpoint(_)) | None => ("mark", ""),
                })
            }
            Err(status) => last_word(&status).map(|word| ("ended", word)),
        }
    }

    fn of_picture(
        &mut self,
        said: Option<Result<v1::WatchRegionResponse, Status>>,
    ) -> Option<(&'static str, &'static str)> {
        match said? {
            Ok(v1::WatchRegionResponse { picture: _ }) => {
                let picture = self.coordinator.picture(&self.reader, &self.id).ok()?;
                let now = told_apart(&picture);
                // A page that shows it already is not drawn again.
                let is_shown = now == self.shown;
                self.shown = now;
                Some(if is_shown { ("mark", "") } else { ("advice", "") })
            }
            Err(status) => last_word(&status).map(|word| ("ended", word)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_picture_is_told_apart_by_what_it_shows_and_not_by_its_moment() {
        let region: IncidentId = "0123456789abcdef0123456789abcdef".parse().unwrap();
        let picture = Picture {
            region,
            at: Instant::default(),
            counts: muster_record::region::Counts::default(),
            duties_engaged: BTreeMap::new(),
            disagreements: 0,
            overdue: BTreeMap::new(),
            members: Vec::new(),
            unconfirmed: 0,
        };
        let later = Picture { at: "2024-03-04T09:00:00Z".parse().unwrap(), ..picture.clone() };
        let other = Picture { unconfirmed: 1, ..picture.clone() };
        assert_eq!(told_apart(&picture), told_apart(&later));
        assert_ne!(told_apart(&picture), told_apart(&other));
    }
}
