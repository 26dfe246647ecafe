use expect_test::expect;

use super::*;

#[test]
fn agencies_stand_in_order_of_lead_time_and_then_of_cost() {
    let options = options_of(&short_night().situation(), "carer");
    assert_eq!(
        choices(&options),
        [
            "own-staff",
            "continuity-plan",
            "agency/amber-care",
            "agency/birch-care",
            "agency/elm-recruitment",
            "agency/fern-recruitment"
        ]
    );
    let amber = options.choices.iter().find(|choice| choice.key == "agency/amber-care").unwrap();
    assert_eq!((amber.rank, amber.suits), (3, Answer::Unknown));
    expect![[r#"
        Rung 3: external agencies
        care agency, 4 hours' lead time, cost band 2
        Contact: duty desk, day and night"#]]
    .assert_eq(&amber.because.join("\n"));
}

#[test]
fn hours_on_the_record_stand_on_the_rung_of_who_offers_them() {
    let mut offers = vec![
        hours(1, "icb", 10, &[("role", "carer"), ("lead-hours", "1")]),
        hours(2, "council", 36, &[("role", "carer")]),
        hours(3, "home-care", 6, &[("role", "carer")]),
        hours(4, "icb", 8, &[("role", "nurse")]),
        hours(5, "icb", 8, &[]),
    ];
    let mut situation = with_offers(short_night(), offers.clone());
    let mut provider = situation.participants[1].clone();
    provider.agency = "home-care".to_owned();
    provider.kind = AgencyKind::Provider;
    situation.participants.push(provider);
    let at_first = options_of(&situation, "carer");
    assert_eq!(choices(&at_first)[..4], ["own-staff", "offer-3", "continuity-plan", "offer-1"]);
    assert!(!choices(&at_first).contains(&"offer-2"));
    expect![[r#"
        The provider's own cover is exhausted: unknown
        The continuity plan is activated, or there is none: unknown
        Agencies are exhausted: unknown
        Levels are safe: no
        36 hours that councils offer are held back until then"#]]
    .assert_eq(&finding(&situation, "staffing/last-resort").because.join("\n"));

    offers[0].taken = 10;
    let situation = with_offers(last_resort_reached(), offers);
    let at_last = options_of(&situation, "carer");
    assert_eq!(choices(&at_last).iter().rev().take(2).collect::<Vec<_>>(), [&"offer-2", &"council-staff"]);
    assert!(!choices(&at_last).contains(&"offer-1"), "all of it is taken");
}

#[test]
fn council_staff_are_not_even_an_option_before_the_last_resort() {
    let almost = last_resort_reached().answered("staffing/agency-exhausted", Answer::No);
    assert!(!choices(&options_of(&almost.situation(), "carer")).contains(&"council-staff"));
    let reached = options_of(&last_resort_reached().situation(), "carer");
    assert_eq!(choices(&reached).last(), Some(&"council-staff"));
}

#[test]
fn an_agency_suits_when_it_was_asked_and_can() {
    let suits = |story: Story| {
        let options = options_of(&story.situation(), "carer");
        options.choices.into_iter().find(|choice| choice.key == "agency/birch-care").unwrap().suits
    };
    assert_eq!(suits(short_night()), Answer::Unknown);
    assert_eq!(suits(short_night().answered("staffing/agency/birch-care/available", Answer::Yes)), Answer::Yes);
    assert_eq!(suits(short_night().answered("staffing/agency/birch-care/available", Answer::No)), Answer::No);
}

#[test]
fn a_rung_that_was_climbed_suits_no_more() {
    let suits = |story: Story| options_of(&story.situation(), "carer").choices[0].suits;
    assert_eq!(suits(short_night()), Answer::Unknown);
    assert_eq!(suits(short_night().answered("staffing/provider-cover-exhausted", Answer::No)), Answer::Yes);
    assert_eq!(suits(last_resort_reached()), Answer::No);
}

#[test]
fn the_hours_are_covered_once_enough_is_taken() {
    let taken = |taken| {
        let offer = Offer { taken, ..hours(1, "icb", 40, &[("role", "carer")]) };
        finding(&with_offers(short_night(), [offer]), "covered/carer")
    };
    assert_eq!(taken(33).verdict, Answer::No);
    assert_eq!(taken(34).verdict, Answer::Yes);
    assert_eq!(taken(33).because[1], "33 hours taken, 7 more on offer");
}

#[test]
fn hours_that_do_not_say_which_role_cover_nobody_and_are_told() {
    let offer = Offer { taken: 40, ..hours(1, "icb", 40, &[]) };
    let finding = finding(&with_offers(short_night(), [offer]), "covered/carer");
    assert_eq!(finding.verdict, Answer::No);
    assert_eq!(finding.because[2], "Offers of staff hours that do not say which role: 1");
}

#[test]
fn a_role_that_nobody_listed_is_not_lost() {
    let story = short_night().answered("staffing/hours-short/driver", 5);
    let options = options_of(&story.clone().situation(), "driver");
    assert_eq!(options.question, "Who covers the hours short of driver?");
    let listed = finding(&story.situation(), "agencies/listed");
    assert_eq!(listed.verdict, Answer::No);
    assert!(listed.because.contains(&"No agency listed for driver".to_owned()));
}

#[test]
fn the_list_holds_recruitment_agencies_and_says_that_it_is_a_sample() {
    let listed = finding(&short_night().situation(), "agencies/listed");
    assert_eq!(listed.verdict, Answer::Yes);
    expect![[r#"
        6 agencies listed, 2 of them recruitment agencies
        The list is the sample: every name in it is invented"#]]
    .assert_eq(&listed.because.join("\n"));
}

#[test]
fn council_staff_suit_where_they_may_work_in_the_service() {
    let suits = |story: Story| {
        let options = options_of(&story.situation(), "carer");
        options.choices.into_iter().find(|choice| choice.key == "council-staff").unwrap().suits
    };
    assert_eq!(suits(last_resort_reached()), Answer::Unknown);
    assert_eq!(suits(last_resort_reached().answered("closure/step-in-agreed", Answer::Yes)), Answer::Yes);
    assert_eq!(suits(last_resort_reached().answered("closure/step-in-agreed", Answer::No)), Answer::No);
}

#[test]
fn what_does_not_say_how_soon_or_how_dear_comes_last_on_its_rung() {
    let offers = [
        hours(1, "icb", 8, &[("role", "carer")]),
        hours(2, "icb", 8, &[("role", "carer"), ("lead-hours", "4")]),
        hours(3, "icb", 8, &[("role", "carer"), ("lead-hours", "4"), ("cost-band", "1")]),
        hours(4, "icb", 8, &[("role", "carer"), ("lead-hours", "soon")]),
    ];
    let options = options_of(&with_offers(short_night(), offers), "carer");
    assert_eq!(
        choices(&options)[2..],
        [
            "offer-3",
            "agency/amber-care",
            "agency/birch-care",
            "offer-2",
            "agency/elm-recruitment",
            "agency/fern-recruitment",
            "offer-1",
            "offer-4"
        ]
    );
}
