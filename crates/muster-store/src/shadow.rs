//! What rule sets in shadow made of incidents, kept beside the records.

use muster_record::ids::{AgencyId, IncidentId, RuleSetId};
use muster_record::shadow::{Difference, Said, ShadowLook};
use rusqlite::{OptionalExtension as _, Row, Transaction, params};

use crate::error::ReadError;
use crate::read::Readers;
use crate::row;
use crate::sql;

pub(crate) fn put(tx: &Transaction<'_>, look: &ShadowLook) -> rusqlite::Result<()> {
    let ShadowLook { incident, owner, rule_set, component, settings, seq, as_of, situation, fuel_used, said } = look;
    let (advice, difference, class) = match said {
        Said::Advice { digest, difference } => (Some(digest.0), Some(*difference), None),
        Said::Failure { class } => (None, None, Some(class)),
    };
    tx.prepare_cached(sql::PUT_SHADOW_LOOK)?.execute(params![
        incident.as_str(),
        owner.as_str(),
        rule_set.as_str(),
        component.0,
        settings.0,
        row::int(seq.0),
        as_of.timestamp_millis(),
        situation.0,
        row::int(*fuel_used),
        advice,
        difference.map(|difference| difference.added),
        difference.map(|difference| difference.revised),
        difference.map(|difference| difference.withdrawn),
        class,
    ])?;
    Ok(())
}

impl Readers {
    /// What a rule set in shadow made of an incident when something of it last changed.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn last_shadow_look(
        &self,
        incident: &IncidentId,
        owner: &AgencyId,
        rule_set: &RuleSetId,
    ) -> Result<Option<ShadowLook>, ReadError> {
        self.read(|conn| {
            let mut rows = conn.prepare_cached(sql::LAST_SHADOW_LOOK)?;
            rows.query_row([incident.as_str(), owner.as_str(), rule_set.as_str()], look).optional()
        })
    }

    /// What an agency's rule set made of incidents in shadow, each with its number, newest first, before a number, at
    /// most `limit`.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn shadow_looks(
        &self,
        owner: &AgencyId,
        rule_set: &RuleSetId,
        before: u64,
        limit: usize,
    ) -> Result<Vec<(u64, ShadowLook)>, ReadError> {
        let numbered = |row: &Row<'_>| Ok((row::number(row, 0)?, look(row)?));
        self.read(|conn| {
            let mut rows = conn.prepare_cached(sql::SHADOW_LOOKS)?;
            let of = params![owner.as_str(), rule_set.as_str(), row::int(before), row::count(limit)];
            rows.query_map(of, numbered)?.collect()
        })
    }
}

fn look(row: &Row<'_>) -> rusqlite::Result<ShadowLook> {
    let said = match row.get::<_, Option<String>>(14)? {
        Some(class) => Said::Failure { class },
        None => {
            let difference = Difference { added: row.get(11)?, revised: row.get(12)?, withdrawn: row.get(13)? };
            Said::Advice { digest: row::hash(row, 10)?, difference }
        }
    };
    Ok(ShadowLook {
        incident: row::name(row, 1)?,
        owner: row::name(row, 2)?,
        rule_set: row::name(row, 3)?,
        component: row::hash(row, 4)?,
        settings: row::hash(row, 5)?,
        seq: row::seq(row, 6)?,
        as_of: row::instant(row, 7)?,
        situation: row::hash(row, 8)?,
        fuel_used: row::number(row, 9)?,
        said,
    })
}
