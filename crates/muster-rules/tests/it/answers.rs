//! The rules that every answer keeps.

use muster_record::advice::{Draft, Finding, Item};
use muster_rules::FailureClass;

use crate::guests::{evaluate, expect_failure};

#[track_caller]
fn invalid(settings: &str, says: &str) {
    expect_failure(settings, FailureClass::Invalid, says);
}

#[track_caller]
fn taken(settings: &str) -> Vec<Item> {
    evaluate(settings).outcome.unwrap().items
}

#[test]
fn items_come_in_the_order_of_the_contract() {
    let kinds: Vec<&str> = taken("good").iter().map(Item::kind).collect();
    let order = ["finding", "question", "action", "options", "involvement", "gate", "draft", "allocation"];
    assert_eq!(kinds, order.into_iter().chain(["regional-incident", "other"]).collect::<Vec<_>>());
}

#[test]
fn a_key_is_short_printable_and_there_once() {
    invalid("empty-key", "its key is empty");
    invalid("long-key", "its key is longer than 128 characters");
    invalid("spaced-key", "finding two words: its key holds something else than printable ASCII");
    invalid("foreign-key", "its key holds something else than printable ASCII");
    invalid("duplicate-keys", "gate same: another item has this key");
    assert_eq!(taken("key-of-128").len(), 1);
}

#[test]
fn choices_are_ranked_from_one_and_told_apart() {
    invalid("duplicate-choices", "options options: choice a: another choice has this key");
    invalid("rank-zero", "choice b: ranks begin at 1");
}

#[test]
fn an_allocation_is_of_a_person_and_an_offer_that_are_there() {
    invalid("unknown-person", "allocation an-allocation: person person-9 is not in the situation");
    invalid("unknown-offer", "allocation an-allocation: offer offer-9 is not in the situation");
    assert_eq!(taken("unplaced").len(), 1);
}

#[test]
fn an_action_is_owned_by_an_agency_that_takes_part_or_placed_someone() {
    invalid("unknown-agency", "action an-action: owner-agency stranger neither takes part nor placed anyone");
    invalid("garbage-agency", "action an-action owner-agency: \"Not A Name\" is not a name");
    assert_eq!(taken("seated-agency").len(), 1);
    assert_eq!(taken("placing-agency").len(), 1);
}

#[test]
fn a_moment_is_in_seconds_and_in_this_age() {
    invalid("due-in-milliseconds", "action an-action due: 1709546400000 is not in seconds from 1970 to 2200");
    invalid("due-before-1970", "-1 is not in seconds");
    invalid("due-beyond-time", "9223372036854775807 is not in seconds");
}

#[test]
fn another_look_is_asked_for_only_ahead() {
    invalid("look-back", "look-again-at: 2024-03-04 10:00:00 UTC is not after");
    let ahead = evaluate("look-ahead").outcome.unwrap().look_again_at.unwrap();
    assert_eq!(ahead.to_rfc3339(), "2024-03-04T10:00:01+00:00");
}

#[test]
fn advice_is_bounded_in_items_in_texts_and_as_a_whole() {
    invalid("too-many-items", "advice as a whole: more than 2000 items");
    invalid("long-words", "finding long cites words: longer than 2000 characters");
    invalid("much-json", "bytes of JSON, and 524288 are taken");
    assert_eq!(taken("as-many-items").len(), 2_000);
}

#[test]
fn what_people_read_is_cut_where_it_is_too_long_and_nothing_else_is_lost_for_it() {
    let items = taken("long-title");
    let [Item::Finding(Finding { title, because, .. })] = items.as_slice() else { panic!("{items:?}") };
    assert_eq!((title.len(), because[0].len()), (2_000, 2_000));
    assert!(title.ends_with("x...") && because[0].ends_with("y..."));
    let items = taken("long-body");
    let [Item::Draft(Draft { body, .. })] = items.as_slice() else { panic!("{items:?}") };
    assert!(body.len() == 20_000 && body.ends_with("x..."));
}

#[test]
fn control_and_bidi_characters_are_taken_out() {
    let items = taken("control-characters");
    let [Item::Finding(Finding { title, .. }), Item::Draft(Draft { body, .. })] = items.as_slice() else {
        panic!("{items:?}")
    };
    assert_eq!(title, "red[31m alert");
    assert_eq!(body, "Dear\nfamily\nof Rosebank");
}
