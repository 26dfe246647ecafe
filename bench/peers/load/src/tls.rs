//! The certificates that a peer and its clients show each other: `ca.pem`, `client.pem` and `client.key` of a folder.

use std::path::Path;
use std::sync::Arc;

use anyhow::Result;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::{ClientConfig, RootCertStore};

/// What a client of rustls is set to, as every client of ours is: by ring.
pub fn of(folder: &Path) -> Result<ClientConfig> {
    let mut roots = RootCertStore::empty();
    roots.add(CertificateDer::from_pem_file(folder.join("ca.pem"))?)?;
    let (chain, key) = (
        vec![CertificateDer::from_pem_file(folder.join("client.pem"))?],
        PrivateKeyDer::from_pem_file(folder.join("client.key"))?,
    );
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions()?;
    Ok(config.with_root_certificates(roots).with_client_auth_cert(chain, key)?)
}
