//! Where on which registry a rule set is, and how that registry is spoken to.

use std::net::IpAddr;
use std::time::Duration;

use anyhow::{Context as _, Result, bail};
use muster_record::entry::Hash;
use oci_client::Reference;
use oci_client::client::{ClientConfig, ClientProtocol};
use oci_client::secrets::RegistryAuth;

/// The user on a registry.
pub(super) const USER: &str = "MUSTER_REGISTRY_USER";
/// The user's password there.
pub(super) const PASSWORD: &str = "MUSTER_REGISTRY_PASSWORD";
/// How long a registry may be silent.
const PATIENCE: Duration = Duration::from_secs(60);

/// How a registry is spoken to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Speaking {
    /// Over TLS.
    Tls,
    /// In clear, which is done with this machine alone.
    Plain,
}

/// A place on a registry: `registry.example/rules/night-cover:1.2.0`, or `@sha256:...` behind the name.
#[derive(Debug, Clone)]
pub struct Place {
    reference: Reference,
    digest: Option<Hash>,
    tagged: bool,
    speaking: Speaking,
}

impl Place {
    /// Reads a place. Nothing of it is guessed: neither the registry nor the tag.
    ///
    /// # Errors
    /// What is wrong with it, and what would do.
    pub fn read(given: &str, speaking: Speaking) -> Result<Self> {
        let registry = given.split_once('/').map(|(registry, _)| registry).unwrap_or_default();
        if !(registry.contains(['.', ':']) || registry == "localhost") {
            bail!("{given:?} names no registry: write it whole, as in registry.example/rules/night-cover:1.2.0");
        }
        let reference: Reference = given.parse().with_context(|| format!("{given:?} is no place on a registry"))?;
        let digest = match reference.digest() {
            None => None,
            Some(digest) => {
                let sha256 = digest.strip_prefix("sha256:").and_then(|sha256| sha256.parse().ok());
                Some(sha256.with_context(|| format!("{digest:?} is no SHA-256: sha256: and 64 hexadecimal digits"))?)
            }
        };
        let name = given.split('@').next().unwrap_or_default();
        let tagged = name.rsplit('/').next().is_some_and(|last| last.contains(':'));
        if speaking == Speaking::Plain && !is_this_machine(registry) {
            bail!("{registry} is not this machine: a registry elsewhere is spoken to over TLS");
        }
        Ok(Self { reference, digest, tagged, speaking })
    }

    /// The digest, where it names one.
    pub fn digest(&self) -> Option<Hash> {
        self.digest
    }

    /// Whether it names a tag.
    pub fn is_tagged(&self) -> bool {
        self.tagged
    }

    /// The place by this digest, as it is written.
    pub fn at(&self, digest: Hash) -> String {
        format!("{}/{}@sha256:{digest}", self.reference.registry(), self.reference.repository())
    }

    pub(super) fn reference(&self) -> &Reference {
        &self.reference
    }

    pub(super) fn client_config(&self) -> ClientConfig {
        ClientConfig {
            protocol: match self.speaking {
                Speaking::Tls => ClientProtocol::Https,
                Speaking::Plain => ClientProtocol::HttpsExcept(vec![self.reference.resolve_registry().to_owned()]),
            },
            // Which of several builds would suit this machine is no question that a rule set poses.
            platform_resolver: None,
            read_timeout: Some(PATIENCE),
            connect_timeout: Some(PATIENCE),
            user_agent: concat!("muster/", env!("CARGO_PKG_VERSION")),
            ..ClientConfig::default()
        }
    }
}

/// Whether a registry's name, with or without a port, is this machine's.
fn is_this_machine(registry: &str) -> bool {
    let host = registry.rsplit_once(':').map_or(registry, |(host, _)| host);
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    host == "localhost" || bare.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

/// Who the registry is told to be asking.
pub(super) fn credentials() -> Result<RegistryAuth> {
    let said = |name: &str| std::env::var(name).ok().filter(|said| !said.is_empty());
    match (said(USER), said(PASSWORD)) {
        (None, None) => Ok(RegistryAuth::Anonymous),
        (Some(user), Some(password)) => Ok(RegistryAuth::Basic(user, password)),
        (Some(_), None) => bail!("{USER} is set and {PASSWORD} is not"),
        (None, Some(_)) => bail!("{PASSWORD} is set and {USER} is not"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(given: &str, speaking: Speaking) -> String {
        format!("{:#}", Place::read(given, speaking).unwrap_err())
    }

    #[test]
    fn a_place_is_written_whole() {
        for given in ["night-cover", "rules/night-cover:1.2.0", "night-cover:1.2.0", ""] {
            assert!(told(given, Speaking::Tls).contains("names no registry"), "{given}");
        }
        assert!(told("registry.example/Night Cover", Speaking::Tls).contains("is no place"));
        assert!(told("registry.example/a@sha256:abc", Speaking::Tls).contains("a@sha256:abc"));
        let digest = Hash::of(b"");
        let named = Place::read(&format!("registry.example:5000/a/b@sha256:{digest}"), Speaking::Tls).unwrap();
        assert_eq!((named.digest(), named.is_tagged()), (Some(digest), false));
        let tagged = Place::read("registry.example/a/b:1.2.0", Speaking::Tls).unwrap();
        assert_eq!((tagged.digest(), tagged.is_tagged()), (None, true));
        assert_eq!(tagged.at(digest), format!("registry.example/a/b@sha256:{digest}"));
        assert!(!Place::read("registry.example:5000/a/b", Speaking::Tls).unwrap().is_tagged());
    }

    #[test]
    fn only_this_machine_is_spoken_to_in_clear() {
        for given in ["127.0.0.1:5000/a:1", "localhost/a:1", "localhost:5000/a:1", "127.0.0.9/a:1"] {
            assert!(Place::read(given, Speaking::Plain).is_ok(), "{given}");
        }
        for given in ["registry.example/a:1", "10.0.0.1:5000/a:1", "localhost.example/a:1", "127.0.0.1.example:80/a:1"]
        {
            assert!(told(given, Speaking::Plain).contains("is not this machine"), "{given}");
            assert!(Place::read(given, Speaking::Tls).is_ok(), "{given}");
        }
    }
}
