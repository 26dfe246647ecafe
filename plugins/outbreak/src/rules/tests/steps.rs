use muster_rule_sdk::Milestone;

use super::*;

fn meeting(held_at: Option<i64>) -> Meeting {
    Meeting { number: 1, kind: MeetingKind::IncidentManagement, at: 1_783_328_400, held_at, minuted: false }
}

fn seat(kind: AgencyKind, interest: Interest) -> Participant {
    Participant {
        agency: "ph".to_owned(),
        kind,
        interest,
        is_lead: false,
        offices: Vec::new(),
        joined_at: Some(1_783_324_800),
    }
}

fn at_the_table(interest: Interest) -> Situation {
    but(outbreak(), |it| it.participants.push(seat(AgencyKind::PublicHealth, interest)))
}

fn involves(situation: &Situation, key: &str) -> bool {
    advise(situation).involvements.into_iter().any(|involvement| involvement.key == key)
}

#[test]
fn public_health_leads_once_it_holds_the_office() {
    let invited = at_the_table(Interest::Operational);
    assert_eq!(verdict(&invited, "led"), Answer::No);
    assert!(proposes(&invited, "lead"));
    let leading = but(invited, |it| it.participants.last_mut().unwrap().offices.push(Office::PublicHealthLead));
    assert_eq!(verdict(&leading, "led"), Answer::Yes);
    assert!(!proposes(&leading, "lead"));
}

#[test]
fn who_can_work_the_outbreak_need_not_be_invited() {
    assert!(involves(&outbreak(), "table/public-health"));
    assert!(involves(&at_the_table(Interest::Oversight), "table/public-health"));
    assert!(!involves(&at_the_table(Interest::Operational), "table/public-health"));
}

#[test]
fn commissioning_is_invited_where_another_agency_opened_the_incident() {
    assert!(!involves(&outbreak(), "table/council"));
    let without = but(outbreak(), |it| it.participants.retain(|seat| seat.kind != AgencyKind::Council));
    assert!(involves(&without, "table/council"));
}

#[test]
fn commissioning_contacts_the_provider_at_once_and_other_steps_have_no_hour() {
    let situation = outbreak();
    assert_eq!(action(&situation, "contact").due, Some(situation.notified_at));
    assert_eq!(action(&situation, "first-contact").due, None);
}

#[test]
fn a_meeting_is_required_where_the_outbreak_is_widespread() {
    let widespread = answered(&[("outbreak/widespread", Answer::Yes)]);
    assert_eq!(verdict(&widespread, "meeting-required"), Answer::Yes);
    assert!(proposes(&widespread, "meeting/arrange"));
    assert!(!proposes(&outbreak(), "meeting/arrange"));
}

#[test]
fn a_small_outbreak_does_not_settle_that_no_meeting_is_required() {
    let small = answered(&[("outbreak/widespread", Answer::No)]);
    assert_eq!(verdict(&small, "meeting-required"), Answer::Unknown);
    assert!(asks(&small, "outbreak/imt-required"));
    assert!(!asks(&outbreak(), "outbreak/imt-required"));
}

#[test]
fn what_public_health_says_of_the_meeting_stands() {
    let not_required = answered(&[("outbreak/widespread", Answer::Yes), ("outbreak/imt-required", Answer::No)]);
    assert_eq!(verdict(&not_required, "meeting-required"), Answer::No);
    let required = answered(&[("outbreak/imt-required", Answer::Yes)]);
    assert!(proposes(&required, "meeting/arrange"));
    assert!(!asks(&required, "outbreak/widespread"));
}

#[test]
fn a_meeting_that_is_called_is_attended_until_it_was_held() {
    let required = answered(&[("outbreak/imt-required", Answer::Yes)]);
    let called = but(required.clone(), |it| it.meetings.push(meeting(None)));
    assert!(!proposes(&called, "meeting/arrange"));
    assert!(proposes(&called, "meeting/attend"));
    let held = but(required, |it| it.meetings.push(meeting(Some(1_783_328_400))));
    assert!(!proposes(&held, "meeting/arrange"));
    assert!(!proposes(&held, "meeting/attend"));
}

#[test]
fn an_audit_is_recommended_only_if_required_and_then_answered() {
    let required = ("outbreak/ipc-audit-required", Answer::Yes);
    assert!(!proposes(&outbreak(), "audit/recommend"));
    assert!(proposes(&answered(&[required]), "audit/recommend"));
    assert!(!proposes(&answered(&[required]), "audit/answer"));
    let recommended = answered(&[required, ("outbreak/ipc-audit-recommended", Answer::Yes)]);
    assert!(!proposes(&recommended, "audit/recommend"));
    assert_eq!(action(&recommended, "audit/answer").owner, AgencyKind::HealthCommissioner);
}

#[test]
fn equipment_is_seen_to_when_it_is_short_and_not_when_nobody_knows() {
    assert!(!proposes(&outbreak(), "protective-equipment"));
    assert!(!proposes(&answered(&[("outbreak/ppe-adequate", Answer::Yes)]), "protective-equipment"));
    assert!(proposes(&answered(&[("outbreak/ppe-adequate", Answer::No)]), "protective-equipment"));
}

#[test]
fn the_tests_of_the_plan_are_for_coronavirus_and_others_follow_a_similar_process() {
    let other = answered(&[("outbreak/coronavirus", Answer::No)]);
    assert_eq!(verdict(&other, "other-outbreak"), Answer::Yes);
    assert!(proposes(&other, "provider/tests"));
    let coronavirus = answered(&[("outbreak/coronavirus", Answer::Yes)]);
    assert_eq!(verdict(&coronavirus, "other-outbreak"), Answer::No);
    assert!(proposes(&coronavirus, "provider/coronavirus-tests"));
    assert!(!proposes(&coronavirus, "provider/tests"));
    assert_eq!(verdict(&outbreak(), "other-outbreak"), Answer::Unknown);
}

#[test]
fn an_extent_in_words_or_in_numbers_is_an_answer() {
    assert!(asks(&outbreak(), "outbreak/extent"));
    let story = || Story::of_an_emergency_closure().kind(IncidentKind::Outbreak);
    assert!(!asks(&story().answered("outbreak/extent", "six people, two staff").situation(), "outbreak/extent"));
    assert!(!asks(&story().answered("outbreak/extent", 6).situation(), "outbreak/extent"));
}

#[test]
fn an_outbreak_runs_until_somebody_says_that_it_is_over() {
    assert!(proposes(&outbreak(), "stay-in-contact"));
    assert!(proposes(&answered(&[("outbreak/over", Answer::Unknown)]), "stay-in-contact"));
    assert!(!proposes(&answered(&[("outbreak/over", Answer::Yes)]), "stay-in-contact"));
}

#[test]
fn it_steps_down_once_it_is_over_and_nothing_temporary_is_left() {
    let over = [("outbreak/over", Answer::Yes)];
    assert!(!proposes(&outbreak(), "step-down"));
    assert!(!proposes(&stopped(&over), "step-down"));
    assert!(proposes(&answered(&over), "step-down"));
    assert!(!proposes(&but(answered(&over), |it| it.phase = Phase::Recovering), "step-down"));
}

#[test]
fn an_outbreak_that_comes_back_takes_the_incident_up_again_and_down_a_second_time() {
    let recovering = |answer| {
        but(answered(&[("outbreak/over", answer)]), |it| {
            it.phase = Phase::Recovering;
            it.milestones.push(Milestone { key: "phase/recovering".to_owned(), at: it.as_of, entry: 9 });
        })
    };
    assert!(!proposes(&recovering(Answer::Yes), "step-up"));
    assert!(!proposes(&recovering(Answer::Unknown), "step-up"));
    assert!(proposes(&recovering(Answer::No), "step-up"));
    let over_again = but(recovering(Answer::Yes), |it| it.phase = Phase::Responding);
    assert!(proposes(&over_again, "step-down/2"));
}

#[test]
fn whether_it_is_over_is_asked_once_something_hangs_on_it() {
    assert!(!asks(&outbreak(), "outbreak/over"));
    assert!(asks(&stopped(&[]), "outbreak/over"));
    assert!(asks(&but(outbreak(), |it| it.phase = Phase::Recovering), "outbreak/over"));
}
