use super::*;

fn told_why() -> Story {
    Story::of_an_emergency_closure().answered(REASON, "the heating has failed and it freezes")
}

fn approved() -> Story {
    told_why().answered(APPROVER, "incident-lead")
}

#[track_caller]
fn gate(story: Story) -> Gate {
    let [gate] = advise(&story.situation()).gates.try_into().unwrap();
    gate
}

#[test]
fn nobody_moves_at_night_without_an_office_and_a_reason() {
    assert_eq!(gate(Story::of_an_emergency_closure()).satisfied, Answer::Unknown);
    assert_eq!(gate(told_why()).satisfied, Answer::Unknown);
    assert_eq!(gate(Story::of_an_emergency_closure().answered(APPROVER, "incident-lead")).satisfied, Answer::Unknown);
    assert_eq!(gate(approved().answered(REASON, "  ")).satisfied, Answer::Unknown);
    let open = gate(approved());
    assert_eq!((open.satisfied, open.blocks), (Answer::Yes, muster_rule_sdk::Step::MoveAtNight));
}

#[test]
fn an_office_is_named_as_people_write_it() {
    for text in ["incident-lead", "Incident Lead", " the Director of Adult Social Services "] {
        assert_eq!(gate(told_why().answered(APPROVER, text)).satisfied, Answer::Yes, "{text}");
    }
}

#[test]
fn a_name_or_an_office_that_may_not_approve_is_a_no_and_is_not_repeated() {
    for text in ["J. Bloggs", "transport-coordinator", "yes"] {
        let situation = told_why().answered(APPROVER, text).situation();
        let advice = advise(&situation);
        assert_eq!(advice.gates[0].satisfied, Answer::No, "{text}");
        let finding = finding(&situation, "night-move/office").unwrap();
        assert_eq!(finding.verdict, Answer::No);
        assert!(finding.because.iter().all(|because| !because.contains("Bloggs")));
    }
    assert_eq!(finding(&approved().situation(), "night-move/office"), None);
}

#[test]
fn the_council_says_who_may_approve() {
    let situation = told_why().answered(APPROVER, "regional-chair").situation();
    let gate = |settings| advise_with(&situation, settings).gates.remove(0).satisfied;
    assert_eq!(gate(""), Answer::No);
    assert_eq!(gate(r#"{"night_approvers": ["regional-chair"]}"#), Answer::Yes);
}

#[test]
fn a_yes_is_not_the_name_of_an_office() {
    assert_eq!(gate(told_why().answered(APPROVER, Answer::Yes)).satisfied, Answer::Unknown);
}

#[test]
fn one_nights_approval_is_not_the_next_ones() {
    let now = approved().situation();
    assert_eq!(advise(&now).look_again_at, Some(now.as_of + 24 * 3_600));
    assert_eq!(gate(approved().later(23)).satisfied, Answer::Yes);
    assert_eq!(gate(approved().later(24)).satisfied, Answer::Unknown);
    let renewed = approved().later(24).answered(APPROVER, "incident-lead");
    assert_eq!(gate(renewed.clone()).satisfied, Answer::Unknown, "the reason is of the night before");
    assert_eq!(gate(renewed.answered(REASON, "still no heating")).satisfied, Answer::Yes);
}
