//! What a configuration says of the database server that several servers share.

use std::fmt;
use std::num::{NonZeroU32, NonZeroUsize};
use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::time::Duration;

use anyhow::{Context as _, Result};
use muster_store_postgres::Settings;
use serde::Deserialize;

/// Where a database server is. It may hold a password, so that it is never printed whole.
#[derive(Clone, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct Address(String);

impl Address {
    /// All of it, with a password that it may hold: for whoever connects, and for nobody's eyes.
    pub fn whole(&self) -> &str {
        &self.0
    }
}

impl FromStr for Address {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if ["postgresql://", "postgres://"].iter().any(|scheme| text.starts_with(scheme)) {
            return Ok(Self(text.to_owned()));
        }
        Err("a store is postgresql://USER@HOST/DATABASE; a file is named with `data`".to_owned())
    }
}

impl TryFrom<String> for Address {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        text.parse()
    }
}

impl fmt::Display for Address {
    /// Without what comes before the host: user and password.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let behind = self.0.split_once("://").map_or("", |(_, behind)| behind);
        let place = behind.rsplit_once('@').map_or(behind, |(_, place)| place);
        // A password may stand among the parameters too.
        write!(f, "postgresql://{}", place.split('?').next().unwrap_or_default())
    }
}

impl fmt::Debug for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// How the database server is reached; what is absent stays as the store has it.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct DatabaseConfig {
    /// A file with the password alone, which only its owner may read. Above one in the address.
    pub password_file: Option<PathBuf>,
    /// Certificates of those who may vouch for the database server, as PEM; those that browsers trust where absent.
    pub root: Option<PathBuf>,
    /// Connections that read.
    pub readers: Option<NonZeroUsize>,
    /// Seconds that connecting may take, to each host that the address names.
    pub connect_seconds: Option<NonZeroU32>,
    /// Seconds that a statement may take.
    pub statement_seconds: Option<NonZeroU32>,
}

impl DatabaseConfig {
    pub(super) fn relative_to(&mut self, folder: &Path) {
        for path in [&mut self.password_file, &mut self.root].into_iter().flatten() {
            *path = folder.join(&*path);
        }
    }

    /// The settings of a store at an address.
    ///
    /// # Errors
    /// When the password's file cannot be read.
    pub fn settings(&self, address: &Address) -> Result<Settings> {
        let usual = Settings::at(address.whole());
        let password = self.password_file.as_ref().map(|path| {
            let text = std::fs::read_to_string(path).with_context(|| format!("{} cannot be read", path.display()))?;
            Ok::<_, anyhow::Error>(text.trim_end_matches(['\r', '\n']).to_owned())
        });
        let seconds = |seconds: NonZeroU32| Duration::from_secs(u64::from(seconds.get()));
        Ok(Settings {
            password: password.transpose()?,
            root: self.root.clone(),
            readers: self.readers.map_or(usual.readers, NonZeroUsize::get),
            connect: self.connect_seconds.map_or(usual.connect, seconds),
            statement: self.statement_seconds.map_or(usual.statement, seconds),
            ..usual
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_printed_without_who_and_with_what() {
        let address: Address = "postgresql://muster:s3cret@db.example:5432/muster?password=other".parse().unwrap();
        assert_eq!(format!("{address} {address:?}").matches("postgresql://db.example:5432/muster").count(), 2);
        assert!(!format!("{address:?}{address}").contains("cret") && !format!("{address}").contains("other"));
    }

    #[test]
    fn what_is_no_database_server_is_refused_with_what_would_do() {
        let said = "muster.db".parse::<Address>().unwrap_err();
        assert!(said.contains("postgresql://") && said.contains("`data`"), "{said}");
    }
}
