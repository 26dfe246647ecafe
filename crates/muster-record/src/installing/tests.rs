use super::*;

fn who(person: &str) -> Who {
    Who { person: Some(person).filter(|it| !it.is_empty()).map(str::to_owned), system: "case-system".to_owned() }
}

fn proposed() -> Install {
    Install {
        number: 1,
        agency: "e08000026".parse().unwrap(),
        rule_set: "ours".parse().unwrap(),
        version: "1.0.0".to_owned(),
        component: Hash([1; 32]),
        at: "2024-03-04T09:00:00Z".parse().unwrap(),
        by: who("one"),
        because: "the board agreed".to_owned(),
        terms: Terms { grants: Grants::everything(), used: Use::InUse },
        decided: None,
    }
}

#[test]
fn another_person_approves_what_they_looked_at() {
    let (install, digest) = (proposed(), Hash([1; 32]));
    assert_eq!(install.may_be_approved(&who("two"), digest, Hands::Two), Ok(()));
    assert_eq!(install.may_be_approved(&who("one"), digest, Hands::Two), Err(NotNow::SecondPersonNeeded));
    assert_eq!(install.may_be_approved(&who(""), digest, Hands::Two), Err(NotNow::PersonNeeded));
    assert_eq!(install.may_be_approved(&who("two"), Hash([2; 32]), Hands::Two), Err(NotNow::OtherDigest));
}

#[test]
fn what_was_decided_stays_decided() {
    let at = "2024-03-04T10:00:00Z".parse().unwrap();
    for outcome in [Outcome::Approved, Outcome::Withdrawn] {
        let decided = Some(Decided { outcome, at, by: who("two") });
        let install = Install { decided, ..proposed() };
        let again = install.may_be_approved(&who("three"), install.component, Hands::Two);
        assert_eq!(again, Err(NotNow::DecidedAlready));
        assert_eq!(install.may_be_withdrawn(&who("one"), Hands::Two), Err(NotNow::DecidedAlready));
    }
}

#[test]
fn any_person_of_the_agency_takes_a_proposal_back_and_a_system_by_itself_does_nothing() {
    assert_eq!(proposed().may_be_withdrawn(&who("one"), Hands::Two), Ok(()));
    assert_eq!(proposed().may_be_withdrawn(&who("two"), Hands::Two), Ok(()));
    assert_eq!(proposed().may_be_withdrawn(&who(""), Hands::Two), Err(NotNow::PersonNeeded));
    assert_eq!(may_propose(&who(""), Hands::Two), Err(NotNow::PersonNeeded));
}

#[test]
fn in_development_one_is_enough_and_the_digest_still_counts() {
    let install = proposed();
    assert_eq!(may_propose(&who(""), Hands::One), Ok(()));
    assert_eq!(install.may_be_approved(&who("one"), install.component, Hands::One), Ok(()));
    assert_eq!(install.may_be_approved(&who(""), Hash([2; 32]), Hands::One), Err(NotNow::OtherDigest));
}
