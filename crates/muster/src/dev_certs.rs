//! A development certificate authority, and a certificate for each system that may call. Never for real use.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use chrono::{Datelike as _, Days};
use muster_coordinator::Surroundings as _;
use muster_record::ids::AgencyId;
use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, DnType, ExtendedKeyUsagePurpose, IsCa, KeyPair,
    KeyUsagePurpose, SanType, date_time_ymd,
};

use crate::surroundings::System;
use crate::{access, dev_idp};

/// The trust domain of development certificates.
pub const TRUST_DOMAIN: &str = "muster.local";
/// The system name that development certificates carry.
pub const SYSTEM: &str = "console";
/// Days a development certificate is good for.
const DAYS: u64 = 90;

/// A certificate with its key, as PEM text.
#[derive(Clone)]
pub struct Identity {
    /// The certificate.
    pub certificate: String,
    /// Its private key.
    pub key: String,
}

/// A certificate authority made for this run.
pub struct Authority {
    issuer: CertifiedIssuer<'static, KeyPair>,
}

impl Authority {
    /// Makes a new one.
    ///
    /// # Errors
    /// When keys cannot be made.
    pub fn new() -> Result<Self> {
        let mut params = params("Muster development authority")?;
        params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
        params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
        let issuer = CertifiedIssuer::self_signed(params, KeyPair::generate()?)?;
        Ok(Self { issuer })
    }

    /// The authority's certificate, as PEM text.
    pub fn certificate(&self) -> String {
        self.issuer.pem()
    }

    /// A server's identity, good for `localhost` and the loopback addresses.
    ///
    /// # Errors
    /// When keys cannot be made.
    pub fn server(&self) -> Result<Identity> {
        let mut params = params("Muster development server")?;
        params.subject_alt_names =
            CertificateParams::new(["localhost", "127.0.0.1", "::1"].map(str::to_owned))?.subject_alt_names;
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
        self.sign(&params)
    }

    /// The identity of an agency's system.
    ///
    /// # Errors
    /// When keys cannot be made.
    pub fn system(&self, agency: &AgencyId, system: &str) -> Result<Identity> {
        self.client(&format!("spiffe://{TRUST_DOMAIN}/agency/{agency}/system/{system}"))
    }

    /// A client's identity with any URI.
    ///
    /// # Errors
    /// When keys cannot be made or the URI is not ASCII.
    pub fn client(&self, uri: &str) -> Result<Identity> {
        let mut params = params("Muster development client")?;
        params.subject_alt_names = vec![SanType::URI(uri.try_into()?)];
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ClientAuth];
        self.sign(&params)
    }

    fn sign(&self, params: &CertificateParams) -> Result<Identity> {
        let key = KeyPair::generate()?;
        let certificate = params.signed_by(&key, &self.issuer)?;
        Ok(Identity { certificate: certificate.pem(), key: key.serialize_pem() })
    }
}

fn params(name: &str) -> Result<CertificateParams> {
    let today = System.now().date_naive();
    let day = |date: chrono::NaiveDate| -> Result<_> {
        Ok(date_time_ymd(date.year(), u8::try_from(date.month())?, u8::try_from(date.day())?))
    };
    let mut params = CertificateParams::default();
    params.distinguished_name = rcgen::DistinguishedName::new();
    params.distinguished_name.push(DnType::CommonName, name);
    params.not_before = day(today.checked_sub_days(Days::new(1)).unwrap_or(today))?;
    params.not_after = day(today.checked_add_days(Days::new(DAYS)).unwrap_or(today))?;
    params.use_authority_key_identifier_extension = true;
    Ok(params)
}

/// Where the files of a folder of development certificates stand.
#[derive(Debug, Clone)]
pub struct Folder(pub PathBuf);

impl Folder {
    /// The authority's certificate.
    pub fn ca(&self) -> PathBuf {
        self.0.join("ca.pem")
    }

    /// A certificate: the server's, or an agency's.
    pub fn certificate(&self, of: &str) -> PathBuf {
        self.0.join(format!("{of}.pem"))
    }

    /// A private key: the server's, or an agency's.
    pub fn key(&self, of: &str) -> PathBuf {
        self.0.join(format!("{of}.key"))
    }

    /// The key that a development server signs with.
    pub fn signing_key(&self) -> PathBuf {
        self.0.join("signing.key")
    }

    /// The registry of systems.
    pub fn registry(&self) -> PathBuf {
        self.0.join("access.toml")
    }

    /// Writes what a folder of certificates made by an older Muster lacks: the registry of systems, in which every
    /// system may do everything, and the key of the development provider of identities.
    ///
    /// # Errors
    /// When a file cannot be written.
    pub fn complete<'a>(&self, agencies: impl IntoIterator<Item = &'a AgencyId>) -> Result<()> {
        if !self.registry().exists() {
            write(&self.registry(), &access::permissive("ca.pem", agencies))?;
        }
        dev_idp::make(self)
    }

    /// Writes a file that nobody else can read.
    ///
    /// # Errors
    /// When it is there already or cannot be written.
    pub(crate) fn keep_secret(&self, path: &Path, text: &str) -> Result<()> {
        fs::create_dir_all(&self.0).with_context(|| format!("the folder {} cannot be made", self.0.display()))?;
        write_for_the_owner(path, text)
    }

    /// Writes a new authority, a server identity, one identity for each agency, and what goes with them.
    ///
    /// # Errors
    /// When the folder holds an authority already, or a file cannot be written.
    pub fn write<'a>(&self, agencies: impl IntoIterator<Item = &'a AgencyId>) -> Result<()> {
        fs::create_dir_all(&self.0).with_context(|| format!("the folder {} cannot be made", self.0.display()))?;
        if self.ca().exists() {
            anyhow::bail!("{} exists already; remove the folder to make new certificates", self.ca().display());
        }
        let authority = Authority::new()?;
        self.put("server", &authority.server()?)?;
        let agencies: Vec<&AgencyId> = agencies.into_iter().collect();
        for agency in &agencies {
            self.put(agency.as_str(), &authority.system(agency, SYSTEM)?)?;
        }
        write(&self.ca(), &authority.certificate())?;
        self.complete(agencies)
    }

    fn put(&self, of: &str, identity: &Identity) -> Result<()> {
        write_for_the_owner(&self.key(of), &identity.key)?;
        write(&self.certificate(of), &identity.certificate)
    }
}

fn write(path: &Path, text: &str) -> Result<()> {
    fs::write(path, text).with_context(|| format!("{} cannot be written", path.display()))
}

/// Writes a file that nobody else could read at any time.
fn write_for_the_owner(path: &Path, text: &str) -> Result<()> {
    use std::io::Write as _;
    let mut options = fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let written = options.open(path).and_then(|mut file| file.write_all(text.as_bytes()));
    written.with_context(|| format!("{} cannot be written", path.display()))
}
