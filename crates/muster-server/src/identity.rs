//! Who calls: the system in the client certificate and the person in the token, and nothing the message says.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use muster_record::Author;
use muster_record::agency::Office;
use muster_record::entry::Hand;
use muster_record::ids::AgencyId;
use muster_record::rights::{self, Purpose, Reach, Role};
use muster_record::time::Instant;
use muster_record::visible::Reader;
use tonic::{Request, Status};

use crate::access::{NobodyNamed, Presented, Registry, SignedIn};
use crate::follow::Followed;
use crate::people::Person;
use crate::quota::{Place, Quotas};
use crate::rights::Demand;
use crate::status;

/// Tells the time: the machine's, by which certificates and tokens run out, also where an exercise moves another clock.
pub type Wall = Arc<dyn Fn() -> Instant + Send + Sync>;

/// A caller that the door let in.
#[derive(Clone)]
pub(crate) struct Caller {
    /// The agency it belongs to.
    pub(crate) agency: AgencyId,
    /// The system, by the name in its certificate; none where a person called without one.
    pub(crate) system: Option<String>,
    /// The person who is signed in; none where the system acts by itself.
    pub(crate) person: Option<Arc<Person>>,
    /// How far it reaches: the least of what the system, the person and the purpose allow.
    pub(crate) reach: Reach,
    /// What the call is made for.
    pub(crate) purpose: Option<Purpose>,
    /// What it was let in with, which is looked at again as long as a stream is open.
    pub(crate) pass: Pass,
}

impl Caller {
    /// The caller as one who reads: its agency, and the classes it reaches.
    pub(crate) fn reader(&self) -> Reader {
        Reader { agency: self.agency.clone(), classes: self.reach.classes }
    }

    /// Whose hand writes.
    pub(crate) fn hand(&self) -> Hand {
        match &self.person {
            Some(person) => Hand::Person { person: person.id.clone(), system: self.system.clone() },
            None => Hand::System(self.system.clone().unwrap_or_default()),
        }
    }

    /// The author of what this caller writes for an office, or for none.
    ///
    /// # Errors
    /// When a person is signed in whose token does not have the office.
    pub(crate) fn author(&self, office: Option<Office>) -> Result<Author, Status> {
        self.acts_for(office)?;
        Ok(Author::by(self.agency.clone(), self.hand()).for_office(office))
    }

    /// That a command may be given for an office. A system that acts by itself speaks for its agency, as the record
    /// has it; a person needs to have the office.
    ///
    /// # Errors
    /// When a person is signed in whose token does not have it.
    pub(crate) fn acts_for(&self, office: Option<Office>) -> Result<(), Status> {
        match (&self.person, office) {
            (Some(person), Some(office)) if !person.offices.contains(&office) => Err(status::not_your_office(office)),
            (Some(_) | None, _) => Ok(()),
        }
    }
}

/// What a caller was let in with. It does not outlast its certificate, its token or the registry's word.
#[derive(Clone)]
pub(crate) struct Pass {
    pub(crate) registry: Followed<Registry>,
    pub(crate) presented: Option<Arc<Presented>>,
    pub(crate) person: Option<Arc<Person>>,
    pub(crate) named: Option<Purpose>,
    pub(crate) demand: Demand,
    pub(crate) wall: Wall,
    pub(crate) quotas: Arc<Quotas>,
}

impl Pass {
    /// That the caller may go on, and how far it reaches now.
    ///
    /// # Errors
    /// `CREDENTIAL_INVALID` when the certificate or token does not do any more, `RIGHT_MISSING` when a role was taken.
    pub(crate) fn check(&self) -> Result<Reach, Status> {
        let standing = self.standing().map_err(|why| {
            let uri = self.presented.as_ref().map(|presented| presented.uri.as_str());
            tracing::warn!(%why, uri, "a caller is not let in any more");
            status::credential_invalid()
        })?;
        self.demand.met(&standing.reach).map_err(status::right_missing)?;
        Ok(standing.reach)
    }

    /// What the registry and the clocks say of this caller now.
    pub(crate) fn standing(&self) -> Result<Standing, Lapsed> {
        let now = (self.wall)();
        if self.person.as_ref().is_some_and(|person| now >= person.expires) {
            return Err(Lapsed::Token);
        }
        let signed_in = if self.person.is_some() { SignedIn::Somebody } else { SignedIn::Nobody };
        let registry = self.registry.borrow();
        let (system, unattended) = match &self.presented {
            Some(presented) => {
                let roles = registry.admits(presented, now).map_err(Lapsed::Certificate)?;
                (roles.reach(signed_in), roles.unattended.clone())
            }
            None => (Reach::everything(), BTreeSet::new()),
        };
        let held: BTreeSet<Role> = self.person.as_ref().map_or(unattended, |person| person.roles.clone());
        let reach = rights::effective(system, &held, self.named);
        Ok(Standing { reach, purpose: self.named.or_else(|| rights::purpose_of(&held)) })
    }

    /// Returns when this has to be checked again: the registry changed, or something has run out.
    pub(crate) async fn rings(&mut self) {
        let now = (self.wall)();
        let until = |then: Instant| then.signed_duration_since(now).to_std().unwrap_or(Duration::ZERO);
        let lapses = [
            // The certificate's last second is within its time.
            self.presented
                .as_ref()
                .map(|presented| until(presented.not_after).saturating_add(Duration::from_millis(1))),
            self.person.as_ref().map(|person| until(person.expires)),
        ];
        let first = lapses.into_iter().flatten().min().unwrap_or(Duration::MAX);
        tokio::select! {
            changed = self.registry.changed() => if changed.is_err() {
                // The file is followed no more: only time is left to tell.
                tokio::time::sleep(first).await;
            },
            () = tokio::time::sleep(first) => (),
        }
    }

    /// A place for one watch of the agency, kept as long as the watch is open.
    ///
    /// # Errors
    /// When the agency has as many as it may.
    pub(crate) fn watch_place(&self, agency: &AgencyId) -> Result<Place, Status> {
        let most = self.quotas.watchers_per_agency();
        self.quotas.watcher(agency).ok_or_else(|| status::too_many_watches(most))
    }
}

/// What a caller may do at a moment.
pub(crate) struct Standing {
    /// How far it reaches.
    pub(crate) reach: Reach,
    /// What the call is made for.
    pub(crate) purpose: Option<Purpose>,
}

/// Why a caller may not go on. Logged; the caller is only told that its credentials do not do.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Lapsed {
    #[error(transparent)]
    Certificate(NobodyNamed),
    #[error("the token has expired")]
    Token,
}

/// The caller that the door let in.
pub(crate) fn of<T>(request: &Request<T>) -> Result<Caller, Status> {
    request.extensions().get::<Caller>().cloned().ok_or_else(status::credential_invalid)
}
