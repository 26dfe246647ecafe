use expect_test::{Expect, expect};
use muster_rule_sdk::testing::{Story, service, told, unsound};
use muster_rule_sdk::{RuleSet as _, read_settings};

use super::*;
use crate::StakeholderMatrix;

fn advise(story: Story) -> Advice {
    let situation = story.situation();
    let settings = read_settings::<StakeholderMatrix>("").unwrap();
    let advice = StakeholderMatrix::advise(&situation, &settings).unwrap();
    assert_eq!(unsound(&situation, &advice), Vec::<String>::new());
    advice
}

fn of(kind: ServiceKind, national: Answer) -> Story {
    Story::of_an_emergency_closure().of_services([Service { national, ..service(1, kind) }])
}

#[track_caller]
fn check(story: Story, expect: &Expect) {
    expect.assert_eq(&told(&advise(story)));
}

#[test]
fn the_table_has_the_twelve_rows_of_the_plan() {
    let clauses: Vec<String> = table().unwrap().into_iter().map(|row| row.clause).collect();
    let expected: Vec<String> = (69..=80).map(|number| format!("S{number}")).collect();
    assert_eq!(clauses, expected);
}

/// What each row says of its own kind of service, as involvements and noes.
#[test]
fn every_row_says_what_the_plan_says() {
    let mut said = String::new();
    for row in table().unwrap() {
        let advice = advise(of(row.kind, row.national.unwrap_or(Answer::Unknown)));
        assert!(advice.involvements.iter().all(|involvement| involvement.cites[0].words == row.words));
        let involved = advice.involvements.iter().map(|item| format!("{}: {:?}", item.agency, item.interest));
        let none = advice.findings.iter().map(|finding| finding.key.replace("service-1/", "none: "));
        let cells: Vec<String> = involved.chain(none).collect();
        said.push_str(&format!("{} {}\n    {}\n", row.clause, row.words, cells.join(", ")));
    }
    expect![[r#"
        S69 Residential (national)
            council: Interest::FinancialAndOperational, health-commissioner: Interest::Operational, regulator: Interest::Oversight
        S70 Residential (local)
            council: Interest::FinancialAndOperational, health-commissioner: Interest::Operational, regulator: Interest::Oversight
        S71 Nursing (National)
            council: Interest::FinancialAndOperational, health-commissioner: Interest::FinancialAndOperational, regulator: Interest::Oversight
        S72 Nursing (Local)
            council: Interest::FinancialAndOperational, health-commissioner: Interest::FinancialAndOperational, regulator: Interest::Oversight
        S73 Housing with Care (national)
            council: Interest::FinancialAndOperational, health-commissioner: Interest::Operational, regulator: Interest::Oversight
        S74 Home Support (National)
            council: Interest::FinancialAndOperational, health-commissioner: Interest::Operational, regulator: Interest::Oversight
        S75 Home Support (local)
            council: Interest::FinancialAndOperational, health-commissioner: Interest::Operational, regulator: Interest::Oversight
        S76 Day Service (National)
            council: Interest::FinancialAndOperational, health-commissioner: Interest::Operational, none: regulator
        S77 Day Service (Local)
            council: Interest::FinancialAndOperational, health-commissioner: Interest::Operational, none: regulator
        S78 Sheltered (non-social care)
            council: Interest::Information, none: health-commissioner, none: regulator
        S79 Third Sector (Large)
            council: Interest::Information, health-commissioner: Interest::Information, none: regulator
        S80 Third Sector (small and local)
            council: Interest::Information, health-commissioner: Interest::Information, none: regulator
    "#]].assert_eq(&said);
}

#[test]
fn a_local_residential_home_reads_its_row() {
    check(
        of(ServiceKind::Residential, Answer::No),
        &expect![[r#"
            involvement  service-1/council              Council: FinancialAndOperational
            involvement  service-1/health-commissioner  HealthCommissioner: Operational
            involvement  service-1/regulator            Regulator: Oversight
        "#]],
    );
}

#[test]
fn a_nursing_home_is_a_financial_matter_for_the_health_commissioner_too() {
    check(
        of(ServiceKind::Nursing, Answer::No),
        &expect![[r#"
            involvement  service-1/council              Council: FinancialAndOperational
            involvement  service-1/health-commissioner  HealthCommissioner: FinancialAndOperational
            involvement  service-1/regulator            Regulator: Oversight
        "#]],
    );
}

#[test]
fn none_is_a_finding_and_not_an_involvement() {
    check(
        of(ServiceKind::DayService, Answer::Yes),
        &expect![[r#"
            finding      service-1/regulator            no: CQC: None in the table
            involvement  service-1/council              Council: FinancialAndOperational
            involvement  service-1/health-commissioner  HealthCommissioner: Operational
        "#]],
    );
}

#[test]
fn supported_living_is_not_in_the_table() {
    check(
        of(ServiceKind::SupportedLiving, Answer::No),
        &expect![[r#"
            finding      service-1/not-in-table         unknown: Not in the table: supported living
        "#]],
    );
}

#[test]
fn community_meals_are_not_in_the_table() {
    check(
        of(ServiceKind::CommunityMeals, Answer::Yes),
        &expect![[r#"
            finding      service-1/not-in-table         unknown: Not in the table: community meals
        "#]],
    );
}

#[test]
fn national_housing_with_care_is_in_the_table() {
    check(
        of(ServiceKind::HousingWithCare, Answer::Yes),
        &expect![[r#"
            involvement  service-1/council              Council: FinancialAndOperational
            involvement  service-1/health-commissioner  HealthCommissioner: Operational
            involvement  service-1/regulator            Regulator: Oversight
        "#]],
    );
}

#[test]
fn local_housing_with_care_is_not() {
    check(
        of(ServiceKind::HousingWithCare, Answer::No),
        &expect![[r#"
            finding      service-1/not-in-table         unknown: Not in the table: housing with care (local)
        "#]],
    );
}

#[test]
fn housing_with_care_of_unknown_size_is_asked_about_and_not_guessed() {
    check(
        of(ServiceKind::HousingWithCare, Answer::Unknown),
        &expect![[r#"
            finding      service-1/not-in-table         unknown: In the table only if the row "Housing with Care (national)" applies, which is not known
            question     ask/service/service-1/national Is the provider that runs service-1 a national one (yes), or a local one (no)?
        "#]],
    );
}

#[test]
fn where_both_rows_agree_it_says_so_and_still_asks() {
    let advice = advise(of(ServiceKind::HomeSupport, Answer::Unknown));
    let why: Vec<&str> = advice.involvements.iter().map(|involvement| involvement.why.as_str()).collect();
    expect![[r#"
        question     ask/service/service-1/national Is the provider that runs service-1 a national one (yes), or a local one (no)?
        involvement  service-1/council              Council: FinancialAndOperational
        involvement  service-1/health-commissioner  HealthCommissioner: Operational
        involvement  service-1/regulator            Regulator: Oversight

        CCC: Financial / Operational in the table's row "Home Support (National)"; not known whether that row or "Home Support (local)" applies, and both say the same
        CWCCG: Operational in the table's row "Home Support (National)"; not known whether that row or "Home Support (local)" applies, and both say the same
        CQC: Oversight in the table's row "Home Support (National)"; not known whether that row or "Home Support (local)" applies, and both say the same"#]].assert_eq(&format!("{}\n{}", told(&advice), why.join("\n")));
}

#[test]
fn an_answer_settles_what_the_record_of_the_service_left_open() {
    let open = of(ServiceKind::HomeSupport, Answer::Unknown);
    assert_eq!(advise(open.clone()).questions.len(), 1);
    let answered = advise(open.answered("service/service-1/national", Answer::No));
    assert_eq!(answered.questions, []);
    assert!(answered.involvements.iter().all(|involvement| involvement.cites[0].clause == "S75"));
}

#[test]
fn where_two_rows_differ_neither_is_taken() {
    let mut rows = table().unwrap();
    rows[1].regulator = Cell::None;
    let situation = of(ServiceKind::Residential, Answer::Unknown).situation();
    let mut advice = Advice::default();
    involve(&situation, &situation.services[0], &rows, &mut advice);
    expect![[r#"
        finding      service-1/two-rows             unknown: The table has two rows for this service and they differ
        question     ask/service/service-1/national Is the provider that runs service-1 a national one (yes), or a local one (no)?
    "#]].assert_eq(&told(&advice));
}

#[test]
fn sheltered_housing_has_one_row_whatever_its_size() {
    check(
        of(ServiceKind::Sheltered, Answer::Unknown),
        &expect![[r#"
            finding      service-1/health-commissioner  no: CWCCG: None in the table
            finding      service-1/regulator            no: CQC: None in the table
            involvement  service-1/council              Council: Information
        "#]],
    );
}

#[test]
fn each_service_has_involvements_of_its_own() {
    let story = Story::of_an_emergency_closure();
    let both = [service(1, ServiceKind::Residential), service(2, ServiceKind::ThirdSector)];
    assert_eq!(advise(story.clone()).involvements.len(), 3);
    assert_eq!(advise(story.of_services(both)).involvements.len(), 5);
}
