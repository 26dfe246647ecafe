//! What of the configuration comes into force while the server runs: limits, and agencies that are added or said anew.
//!
//! Everything else stays as it was at the start, and a change of it is told, so that nobody thinks it in force.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context as _, Result};
use muster_coordinator::Coordinator;
use muster_record::ids::AgencyId;
use muster_server::{Limits, follow};
use tokio::sync::watch;
use toml::Table;

use crate::config::Config;

/// The keys of the file that come into force as they are changed.
const IN_FORCE_AT_ONCE: [&str; 2] = ["agency", "limits"];

/// What a configuration file says.
struct Said {
    config: Config,
    table: Table,
}

impl Said {
    fn read(text: &str, path: &Path) -> Result<Self> {
        Ok(Self { config: Config::parse(text, path)?, table: text.parse()? })
    }
}

/// Follows the file until the server ends.
pub(super) fn follow_file(
    path: PathBuf,
    coordinator: Arc<Coordinator>,
    limits: watch::Sender<Arc<Limits>>,
) -> Result<()> {
    let text = std::fs::read_to_string(&path).with_context(|| format!("{} cannot be read", path.display()))?;
    let read = |text: &str, path: &Path| Said::read(text, path).map_err(|error| format!("{error:#}"));
    let first = Said::read(&text, &path)?;
    let mut followed = follow(path, "the configuration", first, read);
    let at_start = Arc::clone(&followed.borrow_and_update());
    tokio::spawn(async move {
        loop {
            tokio::select! {
                () = limits.closed() => return,
                changed = followed.changed() => if changed.is_err() { return },
            }
            let said = Arc::clone(&followed.borrow_and_update());
            let now = said.config.limits.limits();
            limits.send_if_modified(|before| {
                let differ = **before != now;
                *before = Arc::new(now);
                differ
            });
            coordinator.directory().learn(said.config.agencies.iter().cloned());
            for what in after_a_restart(&at_start, &said) {
                tracing::warn!("{what} was changed in the configuration, which comes into force with a restart");
            }
        }
    });
    Ok(())
}

/// What differs from the start and is not in force.
fn after_a_restart(at_start: &Said, now: &Said) -> Vec<String> {
    let keys: BTreeSet<&String> = at_start.table.keys().chain(now.table.keys()).collect();
    let differs = |key: &&String| at_start.table.get(*key) != now.table.get(*key);
    let later = |key: &&String| !IN_FORCE_AT_ONCE.contains(&key.as_str());
    let mut what: Vec<String> = keys.into_iter().filter(later).filter(differs).cloned().collect();
    if at_start.config.limits.limits().connections != now.config.limits.limits().connections {
        what.push("limits.connections".to_owned());
    }
    let known =
        |said: &Said| said.config.agencies.iter().map(|agency| agency.id.clone()).collect::<BTreeSet<AgencyId>>();
    what.extend(
        known(at_start).difference(&known(now)).map(|gone| format!("the agency {gone}, which is gone from it,")),
    );
    what
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(text: &str) -> Said {
        Said::read(text, Path::new("/etc/muster/muster.toml")).unwrap()
    }

    const AGENCY: &str = "[[agency]]\nid = \"cqc\"\nkind = \"regulator\"\ntitle = \"CQC\"\n";

    #[test]
    fn what_needs_a_restart_is_told_and_what_does_not_is_not() {
        let start = said(&format!("data = \"a.db\"\n[limits]\nwatchers_per_agency = 3\n{AGENCY}"));
        let told = |text: &str| after_a_restart(&start, &said(text));
        assert_eq!(told(&format!("data = \"a.db\"\n[limits]\nwatchers_per_agency = 4\n{AGENCY}")), [""; 0]);
        let one_more = AGENCY.replace("cqc", "icb");
        assert_eq!(told(&format!("data = \"a.db\"\n{AGENCY}{one_more}")), [""; 0]);
        let other =
            format!("data = \"b.db\"\n[listen]\nprobes = \"127.0.0.1:1\"\n[limits]\nconnections = 9\n{one_more}");
        assert_eq!(told(&other), ["data", "listen", "limits.connections", "the agency cqc, which is gone from it,"]);
    }

    #[test]
    fn a_file_with_a_typing_error_is_not_read() {
        let wrong = Said::read("[limit]\nconnections = 1\n", Path::new("muster.toml")).map(|_| ());
        assert!(format!("{:#}", wrong.unwrap_err()).contains("unknown field `limit`"));
    }
}
