//! The database that servers share: can it be reached, can a store be kept on it, and on how many disks is what it
//! acknowledges?

use muster_store_postgres::{Survey, survey};

use super::Finding;
use crate::config::{Address, Config};

const WHAT: &str = "store";

/// The database server that the configuration names. Nothing is made in it.
pub(super) fn examine(config: &Config, address: &Address) -> Vec<Finding> {
    let surveyed = config.database.settings(address).and_then(|settings| Ok(survey(&settings)?));
    let Survey { schema, known, last_revision, waits_for, is_private } = match surveyed {
        Ok(surveyed) => surveyed,
        Err(error) => {
            let to_do = "docs/several-servers.md says what a server needs of its database";
            return vec![Finding::wrong(WHAT, format!("{address}: {error:#}"), to_do)];
        }
    };
    let mut found = vec![match schema {
        None => Finding::fine(WHAT, format!("{address} holds no store yet: the first start makes it")),
        Some(version) if version < known => Finding::look(
            WHAT,
            format!("{address}: schema {version} of {known}, last change set {}", last_revision.0),
            "back the database up: the next start of this program brings it up to date, and the former one does not \
             start on it any more",
        ),
        Some(version) if version > known => Finding::wrong(
            WHAT,
            format!("{address}: schema {version}, and this program knows {known}"),
            "run the program that serves it elsewhere, or a later one",
        ),
        Some(version) => {
            Finding::fine(WHAT, format!("{address}: schema {version}, last change set {}", last_revision.0))
        }
    }];
    found.push(match waits_for {
        0 => Finding::look(
            "copies",
            "no copy is waited for: what is acknowledged is on the disk of one machine",
            "set synchronous_standby_names where a council cannot depend on one disk (docs/several-servers.md)",
        ),
        1 => Finding::fine("copies", "one copy is waited for: what is acknowledged is on two machines"),
        many => Finding::fine("copies", format!("{many} copies are waited for")),
    });
    if !is_private {
        found.push(Finding::wrong(
            WHAT,
            format!("what goes to {address} is not encrypted"),
            "take `sslmode=disable` out of the address, and give the authority's certificate as root in [database]",
        ));
    }
    found
}
