//! The hours of one role: what is covered, and who could cover the rest, in the order of the ladder.

use muster_rule_sdk::{AgencyKind, Answer, Finding, Offer, OfferKind, OptionSet, Situation};

use super::{Ladder, Short, not};
use crate::settings::StaffAgency;
use crate::table::{FindingRow, Hours, OptionsRow, Rung};

/// An option on its way into the order.
struct Candidate {
    key: String,
    title: String,
    suits: Answer,
    because: Vec<String>,
    lead_time: Option<u32>,
    cost_band: Option<u32>,
}

/// Who offers hours on the record: that is what rung they stand on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Lender {
    Providers,
    Others,
    Councils,
}

/// Whether the hours taken make up for those that are short.
pub(super) fn covered(ladder: &Ladder<'_>, row: &FindingRow, short: &Short<'_>) -> Finding {
    let offers = || staff_hours(ladder.situation).filter(|offer| role_of(offer) == Some(short.role));
    let taken: u64 = offers().map(|offer| u64::from(offer.taken)).sum();
    let left: u64 = offers().map(|offer| u64::from(left(offer))).sum();
    let is_covered = u64::try_from(short.hours).is_ok_and(|hours| taken >= hours);
    let title = row.title.replace("{role}", short.title);
    let key = format!("{}/{}", row.key, short.role);
    let finding = Finding::new(key, short.role, is_covered.into(), title, row.cites.iter().cloned())
        .because(short.because.clone())
        .because(format!("{taken} hours taken, {left} more on offer"));
    match staff_hours(ladder.situation).filter(|offer| role_of(offer).is_none()).count() {
        0 => finding,
        count => finding.because(format!("Offers of staff hours that do not say which role: {count}")),
    }
}

/// How many hours councils offer that are not shown as an option yet.
pub(super) fn held_back(ladder: &Ladder<'_>, finding: Finding) -> Finding {
    if ladder.last_resort() == Answer::Yes {
        return finding;
    }
    let offers = staff_hours(ladder.situation).filter(|offer| lender(ladder.situation, offer) == Lender::Councils);
    match offers.map(|offer| u64::from(left(offer))).sum::<u64>() {
        0 => finding,
        hours => finding.because(format!("{hours} hours that councils offer are held back until then")),
    }
}

/// The whole ladder for one role; council staff stand on it only as the last resort.
pub(super) fn options(ladder: &Ladder<'_>, table: &Hours, row: &OptionsRow, short: &Short<'_>) -> OptionSet {
    let question = row.question.replace("{role}", short.title);
    let options =
        OptionSet::new(format!("{}/{}", row.key, short.role), question, row.decided_by, row.cites.iter().cloned());
    let mut candidates = vec![rung("own-staff", &table.own_staff, not(ladder.own_cover_exhausted))];
    candidates.extend(ordered(offered(ladder, short, Lender::Providers)));
    candidates.push(rung("continuity-plan", &table.continuity_plan, not(ladder.plan_activated)));
    let agencies = ladder.lists.agencies.iter().filter(|agency| agency.roles.iter().any(|role| role == short.role));
    let others = offered(ladder, short, Lender::Others);
    candidates.extend(ordered(agencies.map(|agency| listed(ladder.situation, agency)).chain(others).collect()));
    if ladder.last_resort() == Answer::Yes {
        let may_work_there = ladder.situation.answer("closure/step-in-agreed");
        candidates.push(rung("council-staff", &table.council_staff, may_work_there));
        candidates.extend(ordered(offered(ladder, short, Lender::Councils)));
    }
    candidates.into_iter().fold(options, |options, candidate| {
        options.choice(candidate.key, candidate.title, candidate.suits, candidate.because)
    })
}

/// A rung of its own.
fn rung(key: &str, rung: &Rung, suits: Answer) -> Candidate {
    Candidate {
        key: key.to_owned(),
        title: rung.title.clone(),
        suits,
        because: vec![rung.because.clone()],
        lead_time: None,
        cost_band: None,
    }
}

/// An agency of the list suits when somebody has asked it and it can.
fn listed(situation: &Situation, agency: &StaffAgency) -> Candidate {
    let StaffAgency { id, name, kind, roles: _, lead_time_hours, cost_band, contact } = agency;
    let fact = format!("staffing/agency/{id}/available");
    let mut because = vec![
        "Rung 3: external agencies".to_owned(),
        format!("{}, {lead_time_hours} hours' lead time, cost band {cost_band}", kind.words()),
        format!("Contact: {contact}"),
    ];
    because.extend(situation.fact(&fact).map(ToString::to_string));
    Candidate {
        key: format!("agency/{id}"),
        title: name.clone(),
        suits: situation.answer(&fact),
        because,
        lead_time: Some(*lead_time_hours),
        cost_band: Some(u32::from(*cost_band)),
    }
}

/// The hours on the record that can still be taken, of those who belong to one rung.
fn offered(ladder: &Ladder<'_>, short: &Short<'_>, who: Lender) -> Vec<Candidate> {
    let situation = ladder.situation;
    let offers = staff_hours(situation).filter(|offer| role_of(offer) == Some(short.role) && left(offer) > 0);
    let of_rung = offers.filter(|offer| lender(situation, offer) == who);
    of_rung
        .map(|offer| Candidate {
            key: offer.ref_.clone(),
            title: format!("{} hours offered by {}", left(offer), offer.agency),
            suits: Answer::Yes,
            because: vec![who.rung().to_owned(), format!("{} of the record", offer.ref_)],
            lead_time: detail(offer, "lead-hours").and_then(|hours| hours.parse().ok()),
            cost_band: detail(offer, "cost-band").and_then(|band| band.parse().ok()),
        })
        .collect()
}

/// By lead time, then by cost band; what is not known comes last.
fn ordered(mut candidates: Vec<Candidate>) -> Vec<Candidate> {
    let last = |number: Option<u32>| (number.is_none(), number);
    candidates.sort_by(|one, other| {
        let place = |it: &Candidate| (last(it.lead_time), last(it.cost_band));
        place(one).cmp(&place(other)).then_with(|| one.key.cmp(&other.key))
    });
    candidates
}

impl Lender {
    fn rung(self) -> &'static str {
        match self {
            Self::Providers => "Rung 1: hours of a provider",
            Self::Others => "Rung 3: hours from outside",
            Self::Councils => "Rung 4: the last resort, temporary, and only by agreement or contract",
        }
    }
}

/// A neighbouring council's staff are council staff too: that is our reading.
fn lender(situation: &Situation, offer: &Offer) -> Lender {
    let seat = situation.participants.iter().find(|seat| seat.agency == offer.agency);
    match seat.map(|seat| seat.kind) {
        Some(AgencyKind::Provider) => Lender::Providers,
        Some(AgencyKind::Council | AgencyKind::PlacingAuthority) => Lender::Councils,
        Some(
            AgencyKind::HealthCommissioner
            | AgencyKind::Regulator
            | AgencyKind::PublicHealth
            | AgencyKind::Region
            | AgencyKind::SafeguardingBoard,
        )
        | None => Lender::Others,
    }
}

fn staff_hours(situation: &Situation) -> impl Iterator<Item = &Offer> {
    situation.offers.iter().filter(|offer| offer.kind == OfferKind::StaffHours)
}

fn left(offer: &Offer) -> u32 {
    offer.quantity.saturating_sub(offer.taken)
}

fn role_of(offer: &Offer) -> Option<&str> {
    detail(offer, "role")
}

fn detail<'a>(offer: &'a Offer, word: &str) -> Option<&'a str> {
    offer.detail.iter().find(|(key, _)| key == word).map(|(_, value)| value.trim())
}
