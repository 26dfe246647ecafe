//! The words that published files use, and what they mean here.

use muster_record::advice::Answer;
use muster_record::situation::ServiceKind;

use crate::row::Rating;

/// What the directory, the regulator's API and people call the kinds of service.
const KINDS: &[(&str, ServiceKind)] = &[
    ("care home service with nursing", ServiceKind::Nursing),
    ("nursing homes", ServiceKind::Nursing),
    ("nursing home", ServiceKind::Nursing),
    ("care home service without nursing", ServiceKind::Residential),
    ("residential homes", ServiceKind::Residential),
    ("residential home", ServiceKind::Residential),
    ("domiciliary care service", ServiceKind::HomeSupport),
    ("homecare agencies", ServiceKind::HomeSupport),
    ("home care", ServiceKind::HomeSupport),
    ("extra care housing services", ServiceKind::HousingWithCare),
    ("supported housing", ServiceKind::HousingWithCare),
    ("extra care", ServiceKind::HousingWithCare),
    ("supported living service", ServiceKind::SupportedLiving),
    ("supported living", ServiceKind::SupportedLiving),
    ("day centre", ServiceKind::DayService),
];

const RATINGS: &[(&str, Option<Rating>)] = &[
    ("outstanding", Some(Rating::Outstanding)),
    ("good", Some(Rating::Good)),
    ("requires improvement", Some(Rating::RequiresImprovement)),
    ("requires-improvement", Some(Rating::RequiresImprovement)),
    ("inadequate", Some(Rating::Inadequate)),
    ("insufficient evidence to rate", Some(Rating::NotEnoughEvidence)),
    ("not-enough-evidence", Some(Rating::NotEnoughEvidence)),
    ("inspected but not rated", Some(Rating::NotEnoughEvidence)),
    ("no published rating", None),
    ("not yet inspected", None),
    ("not rated", None),
    ("-", None),
];

/// What files write where they have nothing to say.
const NOTHING: &[&str] = &["-", "n/a", "null", "*"];

/// A kind of service, by any of its names.
pub(super) fn service_kind(text: &str) -> Option<ServiceKind> {
    let text = text.trim().to_lowercase();
    let named = KINDS.iter().find(|(name, _)| *name == text).map(|(_, kind)| *kind);
    named.or_else(|| text.parse().ok())
}

/// A rating, which may be that there is none; nothing where the text is no rating.
pub(super) fn rating(text: &str) -> Option<Option<Rating>> {
    let text = text.trim().to_lowercase();
    RATINGS.iter().find(|(name, _)| *name == text).map(|(_, rating)| *rating)
}

/// A flag; nothing where the text is none. What is not said is not known: blank is never no.
pub(super) fn flag(text: &str) -> Option<Answer> {
    match text.trim().to_lowercase().as_str() {
        "y" | "yes" | "true" => Some(Answer::Yes),
        "n" | "no" | "false" => Some(Answer::No),
        "" | "unknown" | "not known" => Some(Answer::Unknown),
        _ => None,
    }
}

/// Whether a text says nothing.
pub(super) fn says_nothing(text: &str) -> bool {
    text.is_empty() || NOTHING.contains(&text.to_lowercase().as_str())
}
