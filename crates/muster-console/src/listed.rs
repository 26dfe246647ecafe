//! What the register lists, in words.

use chrono::NaiveDate;
use muster_record::advice::Answer;
use muster_register::ask::{Near, NotKnown, Reason};
use muster_register::row::{Capacity, Kind, Rating, Stage};
use muster_register::{Import, Register};

use crate::said::plain;

/// A day as people read it: `4 Mar 2024`.
pub(crate) fn day(of: NaiveDate) -> String {
    of.format("%-d %b %Y").to_string()
}

/// How long ago a day was: `today`, `3 days ago`.
pub(crate) fn ago(of: NaiveDate, today: NaiveDate) -> String {
    match today.signed_duration_since(of).num_days() {
        ..=0 => "today".to_owned(),
        1 => "yesterday".to_owned(),
        days => format!("{days} days ago"),
    }
}

pub(crate) fn rating(of: Option<Rating>) -> &'static str {
    match of {
        Some(Rating::Outstanding) => "Outstanding",
        Some(Rating::Good) => "Good",
        Some(Rating::RequiresImprovement) => "Requires improvement",
        Some(Rating::Inadequate) => "Inadequate",
        Some(Rating::NotEnoughEvidence) => "Not enough evidence",
        None => "Not known",
    }
}

pub(crate) fn rating_tag(of: Option<Rating>) -> &'static str {
    match of {
        Some(Rating::Outstanding | Rating::Good) => "govuk-tag--green",
        Some(Rating::RequiresImprovement) => "govuk-tag--yellow",
        Some(Rating::Inadequate) => "govuk-tag--red",
        Some(Rating::NotEnoughEvidence) | None => "govuk-tag--grey",
    }
}

pub(crate) fn stage(of: Stage) -> &'static str {
    match of {
        Stage::InScheme => "watched by market oversight",
        Stage::SustainabilityPlan => "market oversight asked for a sustainability plan",
        Stage::BusinessReview => "market oversight arranged a business review",
        Stage::EarlyWarning => "market oversight warned councils that it is likely to fail",
    }
}

pub(crate) fn reason(of: Reason) -> &'static str {
    match of {
        Reason::EarlyWarning => "early warning about its provider",
        Reason::RatedInadequate => "rated inadequate",
        Reason::ManagerAbsent => "no registered manager, or an absent one",
        Reason::RatedRequiresImprovement => "rated as requiring improvement",
        Reason::Dormant => "dormant",
        Reason::CapacityStale => "its figures are stale",
    }
}

pub(crate) fn not_known(of: NotKnown) -> &'static str {
    match of {
        NotKnown::Rating => "its rating",
        NotKnown::Manager => "whether it has a registered manager",
        NotKnown::Dormancy => "whether it is dormant",
        NotKnown::Capacity => "how full it is",
        NotKnown::Authority => "its authority",
    }
}

pub(crate) fn near(of: Near) -> &'static str {
    match of {
        Near::SameAuthority => "Same authority",
        Near::SameRegion => "Same region",
    }
}

/// Rows of a kind, in the plural.
pub(crate) fn rows(of: Kind) -> &'static str {
    match of {
        Kind::Brand => "Brands",
        Kind::Provider => "Providers",
        Kind::Service => "Services",
        Kind::Capacity => "Figures of capacity",
        Kind::Authority => "Authorities",
        Kind::Agency => "Agencies",
        Kind::Oversight => "Market oversight",
    }
}

pub(crate) fn known(of: Answer) -> &'static str {
    match of {
        Answer::Yes => "Yes",
        Answer::No => "No",
        Answer::Unknown => "Not known",
    }
}

/// What a service said of its places, in one line; that it did not, where it did not.
pub(crate) fn places(of: Option<&Capacity>) -> String {
    let Some(Capacity { service: _, as_at, maximum, occupied, reserved, accepting }) = of else {
        return "It did not say how full it is".to_owned();
    };
    let told = [(accepting, "open to admissions"), (occupied, "in use"), (reserved, "promised"), (maximum, "at most")];
    let told = told.into_iter().filter_map(|(count, what)| count.map(|count| format!("{count} {what}")));
    format!("{} on {}", told.collect::<Vec<_>>().join(", "), day(*as_at))
}

/// Where a row is from: its source, and the last import of it.
pub(crate) fn from(register: &Register, kind: Kind, code: &str, today: NaiveDate) -> (String, Option<u64>) {
    let Some(known) = register.get(kind, code) else { return ("Nobody said so.".to_owned(), None) };
    match register.last_import(&known.source) {
        None => (format!("It is from {}.", known.source), None),
        Some(Import { number, as_at, agency, .. }) => (
            format!(
                "It is from {}, as at {} ({}), import {number}, sent by {agency}.",
                known.source,
                day(*as_at),
                ago(*as_at, today)
            ),
            Some(*number),
        ),
    }
}

/// What a service provides: `Nursing, Residential`; that it is not known.
pub(crate) fn kinds(of: &[muster_record::situation::ServiceKind]) -> String {
    let told: Vec<String> = of.iter().map(|kind| plain(kind.word())).collect();
    if told.is_empty() { "Not known".to_owned() } else { told.join(", ") }
}
