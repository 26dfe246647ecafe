mod trigger;

use expect_test::{Expect, expect};
use muster_rule_sdk::testing::{Story, service, told, unsound};
use muster_rule_sdk::{
    AgencyKind, Decision, Interest, Issue, Participant, Related, Relation, RuleSet as _, Service, Situation,
    read_settings,
};

use super::*;
use crate::RegionalEscalation;

fn advise_with(situation: &Situation, settings: &str) -> Advice {
    let settings = read_settings::<RegionalEscalation>(settings).unwrap();
    let advice = RegionalEscalation::advise(situation, &settings).unwrap();
    assert_eq!(unsound(situation, &advice), Vec::<String>::new());
    advice
}

fn advise(story: Story) -> Advice {
    advise_with(&story.situation(), "")
}

#[track_caller]
fn check(situation: &Situation, expect: &Expect) {
    expect.assert_eq(&told(&advise_with(situation, "")));
}

/// A home of a national brand fails.
fn branded() -> Story {
    let home = Service {
        national: Answer::Yes,
        brand: Some("Bramble Care (invented)".to_owned()),
        ..service(1, ServiceKind::Residential)
    };
    Story::of_an_emergency_closure().of_services([home])
}

fn regional() -> Story {
    branded().kind(IncidentKind::Regional)
}

fn seat(agency: &str, offices: impl IntoIterator<Item = Office>) -> Participant {
    Participant {
        agency: agency.to_owned(),
        kind: AgencyKind::Region,
        interest: Interest::Operational,
        is_lead: false,
        offices: offices.into_iter().collect(),
        joined_at: None,
    }
}

fn related(relation: Relation, authority: Option<&str>) -> Related {
    Related { incident: "other".to_owned(), relation, authority: authority.map(str::to_owned), brand: None }
}

fn triggered(situation: &Situation) -> Finding {
    advise_with(situation, "").findings.remove(0)
}

fn verdict(story: Story) -> Answer {
    triggered(&story.situation()).verdict
}

fn deciders(situation: &Situation) -> Vec<Office> {
    advise_with(situation, "").options.into_iter().map(|options| options.decided_by).collect()
}

#[test]
fn a_local_home_without_a_brand_stays_local() {
    check(
        &Story::of_an_emergency_closure().situation(),
        &expect![[r#"
        finding      region/triggered               no: More than one local authority is affected
    "#]],
    );
}

#[test]
fn of_a_brand_it_is_asked_whether_it_reaches_further() {
    check(
        &branded().situation(),
        &expect![[r#"
        finding      region/triggered               unknown: More than one local authority is affected
        question     ask/region/more-than-one-authority Does the failure of this provider or brand affect another local authority of the region?
        question     ask/region/national            Does the failure of this provider or brand affect local authorities outside the region?
    "#]],
    );
}

#[test]
fn a_failure_in_two_authorities_brings_in_the_region() {
    check(
        &branded().answered("region/more-than-one-authority", Answer::Yes).situation(),
        &expect![[r#"
        finding      region/triggered               yes: More than one local authority is affected
        action       region/escalate                Tell West Midlands regional ADASS that more than one authority is affected, and ask it to coordinate
        options      region/dass-lead               Who is the DASS lead that coordinates the response?
                     affected                       1. The director of adult social services of an authority that is affected (unknown)
                     not-affected                   2. The director of adult social services of an authority of the region that is not affected (unknown)
        involvement  region/involvement             Region: Operational
        regional     region/open                    Bramble Care (invented): regional coordination
    "#]],
    );
}

#[test]
fn a_regional_incident_is_given_the_steps_of_its_lead() {
    check(
        &regional().situation(),
        &expect![[r#"
        finding      region/triggered               unknown: More than one local authority is affected
        finding      region/approach                yes: Action is as per approach 1, coordinated by West Midlands regional ADASS
        finding      region/local-plans             no: Local plans are restated here
        question     ask/region/more-than-one-authority Does the failure of this provider or brand affect another local authority of the region?
        question     ask/region/national            Does the failure of this provider or brand affect local authorities outside the region?
        action       region/key-contacts            Identify the key contacts of every authority and agency that is affected
        action       region/initial-meeting         Hold the initial regional meeting
        action       region/governance              Decide the governance arrangements
        action       region/roles                   Clarify roles and responsibilities
        action       region/action-plan             Develop a regional action plan: only the steps that are taken regionally
        action       region/communications          Manage communications across the authorities
        options      region/dass-lead               Who is the DASS lead that coordinates the response?
                     affected                       1. The director of adult social services of an authority that is affected (unknown)
                     not-affected                   2. The director of adult social services of an authority of the region that is not affected (unknown)
    "#]],
    );
}

#[test]
fn a_member_of_a_regional_incident_does_not_ask_for_another() {
    let mut situation = branded().situation();
    situation.related = vec![related(Relation::MemberOf, None)];
    check(
        &situation,
        &expect![[r#"
        finding      region/triggered               yes: More than one local authority is affected
    "#]],
    );
}

#[test]
fn chair_or_vice_chair_names_the_lead() {
    let mut situation = regional().situation();
    assert_eq!(deciders(&situation), [Office::RegionalChair]);
    situation.participants.push(seat("wm-adass", [Office::RegionalViceChair]));
    assert_eq!(deciders(&situation), [Office::RegionalChair, Office::RegionalViceChair]);
    let decided = |key: &str| Decision {
        number: 1,
        office: Office::RegionalViceChair,
        question: Some(key.to_owned()),
        chosen: "The director of an authority that is affected".to_owned(),
        at: situation.as_of,
    };
    let other = Situation { decisions: vec![decided("emergency-closure/E16/options")], ..situation.clone() };
    assert_eq!(deciders(&other).len(), 2);
    let decisions = vec![decided("regional-escalation/region/dass-lead/vice-chair")];
    assert_eq!(deciders(&Situation { decisions, ..situation }), []);
}

#[test]
fn where_somebody_holds_the_lead_nobody_is_asked_for_it() {
    let mut situation = regional().situation();
    situation.participants.push(seat("wm-adass", [Office::DassLead]));
    assert_eq!(deciders(&situation), []);
}

#[test]
fn lessons_come_with_recovering() {
    let has_lessons = |story| advise(story).actions.iter().any(|action| action.key == "region/lessons");
    assert!(!has_lessons(regional()));
    assert!(has_lessons(regional().reaches(Phase::Recovering)));
    assert!(!has_lessons(branded().reaches(Phase::Recovering)));
}

#[test]
fn the_plans_approach_is_told_literally_and_doubted_for_home_support() {
    let notes = |story| -> Vec<String> { advise(story).findings.into_iter().map(|finding| finding.key).collect() };
    assert!(!notes(regional()).contains(&"region/approach/home-support".to_owned()));
    let at_home = regional().of_services([service(1, ServiceKind::HomeSupport)]);
    assert!(notes(at_home).contains(&"region/approach/home-support".to_owned()));
}

#[test]
fn the_regional_incident_is_called_after_the_brand_or_the_incident() {
    let title = |story: Story| -> String {
        let story = story.answered("region/more-than-one-authority", Answer::Yes);
        advise(story).regional_incidents.remove(0).title
    };
    assert_eq!(title(branded()), "Bramble Care (invented): regional coordination");
    assert_eq!(title(Story::of_an_emergency_closure()), "Rosebank closes: regional coordination");
}

#[test]
fn a_council_of_another_region_names_its_own_coordinator() {
    let advice = advise_with(&regional().situation(), r#"{"coordinator": "East Midlands ADASS"}"#);
    let approach = advice.findings.into_iter().find(|finding| finding.key == "region/approach").unwrap();
    assert_eq!(approach.title, "Action is as per approach 1, coordinated by East Midlands ADASS");
    let refused = read_settings::<RegionalEscalation>(r#"{"coordinator": " "}"#).unwrap_err();
    let problem = "who coordinates has no name: leave it out for West Midlands regional ADASS".to_owned();
    assert_eq!(refused, [Issue { path: "coordinator".to_owned(), problem }]);
    let schema: serde_json::Value = serde_json::from_str(&RegionalEscalation::describe().settings_schema).unwrap();
    assert_eq!(schema["properties"]["coordinator"]["default"], Settings::default().coordinator);
}

#[test]
fn a_question_has_the_key_of_its_fact() {
    for row in crate::table::read().unwrap().question {
        assert_eq!(row.key, format!("ask/{}", row.fact));
    }
}
