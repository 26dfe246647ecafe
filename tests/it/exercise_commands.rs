//! `muster exercise` and what `muster show` writes out, as a person types them, against a server process.

use crate::process::{Typing, harness_apart, muster, path, serve};

/// A script whose steps are a minute apart, in which people play the health commissioner.
const SCRIPT: &str = r#"
exercise "Rosebank House, by hand"
agency council = e08000026 council "Coventry City Council"
agency icb = qwu health-commissioner "Coventry and Warwickshire ICB"
agency cqc = cqc regulator "Care Quality Commission"
start 2024-03-04

at 09:00  council  opens "Rosebank House" as provider-failure through business-failure,
                       of local regulated residential service rosebank-house with 48 beds,
                       notified 08:40, care stops day 4 09:00
          council  takes office incident-lead
          council  invites icb as operational, cqc as oversight
at 09:10  icb      joins
at 09:20  cqc      joins
at 09:30  council  raises action "Count the medicines" for icb due +2h
"#;

/// The id in a line that says how an exercise stands.
fn id_of(line: &str) -> String {
    let found = line.split_whitespace().skip_while(|word| *word != "EXERCISE").nth(1);
    found.unwrap_or_else(|| panic!("no exercise in {line:?}")).to_owned()
}

#[test]
fn an_exercise_is_directed_from_the_command_line_from_start_to_end() {
    let place = tempfile::tempdir().unwrap();
    let server = serve(place.path(), "error");
    let at = Typing { server: &server, certs: &place.path().join("certs") };
    assert!(at.does(&["exercise", "scenarios"]).contains("home-closes-in-72-hours\n"));
    let script = place.path().join("by-hand.exercise");
    std::fs::write(&script, SCRIPT).unwrap();
    let checked = muster(&["exercise", "check", path(&script)]).output().unwrap();
    assert!(String::from_utf8(checked.stdout).unwrap().contains("6 steps, 3 agencies"));

    // As fast as it goes, with a player: it comes to their turn and waits there.
    let started = at.does(&["exercise", "start", path(&script), "--player", "qwu", "--pace", "0"]);
    let id = id_of(&started);
    let shown = loop {
        let shown = at.does(&["exercise", "show", &id]);
        if shown.contains("now it would be your turn") || shown.contains("turn") {
            break shown;
        }
    };
    assert!(shown.contains("  incident ") && shown.contains("next: "), "{shown}");
    assert_eq!(id_of(&at.does(&["exercise", "list"])), id);
    assert_eq!(id_of(&at.types(&["exercise", "list"], "qwu").unwrap()), id, "whoever has a part is told of it");

    let incident = shown.lines().find_map(|line| line.strip_prefix("  incident ")).unwrap().trim().to_owned();
    let join = r#"{"family":"participants","command":"join"}"#;
    at.types(&["append", &incident, "--command", join, "--exercise", &id], "qwu").unwrap();
    // Where it had come to its end by itself, it stands already.
    let paused = at.types(&["exercise", "pause", &id], "e08000026").unwrap_or_else(|refused| refused);
    assert!(paused.contains("paused"), "{paused}");
    let note = ["append", incident.as_str(), "--note", "while it stands", "--exercise", id.as_str()];
    let refused = at.types(&note, "e08000026").unwrap_err();
    assert!(refused.contains("EXERCISE_PAUSED"), "{refused}");
    assert!(at.types(&["exercise", "pause", &id], "e08000026").unwrap_err().contains("EXERCISE_PAUSED"));
    assert!(at.types(&["exercise", "resume", &id], "cqc").unwrap_err().contains("NOT_YOUR_EXERCISE"));
    let injected = at.does(&["exercise", "inject", &id, "at +1m cqc notes \"the press has called\""]);
    assert!(injected.contains("1 steps were put in"), "{injected}");
    assert!(at.does(&["exercise", "pace", &id, "600"]).contains("600 times"));

    let fork = at.does(&["exercise", "fork", &id]);
    let other = id_of(&fork);
    assert!(other != id && fork.contains("paused"), "{fork}");
    assert!(at.does(&["exercise", "resume", &id]).contains("running"));
    for which in [&id, &other] {
        let ended = at.does(&["exercise", "end", which]);
        assert!(ended.contains("ended"), "{ended}");
    }
    let score = at.types(&["exercise", "score", &id], "qwu").unwrap();
    assert!(score.contains("EXERCISE - SCORE: Rosebank House, by hand"), "{score}");
    let unknown = at.types(&["exercise", "show", "0123456789abcdef"], "e08000026").unwrap_err();
    assert!(unknown.contains("EXERCISE_NOT_FOUND"), "{unknown}");
    server.end();
}

#[test]
fn what_is_generated_is_the_same_for_the_same_seed_and_can_be_played() {
    let place = tempfile::tempdir().unwrap();
    let server = serve(place.path(), "error");
    let at = Typing { server: &server, certs: &place.path().join("certs") };
    let kind = ["--service", "nursing", "--failure", "emergency", "--people", "9", "--hour", "2"];
    let generate = |seed: &str| {
        let mut command = muster(&[&["exercise", "generate", "--seed", seed], &kind[..]].concat());
        harness_apart(&String::from_utf8(command.output().unwrap().stdout).unwrap())
    };
    let script = generate("7");
    assert!(script.trim_start().starts_with("exercise \"") || script.contains("\nexercise \""), "{script}");
    assert_eq!(script, generate("7"));
    assert_ne!(script, generate("8"));
    let file = place.path().join("night.exercise");
    std::fs::write(&file, &script).unwrap();
    let started = at.does(&["exercise", "start", path(&file), "--pace", "1000"]);
    let ended = at.does(&["exercise", "end", &id_of(&started)]);
    assert!(ended.contains("ended"), "{ended}");
    server.end();
}

#[test]
fn briefing_file_and_calendar_are_written_out_as_the_agency_sees_them() {
    let place = tempfile::tempdir().unwrap();
    let server = serve(place.path(), "error");
    let at = Typing { server: &server, certs: &place.path().join("certs") };
    let opening = r#"{"title":"Larch Court","kind":"provider-failure","failures":["business-failure"],"region":null,
        "notified_at":"2024-03-04T08:40:00Z","care_stops_at":null,"exercise":false,"services":[{"id":"larch-court",
        "kind":"residential","national":"no","regulated":"yes","authority":"e08000026","beds":24,"brand":null,
        "risk_level":null}]}"#;
    let file = place.path().join("opening.json");
    std::fs::write(&file, opening).unwrap();
    let opened = at.does(&["append", "--open", path(&file)]);
    let is_id = |word: &&str| word.len() == 32 && word.chars().all(|digit| digit.is_ascii_hexdigit());
    let incident = opened.split_whitespace().find(is_id).unwrap_or_else(|| panic!("{opened}")).to_owned();
    let raise =
        r#"{"family":"actions","command":"raise","title":"Count the medicines","owner":"e08000026","due":null}"#;
    at.does(&["append", &incident, "--command", raise]);

    for kind in ["cabinet-member", "director", "adass", "iimarch", "methane", "closing-review"] {
        let text = at.does(&["show", "briefing", &incident, kind]);
        assert!(text.contains("Larch Court") && !text.contains("EXERCISE"), "{kind}: {text}");
    }
    let json = at.does(&["show", "briefing", &incident, "director", "--format", "json"]);
    let json: serde_json::Value = serde_json::from_str(json.trim()).unwrap();
    assert!(json.is_object());
    let html = at.does(&["show", "briefing", &incident, "director", "--format", "html"]);
    assert!(html.contains("<!DOCTYPE html>"), "{html}");

    let actions = at.does(&["show", "file", &incident, "actions"]);
    assert!(actions.lines().any(|line| line.contains("Count the medicines")), "{actions}");
    let people = at.does(&["show", "file", &incident, "people"]);
    assert!(people.contains("all_people_in_view"), "{people}");
    assert!(!at.does(&["show", "file", &incident, "offers"]).trim().is_empty());
    let situation = at.does(&["show", "file", &incident, "situation"]);
    serde_json::from_str::<serde_json::Value>(situation.trim()).unwrap();
    let calendar = at.does(&["show", "calendar", &incident]);
    assert!(calendar.contains("BEGIN:VCALENDAR") && calendar.contains("BEGIN:VEVENT"), "{calendar}");
    assert_eq!(
        calendar.matches("UID:").count(),
        at.does(&["show", "file", &incident, "calendar"]).matches("UID:").count()
    );

    for words in [&["show", "briefing", &incident, "director"][..], &["show", "calendar", &incident]] {
        let refused = at.types(words, "cqc").unwrap_err();
        assert!(refused.contains("NOT_PERMITTED"), "{refused}");
    }
    server.end();
}
