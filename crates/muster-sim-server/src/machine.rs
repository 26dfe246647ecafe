//! The machine that the server runs on: what outlasts the process, and the process, which is the shipped server.

use std::cell::{Cell, RefCell};
use std::path::PathBuf;
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use muster_coordinator::{
    Coordinator, Directory, KeyRing, Owner, Parts, PeopleParts, RegisterParts, Revision, RuleSets, Shared, StartError,
    Surroundings as _, Threads,
};
use muster_exercise::{Bounds, ExerciseError, Exercises};
use muster_outbound::{Poster, Reaches, Webhooks};
use muster_record::evidence::key::SigningKey;
use muster_record::installing::Hands;
use muster_record::retention::Retention;
use muster_record::webhook::Patience;
use muster_rules::{Allocator, Host, HostLimits};
use muster_seal::KeyId;
use muster_server::access::Registry;
use muster_server::people::People;
use muster_server::{Followed, Handshakes, Limits, Outbound, Systems, serve_systems};
use muster_sim::{beside, disk};
use muster_store::{OpenError, Store};
use tempfile::TempDir;
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;
use zeroize::Zeroizing;

use crate::cast::{Cast, agencies};
use crate::clock::Clock;
use crate::network::Port;

/// The rule set that advises here: what it says changes when a moment has passed.
const RULE_SET: &str = "continuity-plans";

/// How long a supervisor waits before it starts again a server that did not start.
const STARTS_AGAIN: Duration = Duration::from_millis(500);

/// The machine.
pub struct Machine {
    /// For the lock beside the store, which is an ordinary file.
    folder: TempDir,
    host: Arc<Host>,
    /// Certificates.
    pub cast: Cast,
    /// Its clock.
    pub clock: Arc<Clock>,
    /// Who may call.
    pub registry: watch::Sender<Arc<Registry>>,
    /// Whether the server serves.
    pub is_up: Cell<bool>,
    /// How often it was started.
    pub starts: Cell<u64>,
    /// Failed syncs there had been when it was started last.
    pub failed_before: Cell<u64>,
    /// Why it does not start, where it does not.
    pub said: RefCell<String>,
    /// What somebody beside the writer was shown, whenever the log was about to be synced: incident, place and hash.
    pub beside: RefCell<Vec<(String, u64, Vec<u8>)>>,
    stop: RefCell<CancellationToken>,
}

impl Machine {
    /// A machine that is switched off, with an empty disk.
    pub fn new(clock: Arc<Clock>) -> Rc<Self> {
        let memory = std::path::Path::new("/dev/shm");
        let place = if memory.is_dir() { memory.to_owned() } else { std::env::temp_dir() };
        let limits = HostLimits { allocator: Allocator::OnDemand, ..HostLimits::default() };
        let cast = Cast::new();
        let (registry, _) = watch::channel(Arc::new(cast.registry(None)));
        Rc::new(Self {
            folder: tempfile::tempdir_in(place).expect("a folder for the lock can be made"),
            host: Arc::new(Host::new(limits).expect("the sandbox can be set up")),
            cast,
            clock,
            registry,
            is_up: Cell::new(false),
            starts: Cell::new(0),
            failed_before: Cell::new(0),
            said: RefCell::default(),
            beside: RefCell::default(),
            stop: RefCell::default(),
        })
    }

    /// Where the store is.
    pub fn store(&self) -> PathBuf {
        self.folder.path().join(muster_sim::world::FILE)
    }

    /// The keys of what is sealed.
    pub fn keys() -> KeyRing {
        KeyRing::of(KeyId::parse("k-1").expect("a name of ours is a name"), Zeroizing::new([7; 32]))
    }

    /// Has the server end as an operator ends it.
    pub fn asks_to_stop(&self) {
        self.stop.borrow().cancel();
    }

    /// The process: the shipped server, until it is stopped, or killed from outside.
    ///
    /// # Errors
    /// When it ends by itself.
    pub async fn runs(self: Rc<Self>) -> turmoil::Result {
        let stop = CancellationToken::new();
        self.stop.replace(stop.clone());
        let (coordinator, exercises) = loop {
            match self.starts() {
                Ok(started) => break started,
                // Whoever looks after the machine takes it from here.
                Err(_) if disk::with(|disk| disk.is_dead()) => std::future::pending().await,
                Err(why) => {
                    self.said.replace(why);
                    tokio::time::sleep(STARTS_AGAIN).await;
                }
            }
        };
        let systems = Systems {
            handshakes: unchanged(Handshakes::of(&self.cast.of_server())?),
            trust_domain: Cast::trust_domain(),
            registry: self.registry.subscribe(),
            providers: People::default(),
            limits: unchanged(Limits::default()),
            wall: {
                let clock = Arc::clone(&self.clock);
                Arc::new(move || clock.now())
            },
            outbound: nothing_goes_out(),
        };
        let serving = serve_systems(&coordinator, &exercises, systems, Port::listen().await?, stop.clone()).await?;
        self.starts.set(self.starts.get().saturating_add(1));
        self.failed_before.set(disk::with(|disk| disk.counts.syncs_failed));
        self.said.replace(String::new());
        self.has_somebody_look(&coordinator);
        self.is_up.set(true);
        stop.cancelled().await;
        self.is_up.set(false);
        let ended = tokio::time::timeout(Duration::from_secs(5), serving).await;
        coordinator.stop();
        if let Ok(ended) = ended {
            ended??;
        }
        Ok(())
    }

    /// Has somebody beside the writer look at what was committed last, whenever the log is about to be synced.
    fn has_somebody_look(self: &Rc<Self>, coordinator: &Arc<Coordinator>) {
        // Where the disk does not say, they are shown all of it once more.
        let mut after = coordinator.last_revision().unwrap_or(Revision(0));
        let (machine, coordinator) = (Rc::downgrade(self), Arc::downgrade(coordinator));
        beside::before_each_sync(move || {
            let (Some(machine), Some(coordinator)) = (machine.upgrade(), coordinator.upgrade()) else { return };
            for commit in coordinator.commits_since(after, usize::MAX).unwrap_or_default() {
                after = commit.revision();
                let shown = commit.entries().iter().map(Shared::sealed);
                let shown = shown.map(|sealed| (sealed.incident.to_string(), sealed.seq.0, sealed.hash.0.to_vec()));
                machine.beside.borrow_mut().extend(shown);
            }
        });
    }

    fn starts(&self) -> Result<(Arc<Coordinator>, Arc<Exercises>), String> {
        let store = Store::open(&self.store(), [7; 16]).map_err(|why: OpenError| told(&why))?;
        let mut rule_sets = RuleSets::new(Arc::clone(&self.host));
        let shipped = muster_shipped::SHIPPED.iter().find(|shipped| shipped.name == RULE_SET);
        let component = shipped.map(|shipped| shipped.component.to_vec()).unwrap_or_default();
        rule_sets.install(Owner::Lead, component, String::new()).map_err(|why| told(&why))?;
        let clock = Arc::<Clock>::clone(&self.clock);
        let coordinator = Coordinator::start(Parts {
            store: Box::new(store),
            rule_sets,
            directory: Directory::new(agencies()),
            surroundings: clock.clone(),
            threads: Threads::Callers,
            register: RegisterParts { maintained_by: [].into(), stale_after_days: 7 },
            signing: Some(SigningKey::from_seed(&[9; 32])),
            people: PeopleParts { keys: Self::keys(), retention: Retention::default() },
            installing: Hands::default(),
        });
        let coordinator = Arc::new(coordinator.map_err(|why: StartError| told(&why))?);
        let folder = self.folder.path().join("exercises");
        let no_stage = Arc::new(|_| Err(ExerciseError::NoSuch { given: "any".to_owned() }));
        let exercises = Exercises::open(folder, no_stage, clock, Bounds::default(), &coordinator);
        Ok((coordinator, exercises.map_err(|why| told(&why))?))
    }
}

/// What no file changes while a machine runs.
fn unchanged<T>(says: T) -> Followed<T> {
    watch::channel(Arc::new(says)).1
}

/// Webhooks and letters are not simulated: none is registered, and what would post has nothing to do.
fn nothing_goes_out() -> Outbound {
    let second = Duration::from_secs(1);
    let poster = Poster::new(Reaches::Public, second, second, 1_024, Some(rustls::RootCertStore::empty()));
    Outbound {
        webhooks: Webhooks { poster: poster.expect("TLS can be set up"), patience: Patience::default() },
        notify: None,
    }
}

fn told(why: &(dyn std::error::Error + 'static)) -> String {
    let causes = std::iter::successors(why.source(), |cause| cause.source());
    causes.fold(why.to_string(), |told, cause| format!("{told}: {cause}"))
}
