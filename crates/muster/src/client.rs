//! A client of a Muster server: one connection over mutual TLS, and the services on it.

use std::net::SocketAddr;
use std::path::Path;

use anyhow::{Context as _, Result};
pub use muster_client::connecting::Bearer;
use muster_client::connecting::{self, Certificates, Server};
pub use muster_client::reason::{code as reason, told};
use muster_proto::v1;
use muster_proto::v1::advice_service_client::AdviceServiceClient;
use muster_proto::v1::audit_service_client::AuditServiceClient;
use muster_proto::v1::dispatch_service_client::DispatchServiceClient;
use muster_proto::v1::exercise_service_client::ExerciseServiceClient;
use muster_proto::v1::incident_service_client::IncidentServiceClient;
use muster_proto::v1::person_service_client::PersonServiceClient;
use muster_proto::v1::record_service_client::RecordServiceClient;
use muster_proto::v1::region_service_client::RegionServiceClient;
use muster_proto::v1::register_service_client::RegisterServiceClient;
use muster_proto::v1::rule_set_service_client::RuleSetServiceClient;
use muster_proto::v1::server_service_client::ServerServiceClient;
use muster_proto::v1::webhook_service_client::WebhookServiceClient;
use muster_record::agency::Office;
use tonic::metadata::{Ascii, MetadataValue};
use tonic::service::Interceptor;
use tonic::service::interceptor::InterceptedService;
use tonic::{Request, Status};

use crate::dev_certs::{Folder, Identity};

/// What calls go over: a connection with the token of whoever is signed in, and the exercise that they are for.
pub type Wire = InterceptedService<connecting::Wire, Inside>;

/// Which exercise calls are for, if they are for one.
#[derive(Debug, Clone)]
pub struct Inside(Option<MetadataValue<Ascii>>);

impl Interceptor for Inside {
    fn call(&mut self, mut request: Request<()>) -> Result<Request<()>, Status> {
        if let Some(exercise) = &self.0 {
            request.metadata_mut().insert("muster-exercise", exercise.clone());
        }
        Ok(request)
    }
}

/// A connection as one agency's system.
#[derive(Clone)]
pub struct Client {
    /// The same without an exercise.
    live: connecting::Wire,
    /// What all of these go over, for a call that none of them has.
    pub wire: Wire,
    /// Writes, reads and watches records.
    pub records: RecordServiceClient<Wire>,
    /// Opens and lists incidents.
    pub incidents: IncidentServiceClient<Wire>,
    /// Lists and explains proposals.
    pub advice: AdviceServiceClient<Wire>,
    /// Opens regional incidents and draws the picture over their members.
    pub regions: RegionServiceClient<Wire>,
    /// Imports published files, and asks what they say.
    pub register: RegisterServiceClient<Wire>,
    /// Tells and changes settings of rule sets.
    pub rule_sets: RuleSetServiceClient<Wire>,
    /// Writes down, tells and erases who the people are.
    pub people: PersonServiceClient<Wire>,
    /// Reads the audit.
    pub audits: AuditServiceClient<Wire>,
    /// Starts and directs exercises.
    pub exercises: ExerciseServiceClient<Wire>,
    /// Looks after webhooks.
    pub webhooks: WebhookServiceClient<Wire>,
    /// Has letters and e-mails sent.
    pub dispatches: DispatchServiceClient<Wire>,
    /// Says what the server is.
    pub info: ServerServiceClient<Wire>,
}

impl Client {
    /// Connects to a server on this machine, as the system that the identity names. Nobody is signed in.
    ///
    /// # Errors
    /// When there is no server, or it does not let the certificate in.
    pub async fn connect(server: SocketAddr, ca: &str, identity: &Identity) -> Result<Self> {
        Self::connect_for(Bearer::Nobody, server, ca, Some(identity)).await
    }

    /// Connects as a system, for whoever is signed in; without a system, where people are listened to.
    ///
    /// # Errors
    /// When there is no server, or it does not let the certificate in.
    pub async fn connect_for(
        bearer: Bearer,
        server: SocketAddr,
        ca: &str,
        identity: Option<&Identity>,
    ) -> Result<Self> {
        let own = identity.map(|of| (of.certificate.clone(), of.key.clone()));
        let certificates = Certificates { ca: ca.to_owned(), own };
        let server = Server { address: server.to_string(), name: "localhost".to_owned(), certificates, bearer };
        Ok(Self::over(server.connect().await?, None))
    }

    /// The same connection, for an exercise.
    ///
    /// # Errors
    /// When the id holds characters that no id has.
    pub fn inside(&self, exercise: &str) -> Result<Self> {
        let exercise = exercise.parse().context("the id of the exercise holds characters that no id has")?;
        Ok(Self::over(self.live.clone(), Some(exercise)))
    }

    fn over(live: connecting::Wire, exercise: Option<MetadataValue<Ascii>>) -> Self {
        let wire = InterceptedService::new(live.clone(), Inside(exercise));
        Self {
            live,
            wire: wire.clone(),
            records: RecordServiceClient::new(wire.clone()),
            incidents: IncidentServiceClient::new(wire.clone()),
            advice: AdviceServiceClient::new(wire.clone()),
            regions: RegionServiceClient::new(wire.clone()),
            register: RegisterServiceClient::new(wire.clone()),
            rule_sets: RuleSetServiceClient::new(wire.clone()),
            people: PersonServiceClient::new(wire.clone()),
            audits: AuditServiceClient::new(wire.clone()),
            webhooks: WebhookServiceClient::new(wire.clone()),
            dispatches: DispatchServiceClient::new(wire.clone()),
            exercises: ExerciseServiceClient::new(wire.clone()),
            info: ServerServiceClient::new(wire),
        }
    }

    /// Connects with certificates from a folder of development ones. Nobody is signed in.
    ///
    /// # Errors
    /// When a file is missing, or as [`Client::connect`].
    pub async fn from_folder(server: SocketAddr, folder: &Folder, agency: &str) -> Result<Self> {
        Self::from_folder_for(Bearer::Nobody, server, folder, agency).await
    }

    /// Connects with certificates from a folder of development ones, for whoever is signed in.
    ///
    /// # Errors
    /// When a file is missing, or as [`Client::connect`].
    pub async fn from_folder_for(bearer: Bearer, server: SocketAddr, folder: &Folder, agency: &str) -> Result<Self> {
        let read = |path: &Path| {
            std::fs::read_to_string(path).with_context(|| {
                format!("{} cannot be read; give the folder with --certs and the agency with --as", path.display())
            })
        };
        let identity = Identity { certificate: read(&folder.certificate(agency))?, key: read(&folder.key(agency))? };
        Self::connect_for(bearer, server, &read(&folder.ca())?, Some(&identity)).await
    }
}

/// An office as the wire has it; none is zero.
pub fn office(office: Option<Office>) -> i32 {
    office.map_or(0, |office| v1::Office::from(office).into())
}

/// The kind of a proposal's item, and the key its rule set gave it.
pub fn kind_and_key(proposal: &v1::Proposal) -> Option<(&'static str, &str)> {
    use v1::advice_item::Item;
    let advised = proposal.item.as_ref()?;
    let kind = match advised.item.as_ref()? {
        Item::Finding(_) => "finding",
        Item::Question(_) => "question",
        Item::Action(_) => "action",
        Item::Options(_) => "options",
        Item::Involvement(_) => "involvement",
        Item::Gate(_) => "gate",
        Item::Draft(_) => "draft",
        Item::Allocation(_) => "allocation",
        Item::RegionalIncident(_) => "regional-incident",
        Item::Other(_) => "other",
    };
    Some((kind, &advised.key))
}
