//! Settings held against schemas: what is told of each mistake, and which schemas are not taken.

use expect_test::{Expect, expect};

use super::*;

/// A table of vehicles, as a council edits it.
const TRANSPORT: &str = r##"{
  "$schema": "https://json-schema.org/draft/2020-12/schema",
  "type": "object",
  "additionalProperties": false,
  "required": ["vehicles"],
  "properties": {
    "vehicles": { "type": "array", "minItems": 1, "items": { "$ref": "#/$defs/vehicle" } },
    "night_line": { "type": "string", "format": "email" },
    "reviewed": { "type": "string", "format": "date" },
    "share": { "type": "number", "exclusiveMinimum": 0, "maximum": 1, "multipleOf": 0.05 },
    "agencies": { "type": "object", "propertyNames": { "pattern": "^[a-z-]+$" }, "additionalProperties": { "type": "string", "minLength": 1 } }
  },
  "$defs": {
    "vehicle": {
      "type": "object",
      "additionalProperties": false,
      "required": ["name", "seats"],
      "properties": {
        "name": { "type": "string", "minLength": 1, "maxLength": 20 },
        "seats": { "description": "How many people it takes.", "type": "integer", "minimum": 1 },
        "kind": { "enum": ["minibus", "ambulance", "taxi"] },
        "takes": { "type": "array", "uniqueItems": true, "items": { "type": "string" } },
        "plate": { "description": "Two letters, two digits, three letters: AB12 CDE.", "type": "string", "pattern": "^[A-Z]{2}[0-9]{2} [A-Z]{3}$" }
      }
    }
  }
}"##;

fn told(schema: &str, settings: &str) -> String {
    let schema = Schema::read(schema).unwrap();
    held_against(&schema, settings).iter().map(|issue| format!("{issue}\n")).collect()
}

#[track_caller]
fn says(settings: &str, expected: &Expect) {
    expected.assert_eq(&told(TRANSPORT, settings));
}

#[track_caller]
fn not_taken(schema: &str, expected: &Expect) {
    expected.assert_eq(&Schema::read(schema).unwrap_err().to_string());
}

#[test]
fn settings_that_will_do_are_taken_and_nothing_at_all_stands_for_the_defaults() {
    says(
        r#"{"vehicles": [{"name": "Ring and Ride", "seats": 14, "kind": "minibus", "plate": "AB12 CDE"}]}"#,
        &expect![""],
    );
    says(r#"{"vehicles": [{"name": "a", "seats": 2.0}], "share": 0.35, "reviewed": "2026-01-31"}"#, &expect![""]);
    says("", &expect![""]);
}

#[test]
fn everything_wrong_is_told_at_once_with_its_place_and_what_would_do() {
    says(
        r#"{"vehicles": [
             {"name": "", "seats": 0},
             {"name": "Ring and Ride", "seat": 14},
             {"name": "Ambulance", "seats": "two", "kind": "ambulence", "takes": ["wheelchair", "stretcher", "wheelchair"]},
             {"name": "a name that goes on and on", "seats": 1.5, "kind": "boat", "plate": "ab12cde"}
           ],
           "night_line": "ring the desk", "reviewed": "31 January", "share": 1.02,
           "agencies": {"Star Care": ""}, "depot": null}"#,
        &expect![[r#"
            agencies["Star Care"]: must not be empty
            agencies["Star Care"]: its name "Star Care" is not written as it must be: the pattern ^[a-z-]+$
            depot: `depot` is not a setting here; there are: agencies, night_line, reviewed, share, vehicles
            night_line: "ring the desk" is not an e-mail address: name@place.uk
            reviewed: "31 January" is not a date: write year, month and day, as in 2024-07-31
            share: must be at most 1; it is 1.02
            share: must be a multiple of 0.05; it is 1.02
            vehicles[0].name: must not be empty
            vehicles[0].seats: must be at least 1; it is 0
            vehicles[1]: `seats` is missing: How many people it takes.
            vehicles[1].seat: `seat` is not a setting here; did you mean `seats`?
            vehicles[2].kind: "ambulence" is not one of: "minibus", "ambulance", "taxi"; did you mean "ambulance"?
            vehicles[2].seats: must be a whole number; it is "two"
            vehicles[2].takes: [0] and [2] are the same, and each may be there once
            vehicles[3].kind: "boat" is not one of: "minibus", "ambulance", "taxi"
            vehicles[3].name: must have at most 20 characters; it has 26
            vehicles[3].plate: "ab12cde" is not written as it must be: Two letters, two digits, three letters: AB12 CDE.
            vehicles[3].seats: must be a whole number; it is 1.5
        "#]],
    );
    says(
        "{}",
        &expect![[r#"
        `vehicles` is missing
    "#]],
    );
    says(
        "[]",
        &expect![[r#"
        must be a table of names and values; it is a list of 0 entries
    "#]],
    );
    says(
        r#"{"vehicles": []}"#,
        &expect![[r#"
            vehicles: must have at least 1 entry; it has 0
        "#]],
    );
}

#[test]
fn what_is_no_json_or_says_a_thing_twice_is_told_with_its_line() {
    says(
        "{\"vehicles\": [\n  {\"name\": \"a\" \"seats\": 1}]}",
        &expect![[r#"
        this is not JSON as settings are written: expected `,` or `}` at line 2 column 16
    "#]],
    );
    says(
        r#"{"vehicles": [{"name": "a", "seats": 1, "seats": 2}]}"#,
        &expect![[r#"
        this is not JSON as settings are written: `seats` stands there twice at line 1 column 51
    "#]],
    );
    let error = |text: &str| Settings::read(text).unwrap_err().to_string();
    expect![
        "the settings will not do: this is not JSON as settings are written: trailing characters at line 1 column 4"
    ]
    .assert_eq(&error("{} {}"));
    assert!(error(&format!("\"{}\"", "x".repeat(SETTINGS_BYTES))).contains("bytes are taken"));
}

#[test]
fn forms_to_choose_from_are_told_by_the_nearest() {
    let schema = r#"{"oneOf": [
        {"type": "object", "required": ["telephone"], "properties": {"telephone": {"type": "string"}}},
        {"type": "string", "minLength": 3},
        {"type": "string", "maxLength": 9}]}"#;
    expect![[r#"
        does not fit any of the 3 forms it may have; for the nearest: `telephone` is missing
    "#]]
    .assert_eq(&told(schema, "{}"));
    expect![[r#"
        fits 2 of the forms it may have, and must fit one: say more, or less
    "#]]
    .assert_eq(&told(schema, r#""01234""#));
    assert_eq!(told(schema, r#""a long number""#), "");
    let when = r#"{"if": {"required": ["night"]}, "then": {"required": ["by"]}, "not": {"required": ["never"]}}"#;
    expect![[r#"
        `by` is missing
        may not be a table of 2 entries
    "#]]
    .assert_eq(&told(when, r#"{"night": true, "never": 1}"#));
}

#[test]
fn a_schema_that_cannot_be_held_to_as_a_whole_is_not_taken() {
    not_taken("{", &expect!["it is not JSON: EOF while parsing an object at line 1 column 1"]);
    not_taken("[]", &expect!["a schema is an object, true or false"]);
    not_taken(
        r#"{"type": "table"}"#,
        &expect!["at /type: must be one or more of: null, boolean, integer, number, string, array, object"],
    );
    not_taken(r#"{"properties": {"a": {"minimum": "one"}}}"#, &expect!["at /properties/a/minimum: must be a number"]);
    not_taken(
        r#"{"properties": {"a": {"minimun": 1}}}"#,
        &expect![
            "at /properties/a/minimun: is not a keyword that is held to here: say it with others, or in check-settings"
        ],
    );
    not_taken(r#"{"pattern": "(?=a)"}"#, &expect![[r#"at /pattern: the pattern "(?=a)" cannot be used here"#]]);
    not_taken(
        r#"{"format": "hostname"}"#,
        &expect!["at /format: is not a format that is held to here; there are: date, email"],
    );
    not_taken(
        r#"{"$ref": "https://example.org/schema"}"#,
        &expect![[r##"at /$ref: must name a part of this schema, as in "#/$defs/vehicle": nothing is fetched"##]],
    );
    not_taken(
        r##"{"$ref": "#/$defs/gone"}"##,
        &expect![[r#"at /$ref: names "/$defs/gone", and there is no such part"#]],
    );
}

#[test]
fn a_schema_that_goes_round_in_circles_is_not_taken_and_one_that_goes_deeper_each_time_is() {
    not_taken(r##"{"$ref": "#"}"##, &expect!["part 0 refers to itself without going into its value"]);
    not_taken(
        r##"{"$defs": {"a": {"anyOf": [{"$ref": "#/$defs/b"}]}, "b": {"not": {"$ref": "#/$defs/a"}}}, "$ref": "#/$defs/a"}"##,
        &expect!["part 0 refers to itself without going into its value"],
    );
    let tree = r##"{"type": "object", "additionalProperties": {"$ref": "#"}}"##;
    assert_eq!(told(tree, r#"{"a": {"b": {}}}"#), "");
    expect![[r#"
        a.b: must be a table of names and values; it is 1
    "#]]
    .assert_eq(&told(tree, r#"{"a": {"b": 1}}"#));
}

#[test]
fn a_schema_that_doubles_its_work_at_each_step_is_given_up() {
    let mut schema = r#"{"$defs": {"p0": {"type": "string"}"#.to_owned();
    for n in 1..60 {
        let before = n - 1;
        schema.push_str(&format!(
            r##", "p{n}": {{"anyOf": [{{"$ref": "#/$defs/p{before}"}}, {{"$ref": "#/$defs/p{before}"}}]}}"##
        ));
    }
    schema.push_str(r##"}, "$ref": "#/$defs/p59"}"##);
    let doubled = told(&schema, "1");
    assert!(doubled.starts_with("these take too long"), "{doubled}");
    let deep = format!("{}{}", "[".repeat(120), "]".repeat(120));
    let nested = r##"{"items": {"$ref": "#"}, "allOf": [{"items": {"$ref": "#"}}]}"##;
    assert!(told(nested, &deep).starts_with("these take too long"));
}

#[test]
fn settings_have_one_spelling() {
    let read = |text: &str| Settings::read(text).unwrap();
    let once = read(r#"{ "b": [1, {"z": null, "a": "ß"}], "a": 2 }"#);
    assert_eq!(once.text(), r#"{"a":2,"b":[1,{"a":"ß","z":null}]}"#);
    assert_eq!(once, read(once.text()));
    assert_eq!(once.digest(), read("{\"a\":2,\n\"b\":[1,{\"a\":\"\\u00df\",\"z\":null}]}").digest());
    assert_eq!(read("  \n").text(), "");
}

#[test]
fn a_number_of_many_digits_has_one_spelling_too() {
    for digits in ["2001700000000000000001186703.933", "0.1000000000000000055511151231257827", "9007199254740993.0"] {
        let once = Settings::read(digits).unwrap();
        assert_eq!(Settings::read(once.text()).unwrap(), once, "{digits}");
    }
}

#[test]
fn what_changed_is_told_by_its_places_and_never_by_its_values() {
    let before = r#"{"vehicles": [{"name": "a", "seats": 4}, {"name": "b", "seats": 2}], "letter": "Dear"}"#;
    let after = r#"{"vehicles": [{"name": "a", "seats": 5}, {"name": "b", "seats": 2}, {"name": "c"}], "on call": 1}"#;
    assert_eq!(changed(before, after), ["letter", "[\"on call\"]", "vehicles[0].seats", "vehicles[2]"]);
    assert_eq!(changed("", r#"{"weeks": 4}"#), ["weeks"]);
    assert_eq!(changed(before, before), Vec::<String>::new());
    assert_eq!(changed("good", "{}"), [""]);
    let many = |value: u32| format!("{:?}", vec![value; 30]);
    assert_eq!(changed(&many(1), &many(2)).last().unwrap(), "and 10 more");
}
