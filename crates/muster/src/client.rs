//! A client of a Muster server: one connection over mutual TLS, and the services on it.

use std::net::SocketAddr;
use std::path::Path;
use std::time::Duration;

use anyhow::{Context as _, Result};
use muster_proto::v1;
use muster_proto::v1::advice_service_client::AdviceServiceClient;
use muster_proto::v1::audit_service_client::AuditServiceClient;
use muster_proto::v1::incident_service_client::IncidentServiceClient;
use muster_proto::v1::person_service_client::PersonServiceClient;
use muster_proto::v1::record_service_client::RecordServiceClient;
use muster_proto::v1::region_service_client::RegionServiceClient;
use muster_proto::v1::register_service_client::RegisterServiceClient;
use muster_proto::v1::rule_set_service_client::RuleSetServiceClient;
use muster_proto::v1::server_service_client::ServerServiceClient;
use muster_record::agency::Office;
use tonic::Status;
use tonic::transport::{Certificate, Channel, ClientTlsConfig, Endpoint};
use tonic_types::StatusExt as _;

use crate::dev_certs::{Folder, Identity};

/// A connection as one agency's system.
#[derive(Clone)]
pub struct Client {
    /// Writes, reads and watches records.
    pub records: RecordServiceClient<Channel>,
    /// Opens and lists incidents.
    pub incidents: IncidentServiceClient<Channel>,
    /// Lists and explains proposals.
    pub advice: AdviceServiceClient<Channel>,
    /// Opens regional incidents and draws the picture over their members.
    pub regions: RegionServiceClient<Channel>,
    /// Imports published files, and asks what they say.
    pub register: RegisterServiceClient<Channel>,
    /// Tells and changes settings of rule sets.
    pub rule_sets: RuleSetServiceClient<Channel>,
    /// Writes down, tells and erases who the people are.
    pub people: PersonServiceClient<Channel>,
    /// Reads the audit.
    pub audits: AuditServiceClient<Channel>,
    /// Says what the server is.
    pub info: ServerServiceClient<Channel>,
}

impl Client {
    /// Connects to a server on this machine, as the system that the identity names.
    ///
    /// # Errors
    /// When there is no server, or it does not let the certificate in.
    pub async fn connect(server: SocketAddr, ca: &str, identity: &Identity) -> Result<Self> {
        let tls = ClientTlsConfig::new()
            .domain_name("localhost")
            .ca_certificate(Certificate::from_pem(ca))
            .identity(tonic::transport::Identity::from_pem(&identity.certificate, &identity.key));
        let endpoint = Endpoint::from_shared(format!("https://{server}"))?
            .tls_config(tls)?
            .tcp_nodelay(true)
            .connect_timeout(Duration::from_secs(5))
            .http2_keep_alive_interval(Duration::from_secs(20));
        let channel = endpoint.connect().await.with_context(|| format!("no Muster server answers at {server}"))?;
        Ok(Self {
            records: RecordServiceClient::new(channel.clone()),
            incidents: IncidentServiceClient::new(channel.clone()),
            advice: AdviceServiceClient::new(channel.clone()),
            regions: RegionServiceClient::new(channel.clone()),
            register: RegisterServiceClient::new(channel.clone()),
            rule_sets: RuleSetServiceClient::new(channel.clone()),
            people: PersonServiceClient::new(channel.clone()),
            audits: AuditServiceClient::new(channel.clone()),
            info: ServerServiceClient::new(channel),
        })
    }

    /// Connects with certificates from a folder of development ones.
    ///
    /// # Errors
    /// When a file is missing, or as [`Client::connect`].
    pub async fn from_folder(server: SocketAddr, folder: &Folder, agency: &str) -> Result<Self> {
        let read = |path: &Path| {
            std::fs::read_to_string(path).with_context(|| {
                format!("{} cannot be read; give the folder with --certs and the agency with --as", path.display())
            })
        };
        let identity = Identity { certificate: read(&folder.certificate(agency))?, key: read(&folder.key(agency))? };
        Self::connect(server, &read(&folder.ca())?, &identity).await
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
    };
    Some((kind, &advised.key))
}
