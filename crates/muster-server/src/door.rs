//! The door: every call passes it before any service sees it, on each listener by its own rule.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use http::HeaderMap;
use http::header::{AUTHORIZATION, HOST, ORIGIN};
use http::request::Parts;
use muster_coordinator::Coordinator;
use muster_record::ids::AgencyId;
use muster_record::rights::Purpose;
use thiserror::Error;
use tonic::Status;
use tonic::body::Body;
use tower::{Layer, Service};

use crate::access::{NobodyNamed, Presented, Registry};
use crate::connection::{Certificates, Peer};
use crate::follow::Followed;
use crate::identity::{Caller, Lapsed, Pass, Standing, Wall};
use crate::people::{NoToken, People, Person};
use crate::quota::{Counted, Quotas};
use crate::rights::{Demand, demand};
use crate::{deadline, status, traces};

/// The metadata that says what a call is made for.
const PURPOSE: &str = "muster-purpose";

/// Why a call was not let in. Logged; the caller is only told that its credentials do not do.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
enum TurnedAway {
    #[error(transparent)]
    Certificate(#[from] NobodyNamed),
    #[error(transparent)]
    Token(#[from] NoToken),
    #[error(transparent)]
    Lapsed(#[from] Lapsed),
}

/// What decides who is let in at one listener.
pub(crate) struct Keeper {
    pub(crate) coordinator: Arc<Coordinator>,
    pub(crate) registry: Followed<Registry>,
    pub(crate) people: Arc<People>,
    pub(crate) quotas: Arc<Quotas>,
    pub(crate) certificates: Certificates,
    pub(crate) wall: Wall,
}

impl Keeper {
    /// The caller of a request, or what it is told instead.
    async fn lets_in(&self, parts: &Parts) -> Result<Caller, Status> {
        same_origin(parts)?;
        self.admits(parts, parts.uri.path(), token(&parts.headers)).await
    }

    /// The caller of a page, which demands what the call of that path does. Their token comes in the header, as a
    /// gateway puts it there, or in the session's cookie.
    pub(crate) async fn lets_in_to_page(
        &self,
        parts: &Parts,
        method: &str,
        session: Option<&str>,
    ) -> Result<Caller, Status> {
        self.admits(parts, method, token(&parts.headers).map(|given| given.or(session))).await
    }

    /// The person whom a token names that was given to sign in with, and by whom it will be borne on this listener.
    pub(crate) async fn signs_in(&self, peer: &Peer, token: &str) -> Result<Person, Status> {
        self.quotas.call(&Counted::Address(peer.address.ip())).map_err(status::rate_limited)?;
        let turned_away = |why: TurnedAway| {
            tracing::warn!(%why, peer = %peer.address, "a person was not signed in");
            status::credential_invalid()
        };
        let person = self.people.person(token, (self.wall)(), None).await;
        let person = person.map_err(|why| turned_away(why.into()))?;
        self.known(&person.agency).map_err(|why| turned_away(why.into()))?;
        Ok(person)
    }

    async fn admits(
        &self,
        parts: &Parts,
        method: &str,
        token: Result<Option<&str>, NoToken>,
    ) -> Result<Caller, Status> {
        let peer = parts.extensions.get::<Peer>().cloned().ok_or_else(status::credential_invalid)?;
        // What is no method's is answered so to whoever is known, and to nobody else.
        let demanded = demand(method);
        let named = purpose(&parts.headers)?;
        let turned_away = |why: TurnedAway| {
            tracing::warn!(%why, peer = %peer.address, path = parts.uri.path(), "a call was refused at the door");
            status::credential_invalid()
        };
        let presented = self.presented(&peer).map_err(turned_away)?;
        let counted = match &presented {
            Some(presented) => Counted::Agency(presented.agency.clone()),
            None => Counted::Address(peer.address.ip()),
        };
        self.quotas.call(&counted).map_err(status::rate_limited)?;
        let person = self.person(token, presented.as_deref()).await.map_err(turned_away)?;
        let agency = match (&presented, &person) {
            (Some(presented), _) => presented.agency.clone(),
            (None, Some(person)) => person.agency.clone(),
            (None, None) => return Err(turned_away(NoToken::Missing.into())),
        };
        if presented.is_none() {
            self.quotas.call(&Counted::Agency(agency.clone())).map_err(status::rate_limited)?;
        }
        let system = presented.as_ref().map(|presented| presented.system.clone());
        let pass = Pass {
            registry: self.registry.clone(),
            presented,
            person: person.clone(),
            named,
            demand: demanded.unwrap_or(Demand::Known),
            wall: Arc::clone(&self.wall),
            quotas: Arc::clone(&self.quotas),
        };
        let Standing { reach, purpose } = pass.standing().map_err(|why| turned_away(why.into()))?;
        match demanded.map(|demand| demand.met(&reach)) {
            None => return Err(Status::unimplemented("")),
            Some(Err(right)) => {
                let who = person.as_ref().map(|person| person.id.as_str());
                tracing::info!(%agency, system, who, %right, path = parts.uri.path(), "a right is missing");
                return Err(status::right_missing(right));
            }
            Some(Ok(())) => (),
        }
        Ok(Caller { agency, system, person, reach, purpose, pass })
    }

    /// The certificate that the call came with, on a listener that asks for one.
    fn presented(&self, peer: &Peer) -> Result<Option<Arc<Presented>>, TurnedAway> {
        match self.certificates {
            Certificates::NotAsked => Ok(None),
            Certificates::Required => {
                let presented = peer.presented.as_ref().as_ref().map_err(Clone::clone)?;
                self.known(&presented.agency)?;
                // Before anything that costs more than a look: a suspended system is not worth a signature.
                self.registry.borrow().admits(presented, (self.wall)())?;
                Ok(Some(Arc::new(presented.clone())))
            }
        }
    }

    /// The person whose token came with the call, if one did.
    async fn person(
        &self,
        token: Result<Option<&str>, NoToken>,
        presented: Option<&Presented>,
    ) -> Result<Option<Arc<Person>>, TurnedAway> {
        let Some(token) = token? else { return Ok(None) };
        let person = self.people.person(token, (self.wall)(), presented.map(|presented| &presented.digest)).await?;
        if let Some(presented) = presented
            && presented.agency != person.agency
        {
            let (of, agency) = (person.agency, presented.agency.clone());
            return Err(NoToken::OtherAgency { of, agency }.into());
        }
        self.known(&person.agency)?;
        Ok(Some(Arc::new(person)))
    }

    fn known(&self, agency: &AgencyId) -> Result<(), NobodyNamed> {
        match self.coordinator.directory().get(agency) {
            Some(_) => Ok(()),
            None => Err(NobodyNamed::UnknownAgency(agency.clone())),
        }
    }
}

/// The one bearer token that the header of a request carries, if it carries an authorization at all.
fn token(headers: &HeaderMap) -> Result<Option<&str>, NoToken> {
    let mut given = headers.get_all(AUTHORIZATION).iter();
    match (given.next(), given.next()) {
        (None, _) => Ok(None),
        (Some(one), None) => bearer(one.as_bytes()).map(Some).ok_or(NoToken::NotBearer),
        (Some(_), Some(_)) => Err(NoToken::NotBearer),
    }
}

fn bearer(header: &[u8]) -> Option<&str> {
    let (scheme, token) = std::str::from_utf8(header).ok()?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then_some(token)
}

/// The purpose that a call names, if it names one.
fn purpose(headers: &HeaderMap) -> Result<Option<Purpose>, Status> {
    let mut given = headers.get_all(PURPOSE).iter();
    match (given.next(), given.next()) {
        (None, _) => Ok(None),
        (Some(one), None) => {
            let named = one.to_str().ok().and_then(|word| word.parse().ok());
            named.map(Some).ok_or_else(status::purpose_unknown)
        }
        (Some(_), Some(_)) => Err(status::purpose_unknown()),
    }
}

/// A browser says from which page a call comes. One of another origin is refused; no other origin is ever allowed.
fn same_origin(parts: &Parts) -> Result<(), Status> {
    let Some(origin) = parts.headers.get(ORIGIN) else { return Ok(()) };
    let host = parts.uri.authority().map(|authority| authority.as_str().as_bytes());
    let host = host.or_else(|| parts.headers.get(HOST).map(http::HeaderValue::as_bytes));
    if origin.as_bytes().strip_prefix(b"https://") == host && host.is_some() {
        return Ok(());
    }
    Err(status::origin_not_allowed())
}

/// Puts the door before a service.
#[derive(Clone)]
pub(crate) struct DoorLayer(pub(crate) Arc<Keeper>);

impl<S> Layer<S> for DoorLayer {
    type Service = Door<S>;

    fn layer(&self, inner: S) -> Door<S> {
        Door { keeper: Arc::clone(&self.0), inner }
    }
}

/// A service behind the door.
#[derive(Clone)]
pub(crate) struct Door<S> {
    keeper: Arc<Keeper>,
    inner: S,
}

impl<S> Service<http::Request<Body>> for Door<S>
where
    S: Service<http::Request<Body>, Response = http::Response<Body>> + Clone + Send + 'static,
    S::Future: Send,
{
    type Response = http::Response<Body>;
    type Error = S::Error;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, Self::Error>> + Send>>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, request: http::Request<Body>) -> Self::Future {
        let keeper = Arc::clone(&self.keeper);
        // The one that was found ready is the one that is called.
        let clone = self.inner.clone();
        let mut inner = std::mem::replace(&mut self.inner, clone);
        Box::pin(async move {
            let (mut parts, body) = request.into_parts();
            match keeper.lets_in(&parts).await {
                Ok(caller) => {
                    parts.extensions.insert(caller);
                    // No service has any use for it, and what is not handed on is not logged.
                    parts.headers.remove(AUTHORIZATION);
                    let allowed = deadline::allowed(parts.uri.path());
                    let step = traces::begun(&parts);
                    let trace = step.trace();
                    trace.around(deadline::within(allowed, inner.call(http::Request::from_parts(parts, body)))).await
                }
                Err(status) => Ok(status.into_http()),
            }
        })
    }
}
