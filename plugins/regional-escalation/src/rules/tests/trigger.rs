use super::*;

#[test]
fn services_in_two_authorities_are_enough() {
    let elsewhere = Service { authority: "E08000029".to_owned(), ..service(2, ServiceKind::Residential) };
    let one = Story::of_an_emergency_closure().of_services([service(1, ServiceKind::Residential)]);
    let two = Story::of_an_emergency_closure().of_services([service(1, ServiceKind::Residential), elsewhere]);
    assert_eq!(verdict(one), Answer::No);
    assert_eq!(verdict(two.clone()), Answer::Yes);
    assert_eq!(verdict(two.answered("region/more-than-one-authority", Answer::No)), Answer::Yes);
}

#[test]
fn a_linked_incident_of_another_authority_is_enough() {
    let mut situation = Story::of_an_emergency_closure().situation();
    situation.related = vec![related(Relation::SameProvider, Some("E08000026"))];
    assert_eq!(triggered(&situation).verdict, Answer::No);
    situation.related = vec![related(Relation::SameProvider, None)];
    assert_eq!(triggered(&situation).verdict, Answer::Unknown);
    situation.related = vec![related(Relation::SameProvider, Some("E08000029"))];
    let finding = triggered(&situation);
    assert_eq!(finding.verdict, Answer::Yes);
    expect!["The linked incident other is led by E08000029"].assert_eq(&finding.because.join("\n"));
}

#[test]
fn a_failure_outside_the_region_is_enough() {
    assert_eq!(verdict(branded()), Answer::Unknown);
    assert_eq!(verdict(branded().answered("region/national", Answer::Yes)), Answer::Yes);
}

#[test]
fn only_two_noes_make_a_no_of_a_brand() {
    let one = branded().answered("region/more-than-one-authority", Answer::No);
    assert_eq!(verdict(one.clone()), Answer::Unknown);
    assert_eq!(verdict(one.answered("region/national", Answer::No)), Answer::No);
}

#[test]
fn what_is_not_known_of_a_service_is_not_taken_for_local() {
    let not_known = Service { national: Answer::Unknown, ..service(1, ServiceKind::Residential) };
    let story = Story::of_an_emergency_closure().of_services([not_known]);
    assert_eq!(verdict(story.clone()), Answer::Unknown);
    assert_eq!(verdict(story.answered("service/service-1/national", Answer::No)), Answer::No);
    assert_eq!(verdict(Story::of_an_emergency_closure().of_services([])), Answer::Unknown);
    assert_eq!(verdict(Story::of_an_emergency_closure().withholding(muster_rule_sdk::Part::Related)), Answer::Unknown);
}

#[test]
fn the_region_itself_is_no_authority_that_is_affected() {
    let mut situation = regional().situation();
    situation.authority = "wm-adass".to_owned();
    situation.participants.push(seat("wm-adass", []));
    for service in &mut situation.services {
        service.authority = "wm-adass".to_owned();
    }
    situation.related = vec![related(Relation::Member, Some("E08000026"))];
    assert_eq!(triggered(&situation).verdict, Answer::Unknown);
    situation.related.push(related(Relation::Member, Some("E08000029")));
    assert_eq!(triggered(&situation).verdict, Answer::Yes);
}

#[test]
fn a_regional_incident_is_not_called_local_for_want_of_answers() {
    let local = Story::of_an_emergency_closure();
    assert_eq!(verdict(local.clone()), Answer::No);
    let regional = local.kind(IncidentKind::Regional);
    assert_eq!(verdict(regional.clone()), Answer::Unknown);
    let neither =
        regional.answered("region/more-than-one-authority", Answer::No).answered("region/national", Answer::No);
    assert_eq!(verdict(neither), Answer::No);
}
