use expect_test::expect;
use proptest::prelude::*;
use static_assertions::assert_not_impl_any;

use super::*;
use crate::agency::Office;
use crate::erasing::{Doomed, Erasure, Extent};
use crate::incident::{participants, people};
use crate::testing::{Scenario, agency, named, resident};

#[test]
fn who_somebody_is_can_be_neither_printed_nor_serialised_nor_copied() {
    use std::fmt::{Debug, Display};
    assert_not_impl_any!(Sensitive<String>: Debug, Display, serde::Serialize, Clone);
    assert_not_impl_any!(Identity: Debug, Display, serde::Serialize, Clone);
    assert_not_impl_any!(Contact: Debug, Display, serde::Serialize, Clone);
    assert_not_impl_any!(Relative: Debug, Display, serde::Serialize, Clone);
    assert_not_impl_any!(NhsNumber: Debug, Display, serde::Serialize, Clone);
}

#[test]
fn what_is_sensitive_is_wiped_when_it_is_dropped() {
    /// Notes that it was wiped.
    struct Noted<'a>(&'a std::cell::Cell<bool>);
    impl zeroize::Zeroize for Noted<'_> {
        fn zeroize(&mut self) {
            self.0.set(true);
        }
    }
    let wiped = std::cell::Cell::new(false);
    drop(Sensitive::new(Noted(&wiped)));
    assert!(wiped.get());
}

#[test]
fn an_nhs_number_is_ten_digits_of_which_the_last_checks_the_others() {
    for right in ["9434765919", "943 476 5919", "943-476-5919", "4010232137", "9876543210"] {
        assert!(NhsNumber::parse(right).is_some(), "{right}");
    }
    let wrong = ["9434765918", "943476591", "94347659190", "943476591O", "", "9434765919x", "1234567890", "١٢٣٤٥٦٧٨٩٠"];
    for wrong in wrong {
        assert!(NhsNumber::parse(wrong).is_none(), "{wrong}");
    }
    assert_eq!(NhsNumber::parse("943 476 5919").unwrap().expose(), "9434765919");
}

#[test]
fn every_digit_of_an_nhs_number_put_wrong_is_noticed() {
    let right = b"9434765919";
    for place in 0..10 {
        for digit in b'0'..=b'9' {
            let mut changed = *right;
            changed[place] = digit;
            assert_eq!(is_checked(&changed), digit == right[place], "{place} {digit}");
        }
    }
}

/// The council leads; the commissioner and a home-care provider work; two placing authorities, a council nearby that
/// placed somebody, a regulator, a region, an agency that has not joined, one that is only kept informed.
fn table() -> Scenario {
    use AgencyKind::{Council, PlacingAuthority, Provider, PublicHealth, Region, Regulator};
    use Interest::{FinancialAndOperational, Information, Operational};
    let mut home = Scenario::opened();
    home.seats("solihull", Council, Operational);
    home.seats("leeds", PlacingAuthority, FinancialAndOperational);
    home.seats("kent", PlacingAuthority, Information);
    home.seats("provider", Provider, Operational);
    home.seats("health", PublicHealth, Information);
    home.seats("inspector", Regulator, Operational);
    home.seats("adass", Region, Operational);
    let late = agency("late", Council);
    home.council().does(participants::Command::Invite { agency: late, interest: Operational });
    let placed = |by: Option<&str>| people::Details { placed_by: by.map(named), ..resident() };
    for by in [None, Some("leeds"), Some("solihull"), Some("council")] {
        home.council().does(people::Command::Register { details: placed(by) });
    }
    home
}

#[test]
fn who_the_people_are_is_for_those_who_work_with_them() {
    let home = table();
    let mut told = String::new();
    for who in [
        "council",
        "icb",
        "provider",
        "solihull",
        "leeds",
        "kent",
        "health",
        "cqc",
        "region",
        "inspector",
        "adass",
        "late",
        "press",
    ] {
        let of = |person| match home.incident.may_identify(&named(who), PersonNo(person)) {
            Ok(()) => "yes",
            Err(refusal) => refusal.reason(),
        };
        told.push_str(&format!("{who}: {}\n", [1, 2, 3, 4, 5].map(of).join(", ")));
    }
    expect![[r#"
        council: yes, yes, yes, yes, RESOURCE_NOT_FOUND
        icb: yes, yes, yes, yes, RESOURCE_NOT_FOUND
        provider: yes, yes, yes, yes, RESOURCE_NOT_FOUND
        solihull: NOT_YOUR_PERSON, NOT_YOUR_PERSON, yes, NOT_YOUR_PERSON, RESOURCE_NOT_FOUND
        leeds: NOT_YOUR_PERSON, yes, NOT_YOUR_PERSON, NOT_YOUR_PERSON, RESOURCE_NOT_FOUND
        kent: INTEREST_TOO_LOW, INTEREST_TOO_LOW, INTEREST_TOO_LOW, INTEREST_TOO_LOW, INTEREST_TOO_LOW
        health: INTEREST_TOO_LOW, INTEREST_TOO_LOW, INTEREST_TOO_LOW, INTEREST_TOO_LOW, INTEREST_TOO_LOW
        cqc: IDENTITY_NOT_FOR_KIND, IDENTITY_NOT_FOR_KIND, IDENTITY_NOT_FOR_KIND, IDENTITY_NOT_FOR_KIND, IDENTITY_NOT_FOR_KIND
        region: IDENTITY_NOT_FOR_KIND, IDENTITY_NOT_FOR_KIND, IDENTITY_NOT_FOR_KIND, IDENTITY_NOT_FOR_KIND, IDENTITY_NOT_FOR_KIND
        inspector: IDENTITY_NOT_FOR_KIND, IDENTITY_NOT_FOR_KIND, IDENTITY_NOT_FOR_KIND, IDENTITY_NOT_FOR_KIND, IDENTITY_NOT_FOR_KIND
        adass: IDENTITY_NOT_FOR_KIND, IDENTITY_NOT_FOR_KIND, IDENTITY_NOT_FOR_KIND, IDENTITY_NOT_FOR_KIND, IDENTITY_NOT_FOR_KIND
        late: NOT_PERMITTED, NOT_PERMITTED, NOT_PERMITTED, NOT_PERMITTED, NOT_PERMITTED
        press: NOT_PERMITTED, NOT_PERMITTED, NOT_PERMITTED, NOT_PERMITTED, NOT_PERMITTED
    "#]]
    .assert_eq(&told);
}

#[test]
fn an_agency_that_leaves_or_is_stepped_down_is_told_nobody_any_more() {
    let mut home = table();
    home.agency("provider").does(participants::Command::Leave { reason: "the home is closed".to_owned() });
    assert_eq!(home.incident.may_identify(&named("provider"), PersonNo(1)), Err(Refusal::NotPermitted));
    let (agency, reason) = (named("icb"), "informed from now on".to_owned());
    home.council().does(participants::Command::ChangeInterest { agency, interest: Interest::Information, reason });
    assert!(matches!(
        home.incident.may_identify(&named("icb"), PersonNo(1)),
        Err(Refusal::InterestTooLow { interest: Interest::Information })
    ));
}

fn by(who: &str) -> Author {
    Author::system(named(who), "desk")
}

fn sealed(home: &mut Scenario, who: &str, person: u32) -> Result<u32, Refusal> {
    let person = PersonNo(person);
    let version = home.incident.next_identity(&by(who), person)?;
    let commitment = Hash::of(b"sealed bytes");
    home.has_happened(&by(who), people::Fact::IdentitySealed { person, version, commitment });
    Ok(version)
}

fn erasure(basis: Basis) -> Erasure {
    Erasure { because: "the wrong resident".to_owned(), basis, by: "Caldicott guardian".to_owned() }
}

fn erased(home: &mut Scenario, who: &str, person: u32, basis: Basis) -> Result<(), Refusal> {
    let Doomed { people, entries, tombstones } = erase(home, &by(who), person, &erasure(basis))?;
    assert_eq!((people, entries), (vec![PersonNo(person)], Vec::new()), "who they are, and nothing else");
    for tombstone in tombstones {
        home.has_happened(&by(who), tombstone);
    }
    Ok(())
}

fn erase(home: &Scenario, by: &Author, person: u32, erasure: &Erasure) -> Result<Doomed, Refusal> {
    home.incident.erase(by, PersonNo(person), Extent::Identity, &std::collections::BTreeSet::new(), erasure)
}

#[test]
fn each_writing_has_a_version_and_an_erased_identity_comes_back_only_where_it_was_somebody_elses() {
    let mut home = table();
    home.forgets_what_was_told();
    assert_eq!(sealed(&mut home, "icb", 1), Ok(1));
    assert_eq!(sealed(&mut home, "council", 1), Ok(2));
    assert_eq!(home.incident.identity_of(PersonNo(1)), Ok(2));
    assert_eq!(erased(&mut home, "council", 1, Basis::RecordedInError), Ok(()));
    assert_eq!(home.incident.identity_of(PersonNo(1)), Err(Refusal::IdentityErased));
    assert_eq!(erased(&mut home, "council", 1, Basis::RecordedInError), Err(Refusal::IdentityErased));
    assert_eq!(sealed(&mut home, "council", 1), Ok(3), "a version is never used again");
    assert_eq!(erased(&mut home, "council", 1, Basis::NoLongerNeeded), Ok(()));
    assert_eq!(sealed(&mut home, "council", 1), Err(Refusal::IdentityErased));
    expect![[r#"
        Mon 4 Mar 2024
          30  09:00  icb                   who person 1 is was written down, sealed (version 1)
          31  09:00  council               who person 1 is was written down, sealed (version 2)
          32  09:00  council               who person 1 is was erased (recorded-in-error; decided by Caldicott guardian): the wrong resident
          33  09:00  council               who person 1 is was written down, sealed (version 3)
          34  09:00  council               who person 1 is was erased (no-longer-needed; decided by Caldicott guardian): the wrong resident
    "#]]
    .assert_eq(&home.told());
}

#[test]
fn only_the_lead_erases_and_a_tombstone_names_nobody() {
    let mut home = table();
    sealed(&mut home, "icb", 1).unwrap();
    assert_eq!(erased(&mut home, "icb", 1, Basis::NoLongerNeeded), Err(Refusal::NotLead));
    assert_eq!(erased(&mut home, "press", 1, Basis::NoLongerNeeded), Err(Refusal::NotPermitted));
    assert!(matches!(erased(&mut home, "council", 2, Basis::NoLongerNeeded), Err(Refusal::NoSuch { .. })));
    let telling = Erasure { because: "of 943 476 5919".to_owned(), ..erasure(Basis::NoLongerNeeded) };
    let refused = erase(&home, &by("council"), 1, &telling).unwrap_err();
    assert!(matches!(refused, Refusal::Invalid { field: "because", .. }), "{refused}");
    let silent = Erasure { by: " ".to_owned(), ..erasure(Basis::NoLongerNeeded) };
    assert_eq!(erase(&home, &by("council"), 1, &silent), Err(Refusal::Required { field: "by" }));
    let without_the_office = by("council").for_office(Some(Office::Dass));
    let refused = erase(&home, &without_the_office, 1, &erasure(Basis::NoLongerNeeded));
    assert_eq!(refused, Err(Refusal::OfficeNotHeld { office: Office::Dass }));
}

#[test]
fn a_closed_incident_takes_corrections_and_erasures_and_no_new_identity() {
    let mut home = table();
    sealed(&mut home, "council", 1).unwrap();
    home.closes();
    assert_eq!(sealed(&mut home, "council", 2), Err(Refusal::IncidentClosed));
    assert_eq!(sealed(&mut home, "council", 1), Ok(2));
    assert_eq!(erased(&mut home, "council", 1, Basis::RetentionEnded), Ok(()));
}

/// Whatever anybody may write into an identity.
pub(crate) fn identities() -> impl Strategy<Value = Vec<String>> {
    proptest::collection::vec("\\PC{0,40}", 12)
}

fn made_of(texts: &[String]) -> Identity {
    let text = |index: usize| Sensitive::new(format!("x{}", texts[index]));
    let contact = |index| Contact { what: text(index), value: text(index + 1) };
    Identity {
        name: text(0),
        known_as: texts[1].is_empty().then(|| text(1)),
        born: Some(text(2)),
        nhs_number: (texts[3].len().is_multiple_of(2)).then(|| NhsNumber::parse("9434765919").unwrap()),
        address: Some(text(4)),
        contacts: (0..texts[5].len() % 3).map(|index| contact(index + 5)).collect(),
        next_of_kin: (0..texts[6].len() % 3)
            .map(|index| Relative { name: text(index + 8), relation: text(9), contacts: vec![contact(10)] })
            .collect(),
    }
}

proptest! {
    #[test]
    fn an_identity_comes_back_from_its_bytes_as_it_went_in(texts in identities()) {
        let bytes = made_of(&texts).to_bytes();
        assert_eq!(bytes.len() % 256, 0);
        let again = Identity::from_bytes(&bytes).unwrap();
        assert_eq!(*again.to_bytes(), *bytes);
        assert_eq!(again.name.expose(), &format!("x{}", texts[0]));
    }

    #[test]
    fn bytes_that_are_no_identity_are_refused_and_nothing_panics(bytes in proptest::collection::vec(any::<u8>(), 0..600)) {
        let _ = Identity::from_bytes(&bytes).is_ok();
        let form = [&[1], bytes.as_slice()].concat();
        let _ = Identity::from_bytes(&form).is_ok();
    }
}

#[test]
fn most_identities_are_sealed_in_the_same_length() {
    let length = |name: &str| {
        let name = Sensitive::new(name.to_owned());
        let of = Identity {
            name,
            known_as: None,
            born: None,
            nhs_number: None,
            address: None,
            contacts: Vec::new(),
            next_of_kin: Vec::new(),
        };
        of.to_bytes().len()
    };
    assert_eq!((length("Bo"), length("Wilhelmina Featherstonehaugh-Cholmondeley")), (256, 256));
}
