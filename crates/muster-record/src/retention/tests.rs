use super::*;
use crate::entry::{Author, Hash};
use crate::identity::Basis;
use crate::incident::people;
use crate::testing::{Scenario, at, named, resident};

fn home() -> Scenario {
    let mut home = Scenario::opened();
    let council = Author::system(named("council"), "desk");
    for number in 1..=3 {
        home.council().does(people::Command::Register { details: resident() });
        let (person, commitment) = (PersonNo(number), Hash::of(b"sealed"));
        home.has_happened(&council, people::Fact::IdentitySealed { person, version: 1, commitment });
    }
    let (person, because, by) = (PersonNo(2), "not them".to_owned(), "guardian".to_owned());
    let basis = Basis::RecordedInError;
    home.has_happened(&council, people::Fact::IdentityErased { person, version: 1, because, basis, by });
    home
}

#[test]
fn identities_are_overdue_eight_years_after_closing_and_not_a_moment_before() {
    let mut home = home();
    let retention = Retention::default();
    assert_eq!(home.incident.identities_due(retention), None, "open");
    assert_eq!(home.incident.identities_overdue(retention, at("2100-01-01T00:00:00Z")), []);
    home.closes();
    assert_eq!(home.incident.identities_due(retention), Some(at("2032-03-04T09:00:00Z")));
    assert_eq!(home.incident.identities_overdue(retention, at("2032-03-04T08:59:59.999Z")), []);
    assert_eq!(home.incident.identities_overdue(retention, at("2032-03-04T09:00:00Z")), [PersonNo(1), PersonNo(3)]);
    let short = Retention { identity_years: 1, ..Retention::default() };
    assert_eq!(home.incident.identities_due(short), Some(at("2025-03-04T09:00:00Z")));
}

#[test]
fn the_years_begin_anew_when_an_incident_is_closed_again() {
    let mut home = home();
    home.closes();
    home.later_hours(48);
    home.council().does(crate::incident::lifecycle::Command::Reopen { reason: "one more lesson".to_owned() });
    assert_eq!(home.incident.identities_due(Retention::default()), None);
    home.closes();
    assert_eq!(home.incident.identities_due(Retention::default()), Some(at("2032-03-06T09:00:00Z")));
}

#[test]
fn each_class_is_put_beyond_use_at_its_own_time_and_what_is_operational_never() {
    let mut home = home();
    let in_use = YearsInUse { personal: Some(8), health: Some(2), ..YearsInUse::default() };
    let retention = Retention { in_use, ..Retention::default() };
    assert_eq!(home.incident.beyond_use(retention, at("2100-01-01T00:00:00Z")), [].into(), "open");
    home.closes();
    let beyond = |moment| home.incident.beyond_use(retention, at(moment));
    assert_eq!(beyond("2026-03-04T08:59:59.999Z"), [].into());
    assert_eq!(beyond("2026-03-04T09:00:00Z"), [Class::Health].into());
    assert_eq!(beyond("2100-01-01T00:00:00Z"), [Class::Personal, Class::Health].into());
}
