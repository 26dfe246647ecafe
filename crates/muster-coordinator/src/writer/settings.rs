//! A change of settings: kept with an entry on every open incident that it bears on, all of it or nothing.

use std::collections::BTreeMap;
use std::sync::Arc;

use muster_record::entry::{Asked, Author, Hash};
use muster_record::ids::{IncidentId, Seq};
use muster_record::incident::advising::{self, Pin, SettingsChanged};
use muster_record::incident::log;
use muster_store::{SettingsChange, Write};

use super::Writer;
use crate::error::{AppendError, QueryError};
use crate::group::{Group, Pending};
use crate::job::ChangeSettings;
use crate::settings::{Left, Outcome, Reached};
use crate::surroundings::now;
use crate::upgrading::UpgradeWrite;
use crate::writing::Pen;

/// Incidents read from a list at a time.
const PAGE: usize = 500;

impl Writer {
    /// Has an incident go on with another version, if it still uses the one that was looked at: why is one entry, and the
    /// move is one that follows from it.
    pub(super) fn repin(
        &mut self,
        group: &mut Group,
        incident: &IncidentId,
        author: &Author,
        pins: Option<&(Pin, Pin)>,
        write: &UpgradeWrite,
    ) -> Result<Pending, AppendError> {
        let UpgradeWrite { request, body, because } = write;
        if let Some(pending) = self.repeated(group, &author.agency, request, *body, Some(incident))? {
            return Ok(pending);
        }
        let Some((from, to)) = pins else { return Ok(Pending::Known(Ok(None))) };
        let fold = self.take_fold(group, incident)?.ok_or(QueryError::NotPermitted)?;
        if fold.ruled_by(&author.agency, &to.rule_set) != Some(from) {
            let refusal = muster_record::Refusal::SeqConflict { expected: 0, current: fold.seq.0 };
            self.folds.insert(incident.clone(), fold);
            return Err(AppendError::Refused { refusal, command: 0 });
        }
        let at = now(self.surroundings.as_ref()).max(fold.recorded_at);
        let text = match from.component == to.component {
            true => format!("{} {} is asked again here: {because}", to.rule_set, to.version),
            false => {
                format!("{} goes on here with {} in place of {}: {because}", to.rule_set, to.version, from.version)
            }
        };
        let why = match fold.decide(at, author, at, &log::Command::Note { text }.into()) {
            Ok(why) => why,
            Err(refusal) => {
                self.folds.insert(incident.clone(), fold);
                return Err(AppendError::Refused { refusal, command: 0 });
            }
        };
        let mut pen = Pen::on(fold, Arc::clone(&self.surroundings));
        let at = pen.at();
        for fact in why {
            pen.put(author, at, None, fact, &Asked::default())?;
        }
        let cause = pen.incident().map(|incident| incident.seq);
        pen.put(author, at, cause, advising::Fact::Pinned(to.clone()).into(), &Asked::default())?;
        self.keep(group, pen, Some((author.agency.clone(), request.clone(), *body)))
    }

    /// Decides a change in a group of its own. What it came to is in the store, for the first answer and for every repeat.
    pub(super) fn change_settings(&mut self, group: &mut Group, ask: &ChangeSettings) -> Result<Pending, AppendError> {
        let known = self.readers.settings_asked(&ask.agency, &ask.request).map_err(QueryError::from)?;
        if let Some(known) = known {
            let same = known.body == ask.body;
            return if same { Ok(Pending::Known(Ok(None))) } else { Err(AppendError::RequestIdReused) };
        }
        match self.draft_settings(group, ask) {
            Ok(()) => Ok(Pending::Kept),
            Err(error) => {
                // All or nothing: what was drafted so far is dropped, and the folds that hold it.
                for id in &group.touched {
                    self.folds.remove(id);
                }
                *group = Group::default();
                Err(error)
            }
        }
    }

    fn draft_settings(&mut self, group: &mut Group, ask: &ChangeSettings) -> Result<(), AppendError> {
        let digest = Hash(ask.settings.digest());
        group.writes.push(Write::Settings { digest, text: ask.settings.text().to_owned() });
        let mut places = BTreeMap::new();
        let mut outcome = Outcome::default();
        for id in self.may_bear_on(ask)? {
            let Some(fold) = self.take_fold(group, &id)? else { continue };
            let pin = fold.ruled_by(&ask.agency, &ask.rule_set).filter(|pin| pin.settings != digest).cloned();
            let Some(pin) = pin else {
                self.folds.insert(id, fold);
                continue;
            };
            if let Some(why) = ask.unfit.get(&pin.component) {
                outcome.left.push(Left { incident: id.clone(), why: why.clone() });
                self.folds.insert(id, fold);
                continue;
            }
            let fact = SettingsChanged {
                rule_set: ask.rule_set.clone(),
                from: pin.settings,
                to: digest,
                changed: self.changed(&mut places, &pin, ask)?,
                because: ask.because.clone(),
            };
            let mut pen = Pen::on(fold, Arc::clone(&self.surroundings));
            let (author, at) = (Author::by(ask.agency.clone(), ask.hand.clone()), pen.at());
            pen.put(&author, at, None, advising::Fact::SettingsChanged(fact).into(), &Asked::default())?;
            let seq = pen.incident().map_or(Seq(0), |incident| incident.seq);
            self.keep(group, pen, None)?;
            outcome.reached.push(Reached { incident: id, seq });
        }
        group.writes.push(Write::SettingsChange(SettingsChange {
            agency: ask.agency.clone(),
            rule_set: ask.rule_set.clone(),
            settings: digest,
            at: now(self.surroundings.as_ref()),
            system: ask.hand.name().to_owned(),
            because: ask.because.clone(),
            request: ask.request.clone(),
            body: ask.body,
            outcome: serde_json::to_string(&outcome).map_err(QueryError::from)?,
        }));
        Ok(())
    }

    /// The agency's open incidents, without those that were looked at as they stand and are no concern of the change.
    fn may_bear_on(&self, ask: &ChangeSettings) -> Result<Vec<IncidentId>, QueryError> {
        let mut found = Vec::new();
        let mut after = None;
        loop {
            let page = self.readers.incidents_of(&ask.agency, after.as_ref(), PAGE)?;
            let full = page.len() == PAGE;
            after = page.last().map(|head| head.incident.clone());
            let open =
                page.into_iter().filter(|head| !head.closed && ask.no_concern.get(&head.incident) != Some(&head.seq));
            found.extend(open.map(|head| head.incident));
            if !full {
                return Ok(found);
            }
        }
    }

    /// Where the settings differ from those an incident uses; worked out once for all that use the same.
    fn changed(
        &self,
        places: &mut BTreeMap<Hash, Vec<String>>,
        pin: &Pin,
        ask: &ChangeSettings,
    ) -> Result<Vec<String>, QueryError> {
        if let Some(known) = places.get(&pin.settings) {
            return Ok(known.clone());
        }
        let before = self.readers.settings(pin.settings)?.unwrap_or_default();
        let changed = muster_rules::changed(&before, ask.settings.text());
        places.insert(pin.settings, changed.clone());
        Ok(changed)
    }
}
