use expect_test::expect;
use muster_rule_sdk::ActionStatus;
use muster_rule_sdk::testing::{HOUR, told};

use super::*;

#[test]
fn a_closing_home_is_given_the_whole_protocol() {
    expect![[r#"
        finding      people/settled                 unknown: Everybody on the list is placed, has moved, stays, is in hospital or has died
        finding      people/needs-known             unknown: The needs of everybody on the list are known
        finding      closure/step-in                unknown: Council staff may work in the service
        question     ask/closure/step-in-agreed     May council staff work in the service, by agreement with the provider or by its contract?
        question     ask/closure/building-available Can the building be used after the provider has gone?
        action       E01                            Log the notification: who told whom, when, the types of failure, the kind of service, and when care is expected to stop
        action       E02                            Contact the regulator, and ask what action it is taking
        action       E03                            A senior manager takes command and establishes the project team
        action       E04                            Check the welfare of everybody who uses the service; tell the police where a crime is suspected
        action       E05/council                    Decide the legal route for each person: section 48, the power to meet urgent needs, or the NHS
        action       E05/health-commissioner        Say who is funded by the NHS in full, and take on the legal route for them
        action       E06                            Stop new placements
        action       E07/council                    Keep one accurate list: every person, needs, who pays, representative and telephone, with self-funders and people from out of area
        action       E07/provider                   Hand over the list of everybody who lives here: needs, who pays, representative and telephone
        action       E08/council                    Name the project lead, safeguarding coordinator, families coordinator and transport coordinator (the single point of contact)
        action       E08/health-commissioner        Name the health link
        action       E09/council                    Tell the councils that placed people here, and neighbouring authorities
        action       E09/health-commissioner        Tell the health bodies that placed people here
        action       E10/council                    Keep care running where people are; send council staff only as a last resort, and only by agreement or contract
        action       E10/provider                   Keep care running: safe staffing first by your own plan, then with agency staff; food, medicines, utilities
        action       E11/council                    Hold the strategy meeting of all agencies: an action plan, and who leads for each person
        action       E11/health-commissioner        Take part in the strategy meeting, and say for whom you lead
        action       E11/regulator                  Take part in the strategy meeting, and say what enforcement is under way
        action       E12/council                    Agree one briefing note and one voice; approve the letters; brief the Cabinet Member; agree a line for the press
        action       E12/provider                   Send the letters that the council approved, and put up a notice with whom to ask
        action       E13/council                    Name a key worker for each person and family
        action       E13/health-commissioner        Name a key worker for each person funded by the NHS in full, and their family
        action       E14/council                    Review everybody's needs: capacity, best interests, deprivation of liberty, advocacy
        action       E14/health-commissioner        Lead the review of everybody funded by the NHS in full
        action       E15                            Bring in GP and pharmacy (medicines list and supply) and a nursing team for specialist needs
        action       E16                            Weigh where people can live: stay in the building, alternative accommodation, or the service in another building; assess the risks of using a building
        action       E17                            Gather vacancies from the market; check that each is definite and suitable, and how old the figure is
        action       E18                            Allocate places by a rule written down before allocating; keep friends together where practicable; an interim place where the first choice is not free
        action       E19                            Plan the transport of each person: how, with whom, from where, to where, arriving when, in which order
        action       E20/council                    Move people; log each leaving and arriving
        action       E20/provider                   Send with each person their records, medicines, equipment and belongings, and a named escort
        action       E21                            Move nobody at night without a named approver and a reason
        action       E22/council                    Check each person on the first day with the receiving service
        action       E22/provider                   Confirm with the receiving service that each person was handed over
        action       E23                            Reconcile the list: everybody is placed, staying, in hospital or has died; make a final count at the service
        action       E24/council                    Support the staff of the failing provider; gather what is known for a transfer of undertakings (TUPE)
        action       E24/provider                   Support and keep your staff; give what is needed for a transfer of undertakings (TUPE)
        action       E25                            Secure the building and the records; record the decision to stand down
        options      E16/options                    Where will the people live?
                     stay                           1. Stay in the existing building (unknown)
                     alternative                    2. Alternative accommodation (unknown)
                     re-provide                     3. The service in another building, such as housing with care or a vacant care home (unknown)
        gate         gate/night-move                no MoveAtNight until somebody named has approved moving people at night, with the reason (night-move/approved) (unknown)
        gate         gate/everybody-settled         no Close until everybody on the list is placed, has moved, stays, is in hospital or has died (unknown)
        gate         gate/closing-review            no Close until the review of the events is held and its lessons are on the record (closing-review/done) (unknown)
        draft        letter/people                  Changes to your care (to people who use the service, and their families)
    "#]].assert_eq(&told(&advise(Story::of_an_emergency_closure())));
}

#[test]
fn a_closing_home_support_branch_is_given_its_own_steps() {
    let advice = advise(Story::of_an_emergency_closure().of_services([home_support()]));
    let own: Vec<String> = told(&advice).lines().skip_while(|line| !line.contains("E15")).map(str::to_owned).collect();
    expect![[r#"
        action       E15                            Bring in GP and pharmacy (medicines list and supply) and a nursing team for specialist needs
        action       E19                            Agree which provider takes over which calls, and from when; whose terms, policies and procedures hold
        action       E20/council                    Have the calls integrated within the new provider's staff
        action       E20/provider                   Hand over each call to the new provider
        action       E22/council                    Check each person on the first day with the receiving service
        action       E22/provider                   Confirm with the receiving service that each person was handed over
        action       E23                            Reconcile the list: everybody is placed, staying, in hospital or has died; make a final count at the service
        action       E24/council                    Support the staff of the failing provider; gather what is known for a transfer of undertakings (TUPE)
        action       E24/provider                   Support and keep your staff; give what is needed for a transfer of undertakings (TUPE)
        action       E25                            Secure the building and the records; record the decision to stand down
        gate         gate/everybody-settled         no Close until everybody on the list is placed, has moved, stays, is in hospital or has died (unknown)
        gate         gate/closing-review            no Close until the review of the events is held and its lessons are on the record (closing-review/done) (unknown)
        draft        letter/people                  Changes to your care (to people who use the service, and their families)"#]].assert_eq(&own.join("\n"));
}

#[test]
fn in_home_support_the_list_is_the_rota() {
    let home = action(Story::of_an_emergency_closure(), "E07/provider");
    let branch = action(Story::of_an_emergency_closure().of_services([home_support()]), "E07/provider");
    assert_eq!(
        home.title,
        "Hand over the list of everybody who lives here: needs, who pays, representative and telephone"
    );
    assert_eq!(branch.title, "Hand over the rota, the key-safe list and the medicine calls");
}

#[test]
fn a_provider_with_both_kinds_of_service_is_given_both_lists() {
    let home = service(2, ServiceKind::Nursing);
    let story = Story::of_an_emergency_closure().of_services([home_support(), home]);
    let keys: Vec<String> = advise(story).actions.into_iter().map(|action| action.key).collect();
    let lists: Vec<&str> = keys.iter().map(String::as_str).filter(|key| key.starts_with("E07")).collect();
    assert_eq!(lists, ["E07/council", "E07/provider", "E07/home/council", "E07/home/provider"]);
}

#[test]
fn a_step_is_due_at_the_end_of_its_band() {
    let story = Story::of_an_emergency_closure();
    let told_at = story.clone().situation().notified_at;
    let due = |key| action(story.clone(), key).due;
    assert_eq!(due("E01"), Some(told_at));
    assert_eq!(due("E04"), Some(told_at + 2 * HOUR));
    assert_eq!(due("E11/regulator"), Some(told_at + 8 * HOUR));
    assert_eq!(due("E23"), Some(told_at + 72 * HOUR));
}

#[test]
fn a_step_is_due_when_care_stops_if_that_is_earlier() {
    let story = Story::of_an_emergency_closure();
    let told_at = story.clone().situation().notified_at;
    let late = action(story.clone().care_stops(Some(24)), "E14/council");
    let soon = action(story.care_stops(Some(12)), "E14/council");
    assert_eq!(late.due, Some(told_at + 24 * HOUR));
    assert_eq!(soon.due, Some(told_at + 12 * HOUR));
    expect![[r#"
        Band: 4 to 24 hours after the council was told (our proposal)

        Band: 4 to 24 hours after the council was told (our proposal)
        Care stops before this band ends: due when care stops, and not before the council was told"#]]
    .assert_eq(&format!("{}\n\n{}", late.because.join("\n"), soon.because.join("\n")));
}

#[test]
fn nothing_is_due_before_the_council_was_told() {
    let story = Story::of_an_emergency_closure().care_stops(Some(-2));
    let told_at = story.clone().situation().notified_at;
    assert_eq!(action(story, "E14/council").due, Some(told_at));
}

#[test]
fn an_answer_says_when_care_stops_where_the_incident_does_not() {
    let story = Story::of_an_emergency_closure().care_stops(None);
    let told_at = story.clone().situation().notified_at;
    assert_eq!(action(story.clone(), "E23").due, Some(told_at + 72 * HOUR));
    let answered = story.answered("closure/expected-care-stops", FactValue::At(told_at + 6 * HOUR));
    assert_eq!(action(answered, "E23").due, Some(told_at + 6 * HOUR));
}

#[test]
fn the_review_comes_after_the_emergency() {
    let story = Story::of_an_emergency_closure();
    assert_eq!(find(story.clone(), "E26"), None);
    assert_eq!(action(story.reaches(Phase::Recovering), "E26").due, None);
}

#[test]
fn a_step_stays_advised_when_it_is_done() {
    let story = Story::of_an_emergency_closure();
    let before = action(story.clone(), "E06");
    assert_eq!(action(story.later(1).with_action("emergency-closure/E06", ActionStatus::Done), "E06"), before);
}

#[test]
fn the_next_look_is_when_the_next_open_step_is_due() {
    let story = Story::of_an_emergency_closure();
    let told_at = story.clone().situation().notified_at;
    let look = |story: Story| advise(story).look_again_at;
    assert_eq!(look(story.clone()), Some(told_at + 2 * HOUR));
    assert_eq!(look(story.clone().later(2)), Some(told_at + 4 * HOUR));
    assert_eq!(look(story.clone().later(72)), None);

    let keys = ["E04", "E05/council", "E05/health-commissioner", "E06"];
    let done = |story: Story, key| story.with_action(&format!("emergency-closure/{key}"), ActionStatus::Done);
    assert_eq!(look(keys.into_iter().fold(story, done)), Some(told_at + 4 * HOUR));
}

#[test]
fn advice_does_not_change_as_time_goes_by() {
    let story = Story::of_an_emergency_closure();
    let now = advise(story.clone());
    let later = advise(story.later(30));
    assert_eq!(Advice { look_again_at: None, ..now }, Advice { look_again_at: None, ..later });
}
