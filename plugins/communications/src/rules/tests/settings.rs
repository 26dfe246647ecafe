use std::collections::BTreeSet;

use super::*;

#[track_caller]
fn refused(text: &str, path: &str, problem: &str) {
    let issues = read_settings::<Communications>(text).unwrap_err();
    let [issue] = issues.as_slice() else { panic!("one issue, not {issues:?}") };
    assert_eq!(issue.path, path);
    assert!(issue.problem.contains(problem), "{}", issue.problem);
}

#[test]
fn the_councils_own_text_takes_the_place_of_ours() {
    let settings = r#"{"texts": {"press": "We know of {title}. Ask {sender}."}}"#;
    let advice = advise_with(failing(Answer::No), settings);
    let press = advice.drafts.iter().find(|draft| draft.key == "draft/press").unwrap();
    assert_eq!(press.body, "We know of Rosebank closes. Ask the council.");
    let others = advise(failing(Answer::No)).drafts;
    assert_eq!(advice.drafts.iter().filter(|draft| !others.contains(draft)).count(), 1);
}

#[test]
fn what_cannot_be_filled_in_or_should_not_go_out_is_refused() {
    refused(r#"{"texts": {"press": "{name} is safe"}}"#, "texts.press", "{name} cannot be filled in");
    refused(r#"{"texts": {"press": "{title"}}"#, "texts.press", "a { is never closed");
    refused(r#"{"texts": {"press": " "}}"#, "texts.press", "the text is empty");
    refused(r#"{"texts": {"press": "Person-3 is safe"}}"#, "texts.press", "says nothing of single people");
    refused(r#"{"texts": {"radio": "We know."}}"#, "texts.radio", "there are: families-meeting, people");
    refused(r#"{"texts": {"press": 3}}"#, "texts.press", "invalid type");
    let titles = format!(r#"{{"texts": {{"press": "{}"}}}}"#, "{title} ".repeat(5));
    refused(&titles, "texts.press", "more than 4 times");
    let long = format!(r#"{{"texts": {{"press": "{}"}}}}"#, "a".repeat(10_001));
    refused(&long, "texts.press", "longer than 10000 characters");
}

#[test]
fn the_texts_that_come_with_it_would_be_taken_as_a_councils_own() {
    let tables = crate::table::read().unwrap();
    let texts = tables.drafts.iter().map(|row| (row.text.clone(), row.body.clone())).collect();
    assert_eq!(Settings { texts }.check(), Vec::new());
}

#[test]
fn the_schema_names_every_text_and_no_other() {
    let schema: serde_json::Value = serde_json::from_str(include_str!("../../../settings-schema.json")).unwrap();
    let named = schema["properties"]["texts"]["properties"].as_object().unwrap();
    let named: BTreeSet<&str> = named.keys().map(String::as_str).collect();
    let tables = crate::table::read().unwrap();
    assert_eq!(named, tables.drafts.iter().map(|row| row.text.as_str()).collect());
}
