//! What is shown of a record: who sees an entry, what a rule set is shown, and how it is told.

use std::collections::BTreeSet;

use expect_test::expect;

use crate::advice::{Answer, Step};
use crate::agency::{AgencyKind, Interest};
use crate::fact::Fact;
use crate::ids::{PersonNo, ProposalNo, RequestId, Seq};
use crate::incident::{advising, answers, log, offers, participants, people};
use crate::situation::{CareStatus, FactValue, OfferKind, Part};
use crate::testing::{Scenario, action, at, gate, named, resident};
use crate::timeline::{Line, text};

#[test]
fn an_entry_is_seen_by_those_it_was_written_for_and_by_its_author() {
    let mut home = Scenario::opened();
    let interest = participants::Command::ChangeInterest {
        agency: named("region"),
        interest: Interest::None,
        reason: "no second home".to_owned(),
    };
    home.council().does(interest);
    let sees = |home: &Scenario| ["council", "icb", "cqc", "region", "press"].map(|who| home.last_sight(who).is_seen());
    home.cqc().does(log::Command::Note { text: "for all".to_owned() });
    let all = sees(&home);
    home.cqc().only_for(&["icb", "region"]).does(log::Command::Note { text: "for two".to_owned() });
    let seen: Vec<(bool, bool)> = all.into_iter().zip(sees(&home)).collect();
    assert_eq!(seen, [(true, false), (true, true), (true, true), (false, false), (false, false)]);
}

#[test]
fn a_rule_set_is_shown_people_only_where_its_owner_works_the_incident() {
    let mut home = Scenario::opened();
    let with_another = people::Details { stays_with: vec![PersonNo(1)], ..resident() };
    home.council().does(people::Command::Register { details: resident() });
    home.council().does(people::Command::Register { details: with_another });
    home.council().does(people::Command::SetStatus { person: PersonNo(1), to: CareStatus::Moved, place: None });
    let shown = |owner: &str| home.seen_by(owner).situation(home.now);
    let [first, second] = shown("icb").people.try_into().unwrap();
    assert_eq!((first.reference.as_str(), first.moved_at), ("person-1", Some(home.now)));
    assert_eq!(second.stays_with, ["person-1"]);
    for owner in ["cqc", "region", "press"] {
        assert_eq!((shown(owner).people.len(), shown(owner).withheld), (0, vec![Part::People, Part::Figures]));
    }
    let but_people: BTreeSet<Part> = Part::all().into_iter().filter(|part| *part != Part::People).collect();
    let not_needed = home.seen_by("icb").situation(home.now).showing(&but_people, &Part::all());
    assert_eq!((not_needed.people.len(), not_needed.withheld.len()), (0, 0), "nothing is withheld that is not needed");
}

#[test]
fn a_situation_numbers_things_as_the_record_does() {
    let mut home = Scenario::opened();
    let now = home.now;
    for quantity in 1..=3 {
        let detail = Vec::new();
        home.icb().does(offers::Command::Offer { kind: OfferKind::Bed, quantity, as_at: now, detail });
    }
    let offer = crate::ids::OfferNo(2);
    home.icb().does(offers::Command::Withdraw { offer, reason: "taken by others".to_owned() });
    home.pins("closure", 1);
    home.advises("closure", &[action("beds", "find beds")]);
    home.lead().does(advising::Command::Adopt { proposal: ProposalNo(1) });
    let (key, value) = ("insolvent".to_owned(), FactValue::Answer(Answer::Unknown));
    home.council().does(answers::Command::Answer { key, value, source: "the bank".to_owned() });
    let shown = home.incident.situation(now);
    let offers: Vec<&str> = shown.offers.iter().map(|offer| offer.reference.as_str()).collect();
    assert_eq!(offers, ["offer-1", "offer-3"], "a number is never given to another");
    assert_eq!((shown.actions[0].number, shown.actions[0].key.as_deref()), (1, Some("closure/beds")));
    assert_eq!((shown.facts[0].entry, &shown.facts[0].value), (home.incident.seq, &FactValue::Answer(Answer::Unknown)));
    let again: crate::situation::Situation = serde_json::from_str(&serde_json::to_string(&shown).unwrap()).unwrap();
    assert_eq!(again, shown);
}

#[test]
fn every_entry_is_followed_back_to_what_it_answers() {
    let mut home = Scenario::opened();
    home.pins("closure", 1);
    home.advises("closure", &[action("beds", "find beds"), gate("workers", Step::Close, Answer::No)]);
    home.lead().does(advising::Command::Adopt { proposal: ProposalNo(1) });
    let overrides = advising::Command::OverrideGate { proposal: ProposalNo(2), reason: "tonight".to_owned() };
    home.lead().does(overrides);
    home.council().does(log::Command::Correct { entry: Seq(3), text: "at 09:05".to_owned() });
    home.council().does(log::Command::Note { text: "and so on".to_owned() });
    let causes: Vec<Option<u64>> =
        home.record.iter().skip(12).map(|sealed| Some(sealed.open().unwrap().envelope.cause?.0)).collect();
    assert_eq!(causes, [Some(12), Some(12), Some(12), Some(3), None]);
}

#[test]
fn only_what_rule_sets_wrote_of_themselves_leaves_the_situation_as_it_was() {
    let mut home = Scenario::opened();
    home.pins("closure", 1);
    home.advises("closure", &[action("beds", "find beds")]);
    home.fails("closure", "trapped");
    home.lead().does(advising::Command::Adopt { proposal: ProposalNo(1) });
    let written = home.record.iter().skip(10).map(|sealed| sealed.open().unwrap().fact);
    let changes: Vec<bool> = written.map(|fact: Fact| fact.changes_the_situation()).collect();
    assert_eq!(changes, [true, false, false, true, true]);
}

#[test]
fn the_timeline_has_a_heading_for_each_day_and_sets_further_lines_in() {
    let line = |seq, moment, text: &str| Line { seq, at: at(moment), who: "icb".to_owned(), text: text.to_owned() };
    let lines = [
        line(1, "2024-03-30T23:59:00Z", "first\nand more"),
        line(2, "2024-03-31T00:59:00Z", "an hour before the clocks change"),
        line(3, "2024-03-31T01:00:00Z", "a minute after that"),
        line(12345, "2024-03-30T12:00:00Z", "of the day before"),
        line(12346, "2024-03-30T12:00:00Z", ""),
    ];
    expect![[r#"
        Sat 30 Mar 2024
           1  23:59  icb                   first
                                           and more
        Sun 31 Mar 2024
           2  00:59  icb                   an hour before the clocks change
           3  02:00  icb                   a minute after that
        Sat 30 Mar 2024
        12345  12:00  icb                   of the day before
        12346  12:00  icb                   
    "#]]
    .assert_eq(&text(&lines));
}

#[test]
fn a_summary_counts_what_the_report_counts() {
    let mut home = Scenario::opened();
    home.council().does(people::Command::Register { details: resident() });
    let (summary, report) = (home.incident.summary(), home.incident.report(home.now));
    assert_eq!((summary.people, summary.not_yet_placed), (1, 1));
    assert_eq!((summary.last_seq, summary.phase), (report.as_of, report.phase));
}

#[test]
fn names_ids_and_words_have_one_spelling() {
    use crate::ids::{AgencyId, IncidentId};
    for good in ["e08000026", "05a", "1-134558905"] {
        assert!(good.parse::<AgencyId>().is_ok(), "{good}");
    }
    for bad in ["", "Council", "-council", "council-", "a b", &"a".repeat(64), "é"] {
        assert!(bad.parse::<AgencyId>().is_err(), "{bad}");
    }
    let id = IncidentId::from_bytes([0xab; 16]);
    assert_eq!(id.as_str().parse(), Ok(id.clone()));
    assert!(id.as_str().to_uppercase().parse::<IncidentId>().is_err());
    assert!(serde_json::from_str::<RequestId>("\"\"").is_err(), "what is read is checked like what is parsed");
    assert!(serde_json::from_str::<RequestId>("\"abc\"").is_ok());
    for kind in AgencyKind::ALL {
        assert_eq!(kind.word().parse(), Ok(*kind));
        assert_eq!(serde_json::to_string(kind).unwrap(), format!("{:?}", kind.word()));
    }
    let unknown = "ccg".parse::<AgencyKind>().unwrap_err().to_string();
    expect![[r#""ccg" is none of: council, health-commissioner, regulator, public-health, region, provider, placing-authority, safeguarding-board"#]].assert_eq(&unknown);
}

#[test]
fn a_rule_set_is_shown_nothing_of_who_a_person_is_and_is_not_woken_by_it() {
    let mut home = Scenario::opened();
    home.council().does(people::Command::Register { details: resident() });
    let before = home.seen_by("council").situation(home.now);
    let (person, council) = (PersonNo(1), crate::Author::system(named("council"), "desk"));
    let sealed = people::Fact::IdentitySealed { person, version: 1, commitment: crate::entry::Hash::of(b"sealed") };
    let (because, by, basis) = ("settled".to_owned(), "guardian".to_owned(), crate::identity::Basis::NoLongerNeeded);
    let erased = people::Fact::IdentityErased { person, version: 1, because, basis, by };
    for fact in [sealed, erased] {
        assert!(!crate::Fact::from(fact.clone()).changes_the_situation());
        home.has_happened(&council, fact);
        assert_eq!(home.seen_by("council").situation(home.now), before);
    }
    // And its contract has no field for it.
    let contract = include_str!("../../../../wit/policy.wit");
    let record = contract.split("record person {").nth(1).unwrap().split('}').next().unwrap();
    let fields: Vec<&str> =
        record.split(',').filter_map(|field| field.trim().split_once(':')).map(|(name, _)| name).collect();
    let expected = [
        "ref",
        "service",
        "funder",
        "placed-by",
        "mobility",
        "needs",
        "needs-known",
        "stays-with",
        "status",
        "moved-at",
    ];
    assert_eq!(fields, expected);
}
