//! The owner of a rule set changes its settings.

use super::*;
use crate::incident::lifecycle;
use crate::situation::Phase;

#[test]
fn settings_that_changed_are_used_from_then_on_and_advice_for_those_before_adds_nothing() {
    let mut home = advised(&[beds()]);
    let before = home.incident.clone();
    home.changes_settings("closure", Hash([5; 32]), &["vehicles[2].seats"]);
    let pin = home.incident.ruled_by(&named("council"), &named("closure")).unwrap();
    assert_eq!(pin.settings, Hash([5; 32]));
    let pinned = &before.advising.rule_sets[&named("closure")];
    assert_eq!(pin.component, pinned.pin.component);
    let looked = Looked {
        component: pinned.pin.component,
        settings: pinned.pin.settings,
        seq: before.seq,
        as_of: home.now,
        situation: Hash::NONE,
        fuel_used: 1,
        fuel_limit: 2,
        engine: String::new(),
        drawn: crate::entry::Drawn::default(),
    };
    let advice = Advice { items: vec![finding()], ..Advice::default() };
    let outcome = Outcome::Answered { advice, digest: Hash::NONE, apart: Vec::new() };
    assert_eq!(before.reconcile(&named("closure"), &looked, &outcome).len(), 1);
    assert_eq!(home.incident.reconcile(&named("closure"), &looked, &outcome), Vec::new());
    home.advises("closure", &[finding()]);
    expect![[r#"
        Mon 4 Mar 2024
          11  09:00  [closure]             pinned closure 1.0.0 of council
          12  09:00  [closure]             advice on entry 11: 1 new, 0 revised, 0 withdrawn
                                             + proposal 1, action: find beds
          13  09:00  council               changed the settings of closure (vehicles[2].seats): the third minibus was replaced
          14  09:00  [closure]             advice on entry 13: 1 new, 0 revised, 1 withdrawn
                                             + proposal 2, finding: the section 48 duty is engaged (unknown)
                                             - proposal 1
    "#]].assert_eq(&home.told());
}

#[test]
fn new_settings_are_heard_again_after_those_before_failed() {
    let mut home = advised(&[beds()]);
    home.fails("closure", "bad-settings");
    home.changes_settings("closure", Hash([5; 32]), &[""]);
    assert_eq!(home.incident.advising.rule_sets[&named("closure")].failing, None);
    home.fails("closure", "bad-settings");
    home.changes_settings("closure", Hash([6; 32]), &["a", "b", "c", "d", "e"]);
    expect![[r#"
        Mon 4 Mar 2024
          11  09:00  [closure]             pinned closure 1.0.0 of council
          12  09:00  [closure]             advice on entry 11: 1 new, 0 revised, 0 withdrawn
                                             + proposal 1, action: find beds
          13  09:00  [closure]             closure could not advise on entry 12: bad-settings
          14  09:00  council               changed the settings of closure: the third minibus was replaced
          15  09:00  [closure]             closure could not advise on entry 14: bad-settings
          16  09:00  council               changed the settings of closure (a, b, c and 2 more): the third minibus was replaced
    "#]].assert_eq(&home.told());
}

#[test]
fn settings_bear_on_open_incidents_of_their_owner_alone() {
    let mut home = advised(&[beds()]);
    let bears = |home: &Scenario, agency: &str, rule_set: &str| {
        home.incident.ruled_by(&named(agency), &named(rule_set)).is_some()
    };
    assert!(bears(&home, "council", "closure"));
    assert!(!bears(&home, "icb", "closure"));
    assert!(!bears(&home, "council", "matching"));
    home.council().does(lifecycle::Command::ChangePhase { to: Phase::Recovering, reason: "all are placed".to_owned() });
    home.lead().does(lifecycle::Command::Close { summary: "all are placed".to_owned() });
    assert!(!bears(&home, "council", "closure"));
}
