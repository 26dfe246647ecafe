//! Each reason for which an entry is seen or withheld is reached, and sharing and the glass open what they say.

use std::collections::BTreeSet;

use crate::agency::{AgencyKind, Interest};
use crate::entry::Class;
use crate::ids::{GlassNo, PersonNo, ShareNo};
use crate::incident::sharing::{Command, Emergency, SharingBasis, What};
use crate::incident::{log, participants, people};
use crate::testing::{Scenario, named, resident};
use crate::time::hours_after;
use crate::visible::{Reader, Sight, Why, WhyNot, visible};

fn note() -> log::Command {
    log::Command::Note { text: "so it is".to_owned() }
}

fn share(home: &Scenario, what: What, with: &str) -> Command {
    Command::Share {
        what,
        with: named(with),
        basis: SharingBasis::CareProvision,
        necessity: "they take her over tonight".to_owned(),
        expires_at: hours_after(home.now, 48),
        review_at: hours_after(home.now, 24),
    }
}

fn break_glass(classes: &[Class], minutes: u32) -> Command {
    Command::BreakGlass {
        classes: classes.iter().copied().collect(),
        emergency: Emergency::RiskToLife,
        reason: "a man is found in the street, no papers".to_owned(),
        minutes,
    }
}

/// Rosebank with a person whom a neighbouring council placed.
fn with_a_neighbour() -> Scenario {
    let mut home = Scenario::opened();
    home.seats("hants", AgencyKind::PlacingAuthority, Interest::Operational);
    let placed = people::Details { placed_by: Some(named("hants")), ..resident() };
    home.council().does(people::Command::Register { details: resident() });
    home.council().does(people::Command::Register { details: placed });
    home
}

#[test]
fn a_placing_authority_sees_its_own_residents_and_a_region_nobody() {
    let home = with_a_neighbour();
    let last_two = |who: &str| home.sights(who).split_off(home.record.len() - 2);
    let class = Sight::Withheld(WhyNot::Class(Class::Personal));
    assert_eq!(last_two("hants"), [class, Sight::Seen(Why::Residents)]);
    assert_eq!(last_two("region"), [class, class]);
    assert_eq!(last_two("cqc"), [class, class]);
    assert_eq!(last_two("icb"), [Sight::Seen(Why::Interest); 2]);
    assert_eq!(last_two("press"), [Sight::Withheld(WhyNot::NoSeat); 2]);
    let seen = home.seen_by("hants");
    let numbers: Vec<PersonNo> = seen.people.list.numbered().map(|(number, _)| number).collect();
    assert_eq!(numbers, [PersonNo(2)], "and by the number that everybody else knows her by");
}

#[test]
fn who_places_somebody_later_sees_what_was_written_of_them_before() {
    let mut home = with_a_neighbour();
    let person = PersonNo(1);
    let placed = people::Details { placed_by: Some(named("hants")), ..resident() };
    home.council().does(people::Command::Change { person, details: placed });
    let seen = home.sights("hants").into_iter().rev().take(3);
    assert!(seen.clone().all(Sight::is_seen), "{:?}", seen.collect::<Vec<_>>());
}

#[test]
fn a_safeguarding_note_is_not_for_the_provider_nor_a_commercial_one_for_the_regulator() {
    let mut home = Scenario::opened();
    home.seats("rosebank", AgencyKind::Provider, Interest::Operational);
    let sees = |home: &Scenario| ["icb", "cqc", "region", "rosebank"].map(|who| home.last_sight(who).is_seen());
    home.council().labelled(Class::Safeguarding).does(note());
    assert_eq!(sees(&home), [true, true, false, false]);
    home.council().labelled(Class::Commercial).does(note());
    assert_eq!(sees(&home), [true, false, false, false]);
    home.council().labelled(Class::Commercial).only_for(&["cqc"]).does(note());
    assert_eq!(sees(&home), [false, true, false, false]);
    home.council().labelled(Class::Legal).does(note());
    assert_eq!(sees(&home), [false; 4]);
    home.council().labelled(Class::Legal).only_for(&["icb"]).does(note());
    assert_eq!((sees(&home), home.last_sight("icb")), ([true, false, false, false], Sight::Seen(Why::Named)));
    home.council().labelled(Class::Health).only_for(&["region"]).does(note());
    assert_eq!(sees(&home), [false; 4], "naming narrows; it is no share");
}

#[test]
fn nobody_labels_less_than_the_fact_needs_nor_hides_who_sits_at_the_table() {
    let mut home = Scenario::opened();
    let register = people::Command::Register { details: resident() };
    let refused = home.council().labelled(Class::Operational).asks(&register.clone().into());
    assert_eq!(refused.unwrap_err().reason(), "INVALID_FIELD");
    home.council().labelled(Class::Health).does(register);
    let leave = participants::Command::Leave { reason: "no longer concerned".to_owned() };
    let refused = home.region().only_for(&["icb"]).asks(&leave.into());
    assert_eq!(refused.unwrap_err().reason(), "INVALID_FIELD");
    let refused = home.council().only_for(&["press"]).asks(&note().into());
    assert_eq!(refused.unwrap_err().reason(), "INVALID_FIELD", "an agency without a seat cannot be written for");
}

#[test]
fn a_share_of_a_person_shows_what_was_and_what_will_be_written_of_them_until_it_ends() {
    let mut home = with_a_neighbour();
    let before = home.record.len();
    let shares = share(&home, What::Person(PersonNo(1)), "cqc");
    home.council().does(shares);
    let shared = Sight::Seen(Why::Shared(ShareNo(1)));
    assert_eq!(home.sights("cqc")[before - 2], shared);
    assert!(!home.sights("cqc")[before - 1].is_seen(), "the other one is not shared");
    assert_eq!(home.last_sight("icb"), Sight::Withheld(WhyNot::Audience), "whom it does not concern is not told");
    home.later_hours(47);
    assert_eq!(home.sights("cqc")[before - 2], shared);
    home.later_hours(1);
    assert!(!home.sights("cqc")[before - 2].is_seen(), "it has ended by itself");
}

#[test]
fn a_share_that_is_ended_ends_at_once() {
    let mut home = with_a_neighbour();
    let shares = share(&home, What::Class(Class::Personal), "cqc");
    home.council().does(shares);
    assert_eq!(home.seen_by("cqc").people.list.len(), 2);
    assert!(!home.seen_by("cqc").withheld.people, "all people are shown");
    home.council().does(Command::EndShare { share: ShareNo(1), because: "she has seen enough".to_owned() });
    assert_eq!(home.seen_by("cqc").people.list.len(), 0);
    assert!(home.seen_by("cqc").withheld.people);
}

#[test]
fn a_class_that_is_shared_does_not_open_what_was_written_for_others() {
    let mut home = Scenario::opened();
    home.icb().labelled(Class::Safeguarding).only_for(&["cqc"]).does(note());
    let hidden = home.incident.seq;
    let shares = share(&home, What::Class(Class::Safeguarding), "region");
    home.council().does(shares);
    assert!(!home.sights("region")[usize::try_from(hidden.0).unwrap() - 1].is_seen());
    let shares = share(&home, What::Entry(hidden), "region");
    home.council().refused("NOT_YOURS_TO_SHARE", shares.clone());
    home.icb().does(shares);
    assert_eq!(home.sights("region")[usize::try_from(hidden.0).unwrap() - 1], Sight::Seen(Why::Shared(ShareNo(2))));
    let onward = share(&home, What::Entry(hidden), "council");
    home.region().refused("NOT_YOURS_TO_SHARE", onward);
}

#[test]
fn a_broken_glass_opens_its_classes_for_its_time_and_everybody_is_told() {
    let mut home = with_a_neighbour();
    home.icb().labelled(Class::Legal).only_for(&["council"]).does(note());
    let legal = home.record.len() - 1;
    home.region().does(break_glass(&[Class::Personal], 60));
    assert!(["council", "icb", "cqc", "hants"].iter().all(|who| home.last_sight(who).is_seen()), "all are told");
    let opened = Sight::Seen(Why::BreakGlass(GlassNo(1)));
    assert_eq!(home.sights("region")[legal - 1], opened);
    assert!(!home.sights("region")[legal].is_seen(), "not what is legally privileged");
    assert!(!home.sights("cqc")[legal - 1].is_seen(), "nor for another agency");
    home.later_hours(1);
    assert!(!home.sights("region")[legal - 1].is_seen(), "it has closed by itself");
}

#[test]
fn a_role_bounds_even_what_ones_own_agency_wrote() {
    let home = with_a_neighbour();
    let classes = [Class::Operational].into();
    let viewer = home.incident.viewer(&Reader { agency: named("council"), classes });
    let entry = home.record.last().unwrap().open().unwrap();
    let grants = home.incident.grants(&named("council"), home.now);
    let sight = visible(&viewer, &entry.envelope.labels(entry.seq), &grants, home.now);
    assert_eq!(sight, Sight::Withheld(WhyNot::Role(Class::Personal)));
}

#[test]
fn what_a_rule_set_says_is_seen_where_all_that_it_saw_is_seen() {
    let mut home = with_a_neighbour();
    home.pins("closure", 1);
    home.advises_having_seen("closure", true);
    let seen = ["council", "icb", "hants", "cqc", "region"].map(|who| home.last_sight(who).is_seen());
    assert_eq!(seen, [true, true, false, false, false], "it was shown people");
    home.council().only_for(&["icb"]).does(crate::incident::offers::Command::Offer {
        kind: crate::situation::OfferKind::Bed,
        quantity: 2,
        as_at: home_now(),
        detail: Vec::new(),
    });
    home.advises_having_seen("closure", false);
    let seen = ["council", "icb", "hants", "cqc", "region"].map(|who| home.last_sight(who).is_seen());
    assert_eq!(seen, [true, true, false, false, false], "it was shown what was written for one agency");
}

fn home_now() -> crate::time::Instant {
    Scenario::opened().now
}

#[test]
fn a_stub_says_nothing_of_what_it_stands_for() {
    let reasons = [WhyNot::Audience, WhyNot::Class(Class::Health), WhyNot::Role(Class::Legal)];
    let told: BTreeSet<&str> = reasons.into_iter().map(WhyNot::told).collect();
    assert_eq!(told.len(), 1);
}

#[test]
fn who_is_no_longer_ones_resident_is_out_of_view_even_if_the_entry_that_says_so_is() {
    let mut home = with_a_neighbour();
    assert_eq!(home.seen_by("hants").people.list.len(), 1);
    let (person, details) = (PersonNo(2), resident());
    home.council().labelled(Class::Safeguarding).only_for(&["icb"]).does(people::Command::Change { person, details });
    assert!(!home.last_sight("hants").is_seen());
    assert_eq!(home.seen_by("hants").people.list.len(), 0);
}
