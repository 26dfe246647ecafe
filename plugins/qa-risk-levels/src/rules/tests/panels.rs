use muster_rule_sdk::{AgencyKind, Interest, Meeting};

use super::*;

const BOTH: [Office; 2] = [Office::HeadOfCommissioningAndQuality, Office::DirectorOfNursingAndClinicalTransformation];
const DAY: Instant = 24 * HOUR;

#[test]
fn the_panel_and_its_governance_stand_for_levels_3_and_4() {
    for key in ["panel/framework", "governance/system-quality-assurance", "governance/safeguarding-adults-board"] {
        assert_eq!([1, 2, 3, 4].map(|level| says(&at_level(level), key)), [false, false, true, true]);
    }
}

#[test]
fn a_recommendation_awaits_the_decision_of_each_office_it_is_put_to() {
    let mut situation = at_level(3);
    assert!(!says(&situation, "recommendation/decided/1"));
    recommended(&mut situation, MeetingKind::ProviderEscalationPanel, &BOTH);
    assert_eq!(finding(&situation, "recommendation/decided/1").verdict, Answer::No);
    let head = action(&situation, "recommendation/decide/1/head-of-commissioning-and-quality");
    let director = action(&situation, "recommendation/decide/1/director-of-nursing-and-clinical-transformation");
    assert_eq!((head.owner, director.owner), (AgencyKind::Council, AgencyKind::HealthCommissioner));
}

#[test]
fn one_office_does_not_decide_for_the_other() {
    let mut situation = at_level(3);
    recommended(&mut situation, MeetingKind::ProviderEscalationPanel, &BOTH);
    decided(&mut situation, BOTH[0], "level-3/contractual/council/service-1", "Decommissioning/end contract");
    situation.recommendations[0].followed_by = Some(1);
    assert!(!says(&situation, "recommendation/decide/1/head-of-commissioning-and-quality"));
    assert!(says(&situation, "recommendation/decide/1/director-of-nursing-and-clinical-transformation"));
    let known = finding(&situation, "recommendation/decided/1");
    assert_eq!(known.verdict, Answer::Yes);
    assert_eq!(
        known.because,
        ["D1 is the first decision on it", "The Director of Nursing and Clinical Transformation has not decided"]
    );
    decided(
        &mut situation,
        BOTH[1],
        "level-3/contractual/health-commissioner/service-1",
        "No contractual option for now",
    );
    assert!(!says(&situation, "recommendation/decide/1/director-of-nursing-and-clinical-transformation"));
}

#[test]
fn a_decision_before_the_recommendation_is_not_one_on_it() {
    let mut situation = at_level(3);
    decided(&mut situation, BOTH[0], "level-3/contractual/council/service-1", "No contractual option for now");
    recommended(&mut situation, MeetingKind::ProviderEscalationPanel, &BOTH);
    assert!(says(&situation, "recommendation/decide/1/head-of-commissioning-and-quality"));
}

#[test]
fn the_escalation_panel_recommends_to_both_offices() {
    let mut situation = at_level(4);
    recommended(&mut situation, MeetingKind::ProviderEscalationPanel, &BOTH[..1]);
    recommended(&mut situation, MeetingKind::ProviderEscalationPanel, &BOTH);
    recommended(&mut situation, MeetingKind::QualityPeerSupportGroup, &BOTH[1..]);
    assert_eq!(finding(&situation, "recommendation/both-offices/1").verdict, Answer::No);
    assert_eq!(finding(&situation, "recommendation/both-offices/2").verdict, Answer::Yes);
    assert!(!says(&situation, "recommendation/both-offices/3"));
}

#[test]
fn a_voluntary_stop_goes_with_level_2_and_an_imposed_one_with_3_and_4() {
    let verdicts = |basis, key: &str| {
        [1, 2, 3, 4].map(|level| {
            let mut situation = at_level(level);
            restricted(&mut situation, basis);
            finding(&situation, key).verdict
        })
    };
    let (yes, no) = (Answer::Yes, Answer::No);
    assert_eq!(verdicts(RestrictionBasis::Voluntary, "restriction/voluntary/1"), [no, yes, no, no]);
    assert_eq!(verdicts(RestrictionBasis::Imposed, "restriction/imposed/1"), [no, no, yes, yes]);
}

#[test]
fn a_stop_for_the_time_of_an_outbreak_is_not_table_ones() {
    let mut situation = at_level(2);
    restricted(&mut situation, RestrictionBasis::Temporary);
    assert!(!keys_of(&situation).iter().any(|key| key.starts_with("restriction/")));
}

#[test]
fn a_lifted_stop_is_no_mismatch() {
    let mut situation = at_level(3);
    restricted(&mut situation, RestrictionBasis::Voluntary);
    assert!(says(&situation, "restriction/voluntary/1"));
    situation.restrictions[0].lifted_at = Some(situation.as_of);
    assert!(!says(&situation, "restriction/voluntary/1"));
}

#[test]
fn where_services_stand_at_different_levels_the_stop_may_be_on_either() {
    let mut situation = concern(None).of_services([home(1, Some(2)), home(2, Some(3))]).situation();
    restricted(&mut situation, RestrictionBasis::Voluntary);
    assert_eq!(finding(&situation, "restriction/voluntary/1").verdict, Answer::Unknown);
    situation.services = vec![home(1, Some(2)), home(2, Some(2))];
    assert_eq!(finding(&situation, "restriction/voluntary/1").verdict, Answer::Yes);
}

#[test]
fn contract_officers_meet_two_weeks_after_the_last_meeting_held() {
    let mut situation = at_level(1);
    let opened_at = situation.opened_at;
    assert_eq!(action(&situation, "contract-officers").due, Some(opened_at + 14 * DAY));
    let meeting = |number, held_at| Meeting {
        number,
        kind: MeetingKind::ContractOfficers,
        at: opened_at + DAY,
        held_at,
        minuted: false,
    };
    situation.meetings = vec![meeting(1, Some(opened_at + DAY)), meeting(2, None)];
    assert_eq!(action(&situation, "contract-officers/after-M1").due, Some(opened_at + 15 * DAY));
    assert!(!says(&situation, "contract-officers"));
}

#[test]
fn a_regulator_that_works_the_incident_mixes_the_roles() {
    let mut situation = at_level(3);
    assert_eq!(finding(&situation, "role-separation").verdict, Answer::Yes);
    let regulator = situation.participants.iter_mut().find(|seat| seat.kind == AgencyKind::Regulator).unwrap();
    regulator.interest = Interest::Operational;
    assert_eq!(finding(&situation, "role-separation").verdict, Answer::No);
    situation.participants.retain(|seat| seat.kind != AgencyKind::Regulator);
    assert_eq!(finding(&situation, "role-separation").verdict, Answer::Unknown);
}
