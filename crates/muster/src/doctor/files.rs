//! The files that a configuration names: does each hold what it is to hold?

use std::collections::BTreeSet;

use super::Finding;
use crate::access;
use crate::config::{AccessConfig, Config};
use crate::{key_file, serving, signing};

/// The agencies, each once.
pub(super) fn agencies(config: &Config) -> Vec<Finding> {
    const WHAT: &str = "agencies";
    let mut seen = BTreeSet::new();
    let twice: BTreeSet<String> =
        config.agencies.iter().filter(|agency| !seen.insert(&agency.id)).map(|agency| agency.id.to_string()).collect();
    let mut found = Vec::new();
    if config.agencies.is_empty() {
        found.push(Finding::wrong(WHAT, "none is configured", "name at least one with [[agency]]"));
    } else if twice.is_empty() {
        found.push(Finding::fine(WHAT, format!("{} are configured", config.agencies.len())));
    }
    for id in twice {
        found.push(Finding::wrong(WHAT, format!("{id} stands in the configuration twice"), "leave one of the two out"));
    }
    found
}

/// Who may call, and whose people may sign in.
pub(super) fn access(config: &Config) -> Vec<Finding> {
    let mut found = Vec::new();
    let domain = config.tls.as_ref().map(|tls| tls.trust_domain.as_str()).unwrap_or_default();
    match &config.access {
        None => found.push(Finding::wrong(
            "registry of systems",
            "none is configured, so that no partner system may call",
            "set registry in [access] (docs/identity.md)",
        )),
        Some(AccessConfig { registry }) => {
            let read = std::fs::read_to_string(registry)
                .map_err(anyhow::Error::from)
                .and_then(|text| access::read(&text, registry, domain))
                .map_err(|error| error.context(format!("{} will not do", registry.display())));
            found.extend(strangers(config, read.as_ref().ok()));
            found.push(Finding::of(
                "registry of systems",
                read,
                |registry| format!("{} authorities may issue for agencies", registry.authorities.len()),
                "mend the line that is named; docs/identity.md has every key",
            ));
        }
    }
    found.push(match (config.listen.people, config.people.providers.len()) {
        (None, 0) => Finding::fine("people", "nobody signs in here: [listen] people is not set"),
        (None, _) => Finding::look(
            "people",
            "providers of identities are configured, and nobody can sign in",
            "set people in [listen]",
        ),
        (Some(_), 0) => Finding::look(
            "people",
            "the console listens, and no provider of identities is configured, so that nobody can sign in",
            "add a [[people.provider]] (docs/identity.md)",
        ),
        (Some(_), _) => Finding::of(
            "people",
            config.people.providers(),
            |_| format!("{} providers of identities", config.people.providers.len()),
            "mend the provider that is named; docs/identity.md has every key",
        ),
    });
    found
}

/// Agencies that an authority may issue for, and that nobody knows here.
fn strangers(config: &Config, registry: Option<&muster_server::access::Registry>) -> Option<Finding> {
    let named: BTreeSet<_> = registry?.authorities.iter().flat_map(|authority| &authority.agencies).collect();
    let known: BTreeSet<_> = config.agencies.iter().map(|agency| &agency.id).collect();
    let strangers: Vec<String> = named.difference(&known).map(ToString::to_string).collect();
    (!strangers.is_empty()).then(|| {
        Finding::look(
            "registry of systems",
            format!("an authority may issue for {}, which no [[agency]] names", strangers.join(", ")),
            "add the agency, or take it out of the registry",
        )
    })
}

/// The keys that stand outside the store.
pub(super) fn keys(config: &Config) -> Vec<Finding> {
    let mut found = Vec::new();
    let people = config.personal_data.key_file.as_deref();
    match people {
        None => found.push(Finding::wrong(
            "key file",
            "none is configured, and without one nothing that is said of people can be kept",
            "make one with `muster keys new FILE` and name it with key_file in [personal_data]",
        )),
        Some(path) => found.push(Finding::of(
            "key file",
            key_file::read(path),
            |_| format!("{} can be read, by its owner alone", path.display()),
            "docs/personal-data.md says how a key file is made, kept and copied",
        )),
    }
    match config.signing.as_ref().map(|signing| signing.key_file.as_path()) {
        None => found.push(Finding::look(
            "signing key",
            "none is configured: partners get no checkpoints and no exports, and cannot hold the record to its word",
            "make one with `muster keys signing new FILE` and name it with key_file in [signing]",
        )),
        Some(path) => found.push(Finding::of(
            "signing key",
            signing::read(path),
            |_| format!("{} can be read, by its owner alone", path.display()),
            "docs/tamper-evidence.md says how a signing key is made and kept",
        )),
    }
    let data = config.data.parent();
    let beside = people.into_iter().chain(config.signing.as_ref().map(|signing| signing.key_file.as_path()));
    for path in beside.filter(|path| path.parent() == data) {
        found.push(Finding::look(
            "keys",
            format!("{} stands in the folder of the store: who copies the folder has both", path.display()),
            "keep keys in another folder, and out of every backup of the store",
        ));
    }
    found
}

/// The rule sets that the configuration brings, compiled and tried as a start does.
pub(super) fn rule_sets(config: &Config) -> Vec<Finding> {
    const WHAT: &str = "rule sets";
    vec![Finding::of(
        WHAT,
        serving::rule_sets(&config.rule_sets),
        |rule_sets| {
            let names: Vec<String> = rule_sets.installed().keys().map(ToString::to_string).collect();
            if names.is_empty() { "none are configured".to_owned() } else { format!("all load: {}", names.join(", ")) }
        },
        "`muster rules check FILE.wasm --settings FILE` says the same of one file",
    )]
}
