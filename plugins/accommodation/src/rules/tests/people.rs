use super::*;

const NURSING: &[(&str, &str)] = &[("nursing", "yes")];
const NO_NURSING: &[(&str, &str)] = &[("nursing", "no")];

fn nursed(number: u32) -> Person {
    walker(number, &[Need::Nursing])
}

fn in_wheelchair(number: u32) -> Person {
    Person { mobility: Mobility::Wheelchair, ..walker(number, &[]) }
}

#[test]
fn a_no_excludes() {
    assert_eq!(told().with(nursed(1)).beds(1, NURSING).decided(FEWEST).places(), "1 to offer-1");
    let no = told().with(nursed(1)).beds(1, NO_NURSING).decided(FEWEST);
    assert_eq!(no.places(), "1 nowhere");
    let because = "Not matched: no bed on offer suits; 1 of 1 offers say no to nursing care";
    assert_eq!(no.place_of(1).because[1], because);
}

#[test]
fn what_is_not_said_comes_after_a_yes_and_is_explained() {
    let silent = told().with(nursed(1)).beds(1, &[]).decided(FEWEST);
    assert_eq!(silent.places(), "1 to offer-1");
    let because =
        "This person needs nursing care, and offer-1 does not say whether it has that: ask before the move".to_owned();
    assert!(silent.place_of(1).because.contains(&because));
    assert_eq!(silent.beds(1, NURSING).places(), "1 to offer-2");
}

#[test]
fn a_word_that_says_yes_and_no_says_nothing() {
    let told = told().with(nursed(1)).beds(1, &[("nursing", "no"), ("nursing", "yes")]).decided(FEWEST);
    assert_eq!(told.places(), "1 to offer-1");
    assert!(told.is_proposed("ask-suitability"));
}

#[test]
fn the_kind_of_place_says_what_the_word_does_not() {
    let of_kind = |kind| told().with(nursed(1)).beds(1, &[("service-kind", kind)]).decided(FEWEST);
    assert_eq!(of_kind("nursing").verdict("people/matched"), Answer::Yes);
    assert_eq!(of_kind("residential").places(), "1 nowhere");
    assert_eq!(of_kind("hotel").places(), "1 nowhere");
    assert!(of_kind("housing-with-care").is_proposed("ask-suitability"));
    let told = told().with(nursed(1)).beds(1, &[("service-kind", "residential"), ("nursing", "yes")]);
    assert_eq!(told.decided(FEWEST).places(), "1 to offer-1");
}

#[test]
fn each_way_of_moving_asks_for_its_own_word() {
    for (mobility, word) in
        [(Mobility::Wheelchair, "wheelchair"), (Mobility::Stretcher, "stretcher"), (Mobility::Bariatric, "bariatric")]
    {
        let told = told().with(Person { mobility, ..walker(1, &[]) }).decided(FEWEST);
        assert_eq!(told.clone().beds(1, &[(word, "no")]).places(), "1 nowhere");
        assert_eq!(told.beds(1, &[(word, "yes")]).places(), "1 to offer-1");
    }
}

#[test]
fn whoever_is_placed_stays_in_hospital_or_has_died_waits_for_nothing() {
    let of = |status| told().with(Person { status, ..walker(1, &[]) }).beds(1, &[]).decided(FEWEST).places();
    assert_eq!(of(CareStatus::Identified), "1 to offer-1");
    assert_eq!(of(CareStatus::Reviewed), "1 to offer-1");
    for status in [
        CareStatus::Placed,
        CareStatus::Moved,
        CareStatus::Staying,
        CareStatus::InHospital,
        CareStatus::Died,
        CareStatus::FollowedUp,
    ] {
        assert_eq!(of(status), "", "{status:?}");
    }
}

#[test]
fn whoever_is_not_known_well_enough_is_not_matched_by_guessing() {
    let told = told().beds(2, &[]).decided(FEWEST);
    let no_needs = told.clone().with(Person { needs_known: Answer::Unknown, ..walker(1, &[]) });
    assert_eq!(no_needs.place_of(1).because[1], "Not matched yet: the needs are not known");
    let no_mobility = told.clone().with(Person { mobility: Mobility::NotKnown, ..walker(1, &[]) });
    assert_eq!(no_mobility.place_of(1).because[1], "Not matched yet: how this person travels is not known");
    assert!(no_mobility.is_proposed("find-out-needs"));
    assert_eq!(no_mobility.verdict("people/matched"), Answer::Unknown);
    assert!(!told.with(walker(1, &[])).is_proposed("find-out-needs"));
}

#[test]
fn whom_the_fewest_beds_suit_comes_first() {
    let told = told().with(walker(1, &[])).with(nursed(2)).beds(1, NURSING).beds(1, NO_NURSING);
    assert_eq!(told.clone().decided(FEWEST).places(), "2 to offer-1, 1 to offer-2");
    let scarce = told.with(walker(3, &[])).decided(FEWEST);
    assert_eq!(scarce.places(), "2 to offer-1, 1 to offer-2, 3 nowhere");
    assert_eq!(
        scarce.place_of(3).because[1],
        "Not matched: the beds that suit are taken, or go to people who come before"
    );
}

#[test]
fn people_who_stay_together_get_one_home_or_none() {
    let couple = told().with(together(1, &[2])).with(together(2, &[])).decided(FEWEST);
    assert_eq!(couple.clone().beds(2, &[]).places(), "1 to offer-1, 2 to offer-1");
    let apart = couple.clone().beds(1, &[]).beds(1, &[]);
    assert_eq!(apart.places(), "1 nowhere, 2 nowhere");
    let because = "Not matched: no one home on offer suits all who stay together; to place them apart, change with whom they stay";
    assert_eq!(apart.place_of(2).because[1], because);
    let one_home = couple.beds(1, &[("location", "1-100")]).beds(1, &[("location", "1-100")]);
    assert_eq!(one_home.places(), "1 to offer-1, 2 to offer-2");
}

#[test]
fn in_one_home_a_person_moves_over_so_that_another_gets_in() {
    let home = |nursing| [("location", "1-100"), ("nursing", nursing)];
    let told = told().with(together(1, &[2])).with(nursed(2)).beds(1, &home("yes")).beds(1, &home("no"));
    assert_eq!(told.decided(TOGETHER).places(), "1 to offer-2, 2 to offer-1");
}

#[test]
fn the_order_is_that_of_the_rule() {
    let told = told()
        .with(walker(1, &[]))
        .with(together(2, &[3]))
        .with(together(3, &[]))
        .with(nursed(4))
        .beds(1, NURSING)
        .beds(2, &[]);
    // The couple fits nowhere but in offer-2, as the nurse's bed is single.
    assert_eq!(told.clone().decided(FEWEST).places(), "2 to offer-2, 3 to offer-2, 4 to offer-1, 1 nowhere");
    assert_eq!(told.clone().decided(TOGETHER).places(), "2 to offer-2, 3 to offer-2, 4 to offer-1, 1 nowhere");
    assert_eq!(told.decided(NEEDS).places(), "4 to offer-1, 2 to offer-2, 3 to offer-2, 1 nowhere");
}

#[test]
fn the_rules_differ_in_who_goes_without() {
    let told = told().with(together(1, &[2])).with(together(2, &[])).with(nursed(3)).beds(2, NURSING);
    assert_eq!(told.clone().decided(TOGETHER).places(), "1 to offer-1, 2 to offer-1, 3 nowhere");
    assert_eq!(told.decided(NEEDS).places(), "3 to offer-1, 1 nowhere, 2 nowhere");
}

#[test]
fn a_group_waits_for_what_is_not_known_of_one_of_it() {
    let unknown = Person { needs_known: Answer::Unknown, ..together(2, &[]) };
    let told = told().with(together(1, &[2])).with(unknown).beds(2, &[]).decided(FEWEST);
    assert_eq!(told.place_of(1).because[1], "Not matched yet: too little is known of person-2");
}

#[test]
fn a_group_that_is_larger_than_the_council_allows_is_for_people_to_look_at() {
    let told = told().with(together(1, &[2, 3])).with(together(2, &[])).with(together(3, &[])).beds(3, &[]);
    let told = told.decided(FEWEST);
    assert_eq!(told.places(), "1 to offer-1, 2 to offer-1, 3 to offer-1");
    assert_eq!(places(&told.advice_with(r#"{"group_at_most": 2}"#)), "1 nowhere, 2 nowhere, 3 nowhere");
}

#[test]
fn who_stays_with_somebody_placed_already_gets_a_bed_only_where_one_is_taken() {
    let placed = Person { status: CareStatus::Placed, ..together(1, &[2]) };
    let mut told = told().with(placed).with(together(2, &[])).beds(1, &[]).beds(2, &[]).decided(FEWEST);
    assert_eq!(told.places(), "2 nowhere");
    told.0.offers[1].taken = 1;
    assert_eq!(told.places(), "2 to offer-2");
    let because = "Stays with person-1, who has a place already: check that it is this home".to_owned();
    assert!(told.place_of(2).because.contains(&because));
}

#[test]
fn the_area_comes_before_another_and_what_is_not_said_between() {
    let told = told().with(walker(1, &[])).decided(FEWEST).beds(1, &[("authority", "e08000029")]);
    assert_eq!(told.places(), "1 to offer-1");
    let told = told.beds(1, &[]);
    assert_eq!(told.places(), "1 to offer-2");
    let told = told.beds(1, &[("authority", "E08000026")]);
    assert_eq!(told.places(), "1 to offer-3");
    let mut placed_by = told;
    placed_by.0.people[0].placed_by = Some("e08000029".to_owned());
    placed_by.0.offers.truncate(2);
    assert_eq!(placed_by.places(), "1 to offer-1");
}

#[test]
fn a_hotel_comes_last_and_brings_no_care() {
    let told = told().with(walker(1, &[])).beds(1, &[("service-kind", "hotel"), ("authority", "e08000026")]);
    let told = told.decided(FEWEST);
    assert!(told.place_of(1).because.contains(&"offer-1 is a hotel: no care comes with the bed".to_owned()));
    assert_eq!(told.beds(1, &[("authority", "e08000029")]).places(), "1 to offer-2");
}

#[test]
fn a_bed_with_more_than_is_needed_is_left_for_others() {
    let told = told().with(walker(1, &[])).decided(FEWEST).beds(1, NURSING).beds(1, NO_NURSING);
    assert_eq!(told.places(), "1 to offer-2");
    assert_eq!(told.with(in_wheelchair(2)).places(), "1 to offer-2, 2 to offer-1");
}

#[test]
fn a_recent_figure_comes_before_an_old_one() {
    let told = told().with(walker(1, &[])).decided(FEWEST).old_beds(30, 1, &[]);
    assert_eq!(told.places(), "1 to offer-1");
    assert_eq!(told.beds(1, &[]).places(), "1 to offer-2");
}
