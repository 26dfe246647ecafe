mod staffing;
mod steps;
mod stop;

use expect_test::expect;
use muster_rule_sdk::testing::{Story, told, unsound};
use muster_rule_sdk::{
    AgencyKind, IncidentKind, Interest, Meeting, Participant, RestrictionKind, RuleSet as _, read_settings,
};

use super::*;
use crate::Outbreak;

/// An outbreak at a care home: council, health commissioner and regulator are at the table, Public Health is not.
fn outbreak() -> Situation {
    answered(&[])
}

fn answered(answers: &[(&str, Answer)]) -> Situation {
    let story = Story::of_an_emergency_closure().kind(IncidentKind::Outbreak);
    answers.iter().fold(story, |story, (fact, answer)| story.answered(fact, *answer)).situation()
}

/// The same situation, in one thing different.
fn but(mut situation: Situation, change: impl FnOnce(&mut Situation)) -> Situation {
    change(&mut situation);
    situation
}

fn stop(number: u32, basis: RestrictionBasis) -> Restriction {
    Restriction { number, kind: RestrictionKind::Placements, basis, placed_at: 1_783_324_800, lifted_at: None }
}

fn stopped(answers: &[(&str, Answer)]) -> Situation {
    but(answered(answers), |it| it.restrictions.push(stop(1, RestrictionBasis::Temporary)))
}

fn advise_with(situation: &Situation, settings: &str) -> Advice {
    let settings = read_settings::<Outbreak>(settings).unwrap();
    let advice = Outbreak::advise(situation, &settings).unwrap();
    assert_eq!(unsound(situation, &advice), Vec::<String>::new());
    advice
}

fn advise(situation: &Situation) -> Advice {
    advise_with(situation, "")
}

fn actions(situation: &Situation) -> Vec<String> {
    advise(situation).actions.into_iter().map(|action| action.key).collect()
}

#[track_caller]
fn action(situation: &Situation, key: &str) -> ProposedAction {
    advise(situation).actions.into_iter().find(|action| action.key == key).unwrap()
}

fn proposes(situation: &Situation, key: &str) -> bool {
    actions(situation).iter().any(|given| given == key)
}

fn asks(situation: &Situation, fact: &str) -> bool {
    advise(situation).questions.into_iter().any(|question| question.fact == fact)
}

#[track_caller]
fn verdict(situation: &Situation, key: &str) -> Answer {
    advise(situation).findings.into_iter().find(|finding| finding.key == key).unwrap().verdict
}

#[test]
fn an_outbreak_of_which_nothing_is_known_yet() {
    expect![[r#"
        finding      over                           unknown: The outbreak is over
        finding      led                            no: Public Health leads: an agency holds the office public-health-lead
        finding      meeting-required               unknown: An incident management meeting (IMT) is required
        finding      audit-required                 unknown: An infection control audit is required; Public Health recommends it
        finding      delivery-at-risk               unknown: The delivery of the service is at risk
        finding      staffing-safe                  unknown: Staffing levels are adequate and safe
        finding      other-outbreak                 unknown: The infection is not coronavirus, for which these steps are written: a similar process is followed
        question     ask/outbreak/extent            How far has the outbreak spread? (how many people and how many staff have it; no names)
        question     ask/outbreak/delivery-at-risk  Is the delivery of the service at risk?
        question     ask/outbreak/ppe-adequate      Is there enough personal protective equipment (PPE)?
        question     ask/staffing/safe              Are staffing levels adequate and safe, and expected to stay so? (no where there is concern that they will not)
        question     ask/outbreak/coronavirus       Is the infection coronavirus?
        question     ask/outbreak/widespread        Is the outbreak widespread across the service?
        question     ask/outbreak/ipc-audit-required Is an infection control audit required?
        action       lead                           Take the lead of outbreak management (the office public-health-lead)
        action       notify                         Notify Commissioning of every positive result and outbreak as soon as you are aware of it
        action       first-contact                  Make the initial contact with the provider: trace contacts, verify infection control measures
        action       testing                        Organise additional testing for the service
        action       updates/public-health          Include Commissioning in every update: positive tests, outbreaks, infection control concerns
        action       updates/health-commissioner    Include Commissioning in every update: positive tests, outbreaks, infection control concerns
        action       record-cases                   Have the Insight Team record the positive cases and the outbreak
        action       contact                        Commissioning contacts the provider: extent of the outbreak, risks to service delivery, stock of PPE
        action       visiting-professionals         Advise adult social care teams of the restrictions on visiting professionals
        action       stay-in-contact                Commissioning stays in regular contact with the provider, and supports the home and Public Health
        action       provider/standards             Keep rigorous PPE and infection prevention and control (IPC) standards in place
        action       provider/tests                 Test as Public Health recommends for this infection
        action       provider/report                Report any further cases or concerns to Public Health and Commissioning
        action       placement-stop                 Place a temporary stop of placements, and tell adult social care teams: no new admissions while the outbreak lasts
        involvement  table/public-health            PublicHealth: Operational
        involvement  table/provider                 Provider: Operational
        draft        notice/stop                    Temporary placement stop (to adult social care teams)
    "#]].assert_eq(&told(&advise(&outbreak())));
}

#[test]
fn an_outbreak_that_is_over_while_its_stop_still_stands() {
    let over = stopped(&[("outbreak/over", Answer::Yes)]);
    expect![[r#"
        finding      over                           yes: The outbreak is over
        action       lift-stop/R1                   Lift the temporary stop of placements (R1) now that the outbreak is over, and tell adult social care teams
        gate         gate/lift                      no Lift until the outbreak is over (outbreak/over) (yes)
        draft        notice/lifted                  Temporary placement stop lifted (to adult social care teams)
    "#]].assert_eq(&told(&advise(&over)));
}

#[test]
fn an_outbreak_that_has_stepped_down() {
    let over = answered(&[("outbreak/over", Answer::Yes)]);
    let recovering = but(over, |it| it.phase = Phase::Recovering);
    expect![[r#"
        finding      over                           yes: The outbreak is over
        finding      business-as-usual              unknown: The incident has stepped down and is not closed: the service is back to business as usual
        question     ask/outbreak/business-as-usual Is the service back to business as usual?
        action       recovery/contingency-plan      Follow up in quality assurance how the provider's staffing and contingency plan held
    "#]].assert_eq(&told(&advise(&recovering)));
}

#[test]
fn the_ten_steps_have_the_owners_that_the_plan_names() {
    let situation = answered(&[
        ("outbreak/widespread", Answer::Yes),
        ("outbreak/ipc-audit-required", Answer::Yes),
        ("outbreak/coronavirus", Answer::Yes),
    ]);
    let owners = advise(&situation).actions;
    let owners: String = owners.iter().map(|action| format!("{:<26} {}\n", action.key, action.owner)).collect();
    expect![[r#"
        lead                       public-health
        notify                     public-health
        first-contact              public-health
        meeting/arrange            public-health
        testing                    public-health
        audit/recommend            public-health
        updates/public-health      public-health
        updates/health-commissioner health-commissioner
        record-cases               council
        contact                    council
        visiting-professionals     council
        stay-in-contact            council
        provider/standards         provider
        provider/coronavirus-tests provider
        provider/report            provider
        placement-stop             council
    "#]]
    .assert_eq(&owners);
}
