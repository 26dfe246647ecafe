//! What lines come to.

use muster_record::agency::Office;
use muster_record::ids::PersonNo;
use muster_record::incident::{answers, offers, people};
use muster_record::situation::FactValue;
use muster_record::time::uk_day_and_time;

use super::super::{Asked, Counted, Expectation, OnAction, OnProposal, Step};
use super::{Command, PREAMBLE, What, commands, read};

fn steps(lines: &str) -> Vec<Step> {
    read(&format!("{PREAMBLE}{lines}")).steps.into_iter().skip(1).collect()
}

#[test]
fn a_step_knows_its_line_its_time_its_office_and_the_refusal_it_must_meet() {
    let lines = "expect refusal NOT_YOUR_OFFICE\nat +1d 09:20 cqc as incident-lead notes \"hello\"\nicb joins";
    let found = steps(lines);
    let [refused, allowed] = found.as_slice() else { panic!("{found:?}") };
    assert_eq!((refused.line, refused.who.as_str(), refused.office), (11, "cqc", Some(Office::IncidentLead)));
    assert_eq!(refused.expect_refusal.as_deref(), Some("NOT_YOUR_OFFICE"));
    assert_eq!(uk_day_and_time(refused.at), "Tue 5 Mar 09:20");
    assert_eq!((allowed.at, allowed.expect_refusal.as_deref()), (refused.at, None));
}

#[test]
fn times_follow_the_uk_clock_across_the_change_to_summer_time() {
    let forms = ["day 27 09:00", "+2h", "+1d", "+30m", "+1w 08:15", "2024-04-08 09:20", "now"];
    let lines: String = forms.iter().map(|form| format!("at {form} council notes \"x\"\n")).collect();
    let times: Vec<String> = steps(&lines).iter().map(|step| uk_day_and_time(step.at)).collect();
    let expected = [
        "Sat 30 Mar 09:00",
        "Sat 30 Mar 11:00",
        "Sun 31 Mar 11:00",
        "Sun 31 Mar 11:30",
        "Sun 7 Apr 08:15",
        "Mon 8 Apr 09:20",
        "Mon 8 Apr 09:20",
    ];
    assert_eq!(times, expected);
    let overnight = steps("at 2024-03-30 12:00 icb joins\nat +24h icb joins");
    assert_eq!(uk_day_and_time(overnight.last().unwrap().at), "Sun 31 Mar 13:00");
}

#[test]
fn what_is_done_together_is_one_step() {
    let lines = "council together:\n    takes office incident-lead\n    invites icb and cqc as operational,\n        region as information\nicb joins";
    let found = steps(lines);
    let sizes: Vec<usize> = found
        .iter()
        .map(|step| match &step.what {
            What::Commands(asked) => asked.len(),
            What::Open(_)
            | What::OpenRegional { .. }
            | What::AddMember { .. }
            | What::ChangeSettings { .. }
            | What::Expect(_)
            | What::WaitForAdvice => 0,
        })
        .collect();
    assert_eq!(sizes, [4, 1]);
}

#[test]
fn an_answer_is_a_word_a_number_a_text_or_a_moment() {
    let value = |said: &str| match commands(&format!("council answers a/b {said} from \"x\"")).as_slice() {
        [Command::Answers(answers::Command::Answer { value, .. })] => value.clone(),
        other => panic!("{other:?}"),
    };
    assert_eq!(value("unknown"), FactValue::Answer(muster_record::advice::Answer::Unknown));
    assert_eq!(value("-3"), FactValue::Number(-3));
    assert_eq!(value("\"yes\""), FactValue::Text("yes".to_owned()));
    assert_eq!(value("at 09:30"), FactValue::At("2024-03-04T09:30:00Z".parse().unwrap()));
}

#[test]
fn what_is_not_said_of_people_is_not_known() {
    let details = |line: &str| match commands(line).as_slice() {
        [Command::People(people::Command::Register { details }), ..] => {
            (serde_json::to_value(details).unwrap(), commands(line).len())
        }
        other => panic!("{other:?}"),
    };
    let (bare, count) = details("council registers 12 people");
    assert_eq!(
        (&bare["funder"], &bare["mobility"], &bare["needs_known"]),
        (&"not-known".into(), &"not-known".into(), &"unknown".into())
    );
    assert_eq!(count, 12);
    let (full, _) = details(
        "council registers 1 person: self-funded, placed by icb, walks, needs nursing and dementia, stays with 2 to 4 and 6",
    );
    assert_eq!(full["needs"], serde_json::json!(["nursing", "dementia"]));
    assert_eq!(full["stays_with"], serde_json::json!([2, 3, 4, 6]));
    assert_eq!((&full["placed_by"], &full["needs_known"]), (&"qwu".into(), &"yes".into()));
    assert_eq!(details("council registers 2 people: needs none").0["needs_known"], "yes");
    assert_eq!(details("council registers 2 people: needs not-known").0["needs_known"], "no");
}

#[test]
fn a_place_is_taken_for_each_person_named() {
    let commands = commands("council takes 2 of O1 for people 3 and 4");
    let people: Vec<Option<PersonNo>> = commands
        .into_iter()
        .map(|command| {
            let Command::Offers(offers::Command::Take { person, .. }) = command else { panic!("{command:?}") };
            person
        })
        .collect();
    assert_eq!(people, [Some(PersonNo(3)), Some(PersonNo(4))]);
}

#[test]
fn what_only_the_player_knows_is_left_to_it() {
    let lines = "council as incident-lead adopts action E06 and E07/council of emergency-closure
        council as incident-lead adopts all actions of emergency-closure
        council completes all its actions: \"done\"
        council issues report to \"the region\"";
    let found = steps(&lines.replace("        ", ""));
    assert_eq!(found.iter().map(Step::refers_to_advice).collect::<Vec<_>>(), [true, true, true, false]);
    let What::Commands(first) = &found.first().unwrap().what else { panic!() };
    let keys: Vec<String> = first
        .iter()
        .map(|asked| {
            let Asked::OfProposal { item, then: OnProposal::Adopt } = asked else { panic!("{asked:?}") };
            item.full_key()
        })
        .collect();
    assert_eq!(keys, ["emergency-closure/E06", "emergency-closure/E07/council"]);
    let each = What::Commands(vec![Asked::OfEachAction { then: OnAction::Complete("done".to_owned()) }]);
    assert_eq!(found.get(2).unwrap().what, each);
}

#[test]
fn expectations_are_looked_at_through_the_eyes_of_the_agency_that_opened() {
    let found = steps("icb joins\nexpect not yet placed 3\nwait for advice");
    let [_, expected, wait] = found.as_slice() else { panic!("{found:?}") };
    assert_eq!(expected.who, "council");
    assert_eq!(expected.what, What::Expect(Expectation::Count(Counted::NotYetPlaced, 3)));
    assert_eq!(wait.what, What::WaitForAdvice);
}
