use muster_rule_sdk::{Gate, Issue, Step};

use super::*;

const OVER: (&str, Answer) = ("outbreak/over", Answer::Yes);

fn gates(situation: &Situation) -> Vec<Gate> {
    advise(situation).gates
}

fn notices(situation: &Situation) -> Vec<String> {
    advise(situation).drafts.into_iter().map(|draft| draft.key).collect()
}

fn lifted(situation: Situation) -> Situation {
    but(situation, |it| it.restrictions.iter_mut().for_each(|stop| stop.lifted_at = Some(it.as_of)))
}

#[test]
fn a_stop_is_placed_while_none_stands() {
    assert!(proposes(&outbreak(), "placement-stop"));
    assert!(!proposes(&stopped(&[]), "placement-stop"));
    assert!(!proposes(&answered(&[OVER]), "placement-stop"));
}

#[test]
fn restrictions_that_are_not_shown_are_not_taken_for_none() {
    let withheld = |situation| but(situation, |it: &mut Situation| it.withheld.push(Part::Restrictions));
    assert!(!proposes(&withheld(outbreak()), "placement-stop"));
    assert!(!proposes(&withheld(answered(&[OVER])), "step-down"));
}

#[test]
fn a_stop_that_was_agreed_or_imposed_does_not_stand_in_for_it() {
    let imposed = but(outbreak(), |it| it.restrictions.push(stop(1, RestrictionBasis::Imposed)));
    expect!["R1 stops placements already, but it was not placed for the time of the outbreak"]
        .assert_eq(&action(&imposed, "placement-stop").because.join("\n"));
    assert_eq!(gates(&imposed), []);
}

#[test]
fn a_restriction_of_hours_is_no_stop_of_placements() {
    let hours = Restriction { kind: RestrictionKind::Hours, ..stop(1, RestrictionBasis::Temporary) };
    let situation = but(outbreak(), |it| it.restrictions.push(hours));
    assert!(proposes(&situation, "placement-stop"));
    let over = but(answered(&[OVER]), |it| it.restrictions.push(hours));
    assert!(action(&over, "lift-stop/R1").title.starts_with("Lift the temporary restriction of hours (R1)"));
}

#[test]
fn the_stop_is_lifted_when_the_outbreak_is_over_and_not_before() {
    assert!(!proposes(&stopped(&[]), "lift-stop/R1"));
    assert!(proposes(&stopped(&[OVER]), "lift-stop/R1"));
    assert!(!proposes(&lifted(stopped(&[OVER])), "lift-stop/R1"));
}

#[test]
fn what_was_imposed_is_not_lifted_with_the_outbreak() {
    let imposed = but(answered(&[OVER]), |it| it.restrictions.push(stop(1, RestrictionBasis::Imposed)));
    assert!(!proposes(&imposed, "lift-stop/R1"));
}

#[test]
fn lifting_is_held_back_until_the_outbreak_is_over() {
    let satisfied = |answers| gates(&stopped(answers)).into_iter().map(|gate| (gate.blocks, gate.satisfied)).next();
    assert_eq!(satisfied(&[]), Some((Step::Lift, Answer::Unknown)));
    assert_eq!(satisfied(&[("outbreak/over", Answer::No)]), Some((Step::Lift, Answer::No)));
    assert_eq!(satisfied(&[OVER]), Some((Step::Lift, Answer::Yes)));
    assert_eq!(gates(&outbreak()), []);
    assert_eq!(gates(&lifted(stopped(&[]))), []);
}

#[test]
fn a_second_wave_has_a_stop_of_its_own() {
    let second = lifted(stopped(&[("outbreak/over", Answer::No)]));
    assert!(!proposes(&second, "placement-stop"));
    assert!(proposes(&second, "placement-stop/after-R1"));
}

#[test]
fn teams_are_told_of_the_stop_and_then_of_its_end() {
    assert_eq!(notices(&outbreak()), ["notice/stop"]);
    assert_eq!(notices(&stopped(&[OVER])), ["notice/lifted"]);
    assert_eq!(notices(&answered(&[OVER])), Vec::<String>::new());
}

#[test]
fn a_council_writes_its_own_notices() {
    let body = |situation: &Situation, settings| advise_with(situation, settings).drafts.remove(0).body;
    assert!(body(&outbreak(), "").contains("no new admissions"));
    assert_eq!(body(&outbreak(), r#"{"stop_notice": "Dear all,"}"#), "Dear all,");
    assert_eq!(body(&stopped(&[OVER]), r#"{"lifted_notice": "Dear all,"}"#), "Dear all,");
}

#[test]
fn an_empty_notice_is_refused() {
    let refused = read_settings::<Outbreak>(r#"{"stop_notice": " "}"#).unwrap_err();
    let problem = "the text is empty: leave it out for the text that comes with the rule set".to_owned();
    assert_eq!(refused, [Issue { path: "stop_notice".to_owned(), problem }]);
    let long = format!(r#"{{"lifted_notice": "{}"}}"#, "a".repeat(20_001));
    let refused = read_settings::<Outbreak>(&long).unwrap_err();
    assert_eq!(refused.first().unwrap().path, "lifted_notice");
}

#[test]
fn the_schema_names_every_setting() {
    let schema: serde_json::Value = serde_json::from_str(&Outbreak::describe().settings_schema).unwrap();
    let named: Vec<&String> = schema["properties"].as_object().unwrap().keys().collect();
    assert_eq!(named, ["lifted_notice", "stop_notice"]);
}
