//! TLS: the server's own certificate, and whether its clients have to have one.

use std::sync::Arc;

use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::WebPkiClientVerifier;
use rustls::{RootCertStore, ServerConfig};

use super::{Pem, ServeError};

/// How the clients of a listener say who they are.
#[derive(Debug, Clone, Copy)]
pub(super) enum Clients {
    /// By a certificate, always: without one there is no connection.
    Certified,
    /// By a token with each call. No certificate is asked for.
    SignedIn,
}

/// The authorities for clients.
pub(super) fn client_authorities(pem: &Pem) -> Result<Arc<[CertificateDer<'static>]>, ServeError> {
    let authorities = certificates(&pem.client_ca)?;
    if authorities.is_empty() {
        return Err(ServeError::Tls("the file of the authority for clients holds no certificate".into()));
    }
    Ok(authorities.into())
}

/// How a listener shakes hands.
pub(super) fn config(pem: &Pem, clients: Clients) -> Result<Arc<ServerConfig>, ServeError> {
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
