mod scale;

use expect_test::expect;
use muster_rule_sdk::testing::{Story, service, told, unsound};
use muster_rule_sdk::{Choice, Relation, RuleSet as _, read_settings};

use super::*;
use crate::ResponseOptions;

fn advise_on(situation: &Situation) -> Advice {
    let settings = read_settings::<ResponseOptions>("").unwrap();
    let advice = ResponseOptions::advise(situation, &settings).unwrap();
    assert_eq!(unsound(situation, &advice), Vec::<String>::new());
    advice
}

fn advise(story: Story) -> Advice {
    advise_on(&story.situation())
}

fn of(kind: ServiceKind) -> Story {
    Story::of_an_emergency_closure().of_services([service(1, kind)])
}

#[track_caller]
fn finding(story: Story, key: &str) -> Finding {
    advise(story).findings.into_iter().find(|finding| finding.key == key).unwrap()
}

fn says(advice: &Advice, key: &str) -> bool {
    advice.findings.iter().any(|finding| finding.key == key)
}

fn option_sets(story: Story) -> Vec<String> {
    advise(story).options.into_iter().map(|options| options.key).collect()
}

#[track_caller]
fn choice(story: Story, name: &str) -> Choice {
    let choices = advise(story).options.into_iter().flat_map(|options| options.choices);
    choices.into_iter().find(|choice| choice.key == name).unwrap()
}

/// Another incident, of an authority or of one that is not said.
fn linked(relation: Relation, authority: Option<&str>) -> Advice {
    let mut situation = of(ServiceKind::HomeSupport).situation();
    situation.related.push(muster_rule_sdk::Related {
        incident: "ash-grove".to_owned(),
        relation,
        authority: authority.map(str::to_owned),
        brand: None,
    });
    advise_on(&situation)
}

#[test]
fn a_care_home_is_met_with_approach_1() {
    expect![[r#"
        finding      approach/service-1             yes: Approach 1
        question     ask/response/alternative-accommodation Is there suitable alternative accommodation: here, across the border or in hotels?
        question     ask/closure/building-available Can the building be used after the provider has gone?
        question     ask/response/another-building  Is there another building in which the service could be provided, such as housing with care or a vacant care home?
        question     ask/response/public-employer   Could the council or the health commissioner take the staff over (TUPE)?
        question     ask/response/new-provider      Is there a provider that would take the staffing over?
        action       reviews                        Review every service user's care, private clients included where needed
        action       checks/council                 Check the health and well-being of every service user
        action       checks/health-commissioner     Check the health and well-being of every service user
        options      accommodation                  Accommodation: where is the service provided from now on?
                     alternative                    1. Source alternative accommodation (unknown)
                     existing                       2. Use existing building (s) (unknown)
                     another                        3. Re-provide service in another building (e.g. Housing with Care or another vacant care home) (unknown)
        options      staff                          Staff: who employs them from now on?
                     council-or-health              1. CCC / CWCCG TUPE staff (unknown)
                     new-provider                   2. A new provider takes over the staffing (unknown)
    "#]].assert_eq(&told(&advise(of(ServiceKind::Residential))));
}

#[test]
fn home_support_is_met_with_approach_2_which_has_no_accommodation() {
    expect![[r#"
        finding      approach/service-1             yes: Approach 2
        finding      no-accommodation               yes: Approach 2 has no accommodation block
        question     ask/response/public-employer   Could the council or the health commissioner take the staff over (TUPE)?
        question     ask/response/new-provider      Is there a provider that would take the staffing over?
        action       reviews                        Review every service user's care, private clients included where needed
        action       checks/council                 Check the health and well-being of every service user
        action       checks/health-commissioner     Check the health and well-being of every service user
        options      staff                          Staff: who employs them from now on?
                     council-or-health              1. CCC / CWCCG TUPE staff (unknown)
                     new-provider                   2. A new provider takes over the staffing (unknown)
    "#]].assert_eq(&told(&advise(of(ServiceKind::HomeSupport))));
}

#[test]
fn the_routing_is_that_of_the_table() {
    let routed = |kind| finding(of(kind), "approach/service-1").title;
    assert_eq!(routed(ServiceKind::Residential), "Approach 1");
    assert_eq!(routed(ServiceKind::Nursing), "Approach 1");
    assert_eq!(routed(ServiceKind::HousingWithCare), "Approach 1");
    assert_eq!(routed(ServiceKind::DayService), "Approach 1");
    assert_eq!(routed(ServiceKind::HomeSupport), "Approach 2");
}

#[test]
fn what_the_table_does_not_name_is_not_guessed() {
    let kinds = [
        (ServiceKind::SupportedLiving, "Not in the table: supported living"),
        (ServiceKind::CommunityMeals, "Not in the table: community meals"),
        (ServiceKind::Sheltered, "Not in the table: sheltered housing"),
        (ServiceKind::ThirdSector, "Not in the table: third sector"),
    ];
    for (kind, title) in kinds {
        let advice = advise(of(kind));
        let [finding] = advice.findings.as_slice() else { panic!("one finding, not {:?}", advice.findings) };
        assert_eq!((finding.verdict, finding.title.as_str()), (Answer::Unknown, title));
        assert_eq!((advice.options.len(), advice.actions.len()), (0, 0));
    }
}

#[test]
fn a_row_is_given_with_its_key_factors() {
    let because = |kind| finding(of(kind), "approach/service-1").because.join("\n");
    expect![[r#"The table's row "Housing with care"; its key factors: e.g. Building(s) still available"#]]
        .assert_eq(&because(ServiceKind::HousingWithCare));
    expect![[r#"The table's row "Home Support"; its key factors: e.g. Branch closed immediately"#]]
        .assert_eq(&because(ServiceKind::HomeSupport));
}

#[test]
fn the_building_does_not_change_the_approach() {
    let gone = of(ServiceKind::HousingWithCare).answered("closure/building-available", Answer::No);
    let finding = finding(gone.clone(), "approach/service-1");
    assert_eq!(finding.title, "Approach 1");
    assert!(finding.cites.iter().any(|cited| cited.clause == "S101"));
    assert_eq!(choice(gone, "existing").suits, Answer::No);
    assert_eq!(choice(of(ServiceKind::HousingWithCare), "existing").suits, Answer::Unknown);
}

#[test]
fn the_options_have_the_factors_that_the_plan_prints() {
    let options = advise(of(ServiceKind::Nursing)).options;
    let choices = options.iter().flat_map(|options| &options.choices);
    let factors: String =
        choices.map(|choice| format!("{}\n  {}\n", choice.title, choice.because.join("\n  "))).collect();
    expect![[r#"
        Source alternative accommodation
          S102: Building availability within CCC and private market
          S102: Cost of building (rent / charges etc.)
          S102: Suitability of building and adaptations needed
          S102: Where no capacity exists an option to use cross border accommodation
          S102: Hotels
        Use existing building (s)
          S103: Suitability of building and adaptations needed
          S103: Arrangements with current landlord (this may be a creditor)
          S103: Risk assessments to be undertaken (CCC Health and Safety to be mobilised)
        Re-provide service in another building (e.g. Housing with Care or another vacant care home)
          S104: Building availability within CCC and private market
          S104: Source increased staffing levels
          S104: Health input mobilised
          S104: Suitability of building and adaptations needed
          S104: Change of tenure / tenancy arrangements – cost implications and arrangements to be formalised
        CCC / CWCCG TUPE staff
          S105: Consider CCC staff to support and use of agency staff
          S105: Policies and processes to be implemented swiftly
          S105: CCC / CWCCG terms and conditions – do they become permanent statutory services employees with same conditions?
        A new provider takes over the staffing
          S106: Agreement of which provider takes over and agreed mobilisation period
          S106: Which terms and conditions and policies and procedures are used? Existing or new providers?
          S106: Longer term the need to line up providers within procurement processes for this type of scenario
    "#]].assert_eq(&factors);
}

#[test]
fn approach_2_adds_the_calls_and_nothing_else() {
    let factors = |kind| choice(of(kind), "new-provider").because;
    let (one, two) = (factors(ServiceKind::Residential), factors(ServiceKind::HomeSupport));
    let added: Vec<&String> = two.iter().filter(|factor| !one.contains(factor)).collect();
    assert_eq!(added, ["S106, approach 2 only: Integrate calls within new providers existing staff group"]);
    assert_eq!(two.len(), one.len() + 1);
}

#[test]
fn the_director_decides() {
    let offices = |story| advise(story).options.into_iter().map(|options| options.decided_by);
    assert!(offices(of(ServiceKind::Nursing)).all(|office| office == Office::DirectorOfAdultSocialServices));
}

#[test]
fn whether_an_option_suits_is_asked_until_it_is_known() {
    let asked = |story| -> Vec<String> { advise(story).questions.into_iter().map(|asked| asked.fact).collect() };
    let fact = "response/new-provider".to_owned();
    assert!(asked(of(ServiceKind::HomeSupport)).contains(&fact));
    let found = of(ServiceKind::HomeSupport).answered("response/new-provider", Answer::Yes);
    assert!(!asked(found.clone()).contains(&fact));
    assert_eq!(choice(found, "new-provider").suits, Answer::Yes);
}

#[test]
fn a_provider_of_both_kinds_has_both_approaches() {
    let both = [service(1, ServiceKind::Residential), service(2, ServiceKind::HomeSupport)];
    let story = Story::of_an_emergency_closure().of_services(both);
    let advice = advise(story.clone());
    assert!(!says(&advice, "no-accommodation"));
    assert_eq!(option_sets(story.clone()), ["accommodation", "staff"]);
    assert!(choice(story, "new-provider").because.iter().any(|factor| factor.contains("Integrate calls")));
}

#[test]
fn while_no_service_is_recorded_no_approach_is_named() {
    let advice = advise(Story::of_an_emergency_closure().of_services([]));
    assert_eq!(told(&advice), "");
}
