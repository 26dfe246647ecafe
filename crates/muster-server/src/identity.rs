//! Who calls: the agency and system in the client certificate, and nothing the message says.
//!
//! A certificate names exactly one subject as a URI: `spiffe://<trust-domain>/agency/<agency>/system/<system>`.

use std::sync::Arc;

use muster_coordinator::Coordinator;
use muster_record::ids::AgencyId;
use muster_record::visible::Reader;
use thiserror::Error;
use tonic::{Request, Status};
use x509_parser::extensions::GeneralName;
use x509_parser::prelude::{FromDer as _, X509Certificate};

use crate::status;

/// A partner's system, as its certificate says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Caller {
    /// The agency it belongs to.
    pub(crate) agency: AgencyId,
    /// Its name.
    pub(crate) system: String,
}

impl Caller {
    /// The caller as one who reads.
    pub(crate) fn reader(&self) -> Reader {
        Reader::of(self.agency.clone())
    }
}

/// Why a certificate names nobody. Logged; the caller is only told that it does not do.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub(crate) enum NobodyNamed {
    #[error("the connection carries no client certificate")]
    NoCertificate,
    #[error("the client certificate cannot be read")]
    Unreadable,
    #[error("the client certificate is not valid today")]
    OutOfDate,
    #[error("the client certificate names {0} URIs; it must name exactly one")]
    NotOneUri(usize),
    #[error("the URI of the client certificate is not spiffe://{domain}/agency/<agency>/system/<system>")]
    OtherShape { domain: String },
    #[error("the agency {0} is not known to this server")]
    UnknownAgency(AgencyId),
}

/// Reads the caller out of each request's certificate, before any service sees the request.
#[derive(Clone)]
pub(crate) struct Identify {
    pub(crate) trust_domain: Arc<str>,
    pub(crate) coordinator: Arc<Coordinator>,
}

impl tonic::service::Interceptor for Identify {
    fn call(&mut self, mut request: Request<()>) -> Result<Request<()>, Status> {
        match self.caller(&request) {
            Ok(caller) => {
                request.extensions_mut().insert(caller);
                Ok(request)
            }
            Err(why) => {
                tracing::warn!(%why, peer = ?request.remote_addr(), "a call was refused at the door");
                metrics::counter!("muster_refused_calls_total", "reason" => "CREDENTIAL_INVALID").increment(1);
                Err(status::credential_invalid())
            }
        }
    }
}

impl Identify {
    fn caller(&self, request: &Request<()>) -> Result<Caller, NobodyNamed> {
        let chain = request.peer_certs().ok_or(NobodyNamed::NoCertificate)?;
        let leaf = chain.first().ok_or(NobodyNamed::NoCertificate)?;
        let caller = named(leaf, &self.trust_domain)?;
        match self.coordinator.directory().get(&caller.agency) {
            Some(_) => Ok(caller),
            None => Err(NobodyNamed::UnknownAgency(caller.agency)),
        }
    }
}

/// The subject of a certificate.
fn named(certificate: &[u8], trust_domain: &str) -> Result<Caller, NobodyNamed> {
    let (_, certificate) = X509Certificate::from_der(certificate).map_err(|_| NobodyNamed::Unreadable)?;
    // Checked on each call too: a resumed TLS session does not look at the dates again.
    if !certificate.validity().is_valid() {
        return Err(NobodyNamed::OutOfDate);
    }
    let names = certificate.subject_alternative_name().map_err(|_| NobodyNamed::Unreadable)?;
    let uris: Vec<&str> = names
        .into_iter()
        .flat_map(|names| &names.value.general_names)
        .filter_map(|name| if let GeneralName::URI(uri) = name { Some(*uri) } else { None })
        .collect();
    let [uri] = uris.as_slice() else { return Err(NobodyNamed::NotOneUri(uris.len())) };
    subject(uri, trust_domain).ok_or_else(|| NobodyNamed::OtherShape { domain: trust_domain.to_owned() })
}

fn subject(uri: &str, trust_domain: &str) -> Option<Caller> {
    let path = uri.strip_prefix("spiffe://")?.strip_prefix(trust_domain)?.strip_prefix("/agency/")?;
    let (agency, system) = path.split_once("/system/")?;
    let plain = |text: &str| !text.is_empty() && text.len() <= 63 && text.bytes().all(is_plain);
    let agency = agency.parse().ok()?;
    plain(system).then(|| Caller { agency, system: system.to_owned() })
}

fn is_plain(byte: u8) -> bool {
    byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-'
}

/// The caller that the door let in.
pub(crate) fn of<T>(request: &Request<T>) -> Result<Caller, Status> {
    request.extensions().get::<Caller>().cloned().ok_or_else(status::credential_invalid)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn certificate(uris: &[&str]) -> Vec<u8> {
        let mut params = rcgen::CertificateParams::new(Vec::<String>::new()).unwrap();
        for uri in uris {
            params.subject_alt_names.push(rcgen::SanType::URI((*uri).try_into().unwrap()));
        }
        let key = rcgen::KeyPair::generate().unwrap();
        params.self_signed(&key).unwrap().der().to_vec()
    }

    #[test]
    fn the_caller_is_the_one_uri_of_its_certificate() {
        let named = named(&certificate(&["spiffe://muster.test/agency/e08000026/system/case-mgmt"]), "muster.test");
        assert_eq!(named, Ok(Caller { agency: "e08000026".parse().unwrap(), system: "case-mgmt".to_owned() }));
    }

    #[test]
    fn a_certificate_with_no_uri_or_two_names_nobody() {
        assert_eq!(named(&certificate(&[]), "muster.test"), Err(NobodyNamed::NotOneUri(0)));
        let two = ["spiffe://muster.test/agency/a/system/b", "spiffe://muster.test/agency/c/system/d"];
        assert_eq!(named(&certificate(&two), "muster.test"), Err(NobodyNamed::NotOneUri(2)));
    }

    #[test]
    fn a_uri_of_another_domain_or_shape_names_nobody() {
        let other = Err(NobodyNamed::OtherShape { domain: "muster.test".to_owned() });
        for uri in [
            "spiffe://muster.test.evil/agency/cqc/system/feed",
            "spiffe://evil/agency/cqc/system/feed",
            "spiffe://muster.test/agency/cqc",
            "spiffe://muster.test/agency/CQC/system/feed",
            "spiffe://muster.test/agency/cqc/system/",
            "spiffe://muster.test/agency/cqc/system/feed/more",
            "https://muster.test/agency/cqc/system/feed",
        ] {
            assert_eq!(named(&certificate(&[uri]), "muster.test"), other, "{uri}");
        }
    }

    #[test]
    fn bytes_that_are_no_certificate_name_nobody() {
        assert_eq!(named(b"not a certificate", "muster.test"), Err(NobodyNamed::Unreadable));
    }
}
