use muster_rule_sdk::Issue;

use super::*;
use crate::Settings;

fn refused(settings: &str) -> Vec<Issue> {
    read_settings::<Accommodation>(settings).unwrap_err()
}

fn issue(path: &str, problem: &str) -> Issue {
    Issue { path: path.to_owned(), problem: problem.to_owned() }
}

#[test]
fn the_council_says_how_old_a_figure_may_be() {
    let told = told().with(walker(1, &[])).old_beds(10, 1, &[]);
    let recent = |settings| {
        let finding = told.advice_with(settings).findings.into_iter().find(|finding| finding.key == "beds/recent");
        finding.unwrap().verdict
    };
    assert_eq!(recent(""), Answer::No);
    assert_eq!(recent(r#"{"stale_after_days": 10}"#), Answer::Yes);
}

#[test]
fn the_council_says_what_makes_a_bed_better() {
    let told = told().with(walker(1, &[])).decided(FEWEST);
    let told = told.old_beds(30, 1, &[("authority", "e08000026")]).beds(1, &[("authority", "e08000029")]);
    assert_eq!(told.places(), "1 to offer-1");
    let recent_first =
        r#"{"bed_order": ["recent-figure", "not-a-hotel", "suits-for-certain", "in-area", "no-more-than-needed"]}"#;
    assert_eq!(places(&told.advice_with(recent_first)), "1 to offer-2");
}

#[test]
fn the_council_says_which_needs_come_first() {
    let told = told().with(walker(1, &[Need::Dementia])).with(walker(2, &[Need::Nursing])).beds(1, &[]).decided(NEEDS);
    assert_eq!(told.places(), "2 to offer-1, 1 nowhere");
    assert_eq!(places(&told.advice_with(r#"{"need_order": ["dementia", "nursing"]}"#)), "1 to offer-1, 2 nowhere");
}

#[test]
fn what_a_schema_cannot_say_is_refused_with_the_place() {
    assert_eq!(
        refused(r#"{"stale_after_days": 0}"#),
        [issue("stale_after_days", "a figure is marked as old after 1 to 365 days")]
    );
    assert_eq!(
        refused(r#"{"group_at_most": 1}"#),
        [issue("group_at_most", "a group that is placed together is of 2 to 20 people")]
    );
    let twice = r#"{"bed_order": ["in-area", "in-area", "not-a-hotel", "suits-for-certain", "recent-figure"]}"#;
    assert_eq!(
        refused(twice),
        [
            issue("bed_order", "in-area stands there more than once"),
            issue("bed_order", "no-more-than-needed is missing: name each criterion once"),
        ]
    );
    assert_eq!(
        refused(r#"{"need_order": ["nursing", "nursing"]}"#),
        [issue("need_order[1]", "this need stands further up already")]
    );
}

#[test]
fn the_schema_and_the_defaults_agree() {
    let schema: serde_json::Value = serde_json::from_str(&Accommodation::describe().settings_schema).unwrap();
    let defaults = schema["properties"].as_object().unwrap().iter();
    let defaults: serde_json::Map<_, _> =
        defaults.map(|(name, property)| (name.clone(), property["default"].clone())).collect();
    let read = read_settings::<Accommodation>(&serde_json::Value::from(defaults).to_string()).unwrap();
    let Settings { stale_after_days, group_at_most, bed_order, need_order } = Settings::default();
    assert_eq!((read.stale_after_days, read.group_at_most), (stale_after_days, group_at_most));
    assert_eq!((read.bed_order, read.need_order), (bed_order, need_order));
}
