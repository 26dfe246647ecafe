//! `muster rules shadows`: what a rule set in shadow made of incidents, and what it would say of one now.

use anyhow::Result;
use clap::Args;
use muster_proto::time::read_time;
use muster_proto::v1;
use muster_record::ids::hex;
use muster_record::time::uk_day_and_time;

use super::installing::{failed, foreseen};
use crate::cli::Calling;
use crate::client::Client;
use crate::commands::{logging, say};

/// Options of `muster rules shadows`.
#[derive(Debug, Args)]
pub(crate) struct Shadows {
    /// The rule set's name
    rule_set: String,
    /// An incident: what it would say of it now, held against what stands there
    #[arg(long, value_name = "INCIDENT")]
    incident: Option<String>,
    #[command(flatten)]
    calling: Calling,
}

impl Shadows {
    pub(crate) async fn run(&self) -> Result<()> {
        logging::quiet()?;
        let client = self.calling.client().await?;
        match &self.incident {
            Some(incident) => self.compare(client, incident).await,
            None => self.list(client).await,
        }
    }

    async fn list(&self, mut client: Client) -> Result<()> {
        let (mut page_token, mut none) = (String::new(), true);
        loop {
            let request = v1::ListShadowLooksRequest { rule_set: self.rule_set.clone(), page_size: 0, page_token };
            let answer = client.rule_sets.list_shadow_looks(request).await;
            let page = answer.map_err(|status| failed(&status))?.into_inner();
            for look in &page.looks {
                say(shown(look))?;
                none = false;
            }
            page_token = page.next_page_token;
            if page_token.is_empty() {
                break;
            }
        }
        if none { say("it has looked at nothing in shadow") } else { Ok(()) }
    }

    async fn compare(&self, mut client: Client, incident: &str) -> Result<()> {
        let (rule_set, incident_id) = (self.rule_set.clone(), incident.to_owned());
        let request = v1::CompareShadowRequest { rule_set, incident_id };
        let answer = client.rule_sets.compare_shadow(request).await.map_err(|status| failed(&status))?;
        let v1::CompareShadowResponse { shadow, preview } = answer.into_inner();
        let (shadow, preview) = (shadow.unwrap_or_default(), preview.unwrap_or_default());
        let of = (&shadow.rule_set, &shadow.version, preview.seq);
        say(format_args!("{} {} in shadow, after entry {}:", of.0, of.1, of.2))?;
        let same = preview.added.is_empty() && preview.revised.is_empty() && preview.withdrawn.is_empty();
        if same && preview.failure.is_none() {
            say("  it would say what stands there")?;
        }
        foreseen(preview)?;
        say("nothing of this is on the record")
    }
}

fn shown(look: &v1::ShadowLook) -> String {
    let at = look.as_of.as_ref().and_then(read_time).map_or_else(String::new, uk_day_and_time);
    let component: String = hex(&look.component).chars().take(12).collect();
    let said = match &look.said {
        Some(v1::shadow_look::Said::Advice(advice)) => {
            let v1::ShadowAdvice { digest: _, added, revised, withdrawn } = advice;
            match (added, revised, withdrawn) {
                (0, 0, 0) => "says what stands there".to_owned(),
                _ => format!("+{added} ~{revised} -{withdrawn} against what stands there"),
            }
        }
        Some(v1::shadow_look::Said::Failure(class)) => format!("failed: {class}"),
        None => "something that this client does not know".to_owned(),
    };
    format!("{at}  incident {} after entry {}  sha256 {component}…  {said}", look.incident_id, look.seq)
}
