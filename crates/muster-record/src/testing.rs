//! The test bench: an incident written the way people write it, and read back as a loggist would.
//!
//! It holds no rule of its own: every entry is decided, sealed, opened and folded as the server does it.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use expect_test::Expect;

use crate::agency::{Agency, AgencyKind, Interest, Office};
use crate::command::Command;
use crate::entry::{Asked, Author, Class, Content, Domain, Entry, Envelope, Hash, Labels, Salt, Sealed};
use crate::fact::Fact;
use crate::ids::{AgencyId, IncidentId, Seq};
use crate::incident::{Incident, lifecycle, participants};
use crate::refusal::Refusal;
use crate::time::{Instant, hours_after};
use crate::timeline;
use crate::visible::{Access, Reader, Sight};

mod given;
pub(crate) mod random;
mod rule_sets;

pub(crate) use given::{action, at, gate, involvement, named, opening, options, pin, question, resident, service};

/// An incident with its record, its clock and what was refused.
#[derive(Debug, Clone)]
pub(crate) struct Scenario {
    pub(crate) incident: Incident,
    pub(crate) record: Vec<Sealed>,
    pub(crate) now: Instant,
    text: String,
    told_from: usize,
    last: Option<Instant>,
    /// The reasons for which anything was refused.
    pub(crate) reasons: BTreeSet<&'static str>,
}

impl Scenario {
    /// Rosebank, a care home that fails: opened on Monday 4 March 2024 at 09:00 by the council, which holds the
    /// incident lead; the health commissioner works it, the regulator oversees, the region is informed.
    pub(crate) fn opened() -> Self {
        let mut home = Self::opened_with(&opening());
        home.council().does(participants::Command::TakeOffice { office: Office::IncidentLead });
        home.seats("icb", AgencyKind::HealthCommissioner, Interest::FinancialAndOperational);
        home.seats("cqc", AgencyKind::Regulator, Interest::Oversight);
        home.seats("region", AgencyKind::Region, Interest::Information);
        home.forgets_what_was_told();
        home
    }

    /// Only opened, with nobody but the council at the table.
    pub(crate) fn opened_with(opening: &lifecycle::Opening) -> Self {
        let council = Author::system(named("council"), "desk");
        let now = at("2024-03-04T09:00:00Z");
        let fact = lifecycle::open(now, opening).unwrap();
        let entry = Entry {
            incident: IncidentId::from_bytes([7; 16]),
            seq: Seq(1),
            recorded_at: now,
            envelope: plain(&council, now, &fact.clone().into()),
            fact: fact.into(),
        };
        let sealed = entry.seal(Domain::of_exercise(opening.exercise), Hash::NONE, [1; 16]).unwrap();
        let incident = Incident::begin(&sealed.open().unwrap(), sealed.hash).unwrap();
        let mut home = Self {
            incident,
            record: vec![sealed],
            now,
            text: String::new(),
            told_from: 0,
            last: None,
            reasons: BTreeSet::new(),
        };
        home.tells(&entry);
        let lead = agency("council", AgencyKind::Council);
        for fact in participants::seat_the_lead(&lead) {
            home.writes(&council, now, fact, None, &Asked::default()).unwrap();
        }
        home
    }

    /// An agency is invited and joins.
    pub(crate) fn seats(&mut self, name: &str, kind: AgencyKind, interest: Interest) {
        self.council().does(participants::Command::Invite { agency: agency(name, kind), interest });
        self.agency(name).does(participants::Command::Join);
    }

    /// What was told so far is left out of [`Scenario::told`].
    pub(crate) fn forgets_what_was_told(&mut self) {
        self.told_from = self.text.len();
        self.last = None;
    }

    pub(crate) fn agency(&mut self, name: &str) -> Speaker<'_> {
        let occurred_at = self.now;
        Speaker { by: Author::system(named(name), "desk"), home: self, occurred_at, labels: Asked::default() }
    }

    pub(crate) fn council(&mut self) -> Speaker<'_> {
        self.agency("council")
    }

    /// The council, for the office that leads the incident.
    pub(crate) fn lead(&mut self) -> Speaker<'_> {
        self.council().holding(Office::IncidentLead)
    }

    pub(crate) fn icb(&mut self) -> Speaker<'_> {
        self.agency("icb")
    }

    pub(crate) fn cqc(&mut self) -> Speaker<'_> {
        self.agency("cqc")
    }

    pub(crate) fn region(&mut self) -> Speaker<'_> {
        self.agency("region")
    }

    pub(crate) fn later_hours(&mut self, hours: u32) {
        self.now = hours_after(self.now, hours);
    }

    /// What happened since the scenario began, as text.
    pub(crate) fn told(&self) -> String {
        self.holds();
        self.text.get(self.told_from..).unwrap_or_default().to_owned()
    }

    /// One family's lines of the situation report.
    pub(crate) fn reported(&self, family: &str) -> String {
        let report = self.incident.report(self.now);
        let section = report.sections.iter().find(|section| section.family == family);
        section.map(|section| section.lines.iter().fold(String::new(), |text, line| text + line + "\n")).unwrap()
    }

    /// The clocks: key, due time in UTC, state.
    pub(crate) fn clocks(&self) -> String {
        self.incident.deadlines(self.now).iter().fold(String::new(), |mut text, deadline| {
            let due = deadline.due.format("%a %d %b %H:%MZ");
            writeln!(text, "{:<20} {due} {}", deadline.key, deadline.state).unwrap();
            text
        })
    }

    /// What is true of every record: it verifies, it replays to the same incident, and a fold can be put by.
    #[track_caller]
    pub(crate) fn holds(&self) {
        let domain = self.incident.domain();
        verified(domain, &self.record).unwrap();
        assert_eq!(replayed(&self.record), self.incident, "replaying gives another incident than folding did");
        assert_eq!(put_by(&self.incident), self.incident, "a fold put by as JSON comes back as another");
    }

    /// Something has happened that is asked for in no command.
    pub(crate) fn has_happened(&mut self, by: &Author, fact: impl Into<Fact>) {
        self.writes(by, self.now, fact.into(), None, &Asked::default()).unwrap();
    }

    /// The lead closes the incident.
    pub(crate) fn closes(&mut self) {
        let summary = "all are safe".to_owned();
        if !matches!(self.incident.lifecycle.phase, crate::situation::Phase::Recovering) {
            let (to, reason) = (crate::situation::Phase::Recovering, summary.clone());
            self.council().does(lifecycle::Command::ChangePhase { to, reason });
        }
        self.lead().does(lifecycle::Command::Close { summary });
    }

    fn writes(
        &mut self,
        by: &Author,
        occurred_at: Instant,
        fact: Fact,
        cause: Option<Seq>,
        asked: &Asked,
    ) -> Result<(), Refusal> {
        let labels = self.incident.labels(&by.agency, &fact, asked)?;
        let entry = Entry {
            incident: self.incident.id.clone(),
            seq: self.incident.seq.next(),
            recorded_at: self.now,
            envelope: Envelope::of(by.clone(), occurred_at, labels, cause, &fact),
            fact,
        };
        let salt = [u8::try_from(entry.seq.0 % 251).unwrap(); 16];
        let sealed = entry.seal(self.incident.domain(), self.incident.hash, salt).unwrap();
        let read = sealed.open().unwrap();
        assert_eq!(read, entry, "an entry is read as it was written");
        self.incident.apply(&read, sealed.hash);
        self.record.push(sealed);
        self.tells(&entry);
        Ok(())
    }

    /// The incident as an agency sees it now.
    pub(crate) fn seen_by(&self, agency: &str) -> Incident {
        let access = self.incident.access(&Reader::of(named(agency)), self.now);
        seen(&self.record, &access, self.now)
    }

    /// What an agency sees of each entry, from the first.
    pub(crate) fn sights(&self, agency: &str) -> Vec<Sight> {
        let access = self.incident.access(&Reader::of(named(agency)), self.now);
        let labels = self.record.iter().map(|sealed| sealed.labels().unwrap());
        labels.map(|labels| access.sees(&labels, self.now)).collect()
    }

    /// What an agency sees of the newest entry.
    pub(crate) fn last_sight(&self, agency: &str) -> Sight {
        *self.sights(agency).last().unwrap()
    }

    fn tells(&mut self, entry: &Entry) {
        let (seq, at) = (entry.seq.0, entry.envelope.occurred_at);
        let line = timeline::Line { seq, at, who: entry.envelope.author.told(), text: entry.fact.told() };
        self.text.push_str(&timeline::one(&line, self.last));
        self.last = Some(at);
    }
}

/// Somebody who asks for something, at the scenario's time.
#[derive(Debug)]
pub(crate) struct Speaker<'a> {
    pub(crate) home: &'a mut Scenario,
    pub(crate) by: Author,
    occurred_at: Instant,
    labels: Asked,
}

impl Speaker<'_> {
    #[must_use]
    pub(crate) fn holding(mut self, office: Office) -> Self {
        self.by.office = Some(office);
        self
    }

    /// Speaks of what happened earlier.
    #[must_use]
    pub(crate) fn of_hours_ago(mut self, hours: u32) -> Self {
        self.occurred_at -= chrono::TimeDelta::hours(hours.into());
        self
    }

    /// Says what sort of information it is.
    #[must_use]
    pub(crate) fn labelled(mut self, class: Class) -> Self {
        self.labels.class = Some(class);
        self
    }

    /// Speaks for these agencies only, and its own.
    #[must_use]
    pub(crate) fn only_for(mut self, agencies: &[&str]) -> Self {
        self.labels.audience = agencies.iter().map(|agency| named(agency)).collect();
        self
    }

    /// Takes an office and speaks for it.
    #[track_caller]
    #[must_use]
    pub(crate) fn taking(self, office: Office) -> Self {
        let Self { home, by, occurred_at, labels } = self;
        let takes = Speaker { home: &mut *home, by: by.clone(), occurred_at, labels: Asked::default() };
        takes.does(participants::Command::TakeOffice { office });
        Self { home, by, occurred_at, labels }.holding(office)
    }

    /// Asks, and it is done.
    #[track_caller]
    pub(crate) fn does(self, command: impl Into<Command>) {
        if let Err(refusal) = self.asks(&command.into()) {
            panic!("refused: {refusal}");
        }
    }

    /// Asks, and it is done or refused.
    pub(crate) fn asks(self, command: &Command) -> Result<(), Refusal> {
        let facts = self.home.incident.decide(self.home.now, &self.by, self.occurred_at, command)?;
        let cause = self.home.incident.cause_of(command);
        let labels: Vec<Asked> = facts.iter().map(|fact| self.labels.of_one(fact, &facts)).collect();
        for (fact, labels) in facts.into_iter().zip(labels) {
            self.home.writes(&self.by, self.occurred_at, fact, cause, &labels)?;
        }
        Ok(())
    }

    /// Asks, and is refused for that reason; the refusal stands in the told text.
    #[track_caller]
    pub(crate) fn refused(self, reason: &str, command: impl Into<Command>) {
        let Err(refusal) = self.home.incident.decide(self.home.now, &self.by, self.occurred_at, &command.into()) else {
            panic!("not refused")
        };
        assert_eq!(refusal.reason(), reason, "{refusal}");
        let who = self.by.agency.as_str();
        writeln!(self.home.text, "      refused {who}: {refusal}").unwrap();
        self.home.reasons.insert(refusal.reason());
    }
}

/// What a command would make of the scenario as it stands, which it leaves as it is.
#[track_caller]
pub(crate) fn check(who: &Speaker<'_>, command: impl Into<Command>, expect: &Expect) {
    let said = match who.home.incident.decide(who.home.now, &who.by, who.occurred_at, &command.into()) {
        Ok(facts) => facts.iter().map(Fact::told).collect::<Vec<_>>().join("\n"),
        Err(refusal) => format!("{}: {refusal}", refusal.reason()),
    };
    expect.assert_eq(&said);
}

/// The text and the salt of an entry that is whole, to spoil them.
pub(crate) fn whole(sealed: &mut Sealed) -> (&mut String, &mut Salt) {
    let Content::Whole { payload, salt } = &mut sealed.content else { panic!("entry {} is not whole", sealed.seq) };
    (payload, salt)
}

/// The incident that a record's entries add up to, read from the first.
pub(crate) fn replayed(record: &[Sealed]) -> Incident {
    let (first, rest) = record.split_first().unwrap();
    let mut incident = Incident::begin(&first.open().unwrap(), first.hash).unwrap();
    for sealed in rest {
        incident.take_in(sealed).unwrap();
    }
    incident
}

/// The incident written as JSON and read again.
pub(crate) fn put_by(incident: &Incident) -> Incident {
    serde_json::from_str(&serde_json::to_string(incident).unwrap()).unwrap()
}

/// Checks a whole record from its first entry.
pub(crate) fn verified(domain: Domain, record: &[Sealed]) -> Result<(), crate::entry::Broken> {
    let (mut expected, mut before) = (Seq(1), Hash::NONE);
    for sealed in record {
        sealed.verify(domain, expected, before)?;
        (expected, before) = (expected.next(), sealed.hash);
    }
    Ok(())
}

pub(crate) fn agency(name: &str, kind: AgencyKind) -> Agency {
    let id: AgencyId = named(name);
    Agency { title: name.to_uppercase(), id, kind, successors: Vec::new() }
}

/// The envelope of an opening, which is there before the incident is.
fn plain(by: &Author, occurred_at: Instant, fact: &Fact) -> Envelope {
    Envelope::of(by.clone(), occurred_at, Labels::of_opening(&by.agency, fact), None, fact)
}

/// An incident as somebody sees it, read from the first entry.
pub(crate) fn seen(record: &[Sealed], access: &Access, at: Instant) -> Incident {
    let (first, rest) = record.split_first().unwrap();
    let mut incident = Incident::begin(&first.open().unwrap(), first.hash).unwrap().for_access(access);
    for sealed in rest {
        incident.take_in_for(access, at, sealed).unwrap();
    }
    incident
}
