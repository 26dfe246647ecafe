use expect_test::expect;

use super::*;

#[test]
fn everybody_is_settled_when_no_answer_is_missing() {
    let known = home_of([funded(1, Funder::CouncilPart), placed(2, Funder::OtherCouncil, SOLIHULL)]);
    assert_eq!(finding(&known, "responsible/everybody").verdict, Answer::Yes);
    let open = home_of([funded(1, Funder::CouncilPart), funded(2, Funder::OtherCouncil)]);
    let everybody = finding(&open, "responsible/everybody");
    assert_eq!(everybody.verdict, Answer::Unknown);
    expect![[r#"
        2 people on the list, 1 of them not settled
        Whoever pays, the council ensures that services go on for everybody who receives social care"#]]
    .assert_eq(&everybody.because.join("\n"));
}

#[test]
fn nobody_on_the_list_is_not_everybody() {
    let everybody = finding(&home_of([]), "responsible/everybody");
    assert_eq!((everybody.verdict, keys(&home_of([]))), (Answer::Unknown, Vec::new()));
    assert_eq!(everybody.because[0], "Nobody is on the list yet");
}

#[test]
fn people_who_are_not_shown_are_not_nobody() {
    let withheld = Story::of_an_emergency_closure().withholding(Part::People).situation();
    let everybody = finding(&withheld, "responsible/everybody");
    assert_eq!(everybody.verdict, Answer::Unknown);
    assert_eq!(everybody.because[0], "This rule set is not shown the people");
}

#[test]
fn five_hundred_people_of_sixty_councils_stay_readable() {
    let agency = |number: u32| format!("council-{}", number % 60);
    let home = home_of((1..=500).map(|number| placed(number, Funder::OtherCouncil, &agency(number))));
    let advice = advise(&home);
    assert_eq!((advice.findings.len(), advice.actions.len()), (2, 63));
    let texts = advice.findings.iter().flat_map(|finding| &finding.because);
    assert!(texts.clone().all(|line| line.len() < 2_000), "{texts:?}");
}
