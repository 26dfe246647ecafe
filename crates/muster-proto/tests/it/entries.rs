//! Entries: every fact has its arm, and a stub tells nothing.

use std::collections::BTreeSet;

use muster_proto::entry::{line, read_hash, write_entry};
use muster_proto::v1;
use muster_record::agency::Office;
use muster_record::entry::{Audience, Author, Class, Domain, Envelope, Hand, Hash, chained};
use muster_record::ids::{IncidentId, PersonNo, Seq};
use muster_record::visible::Seen;
use muster_record::{Entry, Fact};
use prost::Message as _;
use prost::encoding::{DecodeContext, decode_key, skip_field};

use crate::descriptor::arms;

fn incident() -> IncidentId {
    IncidentId::from_bytes([7; 16])
}

fn facts() -> Vec<Fact> {
    include_str!("facts.jsonl").lines().map(|line| serde_json::from_str(line).expect(line)).collect()
}

fn seen(fact: Fact) -> Seen {
    seen_by(Hand::System("case-system".to_owned()), fact)
}

fn seen_by(hand: Hand, fact: Fact) -> Seen {
    let agency = "e08000026".parse().unwrap();
    let envelope = Envelope {
        author: Author::by(agency, hand).for_office(Some(Office::Dass)),
        occurred_at: "2024-03-04T08:55:00Z".parse().unwrap(),
        class: Class::Operational,
        audience: Audience::Agencies(vec!["cqc".parse().unwrap()]),
        subjects: vec![PersonNo(3)],
        drawn_from: vec![Class::Personal],
        cause: Some(Seq(3)),
        gives: None,
    };
    let recorded_at = "2024-03-04T09:00:00.123Z".parse().unwrap();
    Seen::Whole(Box::new(Entry { incident: incident(), seq: Seq(4), recorded_at, envelope, fact }))
}

fn stub() -> Seen {
    Seen::Stub { seq: Seq(5), recorded_at: "2024-03-04T09:00:01Z".parse().unwrap(), commitment: Hash([2; 32]) }
}

fn write(seen: &Seen) -> v1::Entry {
    let wire = write_entry(&incident(), seen, Hash([1; 32]), Hash([2; 32]), Domain::Exercise);
    v1::Entry::decode(wire.encode_to_vec().as_slice()).unwrap()
}

/// The fields that a message's bytes hold.
fn fields(wire: &v1::Entry) -> BTreeSet<u32> {
    let bytes = wire.encode_to_vec();
    let (mut left, mut found) = (bytes.as_slice(), BTreeSet::new());
    while !left.is_empty() {
        let (number, kind) = decode_key(&mut left).unwrap();
        skip_field(kind, number, &mut left, DecodeContext::default()).unwrap();
        found.insert(number);
    }
    found
}

#[test]
fn no_arm_is_without_a_fact() {
    let written: BTreeSet<u32> = facts().into_iter().flat_map(|fact| fields(&write(&seen(fact)))).collect();
    for (number, name) in arms("Entry", "body") {
        assert!(name == "withheld" || written.contains(&number), "facts.jsonl has no {name}");
    }
}

#[test]
fn every_fact_is_told_as_the_record_tells_it() {
    for fact in facts() {
        let told = fact.told();
        let told_here = line(&write(&seen(fact)));
        assert_eq!((told_here.seq, told_here.who.as_str(), told_here.text), (4, "e08000026", told));
        assert_eq!(told_here.at.to_rfc3339(), "2024-03-04T08:55:00+00:00");
    }
}

#[test]
fn every_hand_has_its_arm_and_is_told_as_the_record_tells_it() {
    let person =
        |system: Option<&str>| Hand::Person { person: "duty.manager".to_owned(), system: system.map(str::to_owned) };
    let hands = [
        Hand::System("case-system".to_owned()),
        Hand::RuleSet("closure".parse().unwrap()),
        person(Some("case-system")),
        person(None),
    ];
    let mut written = BTreeSet::new();
    for hand in hands {
        let wire = write(&seen_by(hand.clone(), facts().remove(0)));
        let author = Author::by("e08000026".parse().unwrap(), hand.clone());
        assert_eq!(line(&wire).who, author.told());
        let on_the_wire = wire.author.unwrap().hand.unwrap();
        written.insert(match &on_the_wire {
            v1::author::Hand::System(_) => "system",
            v1::author::Hand::RuleSet(_) => "rule_set",
            v1::author::Hand::Person(_) => "person",
        });
        if let (Hand::Person { person, system }, v1::author::Hand::Person(wire)) = (hand, on_the_wire) {
            assert_eq!((wire.person, wire.system), (person, system.unwrap_or_default()));
        }
    }
    let arms: BTreeSet<String> = arms("Author", "hand").into_values().collect();
    assert_eq!(arms, written.into_iter().map(str::to_owned).collect());
}

#[test]
fn a_stub_holds_its_place_and_what_the_chain_needs_and_nothing_else() {
    let wire = write(&stub());
    let (seq, recorded_at, exercise, incident_id, commitment, hash, withheld) = (2, 4, 11, 1, 10, 9, 15);
    assert_eq!(fields(&wire), BTreeSet::from([incident_id, seq, recorded_at, hash, commitment, exercise, withheld]));
    assert_eq!(line(&wire).text, "(withheld)");
}

#[test]
fn a_client_can_check_the_chain_by_a_stub() {
    let before = Hash::of(b"the entry before");
    let commitment = Hash([2; 32]);
    let recorded_at = "2024-03-04T09:00:01Z".parse().unwrap();
    let hash = chained(Domain::Live, &incident(), Seq(5), recorded_at, before, commitment);
    let wire = write_entry(&incident(), &stub(), hash, commitment, Domain::Live);

    let id = wire.incident_id.parse().unwrap();
    let at = wire.recorded_at.as_ref().and_then(muster_proto::time::read_time).unwrap();
    let bound = read_hash(&wire.commitment).unwrap();
    let again = chained(Domain::of_exercise(wire.exercise), &id, Seq(wire.seq), at, before, bound);
    assert_eq!(read_hash(&wire.hash), Some(again));
}
