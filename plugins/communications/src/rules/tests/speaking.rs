use expect_test::expect;
use muster_rule_sdk::testing::told;
use muster_rule_sdk::{Decision, Office};

use super::*;

#[test]
fn a_failure_of_which_nobody_knows_who_can_speak() {
    expect![[r#"
        finding      letters/sender                 unknown: The provider sends the letters, and the council approves what they say
        finding      meetings/lead                  unknown: The provider leads the meetings with people and families
        question     ask/provider/can-communicate   Can the provider write to people and families, and meet them, today?
        question     ask/safeguarding/large-scale-considered Has it been considered whether a large-scale safeguarding investigation is needed?
        action       plan/agree                     Agree one plan for what is said to whom, when and by whom: people and families, care workers, partners, neighbouring authorities, Cabinet Member, press
        action       provider/engage                Keep the provider engaged throughout: one contact on each side, and nothing said in public that it has not been told first
        action       safeguarding/consider          Consider whether a large-scale safeguarding investigation is needed, and record the answer and its reason
        action       checks/safe-and-well           Keep up quality assurance and safe-and-well checks for as long as the service goes on
        draft        draft/families-meeting         Invitation to a meeting (to people who use the service, and their families)
        draft        draft/care-workers             To everybody who works here (to care workers)
        draft        draft/neighbouring-authorities For your information: a provider at risk (to neighbouring authorities, and councils that placed people here)
        draft        draft/cabinet-member           Briefing for the Cabinet Member (to the Cabinet Member)
        draft        draft/press                    Statement for the press (to the press)
        draft        draft/provider                 How we work together from here (to the provider)
    "#]].assert_eq(&told(&advise(Story::of_an_emergency_closure())));
}

#[test]
fn where_the_provider_cannot_speak_the_council_writes_and_leads_with_the_health_commissioner() {
    expect![[r#"
        finding      letters/sender                 no: The provider sends the letters, and the council approves what they say
        finding      meetings/lead                  no: The provider leads the meetings with people and families
        action       plan/agree                     Agree one plan for what is said to whom, when and by whom: people and families, care workers, partners, neighbouring authorities, Cabinet Member, press
        action       provider/engage                Keep the provider engaged throughout: one contact on each side, and nothing said in public that it has not been told first
        action       letters/send                   Send the approved letters in the provider's place
        action       meetings/in-its-place/council  Lead the meetings with people and families, together with the health commissioner
        action       meetings/in-its-place/health-commissioner Lead the meetings with people and families, together with the council
        action       checks/safe-and-well           Keep up quality assurance and safe-and-well checks for as long as the service goes on
        draft        draft/families-meeting         Invitation to a meeting (to people who use the service, and their families)
        draft        draft/care-workers             To everybody who works here (to care workers)
        draft        draft/neighbouring-authorities For your information: a provider at risk (to neighbouring authorities, and councils that placed people here)
        draft        draft/cabinet-member           Briefing for the Cabinet Member (to the Cabinet Member)
        draft        draft/press                    Statement for the press (to the press)
        draft        draft/provider                 How we work together from here (to the provider)
    "#]].assert_eq(&told(&advise(failing(Answer::No).answered(CONSIDERED, Answer::Yes))));
}

#[test]
fn an_outbreak_has_its_own_two_letters_and_nothing_of_a_failure() {
    expect![[r#"
        finding      letters/sender                 unknown: The provider sends the letters, and the council approves what they say
        question     ask/provider/can-communicate   Can the provider write to people and families, and meet them, today?
        draft        draft/outbreak/people          An outbreak, and what it means for you (to people who use the service, and their families)
        draft        draft/outbreak/care-workers    An outbreak, and what it means for your work (to care workers)
    "#]].assert_eq(&told(&advise(outbreak())));
}

#[test]
fn the_provider_leads_the_meetings_where_it_can() {
    let has = |story, key: &str| action_keys(story).iter().any(|found| found == key);
    assert!(has(failing(Answer::Yes), "meetings/by-provider"));
    assert!(!has(failing(Answer::Yes), "meetings/in-its-place/council"));
    assert!(!has(failing(Answer::No), "meetings/by-provider"));
    assert!(has(failing(Answer::No), "meetings/in-its-place/health-commissioner"));
    assert!(!has(failing(Answer::Unknown), "meetings/by-provider"));
    assert!(!has(failing(Answer::Unknown), "meetings/in-its-place/council"));
}

#[test]
fn not_known_is_not_a_no_the_provider_is_asked() {
    let asked = |story| advise(story).questions.into_iter().map(|question| question.fact).collect::<Vec<_>>();
    assert_eq!(asked(failing(Answer::Unknown)), [CAN_COMMUNICATE, CONSIDERED]);
    assert_eq!(asked(failing(Answer::No)), [CONSIDERED]);
    assert!(!action_keys(failing(Answer::Unknown)).contains(&"letters/send".to_owned()));
}

#[test]
fn a_large_scale_investigation_is_to_be_considered_until_somebody_says_it_was() {
    let is_open = |answer| {
        let story = Story::of_an_emergency_closure().answered(CONSIDERED, answer);
        action_keys(story).contains(&"safeguarding/consider".to_owned())
    };
    assert!(is_open(Answer::Unknown));
    assert!(is_open(Answer::No));
    assert!(!is_open(Answer::Yes));
}

#[test]
fn a_decision_on_the_investigation_says_that_it_was_considered() {
    let decided = |question: &str| {
        let mut situation = failing(Answer::Yes).situation();
        let question = Some(question.to_owned());
        let (office, at) = (Office::DirectorOfAdultSocialServices, situation.as_of);
        situation.decisions.push(Decision { number: 1, office, question, chosen: "not now".to_owned(), at });
        let settings = read_settings::<Communications>("").unwrap();
        let advice = Communications::advise(&situation, &settings).unwrap();
        advice.questions.len() + advice.actions.iter().filter(|action| action.key == "safeguarding/consider").count()
    };
    assert_eq!(decided(DECIDED), 0);
    assert_eq!(decided("emergency-closure/E16/options"), 2);
}

#[test]
fn nothing_is_announced_of_a_mere_concern_or_after_the_emergency() {
    for phase in [Phase::Concern, Phase::Recovering, Phase::Closed] {
        assert_eq!(advise(failing(Answer::No).reaches(phase)), Advice::default());
    }
    assert_ne!(advise(failing(Answer::No).reaches(Phase::Assessing)), Advice::default());
}
