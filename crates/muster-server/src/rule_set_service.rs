//! `RuleSetService`: which rule sets run here, and what agencies set for themselves.

use std::sync::Arc;

use muster_coordinator::{
    ChangedSettings, Coordinator, Foreseen, InForce, Installed, Item, Left, Preview, Reached, SettingsAsk,
    SettingsError, SettingsFrom, SettingsIssue, UpgradeAsk, UpgradeWrite, Upgraded,
};
use muster_proto::installing::{Upgrade, read_upgrade};
use muster_proto::settings::{self, ChangeSettings, CheckSettings};
use muster_proto::time::write_time;
use muster_proto::{proposal, v1};
use muster_record::entry::Hash;
use muster_record::ids::{AgencyId, IncidentId, RuleSetId, Seq};
use muster_record::incident::advising::Pin;
use prost::bytes::Bytes;
use tonic::{Request, Response, Status, Streaming};

use crate::record_service::body_hash;
use crate::{identity, status};

mod installing;
mod shadows;

/// Answers for rule sets.
pub(crate) struct RuleSets {
    pub(crate) coordinator: Arc<Coordinator>,
}

impl RuleSets {
    /// Asks on a thread that may wait: rule sets are run, and an entry may go onto many records.
    pub(crate) async fn ask<T: Send + 'static>(
        &self,
        ask: impl FnOnce(&Coordinator) -> Result<T, SettingsError> + Send + 'static,
    ) -> Result<T, Status> {
        match self.coordinator.aside(ask).await {
            Ok(answer) => answer.map_err(|error| status::not_set(&error)),
            Err(_) => Err(status::stopping()),
        }
    }
}

#[tonic::async_trait]
impl v1::rule_set_service_server::RuleSetService for RuleSets {
    async fn list_rule_sets(
        &self,
        request: Request<v1::ListRuleSetsRequest>,
    ) -> Result<Response<v1::ListRuleSetsResponse>, Status> {
        let caller = identity::of(&request)?;
        let v1::ListRuleSetsRequest {} = request.get_ref();
        let installed = self.coordinator.rule_sets().told_to(&caller.agency);
        let rule_sets =
            installed.iter().map(|(name, installed)| write_installed(name, installed, &caller.agency)).collect();
        Ok(Response::new(v1::ListRuleSetsResponse { rule_sets }))
    }

    async fn get_settings(
        &self,
        request: Request<v1::GetSettingsRequest>,
    ) -> Result<Response<v1::GetSettingsResponse>, Status> {
        let agency = identity::of(&request)?.agency;
        let rule_set = settings::read_get_settings(&request.into_inner()).map_err(|bad| status::malformed(&bad))?;
        let in_force = self.ask(move |coordinator| coordinator.settings(&agency, &rule_set)).await?;
        Ok(Response::new(write_in_force(&in_force)))
    }

    async fn check_settings(
        &self,
        request: Request<v1::CheckSettingsRequest>,
    ) -> Result<Response<v1::CheckSettingsResponse>, Status> {
        let agency = identity::of(&request)?.agency;
        let asked = settings::read_check_settings(&request.into_inner()).map_err(|bad| status::malformed(&bad))?;
        let CheckSettings { rule_set, settings } = asked;
        let issues = self.ask(move |coordinator| coordinator.check_settings(&agency, &rule_set, &settings)).await?;
        Ok(Response::new(v1::CheckSettingsResponse { problems: write_problems(&issues) }))
    }

    async fn change_settings(
        &self,
        request: Request<v1::ChangeSettingsRequest>,
    ) -> Result<Response<v1::ChangeSettingsResponse>, Status> {
        let caller = identity::of(&request)?;
        let wire = request.into_inner();
        let asked = settings::read_change_settings(&wire).map_err(|bad| status::malformed(&bad))?;
        let ChangeSettings { rule_set, settings, because, validate_only, request_id } = asked;
        let ask = SettingsAsk {
            hand: caller.hand(),
            agency: caller.agency,
            request: request_id,
            body: body_hash(&wire),
            rule_set,
            settings,
            because,
        };
        let answer = if validate_only {
            write_preview(&self.ask(move |coordinator| coordinator.preview_settings(&ask)).await?)
        } else {
            write_changed(&self.ask(move |coordinator| coordinator.change_settings(&ask)).await?)
        };
        Ok(Response::new(answer))
    }

    async fn propose_install(
        &self,
        request: Request<Streaming<v1::ProposeInstallRequest>>,
    ) -> Result<Response<v1::ProposeInstallResponse>, Status> {
        self.propose(request).await.map(Response::new)
    }

    async fn list_installs(
        &self,
        request: Request<v1::ListInstallsRequest>,
    ) -> Result<Response<v1::ListInstallsResponse>, Status> {
        self.installs(&request).map(Response::new)
    }

    async fn preview_install(
        &self,
        request: Request<v1::PreviewInstallRequest>,
    ) -> Result<Response<v1::PreviewInstallResponse>, Status> {
        self.tried(&request).await.map(Response::new)
    }

    async fn approve_install(
        &self,
        request: Request<v1::ApproveInstallRequest>,
    ) -> Result<Response<v1::ApproveInstallResponse>, Status> {
        let install = Some(self.approve(&request).await?);
        Ok(Response::new(v1::ApproveInstallResponse { install }))
    }

    async fn withdraw_install(
        &self,
        request: Request<v1::WithdrawInstallRequest>,
    ) -> Result<Response<v1::WithdrawInstallResponse>, Status> {
        let install = Some(self.withdraw(&request).await?);
        Ok(Response::new(v1::WithdrawInstallResponse { install }))
    }

    async fn propose_use(
        &self,
        request: Request<v1::ProposeUseRequest>,
    ) -> Result<Response<v1::ProposeUseResponse>, Status> {
        self.propose_used(&request).await.map(Response::new)
    }

    async fn upgrade_rule_set(
        &self,
        request: Request<v1::UpgradeRuleSetRequest>,
    ) -> Result<Response<v1::UpgradeRuleSetResponse>, Status> {
        let caller = identity::of(&request)?;
        let asked = read_upgrade(request.get_ref()).map_err(|bad| status::malformed(&bad))?;
        let Upgrade { incident, rule_set, component, write } = asked;
        let body = body_hash(request.get_ref());
        let ask = UpgradeAsk { hand: caller.hand(), agency: caller.agency, incident, rule_set, component };
        let incident = ask.incident.clone();
        let write = write.map(|(request, because)| UpgradeWrite { request, body, because });
        let upgraded = match write {
            None => self.ask(move |coordinator| coordinator.preview_upgrade(&ask)).await?,
            Some(write) => self.ask(move |coordinator| coordinator.upgrade(&ask, write)).await?,
        };
        let Upgraded { from, to, foreseen, replayed } = upgraded;
        let preview = foreseen.map(|(seq, looked)| write_foreseen(&(incident, seq, looked)));
        let (from, to) = (Some(proposal::write_pin(&from)), Some(proposal::write_pin(&to)));
        Ok(Response::new(v1::UpgradeRuleSetResponse { from, to, preview, replayed }))
    }

    async fn list_shadow_looks(
        &self,
        request: Request<v1::ListShadowLooksRequest>,
    ) -> Result<Response<v1::ListShadowLooksResponse>, Status> {
        self.shadow_looks(&request).map(Response::new)
    }

    async fn compare_shadow(
        &self,
        request: Request<v1::CompareShadowRequest>,
    ) -> Result<Response<v1::CompareShadowResponse>, Status> {
        self.shadow_compared(&request).await.map(Response::new)
    }
}

fn write_hash(hash: Hash) -> Bytes {
    Bytes::copy_from_slice(&hash.0)
}

fn write_installed(name: &RuleSetId, installed: &Installed, caller: &AgencyId) -> v1::InstalledRuleSet {
    let is = installed.loaded.description();
    let pin = Pin {
        rule_set: name.clone(),
        owner: installed.owner_for(caller),
        version: is.version.clone(),
        component: Hash(installed.loaded.component_digest()),
        settings: Hash(installed.loaded.settings_digest()),
        grants: installed.grants.clone(),
    };
    v1::InstalledRuleSet {
        pin: Some(proposal::write_pin(&pin)),
        title: is.title.clone(),
        source: is.source.clone(),
        review_due: is.review_due.clone(),
        concerns: is.concerns.iter().map(|kind| v1::IncidentKind::from(*kind).into()).collect(),
        needs: is.asks.needs.iter().map(|part| v1::SituationPart::from(*part).into()).collect(),
        gives: is.asks.gives.iter().map(|kind| v1::AdviceKind::from(*kind).into()).collect(),
        facts: is.facts.clone(),
        settings_schema: is.settings_schema.clone(),
    }
}

fn write_problems(issues: &[SettingsIssue]) -> Vec<v1::SettingsProblem> {
    let problem = |issue: &SettingsIssue| {
        let SettingsIssue { path, problem } = issue;
        v1::SettingsProblem { path: path.clone(), problem: problem.clone() }
    };
    issues.iter().map(problem).collect()
}

fn write_in_force(in_force: &InForce) -> v1::GetSettingsResponse {
    let InForce { settings, digest, from, problems } = in_force;
    let (source, since, system, because) = match from {
        SettingsFrom::RuleSet => (v1::SettingsSource::RuleSet, None, "", ""),
        SettingsFrom::Server => (v1::SettingsSource::Server, None, "", ""),
        SettingsFrom::Agency { since, system, because } => {
            (v1::SettingsSource::Agency, Some(write_time(*since)), system.as_str(), because.as_str())
        }
    };
    v1::GetSettingsResponse {
        settings_json: settings.clone(),
        settings: write_hash(*digest),
        source: source.into(),
        since,
        system: system.to_owned(),
        because: because.to_owned(),
        problems: write_problems(problems),
    }
}

fn write_changed(changed: &ChangedSettings) -> v1::ChangeSettingsResponse {
    let ChangedSettings { settings, at, replayed, reached, left } = changed;
    let entry = |reached: &Reached| {
        let Reached { incident, seq } = reached;
        v1::SettingsEntry { incident_id: incident.to_string(), seq: seq.0 }
    };
    let stays = |left: &Left| {
        let Left { incident, why } = left;
        v1::SettingsLeft { incident_id: incident.to_string(), why: why.clone() }
    };
    v1::ChangeSettingsResponse {
        settings: write_hash(*settings),
        changed_at: Some(write_time(*at)),
        replayed: *replayed,
        entries: reached.iter().map(entry).collect(),
        left: left.iter().map(stays).collect(),
        previews: Vec::new(),
        not_looked_at: 0,
    }
}

fn write_preview(preview: &Preview) -> v1::ChangeSettingsResponse {
    let Preview { settings, incidents, not_looked_at } = preview;
    v1::ChangeSettingsResponse {
        settings: write_hash(*settings),
        changed_at: None,
        replayed: false,
        entries: Vec::new(),
        left: Vec::new(),
        previews: incidents.iter().map(write_foreseen).collect(),
        not_looked_at: u32::try_from(*not_looked_at).unwrap_or(u32::MAX),
    }
}

fn write_foreseen((incident, seq, looked): &(IncidentId, Seq, Result<Foreseen, String>)) -> v1::SettingsPreview {
    let empty = v1::SettingsPreview { incident_id: incident.to_string(), seq: seq.0, ..Default::default() };
    match looked {
        Err(failure) => v1::SettingsPreview { failure: Some(failure.clone()), ..empty },
        Ok(Foreseen { added, revised, withdrawn, raised_at_once }) => v1::SettingsPreview {
            added: added.iter().map(write_item).collect(),
            revised: revised.iter().map(write_item).collect(),
            withdrawn: withdrawn.iter().map(write_item).collect(),
            raised_at_once: raised_at_once.iter().map(|number| number.0).collect(),
            ..empty
        },
    }
}

fn write_item(item: &Item) -> v1::ForeseenItem {
    let Item { proposal, key, kind, told } = item;
    v1::ForeseenItem { proposal: proposal.0, key: key.clone(), kind: (*kind).to_owned(), told: told.clone() }
}
