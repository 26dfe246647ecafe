//! What was asked, answered and delivered, in order; and what is wrong with it as soon as it is.

use std::collections::BTreeMap;
use std::time::Duration;

use muster_sim::violation::{Invariant, Violation};
use sha2::{Digest as _, Sha256};

use crate::cast::CQC;
use crate::model::{Note, secrets};

/// What became of a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// Nobody knows yet.
    Open,
    /// It is on the record, from one entry to another.
    Written {
        /// Its first entry.
        first: u64,
        /// Its last.
        last: u64,
    },
    /// It is not, for this reason.
    Refused(String),
}

/// A request to write.
#[derive(Debug, Clone)]
pub struct Asked {
    /// Its id.
    pub id: String,
    /// Whose it is.
    pub agency: &'static str,
    /// The incident.
    pub incident: usize,
    /// How many entries it asks for.
    pub entries: u64,
    /// The entry that it expects to be the record's last.
    pub expected: Option<u64>,
    /// When it was asked first.
    pub began: Duration,
    /// When it was answered.
    pub ended: Option<Duration>,
    /// What became of it.
    pub outcome: Outcome,
}

/// An entry that a watcher was given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Given {
    /// Its place.
    pub seq: u64,
    /// Its hash.
    pub hash: Vec<u8>,
    /// The last entry of the commit that it came in.
    pub until: u64,
    /// Whether it came whole, and not as a stub.
    pub is_whole: bool,
}

/// Somebody who watches.
#[derive(Debug, Clone, Default)]
pub struct Watched {
    /// Whose it is.
    pub agency: &'static str,
    /// What it was given, by incident, in order.
    pub given: BTreeMap<String, Vec<Given>>,
    /// The checkpoints it was given: incident, size and root.
    pub checkpoints: Vec<(String, u64, Vec<u8>)>,
    /// The incidents to which its access ended.
    pub ended: Vec<String>,
}

/// What somebody read of a record.
#[derive(Debug, Clone)]
pub struct Looked {
    /// The incident.
    pub incident: usize,
    /// The record's last entry, as it was said.
    pub last: u64,
    /// When it was asked.
    pub began: Duration,
    /// When it was answered.
    pub ended: Duration,
    /// The entries, by place and hash.
    pub entries: Vec<(u64, Vec<u8>)>,
}

/// What was asked, answered and delivered.
#[derive(Debug, Default)]
pub struct Ledger {
    /// How far the simulation is.
    pub now: Duration,
    /// Incidents by their ids, once they are open.
    pub incidents: Vec<String>,
    /// Requests, in the order in which they were asked.
    pub asked: Vec<Asked>,
    /// Notes by their secrets.
    pub notes: BTreeMap<String, Note>,
    /// Watchers.
    pub watched: Vec<Watched>,
    /// What was read.
    pub looked: Vec<Looked>,
    /// When each deadline falls due, by service, in seconds of the server's clock.
    pub due: BTreeMap<String, i64>,
    /// When the regulator's seat in the first incident had ended, and the entry that says so.
    pub unseated: Option<(Duration, u64)>,
    /// The regulator's systems may not call: from when, until when.
    pub suspended: Vec<(Duration, Option<Duration>)>,
    /// Until when the link of a host was cut or held up last; without end while it is.
    pub disturbed: BTreeMap<String, Duration>,
    /// Answers and messages that were looked through.
    pub looked_through: u64,
    /// The first promise that was broken.
    pub violation: Option<Violation>,
    story: Vec<String>,
    told: Sha256,
}

impl Ledger {
    /// Something happened.
    pub fn tell(&mut self, what: &str) {
        let line = format!("{:>8.3} {what}", self.now.as_secs_f64());
        self.told.update(line.as_bytes());
        self.told.update(b"\n");
        self.story.push(line);
    }

    /// The last of what happened.
    pub fn story(&self, lines: usize) -> &[String] {
        self.story.get(self.story.len().saturating_sub(lines)..).unwrap_or_default()
    }

    /// The digest of all that happened, with that of what is on the disk.
    pub fn digest(&self, disk: &str) -> String {
        let told = self.told.clone().chain_update(disk).finalize();
        told.iter().map(|byte| format!("{byte:02x}")).collect()
    }

    /// Keeps the first promise that was broken.
    pub fn holds(&mut self, held: Result<(), Violation>) {
        if let Err(violation) = held {
            self.tell(&violation.to_string());
            self.violation.get_or_insert(violation);
        }
    }

    /// The highest entry of an incident that was acknowledged before a moment.
    pub fn acknowledged_before(&self, incident: usize, moment: Duration) -> u64 {
        let known = self.asked.iter().filter(|asked| asked.incident == incident);
        let before = known.filter(|asked| asked.ended.is_some_and(|ended| ended < moment));
        before.map(Asked::last).max().unwrap_or(0)
    }

    /// Looks through everything that an agency was sent: nothing in it may be what it may not see.
    pub fn sent(&mut self, agency: &'static str, began: Duration, what: &str, bytes: &[u8]) {
        self.looked_through = self.looked_through.saturating_add(1);
        for secret in secrets(bytes) {
            let held = self.may_be_sent(agency, began, what, &secret);
            self.holds(held);
        }
    }

    fn may_be_sent(&self, agency: &str, began: Duration, what: &str, secret: &str) -> Result<(), Violation> {
        let by = Invariant::NeedToKnow;
        let Some(note) = self.notes.get(secret) else {
            return Err(by.broken(format!("{agency} is sent {secret} by {what}, which nobody wrote")));
        };
        let told = || format!("{agency} is sent {secret} by {what}: {note:?}");
        by.holds(note.is_for(agency), told)?;
        if agency != CQC {
            return Ok(());
        }
        let Some(asked) = self.asked.get(note.request) else { return Ok(()) };
        if let (Some((ended, until)), 0) = (self.unseated, note.incident) {
            let is_before = matches!(asked.outcome, Outcome::Written { first, .. } if first <= until);
            let is_after = matches!(asked.outcome, Outcome::Written { first, .. } if first > until);
            by.holds(!is_after && (began < ended || is_before), told)?;
            by.holds(began <= ended, || format!("{agency} asks without its seat, and is sent {secret} by {what}"))?;
        }
        let second = Duration::from_secs(1);
        for (from, until) in &self.suspended {
            // What was written when its streams had to have ended.
            let is_late = asked.began > from.saturating_add(second);
            let is_over = until.is_some_and(|until| self.now >= until);
            by.holds(!is_late || is_over, || format!("{agency} is suspended, and is sent {secret} by {what}"))?;
        }
        Ok(())
    }

    /// Nothing comes by a stream of the regulator's any more a second after it was suspended, unless it was on its way.
    pub fn may_still_be_sent(&self, agency: &str, host: &str) -> Result<(), Violation> {
        let disturbed = self.disturbed.get(host).copied().unwrap_or_default();
        let is_late = |(from, until): &(Duration, Option<Duration>)| {
            let (second, way) = (Duration::from_secs(1), Duration::from_millis(200));
            disturbed < *from && self.now > *from + second + way && until.is_none_or(|until| self.now < until)
        };
        let is_late = agency == CQC && self.suspended.iter().any(is_late);
        Invariant::NeedToKnow.holds(!is_late, || format!("{host} is suspended, and its stream goes on"))
    }

    /// Whether the regulator was suspended from one moment to another without a break.
    pub fn was_suspended(&self, from: Duration, to: Duration) -> bool {
        self.suspended.iter().any(|(began, ended)| *began <= from && ended.is_none_or(|ended| to < ended))
    }
}

impl Asked {
    /// Its last entry; 0 where it wrote none.
    pub fn last(&self) -> u64 {
        match &self.outcome {
            Outcome::Written { last, first: _ } => *last,
            Outcome::Open | Outcome::Refused(_) => 0,
        }
    }
}
