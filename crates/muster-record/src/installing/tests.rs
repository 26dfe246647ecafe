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

/// What holds after these were approved, as components.
fn holds(approved: &[(u8, Use)]) -> (Vec<u8>, Vec<u8>) {
    let approved = approved.iter().map(|&(component, used)| Install {
        component: Hash([component; 32]),
        terms: Terms { grants: Grants::everything(), used },
        ..proposed()
    });
    let InForce { used, shadows } = in_force(approved.collect());
    let components = |of: Vec<Install>| of.iter().map(|install| install.component.0[0]).collect();
    (components(used), components(shadows))
}

#[test]
fn a_shadow_stands_beside_the_version_in_use_until_it_is_over_replaced_or_used_itself() {
    use Use::{InUse, OutOfUse, Shadow, ShadowOver};
    assert_eq!(holds(&[(1, InUse), (2, Shadow)]), (vec![1], vec![2]));
    assert_eq!(holds(&[(1, InUse), (2, Shadow), (3, Shadow)]), (vec![1], vec![3]));
    assert_eq!(holds(&[(1, InUse), (2, Shadow), (2, ShadowOver)]), (vec![1], vec![]));
    assert_eq!(holds(&[(1, InUse), (2, Shadow), (2, InUse)]), (vec![2], vec![]));
    assert_eq!(holds(&[(1, InUse), (2, Shadow), (3, InUse)]), (vec![3], vec![2]));
    assert_eq!(holds(&[(1, InUse), (2, Shadow), (1, OutOfUse)]), (vec![1], vec![2]));
    assert_eq!(holds(&[(2, Shadow)]), (vec![], vec![2]));
}

#[test]
fn what_holds_of_one_agency_and_name_leaves_others_alone() {
    let other = Install { agency: "qwe".parse().unwrap(), component: Hash([9; 32]), ..proposed() };
    let named = Install { rule_set: "others".parse().unwrap(), component: Hash([8; 32]), ..proposed() };
    assert_eq!(in_force(vec![other, named, proposed()]).used.len(), 3);
}
