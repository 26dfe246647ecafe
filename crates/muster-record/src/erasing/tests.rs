use expect_test::expect;
use proptest::prelude::{ProptestConfig, prop_assert_eq, proptest};

use super::*;
use crate::advice::Answer;
use crate::entry::{Content, Domain, Hash};
use crate::incident::{answers, review};
use crate::retention::YearsInUse;
use crate::situation::FactValue;
use crate::testing::random::{acts, busy};
use crate::testing::{Scenario, named, replayed, resident, verified};

fn council() -> Author {
    Author::system(named("council"), "desk")
}

fn erasure() -> Erasure {
    let because = "she asked for it".to_owned();
    Erasure { because, basis: Basis::ObjectionUpheld, by: "Caldicott guardian".to_owned() }
}

/// Three residents, of whom the last needs a check on her wellbeing, and a note about her that is about safeguarding.
fn table() -> Scenario {
    let mut home = Scenario::opened();
    for _ in 0..3 {
        home.council().does(people::Command::Register { details: resident() });
    }
    let due = (home.now, home.now);
    let wellbeing = review::Fact::WellbeingDue { person: PersonNo(3), from: due.0, until: due.1 };
    home.has_happened(&council(), wellbeing);
    let note = log::Command::Note { text: "her money is missing".to_owned() };
    home.council().labelled(Class::Safeguarding).does(note);
    home
}

/// The entries whose content is sealed.
fn sealed(record: &[Sealed]) -> BTreeSet<Seq> {
    let opened = record.iter().map(|sealed| sealed.open().unwrap());
    let kept = opened.filter(|entry| entry.envelope.labels(entry.seq).are_sealed() && !entry.fact.stays_open());
    kept.map(|entry| entry.seq).collect()
}

fn doomed(home: &Scenario, person: u32, extent: Extent) -> Result<Doomed, Refusal> {
    home.incident.erase(&council(), PersonNo(person), extent, &sealed(&home.record), &erasure())
}

/// Puts the tombstones on the record and destroys what they name.
fn destroyed(home: &mut Scenario, doomed: Doomed) {
    for tombstone in doomed.tombstones {
        home.has_happened(&council(), tombstone);
    }
    for sealed in &mut home.record {
        if doomed.entries.contains(&sealed.seq) {
            sealed.content = Content::Erased;
        }
    }
    home.incident = replayed(&home.record);
}

#[test]
fn erasing_everything_of_a_person_takes_what_is_about_them_alone_and_leaves_the_chain() {
    let mut home = table();
    let doomed = doomed(&home, 3, Extent::Everything).unwrap();
    home.forgets_what_was_told();
    assert_eq!(doomed.people, []);
    assert_eq!(doomed.entries.len(), 2, "her registration and the check, and not the note about safeguarding");
    destroyed(&mut home, doomed);
    expect![[r#"
        Mon 4 Mar 2024
          16  09:00  council               what 2 entries said was erased (13, 14; objection-upheld; decided by Caldicott guardian): she asked for it
    "#]]
    .assert_eq(&home.told());
    verified(Domain::Live, &home.record).unwrap();
    home.incident.has_all_but_erased().unwrap();
    assert_eq!(home.incident.people.list.len(), 2);
    assert!(home.incident.review.wellbeing.is_empty());
    assert_eq!(home.reported("log"), "1 note\nwhat 2 entries said was erased\n");
}

#[test]
fn a_number_that_was_given_out_is_never_given_out_again() {
    let mut home = table();
    let doomed = doomed(&home, 3, Extent::Everything).unwrap();
    destroyed(&mut home, doomed);
    home.council().does(people::Command::Register { details: resident() });
    let registered = home.record.last().unwrap().open().unwrap().fact;
    assert!(matches!(registered, Fact::People(people::Fact::Registered { person: PersonNo(4), .. })), "{registered:?}");
}

#[test]
fn what_is_missing_without_a_tombstone_is_no_erasure() {
    let mut home = table();
    home.record[9].content = Content::Erased;
    let incident = replayed(&home.record);
    assert_eq!(incident.has_all_but_erased(), Err(Broken::Missing { seq: Seq(10) }));
}

#[test]
fn who_they_are_alone_leaves_the_record_as_it_is() {
    let mut home = table();
    let nothing = doomed(&home, 3, Extent::Identity).unwrap_err();
    assert!(matches!(nothing, Refusal::NoSuch { .. }), "{nothing}");
    let (person, version) = (PersonNo(3), 1);
    home.has_happened(&council(), people::Fact::IdentitySealed { person, version, commitment: Hash::NONE });
    let identity = doomed(&home, 3, Extent::Identity).unwrap();
    assert_eq!((identity.people, identity.entries), (vec![person], vec![]));
    let everything = doomed(&home, 3, Extent::Everything).unwrap();
    assert_eq!((everything.people, everything.entries.len(), everything.tombstones.len()), (vec![person], 2, 2));
}

#[test]
fn what_is_beyond_its_years_is_erased_by_class_and_stays_erased_once() {
    let mut home = table();
    home.closes();
    let years = YearsInUse { safeguarding: Some(1), ..YearsInUse::default() };
    let retention = Retention { identity_years: 8, in_use: years };
    let overdue = |home: &Scenario, months: u32| {
        let then = home.now.checked_add_months(chrono::Months::new(months)).unwrap();
        let sealed =
            sealed(&home.record.iter().filter(|it| it.content != Content::Erased).cloned().collect::<Vec<_>>());
        home.incident.erase_overdue(&council(), retention, then, &sealed, &erasure()).unwrap()
    };
    assert_eq!(overdue(&home, 11), Doomed::default());
    let due = overdue(&home, 12);
    assert_eq!((due.people.len(), due.entries.as_slice()), (0, [Seq(15)].as_slice()));
    destroyed(&mut home, due);
    assert_eq!(overdue(&home, 24), Doomed::default());
    assert_eq!(home.incident.people.list.len(), 3, "the years of other classes are not over");
}

#[test]
fn a_tombstone_is_for_everybody_and_is_never_sealed_itself() {
    let mut home = table();
    let doomed = doomed(&home, 3, Extent::Everything).unwrap();
    let asked = crate::entry::Asked { class: Some(Class::Health), audience: Vec::new() };
    let refused = home.incident.labels(&named("council"), &doomed.tombstones[0], &asked).unwrap_err();
    assert!(matches!(refused, Refusal::Invalid { field: "audience", .. }), "{refused}");
    destroyed(&mut home, doomed);
    assert!(home.last_sight("region").is_seen());
    assert!(!home.sights("region")[12].is_seen(), "and what was erased is no more open than it was");
}

#[test]
fn only_the_lead_has_anything_erased() {
    let home = table();
    let by = |who: &str| Author::system(named(who), "desk");
    let ask = |who: &str| {
        home.incident.erase(&by(who), PersonNo(3), Extent::Everything, &sealed(&home.record), &erasure()).map(|_| ())
    };
    assert_eq!(ask("icb"), Err(Refusal::NotLead));
    assert_eq!(ask("press"), Err(Refusal::NotPermitted));
    assert_eq!(ask("council"), Ok(()));
}

fn last_given(of: Numbered, incident: &Incident) -> u32 {
    match of {
        Numbered::Person => incident.people.list.last_given(),
        Numbered::Action => incident.actions.list.last_given(),
        Numbered::Recommendation => incident.decisions.recommendations.last_given(),
        Numbered::Decision => incident.decisions.list.last_given(),
        Numbered::Meeting => incident.meetings.list.last_given(),
        Numbered::Communication => incident.communications.list.last_given(),
        Numbered::Restriction => incident.restrictions.list.last_given(),
        Numbered::Offer => incident.offers.list.last_given(),
        Numbered::Proposal => incident.advising.proposals.last_given(),
        Numbered::Escalation => incident.escalation.list.last_given(),
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(40) })]

    #[test]
    fn every_number_that_a_fact_gives_out_is_said_beside_it(acts in acts(30)) {
        let mut home = busy();
        for act in &acts {
            home.lets(act);
        }
        let mut incident = replayed(&home.record[..1]);
        for sealed in &home.record[1..] {
            let before: Vec<u32> = Numbered::ALL.iter().map(|of| last_given(*of, &incident)).collect();
            incident.take_in(sealed).unwrap();
            let gives = sealed.open().unwrap().fact.gives();
            for (of, before) in Numbered::ALL.iter().zip(before) {
                let said = gives.filter(|gives| gives.of == *of).map(|gives| gives.number);
                // A proposal that comes back has the number that it had.
                let last = said.unwrap_or(0).max(before);
                prop_assert_eq!(last_given(*of, &incident), last, "{} in entry {}", of, sealed.seq);
            }
        }
    }
}

#[test]
fn an_answer_that_was_erased_is_unknown_again() {
    let mut home = Scenario::opened();
    let answer = answers::Command::Answer {
        key: "residents-at-risk".to_owned(),
        value: FactValue::Answer(Answer::Yes),
        source: "her nurse".to_owned(),
    };
    home.council().labelled(Class::Health).does(answer);
    assert!(home.incident.answers.standing.contains_key("residents-at-risk"));
    let last = home.record.last_mut().unwrap();
    last.content = Content::Erased;
    assert!(!replayed(&home.record).answers.standing.contains_key("residents-at-risk"));
}
