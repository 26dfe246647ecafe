//! `muster webhook`: register webhooks, see how they stand, pause, resume and delete them, and send again what was given up.

use anyhow::{Result, anyhow};
use clap::{Args, Subcommand};
use muster_proto::v1;
use muster_record::ids::IncidentId;
use muster_record::webhook::Kind;

use super::{logging, say};
use crate::cli::Calling;
use crate::client;

/// Options of `muster webhook`.
#[derive(Debug, Args)]
pub(crate) struct Webhook {
    #[command(subcommand)]
    what: What,
    #[command(flatten)]
    calling: Calling,
}

#[derive(Debug, Subcommand)]
enum What {
    /// Register a webhook; its secret is printed this once
    Add {
        /// Where events are posted to
        url: String,
        /// Only of this incident; without it, of all that your agency may see
        #[arg(long)]
        incident: Option<IncidentId>,
        /// Only events of this kind, as in communications or withheld; may be repeated
        #[arg(long = "kind")]
        kinds: Vec<Kind>,
        /// Also what was written before
        #[arg(long)]
        from_the_beginning: bool,
    },
    /// Show your agency's webhooks and how each stands
    List,
    /// Send nothing until it is resumed
    Pause {
        /// The webhook's number
        number: u64,
    },
    /// Go on from where it stands
    Resume {
        /// The webhook's number
        number: u64,
    },
    /// Delete a webhook, with its secret and its dead letters
    Delete {
        /// The webhook's number
        number: u64,
    },
    /// Show the events that were given up
    Dead {
        /// The webhook's number
        number: u64,
    },
    /// Try what was given up once more: one event, or all
    Redeliver {
        /// The webhook's number
        number: u64,
        /// The incident of the one event
        #[arg(long, requires = "seq")]
        incident: Option<IncidentId>,
        /// Its entry
        #[arg(long, requires = "incident")]
        seq: Option<u64>,
    },
}

fn told(status: &tonic::Status) -> anyhow::Error {
    anyhow!(client::told(status))
}

impl Webhook {
    pub(crate) async fn run(&self) -> Result<()> {
        logging::quiet()?;
        let mut webhooks = self.calling.client().await?.webhooks;
        match &self.what {
            What::Add { url, incident, kinds, from_the_beginning } => {
                let request = v1::RegisterWebhookRequest {
                    request_id: uuid::Uuid::now_v7().to_string(),
                    url: url.clone(),
                    only_incident: incident.as_ref().map(ToString::to_string).unwrap_or_default(),
                    kinds: kinds.iter().map(ToString::to_string).collect(),
                    from_the_beginning: *from_the_beginning,
                };
                let answer = webhooks.register_webhook(request).await.map_err(|status| told(&status))?.into_inner();
                say(drawn(&answer.webhook.unwrap_or_default()))?;
                say(format_args!("secret, told this once: {}", answer.secret))
            }
            What::List => {
                let answer = webhooks.list_webhooks(v1::ListWebhooksRequest {}).await;
                let all = answer.map_err(|status| told(&status))?.into_inner().webhooks;
                if all.is_empty() {
                    return say("your agency has no webhooks");
                }
                all.iter().try_for_each(|webhook| say(drawn(webhook)))
            }
            What::Pause { number } => {
                let answer = webhooks.pause_webhook(v1::PauseWebhookRequest { number: *number }).await;
                say(drawn(&answer.map_err(|status| told(&status))?.into_inner().webhook.unwrap_or_default()))
            }
            What::Resume { number } => {
                let answer = webhooks.resume_webhook(v1::ResumeWebhookRequest { number: *number }).await;
                say(drawn(&answer.map_err(|status| told(&status))?.into_inner().webhook.unwrap_or_default()))
            }
            What::Delete { number } => {
                let answer = webhooks.delete_webhook(v1::DeleteWebhookRequest { number: *number }).await;
                answer.map_err(|status| told(&status))?;
                say(format_args!("webhook {number} is deleted, with its secret and its dead letters"))
            }
            What::Dead { number } => {
                let answer = webhooks.list_dead_letters(v1::ListDeadLettersRequest { number: *number }).await;
                let dead = answer.map_err(|status| told(&status))?.into_inner().dead_letters;
                if dead.is_empty() {
                    return say("nothing was given up");
                }
                dead.iter().try_for_each(|v1::DeadLetter { incident, seq, attempts, at: _, answer, again }| {
                    let again = if *again { " (is tried again)" } else { "" };
                    say(format_args!("{incident} {seq}  after {attempts} attempts: {answer}{again}"))
                })
            }
            What::Redeliver { number, incident, seq } => {
                let request = v1::RedeliverDeadLettersRequest {
                    number: *number,
                    only_incident: incident.as_ref().map(ToString::to_string).unwrap_or_default(),
                    seq: seq.unwrap_or_default(),
                };
                let answer = webhooks.redeliver_dead_letters(request).await.map_err(|status| told(&status))?;
                say(format_args!("{} events are tried once more", answer.into_inner().events))
            }
        }
    }
}

/// A webhook in a few lines.
fn drawn(webhook: &v1::Webhook) -> String {
    let state = if webhook.paused.is_empty() { "at work".to_owned() } else { format!("PAUSED: {}", webhook.paused) };
    let about = if webhook.only_incident.is_empty() { "all incidents" } else { &webhook.only_incident };
    let kinds = if webhook.kinds.is_empty() { "all kinds".to_owned() } else { webhook.kinds.join(", ") };
    let mut text = format!("{}  {}\n   {state}\n   {about}, {kinds}\n", webhook.number, webhook.url);
    let more = if webhook.waiting >= 1000 { " or more" } else { "" };
    text += &format!(
        "   delivered {}, waiting {}{more}, dead letters {}",
        webhook.delivered, webhook.waiting, webhook.dead_letters
    );
    if webhook.last_seq > 0 {
        text += &format!("\n   last: entry {} of {}", webhook.last_seq, webhook.last_incident);
    }
    if !webhook.last_error.is_empty() {
        text += &format!("\n   last error: {} ({} attempts at the next event)", webhook.last_error, webhook.attempts);
    }
    text
}
