//! Links that sign a person in to the console once, for development: from this machine, for ten minutes. Never for real
//! use.

use std::net::SocketAddr;
use std::path::PathBuf;

use anyhow::{Context as _, Result};
use muster_coordinator::Surroundings as _;
use muster_record::entry::Hash;
use muster_record::ids::hex;

use crate::dev_certs::Folder;
use crate::dev_idp::{self, Signed};
use crate::surroundings::{System, random_bytes};

/// Seconds for which a link is good.
const GOOD_FOR: i64 = 600;

/// Where a server looks for them.
pub fn folder(certs: &Folder) -> PathBuf {
    certs.0.join("links")
}

/// A link to the console at an address, which signs a person in once and leads to a page.
///
/// What is kept is named by the hash of the secret in the link, so that nobody reads the link off the folder.
///
/// # Errors
/// When the folder has no development key, or cannot be written.
pub fn make(certs: &Folder, console: SocketAddr, signed: &Signed, to: &str) -> Result<String> {
    let token = dev_idp::sign(certs, signed)?;
    let secret = hex(&random_bytes());
    let folder = folder(certs);
    std::fs::create_dir_all(&folder).with_context(|| format!("the folder {} cannot be made", folder.display()))?;
    let until = System.now().timestamp().saturating_add(GOOD_FOR);
    let path = folder.join(hex(&Hash::of(secret.as_bytes()).0));
    certs.keep_secret(&path, &format!("{until}\n{to}\n{token}\n"))?;
    // By name: a browser keeps cookies of this prefix for a host, and the certificate names it.
    Ok(format!("https://localhost:{}/sign-in/link/{secret}", console.port()))
}
