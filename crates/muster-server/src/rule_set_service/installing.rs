//! Rule sets that agencies install themselves: taken in piece by piece, and decided by whoever is signed in.

use muster_coordinator::{Coordinator, DecideAsk, InstallAsk, InstallRefused, Standing, UseAsk};
use muster_proto::installing::{self, ProposalHeader, ProposalPart, ProposeUse, write_install};
use muster_proto::{Malformed, proposal, v1};
use muster_record::rights::Right;
use tonic::{Request, Status, Streaming};

use super::{RuleSets, write_foreseen};
use crate::identity::{self, Caller};
use crate::record_service::body_hash;
use crate::token::BadToken;
use crate::{bounds, status};

impl RuleSets {
    pub(super) async fn propose(
        &self,
        request: Request<Streaming<v1::ProposeInstallRequest>>,
    ) -> Result<v1::ProposeInstallResponse, Status> {
        let caller = identity::of(&request)?;
        let ask = self.take_in(request.into_inner(), &caller).await?;
        // Taking it in took a while, and the caller is looked at once more before anything of it is kept.
        caller.pass.check()?;
        let proposed = self.install(move |coordinator| coordinator.propose_install(ask)).await?;
        Ok(v1::ProposeInstallResponse { install: Some(write(&proposed.standing)), replayed: proposed.replayed })
    }

    pub(super) fn installs(
        &self,
        request: &Request<v1::ListInstallsRequest>,
    ) -> Result<v1::ListInstallsResponse, Status> {
        let caller = identity::of(request)?;
        let asked = installing::read_list_installs(request.get_ref()).map_err(|bad| status::malformed(&bad))?;
        let (limit, token) = asked;
        let limit = usize::try_from(limit).unwrap_or(usize::MAX);
        let before = match token.as_str() {
            "" => Ok(u64::MAX),
            token => token.parse().map_err(|_| status::bad_token("page_token", BadToken)),
        };
        let found = self.coordinator.installs(&caller.agency, before?, limit.saturating_add(1));
        let mut found = found.map_err(|error| status::not_read(&error))?;
        let more = found.len() > limit;
        found.truncate(limit);
        let last = found.last().filter(|_| more).map(|standing| standing.install.number.to_string());
        Ok(v1::ListInstallsResponse {
            installs: found.iter().map(write).collect(),
            next_page_token: last.unwrap_or_default(),
        })
    }

    pub(super) async fn tried(
        &self,
        request: &Request<v1::PreviewInstallRequest>,
    ) -> Result<v1::PreviewInstallResponse, Status> {
        let caller = identity::of(request)?;
        // To read is demanded at the door; what nobody has approved yet is run for those alone who might.
        if !caller.reach.allows(Right::InstallRuleSets) {
            return Err(status::right_missing(Right::InstallRuleSets));
        }
        let asked = installing::read_preview_install(request.get_ref()).map_err(|bad| status::malformed(&bad))?;
        let (number, incident) = asked;
        let (agency, of) = (caller.agency, incident.clone());
        let tried = self.install(move |coordinator| coordinator.preview_install(&agency, number, &of)).await?;
        Ok(v1::PreviewInstallResponse {
            proposed: Some(proposal::write_pin(&tried.shadow)),
            preview: Some(write_foreseen(&(incident, tried.seq, tried.foreseen))),
        })
    }

    pub(super) async fn approve(&self, request: &Request<v1::ApproveInstallRequest>) -> Result<v1::Install, Status> {
        let caller = identity::of(request)?;
        let asked = installing::read_approve(request.get_ref()).map_err(|bad| status::malformed(&bad))?;
        let (number, digest) = asked;
        let ask = DecideAsk { hand: caller.hand(), agency: caller.agency, number };
        let standing = self.install(move |coordinator| coordinator.approve_install(ask, digest)).await?;
        Ok(write(&standing))
    }

    pub(super) async fn withdraw(&self, request: &Request<v1::WithdrawInstallRequest>) -> Result<v1::Install, Status> {
        let caller = identity::of(request)?;
        let number = installing::read_withdraw(request.get_ref()).map_err(|bad| status::malformed(&bad))?;
        let ask = DecideAsk { hand: caller.hand(), agency: caller.agency, number };
        let standing = self.install(move |coordinator| coordinator.withdraw_install(ask)).await?;
        Ok(write(&standing))
    }

    pub(super) async fn propose_used(
        &self,
        request: &Request<v1::ProposeUseRequest>,
    ) -> Result<v1::ProposeUseResponse, Status> {
        let caller = identity::of(request)?;
        let asked = installing::read_propose_use(request.get_ref()).map_err(|bad| status::malformed(&bad))?;
        let ProposeUse { request_id, rule_set, used, shadow, because } = asked;
        let (hand, body) = (caller.hand(), body_hash(request.get_ref()));
        let ask = UseAsk { agency: caller.agency, hand, request: request_id, body, rule_set, used, shadow, because };
        let proposed = self.install(move |coordinator| coordinator.propose_use(ask)).await?;
        Ok(v1::ProposeUseResponse { install: Some(write(&proposed.standing)), replayed: proposed.replayed })
    }

    /// Takes a proposal in, up to the size that is taken.
    async fn take_in(
        &self,
        mut messages: Streaming<v1::ProposeInstallRequest>,
        caller: &Caller,
    ) -> Result<InstallAsk, Status> {
        let largest = self.coordinator.rule_sets().largest();
        let mut of: Option<(ProposalHeader, muster_record::entry::Hash)> = None;
        let mut component = Vec::new();
        while let Some(message) = next(&mut messages).await? {
            let body = match &message.part {
                Some(v1::propose_install_request::Part::Header(header)) => Some(body_hash(header)),
                Some(v1::propose_install_request::Part::Chunk(_)) | None => None,
            };
            match (installing::read_propose(message).map_err(|bad| status::malformed(&bad))?, &of, body) {
                (ProposalPart::Header(header), None, Some(body)) => of = Some((header, body)),
                (ProposalPart::Header(_), _, _) => return Err(wrong("header", "was sent already")),
                (ProposalPart::Chunk(_), None, _) => return Err(wrong("header", "is not set in the first message")),
                (ProposalPart::Chunk(chunk), Some(_), _) => {
                    if component.len().saturating_add(chunk.len()) > largest {
                        let problem = format!("makes the component larger than the {largest} bytes that are taken");
                        return Err(wrong("chunk", &problem));
                    }
                    component.extend_from_slice(&chunk);
                }
            }
        }
        let Some((header, body)) = of else { return Err(wrong("header", "is not set")) };
        let ProposalHeader { request_id, because, component: digest, grants, used, envelope } = header;
        Ok(InstallAsk {
            agency: caller.agency.clone(),
            hand: caller.hand(),
            request: request_id,
            body,
            digest,
            component,
            because,
            grants,
            used,
            envelope,
        })
    }

    /// Asks on a thread that may wait: rule sets are compiled and run.
    async fn install<T: Send + 'static>(
        &self,
        ask: impl FnOnce(&Coordinator) -> Result<T, InstallRefused> + Send + 'static,
    ) -> Result<T, Status> {
        match self.coordinator.aside(ask).await {
            Ok(answer) => answer.map_err(|error| status::not_installed(&error)),
            Err(_) => Err(status::stopping()),
        }
    }
}

fn write(standing: &Standing) -> v1::Install {
    let Standing { install, in_use } = standing;
    write_install(install, *in_use)
}

async fn next(
    messages: &mut Streaming<v1::ProposeInstallRequest>,
) -> Result<Option<v1::ProposeInstallRequest>, Status> {
    let next = tokio::time::timeout(bounds::INSTALL_STALL, messages.message()).await;
    next.unwrap_or_else(|_| Err(wrong("chunk", "did not come for 5 seconds: send the proposal again")))
}

fn wrong(field: &str, problem: &str) -> Status {
    status::malformed(&Malformed::one(field, problem))
}
