//! `muster rules install`, `installs`, `approve`, `withdraw`: a rule set of your agency's own, by two people.

use std::path::PathBuf;

use anyhow::{Result, anyhow};
use clap::Args;
use muster_proto::time::read_time;
use muster_proto::v1;
use muster_record::advice::ItemKind;
use muster_record::entry::Hash;
use muster_record::ids::hex;
use muster_record::situation::Part;
use muster_record::time::{Instant, uk_day_and_time};

use crate::cli::Calling;
use crate::client;
use crate::commands::{logging, say};
use crate::installing;
use crate::packing::{self, Packed};

/// Options of `muster rules install`.
#[derive(Debug, Args)]
pub(crate) struct Install {
    /// The component (.wasm), or a pack with it and the signatures under it
    file: PathBuf,
    /// Why, for whoever approves it and whoever asks later
    #[arg(long, value_name = "REASON")]
    because: String,
    /// What it may be shown and may give, by name: parts of the situation (people, figures, facts ...) and kinds of
    /// advice (finding, question, action ...). All that it asks for where absent
    #[arg(long, value_name = "WORDS", value_delimiter = ',')]
    grant: Vec<String>,
    /// An envelope with signatures under it, as `muster rules sign` writes it
    #[arg(long, value_name = "FILE")]
    envelope: Option<PathBuf>,
    /// What the request is called; asking again under the same name does nothing twice
    #[arg(long, value_name = "ID")]
    request_id: Option<String>,
    #[command(flatten)]
    calling: Calling,
}

/// Options of `muster rules enable` and `disable`.
#[derive(Debug, Args)]
pub(crate) struct InUse {
    /// The rule set's name
    rule_set: String,
    /// Why, for whoever approves it and whoever asks later
    #[arg(long, value_name = "REASON")]
    because: String,
    /// The version in shadow: `enable` uses it, `disable` has it in shadow no more
    #[arg(long)]
    shadow: bool,
    #[command(flatten)]
    calling: Calling,
}

/// Options of `muster rules upgrade`.
#[derive(Debug, Args)]
pub(crate) struct Upgrade {
    /// The rule set's name
    rule_set: String,
    /// The incident that is to use another version
    #[arg(long, value_name = "INCIDENT")]
    incident: String,
    /// SHA-256 of the component that it is to use: the one that new incidents use
    #[arg(long, value_name = "SHA256", value_parser = digest)]
    digest: Hash,
    /// Write it; without, what would change in the advice is shown
    #[arg(long, requires = "because")]
    yes: bool,
    /// Why, for everybody at the table to read
    #[arg(long, value_name = "REASON")]
    because: Option<String>,
    /// What the request is called; asking again under the same name does nothing twice
    #[arg(long, value_name = "ID")]
    request_id: Option<String>,
    #[command(flatten)]
    calling: Calling,
}

/// Options of `muster rules installs`.
#[derive(Debug, Args)]
pub(crate) struct Installs {
    #[command(flatten)]
    calling: Calling,
}

/// Options of `muster rules approve`.
#[derive(Debug, Args)]
pub(crate) struct Approve {
    /// The number of the proposal
    number: u64,
    /// SHA-256 of the component that you looked at, as `sha256sum` and `muster rules check` give it
    #[arg(long, value_name = "SHA256", value_parser = digest)]
    digest: Hash,
    #[command(flatten)]
    calling: Calling,
}

/// Options of `muster rules withdraw`.
#[derive(Debug, Args)]
pub(crate) struct Withdraw {
    /// The number of the proposal
    number: u64,
    #[command(flatten)]
    calling: Calling,
}

fn digest(given: &str) -> Result<Hash, String> {
    given.parse().map_err(|_| "is not a SHA-256: 64 hexadecimal digits".to_owned())
}

pub(super) fn failed(status: &tonic::Status) -> anyhow::Error {
    anyhow!(client::told(status))
}

impl Install {
    /// Proposes it: to be used, or to look on in shadow.
    pub(crate) async fn run(&self, in_shadow: bool) -> Result<()> {
        logging::quiet()?;
        let Packed { component, envelope } = packing::read_with(&self.file, self.envelope.as_deref())?;
        let envelope = envelope.map(|envelope| envelope.write().map(String::into_bytes)).transpose()?;
        let mut client = self.calling.client().await?;
        let request_id = self.request_id.clone().unwrap_or_else(|| uuid::Uuid::now_v7().to_string());
        let grants = granted(&self.grant)?;
        let messages =
            installing::messages_granting(&component, &self.because, &request_id, grants, envelope, in_shadow);
        let answer = client.rule_sets.propose_install(tokio_stream::iter(messages)).await;
        let v1::ProposeInstallResponse { install, replayed } = answer.map_err(|status| failed(&status))?.into_inner();
        let install = install.unwrap_or_default();
        show(&install)?;
        if replayed {
            say("this request was done before; nothing was written again")?;
        }
        if install.state() == v1::InstallState::Proposed {
            let (number, digest) = (install.number, hex(&install.component));
            say(format_args!("another person of your agency approves it, once they have looked at the same file:"))?;
            say(format_args!("  muster rules approve {number} --digest {digest}"))?;
        }
        Ok(())
    }
}

/// The words of what is granted, told apart: no part of a situation is called as a kind of advice is.
fn granted(words: &[String]) -> Result<Option<v1::Grants>> {
    if words.is_empty() {
        return Ok(None);
    }
    let mut grants = v1::Grants::default();
    for word in words {
        match (word.parse::<Part>(), word.parse::<ItemKind>()) {
            (Ok(part), _) => grants.needs.push(v1::SituationPart::from(part).into()),
            (Err(_), Ok(kind)) => grants.gives.push(v1::AdviceKind::from(kind).into()),
            (Err(no_part), Err(no_kind)) => {
                return Err(anyhow!("{word} can be neither shown ({no_part}) nor given ({no_kind})"));
            }
        }
    }
    Ok(Some(grants))
}

impl InUse {
    pub(crate) async fn run(&self, out_of_use: bool) -> Result<()> {
        logging::quiet()?;
        let mut client = self.calling.client().await?;
        let (rule_set, because) = (self.rule_set.clone(), self.because.clone());
        let request_id = uuid::Uuid::now_v7().to_string();
        let request = v1::ProposeUseRequest { request_id, rule_set, out_of_use, because, in_shadow: self.shadow };
        let answer = client.rule_sets.propose_use(request).await.map_err(|status| failed(&status))?.into_inner();
        let install = answer.install.unwrap_or_default();
        show(&install)?;
        to_be_approved(&install)
    }
}

impl Upgrade {
    pub(crate) async fn run(&self) -> Result<()> {
        logging::quiet()?;
        let mut client = self.calling.client().await?;
        let request = v1::UpgradeRuleSetRequest {
            incident_id: self.incident.clone(),
            rule_set: self.rule_set.clone(),
            component: self.digest.0.to_vec().into(),
            validate_only: !self.yes,
            request_id: self.request_id.clone().unwrap_or_else(|| uuid::Uuid::now_v7().to_string()),
            because: self.because.clone().unwrap_or_default(),
        };
        let answer = client.rule_sets.upgrade_rule_set(request).await.map_err(|status| failed(&status))?.into_inner();
        let v1::UpgradeRuleSetResponse { from, to, preview, replayed } = answer;
        let version = |pin: Option<v1::RuleSetPin>| pin.map_or_else(String::new, |pin| pin.version);
        say(format_args!("{}: {} to {}", self.rule_set, version(from), version(to)))?;
        if replayed {
            return say("this request was done before; nothing was written again");
        }
        let Some(preview) = preview else {
            return say("the incident uses it from now on; its record says so, and why");
        };
        foreseen(preview)?;
        say("nothing was written; ask again with --yes")
    }
}

/// What would change in the advice on an incident.
pub(super) fn foreseen(preview: v1::SettingsPreview) -> Result<()> {
    let v1::SettingsPreview { incident_id: _, seq: _, added, revised, withdrawn, raised_at_once: _, failure } = preview;
    if let Some(failure) = failure {
        say(format_args!("  it would give no advice: {failure}"))?;
    }
    for (sign, items) in [("+", added), ("~", revised), ("-", withdrawn)] {
        for v1::ForeseenItem { proposal, key: _, kind, told } in items {
            say(format_args!("  {sign} proposal {proposal}, {kind}: {told}"))?;
        }
    }
    Ok(())
}

fn to_be_approved(install: &v1::Install) -> Result<()> {
    if install.state() != v1::InstallState::Proposed {
        return Ok(());
    }
    let (number, digest) = (install.number, hex(&install.component));
    say("another person of your agency approves it:")?;
    say(format_args!("  muster rules approve {number} --digest {digest}"))
}

impl Installs {
    pub(crate) async fn run(&self) -> Result<()> {
        logging::quiet()?;
        let mut client = self.calling.client().await?;
        let (mut page_token, mut none) = (String::new(), true);
        loop {
            let request = v1::ListInstallsRequest { page_size: 0, page_token };
            let page = client.rule_sets.list_installs(request).await.map_err(|status| failed(&status))?.into_inner();
            for install in &page.installs {
                show(install)?;
                none = false;
            }
            page_token = page.next_page_token;
            if page_token.is_empty() {
                break;
            }
        }
        if none { say("your agency has proposed none") } else { Ok(()) }
    }
}

impl Approve {
    pub(crate) async fn run(&self) -> Result<()> {
        logging::quiet()?;
        let mut client = self.calling.client().await?;
        let component = self.digest.0.to_vec().into();
        let request = v1::ApproveInstallRequest { number: self.number, component };
        let answer = client.rule_sets.approve_install(request).await.map_err(|status| failed(&status))?;
        show(&answer.into_inner().install.unwrap_or_default())
    }
}

impl Withdraw {
    pub(crate) async fn run(&self) -> Result<()> {
        logging::quiet()?;
        let mut client = self.calling.client().await?;
        let request = v1::WithdrawInstallRequest { number: self.number };
        let answer = client.rule_sets.withdraw_install(request).await.map_err(|status| failed(&status))?;
        show(&answer.into_inner().install.unwrap_or_default())
    }
}

fn show(install: &v1::Install) -> Result<()> {
    let state = match install.state() {
        v1::InstallState::Proposed => "waits for another person to approve it",
        v1::InstallState::Approved if install.in_use && install.in_shadow => "in shadow: it looks on",
        v1::InstallState::Approved if install.in_use => "in use for incidents that open from now on",
        v1::InstallState::Approved if install.in_shadow => "approved: in shadow no more",
        v1::InstallState::Approved if install.out_of_use => "approved: out of use",
        v1::InstallState::Approved => "approved, and replaced since",
        v1::InstallState::Withdrawn => "withdrawn",
        v1::InstallState::Unspecified => "unknown to this client",
    };
    say(format_args!("{}  {} {}  {state}", install.number, install.rule_set, install.version))?;
    say(format_args!("   sha256 {}", hex(&install.component)))?;
    if let Some(grants) = &install.grants {
        let words = |words: Vec<String>| if words.is_empty() { "nothing".to_owned() } else { words.join(", ") };
        // As the command line takes them: `regional-incident` for ADVICE_KIND_REGIONAL_INCIDENT.
        let word = |name: &str, of: &str| name.trim_start_matches(of).to_ascii_lowercase().replace('_', "-");
        let shown = grants.needs().map(|part| word(part.as_str_name(), "SITUATION_PART_"));
        let given = grants.gives().map(|kind| word(kind.as_str_name(), "ADVICE_KIND_"));
        let (shown, given) = (words(shown.collect()), words(given.collect()));
        say(format_args!("   may be shown: {shown}; may give: {given}"))?;
    }
    match (install.out_of_use, install.in_shadow) {
        (true, true) => say("   to be in shadow no more")?,
        (true, false) => say("   to be taken out of use")?,
        (false, true) => say("   to look on in shadow")?,
        (false, false) => (),
    }
    let (proposed_at, decided_at) = (install.proposed_at.as_ref(), install.decided_at.as_ref());
    let (proposed_at, decided_at) = (proposed_at.and_then(read_time), decided_at.and_then(read_time));
    let proposed = signed("proposed", proposed_at, install.proposed_by.as_ref());
    say(format_args!("   {proposed}: {}", install.because.replace('\n', " ")))?;
    match install.state() {
        v1::InstallState::Approved => {
            say(format_args!("   {}", signed("approved", decided_at, install.decided_by.as_ref())))
        }
        v1::InstallState::Withdrawn => {
            say(format_args!("   {}", signed("withdrawn", decided_at, install.decided_by.as_ref())))
        }
        v1::InstallState::Proposed | v1::InstallState::Unspecified => Ok(()),
    }
}

fn signed(what: &str, at: Option<Instant>, by: Option<&v1::SignedIn>) -> String {
    let when = at.map_or_else(String::new, uk_day_and_time);
    let who = by.map_or("", |by| if by.person.is_empty() { &by.system } else { &by.person });
    format!("{what} {when} by {who}")
}
