//! Who takes part: agencies, their systems, and the certificates that these call with.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use muster_record::agency::{Agency, AgencyKind};
use muster_record::rights::Role;
use muster_server::Pem;
use muster_server::access::{Authority, Registry, System, SystemRoles, SystemState, key_digest};
use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, ExtendedKeyUsagePurpose, IsCa, KeyPair, KeyUsagePurpose,
    SanType, date_time_ymd,
};
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};

/// The council, which leads every incident.
pub const COUNCIL: &str = "e08000026";
/// The health commissioner, which works both.
pub const ICB: &str = "qwu";
/// The regulator, which oversees the first.
pub const CQC: &str = "cqc";
/// The region, which is told of the second.
pub const REGION: &str = "wm-adass";
/// An agency that has a seat nowhere.
pub const STRANGER: &str = "csab";

/// All of them.
pub const AGENCIES: [(&str, AgencyKind); 5] = [
    (COUNCIL, AgencyKind::Council),
    (ICB, AgencyKind::HealthCommissioner),
    (CQC, AgencyKind::Regulator),
    (REGION, AgencyKind::Region),
    (STRANGER, AgencyKind::SafeguardingBoard),
];

const TRUST_DOMAIN: &str = "simulated.invalid";

/// The agencies as a server knows them.
pub fn agencies() -> impl Iterator<Item = Agency> {
    AGENCIES.into_iter().map(|(id, kind)| Agency {
        id: id.parse().expect("a name of ours is a name"),
        kind,
        title: id.to_owned(),
        successors: Vec::new(),
    })
}

/// A certificate with its key.
struct Papers {
    certificate: String,
    key: String,
}

/// The certificates of a simulation.
pub struct Cast {
    authority: String,
    server: Papers,
    systems: BTreeMap<&'static str, Papers>,
}

impl Cast {
    /// Certificates for the server, and for one system of each agency.
    pub fn new() -> Self {
        let key = || KeyPair::generate().expect("a key can be made");
        let mut params = params();
        params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
        params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
        let issuer = CertifiedIssuer::self_signed(params, key()).expect("an authority can be made");
        let signed = |params: CertificateParams| {
            let key = key();
            let certificate = params.signed_by(&key, &issuer).expect("a certificate can be signed");
            Papers { certificate: certificate.pem(), key: key.serialize_pem() }
        };
        let mut of_server = self::params();
        of_server.subject_alt_names = vec![SanType::DnsName("server".try_into().expect("it is ASCII"))];
        of_server.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
        let systems = AGENCIES.map(|(agency, _)| {
            let mut of_system = self::params();
            of_system.subject_alt_names = vec![SanType::URI(uri(agency).try_into().expect("it is ASCII"))];
            of_system.extended_key_usages = vec![ExtendedKeyUsagePurpose::ClientAuth];
            (agency, signed(of_system))
        });
        Self { authority: issuer.pem(), server: signed(of_server), systems: systems.into() }
    }

    /// What the server shakes hands with.
    pub fn of_server(&self) -> Pem {
        let Papers { certificate, key } = &self.server;
        Pem { certificate: certificate.clone(), key: key.clone(), client_ca: self.authority.clone() }
    }

    /// The trust domain of the systems' certificates.
    pub fn trust_domain() -> String {
        TRUST_DOMAIN.to_owned()
    }

    /// What an agency's system shakes hands with. Sessions are not resumed: each connection is a whole one.
    pub fn of_system(&self, agency: &'static str) -> Arc<rustls::ClientConfig> {
        let Papers { certificate, key } = &self.systems[agency];
        let pem = |text: &str| CertificateDer::from_pem_slice(text.as_bytes()).expect("we wrote it");
        let mut roots = rustls::RootCertStore::empty();
        roots.add(pem(&self.authority)).expect("we made it");
        let key = PrivateKeyDer::from_pem_slice(key.as_bytes()).expect("we wrote it");
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let builder = rustls::ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions();
        let builder = builder.expect("these versions there are").with_root_certificates(roots);
        let mut config = builder.with_client_auth_cert(vec![pem(certificate)], key).expect("they belong together");
        config.alpn_protocols = vec![b"h2".to_vec()];
        config.resumption = rustls::client::Resumption::disabled();
        Arc::new(config)
    }

    /// A registry in which every system may do everything, but for one agency's, which may not call for now.
    pub fn registry(&self, suspended: Option<&str>) -> Registry {
        let roles: BTreeSet<Role> = Role::ALL.iter().copied().collect();
        let roles = SystemRoles { at_most: roles.clone(), unattended: roles };
        let der = CertificateDer::from_pem_slice(self.authority.as_bytes()).expect("we wrote it");
        let authority = Authority {
            name: "simulated".to_owned(),
            key: key_digest(&der).expect("it is a certificate"),
            agencies: agencies().map(|agency| agency.id).collect(),
        };
        let systems = suspended
            .map(|agency| (uri(agency), System { state: SystemState::Suspended, roles: SystemRoles::default() }));
        Registry {
            authorities: vec![authority],
            systems: systems.into_iter().collect(),
            not_listed: Some(roles),
            ..Registry::default()
        }
    }
}

impl Default for Cast {
    fn default() -> Self {
        Self::new()
    }
}

fn uri(agency: &str) -> String {
    format!("spiffe://{TRUST_DOMAIN}/agency/{agency}/system/desk")
}

fn params() -> CertificateParams {
    let mut params = CertificateParams::default();
    (params.not_before, params.not_after) = (date_time_ymd(2020, 1, 1), date_time_ymd(2120, 1, 1));
    params.use_authority_key_identifier_extension = true;
    params
}
