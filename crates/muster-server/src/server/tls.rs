//! TLS: the server's own certificate, and whether its clients have to have one.

use std::sync::Arc;

use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::WebPkiClientVerifier;
use rustls::{RootCertStore, ServerConfig};

use super::{Pem, ServeError};

/// How the listeners shake hands: made of certificates that do, and handed to each listener anew when they change.
pub struct Handshakes {
    /// With systems, which have a certificate.
    pub(crate) with_systems: Arc<ServerConfig>,
    /// With people, who have a token.
    pub(crate) with_people: Arc<ServerConfig>,
    /// The authorities whose clients are let in, to find out which of them issued a certificate.
    pub(crate) authorities: Arc<[CertificateDer<'static>]>,
}

impl Handshakes {
    /// The handshakes with these certificates.
    ///
    /// # Errors
    /// When they will not do: no certificate in them, or a key of another certificate.
    pub fn of(pem: &Pem) -> Result<Self, ServeError> {
        Ok(Self {
            with_systems: config(pem, Clients::Certified)?,
            with_people: config(pem, Clients::SignedIn)?,
            authorities: client_authorities(pem)?,
        })
    }
}

/// How the clients of a listener say who they are.
#[derive(Debug, Clone, Copy)]
enum Clients {
    /// By a certificate, always: without one there is no connection.
    Certified,
    /// By a token with each call. No certificate is asked for.
    SignedIn,
}

/// The authorities for clients.
fn client_authorities(pem: &Pem) -> Result<Arc<[CertificateDer<'static>]>, ServeError> {
    let authorities = certificates(&pem.client_ca)?;
    if authorities.is_empty() {
        return Err(ServeError::Tls("the file of the authority for clients holds no certificate".into()));
    }
    Ok(authorities.into())
}

/// How a listener shakes hands.
fn config(pem: &Pem, clients: Clients) -> Result<Arc<ServerConfig>, ServeError> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let builder = ServerConfig::builder_with_provider(Arc::clone(&provider));
    let builder = builder.with_safe_default_protocol_versions().map_err(wrong)?;
    let builder = match clients {
        Clients::Certified => {
            let mut roots = RootCertStore::empty();
            for authority in client_authorities(pem)?.iter() {
                roots.add(authority.clone()).map_err(wrong)?;
            }
            let verifier = WebPkiClientVerifier::builder_with_provider(Arc::new(roots), provider).build();
            builder.with_client_cert_verifier(verifier.map_err(wrong)?)
        }
        Clients::SignedIn => builder.with_no_client_auth(),
    };
    let key = PrivateKeyDer::from_pem_slice(pem.key.as_bytes()).map_err(wrong)?;
    let mut config = builder.with_single_cert(certificates(&pem.certificate)?, key).map_err(wrong)?;
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    Ok(Arc::new(config))
}

fn certificates(pem: &str) -> Result<Vec<CertificateDer<'static>>, ServeError> {
    CertificateDer::pem_slice_iter(pem.as_bytes()).collect::<Result<_, _>>().map_err(wrong)
}

fn wrong(error: impl std::error::Error + Send + Sync + 'static) -> ServeError {
    ServeError::Tls(Box::new(error))
}
