//! A rule set's answer against what stands.

use super::*;

#[test]
fn only_the_difference_is_written() {
    let mut home = advised(&[beds(), draft("Rosebank closes")]);
    home.advises("closure", &[beds(), draft("Rosebank closes")]);
    home.later_hours(1);
    home.advises("closure", &[draft("Rosebank closes on Thursday"), finding()]);
    home.later_hours(1);
    home.fails("closure", "out-of-fuel");
    home.fails("closure", "out-of-fuel");
    expect![[r#"
        closure 1.0.0: 2 open, 0 adopted, 0 declined, FAILING: out-of-fuel
    "#]]
    .assert_eq(&home.reported("advice"));
    home.advises("closure", &[draft("Rosebank closes on Thursday"), finding()]);
    home.advises("closure", &[draft("Rosebank closes on Thursday"), finding()]);
    expect![[r#"
        Mon 4 Mar 2024
          11  09:00  [closure]             pinned closure 1.0.0 of council
          12  09:00  [closure]             advice on entry 11: 2 new, 0 revised, 0 withdrawn
                                             + proposal 1, action: find beds
                                             + proposal 2, draft: Rosebank closes (to families)
          13  10:00  [closure]             advice on entry 12: 1 new, 1 revised, 1 withdrawn
                                             + proposal 3, finding: the section 48 duty is engaged (unknown)
                                             ~ proposal 2, draft: Rosebank closes on Thursday (to families)
                                             - proposal 1
          14  11:00  [closure]             closure could not advise on entry 13: out-of-fuel
          15  11:00  [closure]             advice on entry 14: 0 new, 0 revised, 0 withdrawn
    "#]]
    .assert_eq(&home.told());
    expect![[r#"
        closure 1.0.0: 2 open, 0 adopted, 0 declined
    "#]]
    .assert_eq(&home.reported("advice"));
}

#[test]
fn an_item_withdrawn_and_given_again_keeps_its_number_and_is_open() {
    let mut home = advised(&[beds(), finding()]);
    home.advises("closure", &[finding()]);
    assert_eq!(states(&home), [ProposalState::Withdrawn, ProposalState::Open]);
    home.advises("closure", &[draft("Rosebank closes"), finding(), beds()]);
    assert_eq!(states(&home), [ProposalState::Open; 3]);
    let given = |number| home.incident.advising.proposal(ProposalNo(number)).unwrap();
    assert_eq!((given(1).item.key(), given(3).item.key()), ("beds", "letter"));
    assert_eq!((given(1).given, given(1).stated), (Seq(12), Seq(14)));
}

#[test]
fn what_was_declined_stays_declined_until_it_says_something_else() {
    let mut home = advised(&[beds()]);
    home.lead().does(decline(1));
    home.advises("closure", &[beds()]);
    home.advises("closure", &[]);
    home.advises("closure", &[beds()]);
    assert_eq!(states(&home), [ProposalState::Declined]);
    home.advises("closure", &[action("beds", "find nine beds")]);
    assert_eq!(states(&home), [ProposalState::Open]);
}

#[test]
fn what_was_adopted_stays_adopted_whatever_the_rule_set_says_later() {
    let mut home = advised(&[beds()]);
    home.lead().does(adopt(1));
    home.advises("closure", &[action("beds", "find nine beds")]);
    home.advises("closure", &[]);
    home.advises("closure", &[beds()]);
    assert_eq!(states(&home), [ProposalState::Adopted]);
    assert_eq!(home.incident.actions.list.len(), 1);
}

#[test]
fn a_gate_that_was_overridden_shuts_again_only_when_it_says_something_else() {
    let shut = gate("named-worker", Step::Close, Answer::No);
    let mut home = advised(std::slice::from_ref(&shut));
    home.lead().does(over(1));
    home.advises("closure", &[shut]);
    assert_eq!(home.incident.advising.shut_gate(Step::Close), None);
    home.advises("closure", &[gate("named-worker", Step::Close, Answer::Unknown)]);
    assert_eq!(home.incident.advising.shut_gate(Step::Close), Some(ProposalNo(1)));
    home.advises("closure", &[gate("named-worker", Step::Close, Answer::Yes)]);
    assert_eq!(home.incident.advising.shut_gate(Step::Close), None);
}

#[test]
fn a_standing_decision_raises_each_new_action_once_and_nothing_else() {
    let mut home = advised(&[beds()]);
    home.lead().does(stand("closure"));
    home.forgets_what_was_told();
    let letters = action("letters", "write to the families");
    let all = [beds(), letters.clone(), draft("Rosebank closes"), action("transport", "order two buses")];
    home.advises("closure", &all);
    home.advises("closure", &all);
    home.advises("closure", &[letters]);
    home.advises("closure", &all);
    home.lead().does(end("closure"));
    home.advises("closure", &[action("keys", "find the keys")]);
    expect![[r#"
        Mon 4 Mar 2024
          14  09:00  [closure]             advice on entry 13: 3 new, 0 revised, 0 withdrawn
                                             + proposal 2, action: write to the families
                                             + proposal 3, draft: Rosebank closes (to families)
                                             + proposal 4, action: order two buses
          15  09:00  [closure]             adopted proposal 2 (as incident-lead)
          16  09:00  [closure]             raised A1 for icb: write to the families, due Mon 4 Mar 15:00
          17  09:00  [closure]             adopted proposal 4 (as incident-lead)
          18  09:00  [closure]             raised A2 for icb: order two buses, due Mon 4 Mar 15:00
          19  09:00  [closure]             advice on entry 18: 0 new, 0 revised, 2 withdrawn
                                             - proposal 1
                                             - proposal 3
          20  09:00  [closure]             advice on entry 19: 2 new, 0 revised, 0 withdrawn
                                             + proposal 1, action: find beds
                                             + proposal 3, draft: Rosebank closes (to families)
          21  09:00  [closure]             adopted proposal 1 (as incident-lead)
          22  09:00  [closure]             raised A3 for icb: find beds, due Mon 4 Mar 15:00
          23  09:00  council               the actions of closure are no longer raised at once: the first night is over
          24  09:00  [closure]             advice on entry 23: 1 new, 0 revised, 1 withdrawn
                                             + proposal 5, action: find the keys
                                             - proposal 3
    "#]]
    .assert_eq(&home.told());
}

#[test]
fn an_action_raised_at_once_names_the_standing_decision_as_its_cause() {
    let mut home = advised(&[]);
    home.lead().does(stand("closure"));
    expect![[r#"
        closure 1.0.0: 0 open, 0 adopted, 0 declined, actions raised at once by entry 12
    "#]]
    .assert_eq(&home.reported("advice"));
    let decided = home.incident.seq;
    home.advises("closure", &[beds()]);
    let causes: Vec<Option<Seq>> =
        home.record.iter().rev().take(3).map(|sealed| sealed.open().unwrap().envelope.cause).collect();
    assert_eq!(causes, [Some(decided), Some(decided), None]);
}

#[test]
fn an_action_raised_at_once_and_cancelled_is_not_raised_again() {
    let mut home = advised(&[]);
    home.lead().does(stand("closure"));
    home.advises("closure", &[beds()]);
    home.council().does(actions::Command::Cancel { action: ActionNo(1), reason: "a buyer".to_owned() });
    home.advises("closure", &[]);
    home.advises("closure", &[beds()]);
    assert_eq!(home.incident.actions.list.len(), 1);
}

#[test]
fn a_rule_set_that_is_not_used_here_or_not_in_that_version_adds_nothing() {
    let mut home = advised(&[]);
    assert!(home.would_advise("outbreak", &[beds()]).is_empty());
    let looked = Looked {
        component: Hash([1; 32]),
        settings: Hash([9; 32]),
        seq: home.incident.seq,
        as_of: home.now,
        situation: Hash::NONE,
        fuel_used: 0,
        fuel_limit: 0,
        engine: String::new(),
        drawn: crate::entry::Drawn::default(),
    };
    let advice = Advice { items: vec![beds()], ..Advice::default() };
    let answered = Outcome::Answered { advice, digest: Hash::NONE, apart: Vec::new() };
    let added = |home: &Scenario| home.incident.reconcile(&named("closure"), &looked, &answered).len();
    assert_eq!(added(&home), 1);
    home.pins("closure", 2);
    assert_eq!(added(&home), 0, "that was the version before");
}

#[test]
fn a_new_version_starts_without_the_failure_of_the_one_before() {
    let mut home = advised(&[beds()]);
    home.fails("closure", "trapped");
    home.pins("closure", 2);
    expect![[r#"
        closure 2.0.0: 1 open, 0 adopted, 0 declined
    "#]]
    .assert_eq(&home.reported("advice"));
    home.fails("closure", "trapped");
    expect![[r#"
        closure 2.0.0: 1 open, 0 adopted, 0 declined, FAILING: trapped
    "#]]
    .assert_eq(&home.reported("advice"));
}

#[test]
fn two_rule_sets_keep_their_items_apart() {
    let mut home = advised(&[beds()]);
    home.pins("outbreak", 1);
    home.advises("outbreak", &[action("beds", "close the beds")]);
    home.advises("closure", &[]);
    assert_eq!(states(&home), [ProposalState::Withdrawn, ProposalState::Open]);
    assert_eq!(home.incident.advising.proposal(ProposalNo(2)).unwrap().full_key(), "outbreak/beds");
}

#[test]
fn one_key_is_one_proposal_even_if_a_rule_set_gives_it_twice() {
    let mut home = advised(&[]);
    home.lead().does(stand("closure"));
    let twice = [beds(), action("beds", "find nine beds")];
    home.advises("closure", &twice);
    assert_eq!((states(&home), home.incident.actions.list.len()), (vec![ProposalState::Adopted], 1));
    assert!(home.would_advise("closure", &twice).is_empty());
}
