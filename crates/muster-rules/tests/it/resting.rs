//! What an answer says it rests on is tried, not believed.

use std::collections::BTreeSet;

use muster_record::advice::ItemKind;
use muster_record::situation::{Grants, Part};
use muster_rules::FailureClass;

use crate::guests::{evaluate, expect_failure, set_to};
use crate::situations::rosebank;

#[track_caller]
fn invalid(settings: &str, says: &str) {
    expect_failure(settings, FailureClass::Invalid, says);
}

#[test]
fn an_item_may_rest_on_less_than_all_and_says_so_on_the_record() {
    let advice = evaluate("rests").outcome.unwrap();
    let rests_on = |key: &str| advice.remarks.get(key).and_then(|remark| remark.rests_on.clone());
    assert_eq!(rests_on("whole"), None);
    assert_eq!(rests_on("facts"), Some(BTreeSet::from([Part::Facts])));
    assert_eq!(rests_on("figures"), Some(BTreeSet::from([Part::Figures, Part::Facts])));
}

#[test]
fn an_item_that_says_it_rests_on_less_than_it_does_is_found_out() {
    invalid("lies", "remark a: it says that it rests on facts alone, and is not the same without the rest");
}

#[test]
fn an_item_that_is_taken_back_for_what_it_does_not_rest_on_is_found_out() {
    let (rules, all) = (set_to("lies-by-silence"), Grants::everything());
    let stood = BTreeSet::from([BTreeSet::from([Part::Facts])]);
    let mut before = rosebank();
    before.people.clear();
    assert_eq!(rules.advise_within(&before, &all, &BTreeSet::new()).outcome.unwrap().items.len(), 1);
    let failure = rules.advise_within(&rosebank(), &all, &stood).outcome.unwrap_err();
    assert_eq!(failure.class, FailureClass::Invalid);
    assert!(failure.detail.contains("remark a: it says that it rests on facts alone"), "{failure}");
}

#[test]
fn an_item_that_names_a_person_rests_on_people() {
    invalid("names-a-person", "remark a: the item names a person, so it rests on people");
    invalid("allocates-without-people", "remark an-allocation: the item names a person, so it rests on people");
}

#[test]
fn a_rule_set_that_cannot_answer_to_less_cannot_say_that_it_rests_on_less() {
    expect_failure("fails-without-people", FailureClass::Trapped, "unreachable");
}

#[test]
fn remarks_are_on_items_that_are_there_and_one_on_each() {
    invalid("remark-on-nothing", "remark nothing: there is no item with this key");
    invalid("two-remarks", "remark a key: another remark is on this item");
    invalid("rests-on-too-much", "rests on more than 4 sets of parts");
}

#[test]
fn advice_of_another_kind_is_json() {
    invalid("other-not-json", "other another json: is not JSON");
}

#[test]
fn what_is_not_granted_is_blank_and_listed_as_withheld() {
    let echoed = |granted: &Grants| {
        let advice = set_to("echo").advise_within(&rosebank(), granted, &BTreeSet::new()).outcome.unwrap();
        serde_json::to_string(&advice).unwrap()
    };
    let all = Grants::everything();
    assert!(echoed(&all).contains("far-council"), "the person's placing authority is shown");
    let mut less = all;
    for part in [Part::People, Part::Figures, Part::Decisions] {
        less.needs.remove(&part);
    }
    let shown = echoed(&less);
    assert!(!shown.contains("dass-lead") && !shown.contains("DassLead") && !shown.contains("Bariatric"), "{shown}");
    assert!(shown.contains("withheld: [Part::People, Part::Figures, Part::Decisions]"), "{shown}");
    assert!(shown.contains("offer-1"), "what is granted is there");
}

#[test]
fn advice_of_a_kind_that_is_not_granted_is_a_failure_that_names_it() {
    let mut granted = Grants::everything();
    granted.gives.remove(&ItemKind::Gate);
    let failure = set_to("good").advise_within(&rosebank(), &granted, &BTreeSet::new()).outcome.unwrap_err();
    assert_eq!(failure.class, FailureClass::NotGranted);
    assert_eq!(failure.detail, "gate a-gate: this rule set was not granted to give advice of the kind gate");
    assert!(set_to("good").advise_within(&rosebank(), &Grants::everything(), &BTreeSet::new()).outcome.is_ok());
}
