use expect_test::expect;
use muster_rule_sdk::testing::told;
use muster_rule_sdk::{Decision, Office, Part};

use super::*;

#[test]
fn a_failing_home_is_given_the_initial_lists() {
    expect![[r#"
        finding      mitigation/applies             yes: The provider presents significant risks that may affect whether it can go on
        finding      mitigation/on-the-verge        unknown: The provider continues to be on the verge of failure: the continuous lists apply
        finding      council/initial/5/weekly       yes: The weekly review of the action plan is up to date
        question     ask/provider/on-the-verge      Does the provider continue to be on the verge of failure?
        question     ask/pep/enhanced-monitoring    Is enhanced monitoring at the Provider Escalation Panel in place already?
        action       council/initial/1              Identify and record the issues in delivery and the risk of failure
        action       council/initial/2              Engage with the provider in meetings at senior level, with the regulator where that applies
        action       council/initial/3              Identify everybody who receives the service, people placed from out of area among them
        action       council/initial/4              Hold a strategy meeting: review the information, evaluate the risk, coordinate urgent action, lead the action plan
        action       council/initial/5              Develop the action plan and put it into effect
        action       council/initial/6              Instigate enhanced monitoring at the Provider Escalation Panel, if it is not in place already
        action       council/initial/8              Name the social care staff who review everybody affected; invoke safeguarding where appropriate
        action       council/initial/9              Develop a communication plan, with letters to the people who receive the service and their carers
        action       council/initial/10             Prepare statements for press and media, as appropriate
        action       council/initial/11             Brief the Cabinet Member
        action       council/initial/12             Liaise with the councils elsewhere that placed people here
        action       council/initial/13             Check the market for alternative capacity
        action       health-commissioner/initial/1  Meet jointly with the council
        action       health-commissioner/initial/2  Agree a joint communication plan where necessary
        action       health-commissioner/initial/3  Name the staff who review the people whose care the NHS funds
        action       health-commissioner/initial/4  Engage the GPs
        action       health-commissioner/initial/5  Name a nursing team for specialist assessment: tissue viability, falls, nutrition and hydration, medication, health checks
        action       health-commissioner/initial/6  Identify the risk to University Hospital Coventry & Warwickshire (UHCW): capacity and discharges, for placements of now and placements intended
        action       health-commissioner/initial/7  Ensure that medicines go on being supplied, as appropriate
        action       regulator/initial/1            Proposed to the regulator: meet jointly with the council
        action       regulator/initial/2            Proposed to the regulator: establish what enforcement it takes, restricting or removing registration included, and say so
        action       regulator/initial/3            Proposed to the regulator: see that compliance notices are in place and implemented
        action       regulator/initial/4            Proposed to the regulator: share inspection reports as appropriate
        action       council/initial/5/review/1     Review the action plan: number 1
        options      council/initial/7              Is a Large Scale Investigation required?
                     instigate                      1. Instigate a Large Scale Investigation (unknown)
                     not-now                        2. Not now: look at it again at the next review of the action plan (unknown)
    "#]].assert_eq(&told(&advise(failure())));
}

#[test]
fn on_the_verge_the_continuous_lists_come_on_top() {
    let initial = keys(failure());
    let advice = advise(verge());
    let more: Vec<_> = advice.actions.iter().filter(|action| !initial.contains(&action.key)).collect();
    let lines: Vec<String> = more.iter().map(|action| format!("{}: {}", action.key, action.title)).collect();
    expect![[r#"
        council/continuous/1: Liaise with the regulator at a greater level, to work on the failure jointly
        council/continuous/2: Meet the people who receive care face to face, and their families and carers where applicable
        council/continuous/3: Review everybody who receives care: advocates (IMCA), deprivation of liberty assessments (DoLS or its successor), best interests where applicable
        council/continuous/4: Ensure that the council's own systems are set up to react to changes
        council/continuous/5: Liaise with the provider about its own systems and electronic records
        council/continuous/6a: Ask the wider market who can definitely accept placements of the people who receive care now
        council/continuous/6b: Explore which other provider would take over the care
        council/continuous/6c: Gather and assess what is known for a transfer of undertakings (TUPE)
        council/continuous/7: Ensure that measures are in place for care to go on: staff levels and competencies
        council/continuous/8: Explore whether the existing building can be used, so that nobody's care is disrupted without need
        council/continuous/9: Arrange transport for the people who use the service, where applicable
        health-commissioner/continuous/1: Mobilise the nursing team to work jointly with the council's social work teams"#]].assert_eq(&lines.join("\n"));
    assert!(initial.iter().all(|key| advice.actions.iter().any(|action| action.key == *key)));
}

#[test]
fn each_item_is_its_organisations_own() {
    let owner = |key: &str| match key.split('/').next() {
        Some("council") => AgencyKind::Council,
        Some("health-commissioner") => AgencyKind::HealthCommissioner,
        _ => AgencyKind::Regulator,
    };
    let advice = advise(verge());
    assert!(advice.actions.iter().all(|action| action.owner == owner(&action.key)));
}

#[test]
fn what_the_regulator_does_is_only_ever_proposed_to_it() {
    let advice = advise(verge());
    let to_the_regulator = advice.actions.iter().filter(|action| action.owner == AgencyKind::Regulator);
    let titles: Vec<&str> = to_the_regulator.map(|action| action.title.as_str()).collect();
    assert_eq!(titles.len(), 4);
    assert!(titles.iter().all(|title| title.starts_with("Proposed to the regulator: ")), "{titles:?}");
}

#[test]
fn enhanced_monitoring_is_instigated_unless_it_is_in_place() {
    let answered = |answer| failure().answered("pep/enhanced-monitoring", answer);
    assert!(find(failure(), "council/initial/6").is_some());
    assert!(find(answered(Answer::No), "council/initial/6").is_some());
    assert_eq!(find(answered(Answer::Yes), "council/initial/6"), None);
    assert!(asked(answered(Answer::Unknown)).contains(&"pep/enhanced-monitoring".to_owned()));
    assert!(!asked(answered(Answer::No)).contains(&"pep/enhanced-monitoring".to_owned()));
}

#[test]
fn councils_elsewhere_are_liaised_with_unless_nobody_is_theirs() {
    let liaise = |story| find(story, "council/initial/12").map(|action| action.because.join("\n"));
    let ours = || failure().with_person(funded(1, Funder::CouncilFull));
    assert_eq!(liaise(ours()), None);
    assert_eq!(liaise(failure()).unwrap(), "Nobody is on the list yet");
    assert_eq!(liaise(failure().withholding(Part::People)).unwrap(), "This rule set is not shown the people");
    assert_eq!(liaise(ours().with_person(person(2))).unwrap(), "1 on the list of whom it is not known who pays");
    let theirs = funded(2, Funder::OtherCouncil);
    assert_eq!(liaise(ours().with_person(theirs)).unwrap(), "1 on the list placed by a council elsewhere");
    let placed = Person { placed_by: Some("e08000029".to_owned()), ..funded(2, Funder::SelfFunded) };
    assert!(liaise(ours().with_person(placed)).is_some());
    assert_eq!(liaise(ours().with_person(funded(2, Funder::OtherHealth))), None);
}

#[test]
fn staff_review_the_people_of_the_nhs_unless_there_are_none() {
    let review = |story| find(story, "health-commissioner/initial/3").map(|action| action.because.join("\n"));
    let ours = || failure().with_person(funded(1, Funder::CouncilFull));
    assert_eq!(review(ours()), None);
    assert_eq!(review(failure()).unwrap(), "Nobody is on the list yet");
    for funder in [Funder::HealthFull, Funder::OtherHealth] {
        assert_eq!(review(ours().with_person(funded(2, funder))).unwrap(), "1 on the list funded by the NHS in full");
    }
}

#[test]
fn an_existing_building_and_transport_are_for_building_based_services() {
    let has = |kind, item: &str| find(verge().of_services([of_kind(kind)]), item).is_some();
    for item in ["council/continuous/8", "council/continuous/9"] {
        assert!(has(ServiceKind::DayService, item), "{item}");
        assert!(has(ServiceKind::SupportedLiving, item), "{item}");
        assert!(has(ServiceKind::Sheltered, item), "{item}: the note does not name it");
        assert!(!has(ServiceKind::HomeSupport, item), "{item}");
        assert!(!has(ServiceKind::CommunityMeals, item), "{item}");
        assert!(find(verge().of_services([]), item).is_some(), "{item}: no service is recorded");
    }
}

#[test]
fn one_building_is_enough() {
    let services = [of_kind(ServiceKind::HomeSupport), service(2, ServiceKind::DayService)];
    assert!(find(verge().of_services(services), "council/continuous/8").is_some());
}

#[test]
fn nothing_is_proposed_to_the_regulator_of_services_it_does_not_regulate() {
    let day_centre = verge().of_services([unregulated(ServiceKind::DayService)]);
    assert!(!keys(day_centre.clone()).iter().any(|key| key.starts_with("regulator/")));
    assert_eq!(find(day_centre.clone(), "council/continuous/1"), None);
    assert!(!advise(day_centre).findings.iter().any(|finding| finding.key == "regulator/continuous"));

    let unknown = Service { regulated: Answer::Unknown, ..service(1, ServiceKind::DayService) };
    let meet = find(verge().of_services([unknown]), "regulator/initial/1").unwrap();
    assert_eq!(meet.because, ["It is not known whether a service is regulated"]);
}

#[test]
fn whether_an_investigation_is_required_is_for_people() {
    let advice = advise(failure());
    let [options] = advice.options.as_slice() else { panic!("one option set") };
    assert_eq!(options.decided_by, Office::DirectorOfAdultSocialServices);
    assert!(options.choices.iter().all(|choice| choice.suits == Answer::Unknown));
    assert_eq!(find(failure(), "council/initial/7/instigate"), None);
}

#[test]
fn an_investigation_is_instigated_when_it_was_decided_on() {
    let decided = |chosen: &[&str]| {
        let mut situation = failure().situation();
        for (number, chosen) in (1..).zip(chosen) {
            situation.decisions.push(Decision {
                number,
                office: Office::DirectorOfAdultSocialServices,
                question: Some("mitigation-scope/council/initial/7".to_owned()),
                chosen: (*chosen).to_owned(),
                at: situation.as_of,
            });
        }
        let advice = advise_with(&situation, "");
        advice.actions.into_iter().any(|action| action.key == "council/initial/7/instigate")
    };
    let instigate = "Instigate a Large Scale Investigation";
    assert!(decided(&[instigate]));
    assert!(!decided(&["Not now"]));
    assert!(!decided(&[instigate, "Not now"]), "the last decision counts");
}

#[test]
fn a_council_names_its_own_hospital() {
    let advice = advise_with(&failure().situation(), r#"{"hospital": "the Royal"}"#);
    let risk = advice.actions.iter().find(|action| action.key == "health-commissioner/initial/6").unwrap();
    assert!(risk.title.starts_with("Identify the risk to the Royal: "), "{}", risk.title);
}
