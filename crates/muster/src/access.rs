//! The registry of partner systems as a file: read, checked, and made for development.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};
use muster_record::ids::AgencyId;
use muster_record::rights::Role;
use muster_server::access::{
    Authority, Digest, Registry, Revoked, System, SystemRoles, SystemState, key_digest, subject,
};
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;
use serde::Deserialize;

/// What a registry file may say. An unknown key is an error, so that a typing error is not passed over.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    systems_not_listed: NotListed,
    #[serde(default, rename = "authority")]
    authorities: Vec<AuthorityRow>,
    #[serde(default, rename = "system")]
    systems: Vec<SystemRow>,
    #[serde(default)]
    revoked: Vec<RevokedRow>,
}

/// What a system may do that has no row.
#[derive(Debug, Deserialize)]
#[serde(untagged, expecting = "give \"refused\", or a table with the lists `roles` and `unattended`")]
enum NotListed {
    Refused(Refused),
    May(Roles),
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Refused {
    Refused,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Roles {
    #[serde(default)]
    roles: BTreeSet<Role>,
    #[serde(default)]
    unattended: BTreeSet<Role>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct AuthorityRow {
    name: String,
    certificate: Option<PathBuf>,
    key_sha256: Option<String>,
    agencies: BTreeSet<AgencyId>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct SystemRow {
    uri: String,
    #[serde(default)]
    state: State,
    #[serde(default)]
    roles: BTreeSet<Role>,
    #[serde(default)]
    unattended: BTreeSet<Role>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
enum State {
    #[default]
    Active,
    Suspended,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct RevokedRow {
    key_sha256: Option<String>,
    authority: Option<String>,
    serial: Option<String>,
    #[serde(rename = "because")]
    _because: Option<String>,
}

/// Reads a registry from its text. Certificates named in it are relative to its folder.
///
/// # Errors
/// What is wrong in it, where, and what would do.
pub fn read(text: &str, path: &Path, trust_domain: &str) -> Result<Registry> {
    let file: File = toml::from_str(text).context("it is not a registry of systems")?;
    let folder = path.parent().unwrap_or_else(|| Path::new(""));
    let File { systems_not_listed, authorities, systems, revoked } = file;
    let mut registry = Registry {
        not_listed: match systems_not_listed {
            NotListed::Refused(Refused::Refused) => None,
            NotListed::May(Roles { roles, unattended }) => Some(SystemRoles { at_most: roles, unattended }),
        },
        ..Registry::default()
    };
    for row in authorities {
        let name = row.name.clone();
        let authority = authority(row, folder).with_context(|| format!("the authority {name:?}"))?;
        let twice = |other: &Authority| other.name == authority.name || other.key == authority.key;
        if registry.authorities.iter().any(twice) {
            bail!("the authority {name:?} has a name or a key that another one has: give each once");
        }
        registry.authorities.push(authority);
    }
    for SystemRow { uri, state, roles, unattended } in systems {
        if subject(&uri, trust_domain).is_none() {
            bail!("{uri:?} is no system's: it is spiffe://{trust_domain}/agency/AGENCY/system/SYSTEM");
        }
        let state = match state {
            State::Active => SystemState::Active,
            State::Suspended => SystemState::Suspended,
        };
        let system = System { state, roles: SystemRoles { at_most: roles, unattended } };
        if registry.systems.insert(uri.clone(), system).is_some() {
            bail!("{uri:?} has two rows: give each system once");
        }
    }
    let keys: BTreeMap<&str, Digest> = registry.authorities.iter().map(|one| (one.name.as_str(), one.key)).collect();
    registry.revoked = all_revoked(revoked, &keys)?;
    Ok(registry)
}

fn authority(row: AuthorityRow, folder: &Path) -> Result<Authority> {
    let AuthorityRow { name, certificate, key_sha256, agencies } = row;
    let key = match (certificate, key_sha256) {
        (Some(certificate), None) => {
            let path = folder.join(certificate);
            let der = CertificateDer::from_pem_file(&path);
            let der = der.with_context(|| format!("{} is no certificate in PEM", path.display()))?;
            key_digest(&der).with_context(|| format!("{} cannot be read as a certificate", path.display()))?
        }
        (None, Some(key)) => digest(&key).context("key_sha256")?,
        (Some(_), Some(_)) | (None, None) => bail!("give either its certificate or its key_sha256"),
    };
    Ok(Authority { name, key, agencies })
}

fn all_revoked(rows: Vec<RevokedRow>, keys: &BTreeMap<&str, Digest>) -> Result<Revoked> {
    let mut revoked = Revoked::default();
    for RevokedRow { key_sha256, authority, serial, _because } in rows {
        match (key_sha256, authority, serial) {
            (Some(key), None, None) => {
                revoked.keys.insert(digest(&key).context("a revoked certificate's key_sha256")?);
            }
            (None, Some(authority), Some(serial)) => {
                let key = keys.get(authority.as_str()).with_context(|| {
                    format!("a certificate is revoked of {authority:?}, which is no authority of this registry")
                })?;
                let serial = hex(&serial).filter(|serial| !serial.is_empty());
                let serial = serial.context("a revoked certificate's serial is not in hexadecimal digits")?;
                revoked.serials.insert((*key, serial.into_iter().skip_while(|byte| *byte == 0).collect()));
            }
            _ => bail!("a revoked certificate is given by its key_sha256, or by its authority and serial"),
        }
    }
    Ok(revoked)
}

fn digest(text: &str) -> Result<Digest> {
    let bytes = hex(text).and_then(|bytes| Digest::try_from(bytes).ok());
    bytes.with_context(|| format!("{text:?} is no SHA-256: it has 64 hexadecimal digits"))
}

/// Bytes from hexadecimal digits, with or without colons between them.
fn hex(text: &str) -> Option<Vec<u8>> {
    let digits: Vec<u32> = text.chars().filter(|c| *c != ':').map(|c| c.to_digit(16)).collect::<Option<_>>()?;
    let padded: Vec<u32> = std::iter::repeat_n(0, digits.len() % 2).chain(digits).collect();
    let byte = |pair: &[u32]| u8::try_from(pair.iter().fold(0_u32, |so_far, digit| (so_far << 4) | digit)).ok();
    padded.chunks(2).map(byte).collect()
}

/// A registry for development: one authority for all these agencies, and every system may do everything.
pub fn permissive<'a>(certificate: &str, agencies: impl IntoIterator<Item = &'a AgencyId>) -> String {
    let quoted = |words: Vec<String>| words.iter().map(|word| format!("\"{word}\"")).collect::<Vec<_>>().join(", ");
    let roles = quoted(Role::ALL.iter().map(ToString::to_string).collect());
    let agencies = quoted(agencies.into_iter().map(ToString::to_string).collect());
    let mut out = String::from("# For development only: every system may do everything. See docs/identity.md.\n");
    // Writing into a String cannot fail.
    let _ = writeln!(out, "systems_not_listed = {{ roles = [{roles}], unattended = [{roles}] }}\n");
    let _ = writeln!(out, "[[authority]]\nname = \"development\"\ncertificate = \"{certificate}\"");
    let _ = writeln!(out, "agencies = [{agencies}]");
    out
}

#[cfg(test)]
mod tests;
