//! The same component, settings and situation give the same bytes.

use expect_test::expect_file;
use muster_record::advice::Item;
use muster_rules::{Allocator, Evaluated, Host, HostLimits};
use sha2::{Digest as _, Sha256};

use crate::guests::{evaluate, misbehaving, set_to};
use crate::situations::rosebank;

fn evaluate_with(allocator: Allocator, settings: &str) -> Evaluated {
    let host = Host::new(HostLimits { allocator, instances: 2, ..HostLimits::default() }).unwrap();
    assert_eq!(host.allocator(), allocator);
    host.load(misbehaving(), settings).unwrap().advise(&rosebank())
}

#[test]
fn two_evaluations_are_the_same_to_the_byte() {
    for settings in ["good", "echo", "float", "panic", "chatter"] {
        let (once, again) = (evaluate(settings), evaluate(settings));
        assert_eq!(once, again, "{settings}");
        assert_eq!(format!("{once:?}"), format!("{again:?}"));
    }
}

#[test]
fn a_pool_and_memory_on_demand_give_the_same_bytes_and_cost_the_same_fuel() {
    for settings in ["good", "echo", "float", "loop", "allocate", "recurse"] {
        let (pooling, on_demand) =
            (evaluate_with(Allocator::Pooling, settings), evaluate_with(Allocator::OnDemand, settings));
        assert_eq!(pooling, on_demand, "{settings}");
    }
}

#[test]
fn a_digest_is_that_of_the_json() {
    let evaluated = evaluate("good");
    let advice = serde_json::to_vec(evaluated.outcome.as_ref().unwrap()).unwrap();
    assert_eq!(evaluated.outcome_digest[..], Sha256::digest(advice)[..]);
    let situation = serde_json::to_vec(&rosebank()).unwrap();
    assert_eq!(evaluated.situation_digest[..], Sha256::digest(situation)[..]);
    let rules = set_to("good");
    assert_eq!(rules.component_digest()[..], Sha256::digest(misbehaving())[..]);
    assert_eq!(rules.settings_digest()[..], Sha256::digest("good")[..]);
}

#[test]
fn a_failure_has_the_digest_of_its_class() {
    assert_eq!(evaluate("panic").outcome_digest, evaluate("recurse").outcome_digest);
    assert_eq!(evaluate("panic").outcome_digest[..], Sha256::digest("trapped")[..]);
}

#[test]
fn every_field_of_a_situation_reaches_the_rule_set() {
    let items = evaluate("echo").outcome.unwrap().items;
    let titles = items.iter().map(|item| match item {
        Item::Finding(finding) => finding.title.as_str(),
        Item::Question(_)
        | Item::Action(_)
        | Item::Options(_)
        | Item::Involvement(_)
        | Item::Gate(_)
        | Item::Draft(_)
        | Item::Allocation(_)
        | Item::Regional(_)
        | Item::Other(_) => "",
    });
    let said = titles.collect::<String>().replace("], ", "],\n").replace("}, ", "},\n");
    expect_file!["rosebank-as-seen.txt"].assert_eq(&format!("{said}\n"));
}
