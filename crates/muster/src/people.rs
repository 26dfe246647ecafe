//! Providers of identities as the configuration names them.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context as _, Result, bail};
use muster_record::agency::Office;
use muster_record::ids::AgencyId;
use muster_record::rights::Role;
use muster_server::follow;
use muster_server::people::{Algorithm, ClaimMap, KeySource, Keys, KeysUrl, People, Provider};
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;
use serde::Deserialize;

/// Who may sign in.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct PeopleConfig {
    /// The providers of identities that are trusted.
    #[serde(rename = "provider")]
    pub providers: Vec<ProviderConfig>,
}

/// A provider of identities, which vouches for the people of one agency.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProviderConfig {
    /// Who it says it is in `iss`, to the letter.
    pub issuer: String,
    /// What stands in `aud` of its tokens for this server.
    pub audience: String,
    /// The agency whose people it names.
    pub agency: AgencyId,
    /// How it signs.
    pub algorithms: BTreeSet<Algorithm>,
    /// Its keys in a file.
    pub jwks_file: Option<PathBuf>,
    /// Its keys at an address.
    pub jwks_url: Option<String>,
    /// The authorities that the server at that address has its certificate from, PEM; those of browsers where absent.
    pub jwks_ca: Option<PathBuf>,
    /// The strengths of sign-in that will do; any where empty.
    #[serde(default)]
    pub acr: BTreeSet<String>,
    /// The claim that holds the staff id.
    #[serde(default = "sub")]
    pub person_claim: String,
    /// The longest that a token may live, in minutes.
    #[serde(default = "fifteen")]
    pub longest_minutes: u64,
    /// Roles by the words of a claim.
    pub roles: Claim<Role>,
    /// Offices by the words of a claim.
    #[serde(default)]
    pub offices: Claim<Office>,
}

/// What the words of a claim mean.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Claim<T> {
    /// The claim.
    pub claim: String,
    /// What each word means.
    pub means: BTreeMap<String, T>,
}

impl<T> Default for Claim<T> {
    fn default() -> Self {
        Self { claim: String::new(), means: BTreeMap::new() }
    }
}

fn sub() -> String {
    "sub".to_owned()
}

/// A stolen token is of no use for longer than a cup of tea.
fn fifteen() -> u64 {
    15
}

/// The longest that anybody may have tokens live.
const LONGEST_MINUTES: u64 = 24 * 60;

impl PeopleConfig {
    /// Makes paths relative to a folder.
    pub(crate) fn relative_to(&mut self, folder: &Path) {
        for provider in &mut self.providers {
            for path in [&mut provider.jwks_file, &mut provider.jwks_ca].into_iter().flatten() {
                *path = folder.join(&*path);
            }
        }
    }

    /// The providers, with the keys that are in files read and followed.
    ///
    /// # Errors
    /// What is wrong with which of them.
    pub fn providers(&self) -> Result<People> {
        let mut seen = BTreeSet::new();
        let mut providers = Vec::new();
        for config in &self.providers {
            let told = || format!("the provider {:?} of {}", config.issuer, config.agency);
            if !seen.insert((&config.issuer, &config.audience)) {
                bail!("{}: two providers have this issuer and audience; one token would name people of both", told());
            }
            providers.push(config.provider().with_context(told)?);
        }
        Ok(People::new(providers))
    }
}

impl ProviderConfig {
    fn provider(&self) -> Result<Provider> {
        let Self { issuer, audience, agency, algorithms, acr, person_claim, longest_minutes, roles, offices, .. } =
            self;
        for (name, text) in [("issuer", issuer), ("audience", audience), ("person_claim", person_claim)] {
            if text.is_empty() {
                bail!("{name} is empty");
            }
        }
        if algorithms.is_empty() {
            bail!("algorithms is empty: name those that it signs with, as in [\"ES256\"]");
        }
        if *longest_minutes == 0 || *longest_minutes > LONGEST_MINUTES {
            bail!("longest_minutes is {longest_minutes}: give 1 to {LONGEST_MINUTES}");
        }
        Ok(Provider {
            issuer: issuer.clone(),
            audience: audience.clone(),
            agency: agency.clone(),
            algorithms: algorithms.clone(),
            keys: self.keys()?,
            acr: acr.clone(),
            person: person_claim.clone(),
            roles: ClaimMap { claim: roles.claim.clone(), means: roles.means.clone() },
            offices: ClaimMap { claim: offices.claim.clone(), means: offices.means.clone() },
            longest: Duration::from_secs(longest_minutes.saturating_mul(60)),
        })
    }

    fn keys(&self) -> Result<KeySource> {
        match (&self.jwks_file, &self.jwks_url) {
            (Some(path), None) => {
                let read = |text: &str, _: &Path| Keys::read(text).map_err(|error| error.to_string());
                let text = std::fs::read_to_string(path);
                let text = text.with_context(|| format!("{} cannot be read", path.display()))?;
                let first = Keys::read(&text).with_context(|| format!("{} will not do", path.display()))?;
                Ok(KeySource::File(follow(path.clone(), "a provider's keys", first, read)))
            }
            (None, Some(url)) => {
                let roots = self.jwks_ca.as_deref().map(roots).transpose()?;
                Ok(KeySource::Url(KeysUrl::new(url, roots).context("jwks_url")?))
            }
            (Some(_), Some(_)) | (None, None) => bail!("give either jwks_file or jwks_url"),
        }
    }
}

fn roots(path: &Path) -> Result<rustls::RootCertStore> {
    let mut roots = rustls::RootCertStore::empty();
    for certificate in CertificateDer::pem_file_iter(path).with_context(|| format!("{}", path.display()))? {
        roots.add(certificate.with_context(|| format!("{}", path.display()))?)?;
    }
    if roots.is_empty() {
        bail!("{} holds no certificate", path.display());
    }
    Ok(roots)
}
