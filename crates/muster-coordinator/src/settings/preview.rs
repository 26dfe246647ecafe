//! Looking ahead: what other settings would change in the advice on open incidents. Nothing is written.

use std::sync::Arc;

use muster_record::Incident;
use muster_record::entry::Hash;
use muster_record::fact::Fact;
use muster_record::ids::{IncidentId, ProposalNo, Seq};
use muster_record::incident::advising::{self, Changed, Looked, Numbered, Outcome, Pin};
use muster_record::visible::Reader;
use muster_rules::{LoadedRuleSet, Settings};

use super::{Concerned, SettingsAsk, SettingsError};
use crate::coordinator::Coordinator;
use crate::place::Place;

/// Incidents that are looked ahead on: evaluating more would outlast the call.
const MOST: usize = 50;

/// What a change of settings would come to.
#[derive(Debug, Clone)]
pub struct Preview {
    /// What the settings would be known by.
    pub settings: Hash,
    /// The open incidents that they bear on and that use others, newest first.
    pub incidents: Vec<(IncidentId, Seq, Result<Foreseen, String>)>,
    /// Further such incidents, which were not looked at.
    pub not_looked_at: usize,
}

/// How the advice on an incident would differ from what stands there.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Foreseen {
    /// New items.
    pub added: Vec<Item>,
    /// Items that mean the same and would say something else.
    pub revised: Vec<Item>,
    /// Items that would no longer be given.
    pub withdrawn: Vec<Item>,
    /// Proposals among the new ones that a standing decision would raise as actions at once.
    pub raised_at_once: Vec<ProposalNo>,
}

/// An item of advice as it would stand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    /// The proposal's number, which for a new one is that it would have.
    pub proposal: ProposalNo,
    /// The key that its rule set gives it.
    pub key: String,
    /// What kind of item it is.
    pub kind: &'static str,
    /// The item in a sentence.
    pub told: String,
}

impl Item {
    fn of(numbered: &Numbered) -> Self {
        let Numbered { proposal, item, remark: _ } = numbered;
        Self { proposal: *proposal, key: item.key().to_owned(), kind: item.kind(), told: item.sentence() }
    }
}

impl Coordinator {
    /// What changing the settings so would change in the advice on each open incident that they bear on.
    ///
    /// # Errors
    /// As [`Coordinator::change_settings`], but that nothing is ever written.
    pub fn preview_settings(&self, ask: &SettingsAsk) -> Result<Preview, SettingsError> {
        let (settings, _) = self.fitting(ask)?;
        let Concerned { incidents, no_concern: _ } = self.concerned(&ask.agency, &ask.rule_set)?;
        let digest = Hash(settings.digest());
        let used = |incident: &Arc<Incident>| {
            let pin = incident.ruled_by(&ask.agency, &ask.rule_set).filter(|pin| pin.settings != digest).cloned();
            pin.map(|pin| (Arc::clone(incident), pin))
        };
        let other: Vec<(Arc<Incident>, Pin)> = incidents.iter().filter_map(used).collect();
        let looked_at = other
            .iter()
            .take(MOST)
            .map(|(incident, pin)| (incident.id.clone(), incident.seq, self.foresee(incident, pin, &settings)));
        Ok(Preview {
            settings: digest,
            incidents: looked_at.collect(),
            not_looked_at: other.len().saturating_sub(MOST),
        })
    }

    fn foresee(&self, incident: &Arc<Incident>, pin: &Pin, settings: &Settings) -> Result<Foreseen, String> {
        let loaded = self.with(pin, settings)?;
        let pin = Pin { settings: Hash(settings.digest()), ..pin.clone() };
        self.foresee_as(incident, &pin, &loaded)
    }

    /// What would change in the advice on an incident, were it to use this version of a rule set with these settings.
    pub(crate) fn foresee_as(
        &self,
        incident: &Arc<Incident>,
        pin: &Pin,
        loaded: &LoadedRuleSet,
    ) -> Result<Foreseen, String> {
        let as_of = self.now().max(incident.recorded_at);
        let seen = self.incident(&Reader::of(pin.owner.clone()), &incident.id).map_err(|error| error.to_string())?;
        let place = Place { whole: Arc::clone(incident), seen, as_of };
        let said = place.ask(pin, loaded);
        if let Err(failure) = &said.answer {
            return Err(failure.to_string());
        }
        let mut foreseen = Foreseen::default();
        for fact in facts(incident, pin, &said.looked, &place.outcome(&said)) {
            if let Fact::Advice(advising::Fact::Changed(changed)) = &fact {
                foreseen.added.extend(changed.added.iter().map(Item::of));
                foreseen.revised.extend(changed.revised.iter().map(Item::of));
                let stood = changed.withdrawn.iter().filter_map(|number| incident.advising.proposal(*number).ok());
                let withdrawn = stood.map(|stood| Numbered {
                    proposal: stood.number,
                    item: stood.item.clone(),
                    remark: stood.remark.clone(),
                });
                foreseen.withdrawn.extend(withdrawn.map(|numbered| Item::of(&numbered)));
            }
            if let Fact::Advice(advising::Fact::Adopted { proposal, office: _ }) = &fact {
                foreseen.raised_at_once.push(*proposal);
            }
        }
        Ok(foreseen)
    }
}

/// What would be written if a rule set in this version had looked so and said so.
fn facts(incident: &Incident, pin: &Pin, looked: &Looked, outcome: &Outcome) -> Vec<Fact> {
    let after = incident.pinned_as(pin);
    after.reconcile(&pin.rule_set, looked, outcome).into_iter().map(|(_, fact)| fact).collect()
}

/// How the advice would change if a rule set in this version had looked so and said so; not at all where absent.
pub(crate) fn changed(incident: &Incident, pin: &Pin, looked: &Looked, outcome: &Outcome) -> Option<Changed> {
    facts(incident, pin, looked, outcome)
        .into_iter()
        .find_map(|fact| if let Fact::Advice(advising::Fact::Changed(changed)) = fact { Some(changed) } else { None })
}
