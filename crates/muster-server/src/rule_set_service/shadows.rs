//! Rule sets in shadow: what they made of incidents, and what they would say now.

use muster_proto::installing::{read_compare_shadow, read_list_shadow_looks, write_shadow_look};
use muster_proto::{proposal, v1};
use tonic::{Request, Status};

use super::{RuleSets, write_foreseen};
use crate::identity;
use crate::status;
use crate::token::BadToken;

impl RuleSets {
    pub(super) fn shadow_looks(
        &self,
        request: &Request<v1::ListShadowLooksRequest>,
    ) -> Result<v1::ListShadowLooksResponse, Status> {
        let caller = identity::of(request)?;
        let asked = read_list_shadow_looks(request.get_ref()).map_err(|bad| status::malformed(&bad))?;
        let (rule_set, limit, token) = asked;
        let limit = usize::try_from(limit).unwrap_or(usize::MAX);
        let before = match token.as_str() {
            "" => Ok(u64::MAX),
            token => token.parse().map_err(|_| status::bad_token("page_token", BadToken)),
        };
        let found = self.coordinator.shadow_looks(&caller.agency, &rule_set, before?, limit);
        let (found, next) = found.map_err(|error| status::not_read(&error))?;
        Ok(v1::ListShadowLooksResponse {
            looks: found.iter().map(write_shadow_look).collect(),
            next_page_token: next.map(|next| next.to_string()).unwrap_or_default(),
        })
    }

    pub(super) async fn shadow_compared(
        &self,
        request: &Request<v1::CompareShadowRequest>,
    ) -> Result<v1::CompareShadowResponse, Status> {
        let caller = identity::of(request)?;
        let asked = read_compare_shadow(request.get_ref()).map_err(|bad| status::malformed(&bad))?;
        let (rule_set, incident) = asked;
        let (agency, of) = (caller.agency.clone(), incident.clone());
        let compared = self.ask(move |coordinator| Ok(coordinator.compare_shadow(&agency, &rule_set, &of)?)).await?;
        Ok(v1::CompareShadowResponse {
            shadow: Some(proposal::write_pin(&compared.shadow)),
            preview: Some(write_foreseen(&(incident, compared.seq, compared.foreseen))),
        })
    }
}
