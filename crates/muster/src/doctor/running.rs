//! The store and the server over it: is one running, does it answer, and if not, could it start?

use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::time::Duration;

use muster_store::Survey;

use super::{Finding, database};
use crate::config::{Config, Listen};

/// How long a probe may take to answer.
const PATIENCE: Duration = Duration::from_secs(3);

/// Bytes of log beside a store above which something keeps it from being moved into the file.
const LONG_LOG: u64 = 256 << 20;

/// The store, and whoever has it.
pub(super) fn examine(config: &Config) -> Vec<Finding> {
    const WHAT: &str = "store";
    let Listen { api, people, probes } = config.listen;
    let mut found = Vec::new();
    if let Some(address) = &config.store {
        found.extend(database::examine(config, address));
        // Others may serve it too: whether one does here is told by its probes.
        if TcpStream::connect_timeout(&probes, PATIENCE).is_ok() {
            found.push(answers(probes));
        } else {
            found.push(Finding::look("server", "none is running here", "start it: `muster serve --config FILE`"));
            found.extend([Some(api), people, Some(probes)].into_iter().flatten().map(free));
        }
        found.extend(beyond_loopback(probes));
        return found;
    }
    let in_use = match muster_store::survey(&config.data) {
        Err(error) => {
            let to_do = "docs/operating.md says what each of these means, under `When it does not start`";
            found.push(Finding::wrong(WHAT, format!("{:#}", anyhow::Error::from(error)), to_do));
            false
        }
        Ok(None) => {
            let told = format!("{} is not there yet: the first start makes it", config.data.display());
            found.push(Finding::fine(WHAT, told));
            false
        }
        Ok(Some(survey)) => {
            found.push(schema(WHAT, &survey));
            found.extend(log(WHAT, &survey));
            survey.in_use
        }
    };
    if in_use {
        found.push(answers(probes));
    } else {
        found.push(Finding::look(
            "server",
            "none is running over this store",
            "start it: `muster serve --config FILE`",
        ));
        found.extend([Some(api), people, Some(probes)].into_iter().flatten().map(free));
    }
    found.extend(beyond_loopback(probes));
    found
}

fn beyond_loopback(probes: SocketAddr) -> Option<Finding> {
    (!probes.ip().is_loopback()).then(|| {
        Finding::look(
            "probes",
            format!("{probes} is reachable from other machines, in plain HTTP and without a password"),
            "listen on loopback, or let nobody but your monitoring through to it",
        )
    })
}

fn schema(what: &'static str, survey: &Survey) -> Finding {
    let Survey { schema, known, last_revision, bytes, .. } = survey;
    let told = format!("{bytes} bytes, last change set {}, schema {schema} of {known}", last_revision.0);
    if schema < known {
        let to_do = "take a backup with the program that serves it now: the next start of this one brings it up to date, \
                     and the former program does not open it any more";
        return Finding::look(what, told, to_do);
    }
    Finding::fine(what, told)
}

fn log(what: &'static str, survey: &Survey) -> Option<Finding> {
    (survey.log_bytes > LONG_LOG).then(|| {
        Finding::look(
            what,
            format!("the log beside it is {} bytes long", survey.log_bytes),
            "find who reads the store for so long: a backup that hangs, or a `sqlite3` left open",
        )
    })
}

/// What a running server says of itself.
fn answers(probes: SocketAddr) -> Finding {
    const WHAT: &str = "server";
    let asked = || -> std::io::Result<String> {
        let mut stream = TcpStream::connect_timeout(&probes, PATIENCE)?;
        stream.set_read_timeout(Some(PATIENCE))?;
        stream.set_write_timeout(Some(PATIENCE))?;
        stream.write_all(b"GET /readyz HTTP/1.0\r\nhost: localhost\r\n\r\n")?;
        let mut answer = String::new();
        // It says little; whoever says more is no probe of ours.
        stream.take(4096).read_to_string(&mut answer)?;
        Ok(answer)
    };
    let to_do = "look into its log; another command that takes the store (`verify`, `restore`) answers no probe";
    match asked() {
        Err(error) => {
            Finding::wrong(WHAT, format!("the store is in use, and {probes} does not answer: {error}"), to_do)
        }
        Ok(answer) if answer.starts_with("HTTP/1.0 200") || answer.starts_with("HTTP/1.1 200") => {
            Finding::fine(WHAT, format!("one is running over this store and is ready ({probes})"))
        }
        Ok(answer) => {
            let said = answer.rsplit("\r\n\r\n").next().unwrap_or_default().trim().to_owned();
            Finding::wrong(WHAT, format!("one is running over this store and is not ready: {said}"), to_do)
        }
    }
}

/// Whether an address can be listened on.
fn free(address: SocketAddr) -> Finding {
    match TcpListener::bind(address) {
        Ok(_) => Finding::fine("ports", format!("{address} is free")),
        Err(error) => Finding::wrong(
            "ports",
            format!("{address} cannot be listened on: {error}"),
            "find who listens there (`ss -ltnp`), or give another address in [listen]",
        ),
    }
}
