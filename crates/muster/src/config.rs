//! The server's configuration: a TOML file; flags and environment variables stand above it.

use std::collections::{BTreeMap, BTreeSet};
use std::net::SocketAddr;
use std::num::{NonZeroU32, NonZeroUsize};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use muster_record::agency::{Agency, AgencyKind};
use muster_record::endorsing::Signers;
use muster_record::ids::{AgencyId, RuleSetId};
use muster_record::installing::Hands;
use muster_record::retention::YearsInUse;
use muster_server::Limits;
use serde::Deserialize;

use crate::dev_certs::{Folder, TRUST_DOMAIN};
use crate::dev_idp;
use crate::people::PeopleConfig;

mod database;
mod outbound;

pub use database::{Address, DatabaseConfig};
pub use outbound::{NotifyConfig, WebhooksConfig, outbound};

/// What a configuration file may say. An unknown key is an error, so that a typing error is not passed over.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Config {
    /// The store's file; where `store` names a database server, what is kept beside it: exercises.
    pub data: PathBuf,
    /// A database server to keep the records on, which several servers may share: `postgresql://…`. Where absent they are
    /// in the file `data`, of this server alone.
    pub store: Option<Address>,
    /// How the database server is reached that `store` names.
    pub database: DatabaseConfig,
    /// Where to listen.
    pub listen: Listen,
    /// Certificates of the API listener; needed unless the server runs for development.
    pub tls: Option<Tls>,
    /// Which partner systems may call; needed unless the server runs for development.
    pub access: Option<AccessConfig>,
    /// Which people may sign in.
    pub people: PeopleConfig,
    /// How much one agency may take of the server.
    pub limits: LimitsConfig,
    /// Rule sets that new incidents use.
    pub rule_sets: RuleSetsConfig,
    /// The register of providers and services.
    pub register: RegisterConfig,
    /// What checkpoints and exports are signed with; none are where absent.
    pub signing: Option<Signing>,
    /// Who the people are, and how it is kept.
    pub personal_data: PersonalDataConfig,
    /// How long things are kept.
    pub retention: RetentionConfig,
    /// How webhooks are delivered.
    pub webhooks: WebhooksConfig,
    /// The connector to GOV.UK Notify; nothing is handed to it where absent.
    pub notify: Option<NotifyConfig>,
    /// Whether an incident that is marked as an exercise may be opened among live ones, by hand and without a script: for
    /// a server that is there to rehearse on.
    pub rehearsals_among_live: bool,
    /// The agencies known here.
    #[serde(rename = "agency")]
    pub agencies: Vec<Agency>,
    /// How many people it takes to install a rule set. No file says this: `serve --dev` does.
    #[serde(skip)]
    pub installing: Hands,
    /// The folder of one-time links that sign people in. No file says this: development does.
    #[serde(skip)]
    pub sign_in_links: Option<PathBuf>,
}

/// Where to listen.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Listen {
    /// The API: gRPC over mutual TLS.
    pub api: SocketAddr,
    /// People: gRPC and gRPC-Web over TLS, a bearer token on every call; off where absent.
    pub people: Option<SocketAddr>,
    /// Probes and metrics: plain HTTP, meant for loopback.
    pub probes: SocketAddr,
}

/// Which partner systems may call.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AccessConfig {
    /// The registry of systems: a TOML file, which is read again when it changes.
    pub registry: PathBuf,
}

/// How much one agency may take of the server; what is absent stays as the server has it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct LimitsConfig {
    /// Connections to each listener.
    pub connections: Option<NonZeroUsize>,
    /// Connections of one agency.
    pub connections_per_agency: Option<NonZeroUsize>,
    /// Open watches of one agency.
    pub watchers_per_agency: Option<NonZeroUsize>,
    /// Calls of one agency in a second, in the long run.
    pub calls_per_second: Option<NonZeroU32>,
    /// Calls of one agency at once, after it was quiet.
    pub calls_at_once: Option<NonZeroU32>,
}

impl LimitsConfig {
    /// The limits, with the server's own where nothing is said.
    pub fn limits(self) -> Limits {
        let usual = Limits::default();
        let calls_per_second = self.calls_per_second.unwrap_or(usual.calls_per_second);
        Limits {
            connections: self.connections.map_or(usual.connections, NonZeroUsize::get),
            connections_per_agency: self.connections_per_agency.map_or(usual.connections_per_agency, NonZeroUsize::get),
            watchers_per_agency: self.watchers_per_agency.map_or(usual.watchers_per_agency, NonZeroUsize::get),
            calls_per_second,
            // Whoever raises the one alone does not mean the other to stay below it.
            calls_at_once: self.calls_at_once.unwrap_or(usual.calls_at_once.max(calls_per_second)),
        }
    }
}

/// Certificates of the API listener.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tls {
    /// The server's certificate, PEM.
    pub certificate: PathBuf,
    /// Its private key, PEM.
    pub key: PathBuf,
    /// The authority whose client certificates are let in, PEM.
    pub client_ca: PathBuf,
    /// The trust domain in the URIs of client certificates.
    pub trust_domain: String,
}

/// What checkpoints and exports are signed with.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Signing {
    /// The signing key, PEM, readable by its owner alone; `muster keys signing new` makes one.
    pub key_file: PathBuf,
}

/// Rule sets that new incidents use.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct RuleSetsConfig {
    /// The shipped ones to use; all of them where absent.
    pub shipped: Option<Vec<RuleSetId>>,
    /// Settings by rule set, for agencies that have set none: a TOML or JSON file each. Without one, the rule set's
    /// defaults.
    pub settings: BTreeMap<RuleSetId, PathBuf>,
    /// Further rule sets: components in files.
    pub files: Vec<PathBuf>,
    /// Agencies that install only what enough of these keys have signed: `keys`, each as `muster keys signing show`
    /// prints it, and `at_least`.
    pub signers: BTreeMap<AgencyId, Signers>,
    /// The agency they belong to; the agency that leads the incident where absent.
    pub owner: Option<AgencyId>,
    /// The largest component taken, in MiB; 4 where absent. Those that hold an interpreter need more.
    pub component_mib: Option<NonZeroU32>,
    /// Threads that evaluate.
    pub threads: usize,
}

/// The register of providers and services.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct RegisterConfig {
    /// The agencies that may import.
    pub maintained_by: BTreeSet<AgencyId>,
    /// Days after which what a service said of its places is told as stale.
    pub stale_after_days: u32,
}

/// Who the people are, and how it is kept.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct PersonalDataConfig {
    /// The file with the keys that wrap people's keys, which only its owner may read. Without it the server runs, and
    /// neither writes down nor tells who anybody is.
    pub key_file: Option<PathBuf>,
}

/// How long things are kept.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct RetentionConfig {
    /// Years for which who the people are is kept after their incident was closed.
    pub identity_years: u32,
    /// Years for which entries of a class are in use after their incident was closed: `personal = 8` and the like.
    pub in_use_years: YearsInUse,
}

impl Default for RetentionConfig {
    fn default() -> Self {
        Self { identity_years: muster_record::retention::YEARS, in_use_years: YearsInUse::default() }
    }
}

impl Default for Config {
    fn default() -> Self {
        Self {
            data: PathBuf::from("muster.db"),
            store: None,
            database: DatabaseConfig::default(),
            listen: Listen::default(),
            tls: None,
            access: None,
            people: PeopleConfig::default(),
            limits: LimitsConfig::default(),
            rule_sets: RuleSetsConfig::default(),
            register: RegisterConfig::default(),
            signing: None,
            personal_data: PersonalDataConfig::default(),
            retention: RetentionConfig::default(),
            webhooks: WebhooksConfig::default(),
            notify: None,
            rehearsals_among_live: false,
            agencies: Vec::new(),
            installing: Hands::Two,
            sign_in_links: None,
        }
    }
}

impl Default for Listen {
    fn default() -> Self {
        let loopback = |port| SocketAddr::from(([127, 0, 0, 1], port));
        Self { api: loopback(7443), people: None, probes: loopback(7480) }
    }
}

impl Default for RuleSetsConfig {
    fn default() -> Self {
        Self {
            shipped: None,
            settings: BTreeMap::new(),
            files: Vec::new(),
            signers: BTreeMap::new(),
            owner: None,
            component_mib: None,
            threads: 2,
        }
    }
}

/// Vacancies come and go in days: a figure a week old finds nobody a bed without a telephone call.
const STALE_AFTER_DAYS: u32 = 7;

impl Default for RegisterConfig {
    fn default() -> Self {
        Self { maintained_by: BTreeSet::new(), stale_after_days: STALE_AFTER_DAYS }
    }
}

impl Config {
    /// Reads a configuration file. Paths in it are relative to the file.
    ///
    /// # Errors
    /// When the file cannot be read, with the line of what is wrong in it.
    pub fn read(path: &Path) -> Result<Self> {
        let text = std::fs::read_to_string(path).with_context(|| format!("{} cannot be read", path.display()))?;
        Self::parse(&text, path)
    }

    /// Reads what a configuration file says. Paths in it are relative to the file.
    ///
    /// # Errors
    /// With the line of what is wrong in it.
    pub fn parse(text: &str, path: &Path) -> Result<Self> {
        let mut config: Self =
            toml::from_str(text).with_context(|| format!("{} is not a Muster configuration", path.display()))?;
        config.relative_to(path.parent().unwrap_or_else(|| Path::new("")));
        Ok(config)
    }

    fn relative_to(&mut self, folder: &Path) {
        self.data = folder.join(&self.data);
        self.database.relative_to(folder);
        if let Some(Tls { certificate, key, client_ca, trust_domain: _ }) = &mut self.tls {
            for path in [certificate, key, client_ca] {
                *path = folder.join(&*path);
            }
        }
        if let Some(AccessConfig { registry }) = &mut self.access {
            *registry = folder.join(&*registry);
        }
        self.people.relative_to(folder);
        self.webhooks.relative_to(folder);
        if let Some(notify) = &mut self.notify {
            notify.relative_to(folder);
        }
        if let Some(Signing { key_file }) = &mut self.signing {
            *key_file = folder.join(&*key_file);
        }
        if let Some(path) = &mut self.personal_data.key_file {
            *path = folder.join(&*path);
        }
        for path in self.rule_sets.settings.values_mut().chain(&mut self.rule_sets.files) {
            *path = folder.join(&*path);
        }
    }

    /// Certificates, registry and provider of identities from a folder of development ones.
    pub fn use_development_certificates(&mut self, folder: &Folder) {
        self.access = Some(AccessConfig { registry: folder.registry() });
        self.people.providers.extend(self.agencies.iter().map(|agency| dev_idp::provider(folder, &agency.id)));
        self.tls = Some(Tls {
            certificate: folder.certificate("server"),
            key: folder.key("server"),
            client_ca: folder.ca(),
            trust_domain: TRUST_DOMAIN.to_owned(),
        });
    }
}

/// The agencies of a development server and of the demonstration. Their codes are public; the incidents are invented.
pub fn development_agencies() -> Vec<Agency> {
    let agency = |id: &str, kind, title: &str| {
        let id = id.parse().ok()?;
        Some(Agency { id, kind, title: title.to_owned(), successors: Vec::new() })
    };
    let list = [
        agency("e08000026", AgencyKind::Council, "Coventry City Council"),
        agency("e08000029", AgencyKind::Council, "Solihull Metropolitan Borough Council"),
        agency("qwu", AgencyKind::HealthCommissioner, "Coventry and Warwickshire ICB"),
        agency("cqc", AgencyKind::Regulator, "Care Quality Commission"),
        agency("wm-adass", AgencyKind::Region, "West Midlands ADASS"),
        agency("ukhsa-wm", AgencyKind::PublicHealth, "Public Health, West Midlands"),
        agency("csab", AgencyKind::SafeguardingBoard, "Coventry Safeguarding Adults Board"),
        agency("provider", AgencyKind::Provider, "The provider"),
    ];
    list.into_iter().flatten().collect()
}

#[cfg(test)]
mod tests;
