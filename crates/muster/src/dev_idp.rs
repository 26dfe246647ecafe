//! A development provider of identities: one key, which signs for the people of every agency. Never for real use.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use anyhow::{Context as _, Result};
use jsonwebtoken::jwk::{Jwk, JwkSet};
use jsonwebtoken::{Algorithm as Signing, EncodingKey, Header};
use muster_coordinator::Surroundings as _;
use muster_record::agency::{Agency, AgencyKind, Office};
use muster_record::ids::AgencyId;
use muster_record::rights::Role;
use muster_server::people::Algorithm;
use rcgen::KeyPair;
use serde::Serialize;

use crate::config::Config;
use crate::dev_certs::Folder;
use crate::dev_links;
use crate::people::{Claim, ProviderConfig};
use crate::surroundings::System;

/// Whom development tokens are made for.
pub const AUDIENCE: &str = "muster";
/// What the development key is called.
const KEY: &str = "development";

/// What a development token says.
#[derive(Debug, Clone)]
pub struct Signed {
    /// The agency of the person.
    pub agency: AgencyId,
    /// Their staff id.
    pub person: String,
    /// Their roles.
    pub roles: BTreeSet<Role>,
    /// Their offices.
    pub offices: BTreeSet<Office>,
    /// How long the token lives.
    pub minutes: u64,
}

#[derive(Serialize)]
struct Claims {
    iss: String,
    aud: &'static str,
    sub: String,
    iat: i64,
    nbf: i64,
    exp: i64,
    roles: BTreeSet<Role>,
    offices: BTreeSet<Office>,
}

/// Who the development provider says it is to people of an agency.
pub fn issuer(agency: &AgencyId) -> String {
    format!("https://idp.muster.local/{agency}")
}

/// How a server trusts the development provider for an agency.
pub fn provider(folder: &Folder, agency: &AgencyId) -> ProviderConfig {
    fn to_itself<T: Copy + ToString>(words: &[T]) -> BTreeMap<String, T> {
        words.iter().map(|word| (word.to_string(), *word)).collect()
    }
    ProviderConfig {
        issuer: issuer(agency),
        audience: AUDIENCE.to_owned(),
        agency: agency.clone(),
        algorithms: BTreeSet::from([Algorithm::Es256]),
        jwks_file: Some(keys(folder)),
        jwks_url: None,
        jwks_ca: None,
        acr: BTreeSet::new(),
        person_claim: "sub".to_owned(),
        longest_minutes: 24 * 60,
        roles: Claim { claim: "roles".to_owned(), means: to_itself(Role::ALL) },
        offices: Claim { claim: "offices".to_owned(), means: to_itself(Office::ALL) },
    }
}

/// Has a server in a folder trust the development provider for all its agencies, and take links that sign people in.
///
/// # Errors
/// When the folder cannot be written.
pub fn serves(config: &mut Config, folder: &Folder) -> Result<()> {
    make(folder)?;
    config.people.providers.extend(config.agencies.iter().map(|agency| provider(folder, &agency.id)));
    config.sign_in_links = Some(dev_links::folder(folder));
    Ok(())
}

/// Whoever is on duty at an agency: with the role that its kind calls for, and every office that it may hold.
pub fn on_duty(agency: &Agency, minutes: u64) -> Signed {
    let role = match agency.kind {
        AgencyKind::Council => Role::IncidentLead,
        AgencyKind::Regulator => Role::RegulatorObserver,
        AgencyKind::Region => Role::RegionalLead,
        AgencyKind::HealthCommissioner
        | AgencyKind::PublicHealth
        | AgencyKind::Provider
        | AgencyKind::PlacingAuthority
        | AgencyKind::SafeguardingBoard => Role::AgencyLead,
    };
    let offices = Office::ALL.iter().copied().filter(|office| office.held_by().contains(&agency.kind));
    Signed {
        agency: agency.id.clone(),
        person: "duty.manager".to_owned(),
        roles: BTreeSet::from([role]),
        offices: offices.collect(),
        minutes,
    }
}

/// Where the public key stands.
fn keys(folder: &Folder) -> PathBuf {
    folder.0.join("idp.jwks.json")
}

/// Makes the development key, unless the folder has one.
///
/// # Errors
/// When a file cannot be read or written.
pub fn make(folder: &Folder) -> Result<()> {
    let key = if folder.key("idp").exists() {
        read(folder)?
    } else {
        let key = KeyPair::generate()?;
        folder.keep_secret(&folder.key("idp"), &key.serialize_pem())?;
        key
    };
    if keys(folder).exists() {
        return Ok(());
    }
    let mut public = Jwk::from_encoding_key(&EncodingKey::from_ec_der(&key.serialize_der()), Signing::ES256)?;
    public.common.key_id = Some(KEY.to_owned());
    let path = keys(folder);
    let set = serde_json::to_string_pretty(&JwkSet { keys: vec![public] })?;
    std::fs::write(&path, set).with_context(|| format!("{} cannot be written", path.display()))
}

/// Signs a token for a person.
///
/// # Errors
/// When the folder has no key, or it cannot be used.
pub fn sign(folder: &Folder, signed: &Signed) -> Result<String> {
    let Signed { agency, person, roles, offices, minutes } = signed.clone();
    let key = read(folder)?;
    let now = System.now().timestamp();
    let claims = Claims {
        iss: issuer(&agency),
        aud: AUDIENCE,
        sub: person,
        iat: now,
        nbf: now,
        exp: now.saturating_add(i64::try_from(minutes)?.saturating_mul(60)),
        roles,
        offices,
    };
    let header = Header { kid: Some(KEY.to_owned()), ..Header::new(Signing::ES256) };
    Ok(jsonwebtoken::encode(&header, &claims, &EncodingKey::from_ec_der(&key.serialize_der()))?)
}

fn read(folder: &Folder) -> Result<KeyPair> {
    let path = folder.key("idp");
    let pem = std::fs::read_to_string(&path).with_context(|| {
        format!("{} cannot be read; `muster serve --dev` and `muster dev-idp` make it", path.display())
    })?;
    KeyPair::from_pem(&pem).with_context(|| format!("{} is no private key", path.display()))
}
