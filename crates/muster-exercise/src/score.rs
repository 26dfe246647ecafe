//! The score of an exercise, read off its records: by the clocks and gates that a live incident has, and by nothing else.
//!
//! A clock counts as kept when what it waited for was written down before its moment, and as late when after it. The
//! record alone decides, so that two exercises in which the same was done at the same times have the same score.

use std::collections::BTreeMap;
use std::fmt;

use muster_record::agency::Office;
use muster_record::deadline::{ClockState, Deadline};
use muster_record::entry::Hash;
use muster_record::ids::{AgencyId, ProposalNo};
use muster_record::incident::advising;
use muster_record::situation::ActionStatus;
use muster_record::time::{Instant, uk_day_and_time};
use muster_record::{Entry, Fact, Incident};

/// How a clock or an action came out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum HowKept {
    /// Not done, and its moment is past.
    Missed,
    /// Done after its moment.
    Late,
    /// Done in time.
    InTime,
    /// Still to do, and its moment is to come.
    Open,
}

impl HowKept {
    /// The word that a report has for it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Missed => "missed",
            Self::Late => "late",
            Self::InTime => "in time",
            Self::Open => "open",
        }
    }
}

/// A clock, or an action with a time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Timed {
    /// What it is for.
    pub title: String,
    /// Who was to meet it, where it is somebody's.
    pub owner: Option<AgencyId>,
    /// By when.
    pub due: Instant,
    /// When it was done, if it was.
    pub done_at: Option<Instant>,
    /// How it came out.
    pub kept: HowKept,
}

/// A gate that an office overrode.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Overridden {
    /// The gate, by what its rule set says of it.
    pub gate: String,
    /// The agency.
    pub agency: AgencyId,
    /// The office.
    pub office: Office,
    /// When.
    pub at: Instant,
    /// Why.
    pub reason: String,
}

/// How one incident came out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OfIncident {
    /// What it is called.
    pub title: String,
    /// Its clocks, in order of time.
    pub clocks: Vec<Timed>,
    /// Its actions that have a time, in order of number.
    pub actions: Vec<Timed>,
    /// Gates that were overridden.
    pub overridden: Vec<Overridden>,
    /// Actions without a time that are still open.
    pub actions_open: usize,
    /// Proposals that nobody settled.
    pub proposals_open: usize,
    /// Questions that nobody answered.
    pub questions_open: usize,
    /// People with nowhere to go yet.
    pub not_yet_placed: usize,
}

/// Works out how an incident came out by a moment.
pub(crate) struct Scoring {
    incident: Incident,
    /// The incident's clocks as they were seen: by what they are and when they were due.
    seen: BTreeMap<(Instant, String), Timed>,
    overridden: Vec<Overridden>,
}

impl Scoring {
    /// Begins with the incident's first entry; nothing where that is not an opening.
    pub(crate) fn begin(first: &Entry, hash: Hash) -> Option<Self> {
        let incident = Incident::begin(first, hash).ok()?;
        let mut scoring = Self { incident, seen: BTreeMap::new(), overridden: Vec::new() };
        scoring.look(first.recorded_at);
        Some(scoring)
    }

    /// Takes in the next entry.
    pub(crate) fn take(&mut self, entry: &Entry, hash: Hash) {
        self.look(entry.recorded_at);
        if let Fact::Advice(advising::Fact::GateOverridden { proposal, office, reason }) = &entry.fact {
            self.overridden.push(Overridden {
                gate: self.gate(*proposal),
                agency: entry.envelope.author.agency.clone(),
                office: *office,
                at: entry.recorded_at,
                reason: reason.clone(),
            });
        }
        self.incident.apply(entry, hash);
        self.look(entry.recorded_at);
    }

    /// How it came out by a moment.
    pub(crate) fn finish(mut self, at: Instant) -> OfIncident {
        self.look(at);
        // A clock that was set anew before its moment was never late and is not counted twice.
        let running: Vec<(Instant, String)> =
            self.incident.deadlines(at).into_iter().map(|deadline| (deadline.due, deadline.key)).collect();
        let renewed =
            |place: &(Instant, String), timed: &Timed| timed.kept == HowKept::Open && !running.contains(place);
        let clocks = self.seen.iter().filter(|(place, timed)| !renewed(place, timed));
        let clocks = clocks.map(|(_, timed)| timed.clone()).collect();
        let report = self.incident.report(at);
        let list = &self.incident.actions.list;
        let timed = list.iter().filter(|action| action.status != ActionStatus::Cancelled).filter_map(|action| {
            let due = action.due?;
            let kept = match (action.done_at, action.status.is_open()) {
                (Some(done), _) if done > due => HowKept::Late,
                (Some(_), _) => HowKept::InTime,
                (None, true) if due < at => HowKept::Missed,
                (None, true) => HowKept::Open,
                (None, false) => return None,
            };
            let (title, owner) = (action.title.clone(), Some(action.owner.clone()));
            Some(Timed { title, owner, due, done_at: action.done_at, kept })
        });
        OfIncident {
            title: report.title,
            clocks,
            actions: timed.collect(),
            overridden: self.overridden,
            actions_open: list.iter().filter(|action| action.status.is_open() && action.due.is_none()).count(),
            proposals_open: report.proposals_open,
            questions_open: report.questions_open,
            not_yet_placed: report.not_yet_placed,
        }
    }

    fn gate(&self, number: ProposalNo) -> String {
        let proposal = self.incident.advising.proposal(number);
        proposal.map_or_else(|_| number.to_string(), |proposal| proposal.full_key())
    }

    /// Looks at every clock but those of actions, which say themselves when they were done.
    fn look(&mut self, at: Instant) {
        for deadline in self.incident.deadlines(at) {
            let Deadline { key, title, source: _, owner, opens: _, due, state } = deadline;
            if key.starts_with("action/") {
                continue;
            }
            let fresh = || Timed { title, owner, due, done_at: None, kept: HowKept::Open };
            let timed = self.seen.entry((due, key)).or_insert_with(fresh);
            match state {
                ClockState::Met if timed.done_at.is_none() => {
                    timed.done_at = Some(at);
                    timed.kept = if at > due { HowKept::Late } else { HowKept::InTime };
                }
                ClockState::Late if timed.done_at.is_none() => timed.kept = HowKept::Missed,
                ClockState::Met
                | ClockState::Late
                | ClockState::Running
                | ClockState::Paused
                | ClockState::NotKnown => (),
            }
        }
    }
}

/// How a step of the script came out that is worth a word.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Remark {
    /// A turn of an agency that people play.
    Turn {
        /// The agency.
        agency: AgencyId,
        /// What the script says it does.
        asked: String,
        /// Since when.
        since: Instant,
        /// When they did something of the kind.
        did_at: Option<Instant>,
    },
    /// Something the script expects was not so.
    NotAsExpected {
        /// What.
        what: String,
        /// When.
        at: Instant,
        /// What was so.
        why: String,
    },
    /// A step that could not be done.
    NotDone {
        /// The step.
        what: String,
        /// When.
        at: Instant,
        /// Why.
        why: String,
    },
}

/// The score of an exercise.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Score {
    /// What the exercise is called.
    pub title: String,
    /// The moment it is scored at.
    pub at: Instant,
    /// Its incidents, in the order in which they were opened.
    pub incidents: Vec<OfIncident>,
    /// What is worth a word of the script's steps, in order.
    pub remarks: Vec<Remark>,
    /// Expectations of the script that were met.
    pub as_expected: usize,
}

impl Score {
    /// How many clocks and actions came out so, in all incidents.
    pub fn count(&self, kept: HowKept) -> usize {
        self.timed().filter(|timed| timed.kept == kept).count()
    }

    /// Every clock and every action that has a time.
    pub fn timed(&self) -> impl Iterator<Item = &Timed> {
        self.incidents.iter().flat_map(|incident| incident.clocks.iter().chain(&incident.actions))
    }

    /// Turns that were taken, and all of them.
    pub fn turns(&self) -> (usize, usize) {
        let turns = self.remarks.iter().filter_map(|remark| match remark {
            Remark::Turn { did_at, .. } => Some(did_at.is_some()),
            Remark::NotAsExpected { .. } | Remark::NotDone { .. } => None,
        });
        turns.fold((0, 0), |(taken, all): (usize, usize), did| {
            (taken.saturating_add(usize::from(did)), all.saturating_add(1))
        })
    }
}

impl fmt::Display for Remark {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Turn { agency, asked, since, did_at } => {
                write!(f, "{} {agency}'s turn, ", uk_day_and_time(*since))?;
                match did_at {
                    Some(at) => {
                        let minutes = at.signed_duration_since(*since).num_minutes();
                        write!(f, "taken after {minutes} min: {asked}")
                    }
                    None => write!(f, "not taken: {asked}"),
                }
            }
            Self::NotAsExpected { what, at, why } => {
                write!(f, "{} not as expected: {what}: {why}", uk_day_and_time(*at))
            }
            Self::NotDone { what, at, why } => {
                write!(f, "{} could not be done: {what}: {why}", uk_day_and_time(*at))
            }
        }
    }
}

impl fmt::Display for Score {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "EXERCISE - SCORE: {}", self.title)?;
        writeln!(f, "at {} UK time", uk_day_and_time(self.at))?;
        let count = |kept| self.count(kept);
        let (in_time, late) = (count(HowKept::InTime), count(HowKept::Late));
        writeln!(
            f,
            "in time {in_time}, late {late}, missed {}, open {}",
            count(HowKept::Missed),
            count(HowKept::Open)
        )?;
        let (taken, turns) = self.turns();
        if turns > 0 {
            writeln!(f, "turns taken {taken} of {turns}")?;
        }
        for incident in &self.incidents {
            writeln!(f, "\n{}", incident.title)?;
            for (what, all) in [("clocks", &incident.clocks), ("actions", &incident.actions)] {
                if !all.is_empty() {
                    writeln!(f, "  {what}")?;
                }
                for timed in all {
                    writeln!(f, "    {}", told(timed))?;
                }
            }
            if !incident.overridden.is_empty() {
                writeln!(f, "  gates overridden")?;
            }
            for Overridden { gate, agency, office, at, reason } in &incident.overridden {
                writeln!(f, "    {} {gate} by {agency} as {office}: {reason}", uk_day_and_time(*at))?;
            }
            let OfIncident { actions_open, proposals_open, questions_open, not_yet_placed, .. } = incident;
            writeln!(
                f,
                "  left: {actions_open} actions without a time, {proposals_open} proposals, {questions_open} questions, \
                 {not_yet_placed} people with nowhere to go"
            )?;
        }
        if !self.remarks.is_empty() || self.as_expected > 0 {
            writeln!(f, "\nthe script: {} expectations met", self.as_expected)?;
        }
        for remark in &self.remarks {
            writeln!(f, "  {remark}")?;
        }
        Ok(())
    }
}

fn told(timed: &Timed) -> String {
    let Timed { title, owner, due, done_at, kept } = timed;
    let of = owner.as_ref().map_or_else(String::new, |owner| format!(" ({owner})"));
    let done = done_at.map_or_else(String::new, |at| format!(", done {}", uk_day_and_time(at)));
    format!("{:<7} due {}{done}: {title}{of}", kept.word(), uk_day_and_time(*due))
}
