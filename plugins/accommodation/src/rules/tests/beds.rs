use super::*;

fn two_people() -> Told {
    told().with(walker(1, &[])).with(walker(2, &[])).decided(FEWEST)
}

#[test]
fn taken_beds_are_not_given() {
    let mut told = two_people().beds(2, &[]);
    assert_eq!(told.places(), "1 to offer-1, 2 to offer-1");
    told.0.offers[0].taken = 1;
    assert_eq!(told.places(), "1 to offer-1, 2 nowhere");
}

#[test]
fn beds_under_two_registrations_are_counted_once() {
    let apart = two_people().beds(1, &[("location", "1-100")]).beds(1, &[("location", "1-200")]);
    assert_eq!(apart.places(), "1 to offer-1, 2 to offer-2");
    assert_eq!(apart.finding("beds/shared"), None);
    let dual = two_people().beds(1, &[("location", "1-100")]).beds(1, &[("location", "1-200"), ("primary", "1-100")]);
    assert_eq!(dual.places(), "1 to offer-1, 2 nowhere");
    assert_eq!(
        dual.finding("beds/shared").unwrap().because,
        ["offer-1 and offer-2 share 1 bed: the larger of their figures counts"]
    );
}

#[test]
fn a_bed_taken_under_one_registration_is_gone_under_the_other() {
    let primary = [("primary", "1-100")];
    let mut dual = two_people().beds(2, &primary).beds(2, &primary);
    assert_eq!(dual.places(), "1 to offer-1, 2 to offer-1");
    dual.0.offers[1].taken = 1;
    assert_eq!(dual.places(), "1 to offer-1, 2 nowhere");
}

#[test]
fn two_offers_of_one_location_without_a_registration_in_common_are_asked_about() {
    let told = two_people().beds(1, &[("location", "1-100")]).beds(1, &[("location", "1-100")]);
    assert_eq!(told.verdict("beds/same-home"), Answer::Unknown);
    assert_eq!(told.places(), "1 to offer-1, 2 to offer-2");
}

#[test]
fn a_figure_turns_old_the_second_after_its_days() {
    let told = two_people().old_beds(7, 2, &[]);
    assert_eq!(told.verdict("beds/recent"), Answer::Yes);
    assert_eq!(told.advice().look_again_at, Some(told.0.as_of + 1));
    let mut later = told;
    later.0.as_of += 1;
    assert_eq!(later.verdict("beds/recent"), Answer::No);
    assert_eq!(later.advice().look_again_at, None);
    assert!(later.is_proposed("refresh-figures"));
    let figure = "Figure as at 29 June 2026, older than 7 days: confirm it before relying on it";
    assert!(later.place_of(1).because.contains(&figure.to_owned()));
}

#[test]
fn of_no_beds_nothing_is_recent_or_old() {
    assert_eq!(told().verdict("beds/recent"), Answer::Unknown);
}

#[test]
fn enough_beds_are_enough_for_those_who_wait() {
    assert_eq!(told().verdict("beds/enough"), Answer::Unknown);
    assert_eq!(two_people().beds(1, &[]).verdict("beds/enough"), Answer::No);
    assert_eq!(two_people().beds(2, &[]).verdict("beds/enough"), Answer::Yes);
    assert_eq!(two_people().beds(2, &[("service-kind", "hotel")]).verdict("beds/enough"), Answer::No);
}

#[test]
fn the_market_is_engaged_while_there_are_fewer_beds_than_people() {
    assert!(two_people().is_proposed("engage-market"));
    assert!(two_people().beds(1, &[]).is_proposed("engage-market"));
    assert!(!two_people().beds(2, &[]).is_proposed("engage-market"));
}

#[test]
fn the_market_is_engaged_where_no_bed_suits_somebody() {
    let told = two_people().with(walker(3, &[Need::Nursing]));
    assert!(told.clone().beds(3, &[("nursing", "no")]).is_proposed("engage-market"));
    assert!(!told.beds(3, &[("nursing", "yes")]).is_proposed("engage-market"));
}

#[test]
fn across_the_border_is_asked_when_the_area_is_short_and_hotels_after_that() {
    let short = two_people().beds(1, &[("authority", "e08000026")]);
    assert!(short.is_proposed("cross-border"));
    assert!(!short.is_proposed("hotels"), "nobody across the border has been asked");
    let across = |beds| short.clone().beds(beds, &[("authority", "e08000029")]);
    assert!(!across(1).is_proposed("hotels"));
    let both = across(1).with(walker(3, &[]));
    assert!(both.is_proposed("hotels"));
    assert!(!two_people().beds(2, &[("authority", "E08000026")]).is_proposed("cross-border"));
}

#[test]
fn what_an_offer_does_not_say_is_asked_where_somebody_needs_it() {
    let told = two_people().beds(3, &[]);
    assert!(!told.is_proposed("ask-suitability"));
    let told = told.with(walker(3, &[Need::Nursing]));
    let asks = |told: &Told| {
        let action = told.advice().actions.into_iter().find(|action| action.key == "ask-suitability");
        action.map(|action| action.because)
    };
    assert_eq!(asks(&told), Some(vec!["offer-1 of solihull: nursing".to_owned()]));
    let mut said = told;
    said.0.offers[0].detail.push(("nursing".to_owned(), "no".to_owned()));
    assert_eq!(asks(&said), None);
}

#[test]
fn what_a_place_costs_is_agreed_from_the_first_match_until_the_move() {
    let mut told = told().with(walker(1, &[])).beds(1, &[]);
    assert!(!told.is_proposed("agree-cost"));
    assert!(told.clone().decided(FEWEST).is_proposed("agree-cost"));
    told.0.people[0].status = CareStatus::Placed;
    assert!(told.is_proposed("agree-cost"));
    told.0.people[0].status = CareStatus::Moved;
    assert!(!told.is_proposed("agree-cost"));
}
