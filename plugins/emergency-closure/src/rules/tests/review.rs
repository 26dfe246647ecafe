use expect_test::expect;
use muster_rule_sdk::testing::HOUR;
use muster_rule_sdk::{MeetingKind, Milestone, Office, Recommendation, Restriction, RestrictionBasis, RestrictionKind};

use super::*;

fn over() -> Story {
    Story::of_an_emergency_closure().reaches(Phase::Recovering)
}

fn signs(situation: &Situation) -> Finding {
    let settings = read_settings::<EmergencyClosure>("").unwrap();
    let advice = EmergencyClosure::advise(situation, &settings).unwrap();
    advice.findings.into_iter().find(|finding| finding.key == "E26/warning-signs").unwrap()
}

#[test]
fn the_signs_on_the_record_are_listed_for_the_review() {
    let service = Service { risk_level: Some(3), ..service(1, ServiceKind::Residential) };
    let story = over().of_services([service]).answered("quality/action-plan-kept", Answer::No);
    let mut situation = story.answered("market-oversight/stage", 4).situation();
    situation.milestones.push(Milestone { key: "reclassified".to_owned(), at: situation.notified_at, entry: 6 });
    let restriction = |number, basis, hours| Restriction {
        number,
        kind: RestrictionKind::Placements,
        basis,
        placed_at: situation.notified_at + hours * HOUR,
        lifted_at: None,
    };
    let before = restriction(1, RestrictionBasis::Voluntary, -100);
    let after = restriction(2, RestrictionBasis::Imposed, 1);
    situation.restrictions.extend([before, after]);
    situation.recommendations.push(Recommendation {
        number: 1,
        panel: MeetingKind::ProviderEscalationPanel,
        to: vec![Office::HeadOfCommissioningAndQuality],
        at: situation.notified_at - 90 * HOUR,
        followed_by: None,
    });
    let finding = signs(&situation);
    assert_eq!(finding.verdict, Answer::Yes);
    expect![[r#"
        It was handled as something else before (reclassified, entry 6)
        service-1: risk level 3 of Table One
        R1: voluntary restriction of placements, placed before the failure
        N1: a panel recommended before the failure
        quality/action-plan-kept: no (entry 2)
        market-oversight/stage: 4 (entry 3)"#]]
    .assert_eq(&finding.because.join("\n"));
}

#[test]
fn no_sign_on_this_record_is_not_no_sign() {
    let finding = signs(&over().answered("quality/visit-due", Answer::Unknown).situation());
    assert_eq!(finding.verdict, Answer::Unknown);
    expect!["None stands on this record; what others knew is for the review to ask"]
        .assert_eq(&finding.because.join("\n"));
}

#[test]
fn the_signs_are_for_the_time_after_the_emergency() {
    let findings = advise(Story::of_an_emergency_closure()).findings;
    assert!(findings.iter().all(|finding| finding.key != "E26/warning-signs"));
}

#[test]
fn the_review_asks_what_the_plan_asks() {
    let during = asked(Story::of_an_emergency_closure());
    let after = asked(over());
    let facts = ["review/warning-signs", "review/quality-issues", "review/financial-pressures"];
    assert!(facts.iter().all(|fact| !during.contains(&(*fact).to_owned())));
    assert!(facts.iter().all(|fact| after.contains(&(*fact).to_owned())));
    let answered = asked(over().answered("review/financial-pressures", "two late invoices in January"));
    assert!(!answered.contains(&"review/financial-pressures".to_owned()));
    assert!(answered.contains(&"review/quality-issues".to_owned()));
}

#[test]
fn the_three_parts_of_the_review_are_word_for_word_those_of_the_plan() {
    expect![[r#"
        After the emergency
        To ask: Review of events leading to closure i.e. were there warning signs / quality issues / financial pressures we could have assisted with?
        To ask: Review of the success of the closure
        To do: undertake a lessons learnt to prevent future issues
        What this record itself shows is in E26/warning-signs"#]].assert_eq(&action(over(), "E26").because.join("\n"));
}
