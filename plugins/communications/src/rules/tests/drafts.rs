use expect_test::expect;
use muster_rule_sdk::testing::person;
use muster_rule_sdk::{Funder, Need, Person};

use super::*;
use crate::settings::names_a_person;

#[test]
fn the_invitation_says_who_sends_it_and_who_leads() {
    let body = |answer| draft_of(failing(answer), "draft/families-meeting").body;
    expect![[r#"
        [Date]

        From the provider

        To everybody who uses the residential care home, and their families

        About: Rosebank closes

        We would like to meet you, to tell you what is happening and to hear what matters to you.

        When and where: [day and time], [place, and how to take part by telephone]
        Who leads the meeting: the provider

        Your care goes on. Keeping you safe and cared for comes first, whoever pays for it.

        If you cannot come, or would rather talk alone, call [post and telephone]. You may bring whom you like, and an advocate can come with you.

        [Post of the sender]
    "#]].assert_eq(&body(Answer::Yes));
    assert!(body(Answer::No).contains("From the council\n"));
    assert!(body(Answer::No).contains("leads the meeting: the council and the health commissioner, together"));
    assert!(body(Answer::Unknown).contains("From [the provider if possible, otherwise the council]\n"));
}

#[test]
fn the_council_approves_every_text() {
    for story in [failing(Answer::Yes), failing(Answer::No), outbreak()] {
        assert!(advise(story).drafts.iter().all(|draft| draft.approved_by == AgencyKind::Council));
    }
}

#[test]
fn the_drafts_are_the_same_whoever_uses_the_service_and_however_many() {
    let one = Person {
        funder: Funder::OtherCouncil,
        placed_by: Some("e08000029".to_owned()),
        needs: vec![Need::EndOfLife],
        ..person(1)
    };
    for story in [failing(Answer::Yes), failing(Answer::No), outbreak()] {
        let nobody = advise(story.clone()).drafts;
        let somebody = advise(story.clone().with_person(one.clone()).with_person(person(2))).drafts;
        assert_eq!(nobody, somebody);
        assert!(nobody.iter().all(|draft| !names_a_person(&draft.body) && !draft.body.contains("{")));
    }
}

#[test]
fn no_draft_gives_a_number() {
    let tables = crate::table::read().unwrap();
    for row in &tables.drafts {
        let digits: String = row.body.chars().filter(char::is_ascii_digit).collect();
        // The Cabinet Member's briefing names section 48.
        let expected = if row.text == "cabinet-member" { "48" } else { "" };
        assert_eq!(digits, expected, "{}", row.text);
    }
}

#[test]
fn a_letter_to_people_stands_in_where_the_emergency_closure_has_none() {
    let at =
        |kind| draft_keys(failing(Answer::Yes).of_services([service(1, kind)])).contains(&"draft/people".to_owned());
    assert!(at(ServiceKind::DayService));
    assert!(at(ServiceKind::CommunityMeals));
    assert!(!at(ServiceKind::Residential));
    assert!(!at(ServiceKind::HomeSupport));
}

#[test]
fn care_workers_are_an_audience_of_their_own() {
    assert_eq!(draft_of(failing(Answer::Yes), "draft/care-workers").audience, "care workers");
    assert_eq!(draft_of(outbreak(), "draft/outbreak/care-workers").audience, "care workers");
}

#[test]
fn two_services_of_a_kind_are_named_once() {
    let services = [
        service(1, ServiceKind::HomeSupport),
        service(2, ServiceKind::HomeSupport),
        service(3, ServiceKind::HousingWithCare),
    ];
    let body = draft_of(failing(Answer::Yes).of_services(services), "draft/care-workers").body;
    assert!(body.contains("To everybody who works in the home support service and housing with care\n"), "{body}");
}
