use expect_test::{Expect, expect};
use muster_rule_sdk::testing::told;
use muster_rule_sdk::{AgencyKind, Issue};

use super::*;

#[track_caller]
fn check(situation: &Situation, expect: &Expect) {
    expect.assert_eq(&told(&advise(situation)));
}

#[test]
fn at_level_1_contractual_options_are_not_applicable_and_that_is_said() {
    check(
        &at_level(1),
        &expect![[r#"
        finding      role-separation                yes: The regulator's role is kept distinct and separate from the contractor's
        finding      level-1/service-1              yes: Level 1: Concerns which are defined and/or single or time limited in cause and/or restricted in scope (service-1)
        finding      level-1/contractual/service-1  yes: Contractual options: Not applicable (service-1)
        question     ask/quality/service-1/concerns-continue Do the concerns continue, so that they need more than the level now gives (service-1)?
        action       level-1/held/service-1         Name the contracts officer and the clinical nurse who manage this, and the line managers who oversee them (service-1)
        action       level-1/monitoring/service-1   Ongoing monitoring by the contracts officer/clinical nurse, with the proactive visit brought forward or its frequency reviewed (service-1)
        action       level-1/improvement-plan/service-1 Monitored improvement plan (service-1)
        action       level-1/signposting/service-1  Signpost to key partners, e.g. Infection Prevention and Control, Medication Optimisation Team (service-1)
        action       level-1/learning/service-1     Focus and access to learning and development sessions (service-1)
        action       contract-officers              Hold the two-weekly meeting of contract officers
    "#]],
    );
    assert!(advise(&at_level(1)).options.is_empty());
    assert!(!says(&at_level(2), "level-1/contractual/service-1"));
}

#[test]
fn level_2_is_held_by_the_peer_support_group_with_a_voluntary_stop() {
    check(
        &at_level(2),
        &expect![[r#"
        finding      role-separation                yes: The regulator's role is kept distinct and separate from the contractor's
        finding      level-2/service-1              yes: Level 2: Persistent or widespread low risk concerns: concerns continue, need formal action (service-1)
        question     ask/quality/service-1/concerns-continue Do the concerns continue, so that they need more than the level now gives (service-1)?
        question     ask/quality/service-1/sustained-improvement Is there evidence of sustained improvement (service-1)?
        action       level-2/held/service-1         Bring this to the Quality Peer Support Group (QPSG), which holds level 2 (service-1)
        action       level-2/data/service-1         Ongoing monitoring of data (service-1)
        action       level-2/reactive-visit/service-1 Reactive visit (service-1)
        action       level-2/agree-action-plan/service-1 Develop and agree an action plan with the service (service-1)
        action       level-2/scheduled-visits/service-1 Scheduled ongoing visits to monitor compliance with the action plan (service-1)
        action       level-2/lead-officer/service-1 Escalate to the Lead officer/Quality Assurance officer/care home lead (service-1)
        action       level-2/monitored-action-plan/service-1 Monitored action plan (service-1)
        action       level-2/signposting/service-1  Signpost to key partners, e.g. infection prevention and control support, medication optimisation (service-1)
        action       level-2/learning/service-1     Priority access to learning and development support (service-1)
        action       level-2/virtual-meeting/service-1 Regular virtual meeting with the manager and/or owners (service-1)
        action       contract-officers              Hold the two-weekly meeting of contract officers
        options      level-2/contractual/council/service-1 Which contractual option is taken at level 2, if any? (service-1)
                     voluntary-stop                 1. Voluntary placement stop/restriction of hours (unknown)
                     notice-of-concern              2. Notice of concern letter issued (unknown)
                     none                           3. No contractual option for now (unknown)
    "#]],
    );
}

#[test]
fn level_4_is_held_by_the_escalation_panel_and_two_offices_decide() {
    check(
        &at_level(4),
        &expect![[r#"
        finding      role-separation                yes: The regulator's role is kept distinct and separate from the contractor's
        finding      level-4/service-1              yes: Level 4: Persistent serious concerns where the provider is at risk of urgent closure or failure or significant risk to service user (service-1)
        question     ask/quality/service-1/concerns-continue Do the concerns continue, so that they need more than the level now gives (service-1)?
        question     ask/quality/service-1/sustained-improvement Is there evidence of sustained improvement (service-1)?
        action       level-4/held/service-1         Bring this to the Provider Escalation Panel (PEP), which oversees levels 3 and 4 (service-1)
        action       level-4/data/service-1         Ongoing monitoring of data (service-1)
        action       level-4/reactive-visit/service-1 Reactive visit (service-1)
        action       level-4/intelligence/service-1 Coordinate intelligence with key partners to monitor improvement (service-1)
        action       level-4/service-user-reviews/service-1 Undertake service user reviews (service-1)
        action       level-4/safeguarding-concerns/service-1 Review and monitor ongoing safeguarding concerns (service-1)
        action       level-4/unannounced-visits/service-1 Conduct unannounced ongoing visits to monitor compliance in accordance with the action plan (service-1)
        action       level-4/strategy-meeting/service-1 Instigate a multi-agency strategy meeting, with escalation to the Head of Service (service-1)
        action       level-4/briefing/service-1     Escalation/briefing note to ADASS and the cabinet portfolio member (service-1)
        action       level-4/legal/service-1        Consult with legal (service-1)
        action       level-4/monitored-action-plan/service-1 Monitored action plan (service-1)
        action       level-4/signposting/service-1  Signpost to key partners, i.e. infection prevention and control support, medication optimisation (service-1)
        action       level-4/learning/service-1     Priority access to learning and development support/service (service-1)
        action       level-4/performance-meetings/service-1 Quality Performance meetings with directors/owners/managers (service-1)
        action       level-4/formal-meeting/service-1 Formal meeting of the council and the health commissioner (senior managers) (service-1)
        action       panel/framework                PEP applies the escalation framework: manage risk, monitor progress, track and coordinate action across all agencies, seek assurance of sustainable improvement
        action       governance/system-quality-assurance Report through the System Quality Assurance mechanisms
        action       contract-officers              Hold the two-weekly meeting of contract officers
        options      level-4/contractual/council/service-1 Which contractual option is taken at level 4, if any? The panel recommends, the office decides for its own agency's contracts (service-1; contracts of the council)
                     imposed-stop                   1. Imposed placement stop/restriction of hours (unknown)
                     termination-letter             2. Termination of contract letter issued (unknown)
                     end-contract                   3. Decommissioning/end contract (unknown)
                     none                           4. No contractual option for now (unknown)
        options      level-4/contractual/health-commissioner/service-1 Which contractual option is taken at level 4, if any? The panel recommends, the office decides for its own agency's contracts (service-1; contracts of the health commissioner)
                     imposed-stop                   1. Imposed placement stop/restriction of hours (unknown)
                     termination-letter             2. Termination of contract letter issued (unknown)
                     end-contract                   3. Decommissioning/end contract (unknown)
                     none                           4. No contractual option for now (unknown)
        involvement  governance/safeguarding-adults-board SafeguardingBoard: Oversight
    "#]],
    );
}

#[test]
fn level_3_oversight_has_seven_and_level_4_six_without_the_action_plan() {
    let (three, four) = (resting_on(&at_level(3), "S14"), resting_on(&at_level(4), "S18"));
    assert_eq!((three.len(), four.len()), (7, 6));
    assert!(three.contains(&"Monitor the action plan (service-1)".to_owned()));
    assert!(!four.iter().any(|title| title.contains("Monitor the action plan")));
    assert!(resting_on(&at_level(4), "S19").contains(&"Monitored action plan (service-1)".to_owned()));
}

#[test]
fn the_briefing_goes_to_the_director_at_level_3_and_to_adass_at_level_4_as_the_note_has_it() {
    let three = action(&at_level(3), "level-3/briefing/service-1");
    assert_eq!(three.title, "Escalation/briefing note to the Director and the cabinet portfolio member (service-1)");
    let four = action(&at_level(4), "level-4/briefing/service-1");
    assert_eq!(four.title, "Escalation/briefing note to ADASS and the cabinet portfolio member (service-1)");
    assert!(four.because.iter().any(|because| because.starts_with("Literal")));
}

#[test]
fn level_1_has_an_improvement_plan_and_no_other_level_has() {
    let has = |level| keys_of(&at_level(level)).iter().any(|key| key.contains("improvement-plan"));
    assert_eq!([1, 2, 3, 4].map(has), [true, false, false, false]);
}

#[test]
fn a_stop_is_voluntary_at_level_2_and_imposed_above() {
    let first = |level: u8| {
        let key = format!("level-{level}/contractual/council/service-1");
        options(&at_level(level), &key).choices.remove(0).title
    };
    assert_eq!(first(2), "Voluntary placement stop/restriction of hours");
    assert_eq!([first(3), first(4)], ["Imposed placement stop/restriction of hours"; 2]);
}

#[test]
fn ending_a_contract_is_an_option_for_an_office_and_never_an_action() {
    for level in [3, 4] {
        let advice = advise(&at_level(level));
        let offices: Vec<Office> = advice.options.iter().map(|options| options.decided_by).collect();
        let both = [Office::HeadOfCommissioningAndQuality, Office::DirectorOfNursingAndClinicalTransformation];
        assert_eq!(offices, both);
        let forbidden = ["contract", "Terminat", "Decommission", "stop"];
        let names = |action: &&ProposedAction| forbidden.iter().any(|word| action.title.contains(word));
        let meeting = "Hold the two-weekly meeting of contract officers";
        let proposed = advice.actions.iter().filter(|action| action.title != meeting).find(names);
        assert_eq!(proposed, None);
    }
}

#[test]
fn a_level_that_is_not_on_the_record_is_asked_for_and_not_guessed() {
    check(
        &concern(None).situation(),
        &expect![[r#"
        finding      role-separation                yes: The regulator's role is kept distinct and separate from the contractor's
        finding      level/not-set/service-1        unknown: A level of risk stands on the record (service-1)
        question     ask/quality/service-1/level    Which of Table One's descriptions fits (service-1)? Answer with its number. 1: Concerns which are defined and/or single or time limited in cause and/or restricted in scope; 2: Persistent or widespread low risk concerns: concerns continue, need formal action; 3: Persistent serious concerns: significant and/or sustained concerns that require enforcement action; 4: Persistent serious concerns where the provider is at risk of urgent closure or failure or significant risk to service user
        action       contract-officers              Hold the two-weekly meeting of contract officers
    "#]],
    );
}

#[test]
fn an_answered_level_is_to_be_put_on_the_record() {
    let situation = concern(None).answered("quality/service-1/level", 3).situation();
    let put = action(&situation, "level/put-on-record/service-1");
    assert_eq!(
        put.title,
        "Put the level of risk that was answered or decided on the record of the service (service-1): level 3"
    );
    assert!(!says(&situation, "level-3/service-1"));
    let nonsense = concern(None).answered("quality/service-1/level", 5).situation();
    assert!(says(&nonsense, "ask/quality/service-1/level"));
    assert!(!says(&nonsense, "level/put-on-record/service-1"));
}

#[test]
fn a_provider_failure_is_not_asked_for_a_level_and_uses_the_one_it_has() {
    let failure = |level| Situation { kind: IncidentKind::ProviderFailure, ..concern(level).situation() };
    assert_eq!(keys_of(&failure(None)), ["role-separation"]);
    assert!(says(&failure(Some(4)), "level-4/strategy-meeting/service-1"));
    assert!(advise(&failure(Some(4))).questions.is_empty());
}

#[test]
fn each_service_stands_at_its_own_level() {
    let situation = concern(None).of_services([home(1, Some(1)), home(2, Some(4))]).situation();
    assert!(says(&situation, "level-1/contractual/service-1"));
    assert!(says(&situation, "level-4/legal/service-2"));
    assert!(!says(&situation, "level-4/legal/service-1"));
    assert!(says(&situation, "ask/quality/service-2/concerns-continue"));
}

#[test]
fn an_office_that_has_decided_is_asked_again_when_a_panel_recommends_anew() {
    let mut situation = at_level(3);
    let (key, office) = ("level-3/contractual/council/service-1", Office::HeadOfCommissioningAndQuality);
    decided(&mut situation, office, key, "No contractual option for now");
    assert!(!says(&situation, key));
    assert!(!says(&situation, "level-3/contractual/council/service-1/2"));
    recommended(&mut situation, MeetingKind::ProviderEscalationPanel, &[office]);
    assert!(says(&situation, "level-3/contractual/council/service-1/2"));
}

#[test]
fn a_letter_is_drafted_only_when_an_office_has_chosen_it() {
    let mut situation = at_level(2);
    assert_eq!(advise(&situation).drafts, []);
    let key = "level-2/contractual/council/service-1";
    decided(&mut situation, Office::HeadOfCommissioningAndQuality, key, "Notice of concern letter issued");
    let draft = advise(&situation).drafts.remove(0);
    assert_eq!((draft.key.as_str(), draft.approved_by), ("letter/notice-of-concern/service-1/1", AgencyKind::Council));
    let own = advise_with(&situation, r#"{"notice_of_concern": "Dear owners,"}"#).drafts.remove(0);
    assert_eq!(own.body, "Dear owners,");
}

#[test]
fn the_letter_that_ends_a_contract_is_never_drafted() {
    let mut situation = at_level(4);
    let key = "level-4/contractual/council/service-1";
    decided(&mut situation, Office::HeadOfCommissioningAndQuality, key, "Termination of contract letter issued");
    assert_eq!(advise(&situation).drafts, []);
}

#[test]
fn an_empty_letter_is_refused() {
    let problem = "the letter is empty: leave it out for the text that comes with the rule set".to_owned();
    let issues = read_settings::<QaRiskLevels>(r#"{"potential_breach": " "}"#).unwrap_err();
    assert_eq!(issues, [Issue { path: "potential_breach".to_owned(), problem }]);
}
