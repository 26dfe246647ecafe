//! The rules that every answer keeps, whoever wrote the rule set.

use std::collections::BTreeSet;

use muster_record::advice::{Advice, Allocation, Item, OptionSet, ProposedAction};
use muster_record::ids::AgencyId;
use muster_record::situation::Situation;
use muster_record::time::Instant;
use sha2::{Digest as _, Sha256};

use crate::bindings::wit;
use crate::convert;
use crate::failure::{Failure, FailureClass};
use crate::limits::{ADVICE_BYTES, ITEMS, KEY_CHARS};
use crate::text;

/// What in an answer broke a rule, and where.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Invalid {
    pub(crate) at: String,
    pub(crate) problem: String,
}

impl From<Invalid> for Failure {
    fn from(Invalid { at, problem }: Invalid) -> Self {
        Self::new(FailureClass::Invalid, &format!("{at}: {problem}"))
    }
}

/// What an answer may refer to.
pub(crate) struct Known<'a> {
    as_of: Instant,
    people: BTreeSet<&'a str>,
    offers: BTreeSet<&'a str>,
    agencies: BTreeSet<&'a AgencyId>,
}

impl<'a> Known<'a> {
    /// Nothing but the time.
    pub(crate) fn nothing(as_of: Instant) -> Self {
        Self { as_of, people: BTreeSet::new(), offers: BTreeSet::new(), agencies: BTreeSet::new() }
    }

    /// What stands in the situation.
    pub(crate) fn of(situation: &'a Situation) -> Self {
        let seated = situation.participants.iter().map(|seat| &seat.agency);
        let placing = situation.people.iter().filter_map(|person| person.placed_by.as_ref());
        let counted = situation.figures.iter().flat_map(|figures| &figures.by_placing_authority);
        let placing = placing.chain(counted.map(|(agency, _)| agency));
        Self {
            as_of: situation.as_of,
            people: situation.people.iter().map(|person| person.reference.as_str()).collect(),
            offers: situation.offers.iter().map(|offer| offer.reference.as_str()).collect(),
            agencies: seated.chain(placing).collect(),
        }
    }
}

/// Advice that keeps the rules, and the digest of its JSON.
pub(crate) fn accept(answer: &wit::Advice, known: &Known<'_>) -> Result<(Advice, [u8; 32]), Failure> {
    // Before anything is copied: an answer can hold a million items.
    if is_too_many(answer) {
        let problem = format!("more than {ITEMS} items");
        return Err(Invalid { at: "advice as a whole".to_owned(), problem }.into());
    }
    let advice = convert::advice::read(answer)?;
    check(&advice, known)?;
    let Ok(json) = serde_json::to_vec(&advice) else {
        return Err(Failure::new(FailureClass::Invalid, "advice as a whole: cannot be written as JSON"));
    };
    if json.len() > ADVICE_BYTES {
        let problem = format!("{} bytes of JSON, and {ADVICE_BYTES} are taken", json.len());
        return Err(Invalid { at: "advice as a whole".to_owned(), problem }.into());
    }
    Ok((advice, Sha256::digest(&json).into()))
}

fn is_too_many(answer: &wit::Advice) -> bool {
    let wit::Advice {
        findings,
        questions,
        actions,
        options,
        involvements,
        gates,
        drafts,
        allocations,
        regional_incidents,
        others,
        remarks,
        look_again_at: _,
    } = answer;
    let counts = [
        findings.len(),
        questions.len(),
        actions.len(),
        options.len(),
        involvements.len(),
        gates.len(),
        drafts.len(),
        allocations.len(),
        regional_incidents.len(),
        others.len(),
    ];
    let tags: usize = remarks.iter().map(|remark| remark.tags.len()).sum();
    counts.into_iter().sum::<usize>() > ITEMS || remarks.len() > ITEMS || tags > ITEMS
}

fn check(advice: &Advice, known: &Known<'_>) -> Result<(), Invalid> {
    let mut seen = BTreeSet::new();
    for item in &advice.items {
        let at = || format!("{} {}", item.kind(), text::cut(item.key(), 80));
        check_key(item.key()).map_err(|problem| Invalid { at: at(), problem })?;
        if !seen.insert(item.key()) {
            return Err(Invalid { at: at(), problem: "another item has this key".to_owned() });
        }
        check_item(item, known).map_err(|problem| Invalid { at: at(), problem })?;
    }
    match advice.look_again_at {
        Some(at) if at <= known.as_of => Err(Invalid {
            at: "advice as a whole look-again-at".to_owned(),
            problem: format!("{at} is not after the time of this look, {}", known.as_of),
        }),
        Some(_) | None => Ok(()),
    }
}

fn check_key(key: &str) -> Result<(), String> {
    if key.is_empty() {
        return Err("its key is empty".to_owned());
    }
    if key.len() > KEY_CHARS {
        return Err(format!("its key is longer than {KEY_CHARS} characters"));
    }
    if !key.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Err("its key holds something else than printable ASCII without spaces".to_owned());
    }
    Ok(())
}

fn check_item(item: &Item, known: &Known<'_>) -> Result<(), String> {
    match item {
        Item::Action(action) => check_action(action, known),
        Item::Options(options) => check_options(options),
        Item::Allocation(allocation) => check_allocation(allocation, known),
        Item::Finding(_)
        | Item::Question(_)
        | Item::Involvement(_)
        | Item::Gate(_)
        | Item::Draft(_)
        | Item::Regional(_)
        | Item::Other(_) => Ok(()),
    }
}

fn check_action(action: &ProposedAction, known: &Known<'_>) -> Result<(), String> {
    match &action.owner_agency {
        Some(agency) if !known.agencies.contains(agency) => {
            Err(format!("owner-agency {agency} neither takes part nor placed anyone"))
        }
        Some(_) | None => Ok(()),
    }
}

fn check_options(options: &OptionSet) -> Result<(), String> {
    let mut seen = BTreeSet::new();
    for choice in &options.choices {
        let shown = text::cut(&choice.key, 80);
        check_key(&choice.key).map_err(|problem| format!("choice {shown}: {problem}"))?;
        if !seen.insert(&choice.key) {
            return Err(format!("choice {shown}: another choice has this key"));
        }
        if choice.rank == 0 {
            return Err(format!("choice {shown}: ranks begin at 1"));
        }
    }
    Ok(())
}

fn check_allocation(allocation: &Allocation, known: &Known<'_>) -> Result<(), String> {
    let Allocation { key: _, person, to, rank: _, because: _ } = allocation;
    if !known.people.contains(person.as_str()) {
        return Err(format!("person {} is not in the situation", text::cut(person, 80)));
    }
    match to {
        Some(offer) if !known.offers.contains(offer.as_str()) => {
            Err(format!("offer {} is not in the situation", text::cut(offer, 80)))
        }
        Some(_) | None => Ok(()),
    }
}
