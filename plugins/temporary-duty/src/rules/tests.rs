use expect_test::{Expect, expect};
use muster_rule_sdk::testing::{Story, person, service, told, unsound};
use muster_rule_sdk::{Failure, Part, Person, RuleSet as _, Service, ServiceKind, read_settings};

use super::*;
use crate::TemporaryDuty;

fn advise(story: Story) -> Advice {
    let situation = story.situation();
    let settings = read_settings::<TemporaryDuty>("").unwrap();
    let advice = TemporaryDuty::advise(&situation, &settings).unwrap();
    assert_eq!(unsound(&situation, &advice), Vec::<String>::new());
    advice
}

/// A registered provider goes into administration and stops: all four limbs hold.
fn failed_business() -> Story {
    Story::of_an_emergency_closure()
        .answered("s48/registered-provider", Answer::Yes)
        .answered("s48/unable-to-carry-on", Answer::Yes)
        .answered("s48/business-failure", Answer::Yes)
        .answered("s48/business-failure-event", "administrator-appointed")
}

#[track_caller]
fn check(story: Story, expect: &Expect) {
    expect.assert_eq(&told(&advise(story)));
}

#[track_caller]
fn finding(story: Story, key: &str) -> Finding {
    advise(story).findings.into_iter().find(|finding| finding.key == key).unwrap()
}

#[track_caller]
fn verdict(story: Story, key: &str) -> Answer {
    finding(story, key).verdict
}

fn asked(story: Story) -> Vec<String> {
    advise(story).questions.into_iter().map(|question| question.fact).collect()
}

#[test]
fn of_which_nothing_is_answered_it_cannot_be_determined_and_asks() {
    check(
        Story::of_an_emergency_closure(),
        &expect![[r#"
            finding      s48/engaged                    unknown: Whether the temporary duty is engaged cannot be determined yet
            finding      s48/registered-provider        unknown: The provider is a registered care provider
            finding      s48/unable-to-carry-on         unknown: The provider is unable to carry on the activity
            finding      s48/regulated-activity         yes: The activity is a regulated activity
            finding      s48/business-failure           unknown: The cause is business failure
            finding      s48/waiting                    no: Continuity of care waits until it is known whether the duty is engaged
            finding      s48/nhs-funded                 unknown: The NHS funds somebody's care in full: they are outside the duty
            question     ask/s48/registered-provider    Is the provider registered with the regulator as a care provider?
            question     ask/s48/unable-to-carry-on     Is the provider unable to carry on the activity? (While an administrator or anybody else carries it on: no.)
            question     ask/s48/business-failure       Is the provider unable to carry on because of business failure, as the regulations define it?
            question     ask/s48/business-failure-event Which event was the business failure? One of: administrator-appointed, receiver-appointed, administrative-receiver-appointed, creditors-winding-up-resolution, winding-up-order, partnership-joint-bankruptcy-order, charity-trustees-unable-to-pay-debts, every-partner-bankrupt, company-voluntary-arrangement-approved, individual-bankrupt, individual-voluntary-arrangement
        "#]],
    );
}

#[test]
fn all_four_limbs_engage_the_duty() {
    check(
        failed_business(),
        &expect![[r#"
        finding      s48/engaged                    yes: The temporary duty is engaged
        finding      s48/registered-provider        yes: The provider is a registered care provider
        finding      s48/unable-to-carry-on         yes: The provider is unable to carry on the activity
        finding      s48/regulated-activity         yes: The activity is a regulated activity
        finding      s48/business-failure           yes: The cause is business failure
        finding      s48/assessments                no: Needs must be assessed before they are met under the duty
        finding      s48/same-service               no: The same service must be continued under the duty
        finding      s48/charging                   unknown: Meeting needs under the duty is charged for
        finding      s48/nhs-funded                 unknown: The NHS funds somebody's care in full: they are outside the duty
        action       s48/meet-needs                 Meet the needs that the provider was meeting, for as long as the council considers it necessary, whoever pays
        action       s48/agree-with-people          Take reasonable steps to agree with each person how their needs are met
        action       s48/tell-responsible-councils  Tell each council that was responsible until now that the duty is engaged, and agree who plans and who pays
        action       s48/review-necessity           Review whether meeting these needs is still considered necessary, and record when it no longer is
    "#]],
    );
}

#[test]
fn one_no_is_enough_for_the_duty_not_to_be_engaged() {
    check(
        failed_business().answered("s48/unable-to-carry-on", Answer::No),
        &expect![[r#"
        finding      s48/engaged                    no: The temporary duty is not engaged
        finding      s48/registered-provider        yes: The provider is a registered care provider
        finding      s48/unable-to-carry-on         no: The provider is unable to carry on the activity
        finding      s48/regulated-activity         yes: The activity is a regulated activity
        finding      s48/business-failure           yes: The cause is business failure
        finding      s48/other-powers               yes: Other powers and duties do the work, such as the power to meet urgent needs
        finding      s48/nhs-funded                 unknown: The NHS funds somebody's care in full: they are outside the duty
        action       s48/legal-route                Record for each person under which power or duty their needs are met
    "#]],
    );
}

#[test]
fn one_unknown_leaves_it_undetermined() {
    let story = failed_business().answered("s48/registered-provider", Answer::Unknown);
    assert_eq!(verdict(story.clone(), "s48/engaged"), Answer::Unknown);
    assert_eq!(asked(story), ["s48/registered-provider"]);
}

#[test]
fn the_three_criteria_of_the_plan_do_not_engage_it_without_the_cause() {
    let story = failed_business()
        .answered("s48/business-failure", Answer::No)
        .answered("s48/business-failure-event", "")
        .failing_by(Failure::Enforcement);
    check(
        story,
        &expect![[r#"
        finding      s48/engaged                    no: The temporary duty is not engaged
        finding      s48/registered-provider        yes: The provider is a registered care provider
        finding      s48/unable-to-carry-on         yes: The provider is unable to carry on the activity
        finding      s48/regulated-activity         yes: The activity is a regulated activity
        finding      s48/business-failure           no: The cause is business failure
        finding      s48/other-powers               yes: Other powers and duties do the work, such as the power to meet urgent needs
        finding      s48/nhs-funded                 unknown: The NHS funds somebody's care in full: they are outside the duty
        action       s48/legal-route                Record for each person under which power or duty their needs are met
    "#]],
    );
}

#[test]
fn an_unregulated_service_is_outside_the_duty() {
    let day_centre = Service { regulated: Answer::No, ..service(1, ServiceKind::DayService) };
    assert_eq!(verdict(failed_business(), "s48/regulated-activity"), Answer::Yes);
    assert_eq!(verdict(failed_business().of_services([day_centre]), "s48/engaged"), Answer::No);
}

#[test]
fn a_service_of_unknown_registration_is_asked_about() {
    let home = Service { regulated: Answer::Unknown, ..service(1, ServiceKind::Residential) };
    let story = failed_business().of_services([home]);
    assert_eq!(verdict(story.clone(), "s48/engaged"), Answer::Unknown);
    assert_eq!(asked(story.clone()), ["s48/regulated-activity"]);
    let answered = story.answered("s48/regulated-activity", Answer::Yes);
    assert_eq!(verdict(answered.clone(), "s48/engaged"), Answer::Yes);
    assert_eq!(asked(answered), Vec::<String>::new());
}

#[test]
fn an_event_of_the_closed_list_is_business_failure() {
    let unanswered = failed_business().answered("s48/business-failure", Answer::Unknown);
    assert_eq!(verdict(unanswered.clone(), "s48/business-failure"), Answer::Yes);
    let other = unanswered.answered("s48/business-failure-event", "rent arrears");
    assert_eq!(verdict(other, "s48/business-failure"), Answer::Unknown);
}

#[test]
fn each_event_of_the_closed_list_engages_the_duty() {
    let events = crate::table::read().unwrap().event;
    assert_eq!(events.len(), 11);
    for event in events {
        let unanswered = failed_business().answered("s48/business-failure", Answer::Unknown);
        let named = unanswered.answered("s48/business-failure-event", event.name.as_str());
        assert_eq!(verdict(named, "s48/engaged"), Answer::Yes, "{}", event.name);
    }
}

#[test]
fn care_does_not_wait_for_the_answer() {
    let waits = |story| advise(story).findings.into_iter().any(|finding| finding.key == "s48/waiting");
    assert!(waits(Story::of_an_emergency_closure()));
    assert!(!waits(failed_business()));
}

#[test]
fn a_yes_with_an_event_outside_the_list_is_a_contradiction() {
    let story = failed_business().answered("s48/business-failure-event", "members-winding-up");
    assert_eq!(verdict(story.clone(), "s48/business-failure"), Answer::Unknown);
    assert_eq!(asked(story), ["s48/business-failure-event"]);
}

#[test]
fn a_no_with_an_event_of_the_list_is_a_contradiction() {
    let story = failed_business().answered("s48/business-failure", Answer::No);
    assert_eq!(verdict(story.clone(), "s48/business-failure"), Answer::Unknown);
    assert_eq!(asked(story), ["s48/business-failure"]);
}

#[test]
fn a_yes_without_its_event_stands_and_asks_for_it() {
    let story = failed_business().answered("s48/business-failure-event", "");
    assert_eq!(verdict(story.clone(), "s48/engaged"), Answer::Yes);
    assert_eq!(asked(story), ["s48/business-failure-event"]);
}

#[test]
fn the_type_of_failure_on_the_incident_settles_nothing() {
    let story = Story::of_an_emergency_closure().failing_by(Failure::BusinessFailure);
    let finding = finding(story, "s48/business-failure");
    assert_eq!(finding.verdict, Answer::Unknown);
    expect!["The incident is recorded as a business failure, which an event of the closed list has to bear out"]
        .assert_eq(&finding.because.join("\n"));
}

#[test]
fn a_limb_names_the_entries_it_rests_on() {
    let finding = finding(failed_business(), "s48/business-failure");
    expect![[r#"
        s48/business-failure: yes (entry 4)
        s48/business-failure-event: administrator-appointed (entry 5)"#]]
    .assert_eq(&finding.because.join("\n"));
}

#[test]
fn people_whose_care_the_nhs_funds_in_full_are_outside_the_duty() {
    let council = Person { funder: Funder::CouncilFull, ..person(1) };
    let health = Person { funder: Funder::HealthFull, ..person(2) };
    let story = failed_business().with_person(council);
    assert_eq!(verdict(story.clone(), "s48/nhs-funded"), Answer::No);
    let story = story.with_person(health);
    assert_eq!(verdict(story.clone(), "s48/nhs-funded"), Answer::Yes);
    assert!(advise(story).actions.iter().any(|action| action.key == "s48/nhs-funded-people"));
}

#[test]
fn who_pays_is_not_known_until_it_is_recorded() {
    let council = Person { funder: Funder::CouncilFull, ..person(1) };
    let story = failed_business().with_person(council);
    assert_eq!(verdict(story.with_person(person(2)), "s48/nhs-funded"), Answer::Unknown);
    assert_eq!(verdict(failed_business(), "s48/nhs-funded"), Answer::Unknown);
    let withheld = finding(failed_business().withholding(Part::People), "s48/nhs-funded");
    assert_eq!(withheld.because, ["This rule set is not shown the people"]);
}
