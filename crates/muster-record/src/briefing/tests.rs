//! What briefings say, of what, and what they say of what is not known.

use expect_test::expect;

use super::{BriefingKind, Source};
use crate::advice::Answer;
use crate::agency::Office;
use crate::entry::Class;
use crate::ids::{AgencyId, PersonNo};
use crate::incident::{actions, answers, decisions, log, meetings, people, review};
use crate::situation::{CareStatus, FactValue, MeetingKind};
use crate::testing::{Scenario, at, named, resident};

fn sheet(home: &Scenario, kind: BriefingKind, by: &str) -> String {
    home.seen_by(by).briefing(kind, &named::<AgencyId>(by), home.now).to_string()
}

fn answer(key: &str, value: FactValue) -> answers::Command {
    answers::Command::Answer { key: key.to_owned(), value, source: "the control room".to_owned() }
}

/// A home that fails, in the middle of the first day.
fn rosebank() -> Scenario {
    let mut home = Scenario::opened();
    home.council().does(people::Command::Register { details: resident() });
    let unknown = people::Details { needs: Vec::new(), needs_known: Answer::Unknown, ..resident() };
    home.council().does(people::Command::Register { details: unknown });
    let title = "Count the medicines".to_owned();
    let due = Some(at("2024-03-04T10:00:00Z"));
    home.council().does(actions::Command::Raise { title, owner: named("icb"), due });
    let reasons = decisions::Reasons {
        information: "half live there since 2019".to_owned(),
        risk_and_strategy: "staff leave when they hear of it; tell them first".to_owned(),
        powers_and_policy: "Plan section 9".to_owned(),
        options: Vec::new(),
        action_and_review: "own staff tonight; look again at 20:00".to_owned(),
    };
    let (question, chosen) = ("Who runs the home tonight?".to_owned(), "Own staff".to_owned());
    home.lead().does(decisions::Command::Decide { question, chosen, reasons, proposal: None, recommendation: None });
    let called = at("2024-03-04T15:00:00Z");
    home.council().does(meetings::Command::Call {
        kind: MeetingKind::Strategy,
        at: called,
        about: "tonight".to_owned(),
    });
    home.later_hours(3);
    home
}

#[test]
fn every_line_of_every_briefing_has_a_source_or_says_that_it_is_not_known() {
    let home = rosebank();
    for kind in BriefingKind::ALL {
        for by in ["council", "icb", "cqc", "region"] {
            let sheet = home.seen_by(by).briefing(*kind, &named::<AgencyId>(by), home.now);
            assert!(!sheet.parts.is_empty());
            for part in &sheet.parts {
                assert!(!part.lines.is_empty(), "{kind}: nothing under {}", part.heading);
                for line in &part.lines {
                    assert!(!line.text.is_empty(), "{kind}: an empty line under {}", part.heading);
                    assert!(!line.known || line.source != Source::Nothing, "{kind}: {} comes from nowhere", line.text);
                }
            }
        }
    }
}

#[test]
fn a_briefing_says_what_is_known_and_what_is_not() {
    expect![[r#""#]].assert_eq(&sheet(&rosebank(), BriefingKind::CabinetMember, "council"));
}

#[test]
fn iimarch_has_seven_parts_in_their_order() {
    let home = rosebank();
    let sheet = home.incident.briefing(BriefingKind::Iimarch, &named("council"), home.now);
    let letters: String = sheet.parts.iter().filter_map(|part| part.heading.chars().next()).collect();
    assert_eq!(letters, "IIMARCH");
}

#[test]
fn the_m_stands_only_where_a_major_incident_was_declared() {
    let letters = |home: &Scenario| {
        let sheet = home.incident.briefing(BriefingKind::Methane, &named("council"), home.now);
        let parts = sheet.parts.iter().filter(|part| part.heading.contains(" - "));
        (sheet.heading.clone(), parts.filter_map(|part| part.heading.chars().next()).collect::<String>())
    };
    let mut home = rosebank();
    let ethane = ("ETHANE report".to_owned(), "ETHANE".to_owned());
    assert_eq!(letters(&home), ethane);
    assert!(sheet(&home, BriefingKind::Methane, "council").contains("No major incident was declared"));
    for not in [Answer::No, Answer::Unknown] {
        home.council().does(answer("methane/major-incident", FactValue::Answer(not)));
        assert_eq!(letters(&home), ethane, "{not} is no declaration");
    }
    home.council().does(answer("methane/major-incident", FactValue::Answer(Answer::Yes)));
    assert_eq!(letters(&home), ("METHANE report".to_owned(), "METHANE".to_owned()));
    assert!(!sheet(&home, BriefingKind::Methane, "council").contains("No major incident was declared"));
}

#[test]
fn what_another_agency_may_not_see_is_neither_on_its_sheet_nor_counted_there() {
    let mut home = rosebank();
    let text = "a safeguarding concern about the night staff".to_owned();
    home.council().labelled(Class::Safeguarding).does(log::Command::Note { text: text.clone() });
    let of_council = sheet(&home, BriefingKind::Iimarch, "council");
    assert!(of_council.contains(&text) && of_council.contains("2 people on the list"));
    assert!(of_council.contains("Nothing on the record is outside this view"));
    let of_region = sheet(&home, BriefingKind::Iimarch, "region");
    assert!(!of_region.contains(&text) && of_region.contains("not known. Nobody is on the list"), "{of_region}");
    assert!(of_region.contains("entries on the record are outside this view"));
    assert!(of_region.contains("People may be missing from its figures"));
}

#[test]
fn a_note_that_was_put_right_is_told_as_it_is_now() {
    let mut home = rosebank();
    home.council().does(log::Command::Note { text: "31 residents".to_owned() });
    let entry = home.incident.seq;
    home.council().does(log::Command::Correct { entry, text: "29 residents".to_owned() });
    let sheet = sheet(&home, BriefingKind::Iimarch, "council");
    assert!(sheet.contains("29 residents") && !sheet.contains("31 residents"), "{sheet}");
}

#[test]
fn the_closing_review_holds_the_warning_signs_and_says_that_none_is_not_none() {
    let mut home = rosebank();
    let heading = "Warning signs on this record";
    assert!(sheet(&home, BriefingKind::ClosingReview, "council").contains("rosebank: risk level 4 of Table One"));
    home.council().does(answer("review/warning-signs", FactValue::Text("late invoices in January".to_owned())));
    let lesson = review::Command::RecordLesson { about: "notice".to_owned(), text: "one call for both".to_owned() };
    home.cqc().does(lesson);
    let review = sheet(&home, BriefingKind::ClosingReview, "council");
    assert!(
        review.contains(heading) && review.contains("late invoices in January (council: the control room)"),
        "{review}"
    );
    assert!(review.contains("notice: one call for both"), "{review}");
    assert!(review.contains("Financial pressures: not known"), "{review}");
    assert!(review.contains("\"were there warning signs / quality issues / financial pressures"), "{review}");
}

#[test]
fn an_exercise_is_marked_at_the_top_and_at_the_end() {
    let opening = crate::incident::lifecycle::Opening { exercise: true, ..crate::testing::opening() };
    let home = Scenario::opened_with(&opening);
    let text = sheet(&home, BriefingKind::Director, "council");
    assert!(text.starts_with("EXERCISE - BRIEFING NOTE TO THE DIRECTOR: Rosebank\n"), "{text}");
    assert!(text.ends_with("EXERCISE: all of this is a rehearsal.\n"), "{text}");
}

#[test]
fn the_calendar_keeps_its_names_and_says_what_changed() {
    let mut home = rosebank();
    let find = |home: &Scenario, uid: &str| {
        let all = home.incident.calendar(home.now);
        let found = all.into_iter().find(|event| event.uid.contains(uid)).unwrap();
        (found.uid, found.start, found.stands, found.sequence)
    };
    let (meeting, care) = (find(&home, ".meeting-M1@"), find(&home, ".care-stops@"));
    let (action, person) = (find(&home, ".action-A1@"), PersonNo(1));
    home.council().does(meetings::Command::Attend { meeting: crate::ids::MeetingNo(1) });
    home.council().does(crate::incident::lifecycle::Command::Amend {
        title: None,
        care_stops_at: Some(at("2024-03-06T12:00:00Z")),
        service: None,
    });
    home.icb().does(actions::Command::Accept { action: crate::ids::ActionNo(1) });
    home.icb().does(actions::Command::Complete { action: crate::ids::ActionNo(1), note: "done".to_owned() });
    home.council().does(people::Command::SetStatus { person, to: CareStatus::Reviewed, place: None });
    let (meeting_now, care_now, action_now) =
        (find(&home, ".meeting-M1@"), find(&home, ".care-stops@"), find(&home, ".action-A1@"));
    assert_eq!((&meeting.0, &care.0, &action.0), (&meeting_now.0, &care_now.0, &action_now.0));
    assert!(meeting_now.3 > meeting.3 && care_now.3 > care.3 && action_now.3 > action.3);
    assert_eq!(care_now.1, at("2024-03-06T12:00:00Z"));
    assert_eq!((action.2, action_now.2), (crate::calendar::Stands::Confirmed, crate::calendar::Stands::Cancelled));
    let holder = home.incident.participants.offices.get(&Office::IncidentLead);
    assert_eq!(holder, Some(&named("council")));
}
