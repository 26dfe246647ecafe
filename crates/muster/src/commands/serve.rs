//! `muster serve`: the server, until it is told to stop.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::sync::Arc;

use anyhow::Result;
use clap::Args;
use muster_record::installing::Hands;

use super::{logging::Logging, say};
use crate::authoring::WITH_INTERPRETER;
use crate::config::{Address, Config, Signing, development_agencies};
use crate::dev_certs::Folder;
use crate::measuring;
use crate::serving::Serving;
use crate::storing;
use crate::surroundings::System;
use crate::{dev_idp, dev_links, key_file};

/// Where people are listened to for development.
const DEVELOPMENT_PEOPLE: SocketAddr = SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 7444);

/// Minutes that a development session lives.
pub(super) const A_SHIFT: u64 = 12 * 60;

/// Options of `muster serve`.
#[derive(Debug, Args)]
pub(crate) struct Serve {
    /// The configuration file (TOML); see docs/operating.md
    #[arg(long, short, env = "MUSTER_CONFIG", value_name = "FILE")]
    config: Option<PathBuf>,
    /// Run for development: certificates and agencies are made up in the folder of --certs
    #[arg(long)]
    dev: bool,
    /// The folder of development certificates
    #[arg(long, env = "MUSTER_CERTS", default_value = "muster-dev", value_name = "FOLDER")]
    certs: PathBuf,
    /// The store's file
    #[arg(long, env = "MUSTER_DATA", value_name = "FILE")]
    data: Option<PathBuf>,
    /// A database server to keep the records on, which several servers may share: `postgresql://USER@HOST/DATABASE`
    #[arg(long, env = "MUSTER_STORE", value_name = "ADDRESS", hide_env_values = true)]
    store: Option<Address>,
    /// Where the API listens
    #[arg(long, env = "MUSTER_LISTEN", value_name = "ADDRESS")]
    listen: Option<SocketAddr>,
    /// Where people are listened to, who sign in with a token
    #[arg(long, env = "MUSTER_PEOPLE", value_name = "ADDRESS")]
    people: Option<SocketAddr>,
    /// Where probes and metrics listen
    #[arg(long, env = "MUSTER_PROBES", value_name = "ADDRESS")]
    probes: Option<SocketAddr>,
    #[command(flatten)]
    logging: Logging,
}

impl Serve {
    pub(crate) async fn run(&self) -> Result<()> {
        self.logging.start()?;
        let config = self.settled()?;
        #[cfg(feature = "otel")]
        let traces = crate::traces::begin()?;
        let serving = Serving::start(&config, Arc::new(System), measuring::begin(&config)?).await?;
        if let Some(path) = &self.config {
            serving.follow(path.clone())?;
        }
        say(format_args!("Muster listens on {} (gRPC, mutual TLS)", serving.api()))?;
        if let Some(people) = serving.people() {
            say(format_args!(
                "people: {people} (the console, gRPC and gRPC-Web over TLS; a token with every request)"
            ))?;
            if self.dev {
                self.tell_a_link(people, &config)?;
            }
        }
        say(format_args!("probes and metrics: http://{}/readyz, /metrics", serving.probes()))?;
        say(format_args!("data: {}", storing::place(&config)))?;
        if let Some(path) = &config.personal_data.key_file {
            say(format_args!("keys for personal data: {}", path.display()))?;
        }
        if self.dev {
            say(format_args!("DEVELOPMENT certificates: {} (never for real use)", self.certs.display()))?;
        }
        match serving.coordinator().public_key() {
            Some(key) => say(format_args!("signs checkpoints and exports with {}: {key}", key.id()))?,
            None => say("signs NOTHING: partners get no checkpoints and no exports; set [signing] key_file")?,
        }
        let rule_sets = serving.coordinator().rule_sets();
        for (name, installed) in rule_sets.installed().iter() {
            say(format_args!("rule set: {name} {}", installed.loaded.description().version))?;
        }
        told_to_stop().await?;
        tracing::info!("stopping");
        serving.stop().await?;
        #[cfg(feature = "otel")]
        tokio::task::spawn_blocking(|| traces.end()).await?;
        Ok(())
    }

    /// Says how to open the console: a link that works once, for the first agency that is configured.
    fn tell_a_link(&self, people: SocketAddr, config: &Config) -> Result<()> {
        let Some(agency) = config.agencies.first() else { return Ok(()) };
        let link = dev_links::make(&Folder(self.certs.clone()), people, &dev_idp::on_duty(agency, A_SHIFT), "/")?;
        say(format_args!("open the console as {} (once, within ten minutes): {link}", agency.title))?;
        say("another link: muster dev-idp --link --agency AGENCY --person ID --roles ROLES --offices OFFICES")
    }

    /// The file, with flags and environment above it.
    fn settled(&self) -> Result<Config> {
        let mut config = match &self.config {
            Some(path) => Config::read(path)?,
            None => Config::default(),
        };
        if self.dev {
            config.installing = Hands::One;
            // Nothing on it is real.
            config.rehearsals_among_live = true;
            config.rule_sets.component_mib.get_or_insert(WITH_INTERPRETER);
            if config.agencies.is_empty() {
                config.agencies = development_agencies();
            }
            if config.register.maintained_by.is_empty() {
                config.register.maintained_by = config.agencies.iter().map(|agency| agency.id.clone()).collect();
            }
            let folder = Folder(self.certs.clone());
            let agencies = || config.agencies.iter().map(|agency| &agency.id);
            if !folder.ca().exists() {
                folder.write(agencies())?;
            }
            folder.complete(agencies())?;
            config.use_development_certificates(&folder);
            config.listen.people.get_or_insert(DEVELOPMENT_PEOPLE);
            config.sign_in_links = Some(dev_links::folder(&folder));
            if config.signing.is_none() {
                let key_file = folder.signing_key();
                if !key_file.exists() {
                    crate::signing::make(&key_file)?;
                }
                config.signing = Some(Signing { key_file });
            }
            if config.personal_data.key_file.is_none() {
                let path = self.certs.join("people.keys");
                if !path.exists() {
                    key_file::make(&path)?;
                }
                config.personal_data.key_file = Some(path);
            }
        }
        if let Some(data) = &self.data {
            config.data.clone_from(data);
        }
        config.store = self.store.clone().or(config.store);
        config.listen.api = self.listen.unwrap_or(config.listen.api);
        config.listen.people = self.people.or(config.listen.people);
        config.listen.probes = self.probes.unwrap_or(config.listen.probes);
        Ok(config)
    }
}

/// Returns when the process is asked to end.
pub(crate) async fn told_to_stop() -> Result<()> {
    let interrupted = tokio::signal::ctrl_c();
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        let (mut ended, mut hung_up) = (signal(SignalKind::terminate())?, signal(SignalKind::hangup())?);
        tokio::pin!(interrupted);
        loop {
            tokio::select! {
                interrupted = &mut interrupted => return Ok(interrupted?),
                _ = ended.recv() => return Ok(()),
                // Habit: with others it is how files are read again. Unheard, it would end the server.
                _ = hung_up.recv() => tracing::info!("files are followed: what can change while the server runs is in force"),
            }
        }
    }
    #[cfg(not(unix))]
    Ok(interrupted.await?)
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;

    #[derive(Parser)]
    struct Typed {
        #[command(flatten)]
        serve: Serve,
    }

    #[test]
    fn one_person_installs_rule_sets_for_development_alone() {
        let folder = tempfile::tempdir().unwrap();
        let typed = |words: &[&str]| {
            let whole = [&["serve", "--certs", folder.path().to_str().unwrap()], words].concat();
            Typed::parse_from(whole).serve.settled().unwrap()
        };
        assert_eq!(typed(&[]).installing, Hands::Two);
        assert_eq!(typed(&["--dev"]).installing, Hands::One);
    }
}
