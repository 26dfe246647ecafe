//! Opens, amends, reclassifies, changes the phase, links, closes and reopens.

use muster_record::advice::Answer;
use muster_record::ids::AgencyId;
use muster_record::incident::lifecycle::{Command, Link, Opening};
use muster_record::situation::{Failure, Service};

use super::super::Asked;
use super::super::line::Line;
use super::super::problem::Wrong;
use super::{Read, Verb, ready};

/// How an opening is written.
pub(in super::super) const OPENS: &str = "opens \"TITLE\" as KIND through FAILURE and FAILURE, of local regulated \
    KIND service NAME with 48 beds, notified MOMENT, care stops MOMENT, region \"REGION\", called NAME";

pub(super) const VERBS: &[Verb] = &[
    Verb {
        words: "amends",
        form: "amends title to \"TITLE\", care stops to MOMENT, service to local regulated KIND service NAME with 46 beds",
        read: amends,
    },
    Verb {
        words: "reclassifies",
        form: "reclassifies as KIND through FAILURE and FAILURE because \"REASON\"",
        read: |line| {
            line.must("as")?;
            let (kind, failures) = (line.listed("the kind of incident")?, failures(line)?);
            ready(Command::Reclassify { kind, failures, reason: line.because()? })
        },
    },
    Verb {
        words: "moves to",
        form: "moves to PHASE because \"REASON\"",
        read: |line| ready(Command::ChangePhase { to: line.listed("the phase")?, reason: line.because()? }),
    },
    Verb {
        words: "links to",
        form: "links to INCIDENT-ID as RELATION led by AGENCY of brand \"BRAND\"",
        read: |line| {
            let is_called =
                line.peek_word().is_some_and(|word| line.scene().incidents.names().any(|name| name == word));
            if is_called {
                let name = line.incident()?;
                line.must("as")?;
                return Ok(vec![Asked::LinkTo { name, relation: line.listed("how the two belong together")? }]);
            }
            let incident = line.name("the incident's id of 32 digits")?;
            line.must("as")?;
            let relation = line.listed("how the two belong together")?;
            line.breathe();
            let authority = if line.skip_words("led by") { Some(line.agency()?) } else { None };
            let brand = if line.skip_words("of brand") { Some(line.text("the brand")?) } else { None };
            ready(Command::Link(Link { incident, relation, authority, brand }))
        },
    },
    Verb {
        words: "closes",
        form: "closes with \"SUMMARY\"",
        read: |line| {
            line.must("with")?;
            ready(Command::Close { summary: line.text("how it ended")? })
        },
    },
    Verb {
        words: "reopens",
        form: "reopens because \"REASON\"",
        read: |line| ready(Command::Reopen { reason: line.because()? }),
    },
];

/// How a regional incident is opened from what a rule set proposes on the incident that the agency is busy with.
pub(in super::super) const OPENS_REGIONAL: &str = "opens regional incident from KEY of RULE-SET called NAME";

/// How a member is added to the regional incident that the agency is busy with.
pub(in super::super) const ADDS_MEMBER: &str = "adds member NAME";

/// How an agency turns to another incident.
pub(in super::super) const TURNS_TO: &str = "turns to NAME";

/// Reads what stands behind `opens`, and what the script calls the incident.
pub(in super::super) fn opening(line: &mut Line<'_, '_>) -> Result<(Opening, String), Wrong> {
    let title = line.text("the title")?;
    line.must("as")?;
    let kind = line.listed("the kind of incident")?;
    let failures = failures(line)?;
    let lead = line.by()?;
    let mut called = String::new();
    let mut opening = Opening {
        title,
        kind,
        failures,
        services: Vec::new(),
        region: None,
        notified_at: line.now(),
        care_stops_at: None,
        exercise: true,
    };
    loop {
        let _ = line.more();
        if line.skip("of") {
            opening.services.push(service(line, lead)?);
        } else if line.skip("notified") {
            let _ = line.skip("at");
            opening.notified_at = line.moment()?;
        } else if line.skip_words("care stops") {
            let _ = line.skip("at");
            opening.care_stops_at = Some(line.moment()?);
        } else if line.skip("region") {
            opening.region = Some(line.text_or_word("the region")?);
        } else if line.skip("called") {
            called = line.word("the name of the incident")?;
        } else {
            return Ok((opening, called));
        }
    }
}

fn failures(line: &mut Line<'_, '_>) -> Result<Vec<Failure>, Wrong> {
    if line.skip("through") { line.all_listed_while("the type of failure") } else { Ok(Vec::new()) }
}

fn service(line: &mut Line<'_, '_>, lead: &AgencyId) -> Result<Service, Wrong> {
    let (mut national, mut regulated) = (Answer::Unknown, Answer::Unknown);
    loop {
        match line.peek_word() {
            Some("local") => national = Answer::No,
            Some("national") => national = Answer::Yes,
            Some("regulated") => regulated = Answer::Yes,
            Some("unregulated") => regulated = Answer::No,
            Some("a" | "an") => (),
            Some(_) | None => break,
        }
        line.skip_any();
    }
    let kind = line.listed("the kind of service")?;
    let _ = line.skip("service");
    let id = line.name("the service's name")?;
    let authority = lead.clone();
    let mut service = Service { id, kind, national, regulated, authority, beds: None, brand: None, risk_level: None };
    loop {
        if line.skip("with") {
            service.beds = Some(line.number("how many beds")?);
            line.must("beds")?;
        } else if line.skip("brand") {
            service.brand = Some(line.text("the brand")?);
        } else if line.skip_words("risk level") {
            service.risk_level = Some(u8::try_from(line.number("a level")?).unwrap_or(u8::MAX));
        } else if line.skip_words("in the area of") {
            service.authority = line.agency()?;
        } else {
            return Ok(service);
        }
    }
}

fn amends(line: &mut Line<'_, '_>) -> Read {
    let (mut title, mut care_stops_at, mut amended) = (None, None, None);
    loop {
        if line.skip("title") {
            let _ = line.skip("to");
            title = Some(line.text("the title")?);
        } else if line.skip_words("care stops") {
            let _ = line.skip("to") || line.skip("at");
            care_stops_at = Some(line.moment()?);
        } else if line.skip("service") {
            let _ = line.skip("to");
            amended = Some(service(line, line.by()?)?);
        } else {
            return Err(line.wrong_here("title, care stops or service"));
        }
        if !line.more() {
            return ready(Command::Amend { title, care_stops_at, service: amended });
        }
    }
}
