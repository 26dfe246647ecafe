//! Pages of rule sets: those that somebody's agency is told of, one of them, and a proposal that waits.

use std::sync::Arc;

use axum::extract::{Path, Query, State};
use axum::response::Response;
use http::request::Parts;
use muster_console::{
    Differs, Frame, InForce, InstallPage, Installed, Proposal, RuleSet, RuleSetPage, RuleSetsPage, Stands, Trial, Whose,
};
use muster_coordinator::{Owner, SettingsFrom, Standing};
use muster_proto::v1;
use muster_proto::v1::rule_set_service_server::RuleSetService as _;
use muster_record::Incident;
use muster_record::entry::Hash;
use muster_record::ids::{IncidentId, RuleSetId};
use muster_record::installing::{Install, Use};
use muster_record::rights::Right;
use muster_record::shadow::ShadowLook;
use serde::Deserialize;
use tonic::Request;
use uuid::Uuid;

use super::Console;
use super::entering::{done, page};
use super::failing::Failed;
use crate::identity::Caller;
use crate::rule_set_service::RuleSets;
use crate::{bounds, status};

const LIST: &str = "/muster.v1.RuleSetService/ListInstalls";
/// Looks in shadow on a page.
const LOOKS: usize = 30;

/// On which incident something is tried.
#[derive(Debug, Deserialize)]
pub(super) struct Asked {
    #[serde(default)]
    on: String,
}

impl Console {
    pub(super) fn rule_sets(&self) -> RuleSets {
        RuleSets { coordinator: Arc::clone(&self.coordinator) }
    }

    /// A page for somebody, with what was just done.
    fn frame_after(&self, caller: &Caller, parts: &Parts) -> Frame {
        Frame { done: done(parts.uri.query().unwrap_or_default()), ..self.frame(caller) }
    }

    /// What the caller's agency proposed, the newest first, each with whether it is in use.
    fn proposed(&self, caller: &Caller) -> Result<Vec<(Install, bool)>, Failed> {
        let found = self.coordinator.installs(&caller.agency, u64::MAX, bounds::PAGE_INSTALLS);
        let found = found.map_err(|error| status::not_read(&error))?;
        Ok(found.into_iter().map(|Standing { install, in_use }| (install, in_use)).collect())
    }

    /// The rule sets that the caller's agency is told of.
    fn installed(&self, caller: &Caller) -> Vec<Installed> {
        let told = self.coordinator.rule_sets().told_to(&caller.agency);
        told.iter().map(|(name, known)| self.described(name, known)).collect()
    }

    fn described(&self, name: &RuleSetId, known: &muster_coordinator::Installed) -> Installed {
        let is = known.loaded.description();
        let (whose, owner) = match &known.owner {
            Owner::Lead => (Whose::Lead, None),
            Owner::Agency(agency) => (Whose::Given, Some(agency)),
            Owner::Own(agency) => (Whose::Own, Some(agency)),
        };
        let title = |agency| self.coordinator.directory().get(agency).map(|known| known.title.clone());
        Installed {
            name: name.clone(),
            title: is.title.clone(),
            version: is.version.clone(),
            component: Hash(known.loaded.component_digest()),
            source: is.source.clone(),
            review_due: is.review_due.clone(),
            concerns: is.concerns.clone(),
            asks: is.asks.clone(),
            grants: known.grants.clone(),
            facts: is.facts.clone(),
            schema: is.settings_schema.clone(),
            whose,
            owner: owner.and_then(title),
            used: known.used,
        }
    }

    /// The settings in force for the caller's agency; none where they are not its own to know.
    async fn in_force(&self, caller: &Caller, name: &RuleSetId) -> Option<InForce> {
        let (agency, name) = (caller.agency.clone(), name.clone());
        let known = self.rule_sets().ask(move |coordinator| coordinator.settings(&agency, &name)).await.ok()?;
        let (set, of_server) = match known.from {
            SettingsFrom::RuleSet => (None, false),
            SettingsFrom::Server => (None, true),
            SettingsFrom::Agency { since, system, because } => (Some((since, system, because)), false),
        };
        let problems = known.problems.into_iter().map(|issue| (issue.path, issue.problem)).collect();
        Some(InForce { json: known.settings, set, of_server, problems })
    }

    /// What a rule set made of incidents in shadow, each with the incident's title.
    fn looks(&self, caller: &Caller, name: &RuleSetId) -> Result<Vec<(ShadowLook, String)>, Failed> {
        let found = self.coordinator.shadow_looks(&caller.agency, name, u64::MAX, LOOKS);
        let (found, _) = found.map_err(|error| status::not_read(&error))?;
        let reader = caller.reader();
        let titled = |look: ShadowLook| {
            let seen = self.coordinator.incident(&reader, &look.incident).ok()?;
            Some((look, seen.lifecycle.opening.title.clone()))
        };
        Ok(found.into_iter().filter_map(titled).collect())
    }

    /// What the version in shadow would say of an incident now.
    async fn compared(&self, caller: &Caller, name: &RuleSetId, on: &str) -> Result<Trial, Failed> {
        let asked = v1::CompareShadowRequest { rule_set: name.to_string(), incident_id: on.to_owned() };
        let mut asked = Request::new(asked);
        asked.extensions_mut().insert(caller.clone());
        let v1::CompareShadowResponse { shadow: _, preview } =
            self.rule_sets().compare_shadow(asked).await?.into_inner();
        Ok(self.trial(caller, preview.unwrap_or_default()))
    }

    /// What a proposal would say of an incident now.
    async fn tried(&self, caller: &Caller, number: u64, on: &str) -> Result<Trial, Failed> {
        let mut asked = Request::new(v1::PreviewInstallRequest { number, incident_id: on.to_owned() });
        asked.extensions_mut().insert(caller.clone());
        let v1::PreviewInstallResponse { proposed: _, preview } =
            self.rule_sets().preview_install(asked).await?.into_inner();
        Ok(self.trial(caller, preview.unwrap_or_default()))
    }

    fn trial(&self, caller: &Caller, preview: v1::SettingsPreview) -> Trial {
        let v1::SettingsPreview { incident_id, seq, added, revised, withdrawn, raised_at_once, failure } = preview;
        let seen = incident_id.parse::<IncidentId>().ok();
        let seen = seen.and_then(|id| self.coordinator.incident(&caller.reader(), &id).ok());
        let title = seen.map_or_else(|| incident_id.clone(), |seen| seen.lifecycle.opening.title.clone());
        let items = |items: Vec<v1::ForeseenItem>| {
            let told = |v1::ForeseenItem { proposal: _, key: _, kind, told }| (kind.replace('-', " "), told);
            items.into_iter().map(told).collect::<Vec<(String, String)>>()
        };
        let differs = Differs {
            added: items(added),
            revised: items(revised),
            withdrawn: items(withdrawn),
            at_once: raised_at_once.len(),
        };
        Trial { incident: incident_id, title, seq, said: failure.map_or(Ok(differs), Err) }
    }
}

/// How rule sets stand on the open incidents that somebody sees.
fn stands(incidents: &[Arc<Incident>]) -> Vec<Stands> {
    let open = incidents.iter().filter(|incident| !incident.is_closed());
    let on = |incident: &Arc<Incident>| {
        let opening = &incident.lifecycle.opening;
        let pinned = incident.advising.rule_sets.iter().map(|(name, pinned)| Stands {
            name: name.clone(),
            incident: incident.id.to_string(),
            title: opening.title.clone(),
            exercise: opening.exercise,
            version: pinned.pin.version.clone(),
            open: incident.advising.open().filter(|proposal| proposal.rule_set == *name).count(),
            failing: pinned.failing.clone(),
            looked_at: pinned.looked_at.map(|seq| seq.0),
        });
        pinned.collect::<Vec<Stands>>()
    };
    open.flat_map(on).collect()
}

pub(super) async fn rule_sets(State(console): State<Arc<Console>>, parts: Parts) -> Result<Response, Failed> {
    let caller = console.caller(&parts, LIST).await?;
    let (installs, installed) = (console.proposed(&caller)?, console.installed(&caller));
    let stands = stands(&console.all(&caller).await?);
    page(&RuleSetsPage::new(console.frame_after(&caller, &parts), &installs, &installed, Some(&stands)))
}

pub(super) async fn rule_set(
    State(console): State<Arc<Console>>,
    Path(name): Path<String>,
    Query(asked): Query<Asked>,
    parts: Parts,
) -> Result<Response, Failed> {
    let caller = console.caller(&parts, LIST).await?;
    let name: RuleSetId = name.parse().map_err(|_| Failed::NoSuchPage)?;
    let mut installs = console.proposed(&caller)?;
    installs.retain(|(install, _)| install.rule_set == name);
    let installed = console.installed(&caller).into_iter().find(|installed| installed.name == name);
    // Another agency's own is not told apart from one that there is not.
    if installed.is_none() && installs.is_empty() {
        return Err(Failed::NoSuchPage);
    }
    let stands = stands(&console.all(&caller).await?);
    let settings = console.in_force(&caller, &name).await;
    let looks = console.looks(&caller, &name)?;
    let trial = match asked.on.as_str() {
        "" => None,
        on => Some(console.compared(&caller, &name, on).await?),
    };
    let request = Uuid::now_v7().simple().to_string();
    let of = RuleSet {
        name: &name,
        installed: installed.as_ref(),
        settings: settings.as_ref(),
        stands: Some(&stands),
        installs: &installs,
        looks: &looks,
        trial: trial.as_ref(),
        may_install: caller.reach.allows(Right::InstallRuleSets),
        request: &request,
    };
    page(&RuleSetPage::new(console.frame_after(&caller, &parts), &of))
}

pub(super) async fn proposal(
    State(console): State<Arc<Console>>,
    Path(number): Path<u64>,
    Query(asked): Query<Asked>,
    parts: Parts,
) -> Result<Response, Failed> {
    let caller = console.caller(&parts, LIST).await?;
    let installs = console.proposed(&caller)?;
    let found = installs.iter().find(|(install, _)| install.number == number);
    let (install, _) = found.ok_or(Failed::NoSuchPage)?;
    let may_install = caller.reach.allows(Right::InstallRuleSets);
    let all = console.all(&caller).await?;
    let led = all.iter().filter(|incident| !incident.is_closed() && incident.lifecycle.lead == caller.agency);
    let incidents: Vec<(String, String)> =
        led.map(|incident| (incident.id.to_string(), incident.lifecycle.opening.title.clone())).collect();
    let on =
        incidents.iter().map(|(id, _)| id).find(|id| **id == asked.on).or_else(|| incidents.first().map(|(id, _)| id));
    let tries = may_install && install.decided.is_none() && matches!(install.terms.used, Use::InUse | Use::Shadow);
    let trial = match on.filter(|_| tries) {
        Some(on) => Some(console.tried(&caller, number, on).await?),
        None => None,
    };
    let before = console.installed(&caller).into_iter().find(|known| known.name == install.rule_set);
    let before = before.map(|known| (known.version, known.grants.unwrap_or(known.asks)));
    let of = Proposal { install, before, incidents: &incidents, trial: trial.as_ref(), may_install };
    page(&InstallPage::new(console.frame_after(&caller, &parts), &of))
}
