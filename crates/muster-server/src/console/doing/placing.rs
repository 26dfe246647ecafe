//! What forms about people, beds and transport ask for.

use muster_record::Command;
use muster_record::ids::{AgencyId, OfferNo, PersonNo};
use muster_record::incident::{offers, people};
use muster_record::situation::Need;
use muster_record::time::Instant;
use tonic::Status;

use crate::console::fields::{self, Field, MOST_PEOPLE, all, moment, number, one, some, word, wrong};

pub(super) fn offer(fields: &[Field], now: Instant) -> Result<Command, Status> {
    let mut detail = Vec::new();
    for name in [
        "home",
        "nursing",
        "dementia",
        "wheelchair",
        "seats",
        "wheelchair-places",
        "stretchers",
        "bariatric-places",
        "role",
    ] {
        match one(fields, name) {
            // Not known is said by saying nothing.
            "" | "unknown" => (),
            said => detail.push((name.to_owned(), said.to_owned())),
        }
    }
    let (kind, quantity) = (word(fields, "kind")?, number(fields, "quantity")?);
    let as_at = moment(fields, "as_at")?.unwrap_or(now);
    Ok(offers::Command::Offer { kind, quantity, as_at, detail }.into())
}

pub(super) fn take(fields: &[Field]) -> Result<Command, Status> {
    let person = some(fields, "person").map(|_| number(fields, "person").map(PersonNo)).transpose()?;
    let (offer, quantity) = (OfferNo(number(fields, "offer")?), number(fields, "quantity")?);
    Ok(offers::Command::Take { offer, quantity, person }.into())
}

pub(super) fn release(fields: &[Field]) -> Result<Command, Status> {
    let (offer, quantity) = (OfferNo(number(fields, "offer")?), number(fields, "quantity")?);
    Ok(offers::Command::Release { offer, quantity }.into())
}

pub(super) fn withdraw(fields: &[Field]) -> Result<Command, Status> {
    let (offer, reason) = (OfferNo(number(fields, "offer")?), one(fields, "reason").to_owned());
    Ok(offers::Command::Withdraw { offer, reason }.into())
}

/// Numbers of people in a field.
fn numbers(fields: &[Field], name: &str) -> Result<Vec<PersonNo>, Status> {
    let found = fields::people(one(fields, name));
    let found = found.ok_or_else(|| wrong(name, "are no numbers of people as in 1, 4 or 5-8, at most 50 at once"))?;
    Ok(found.into_iter().map(PersonNo).collect())
}

pub(super) fn register(fields: &[Field]) -> Result<Vec<Command>, Status> {
    let count = usize::try_from(number(fields, "count")?).unwrap_or(usize::MAX);
    if count == 0 || count > MOST_PEOPLE {
        return Err(wrong("count", "is between 1 and 50 at once"));
    }
    let needs: Result<Vec<Need>, _> = all(fields, "needs").map(str::parse).collect();
    let placed_by = some(fields, "placed_by").map(|_| word::<AgencyId>(fields, "placed_by")).transpose()?;
    let details = people::Details {
        service: word(fields, "service")?,
        funder: word(fields, "funder")?,
        placed_by,
        mobility: word(fields, "mobility")?,
        needs: needs.map_err(|_| wrong("needs", "are not all ones that are known"))?,
        needs_known: word(fields, "needs_known")?,
        stays_with: numbers(fields, "stays_with")?,
    };
    Ok(vec![people::Command::Register { details }.into(); count])
}

/// Where people have come to, and for each the place that is taken of an offer, if one is named.
pub(super) fn status(fields: &[Field]) -> Result<Vec<Command>, Status> {
    let persons = numbers(fields, "people")?;
    if persons.is_empty() {
        return Err(wrong("people", "is empty: say which, as in 1, 4 or 5-8"));
    }
    let offer = some(fields, "offer").map(|_| number(fields, "offer").map(OfferNo)).transpose()?;
    let to = word(fields, "to")?;
    let place = match (offer, some(fields, "place")) {
        (Some(offer), Some(place)) => Some(format!("{offer}, {place}")),
        (Some(offer), None) => Some(offer.to_string()),
        (None, place) => place,
    };
    let mut commands: Vec<Command> = Vec::new();
    for person in persons {
        let take = |offer| offers::Command::Take { offer, quantity: 1, person: Some(person) };
        commands.extend(offer.map(|offer| take(offer).into()));
        commands.push(people::Command::SetStatus { person, to, place: place.clone() }.into());
    }
    Ok(commands)
}
