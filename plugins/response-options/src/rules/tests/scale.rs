use super::*;

#[test]
fn a_failure_in_one_authority_is_not_said_to_be_a_large_one_or_not_one() {
    assert!(!says(&advise(of(ServiceKind::Residential)), "large-scale"));
}

#[test]
fn services_in_two_authorities_are_a_large_scale_failure() {
    let elsewhere = Service { authority: "E08000029".to_owned(), ..service(2, ServiceKind::Residential) };
    let story = Story::of_an_emergency_closure().of_services([service(1, ServiceKind::Residential), elsewhere]);
    let finding = finding(story, "large-scale");
    assert_eq!(finding.verdict, Answer::Yes);
    assert!(finding.because.iter().any(|reason| reason.contains("more than one authority")));
}

#[test]
fn another_councils_incident_shows_it_too_and_one_of_the_same_council_does_not() {
    assert!(says(&linked(Relation::SameProvider, Some("E08000029")), "large-scale"));
    assert!(!says(&linked(Relation::SameProvider, Some("E08000026")), "large-scale"));
    assert!(!says(&linked(Relation::SameProvider, None), "large-scale"));
    assert!(says(&linked(Relation::MemberOf, None), "large-scale"));
}

#[test]
fn an_answer_shows_it_too() {
    let answered = |answer| advise(of(ServiceKind::Nursing).answered("region/more-than-one-authority", answer));
    assert!(says(&answered(Answer::Yes), "large-scale"));
    assert!(!says(&answered(Answer::No), "large-scale"));
}

#[test]
fn large_scale_is_as_per_approach_1_even_for_home_support_with_a_note() {
    let story = of(ServiceKind::HomeSupport).answered("region/national", Answer::Yes);
    assert_eq!(option_sets(of(ServiceKind::HomeSupport)), ["staff"]);
    assert_eq!(option_sets(story.clone()), ["accommodation", "staff"]);
    assert_eq!(finding(story.clone(), "large-scale/home-support").verdict, Answer::Unknown);
    assert!(!says(&advise(story), "no-accommodation"));
    let home = of(ServiceKind::Nursing).answered("region/national", Answer::Yes);
    assert!(!says(&advise(home), "large-scale/home-support"));
}

#[test]
fn a_regional_incident_does_not_repeat_the_plans_of_the_councils() {
    let regional = of(ServiceKind::HomeSupport).kind(IncidentKind::Regional);
    expect![[r#"
        finding      large-scale                    yes: Large scale: action is as per approach 1, co-ordinated by the region; local plans are not repeated there
        finding      large-scale/home-support       unknown: Large scale and home support: the Plan says approach 1 of the one and approach 2 of the other; people decide which
    "#]].assert_eq(&told(&advise(regional)));
}
