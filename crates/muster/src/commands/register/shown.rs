//! Answers of the register as lines for a person.

use muster_proto::v1;
use muster_register::Kind;
use muster_register::row::{Rating, Stage};

/// A word of the wire, as people write it.
fn word<W, T: TryFrom<W>>(wire: Option<W>, word: impl Fn(T) -> &'static str) -> &'static str {
    wire.and_then(|wire| T::try_from(wire).ok()).map_or("not known", word)
}

/// Words of the wire, with commas.
pub(super) fn words<W, E, T: TryFrom<W>>(
    wire: &[i32],
    read: impl Fn(i32) -> Result<W, E>,
    word: impl Fn(T) -> &'static str,
) -> String {
    let known = wire.iter().filter_map(|wire| T::try_from(read(*wire).ok()?).ok());
    known.map(word).collect::<Vec<_>>().join(", ")
}

pub(super) fn kind(wire: i32) -> &'static str {
    word(v1::ListedKind::try_from(wire).ok(), Kind::word)
}

/// A service in one line: what it is, how it is rated, and what it said of its places, with the day.
pub(super) fn service(found: &v1::FoundService) -> String {
    let service = found.service.clone().unwrap_or_default();
    let rating = word(v1::Rating::try_from(service.rating).ok(), Rating::word);
    let beds = service.registered_beds.map_or_else(|| "beds not known".to_owned(), |beds| format!("{beds} beds"));
    let authority = if found.authority_title.is_empty() { "authority not known" } else { &found.authority_title };
    let places = found.capacity.as_ref().map_or_else(
        || "vacancies not known".to_owned(),
        |said| {
            let open =
                said.accepting.map_or_else(|| "vacancies not said".to_owned(), |open| format!("{open} vacancies"));
            let stale = if found.capacity_stale { ", STALE" } else { "" };
            format!("{open} as at {}{stale}", said.as_at)
        },
    );
    let (code, name, provider) = (&service.code, &service.name, &found.provider_name);
    format!("{code:<14} {name} ({provider}), {authority}: {rating}, {beds}, {places}")
}

/// What hangs on something in one place.
pub(super) fn held(place: &str, held: Option<&v1::Held>) -> String {
    let held = held.cloned().unwrap_or_default();
    let without = held.services.saturating_sub(held.with_figures);
    let age = held.oldest_as_at.map_or_else(String::new, |day| format!(", the oldest as at {day}"));
    format!(
        "{place:<36} {} services, {} registered beds ({} homes not known), {} people and {} vacancies told by {}{age}, \
         {} stale, {without} told nothing",
        held.services,
        held.registered_beds,
        held.beds_not_known,
        held.occupied,
        held.accepting,
        held.with_figures,
        held.stale
    )
}

/// What market oversight says.
pub(super) fn oversight(oversight: &v1::ListedOversight) -> String {
    let stage = word(v1::Stage::try_from(oversight.stage).ok(), Stage::word);
    let since = oversight.since.as_ref().map_or_else(String::new, |day| format!(" since {day}"));
    format!("market oversight of {}: {stage}{since}", oversight.provider)
}
