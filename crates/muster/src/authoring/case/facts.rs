//! A case from a few facts: an incident opened with them, decided and folded as the server does it.

use std::collections::BTreeMap;

use anyhow::{Context as _, Result, anyhow, bail};
use muster_record::advice::Answer;
use muster_record::agency::{Agency, AgencyKind};
use muster_record::entry::{Asked, Envelope, Hash, Labels};
use muster_record::ids::{AgencyId, IncidentId, Seq};
use muster_record::incident::{answers, lifecycle, participants};
use muster_record::situation::{FactValue, Failure, IncidentKind, Service, ServiceKind};
use muster_record::time::Instant;
use muster_record::{Author, Command, Entry, Fact, Incident};
use serde::Deserialize;
use toml::value::Datetime;

use super::Seen;

/// When the incident of a case is opened, where it does not say: a Wednesday, 09:00 in Coventry.
const OPENED_AT: &str = "2026-03-04T09:00:00Z";
/// The agency that leads it.
const LEAD: &str = "council";

/// What a case may say. What it leaves out is as in the middle column of `docs/writing-a-rule-set.md`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Facts {
    title: String,
    kind: IncidentKind,
    failures: Vec<Failure>,
    region: Option<String>,
    opened_at: Option<Datetime>,
    notified_at: Option<Datetime>,
    care_stops_at: Option<Datetime>,
    as_of: Option<Datetime>,
    services: Vec<ServiceLine>,
    facts: BTreeMap<String, toml::Value>,
    commands: Vec<toml::Table>,
}

impl Default for Facts {
    fn default() -> Self {
        Self {
            title: "A case".to_owned(),
            kind: IncidentKind::ProviderFailure,
            failures: Vec::new(),
            region: None,
            opened_at: None,
            notified_at: None,
            care_stops_at: None,
            as_of: None,
            services: Vec::new(),
            facts: BTreeMap::new(),
            commands: Vec::new(),
        }
    }
}

/// A service of the provider; what is left out is not known.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct ServiceLine {
    id: String,
    kind: ServiceKind,
    #[serde(default = "unknown")]
    national: Answer,
    #[serde(default = "unknown")]
    regulated: Answer,
    authority: Option<AgencyId>,
    beds: Option<u32>,
    brand: Option<String>,
    risk_level: Option<u8>,
}

fn unknown() -> Answer {
    Answer::Unknown
}

/// An incident being written.
struct Sheet {
    incident: Incident,
    author: Author,
    at: Instant,
}

/// Reads a case and opens its incident.
pub(super) fn read(text: &str) -> Result<Seen> {
    let Facts {
        title,
        kind,
        failures,
        region,
        opened_at,
        notified_at,
        care_stops_at,
        as_of,
        services,
        facts,
        commands,
    } = toml::from_str(text)?;
    let opened_at = opened_at.as_ref().map_or_else(|| Ok(OPENED_AT.parse()?), |at| moment("opened_at", at))?;
    let or_opened = |name: &str, at: Option<&Datetime>| at.map_or(Ok(opened_at), |at| moment(name, at));
    let opening = lifecycle::Opening {
        title,
        kind,
        failures,
        services: served(services)?,
        region,
        notified_at: or_opened("notified_at", notified_at.as_ref())?,
        care_stops_at: care_stops_at.as_ref().map(|at| moment("care_stops_at", at)).transpose()?,
        exercise: true,
    };
    let mut sheet = Sheet::opened(opened_at, &opening)?;
    for (key, value) in facts {
        let value = answer(&value).with_context(|| format!("facts: {key}"))?;
        let command = answers::Command::Answer { key: key.clone(), value, source: "the case".to_owned() };
        sheet.does(&command.into()).with_context(|| format!("facts: {key}"))?;
    }
    for (number, command) in (1_u32..).zip(commands) {
        let command = serde_json::to_value(command).and_then(serde_json::from_value::<Command>);
        let went = command.map_err(anyhow::Error::from).and_then(|command| sheet.does(&command));
        went.with_context(|| format!("[[commands]], number {number}"))?;
    }
    let as_of = or_opened("as_of", as_of.as_ref())?;
    if as_of < opened_at {
        bail!("as_of is before opened_at: nothing is looked at before it was opened");
    }
    Ok(Seen { incident: sheet.incident, as_of })
}

impl Sheet {
    fn opened(at: Instant, opening: &lifecycle::Opening) -> Result<Self> {
        let lead = Agency {
            id: LEAD.parse()?,
            kind: AgencyKind::Council,
            title: "The council".to_owned(),
            successors: Vec::new(),
        };
        let author = Author::system(lead.id.clone(), "case");
        let fact: Fact = lifecycle::open(at, opening)?.into();
        let labels = Labels::of_opening(&author.agency, &fact);
        let envelope = Envelope::of(author.clone(), at, labels, None, &fact);
        let entry = Entry { incident: IncidentId::from_bytes([1; 16]), seq: Seq(1), recorded_at: at, envelope, fact };
        let mut sheet = Self { incident: Incident::begin(&entry, Hash::NONE)?, author, at };
        for fact in participants::seat_the_lead(&lead) {
            sheet.put(fact)?;
        }
        Ok(sheet)
    }

    fn does(&mut self, command: &Command) -> Result<()> {
        for fact in self.incident.decide(self.at, &self.author, self.at, command)? {
            self.put(fact)?;
        }
        Ok(())
    }

    /// Nobody holds this record to its word, so its entries are not chained.
    fn put(&mut self, fact: Fact) -> Result<()> {
        let labels = self.incident.labels(&self.author.agency, &fact, &Asked::default())?;
        let envelope = Envelope::of(self.author.clone(), self.at, labels, None, &fact);
        let (incident, seq) = (self.incident.id.clone(), self.incident.seq.next());
        self.incident.apply(&Entry { incident, seq, recorded_at: self.at, envelope, fact }, Hash::NONE);
        Ok(())
    }
}

/// The services; a home of which nothing is known, where none is named.
fn served(lines: Vec<ServiceLine>) -> Result<Vec<Service>> {
    let home = || ServiceLine {
        id: "home".to_owned(),
        kind: ServiceKind::Residential,
        national: Answer::Unknown,
        regulated: Answer::Unknown,
        authority: None,
        beds: None,
        brand: None,
        risk_level: None,
    };
    let lines = if lines.is_empty() { vec![home()] } else { lines };
    let service = |line: ServiceLine| {
        let ServiceLine { id, kind, national, regulated, authority, beds, brand, risk_level } = line;
        let id = id.parse().with_context(|| format!("services: {id}"))?;
        let authority = authority.map_or_else(|| LEAD.parse(), Ok)?;
        Ok(Service { id, kind, national, regulated, authority, beds, brand, risk_level })
    };
    lines.into_iter().map(service).collect()
}

/// An answer: `"yes"`, `"no"` and `"unknown"` are those, any other text is a text.
fn answer(value: &toml::Value) -> Result<FactValue> {
    Ok(match value {
        toml::Value::String(text) => {
            text.parse::<Answer>().map_or_else(|_| FactValue::Text(text.clone()), FactValue::Answer)
        }
        toml::Value::Integer(number) => FactValue::Number(*number),
        toml::Value::Boolean(yes) => FactValue::Answer(if *yes { Answer::Yes } else { Answer::No }),
        toml::Value::Datetime(at) => FactValue::At(moment("the answer", at)?),
        toml::Value::Float(_) | toml::Value::Array(_) | toml::Value::Table(_) => bail!(
            "an answer is \"yes\", \"no\", \"unknown\", a whole number, a text, or a moment such as 2026-03-04T09:00:00Z"
        ),
    })
}

fn moment(name: &str, at: &Datetime) -> Result<Instant> {
    let said = at.to_string();
    said.parse().map_err(|_| anyhow!("{name} is {said}: write the whole moment, as in 2026-03-04T09:00:00Z"))
}
