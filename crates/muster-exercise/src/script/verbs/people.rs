//! Registers people, changes what is known of them, and marks where they have come to.

use muster_record::advice::Answer;
use muster_record::incident::people::{Command, Details};
use muster_record::situation::{Funder, Mobility, Need};

use super::super::Asked;
use super::super::line::Line;
use super::super::problem::Wrong;
use super::super::who::MOST_PEOPLE;
use super::{Read, Verb};

const DETAILS: &str = "what is known: FUNDER, MOBILITY, needs NEED and NEED (or none, or not-known), placed by AGENCY, \
    stays with PERSON-NUMBERS, at SERVICE";

pub(super) const VERBS: &[Verb] = &[
    Verb {
        words: "registers",
        form: "registers 12 people: FUNDER, placed by AGENCY, MOBILITY, needs NEED and NEED, stays with 3 and 4",
        read: registers,
    },
    Verb {
        words: "changes person",
        form: "changes person 3: FUNDER, MOBILITY, needs NEED and NEED",
        read: |line| {
            let people = line.person_numbers()?;
            let details = details(line)?;
            let change = |person| Command::Change { person, details: details.clone() };
            Ok(people.into_iter().map(|person| Asked::Ready(Box::new(change(person).into()))).collect())
        },
    },
    Verb { words: "marks", form: "marks people 1 to 8 and 11 STATUS at \"PLACE\"", read: marks },
];

fn registers(line: &mut Line<'_, '_>) -> Read {
    let count = line.number("how many people")?;
    if !(1..=MOST_PEOPLE).contains(&count) {
        return Err(line.wrong_before(&format!("1 to {MOST_PEOPLE} people")));
    }
    if !line.skip("person") {
        line.must("people")?;
    }
    let details = details(line)?;
    let register = || Asked::Ready(Box::new(Command::Register { details: details.clone() }.into()));
    Ok((0..count).map(|_| register()).collect())
}

fn marks(line: &mut Line<'_, '_>) -> Read {
    let people = line.people()?;
    let to = line.listed("the status")?;
    let place = if line.skip("at") || line.skip("to") { Some(line.text("the place")?) } else { None };
    let marked = people.into_iter().map(|person| Command::SetStatus { person, to, place: place.clone() });
    Ok(marked.map(|command| Asked::Ready(Box::new(command.into()))).collect())
}

/// What is known of a person, in any order; what is not said is not known.
fn details(line: &mut Line<'_, '_>) -> Result<Details, Wrong> {
    let only = match line.scene().services {
        [only] => Some(only.clone()),
        _ => None,
    };
    let (mut service, mut funder, mut placed_by, mut mobility) = (only, Funder::NotKnown, None, Mobility::NotKnown);
    let (mut needs, mut needs_known, mut stays_with) = (Vec::new(), Answer::Unknown, Vec::new());
    loop {
        line.breathe();
        if line.skip("at") {
            service = Some(line.name("the service")?);
        } else if line.skip_words("placed by") {
            placed_by = Some(line.agency()?);
        } else if line.skip_words("stays with") || line.skip_words("stay with") {
            stays_with = line.person_numbers()?;
        } else if line.skip("needs") {
            (needs, needs_known) = read_needs(line)?;
        } else if line.skip("funder") {
            funder = line.listed("the funder")?;
        } else if line.skip("mobility") {
            mobility = line.listed("the mobility")?;
        } else if let Some(found) = line.maybe_listed() {
            funder = found;
        } else if let Some(found) = line.maybe_listed() {
            mobility = found;
        } else if line.rest().is_empty() {
            break;
        } else {
            return Err(line.wrong_here(DETAILS));
        }
    }
    match service {
        Some(service) => Ok(Details { service, funder, placed_by, mobility, needs, needs_known, stays_with }),
        None => Err(line.wrong_before("the service, where the incident has more than one: at SERVICE")),
    }
}

fn read_needs(line: &mut Line<'_, '_>) -> Result<(Vec<Need>, Answer), Wrong> {
    if line.skip("none") {
        return Ok((Vec::new(), Answer::Yes));
    }
    if line.skip("not-known") {
        return Ok((Vec::new(), Answer::No));
    }
    Ok((line.all_listed_while("a need, none, or not-known")?, Answer::Yes))
}
