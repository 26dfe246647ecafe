//! What somebody is told who mistyped.

use super::{PREAMBLE, parse};

#[track_caller]
fn told(line: &str) -> String {
    parse(&format!("{PREAMBLE}{line}")).unwrap_err().to_string()
}

#[test]
fn every_mistake_of_a_file_is_told_at_once_with_what_would_do() {
    let text = r#"exercise "Rosebank House"
agency council = e08000026 counsel "Coventry City Council"
agency cqc = cqc regulator "Care Quality Commission
agency icb = qwu health-commissioner "Coventry and Warwickshire ICB"
start 2024-03-04
at 09:00  icb  opens "Rosebank House" as provider-failure of residential service rosebank-house with many beds
at 08:00  icb  joins
at 10:00  icb  nots "hello"
icbs notes "hello"
          icb  notes hello
          icb  together
              joins
              takes office incident-leed
              marks people 3 to 1 placed at "Ash Grove"
at 10:00  icb  moves to responding
"#;
    let expected = r#"line 2: agency council = e08000026 counsel "Coventry City Council"
    expected the kind of agency, one of: council, health-commissioner, regulator, public-health, region, provider, placing-authority, safeguarding-board
    this would do: council
line 3: agency cqc = cqc regulator "Care Quality Commission
    expected a closing quotation mark
line 6: at 09:00  icb  opens "Rosebank House" as provider-failure of residential service rosebank-house with many beds
    expected how many beds
    this would do: opens "TITLE" as KIND through FAILURE and FAILURE, of local regulated KIND service NAME with 48 beds, notified MOMENT, care stops MOMENT, region "REGION", called NAME
line 7: at 08:00  icb  joins
    expected a time that is not before the step above
line 8: at 10:00  icb  nots "hello"
    expected a verb: what the agency does
    this would do: notes "TEXT"
line 9: icbs notes "hello"
    expected an agency of this exercise: icb
    this would do: icb
line 10: icb  notes hello
    expected the note, in quotation marks
    this would do: notes "TEXT"
line 13: takes office incident-leed
    expected the office, one of: incident-lead, head-of-commissioning-and-quality, director-of-nursing-and-clinical-transformation, director-of-adult-social-services, regional-chair, regional-vice-chair, dass-lead, public-health-lead, inspection-manager, safeguarding-coordinator, families-coordinator, transport-coordinator, health-link, provider-manager
    this would do: incident-lead
line 14: marks people 3 to 1 placed at "Ash Grove"
    expected a range that goes up, of at most 500 people
    this would do: marks people 1 to 8 and 11 STATUS at "PLACE"
line 15: at 10:00  icb  moves to responding
    expected the word "because"
    this would do: moves to PHASE because "REASON""#;
    assert_eq!(parse(text).unwrap_err().to_string(), expected);
}

#[test]
fn a_header_that_is_missing_or_late_is_told() {
    assert_eq!(
        parse("").unwrap_err().to_string(),
        "line 1: \n    expected a header line\n    this would do: exercise \"TITLE\"\n\
         line 1: \n    expected a header line\n    this would do: start 2024-03-04"
    );
    assert!(told("start 2024-03-05").contains("the header lines before the first step"));
    assert!(told("agency at = at council \"Atherstone\"").contains("the header lines before the first step"));
}

#[test]
fn a_half_known_verb_is_shown_whole() {
    assert!(told("council steps back E1").contains("this would do: steps down E1 because \"REASON\""));
    assert!(told("council takes").contains("this would do: takes 2 of O1"));
    assert!(told("council pauses clcok care-stops").contains("this would do: pauses clock CLOCK"));
}

#[test]
fn a_decision_without_one_of_its_five_slots_is_no_decision() {
    let four = r#"council decides "Where?": "Here"
        information: "31 people"
        risk and strategy: "staff may leave"
        option "Here" suitable yes feasible yes acceptable yes
        action and review: "at 07:00""#;
    assert!(told(four).contains("the slot \"powers and policy:\""));
}

#[test]
fn an_incident_is_opened_before_anything_else_and_a_second_one_has_a_name() {
    let second = told("council opens \"Another\" as outbreak of residential service rosebank-house");
    assert!(second.contains("a name of its own: ... called NAME"), "{second}");
    let unknown = told("council turns to solihull-branch");
    assert!(unknown.contains("an incident opened above"), "{unknown}");
    let header = PREAMBLE.split("at 09:00").next().unwrap();
    let early = parse(&format!("{header}at 09:00 council joins")).unwrap_err().to_string();
    assert!(early.contains("the incident to be opened first"));
    let timeless = parse(&format!("{header}council joins")).unwrap_err().to_string();
    assert!(timeless.contains("the time of the first step"));
}

#[test]
fn an_expected_refusal_needs_a_step_right_behind_it() {
    assert!(told("expect refusal NOT_LEAD").contains("a step right behind it"));
    assert!(told("expect refusal NOT_LEAD\nexpect people 0\nicb joins").contains("a step right behind it"));
    assert!(told("expect refusal not-lead\nicb joins").contains("a reason code in capitals"));
}

#[test]
fn a_time_that_no_uk_clock_shows_is_told() {
    assert!(told("at 2024-03-31 01:30 icb joins").contains("a time that UK clocks show on that day"));
    assert!(told("at 25:00 icb joins").contains("expected a time"));
}
