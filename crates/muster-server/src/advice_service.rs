//! `AdviceService`: what the rule sets propose, and why.

use std::sync::Arc;

use muster_coordinator::{Coordinator, Explained, QueryError};
use muster_proto::{proposal, query, v1};
use tonic::{Request, Response, Status};

use crate::glass::Looker;
use crate::{identity, status, view};

/// Answers for advice.
pub(crate) struct Advice {
    pub(crate) coordinator: Arc<Coordinator>,
}

#[tonic::async_trait]
impl v1::advice_service_server::AdviceService for Advice {
    async fn list_proposals(
        &self,
        request: Request<v1::ListProposalsRequest>,
    ) -> Result<Response<v1::ListProposalsResponse>, Status> {
        let caller = identity::of(&request)?;
        let asked = query::read_list_proposals(&request.into_inner()).map_err(|bad| status::malformed(&bad))?;
        let query::ListProposals { incident: id, states, rule_set } = asked;
        let reader = caller.reader();
        let viewing = self.coordinator.viewing(&reader, &id).map_err(|error| status::not_read(&error))?;
        let viewing = viewing.ok_or_else(|| status::not_read(&QueryError::NotPermitted))?;
        Looker::of(&caller).is_shown(&self.coordinator, &id, &viewing).await?;
        let incident = self.coordinator.incident(&reader, &id).map_err(|error| status::not_read(&error))?;
        let wanted = incident.advising.proposals.iter().filter(|proposal| {
            (states.is_empty() || states.contains(&proposal.state))
                && rule_set.as_ref().is_none_or(|name| *name == proposal.rule_set)
        });
        let proposals = wanted.map(proposal::write_proposal).collect();
        Ok(Response::new(v1::ListProposalsResponse { proposals, last_seq: incident.seq.0 }))
    }

    async fn explain_proposal(
        &self,
        request: Request<v1::ExplainProposalRequest>,
    ) -> Result<Response<v1::ExplainProposalResponse>, Status> {
        let caller = identity::of(&request)?;
        let asked = query::read_explain_proposal(&request.into_inner()).map_err(|bad| status::malformed(&bad))?;
        let (id, number) = asked;
        let not_read = |error| status::not_read(&error);
        let reader = caller.reader();
        let (by, of) = (reader.clone(), id.clone());
        let explained = self.coordinator.aside(move |coordinator| coordinator.explain(&by, &of, number)).await;
        let explained = explained.map_err(|_| status::stopping())?.map_err(not_read)?;
        let viewing = self.coordinator.viewing(&reader, &id).map_err(not_read)?;
        let viewing = viewing.ok_or_else(|| not_read(QueryError::NotPermitted))?;
        let Explained { proposal, pin, looked, facts, history } = explained;
        Looker::of(&caller).is_shown(&self.coordinator, &id, &viewing).await?;
        let history = history.iter().map(|sealed| view::stored(&viewing, sealed));
        let history = history.collect::<Result<Vec<_>, _>>().map_err(not_read)?;
        Ok(Response::new(v1::ExplainProposalResponse {
            cites: proposal::write_citations(proposal.item.cites()),
            because: proposal.item.because().to_vec(),
            proposal: Some(proposal::write_proposal(&proposal)),
            pin: Some(proposal::write_pin(&pin)),
            looked: Some(proposal::write_looked(&looked)),
            facts: facts.iter().map(|(key, standing)| proposal::write_fact_read(key, standing)).collect(),
            history,
        }))
    }
}
