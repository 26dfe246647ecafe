//! What is found wrong with a rule set before an incident depends on it.

use std::error::Error;

use muster_record::situation::{Grants, IncidentKind};
use muster_rules::{Allocator, FailureClass, Host, HostLimits, LoadError};

use crate::guests::{build, host, misbehaving, set_to};

/// Claims that this is refused, in words that hold these.
#[track_caller]
fn refused(component: &[u8], settings: &str, says: &[&str]) {
    let error = host().load(component, settings).unwrap_err();
    let mut told = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        told = format!("{told}: {error}");
        cause = error.source();
    }
    for part in says {
        assert!(told.contains(part), "{told:?} does not hold {part:?}");
    }
}

#[test]
fn an_import_of_anything_but_the_log_is_refused_by_name() {
    let says = "imports test:overreaching/clock@0.1.0: a rule set may import muster:policy/log@0.1.0 and nothing else";
    refused(&build("overreaching"), "", &[says]);
}

#[test]
fn a_component_of_another_contract_is_refused() {
    refused(&build("other-contract"), "", &["failed in describe", "see that it was built for muster:policy@0.1.0"]);
    refused(&build("missing-function"), "", &["built for another contract", "does not have export `check-settings`"]);
}

#[test]
fn a_component_without_the_rules_is_refused() {
    let empty = b"\0asm\x0d\0\x01\0";
    refused(empty, "", &["does not export muster:policy/rules@0.1.0 but nothing: build it for the world"]);
}

#[test]
fn a_truncated_component_is_refused_with_a_clear_error() {
    let half = &misbehaving()[..misbehaving().len() / 2];
    refused(half, "", &["see that the file is whole", "out of bounds"]);
}

#[test]
fn what_is_no_component_is_refused() {
    refused(b"\0asm\x01\0\0\0", "", &["a component rather than a core module"]);
    refused(b"{}", "", &["see that the file is whole, and a component"]);
    refused(b"", "", &["see that the file is whole, and a component"]);
}

#[test]
fn a_component_that_is_too_big_is_not_compiled() {
    let host = Host::new(HostLimits { component_bytes: 1_000, ..HostLimits::default() }).unwrap();
    let error = host.load(misbehaving(), "").unwrap_err();
    assert!(matches!(error, LoadError::TooBig { limit: 1_000, .. }), "{error}");
    assert_eq!(host.compilations(), 0);
}

#[test]
fn a_component_that_begins_with_more_memory_than_it_may_have_is_refused() {
    let cramped = |allocator| HostLimits { memory_bytes: 64 * 1024, allocator, ..HostLimits::default() };
    let pooling = Host::new(cramped(Allocator::Pooling)).unwrap().load(misbehaving(), "").unwrap_err();
    assert!(matches!(pooling, LoadError::NotAComponent { .. }), "{pooling}");
    let on_demand = Host::new(cramped(Allocator::OnDemand)).unwrap().load(misbehaving(), "").unwrap_err();
    let LoadError::Failed { during: "describe", failure } = on_demand else { panic!("{on_demand}") };
    assert_eq!(failure.class, FailureClass::TooMuchMemory);
}

#[test]
fn settings_that_will_not_do_are_refused_at_load() {
    refused(misbehaving(), "refused", &["does not take the settings", "/a: is wrong"]);
}

#[test]
fn a_rule_set_whose_schema_cannot_be_held_to_is_refused() {
    let says = ["settings-schema will not do", "at /properties/seats/minimun: is not a keyword that is held to here"];
    refused(&build("bad-schema"), "", &says);
}

#[test]
fn a_rule_set_that_fails_on_an_empty_situation_is_refused() {
    refused(misbehaving(), "always-fails", &["failed in advise, on a situation with nothing in it", "said: never"]);
}

#[test]
fn a_component_is_compiled_once_however_often_it_is_loaded() {
    let host = Host::new(HostLimits::default()).unwrap();
    let (good, other) = (host.load(misbehaving(), "good").unwrap(), host.load(misbehaving(), "loop").unwrap());
    assert_eq!(host.compilations(), 1);
    assert_eq!(good.component_digest(), other.component_digest());
    assert_ne!(good.settings_digest(), other.settings_digest());
}

#[test]
fn many_threads_that_load_one_component_compile_it_once() {
    let host = Host::new(HostLimits::default()).unwrap();
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| host.load(misbehaving(), "good").unwrap());
        }
    });
    assert_eq!(host.compilations(), 1);
}

#[test]
fn a_description_is_read_and_cleaned() {
    let rules = set_to("good");
    let described = rules.description();
    assert_eq!(described.name.as_str(), "misbehaving");
    assert_eq!(described.title, "Misbehaving on purpose");
    assert_eq!(described.review_due.as_deref(), Some("2024-07-31"));
    assert_eq!(described.concerns, [IncidentKind::Outbreak, IncidentKind::Regional]);
    assert_eq!(described.asks, Grants::everything());
}

#[test]
fn a_host_says_which_allocator_it_came_to_use() {
    let host = Host::new(HostLimits { allocator: Allocator::OnDemand, ..HostLimits::default() }).unwrap();
    assert_eq!(host.allocator(), Allocator::OnDemand);
}

#[test]
fn a_host_that_has_no_room_for_its_pool_does_without() {
    // A million instances would reserve 16 million gigabytes of address space.
    let host = Host::new(HostLimits { instances: 1_000_000, ..HostLimits::default() }).unwrap();
    assert_eq!(host.allocator(), Allocator::OnDemand);
    assert!(host.load(misbehaving(), "good").is_ok());
}
