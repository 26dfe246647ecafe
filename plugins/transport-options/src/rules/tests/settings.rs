use muster_rule_sdk::Issue;

use super::*;
use crate::Settings;

/// A row of the table that will do, with some of its fields changed.
fn row(changes: &serde_json::Value) -> serde_json::Value {
    let mut row = serde_json::json!({
        "id": "minibus", "provider": "A", "vehicle": "minibus", "how-many": 1, "seats": 8, "wheelchair-places": 1,
        "stretchers": 0, "bariatric-places": 0, "lead-time-minutes": 60, "from": "07:00", "to": "22:00",
        "contact-role": "duty controller"
    });
    for (field, value) in changes.as_object().unwrap() {
        row[field] = value.clone();
    }
    row
}

fn refused(settings: &serde_json::Value) -> Vec<(String, String)> {
    let issues = read_settings::<TransportOptions>(&settings.to_string()).unwrap_err();
    issues.into_iter().map(|Issue { path, problem }| (path, problem)).collect()
}

#[track_caller]
fn refused_row(changes: &serde_json::Value, path: &str, problem: &str) {
    let issues = refused(&serde_json::json!({ "vehicles": [row(changes)] }));
    assert_eq!(issues, [(format!("vehicles[0].{path}"), problem.to_owned())]);
}

fn json(text: &str) -> serde_json::Value {
    serde_json::from_str(text).unwrap()
}

#[test]
fn a_table_that_will_do_is_taken() {
    let over_midnight = row(&json(r#"{"id": "night-taxi", "vehicle": "taxi", "from": "21:00", "to": "05:00"}"#));
    let settings = serde_json::json!({ "vehicles": [row(&json("{}")), over_midnight] });
    assert!(read_settings::<TransportOptions>(&settings.to_string()).is_ok());
}

#[test]
fn a_row_that_will_not_do_is_refused_in_words_an_officer_can_act_on() {
    refused_row(&json(r#"{"id": "Big Bus"}"#), "id", "the id is 1 to 40 small letters, digits and hyphens");
    refused_row(&json(r#"{"provider": " "}"#), "provider", "between 1 and 120 characters");
    refused_row(&json(r#"{"how-many": 0}"#), "how-many", "1 to 500 vehicles; leave the row out where there is none");
    let nobody = json(r#"{"seats": 0, "wheelchair-places": 0}"#);
    refused_row(&nobody, "seats", "this vehicle carries nobody: give it a place of some kind");
    refused_row(&json(r#"{"seats": 101}"#), "seats", "no vehicle has more than 100 places");
    let week = "more than a week's notice is no help in an emergency";
    refused_row(&json(r#"{"lead-time-minutes": 10081}"#), "lead-time-minutes", week);
    let time = "a time on a UK clock from 00:00 to 24:00, such as 07:30";
    for from in ["7:00", "07.00", "24:01", "07:60", "+7:00", "noon"] {
        refused_row(&serde_json::json!({ "from": from }), "from", time);
    }
    refused_row(&json(r#"{"to": "07:00"}"#), "to", "it would never run: for all day write 00:00 to 24:00");
    let role = "name the role to ask for (duty controller), not an address, a number or a person";
    refused_row(&json(r#"{"contact-role": "024 7655 5555"}"#), "contact-role", role);
    refused_row(&json(r#"{"contact-role": "a@b"}"#), "contact-role", role);
}

#[test]
fn two_rows_for_one_thing_are_refused() {
    let settings = serde_json::json!({ "vehicles": [row(&json("{}")), row(&json("{}"))] });
    let said = [
        ("vehicles[1].id", "another row has this id"),
        ("vehicles[1].vehicle", "this provider has a row for such a vehicle already: raise how-many there"),
    ];
    assert_eq!(refused(&settings), said.map(|(path, problem)| (path.to_owned(), problem.to_owned())));
}

#[test]
fn numbers_outside_their_limits_are_refused() {
    for (settings, path) in [
        (r#"{"trips_per_vehicle": 0}"#, "trips_per_vehicle"),
        (r#"{"escorts_per_trip": 4}"#, "escorts_per_trip"),
        (r#"{"night_approvers": []}"#, "night_approvers"),
        (r#"{"night_approval_hours": 73}"#, "night_approval_hours"),
        (r#"{"vehicles": []}"#, "vehicles"),
    ] {
        assert_eq!(refused(&json(settings))[0].0, path);
    }
}

#[test]
fn the_samples_would_do_as_a_table_and_are_marked() {
    let samples = crate::table::read().unwrap().samples;
    assert!(samples.iter().all(|vehicle| vehicle.provider.ends_with("(invented)")));
    let settings = Settings { vehicles: Some(samples), ..Settings::default() };
    assert_eq!(TransportOptions::check(&settings), []);
}

#[test]
fn the_schema_and_the_defaults_agree() {
    let schema: serde_json::Value = serde_json::from_str(&TransportOptions::describe().settings_schema).unwrap();
    let with_default = schema["properties"].as_object().unwrap().iter().filter(|(name, _)| *name != "vehicles");
    let defaults: serde_json::Map<_, _> =
        with_default.map(|(name, property)| (name.clone(), property["default"].clone())).collect();
    let read = read_settings::<TransportOptions>(&serde_json::Value::from(defaults).to_string()).unwrap();
    let Settings { vehicles, trips_per_vehicle, escorts_per_trip, night_approvers, night_approval_hours } =
        Settings::default();
    assert_eq!((read.vehicles, read.trips_per_vehicle), (vehicles, trips_per_vehicle));
    assert_eq!((read.escorts_per_trip, read.night_approval_hours), (escorts_per_trip, night_approval_hours));
    assert_eq!(read.night_approvers, night_approvers);
}
