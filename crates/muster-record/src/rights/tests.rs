use std::collections::BTreeSet;

use expect_test::expect_file;

use super::*;

const PAGE: &str = include_str!("../../../../docs/identity.md");
const BEGINS: &str = "<!-- the tables: UPDATE_EXPECT=1 cargo test -p muster-record rights -->\n";
const ENDS: &str = "<!-- the end of the tables -->";

fn held(roles: &[Role]) -> BTreeSet<Role> {
    roles.iter().copied().collect()
}

fn within(inner: Reach, outer: Reach) -> bool {
    inner.intersection(outer) == inner
}

#[test]
fn the_tables_are_those_of_the_documentation() {
    let (before, rest) = PAGE.split_once(BEGINS).unwrap();
    let (_, after) = rest.split_once(ENDS).unwrap();
    expect_file!["../../../../docs/identity.md"].assert_eq(&format!("{before}{BEGINS}{}{ENDS}{after}", told()));
}

#[test]
fn a_role_reaches_no_further_than_the_purpose_it_stands_for() {
    for role in Role::ALL {
        assert!(within(role.reach(), role.purpose().reach()), "{role}");
    }
}

#[test]
fn a_purpose_never_widens_what_the_roles_reach() {
    for role in Role::ALL {
        for purpose in Purpose::ALL {
            let reach = effective(Reach::everything(), &held(&[*role]), Some(*purpose));
            assert!(within(reach, role.reach()) && within(reach, purpose.reach()), "{role} for {purpose}");
        }
    }
}

#[test]
fn neither_the_system_nor_the_person_lends_the_other_a_right() {
    for system in Role::ALL {
        for person in Role::ALL {
            let reach = effective(system.reach(), &held(&[*person]), None);
            for right in Right::ALL {
                let both = system.reach().allows(*right) && person.reach().allows(*right);
                assert_eq!(reach.allows(*right), both, "{person} through {system}: {right}");
            }
            for class in Class::ALL {
                let both = system.reach().sees(*class) && person.reach().sees(*class);
                assert_eq!(reach.sees(*class), both, "{person} through {system}: {class}");
            }
        }
    }
}

#[test]
fn several_roles_reach_what_each_of_them_reaches() {
    let both = effective(Reach::everything(), &held(&[Role::Comms, Role::Auditor]), None);
    assert_eq!(both, Role::Comms.reach().union(Role::Auditor.reach()));
    assert_eq!(effective(Reach::everything(), &held(Role::ALL), None), Reach::everything());
}

#[test]
fn nobody_without_a_role_reaches_anything() {
    assert_eq!(effective(Reach::everything(), &held(&[]), Some(Purpose::Coordination)), Reach::default());
    assert_eq!(purpose_of(&held(&[])), None);
}

#[test]
fn whoever_runs_the_server_sees_no_class_and_reads_no_record() {
    let reach = Role::PlatformAdmin.reach();
    assert!(reach.classes.is_empty() && !reach.allows(Right::Read) && !reach.allows(Right::Identify));
}

#[test]
fn the_regulator_and_the_region_see_nothing_of_a_persons_health_or_name() {
    for role in [Role::RegulatorObserver, Role::RegionalLead, Role::Comms, Role::Feed] {
        let reach = role.reach();
        assert!(!reach.sees(Class::Health) && !reach.sees(Class::Personal) && !reach.allows(Right::Identify), "{role}");
    }
}

#[test]
fn a_feed_writes_and_takes_no_part_in_anything_else() {
    let rights = Role::Feed.reach().rights;
    assert_eq!(rights, WordSet::from([Right::Read, Right::Write, Right::MaintainRegister]));
}

#[test]
fn a_rehearsal_names_nobody() {
    let reach = effective(Reach::everything(), &held(&[Role::IncidentLead]), Some(Purpose::Rehearsal));
    assert!(reach.allows(Right::Write) && !reach.allows(Right::Identify) && !reach.allows(Right::BreakGlass));
}

#[test]
fn every_right_and_every_class_is_in_reach_of_some_role() {
    let all = Reach::of_roles(Role::ALL);
    assert_eq!(all, Reach::everything());
}
