//! Reading what is kept of rule sets.

use muster_record::entry::Hash;
use muster_record::ids::{AgencyId, IncidentId, RequestId, RuleSetId};
use muster_record::installing::{Decided, InForce, Install, Outcome, Who, in_force};
use muster_record::shadow::{Difference, Said, ShadowLook};
use muster_store::{ReadError, ReadsRuleSets, SettingsChange};
use tokio_postgres::Row;

use super::Readers;
use crate::row::{self, Read};
use crate::sql::rule_sets as sql;
use crate::step::{bytes, count, int, params, text};

impl ReadsRuleSets for Readers {
    fn component(&self, digest: Hash) -> Result<Option<(RuleSetId, Vec<u8>)>, ReadError> {
        self.one(sql::COMPONENT, params![bytes(digest)], |row| Ok((row::name(row, 0)?, row::get(row, 1)?)))
    }

    fn settings(&self, digest: Hash) -> Result<Option<String>, ReadError> {
        self.one(sql::SETTINGS, params![bytes(digest)], |row| row::get(row, 0))
    }

    fn settings_in_force(&self, agency: &AgencyId, rule_set: &RuleSetId) -> Result<Option<SettingsChange>, ReadError> {
        let of = params![text(agency.as_str()), text(rule_set.as_str())];
        self.one(sql::SETTINGS_IN_FORCE, of, row::settings_change)
    }

    fn settings_asked(&self, agency: &AgencyId, id: &RequestId) -> Result<Option<SettingsChange>, ReadError> {
        self.one(sql::SETTINGS_ASKED, params![text(agency.as_str()), text(id.as_str())], row::settings_change)
    }

    fn last_install(&self) -> Result<u64, ReadError> {
        Ok(self.one(sql::LAST_INSTALL, Vec::new(), |row| row::number(row, 0))?.unwrap_or_default())
    }

    fn installs(&self, agency: &AgencyId, before: u64, limit: usize) -> Result<Vec<Install>, ReadError> {
        self.all(sql::INSTALLS, params![text(agency.as_str()), int(before), count(limit)], install)
    }

    fn open_installs(&self, agency: &AgencyId) -> Result<Vec<Install>, ReadError> {
        self.all(sql::OPEN_INSTALLS, params![text(agency.as_str())], install)
    }

    fn install(&self, number: u64) -> Result<Option<Install>, ReadError> {
        self.one(sql::INSTALL, params![int(number)], install)
    }

    fn install_envelope(&self, number: u64) -> Result<Option<Vec<u8>>, ReadError> {
        self.one(sql::INSTALL_ENVELOPE, params![int(number)], |row| row::get(row, 0))
    }

    fn install_asked(&self, agency: &AgencyId, id: &RequestId) -> Result<Option<(Install, Hash)>, ReadError> {
        let asked = |row: &Row| Ok((install(row)?, row::hash(row, 14)?));
        self.one(sql::INSTALL_ASKED, params![text(agency.as_str()), text(id.as_str())], asked)
    }

    fn installs_in_force(&self) -> Result<InForce, ReadError> {
        Ok(in_force(self.all(sql::INSTALLS_APPROVED, Vec::new(), install)?))
    }

    fn last_shadow_look(
        &self,
        incident: &IncidentId,
        owner: &AgencyId,
        rule_set: &RuleSetId,
    ) -> Result<Option<ShadowLook>, ReadError> {
        let of = params![text(incident.as_str()), text(owner.as_str()), text(rule_set.as_str())];
        self.one(sql::LAST_SHADOW_LOOK, of, look)
    }

    fn shadow_looks(
        &self,
        owner: &AgencyId,
        rule_set: &RuleSetId,
        before: u64,
        limit: usize,
    ) -> Result<Vec<(u64, ShadowLook)>, ReadError> {
        let of = params![text(owner.as_str()), text(rule_set.as_str()), int(before), count(limit)];
        self.all(sql::SHADOW_LOOKS, of, |row| Ok((row::number(row, 0)?, look(row)?)))
    }
}

fn who(row: &Row, person: usize, system: usize) -> Read<Who> {
    let person: String = row::get(row, person)?;
    Ok(Who { person: Some(person).filter(|person| !person.is_empty()), system: row::get(row, system)? })
}

fn install(row: &Row) -> Read<Install> {
    let approved: Option<bool> = row::get(row, 9)?;
    let decide = |approved| -> Read<Decided> {
        let outcome = if approved { Outcome::Approved } else { Outcome::Withdrawn };
        Ok(Decided { outcome, at: row::instant(row, 10)?, by: who(row, 11, 12)? })
    };
    Ok(Install {
        number: row::number(row, 0)?,
        agency: row::name(row, 1)?,
        rule_set: row::name(row, 2)?,
        version: row::get(row, 3)?,
        component: row::hash(row, 4)?,
        at: row::instant(row, 5)?,
        by: who(row, 6, 7)?,
        because: row::get(row, 8)?,
        terms: row::json(row, 13)?,
        decided: approved.map(decide).transpose()?,
    })
}

fn look(row: &Row) -> Read<ShadowLook> {
    let said = match row::get::<Option<String>>(row, 14)? {
        Some(class) => Said::Failure { class },
        None => {
            let (added, revised) = (row::small(row, 11)?, row::small(row, 12)?);
            let difference = Difference { added, revised, withdrawn: row::small(row, 13)? };
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
