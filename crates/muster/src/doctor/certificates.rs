//! The server's certificate and the authority of its callers: do they belong together, and for how long?

use std::path::Path;

use anyhow::{Context as _, Result, anyhow};
use muster_record::time::Instant;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::sign::CertifiedKey;
use x509_parser::prelude::{FromDer as _, GeneralName, X509Certificate};

use super::Finding;
use crate::config::{Config, Tls};

/// Days before its end from which a certificate is told of.
const SOON: i64 = 30;

/// Every certificate that the configuration names.
pub(super) fn examine(config: &Config, at: Instant) -> Vec<Finding> {
    let Some(Tls { certificate, key, client_ca, trust_domain: _ }) = &config.tls else {
        return vec![Finding::wrong(
            "certificate",
            "none is configured",
            "set [tls] in the configuration; `muster dev-certs` makes some to try out with",
        )];
    };
    let mut found = lives("certificate", certificate, at);
    found.push(Finding::of(
        "certificate",
        belong_together(certificate, key),
        |()| "the key belongs to it".to_owned(),
        "name a certificate chain and the private key of its first certificate, both PEM",
    ));
    found.extend(lives("client authority", client_ca, at));
    found
}

fn chain(path: &Path) -> Result<Vec<CertificateDer<'static>>> {
    let read = CertificateDer::pem_file_iter(path).and_then(Iterator::collect::<Result<Vec<_>, _>>);
    let chain = read.map_err(|error| anyhow!("{} cannot be read as PEM: {error}", path.display()))?;
    if chain.is_empty() {
        return Err(anyhow!("{} holds no certificate", path.display()));
    }
    Ok(chain)
}

/// When the first certificate of a file runs out.
pub(super) fn ends(path: &Path) -> Option<i64> {
    let chain = chain(path).ok()?;
    let (_, read) = X509Certificate::from_der(chain.first()?).ok()?;
    Some(read.validity().not_after.timestamp())
}

/// How long each certificate of a file lives, and whom the first one names.
fn lives(what: &'static str, path: &Path, at: Instant) -> Vec<Finding> {
    let chain = match chain(path) {
        Ok(chain) => chain,
        Err(error) => return vec![Finding::wrong(what, format!("{error:#}"), "name a PEM file with certificates")],
    };
    chain.iter().enumerate().map(|(place, certificate)| life(what, path, place, certificate, at)).collect()
}

fn life(what: &'static str, path: &Path, place: usize, certificate: &CertificateDer<'_>, at: Instant) -> Finding {
    let number = place.saturating_add(1);
    let Ok((_, read)) = X509Certificate::from_der(certificate) else {
        let told = format!("certificate {number} of {} is none", path.display());
        return Finding::wrong(what, told, "ask your authority for another");
    };
    let (from, until) = (read.validity().not_before.timestamp(), read.validity().not_after.timestamp());
    let now = at.timestamp();
    let days = until.saturating_sub(now).checked_div(24 * 60 * 60).unwrap_or(0);
    let told = format!("certificate {number} of {}{}", path.display(), names(&read));
    let renew = "renew it, put it in place and restart the server: it is read at the start";
    if now < from {
        return Finding::wrong(
            what,
            format!("{told} is not valid yet"),
            "check the clock of this machine, then the certificate",
        );
    }
    match days {
        _ if until <= now => Finding::wrong(what, format!("{told} has run out"), renew),
        ..=SOON => Finding::look(what, format!("{told} runs out in {days} days"), renew),
        _ => Finding::fine(what, format!("{told} is good for {days} days")),
    }
}

/// The names that a certificate is good for, where it says any.
fn names(certificate: &X509Certificate<'_>) -> String {
    let Ok(Some(extension)) = certificate.subject_alternative_name() else { return String::new() };
    let named = extension.value.general_names.iter().filter_map(|name| match name {
        GeneralName::DNSName(name) => Some((*name).to_owned()),
        GeneralName::IPAddress(bytes) => address(bytes),
        GeneralName::OtherName(..)
        | GeneralName::RFC822Name(_)
        | GeneralName::X400Address(_)
        | GeneralName::DirectoryName(_)
        | GeneralName::EDIPartyName(_)
        | GeneralName::URI(_)
        | GeneralName::RegisteredID(_)
        | GeneralName::Invalid(..) => None,
    });
    let named: Vec<String> = named.collect();
    if named.is_empty() { String::new() } else { format!(" (for {})", named.join(", ")) }
}

fn address(bytes: &[u8]) -> Option<String> {
    let four = <[u8; 4]>::try_from(bytes).map(|of| std::net::IpAddr::from(of).to_string());
    let sixteen = <[u8; 16]>::try_from(bytes).map(|of| std::net::IpAddr::from(of).to_string());
    four.or(sixteen).ok()
}

fn belong_together(certificate: &Path, key: &Path) -> Result<()> {
    let chain = chain(certificate)?;
    let key = PrivateKeyDer::from_pem_file(key)
        .map_err(|error| anyhow!("{} cannot be read as PEM: {error}", key.display()))?;
    let provider = rustls::crypto::ring::default_provider();
    CertifiedKey::from_der(chain, key, &provider).map(drop).context("the key does not belong to the certificate")
}
