//! The store that a configuration names: a file, or a database on a server.

use anyhow::{Context as _, Result};
use muster_store::{Store, Writes};

use crate::config::Config;
use crate::surroundings::random_bytes;

/// Opens the store, or makes it where there is none.
///
/// # Errors
/// Why it cannot be used.
pub fn open(config: &Config) -> Result<Box<dyn Writes>> {
    let Some(address) = &config.store else {
        let store = Store::open(&config.data, random_bytes())
            .with_context(|| format!("the store {} cannot be used", config.data.display()))?;
        return Ok(Box::new(store));
    };
    let settings = config.database.settings(address)?;
    let store = muster_store_postgres::Store::open(&settings, random_bytes())
        .with_context(|| format!("the store {address} cannot be used"))?;
    Ok(Box::new(store))
}

/// Where the store is, for people.
pub fn place(config: &Config) -> String {
    match &config.store {
        Some(address) => address.to_string(),
        None => config.data.display().to_string(),
    }
}
