//! What an evaluation wrote is held against the same evaluation done again.

use super::*;
use crate::advice::Item;
use crate::entry::Drawn;
use crate::incident::advising::{Again, Compared, Fact};

/// A rule set that is used here, and what it looked at.
fn looked(home: &Scenario) -> Looked {
    let pin = &home.incident.advising.rule_sets[&named("closure")].pin;
    Looked {
        component: pin.component,
        settings: pin.settings,
        seq: home.incident.seq,
        as_of: home.now,
        situation: Hash::of(b"a situation"),
        fuel_used: 1_000,
        fuel_limit: 1_000_000,
        engine: "wasmtime".to_owned(),
        drawn: Drawn::default(),
    }
}

fn answered(items: &[Item]) -> Outcome {
    let advice = Advice { items: items.to_vec(), ..Advice::default() };
    let digest = Hash::of(serde_json::to_string(&advice).unwrap().as_bytes());
    Outcome::Answered { advice, digest, apart: Vec::new() }
}

fn failed(class: &str) -> Outcome {
    Outcome::Failed { class: class.to_owned(), detail: "in the test".to_owned() }
}

/// What one outcome would write, held against another.
fn held(home: &Scenario, then: (&Looked, &Outcome), now: (&Looked, &Outcome)) -> Again {
    let facts = home.incident.reconcile(&named("closure"), then.0, then.1).into_iter();
    let facts: Vec<Fact> =
        facts.filter_map(|(_, fact)| if let crate::Fact::Advice(fact) = fact { Some(fact) } else { None }).collect();
    let recorded: Vec<(Seq, &Fact)> = facts.iter().map(|fact| (home.incident.seq.next(), fact)).collect();
    home.incident.held_against(&named("closure"), &recorded, now.0, now.1)
}

fn compared(again: &Again) -> Vec<Compared> {
    let Again::Different(found) = again else { panic!("{again:?}") };
    found.iter().map(|found| found.compared).collect()
}

#[test]
fn the_same_evaluation_is_the_same_and_whatever_differs_is_named() {
    let home = advised(&[]);
    let (then, said) = (looked(&home), answered(&[beds()]));
    assert_eq!(held(&home, (&then, &said), (&then, &said)), Again::Same);

    let otherwise = held(&home, (&then, &said), (&then, &answered(&[action("beds", "find ten beds")])));
    assert_eq!(compared(&otherwise), [Compared::Advice, Compared::Written]);
    let nothing = held(&home, (&then, &said), (&then, &answered(&[])));
    assert_eq!(compared(&nothing), [Compared::Written]);
    let seen = Looked { situation: Hash::of(b"another"), ..then.clone() };
    assert_eq!(compared(&held(&home, (&then, &said), (&seen, &said))), [Compared::Situation]);
}

#[test]
fn fuel_is_compared_where_the_same_engine_counted_it() {
    let home = advised(&[]);
    let (then, said) = (looked(&home), answered(&[beds()]));
    let more = Looked { fuel_used: 1_001, ..then.clone() };
    assert_eq!(compared(&held(&home, (&then, &said), (&more, &said))), [Compared::Fuel]);
    let other = Looked { engine: "wasmtime of later".to_owned(), ..more.clone() };
    assert_eq!(held(&home, (&then, &said), (&other, &said)), Again::Same);
    let before = Looked { engine: String::new(), ..then };
    assert_eq!(held(&home, (&before, &said), (&more, &said)), Again::Same, "nobody wrote down who counted");
}

#[test]
fn what_the_machine_decided_is_no_result() {
    let home = advised(&[]);
    let (then, said) = (looked(&home), answered(&[beds()]));
    for class in ["timed-out", "busy"] {
        let now = held(&home, (&then, &said), (&then, &failed(class)));
        assert!(matches!(&now, Again::Cannot(why) if why.contains(class)), "{now:?}");
        let was = held(&home, (&then, &failed(class)), (&then, &said));
        assert!(matches!(&was, Again::Cannot(why) if why.contains(class)), "{was:?}");
        assert_eq!(held(&home, (&then, &failed(class)), (&then, &failed(class))), Again::Same);
    }
    assert_eq!(compared(&held(&home, (&then, &failed("trapped")), (&then, &failed("invalid")))), [Compared::Failure]);
    assert_eq!(held(&home, (&then, &failed("quarantined")), (&then, &failed("trapped"))), Again::Same);
}

#[test]
fn where_something_was_erased_another_result_is_not_called_different() {
    let mut home = advised(&[]);
    let (then, said) = (looked(&home), answered(&[beds()]));
    let facts = home.incident.reconcile(&named("closure"), &then, &said);
    let Some((_, crate::Fact::Advice(fact))) = facts.first() else { panic!("{facts:?}") };
    let (seq, at, hash) = (home.incident.seq.next(), home.now, Hash::of(b"erased"));
    home.incident.pass_over(seq, at, hash);
    let recorded = [(seq.next(), fact)];
    let other = answered(&[action("beds", "find ten beds")]);
    let again = home.incident.held_against(&named("closure"), &recorded, &then, &other);
    assert!(matches!(&again, Again::Cannot(why) if why.contains("erased since")), "{again:?}");
    assert_eq!(home.incident.held_against(&named("closure"), &recorded, &then, &said), Again::Same);
}
