//! A client of a Muster server: one connection over mutual TLS, and the services on it.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context as _, Result};
use muster_proto::v1;
use muster_proto::v1::advice_service_client::AdviceServiceClient;
use muster_proto::v1::audit_service_client::AuditServiceClient;
use muster_proto::v1::exercise_service_client::ExerciseServiceClient;
use muster_proto::v1::incident_service_client::IncidentServiceClient;
use muster_proto::v1::person_service_client::PersonServiceClient;
use muster_proto::v1::record_service_client::RecordServiceClient;
use muster_proto::v1::region_service_client::RegionServiceClient;
use muster_proto::v1::register_service_client::RegisterServiceClient;
use muster_proto::v1::rule_set_service_client::RuleSetServiceClient;
use muster_proto::v1::server_service_client::ServerServiceClient;
use muster_record::agency::Office;
use tonic::metadata::{Ascii, MetadataValue};
use tonic::service::Interceptor;
use tonic::service::interceptor::InterceptedService;
use tonic::transport::{Certificate, Channel, ClientTlsConfig, Endpoint};
use tonic::{Request, Status};
use tonic_types::StatusExt as _;

use crate::dev_certs::{Folder, Identity};

/// What calls go over: a connection, and the token of whoever is signed in.
pub type Wire = InterceptedService<InterceptedService<Channel, Bearer>, Inside>;

/// Whose token goes with each call.
#[derive(Debug, Clone)]
pub enum Bearer {
    /// Nobody is signed in: the system acts by itself.
    Nobody,
    /// A token.
    Token(MetadataValue<Ascii>),
    /// The token that a file holds at each call, which a helper may renew.
    File(PathBuf),
}

impl Bearer {
    /// A token.
    ///
    /// # Errors
    /// When it has characters that a token cannot have.
    pub fn token(token: &str) -> Result<Self> {
        header(token).map(Self::Token)
    }

    /// The token in a file, which has to hold one now.
    ///
    /// # Errors
    /// When it cannot be read or holds none.
    pub fn file(path: &Path) -> Result<Self> {
        in_file(path)?;
        Ok(Self::File(path.to_owned()))
    }
}

fn header(token: &str) -> Result<MetadataValue<Ascii>> {
    format!("Bearer {}", token.trim()).parse().context("the token holds characters that no token has")
}

fn in_file(path: &Path) -> Result<MetadataValue<Ascii>> {
    let text = std::fs::read_to_string(path).with_context(|| format!("{} cannot be read", path.display()))?;
    header(&text).with_context(|| format!("{}", path.display()))
}

impl Interceptor for Bearer {
    fn call(&mut self, mut request: Request<()>) -> Result<Request<()>, Status> {
        let value = match self {
            Self::Nobody => return Ok(request),
            Self::Token(value) => value.clone(),
            Self::File(path) => in_file(path).map_err(|error| Status::unauthenticated(format!("{error:#}")))?,
        };
        request.metadata_mut().insert("authorization", value);
        Ok(request)
    }
}

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
    live: InterceptedService<Channel, Bearer>,
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
        let tls = ClientTlsConfig::new().domain_name("localhost").ca_certificate(Certificate::from_pem(ca));
        let tls = match identity {
            Some(of) => tls.identity(tonic::transport::Identity::from_pem(&of.certificate, &of.key)),
            None => tls,
        };
        let endpoint = Endpoint::from_shared(format!("https://{server}"))?
            .tls_config(tls)?
            .tcp_nodelay(true)
            .connect_timeout(Duration::from_secs(5))
            .http2_keep_alive_interval(Duration::from_secs(20));
        let channel = endpoint.connect().await.with_context(|| format!("no Muster server answers at {server}"))?;
        Ok(Self::over(InterceptedService::new(channel, bearer), None))
    }

    /// The same connection, for an exercise.
    ///
    /// # Errors
    /// When the id holds characters that no id has.
    pub fn inside(&self, exercise: &str) -> Result<Self> {
        let exercise = exercise.parse().context("the id of the exercise holds characters that no id has")?;
        Ok(Self::over(self.live.clone(), Some(exercise)))
    }

    fn over(live: InterceptedService<Channel, Bearer>, exercise: Option<MetadataValue<Ascii>>) -> Self {
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

/// The reason code of a status, where the server gave one.
pub fn reason(status: &Status) -> Option<String> {
    status.get_details_error_info().map(|info| info.reason)
}

/// A status in a sentence for a person: the reason, the message, and each field that is wrong.
pub fn told(status: &Status) -> String {
    let reason = reason(status).unwrap_or_else(|| format!("{:?}", status.code()));
    let fields = status.get_details_bad_request().into_iter().flat_map(|bad| bad.field_violations);
    let fields: String = fields.map(|field| format!("\n  {}: {}", field.field, field.description)).collect();
    if fields.is_empty() { format!("{reason}: {}", status.message()) } else { format!("{reason}{fields}") }
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
