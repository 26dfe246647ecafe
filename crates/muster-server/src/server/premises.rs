//! What the listeners of a server have in common, and what each of them has of its own.

use std::path::PathBuf;
use std::sync::Arc;

use muster_coordinator::Coordinator;
use muster_exercise::Exercises;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use super::routes::{self, Speaks};
use super::tls::Handshakes;
use super::{Outbound, ServeError};
use crate::access::Registry;
use crate::connection::{Accepting, Arriving, Certificates};
use crate::door::Keeper;
use crate::exercising::Inside;
use crate::follow::Followed;
use crate::identity::Wall;
use crate::people::People;
use crate::quota::{Limits, Quotas};

/// Who is let in, and with what.
pub struct Systems {
    /// How to shake hands, with the certificates as they are now.
    pub handshakes: Followed<Handshakes>,
    /// The trust domain in the URIs of client certificates.
    pub trust_domain: String,
    /// Which systems may call, and what they may do.
    pub registry: Followed<Registry>,
    /// Whose tokens are believed.
    pub providers: People,
    /// How much one agency may take of the server, now.
    pub limits: Followed<Limits>,
    /// The time by which certificates and tokens run out.
    pub wall: Wall,
    /// What goes out, and how.
    pub outbound: Outbound,
}

/// A task that serves, until it is stopped or fails.
type Serving = JoinHandle<Result<(), ServeError>>;

/// Serves the API to partner systems on connections from elsewhere than a port of this machine, as a simulation does.
///
/// The handshake, the door and what is behind it are those of [`super::Server`], which has other listeners too, delivers
/// webhooks and moves exercises on.
///
/// # Errors
/// When a certificate cannot be used.
pub async fn serve_systems(
    coordinator: &Arc<Coordinator>,
    exercises: &Arc<Exercises>,
    systems: Systems,
    arriving: impl Arriving,
    stop: CancellationToken,
) -> Result<Serving, ServeError> {
    let inside = Inside::new(Arc::clone(exercises), stop.clone());
    Premises::of(coordinator, systems, stop).serve_systems(&inside, arriving).await
}

/// What the listeners of a server have in common.
pub(super) struct Premises {
    coordinator: Arc<Coordinator>,
    handshakes: Followed<Handshakes>,
    trust_domain: Arc<str>,
    registry: Followed<Registry>,
    people: Arc<People>,
    quotas: Arc<Quotas>,
    connections: usize,
    wall: Wall,
    outbound: Outbound,
    stop: CancellationToken,
}

impl Premises {
    pub(super) fn of(coordinator: &Arc<Coordinator>, systems: Systems, stop: CancellationToken) -> Self {
        let Systems { handshakes, trust_domain, registry, providers, mut limits, wall, outbound } = systems;
        let at_start = **limits.borrow_and_update();
        let quotas = Arc::new(Quotas::new(at_start));
        let in_force = Arc::clone(&quotas);
        tokio::spawn(async move {
            while limits.changed().await.is_ok() {
                in_force.set(**limits.borrow_and_update());
            }
        });
        Self {
            coordinator: Arc::clone(coordinator),
            handshakes,
            trust_domain: trust_domain.into(),
            registry,
            people: Arc::new(providers),
            quotas,
            connections: at_start.connections,
            wall,
            outbound,
            stop,
        }
    }

    /// Serves systems, which have certificates.
    pub(super) async fn serve_systems(
        &self,
        inside: &Arc<Inside>,
        arriving: impl Arriving,
    ) -> Result<Serving, ServeError> {
        let accepting = self.accepting("api", Certificates::Required);
        let keeper = self.keeper(Certificates::Required);
        routes::serve(Speaks::Grpc, &self.coordinator, inside, &self.outbound, keeper, accepting, arriving).await
    }

    /// Serves people, who have tokens.
    pub(super) async fn serve_people(
        &self,
        inside: &Arc<Inside>,
        links: Option<PathBuf>,
        arriving: impl Arriving,
    ) -> Result<Serving, ServeError> {
        let accepting = self.accepting("people", Certificates::NotAsked);
        let keeper = self.keeper(Certificates::NotAsked);
        let speaks = Speaks::WithPeople { links };
        routes::serve(speaks, &self.coordinator, inside, &self.outbound, keeper, accepting, arriving).await
    }

    fn keeper(&self, certificates: Certificates) -> Keeper {
        Keeper {
            coordinator: Arc::clone(&self.coordinator),
            registry: self.registry.clone(),
            people: Arc::clone(&self.people),
            quotas: Arc::clone(&self.quotas),
            certificates,
            wall: Arc::clone(&self.wall),
        }
    }

    fn accepting(&self, name: &'static str, certificates: Certificates) -> Accepting {
        Accepting {
            name,
            handshakes: self.handshakes.clone(),
            trust_domain: Arc::clone(&self.trust_domain),
            quotas: Arc::clone(&self.quotas),
            connections: self.connections,
            certificates,
            stop: self.stop.clone(),
        }
    }
}
