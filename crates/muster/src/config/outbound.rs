//! What goes out: how webhooks are delivered, and the connector to GOV.UK Notify.

use std::num::{NonZeroU32, NonZeroU64};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, Result, bail};
use muster_outbound::{ApiKey, Notify, NotifySettings, Poster, Reaches, Templates, Webhooks};
use muster_record::webhook::{Patience, target};
use muster_server::Outbound;
use rustls::RootCertStore;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;
use serde::Deserialize;

/// Bytes of a receiver's answer that are read; nothing is made of them.
const OF_A_RECEIVER: usize = 4 * 1024;

/// Bytes of an answer of Notify, which repeats the letter.
const OF_NOTIFY: usize = 256 * 1024;

/// How webhooks are delivered; what is absent stays as the server has it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct WebhooksConfig {
    /// Whether the machine itself may be posted to, over plain HTTP too. For trying out: no other address that is not
    /// public ever is.
    pub allow_loopback: bool,
    /// Authorities of receivers' certificates, PEM; those that browsers trust where absent.
    pub ca: Option<PathBuf>,
    /// Seconds to connect. Default: 5.
    pub connect_seconds: Option<NonZeroU32>,
    /// Seconds for the whole answer. Default: 15.
    pub answer_seconds: Option<NonZeroU32>,
    /// How often an event is tried before it is given up. Default: 10.
    pub attempts: Option<NonZeroU32>,
    /// Milliseconds before the second attempt. Default: 2000.
    pub first_wait_ms: Option<NonZeroU64>,
    /// Seconds between attempts at most. Default: 900.
    pub longest_wait_seconds: Option<NonZeroU32>,
    /// Seconds for which a receiver may be away before its webhook is paused. Default: 86400.
    pub away_seconds: Option<NonZeroU32>,
}

/// The connector to GOV.UK Notify.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NotifyConfig {
    /// The file with the API key.
    pub key_file: PathBuf,
    /// The template of e-mails; none are sent where absent.
    #[serde(default)]
    pub email_template: Option<String>,
    /// The template of letters; none are sent where absent.
    #[serde(default)]
    pub letter_template: Option<String>,
    /// Where Notify is. Default: `https://api.notifications.service.gov.uk`; plain HTTP on loopback alone, for trying out.
    #[serde(default = "of_government")]
    pub url: String,
}

fn of_government() -> String {
    "https://api.notifications.service.gov.uk".to_owned()
}

impl WebhooksConfig {
    pub(super) fn relative_to(&mut self, folder: &Path) {
        if let Some(ca) = &mut self.ca {
            *ca = folder.join(&*ca);
        }
    }

    fn webhooks(&self) -> Result<Webhooks> {
        let Self { allow_loopback, ca, connect_seconds, answer_seconds, attempts, first_wait_ms, .. } = self;
        let usual = Patience::default();
        let millis = |seconds: NonZeroU32| u64::from(seconds.get()).saturating_mul(1000);
        let seconds = |given: Option<NonZeroU32>, usual: u32| {
            Duration::from_secs(u64::from(given.map_or(usual, NonZeroU32::get)))
        };
        let patience = Patience {
            attempts: attempts.map_or(usual.attempts, NonZeroU32::get),
            first_wait: first_wait_ms.map_or(usual.first_wait, NonZeroU64::get),
            longest_wait: self.longest_wait_seconds.map_or(usual.longest_wait, millis),
            away_for: self.away_seconds.map_or(usual.away_for, millis),
            ..usual
        };
        let reaches = if *allow_loopback { Reaches::LoopbackToo } else { Reaches::Public };
        let roots = ca.as_deref().map(roots).transpose()?;
        let (connect, answer) = (seconds(*connect_seconds, 5), seconds(*answer_seconds, 15));
        Ok(Webhooks { poster: Poster::new(reaches, connect, answer, OF_A_RECEIVER, roots)?, patience })
    }
}

fn roots(file: &Path) -> Result<RootCertStore> {
    let mut roots = RootCertStore::empty();
    let read = || format!("{} holds no certificates that can be used", file.display());
    for certificate in CertificateDer::pem_file_iter(file).with_context(read)? {
        roots.add(certificate.with_context(read)?).with_context(read)?;
    }
    if roots.is_empty() { bail!(read()) } else { Ok(roots) }
}

impl NotifyConfig {
    pub(super) fn relative_to(&mut self, folder: &Path) {
        self.key_file = folder.join(&self.key_file);
    }

    fn notify(&self) -> Result<Notify> {
        let Self { key_file, email_template, letter_template, url } = self;
        let text =
            std::fs::read_to_string(key_file).with_context(|| format!("{} cannot be read", key_file.display()))?;
        let key = ApiKey::read(&text).with_context(|| format!("{} will not do", key_file.display()))?;
        let at = target(url, true).with_context(|| format!("url in [notify]: {url}"))?;
        if email_template.is_none() && letter_template.is_none() {
            bail!("[notify] names no template: set email_template, letter_template or both");
        }
        let reaches = if at.tls { Reaches::Public } else { Reaches::LoopbackToo };
        let poster = Poster::new(reaches, Duration::from_secs(5), Duration::from_secs(15), OF_NOTIFY, None)?;
        let templates = Templates { email: email_template.clone(), letter: letter_template.clone() };
        Ok(Notify::new(NotifySettings { at, key, templates, poster }))
    }
}

/// What goes out, as it is configured.
///
/// # Errors
/// What is wrong with the configuration, or with a file that it names.
pub fn outbound(webhooks: &WebhooksConfig, notify: Option<&NotifyConfig>) -> Result<Outbound> {
    let notify = notify.map(NotifyConfig::notify).transpose()?.map(Arc::new);
    Ok(Outbound { webhooks: webhooks.webhooks()?, notify })
}
