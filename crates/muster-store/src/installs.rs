//! Rule sets that agencies install themselves: proposals, and what became of each.

use muster_record::entry::Hash;
use muster_record::ids::{AgencyId, RequestId};
use muster_record::installing::{Decided, InForce, Install, Outcome, Terms, Use, Who, in_force};
use muster_record::situation::Grants;
use rusqlite::types::Type;
use rusqlite::{OptionalExtension as _, Row, Transaction, params};

use crate::error::ReadError;
use crate::read::Readers;
use crate::row;
use crate::sql;

/// An install to keep: its component is kept before, in the same group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InstallWrite {
    /// What was proposed; its number is the one behind the last.
    pub install: Install,
    /// What its caller named the request.
    pub request: RequestId,
    /// The hash of what was asked for.
    pub body: Hash,
    /// The envelope with the signatures under its component, as it came; none where none came.
    pub envelope: Option<Vec<u8>>,
}

pub(crate) fn propose(tx: &Transaction<'_>, write: &InstallWrite) -> rusqlite::Result<()> {
    let InstallWrite { install, request, body, envelope } = write;
    let Install { number, agency, rule_set, version, component, at, by, because, terms, decided: _ } = install;
    tx.prepare_cached(sql::PROPOSE_INSTALL)?.execute(params![
        row::int(*number),
        agency.as_str(),
        rule_set.as_str(),
        version,
        component.0,
        at.timestamp_millis(),
        by.person.as_deref().unwrap_or_default(),
        by.system,
        because,
        request.as_str(),
        body.0,
    ])?;
    let terms = serde_json::to_string(terms).map_err(|error| rusqlite::Error::ToSqlConversionFailure(error.into()))?;
    tx.prepare_cached(sql::PROPOSE_TERMS)?.execute(params![row::int(*number), terms])?;
    if let Some(envelope) = envelope {
        tx.prepare_cached(sql::PROPOSE_ENVELOPE)?.execute(params![row::int(*number), envelope])?;
    }
    Ok(())
}

pub(crate) fn decide(tx: &Transaction<'_>, install: u64, decided: &Decided) -> rusqlite::Result<()> {
    let Decided { outcome, at, by } = decided;
    tx.prepare_cached(sql::DECIDE_INSTALL)?.execute(params![
        row::int(install),
        *outcome == Outcome::Approved,
        at.timestamp_millis(),
        by.person.as_deref().unwrap_or_default(),
        by.system,
    ])?;
    Ok(())
}

impl Readers {
    /// How many installs were proposed so far, which is the last one's number.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn last_install(&self) -> Result<u64, ReadError> {
        self.read(|conn| conn.prepare_cached(sql::LAST_INSTALL)?.query_row([], |row| row::number(row, 0)))
    }

    /// An agency's installs, newest first, before a number, at most `limit`.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn installs(&self, agency: &AgencyId, before: u64, limit: usize) -> Result<Vec<Install>, ReadError> {
        self.read(|conn| {
            let mut rows = conn.prepare_cached(sql::INSTALLS)?;
            rows.query_map(params![agency.as_str(), row::int(before), row::count(limit)], install)?.collect()
        })
    }

    /// An agency's installs that are not decided, newest first.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn open_installs(&self, agency: &AgencyId) -> Result<Vec<Install>, ReadError> {
        self.read(|conn| {
            let mut rows = conn.prepare_cached(sql::OPEN_INSTALLS)?;
            rows.query_map([agency.as_str()], install)?.collect()
        })
    }

    /// The install of that number.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn install(&self, number: u64) -> Result<Option<Install>, ReadError> {
        self.read(|conn| conn.prepare_cached(sql::INSTALL)?.query_row([row::int(number)], install).optional())
    }

    /// The envelope that came with an install, if one did.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn install_envelope(&self, number: u64) -> Result<Option<Vec<u8>>, ReadError> {
        self.read(|conn| {
            let envelope = |row: &Row<'_>| row.get(0);
            conn.prepare_cached(sql::INSTALL_ENVELOPE)?.query_row([row::int(number)], envelope).optional()
        })
    }

    /// What the agency proposed under that id, with the hash of what it asked for.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn install_asked(&self, agency: &AgencyId, id: &RequestId) -> Result<Option<(Install, Hash)>, ReadError> {
        let asked = |row: &Row<'_>| Ok((install(row)?, row::hash(row, 14)?));
        self.read(|conn| {
            conn.prepare_cached(sql::INSTALL_ASKED)?.query_row([agency.as_str(), id.as_str()], asked).optional()
        })
    }

    /// What agencies installed that holds now.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn installs_in_force(&self) -> Result<InForce, ReadError> {
        let approved: Vec<Install> =
            self.read(|conn| conn.prepare_cached(sql::INSTALLS_APPROVED)?.query_map([], install)?.collect())?;
        Ok(in_force(approved))
    }
}

fn who(row: &Row<'_>, person: usize, system: usize) -> rusqlite::Result<Who> {
    let person: String = row.get(person)?;
    Ok(Who { person: Some(person).filter(|person| !person.is_empty()), system: row.get(system)? })
}

fn before_there_were_any() -> Terms {
    Terms { grants: Grants::everything(), used: Use::InUse }
}

/// The terms of an install from before there were any, as they are kept.
pub(crate) fn terms_before_there_were_any() -> rusqlite::Result<String> {
    serde_json::to_string(&before_there_were_any())
        .map_err(|error| rusqlite::Error::ToSqlConversionFailure(error.into()))
}

fn terms(row: &Row<'_>, column: usize) -> rusqlite::Result<Terms> {
    let Some(text) = row.get::<_, Option<String>>(column)? else {
        return Ok(before_there_were_any());
    };
    serde_json::from_str(&text)
        .map_err(|error| rusqlite::Error::FromSqlConversionFailure(column, Type::Text, error.into()))
}

fn install(row: &Row<'_>) -> rusqlite::Result<Install> {
    let approved: Option<bool> = row.get(9)?;
    let decide = |approved| -> rusqlite::Result<Decided> {
        let outcome = if approved { Outcome::Approved } else { Outcome::Withdrawn };
        Ok(Decided { outcome, at: row::instant(row, 10)?, by: who(row, 11, 12)? })
    };
    Ok(Install {
        number: row::number(row, 0)?,
        agency: row::name(row, 1)?,
        rule_set: row::name(row, 2)?,
        version: row.get(3)?,
        component: row::hash(row, 4)?,
        at: row::instant(row, 5)?,
        by: who(row, 6, 7)?,
        because: row.get(8)?,
        terms: terms(row, 13)?,
        decided: approved.map(decide).transpose()?,
    })
}
