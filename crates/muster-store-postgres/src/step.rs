//! One statement of a transaction, with its values and what it has to come to.

use muster_record::entry::Hash;
use muster_record::ids::IncidentId;
use muster_record::time::Instant;
use muster_store::CommitError;
use tokio_postgres::types::ToSql;

use crate::connection::Param;

/// A statement that changes something, or locks it.
pub(crate) struct Step {
    pub(crate) sql: &'static str,
    pub(crate) params: Vec<Param>,
    pub(crate) due: Option<Due>,
}

/// How many rows a statement has to change, and what is wrong where it changes others.
pub(crate) struct Due {
    pub(crate) rows: u64,
    pub(crate) incident: IncidentId,
    pub(crate) problem: String,
}

impl Step {
    pub(crate) fn new(sql: &'static str, params: Vec<Param>) -> Self {
        Self { sql, params, due: None }
    }
}

impl Due {
    pub(crate) fn refused(&self) -> CommitError {
        CommitError::Incoherent { incident: self.incident.clone(), problem: self.problem.clone() }
    }
}

/// Values for a statement, in order.
macro_rules! params {
    ($($value:expr),* $(,)?) => { vec![$($crate::step::param($value)),*] };
}
pub(crate) use params;

pub(crate) fn param<T: ToSql + Send + Sync + 'static>(value: T) -> Param {
    Box::new(value)
}

/// A number as the database holds it. None of ours comes near its end.
pub(crate) fn int(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

/// How many rows, as the database holds it.
pub(crate) fn count(limit: usize) -> i64 {
    i64::try_from(limit).unwrap_or(i64::MAX)
}

pub(crate) fn text(name: impl AsRef<str>) -> String {
    name.as_ref().to_owned()
}

pub(crate) fn bytes(hash: Hash) -> Vec<u8> {
    hash.0.to_vec()
}

pub(crate) fn millis(at: Instant) -> i64 {
    at.timestamp_millis()
}
