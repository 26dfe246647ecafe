//! The questions of `muster register`, each page after page.

use anyhow::{Context as _, Result, anyhow, bail};
use clap::Args;
use muster_proto::v1;
use muster_record::situation::ServiceKind;
use muster_register::ask::{Near, NotKnown, Reason};

use super::super::say;
use super::shown;
use crate::client::{self, Client};

/// Options of `muster register services`.
#[derive(Debug, Args)]
pub(super) struct Services {
    /// In this local authority: its code or its name
    #[arg(long)]
    authority: Option<String>,
    /// Of this brand: its code or its name
    #[arg(long)]
    brand: Option<String>,
    /// Of this provider: its code or its name
    #[arg(long)]
    provider: Option<String>,
    /// Of this kind: nursing, residential, home-support ...
    #[arg(long)]
    kind: Option<ServiceKind>,
    /// With this in the code, name, postcode or provider's name
    text: Option<String>,
}

/// Options of `muster register at-risk`.
#[derive(Debug, Args)]
pub(super) struct AtRisk {
    /// In this local authority: its code or its name
    #[arg(long)]
    authority: Option<String>,
    /// Of this brand: its code or its name
    #[arg(long)]
    brand: Option<String>,
}

/// Options of `muster register replacements`.
#[derive(Debug, Args)]
#[group(required = true, multiple = false)]
pub(super) struct Replacements {
    /// Of this provider: its code or its name
    #[arg(long)]
    provider: Option<String>,
    /// Of this service: its code
    #[arg(long)]
    service: Option<String>,
}

/// Options of `muster register exposure`.
#[derive(Debug, Args)]
#[group(required = true, multiple = false)]
pub(super) struct Exposure {
    /// To this brand: its code or its name
    #[arg(long)]
    brand: Option<String>,
    /// To this provider: its code or its name
    #[arg(long)]
    provider: Option<String>,
}

/// Options of `muster register authorities`.
#[derive(Debug, Args)]
pub(super) struct Authorities {
    /// On this day, as in 2024-03-04; today where absent
    #[arg(long, value_name = "DATE")]
    at: Option<chrono::NaiveDate>,
    /// Of this region, as in west-midlands
    #[arg(long)]
    region: Option<String>,
}

/// Options of `muster register agency`.
#[derive(Debug, Args)]
pub(super) struct Agency {
    /// Its code, as in 05A
    code: String,
    /// On this day, as in 2024-03-04; today where absent
    #[arg(long, value_name = "DATE")]
    at: Option<chrono::NaiveDate>,
}

#[expect(clippy::needless_pass_by_value, reason = "what map_err hands over")]
fn failed(status: tonic::Status) -> anyhow::Error {
    anyhow!(client::told(&status))
}

pub(super) async fn show(mut client: Client) -> Result<()> {
    let found = client.register.get_register(v1::GetRegisterRequest {}).await.map_err(failed)?.into_inner();
    for count in &found.counts {
        say(format_args!("{:>7}  {}", count.rows, shown::kind(count.kind)))?;
    }
    for import in &found.imports {
        let (source, as_at, age) = (&import.source, &import.as_at, import.age_days);
        say(format_args!("{source} as at {as_at}, {age} days ago; import {} by {}", import.number, import.agency))?;
    }
    say(format_args!("figures of capacity are stale after {} days", found.stale_after_days))
}

impl Services {
    pub(super) async fn run(&self, mut client: Client) -> Result<()> {
        let mut page_token = String::new();
        loop {
            let request = v1::FindServicesRequest {
                authority: self.authority.clone(),
                brand: self.brand.clone(),
                provider: self.provider.clone(),
                kind: self.kind.map_or(0, |kind| v1::ServiceKind::from(kind).into()),
                text: self.text.clone().unwrap_or_default(),
                page_size: 500,
                page_token,
            };
            let page = client.register.find_services(request).await.map_err(failed)?.into_inner();
            for service in &page.services {
                say(shown::service(service))?;
            }
            page_token = page.next_page_token;
            if page_token.is_empty() {
                return Ok(());
            }
        }
    }
}

impl AtRisk {
    pub(super) async fn run(&self, mut client: Client) -> Result<()> {
        let mut page_token = String::new();
        loop {
            let (authority, brand) = (self.authority.clone(), self.brand.clone());
            let request = v1::ListAtRiskRequest { authority, brand, page_size: 500, page_token };
            let page = client.register.list_at_risk(request).await.map_err(failed)?.into_inner();
            for found in &page.services {
                say(shown::service(found.service.as_ref().context("the server sent no service")?))?;
                let reasons = shown::words(&found.reasons, v1::RiskReason::try_from, Reason::word);
                let not_known = shown::words(&found.not_known, v1::NotKnown::try_from, NotKnown::word);
                let gap = if not_known.is_empty() { String::new() } else { format!("; not known: {not_known}") };
                say(format_args!("    {reasons}{gap}"))?;
            }
            page_token = page.next_page_token;
            if page_token.is_empty() {
                return Ok(());
            }
        }
    }
}

impl Replacements {
    pub(super) async fn run(&self, mut client: Client) -> Result<()> {
        use v1::find_replacements_request::Of;
        let of = match (&self.provider, &self.service) {
            (Some(provider), _) => Of::Provider(provider.clone()),
            (None, Some(service)) => Of::Service(service.clone()),
            (None, None) => bail!("give --provider or --service"),
        };
        let request = v1::FindReplacementsRequest { of: Some(of), limit: 100 };
        let found = client.register.find_replacements(request).await.map_err(failed)?.into_inner();
        for replacement in &found.replacements {
            let service = replacement.service.as_ref().context("the server sent no service")?;
            let near = shown::words(&[replacement.near], v1::Near::try_from, Near::word);
            let brand = if replacement.same_brand { ", of the same brand" } else { "" };
            say(format_args!("{}\n    {near}{brand}", shown::service(service)))?;
        }
        let told = found.replacements.len();
        say(format_args!("{told} of {}; nobody has asked them yet", found.total))
    }
}

impl Exposure {
    pub(super) async fn run(&self, mut client: Client) -> Result<()> {
        use v1::get_exposure_request::Of;
        let of = match (&self.brand, &self.provider) {
            (Some(brand), _) => Of::Brand(brand.clone()),
            (None, Some(provider)) => Of::Provider(provider.clone()),
            (None, None) => bail!("give --brand or --provider"),
        };
        let request = v1::GetExposureRequest { of: Some(of) };
        let found = client.register.get_exposure(request).await.map_err(failed)?.into_inner();
        say(format_args!("{} ({})", found.name, found.code))?;
        for authority in &found.authorities {
            let name = if authority.name.is_empty() { "authority not known" } else { &authority.name };
            say(shown::held(name, authority.held.as_ref()))?;
        }
        say(shown::held("in all", found.total.as_ref()))?;
        for oversight in &found.oversight {
            say(shown::oversight(oversight))?;
        }
        Ok(())
    }
}

impl Authorities {
    pub(super) async fn run(&self, mut client: Client) -> Result<()> {
        let at = self.at.map_or_else(String::new, |day| day.to_string());
        let request = v1::ListAuthoritiesRequest { at, region: self.region.clone().unwrap_or_default() };
        let found = client.register.list_authorities(request).await.map_err(failed)?.into_inner();
        for authority in &found.authorities {
            let region = authority.region.as_deref().unwrap_or("region not known");
            say(format_args!("{}  {:<36} {region}", authority.code, authority.name))?;
        }
        Ok(())
    }
}

impl Agency {
    pub(super) async fn run(&self, mut client: Client) -> Result<()> {
        let at = self.at.map_or_else(String::new, |day| day.to_string());
        let request = v1::ResolveAgencyRequest { code: self.code.clone(), at };
        let found = client.register.resolve_agency(request).await.map_err(failed)?.into_inner();
        for step in &found.steps {
            let stands = if found.current.iter().any(|current| current.code == step.code) { "stands" } else { "was" };
            say(format_args!("{:<8} {:<6} {}", step.code, stands, step.name))?;
        }
        Ok(())
    }
}
