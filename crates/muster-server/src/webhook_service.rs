//! `WebhookService`: an agency registers webhooks and looks after them.

use std::sync::Arc;

use muster_coordinator::{Coordinator, Registered, WebhookAsk, WebhookStanding};
use muster_outbound::Poster;
use muster_proto::webhook::{RegisterWebhook, read_number, read_redeliver, read_register, write_dead, write_webhook};
use muster_proto::{Malformed, v1};
use muster_record::entry::Hash;
use muster_record::webhook::target;
use prost::Message as _;
use tonic::{Request, Response, Status};

use crate::{identity, status};

/// Answers for webhooks.
pub(crate) struct Webhooks {
    pub(crate) coordinator: Arc<Coordinator>,
    pub(crate) poster: Poster,
}

impl Webhooks {
    /// That an address may be posted to, as far as it tells by itself.
    fn may_be_posted_to(&self, url: &str) -> Result<(), Status> {
        let bad = |problem: &str| status::malformed(&Malformed::one("url", problem));
        let to = target(url, self.poster.takes_http()).map_err(|error| bad(&error.to_string()))?;
        match self.poster.refuses(&to.host) {
            Some(why) => Err(bad(&format!("is refused: {} {why}", to.host))),
            None => Ok(()),
        }
    }
}

#[tonic::async_trait]
impl v1::webhook_service_server::WebhookService for Webhooks {
    async fn register_webhook(
        &self,
        request: Request<v1::RegisterWebhookRequest>,
    ) -> Result<Response<v1::RegisterWebhookResponse>, Status> {
        let caller = identity::of(&request)?;
        let wire = request.into_inner();
        let asked = read_register(&wire).map_err(|bad| status::malformed(&bad))?;
        let body = Hash::of(&v1::RegisterWebhookRequest { request_id: String::new(), ..wire }.encode_to_vec());
        let RegisterWebhook { request_id, url, incident, kinds, from_the_beginning } = asked;
        self.may_be_posted_to(&url)?;
        let (reader, hand) = (caller.reader(), caller.hand());
        let uri = caller.pass.presented.as_ref().map(|presented| presented.uri.clone());
        let ask = WebhookAsk { reader, hand, uri, request: request_id, body, url, incident, kinds, from_the_beginning };
        let registered = self.coordinator.register_webhook(ask).await;
        let Registered { standing, secret } = registered.map_err(|error| status::no_webhook(&error))?;
        Ok(Response::new(v1::RegisterWebhookResponse {
            webhook: Some(written(&standing)),
            replayed: secret.is_none(),
            secret: secret.unwrap_or_default(),
        }))
    }

    async fn list_webhooks(
        &self,
        request: Request<v1::ListWebhooksRequest>,
    ) -> Result<Response<v1::ListWebhooksResponse>, Status> {
        let caller = identity::of(&request)?;
        let v1::ListWebhooksRequest {} = request.into_inner();
        let all = self.coordinator.webhooks(&caller.agency).map_err(|error| status::no_webhook(&error))?;
        Ok(Response::new(v1::ListWebhooksResponse { webhooks: all.iter().map(written).collect() }))
    }

    async fn pause_webhook(
        &self,
        request: Request<v1::PauseWebhookRequest>,
    ) -> Result<Response<v1::PauseWebhookResponse>, Status> {
        let caller = identity::of(&request)?;
        let v1::PauseWebhookRequest { number } = request.into_inner();
        let number = read_number(number).map_err(|bad| status::malformed(&bad))?;
        let why = format!("paused by {}", caller.hand().name());
        let paused = self.coordinator.pause_webhook(&caller.agency, number, &why).await;
        let standing = paused.map_err(|error| status::no_webhook(&error))?;
        Ok(Response::new(v1::PauseWebhookResponse { webhook: Some(written(&standing)) }))
    }

    async fn resume_webhook(
        &self,
        request: Request<v1::ResumeWebhookRequest>,
    ) -> Result<Response<v1::ResumeWebhookResponse>, Status> {
        let caller = identity::of(&request)?;
        let v1::ResumeWebhookRequest { number } = request.into_inner();
        let number = read_number(number).map_err(|bad| status::malformed(&bad))?;
        let resumed = self.coordinator.resume_webhook(&caller.agency, number).await;
        let standing = resumed.map_err(|error| status::no_webhook(&error))?;
        Ok(Response::new(v1::ResumeWebhookResponse { webhook: Some(written(&standing)) }))
    }

    async fn delete_webhook(
        &self,
        request: Request<v1::DeleteWebhookRequest>,
    ) -> Result<Response<v1::DeleteWebhookResponse>, Status> {
        let caller = identity::of(&request)?;
        let v1::DeleteWebhookRequest { number } = request.into_inner();
        let number = read_number(number).map_err(|bad| status::malformed(&bad))?;
        let deleted = self.coordinator.delete_webhook(&caller.agency, number).await;
        deleted.map_err(|error| status::no_webhook(&error))?;
        Ok(Response::new(v1::DeleteWebhookResponse {}))
    }

    async fn list_dead_letters(
        &self,
        request: Request<v1::ListDeadLettersRequest>,
    ) -> Result<Response<v1::ListDeadLettersResponse>, Status> {
        let caller = identity::of(&request)?;
        let v1::ListDeadLettersRequest { number } = request.into_inner();
        let number = read_number(number).map_err(|bad| status::malformed(&bad))?;
        let dead = self.coordinator.dead_letters(&caller.agency, number).map_err(|error| status::no_webhook(&error))?;
        Ok(Response::new(v1::ListDeadLettersResponse { dead_letters: dead.iter().map(write_dead).collect() }))
    }

    async fn redeliver_dead_letters(
        &self,
        request: Request<v1::RedeliverDeadLettersRequest>,
    ) -> Result<Response<v1::RedeliverDeadLettersResponse>, Status> {
        let caller = identity::of(&request)?;
        let (number, about) = read_redeliver(request.get_ref()).map_err(|bad| status::malformed(&bad))?;
        let again = self.coordinator.redeliver(&caller.agency, number, about).await;
        let events = again.map_err(|error| status::no_webhook(&error))?;
        Ok(Response::new(v1::RedeliverDeadLettersResponse { events }))
    }
}

fn written(standing: &WebhookStanding) -> v1::Webhook {
    let WebhookStanding { webhook, progress, paused, waiting, dead } = standing;
    write_webhook(webhook, progress, paused.as_ref(), *waiting, *dead)
}
