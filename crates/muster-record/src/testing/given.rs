//! What scenarios are given: a care home, its residents, and items of advice.

use crate::advice::{
    Answer, Choice, Citation, Gate, Involvement, Item, OptionSet, ProposedAction, Provenance, Question, Step,
};
use crate::agency::{AgencyKind, Interest, Office};
use crate::entry::Hash;
use crate::incident::advising::Pin;
use crate::incident::lifecycle::Opening;
use crate::incident::people::Details;
use crate::situation::{Failure, Funder, IncidentKind, Mobility, Need, Service, ServiceKind};
use crate::time::Instant;

/// A name of any sort.
pub(crate) fn named<N: std::str::FromStr<Err: std::fmt::Debug>>(text: &str) -> N {
    text.parse().unwrap()
}

/// A moment, in UTC.
pub(crate) fn at(text: &str) -> Instant {
    text.parse().unwrap()
}

pub(crate) fn service(id: &str) -> Service {
    Service {
        id: named(id),
        kind: ServiceKind::Nursing,
        national: Answer::Unknown,
        regulated: Answer::Yes,
        authority: named("council"),
        beds: Some(31),
        brand: Some("Rosebank Care".to_owned()),
        risk_level: Some(4),
    }
}

/// Rosebank fails, notified at 08:00; care stops on Thursday at noon.
pub(crate) fn opening() -> Opening {
    Opening {
        title: "Rosebank".to_owned(),
        kind: IncidentKind::ProviderFailure,
        failures: vec![Failure::BusinessFailure],
        services: vec![service("rosebank")],
        region: Some("west-midlands".to_owned()),
        notified_at: at("2024-03-04T08:00:00Z"),
        care_stops_at: Some(at("2024-03-07T12:00:00Z")),
        exercise: false,
    }
}

pub(crate) fn resident() -> Details {
    Details {
        service: named("rosebank"),
        funder: Funder::CouncilFull,
        placed_by: None,
        mobility: Mobility::Wheelchair,
        needs: vec![Need::Nursing],
        needs_known: Answer::Yes,
        stays_with: Vec::new(),
    }
}

pub(crate) fn pin(rule_set: &str, version: u8) -> Pin {
    Pin {
        rule_set: named(rule_set),
        owner: named("council"),
        version: format!("{version}.0.0"),
        component: Hash([version; 32]),
        settings: Hash([9; 32]),
        grants: None,
    }
}

fn cites() -> Vec<Citation> {
    let words = "any action required within 72 hours".to_owned();
    vec![Citation { clause: "S114".to_owned(), words, provenance: Provenance::Plan }]
}

pub(crate) fn action(key: &str, title: &str) -> Item {
    Item::Action(ProposedAction {
        key: key.to_owned(),
        title: title.to_owned(),
        owner: AgencyKind::HealthCommissioner,
        owner_agency: None,
        due: Some(at("2024-03-04T15:00:00Z")),
        because: vec!["entry 1".to_owned()],
        cites: cites(),
    })
}

pub(crate) fn question(fact: &str, of_kind: AgencyKind) -> Item {
    let (key, asks) = (format!("ask/{fact}"), format!("What of {fact}?"));
    Item::Question(Question { key, fact: fact.to_owned(), asks, of_kind, cites: cites() })
}

pub(crate) fn gate(key: &str, blocks: Step, satisfied: Answer) -> Item {
    let until = "everyone has a named worker".to_owned();
    Item::Gate(Gate { key: key.to_owned(), blocks, until, satisfied, cites: cites() })
}

pub(crate) fn involvement(agency: AgencyKind, interest: Interest) -> Item {
    let (key, why) = (format!("involve/{agency}"), "Table Two".to_owned());
    Item::Involvement(Involvement { key, agency, interest, why, cites: cites() })
}

pub(crate) fn options(key: &str, decided_by: Office) -> Item {
    let choice = |rank, title: &str| {
        let (key, because) = (title.to_lowercase(), vec!["half are out of area".to_owned()]);
        Choice { key, title: title.to_owned(), rank, suits: Answer::Unknown, because }
    };
    Item::Options(OptionSet {
        key: key.to_owned(),
        question: "Who runs the home from tonight?".to_owned(),
        decided_by,
        choices: vec![choice(1, "Own staff"), choice(2, "Agency staff")],
        cites: cites(),
    })
}
