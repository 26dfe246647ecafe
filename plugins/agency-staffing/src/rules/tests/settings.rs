use super::*;

const AGENCIES: &str = r#"{"agencies": [
    {"id": "north", "name": "North Care (invented)", "kind": "care-agency", "roles": ["carer"],
     "lead_time_hours": 8, "cost_band": 2, "contact": "duty desk"},
    {"id": "south", "name": "South Care", "kind": "care-agency", "roles": ["carer", "nurse"],
     "lead_time_hours": 8, "cost_band": 1, "contact": "duty desk"}
]}"#;

#[track_caller]
fn refused(settings: &str, path: &str, problem: &str) {
    let issues = read_settings::<AgencyStaffing>(settings).unwrap_err();
    let [issue] = issues.as_slice() else { panic!("one issue, not {issues:?}") };
    assert_eq!(issue.path, path);
    assert!(issue.problem.contains(problem), "{}", issue.problem);
}

#[test]
fn the_council_puts_its_own_agencies_in_place_of_the_sample() {
    let advice = advise_on(&short_night().situation(), AGENCIES);
    assert_eq!(choices(&advice.options[0]), ["own-staff", "continuity-plan", "agency/south", "agency/north"]);
    let listed = advice.findings.iter().find(|finding| finding.key == "agencies/listed").unwrap();
    assert_eq!(listed.because, ["2 agencies listed, 0 of them recruitment agencies"]);
}

#[test]
fn what_does_not_hold_together_is_refused_with_where_and_why() {
    refused(r#"{"agencies": []}"#, "agencies", "the list is empty");
    refused(&AGENCIES.replace(r#""nurse""#, r#""nurze""#), "agencies[1].roles", "nurze is not one of the roles");
    refused(&AGENCIES.replace("south", "north"), "agencies[1].id", "another agency is called north too");
    refused(&AGENCIES.replace(r#""cost_band": 1"#, r#""cost_band": 4"#), "agencies[1].cost_band", "1 (lowest), 2 or 3");
    refused(&AGENCIES.replace("care-agency", "care agency"), "agencies[0].kind", "unknown variant");
    refused(&AGENCIES.replace(r#""id": "south""#, r#""id": "South Care""#), "agencies[1].id", "small letters");
    refused(&AGENCIES.replace(r#""South Care""#, r#"" ""#), "agencies[1].name", "1 to 120 characters");
}

#[test]
fn a_role_cannot_be_left_out_while_an_agency_supplies_it() {
    let roles = r#"{"roles": [{"id": "carer", "title": "carers", "services": []}]}"#;
    let issues = read_settings::<AgencyStaffing>(roles).unwrap_err();
    assert!(issues.iter().any(|issue| issue.problem == "nurse is not one of the roles"));
}

#[test]
fn the_schema_and_the_check_name_the_same_limits() {
    let schema: serde_json::Value = serde_json::from_str(include_str!("../../../settings-schema.json")).unwrap();
    assert_eq!(schema["properties"]["roles"]["maxItems"], 12);
    assert_eq!(schema["properties"]["agencies"]["maxItems"], 50);
    let agency = &schema["properties"]["agencies"]["items"]["properties"];
    assert_eq!((&agency["cost_band"]["maximum"], &agency["lead_time_hours"]["maximum"]), (&3.into(), &8760.into()));
}
