//! `ServerService`: what this server is, what bounds it, and which rule sets it runs.

use std::sync::Arc;

use muster_coordinator::{Coordinator, Installed, Owner};
use muster_proto::{evidence, limits, proposal, time, v1};
use muster_record::entry::Hash;
use muster_record::incident::advising::Pin;
use tonic::{Request, Response, Status};

use crate::identity;

/// Answers for the server.
pub(crate) struct ServerInfo {
    pub(crate) coordinator: Arc<Coordinator>,
}

#[tonic::async_trait]
impl v1::server_service_server::ServerService for ServerInfo {
    async fn get_server_info(
        &self,
        request: Request<v1::GetServerInfoRequest>,
    ) -> Result<Response<v1::GetServerInfoResponse>, Status> {
        let caller = identity::of(&request)?;
        let rule_sets = self.coordinator.rule_sets().told_to(&caller.agency).into_iter().map(|(name, installed)| {
            let Installed { owner, component: _, settings: _, loaded, grants, used: _ } = installed.as_ref();
            let is = loaded.description();
            let owner = match owner {
                // Whoever leads: the caller's agency, were it to open an incident.
                Owner::Lead => caller.agency.clone(),
                Owner::Agency(agency) | Owner::Own(agency) => agency.clone(),
            };
            let pin = Pin {
                rule_set: name,
                owner,
                version: is.version.clone(),
                component: Hash(loaded.component_digest()),
                settings: Hash(loaded.settings_digest()),
                grants: grants.clone(),
            };
            let pin = Some(proposal::write_pin(&pin));
            v1::RunningRuleSet { pin, title: is.title.clone(), review_due: is.review_due.clone() }
        });
        Ok(Response::new(v1::GetServerInfoResponse {
            version: env!("CARGO_PKG_VERSION").to_owned(),
            api_versions: vec!["muster.v1".to_owned()],
            server_time: Some(time::write_time(self.coordinator.now())),
            limits: Some(limits::write_limits()),
            rule_sets: rule_sets.collect(),
            agency: caller.agency.to_string(),
            system: caller.system.clone().unwrap_or_default(),
            person: caller.person.as_ref().map_or_else(String::new, |person| person.id.clone()),
            purpose: caller.purpose.map_or_else(String::new, |purpose| purpose.to_string()),
            rights: caller.reach.rights.iter().map(|word| word.to_string()).collect(),
            classes: caller.reach.classes.iter().map(|word| word.to_string()).collect(),
            signing_key: self.coordinator.public_key().as_ref().map(evidence::write_signing_key),
        }))
    }
}
