use expect_test::expect;
use muster_rule_sdk::Part;

use super::*;

const WALKS: Mobility = Mobility::Walks;
const HELPED: Mobility = Mobility::WalksWithHelp;
const WHEELCHAIR: Mobility = Mobility::Wheelchair;
const STRETCHER: Mobility = Mobility::Stretcher;
const BARIATRIC: Mobility = Mobility::Bariatric;

#[test]
fn a_home_of_mixed_needs_gets_its_trips() {
    let home = people(&[WALKS, HELPED, WHEELCHAIR, WHEELCHAIR, WHEELCHAIR, STRETCHER, BARIATRIC, Mobility::NotKnown]);
    expect![[r#"
        finding      mobility/known                 no: How everybody who has yet to travel can travel is known
        finding      options/choice                 no: For each way of travelling there is more than one provider to ask
        finding      table/own                      no: The table of transport is the council's own
        finding      trips/enough                   unknown: Everybody who has yet to travel can be carried by the transport in the table and on offer
        question     ask/transport/mobility         How can each person travel of whom that is not known: walking, walking with help, in a wheelchair, on a stretcher, or only in a bariatric vehicle? Record it for each person; the answer here says that it is done.
        action       book/sample-minibus            Transport coordinator: book at least 1 trip of the minibus with a tail lift from Godiva Community Minibuses (invented)
        action       book/sample-taxi               Transport coordinator: book at least 1 trip of the accessible taxi from Three Spires Accessible Taxis (invented)
        action       book/sample-ambulance          Transport coordinator: book at least 1 trip of the stretcher ambulance from Arden Patient Transport (invented)
        action       book/sample-bariatric          Transport coordinator: book at least 1 trip of the bariatric ambulance from Sherbourne Bariatric Transfers (invented)
        gate         gate/night-approver            no MoveAtNight until an office has approved moving people between 22:00 and 07:00 and the reason is on the record (night-move/approver, night-move/reason) (unknown)
    "#]].assert_eq(&told(&advise(&home)));
}

#[test]
fn an_action_says_whom_it_carries_whom_to_ask_and_by_when() {
    let walkers = people(&[WALKS; 5]);
    let action = action(&walkers, "book/sample-minibus");
    expect![[r#"
        Carries 5 who travel on a seat
        On one trip 12 seats, 2 wheelchair places; 1 seat of each trip kept for an escort
        Counted as if all went to one place: more places, more trips
        Runs 07:00 to 22:00 and needs 120 minutes' notice: ask its duty controller
        Due that long before care stops, and no later"#]]
    .assert_eq(&action.because.join("\n"));
    assert_eq!((action.owner, action.due), (AgencyKind::Council, walkers.care_stops_at.map(|stops| stops - 120 * 60)));
}

#[test]
fn nothing_is_due_before_the_council_was_told_or_where_nobody_knows_when_care_stops() {
    let mut walkers = people(&[WALKS; 5]);
    walkers.care_stops_at = Some(walkers.notified_at + 60);
    assert_eq!(action(&walkers, "book/sample-minibus").due, Some(walkers.notified_at));
    walkers.care_stops_at = None;
    assert_eq!(action(&walkers, "book/sample-minibus").due, None);
}

#[test]
fn people_fill_the_places_of_trips_that_are_made_anyway() {
    assert_eq!(actions(&people(&[WHEELCHAIR, WHEELCHAIR])), ["book/sample-minibus"]);
    assert_eq!(actions(&people(&[WHEELCHAIR, WHEELCHAIR, WALKS, WALKS])), ["book/sample-minibus"]);
}

#[test]
fn the_smallest_vehicle_that_takes_all_comes() {
    assert_eq!(actions(&people(&[WALKS])), ["book/sample-taxi"]);
    assert_eq!(actions(&people(&[WALKS; 3])), ["book/sample-minibus"]);
}

#[test]
fn trips_run_out_and_what_is_short_is_said() {
    let three = people(&[BARIATRIC; 3]);
    assert_eq!(actions(&people(&[BARIATRIC; 2])), ["book/sample-bariatric"]);
    assert_eq!(actions(&three), ["book/sample-bariatric", "shortfall/bariatric"]);
    let short = action(&three, "shortfall/bariatric");
    let title = "Transport coordinator: find other transport for 1 person who travels only in a bariatric vehicle";
    assert_eq!(short.title, title);
    assert_eq!(short.because, ["All the trips of the vehicles that could carry them are used"]);
    assert_eq!(verdict(&three, "trips/enough"), Answer::No);
    let more = advise_with(&three, r#"{"trips_per_vehicle": 3}"#).actions;
    assert_eq!(more.len(), 1);
}

#[test]
fn whom_nothing_carries_is_named() {
    let table = r#"{"vehicles": [{"id": "car", "provider": "A", "vehicle": "car", "how-many": 1, "seats": 4,
        "wheelchair-places": 0, "stretchers": 0, "bariatric-places": 0, "lead-time-minutes": 30,
        "from": "08:00", "to": "18:00", "contact-role": "desk"}]}"#;
    let advice = advise_with(&people(&[WALKS, STRETCHER]), table);
    let short = advice.actions.iter().find(|action| action.key == "shortfall/stretcher").unwrap();
    assert_eq!(short.because, ["Nothing in the table or on offer carries them: person-2"]);
    assert!(advice.findings.iter().all(|finding| finding.key != "table/own"));
}

#[test]
fn how_somebody_travels_is_asked_and_not_guessed() {
    let unknown = people(&[WALKS, Mobility::NotKnown]);
    assert_eq!(verdict(&unknown, "mobility/known"), Answer::No);
    assert_eq!(verdict(&unknown, "trips/enough"), Answer::Unknown);
    assert_eq!(advise(&unknown).questions.len(), 1);
    let known = people(&[WALKS, WALKS]);
    assert_eq!(verdict(&known, "mobility/known"), Answer::Yes);
    assert_eq!(verdict(&known, "trips/enough"), Answer::Yes);
    assert_eq!(advise(&known).questions, []);
}

#[test]
fn of_nobody_and_of_people_not_shown_nothing_is_known() {
    assert_eq!(verdict(&people(&[]), "mobility/known"), Answer::Unknown);
    assert_eq!(verdict(&people(&[]), "trips/enough"), Answer::Unknown);
    let withheld = Story::of_an_emergency_closure().withholding(Part::People).situation();
    assert_eq!(finding(&withheld, "mobility/known").unwrap().because, ["This rule set is not shown the people"]);
}

#[test]
fn who_stays_is_in_hospital_or_has_died_does_not_travel() {
    let with = |status| {
        let mut situation = people(&[WALKS, STRETCHER]);
        situation.people[1].status = status;
        actions(&situation)
    };
    for status in [CareStatus::Identified, CareStatus::Reviewed, CareStatus::Placed] {
        assert_eq!(with(status), ["book/sample-taxi", "book/sample-ambulance"], "{status:?}");
    }
    for status in [CareStatus::Staying, CareStatus::InHospital, CareStatus::Died] {
        assert_eq!(with(status), ["book/sample-taxi"], "{status:?}");
    }
}

#[test]
fn the_plan_does_not_move_with_each_person_who_does_and_ends_with_the_last() {
    let mut situation = people(&[WALKS, STRETCHER]);
    let before = advise(&situation).actions;
    situation.people[1].status = CareStatus::Moved;
    assert_eq!(advise(&situation).actions, before);
    situation.people[0].status = CareStatus::Moved;
    assert_eq!(advise(&situation).actions, []);
}

#[test]
fn who_was_left_over_and_has_moved_all_the_same_is_not_short() {
    let mut situation = people(&[WALKS, BARIATRIC, BARIATRIC, BARIATRIC]);
    for person in &mut situation.people[1..] {
        person.status = CareStatus::Moved;
    }
    assert_eq!(actions(&situation), ["book/sample-taxi", "book/sample-bariatric"]);
}

#[test]
fn what_is_offered_on_the_record_is_used_first() {
    let walkers = people(&[WALKS; 3]);
    assert_eq!(actions(&walkers), ["book/sample-minibus"]);
    let offered = offering(walkers, 1, &[("vehicle", "community bus"), ("seats", "9")]);
    assert_eq!(actions(&offered), ["use/offer-1"]);
    let title = "Transport coordinator: take up at least 1 trip of the community bus that icb offers (offer-1)";
    assert_eq!(action(&offered, "use/offer-1").title, title);
}

#[test]
fn an_offer_that_does_not_say_what_it_carries_is_named_and_not_counted() {
    let offered = offering(people(&[WALKS]), 2, &[("wheelchair", "yes"), ("seats", "many")]);
    assert_eq!(actions(&offered), ["book/sample-taxi"]);
    let because = "offer-1 does not say how many it carries, and is not counted".to_owned();
    assert!(finding(&offered, "trips/enough").unwrap().because.contains(&because));
}

#[test]
fn one_provider_for_a_way_of_travelling_is_too_few() {
    let samples = people(&[]);
    assert_eq!(verdict(&samples, "options/choice"), Answer::No);
    let because = finding(&samples, "options/choice").unwrap().because;
    assert_eq!(
        because[0],
        "For people who travel only in a bariatric vehicle: Sherbourne Bariatric Transfers (invented)"
    );
    let offered = offering(samples, 1, &[("bariatric-places", "1")]);
    assert_eq!(verdict(&offered, "options/choice"), Answer::Yes);
}

#[test]
fn the_samples_are_said_to_be_samples() {
    assert_eq!(verdict(&people(&[]), "table/own"), Answer::No);
}

#[test]
fn where_nobody_lives_in_the_service_nobody_is_moved() {
    let mut situation = people(&[WALKS]);
    situation.services = vec![service(1, ServiceKind::HomeSupport)];
    assert_eq!(advise(&situation), Advice::default());
    let both = Service { id: "service-2".to_owned(), ..service(2, ServiceKind::Residential) };
    situation.services.push(both);
    assert_eq!(actions(&situation), Vec::<String>::new());
    situation.people[0].service = "service-2".to_owned();
    assert_eq!(actions(&situation), ["book/sample-taxi"]);
}

#[test]
fn the_order_in_which_people_and_offers_are_told_does_not_matter() {
    let situation = people(&[WALKS, STRETCHER, WHEELCHAIR, BARIATRIC, BARIATRIC, HELPED, Mobility::NotKnown]);
    let situation = offering(offering(situation, 1, &[("seats", "4")]), 1, &[("seats", "4")]);
    let mut other = situation.clone();
    other.people.reverse();
    other.offers.reverse();
    assert_eq!(advise(&situation), advise(&other));
}

#[test]
fn whatever_the_numbers_nobody_is_carried_twice_and_nobody_is_forgotten() {
    let settings = read_settings::<TransportOptions>("").unwrap();
    let tables = crate::table::read().unwrap();
    for number in 0..5_usize.pow(4) {
        let of = |digit: u32| number / 5_usize.pow(digit) % 5;
        let mobility: Vec<Mobility> = [WALKS, WHEELCHAIR, STRETCHER, BARIATRIC]
            .into_iter()
            .zip(0..)
            .flat_map(|(mobility, digit)| std::iter::repeat_n(mobility, of(digit) * 3))
            .collect();
        let situation = people(&mobility);
        let travellers = Travellers::of(&situation);
        let fleet = Fleet::of(&situation, &tables, &settings);
        let plan = Plan::of(&travellers, &fleet, &settings);
        for way in Way::ALL {
            let carried: u32 = plan.trips.iter().filter_map(|planned| planned.carried.get(&way)).sum();
            assert_eq!(carried + plan.short(way, &travellers), travellers.count(way), "{mobility:?}");
        }
        for planned in &plan.trips {
            assert!(planned.trips <= planned.vehicle.most_trips(&settings));
            for (way, carried) in &planned.carried {
                assert!(*carried <= planned.trips * planned.vehicle.places(*way));
            }
        }
    }
}
