//! Ready bytes are those that each viewer would have been sent by themselves, whoever it is and whatever was shared before.

use std::collections::BTreeSet;

use muster_coordinator::{Commit, Revision, Stored, Viewing};
use muster_proto::{time, v1};
use muster_record::agency::{AgencyKind, Interest};
use muster_record::entry::{Audience, Author, Class, Content, Domain, Envelope, Hash, Sealed};
use muster_record::ids::{AgencyId, GlassNo, IncidentId, PersonNo, Seq, ShareNo};
use muster_record::incident::sharing::What;
use muster_record::time::Instant;
use muster_record::visible::{Access, Grant, Grants, Viewer};
use muster_record::{Entry, Fact};
use proptest::collection::{btree_set, vec};
use proptest::prelude::*;
use proptest::sample::{select, subsequence};
use prost::Message as _;
use prost::bytes::Bytes;

fn at(minute: i64) -> Instant {
    let nine: Instant = "2024-03-04T09:00:00Z".parse().unwrap();
    nine + chrono::TimeDelta::minutes(minute)
}

fn agencies() -> Vec<AgencyId> {
    ["council", "icb", "cqc"].map(|agency| agency.parse().unwrap()).to_vec()
}

/// A fact of every kind that was ever stored.
fn facts() -> Vec<Fact> {
    let samples = [env!("CARGO_MANIFEST_DIR"), "../muster-record/samples/v1"].iter().collect::<std::path::PathBuf>();
    let mut files: Vec<_> = std::fs::read_dir(samples).unwrap().map(|file| file.unwrap().path()).collect();
    files.sort();
    let texts = files.iter().map(|file| std::fs::read_to_string(file).unwrap());
    // Beside them are a few envelopes.
    texts.filter(|text| text.contains("\"family\"")).map(|text| serde_json::from_str(&text).unwrap()).collect()
}

fn classes() -> impl Strategy<Value = Vec<Class>> {
    subsequence(Class::ALL.to_vec(), 0..=Class::ALL.len())
}

fn people() -> impl Strategy<Value = BTreeSet<PersonNo>> {
    btree_set((1..4_u32).prop_map(PersonNo), 0..3)
}

prop_compose! {
    /// What is said besides a fact, and whether it was erased.
    fn labelled()(
        fact in select(facts()),
        author in select(agencies()),
        class in select(Class::ALL.to_vec()),
        named in subsequence(agencies(), 0..=3),
        subjects in people(),
        drawn_from in subsequence(Class::ALL.to_vec(), 0..=2),
        erased in prop::bool::weighted(0.1),
    ) -> (Fact, Envelope, bool) {
        let audience = if named.is_empty() { Audience::Participants } else { Audience::Agencies(named) };
        let envelope = Envelope {
            author: Author::system(author, "desk"),
            occurred_at: at(0),
            class,
            audience,
            subjects: subjects.into_iter().collect(),
            drawn_from,
            cause: None,
            gives: None,
        };
        (fact, envelope, erased)
    }
}

fn grant() -> impl Strategy<Value = Grant> {
    // One of them has ended at the moment of the look, one ends just then.
    let until = select(vec![at(5), at(10), at(15)]);
    let what = prop_oneof![
        (1..7_u64).prop_map(|seq| What::Entry(Seq(seq))),
        (1..4_u32).prop_map(|person| What::Person(PersonNo(person))),
        select(Class::ALL.to_vec()).prop_map(What::Class),
    ];
    let share = (what, until.clone()).prop_map(|(what, until)| Grant::Share { share: ShareNo(1), what, until });
    let glass = (classes(), until).prop_map(|(classes, until)| Grant::Glass {
        glass: GlassNo(1),
        classes: classes.into_iter().collect(),
        until,
    });
    prop_oneof![share, glass]
}

prop_compose! {
    fn viewing()(
        agency in select(agencies()),
        kind in prop::option::of(select(AgencyKind::ALL.to_vec())),
        interest in select(Interest::ALL.to_vec()),
        classes in classes(),
        residents in people(),
        grants in vec(grant(), 0..3),
    ) -> Viewing {
        let viewer = Viewer { agency, kind, interest, classes: classes.into_iter().collect(), residents };
        Viewing { access: Access { viewer, grants: Grants(grants) }, at: at(10), exercise: true }
    }
}

fn page(entries: &[(Fact, Envelope, bool)]) -> Vec<Stored> {
    let (incident, mut before) = (IncidentId::from_bytes([7; 16]), Hash::NONE);
    let mut page = Vec::new();
    for (seq, (fact, envelope, erased)) in (1..).zip(entries) {
        let entry = Entry {
            incident: incident.clone(),
            seq: Seq(seq),
            recorded_at: at(1),
            envelope: envelope.clone(),
            fact: fact.clone(),
        };
        let sealed = entry.seal(Domain::Exercise, before, [3; 16]).unwrap();
        before = sealed.hash;
        let content = if *erased { Content::Erased } else { sealed.content.clone() };
        page.push(Stored { revision: Revision(4), sealed: Sealed { content, ..sealed } });
    }
    page
}

/// What the generated service would send.
fn plain(viewing: &Viewing, page: &[Stored], resume: Bytes) -> v1::WatchResponse {
    let last = &page.last().unwrap().sealed;
    let changes = v1::ChangeSet {
        incident_id: last.incident.to_string(),
        commit_time: Some(time::write_time(last.recorded_at)),
        entries: page.iter().map(|stored| super::stored(viewing, &stored.sealed).unwrap()).collect(),
    };
    v1::WatchResponse { event: Some(v1::watch_response::Event::Changes(changes)), resume }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(400) })]

    #[test]
    fn every_viewer_is_sent_the_bytes_that_are_theirs_alone(
        entries in vec(labelled(), 1..7),
        viewings in vec(viewing(), 1..9),
        resume in vec(any::<u8>(), 0..90),
    ) {
        let page = page(&entries);
        let resume = Bytes::from(resume);
        let commits = Commit::all_of(page.clone());
        let [commit] = commits.as_slice() else { panic!("one commit") };
        // All of them are sent the same commit, so that each meets what was made for those before.
        for viewing in &viewings {
            let (mut sent, alone) = (Vec::new(), plain(viewing, &page, resume.clone()));
            super::commit(viewing, commit, resume.clone()).unwrap().encode(&mut sent).unwrap();
            prop_assert_eq!(&v1::WatchResponse::decode(sent.as_slice()).unwrap(), &alone);
            prop_assert_eq!(sent, alone.encode_to_vec());
        }
    }
}

#[test]
fn what_two_see_alike_is_encoded_once() {
    let envelope = |class| Envelope {
        author: Author::system("council".parse().unwrap(), "desk"),
        occurred_at: at(0),
        class,
        audience: Audience::Participants,
        subjects: Vec::new(),
        drawn_from: Vec::new(),
        cause: None,
        gives: None,
    };
    let facts = facts();
    let both = [Class::Operational, Class::Health].map(|class| (facts[0].clone(), envelope(class), false));
    let commits = Commit::all_of(page(&both));
    let viewing = |agency: &str, classes: &[Class]| {
        let (agency, classes) = (agency.parse().unwrap(), classes.iter().copied().collect());
        let kind = Some(AgencyKind::Council);
        let viewer = Viewer { agency, kind, interest: Interest::Operational, classes, residents: BTreeSet::new() };
        Viewing { access: Access { viewer, grants: Grants::default() }, at: at(10), exercise: true }
    };
    let sent = |viewing| super::commit(&viewing, &commits[0], Bytes::new()).unwrap();
    let (one, other) = (sent(viewing("council", Class::ALL)), sent(viewing("e08000025", Class::ALL)));
    let less = sent(viewing("e08000025", &[Class::Operational]));
    let same = |a: &Bytes, b: &Bytes| a.as_ptr() == b.as_ptr();
    assert!(same(&one.head, &other.head) && one.entries.iter().zip(&other.entries).all(|(a, b)| same(a, b)));
    assert!(same(&one.head, &less.head) && same(&one.entries[0], &less.entries[0]));
    assert!(!same(&one.entries[1], &less.entries[1]) && less.entries[1].len() < one.entries[1].len());
}
