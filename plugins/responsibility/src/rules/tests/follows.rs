use expect_test::expect;

use super::*;

#[test]
fn the_council_ensures_the_care_of_those_it_funds() {
    assert_eq!(action(&home_of([funded(1, Funder::SelfFunded)]), "ensure/commissioned"), None);
    let ensure = action(&home_of([funded(1, Funder::CouncilPart)]), "ensure/commissioned").unwrap();
    assert_eq!((ensure.owner, ensure.because), (AgencyKind::Council, vec!["1 person: person-1".to_owned()]));
}

#[test]
fn the_council_coordinates_for_self_funders_and_people_of_other_councils() {
    let key = "ensure/self-funders-and-out-of-area";
    assert_eq!(action(&home_of([funded(1, Funder::CouncilPart)]), key), None);
    let home = home_of([
        funded(1, Funder::SelfFunded),
        placed(2, Funder::SelfFunded, SOLIHULL),
        placed(3, Funder::OtherCouncil, SOLIHULL),
        funded(4, Funder::CouncilPart),
    ]);
    assert_eq!(action(&home, key).unwrap().because, ["3 people: person-1 to person-3"]);
}

#[test]
fn the_health_commissioner_coordinates_for_the_health_funded_and_the_council_works_with_it() {
    let home = home_of([funded(1, Funder::HealthFull), placed(2, Funder::OtherHealth, "far-icb")]);
    let coordinate = action(&home, "ensure/health-funded/health-commissioner").unwrap();
    let jointly = action(&home, "ensure/health-funded/council").unwrap();
    assert_eq!((coordinate.owner, jointly.owner), (AgencyKind::HealthCommissioner, AgencyKind::Council));
    assert_eq!((coordinate.because.len(), &coordinate.because), (1, &jointly.because));
    let home = home_of([funded(1, Funder::CouncilFull)]);
    assert_eq!(action(&home, "ensure/health-funded/council"), None);
}

#[test]
fn health_needs_are_considered_whoever_pays() {
    for funder in [Funder::SelfFunded, Funder::CouncilPart, Funder::OtherCouncil, Funder::HealthFull, Funder::NotKnown]
    {
        let home = home_of([funded(1, funder)]);
        assert!(action(&home, "health-needs/health-commissioner").is_some(), "{funder:?}");
        assert!(action(&home, "health-needs/council").is_some(), "{funder:?}");
    }
}

#[test]
fn needs_that_are_known_or_of_a_person_who_died_are_not_asked_after() {
    let known = Person { needs_known: Answer::Yes, ..funded(1, Funder::SelfFunded) };
    let died = Person { status: CareStatus::Died, ..funded(2, Funder::SelfFunded) };
    let key = "health-needs/health-commissioner";
    assert_eq!(action(&home_of([known.clone(), died.clone()]), key), None);
    let still = Person { needs_known: Answer::No, ..funded(3, Funder::SelfFunded) };
    assert_eq!(action(&home_of([known, died, still]), key).unwrap().because, ["1 person: person-3"]);
}

#[test]
fn who_pays_is_found_out_where_it_is_not_known() {
    assert_eq!(action(&home_of([funded(1, Funder::SelfFunded)]), "find-out/who-pays"), None);
    let home = home_of([funded(1, Funder::SelfFunded), funded(2, Funder::NotKnown), funded(3, Funder::NotKnown)]);
    assert_eq!(action(&home, "find-out/who-pays").unwrap().because, ["2 people: person-2 to person-3"]);
}

#[test]
fn which_council_placed_somebody_is_found_out_by_the_council() {
    let known = home_of([placed(1, Funder::OtherCouncil, SOLIHULL)]);
    let open = home_of([funded(1, Funder::OtherCouncil)]);
    assert_eq!(action(&known, "find-out/which-council"), None);
    assert_eq!(action(&open, "find-out/which-council").unwrap().owner, AgencyKind::Council);
    assert_eq!(action(&open, "find-out/which-health-body"), None);
}

#[test]
fn which_health_body_placed_somebody_is_found_out_by_the_health_commissioner() {
    let known = home_of([placed(1, Funder::OtherHealth, "far-icb")]);
    let open = home_of([funded(1, Funder::OtherHealth)]);
    assert_eq!(action(&known, "find-out/which-health-body"), None);
    assert_eq!(action(&open, "find-out/which-health-body").unwrap().owner, AgencyKind::HealthCommissioner);
}

#[test]
fn a_contradiction_is_settled_before_anybody_elsewhere_is_told() {
    let home = home_of([placed(1, Funder::CouncilFull, SOLIHULL)]);
    assert_eq!(keys(&home), ["health-needs/council", "health-needs/health-commissioner", "find-out/contradiction"]);
}

#[test]
fn an_agency_that_placed_people_is_told_until_it_is_at_the_table() {
    let home = home_of([placed(1, Funder::OtherCouncil, SOLIHULL), placed(2, Funder::NotKnown, SOLIHULL)]);
    let tell = action(&home, "tell/e08000029/person-1").unwrap();
    assert_eq!((tell.owner, tell.owner_agency), (AgencyKind::Council, None));
    assert_eq!(
        tell.title,
        "Invite e08000029 and tell it what happens to the people it placed here: person-1 to person-2"
    );
    assert_eq!(action(&home, "confirm/e08000029/person-1"), None);

    let invited = with_seat(home.clone(), SOLIHULL, AgencyKind::PlacingAuthority, false);
    assert!(action(&invited, "tell/e08000029/person-1").is_some());

    let joined = with_seat(home, SOLIHULL, AgencyKind::PlacingAuthority, true);
    assert_eq!(action(&joined, "tell/e08000029/person-1"), None);
    let confirm = action(&joined, "confirm/e08000029/person-1").unwrap();
    assert_eq!((confirm.owner, confirm.owner_agency.as_deref()), (AgencyKind::PlacingAuthority, Some(SOLIHULL)));
}

/// With the proposal of that key taken on, as the record then has it.
fn with_action(mut situation: Situation, key: &str, status: ActionStatus) -> Situation {
    let Some(proposed) = action(&situation, key) else { panic!("nothing is proposed as {key}") };
    situation.actions.push(Action {
        number: u32::try_from(situation.actions.len()).unwrap() + 1,
        key: Some(format!("responsibility/{key}")),
        title: proposed.title,
        owner: "council".to_owned(),
        due: None,
        status,
        done_at: None,
    });
    situation
}

#[test]
fn somebody_who_comes_on_the_list_later_is_told_of_as_well() {
    let home = home_of([placed(1, Funder::OtherCouncil, SOLIHULL)]);
    let mut told = with_action(home, "tell/e08000029/person-1", ActionStatus::Done);
    assert!(!keys(&told).iter().any(|key| key.starts_with("tell/")));
    told.people.push(placed(2, Funder::OtherCouncil, SOLIHULL));
    let tell = action(&told, "tell/e08000029/person-2").unwrap();
    assert_eq!(tell.title, "Invite e08000029 and tell it what happens to the people it placed here: person-2");
}

#[test]
fn what_nobody_took_on_in_the_end_still_stands() {
    let home = home_of([placed(1, Funder::OtherCouncil, SOLIHULL)]);
    let key = "tell/e08000029/person-1";
    assert!(action(&with_action(home, key, ActionStatus::Cancelled), key).is_some());
}

#[test]
fn what_is_done_and_leaves_somebody_open_is_proposed_again() {
    let home = home_of([funded(1, Funder::NotKnown)]);
    let raised = with_action(home.clone(), "find-out/who-pays", ActionStatus::Accepted);
    assert!(action(&raised, "find-out/who-pays").is_some());
    let done = with_action(home, "find-out/who-pays", ActionStatus::Done);
    assert_eq!(action(&done, "find-out/who-pays"), None);
    let twice = with_action(done, "find-out/who-pays/2", ActionStatus::Done);
    assert!(action(&twice, "find-out/who-pays/3").is_some());
}

#[test]
fn one_placing_agency_is_never_given_the_action_of_another() {
    let home = home_of([placed(1, Funder::OtherCouncil, SOLIHULL), placed(2, Funder::OtherCouncil, "leeds")]);
    let home = with_seat(home, SOLIHULL, AgencyKind::PlacingAuthority, true);
    let owned: Vec<String> = advise(&home).actions.into_iter().filter_map(|action| action.owner_agency).collect();
    assert_eq!(owned, [SOLIHULL]);
    assert!(action(&home, "tell/leeds/person-2").is_some());
}

#[test]
fn a_health_body_elsewhere_is_told_by_the_health_commissioner() {
    let home = home_of([placed(1, Funder::OtherHealth, "far-icb")]);
    let tell = action(&home, "tell-health-body/far-icb/person-1").unwrap();
    assert_eq!(tell.owner, AgencyKind::HealthCommissioner);
    expect!["Invite far-icb and tell it what happens to the people it placed here with full health funding: person-1"]
        .assert_eq(&tell.title);
    assert_eq!(action(&home, "tell/far-icb/person-1"), None);
}

#[test]
fn the_lead_is_not_told_of_those_it_placed_itself() {
    let home = led_by(home_of([placed(1, Funder::NotKnown, "council")]), "council");
    assert!(!keys(&home).iter().any(|key| key.starts_with("tell") || key.starts_with("confirm")));
}

#[test]
fn advice_does_not_change_as_time_goes_by() {
    let now = everybody_there_can_be();
    let later = Situation { as_of: now.as_of + 30 * 3_600, ..now.clone() };
    assert_eq!(advise(&now), advise(&later));
}
