//! What goes out of an incident: in a real browser as two agencies see it, over the API, and by the program.

use std::path::Path;
use std::process::{Command as Program, Stdio};

use muster_proto::v1;
use muster_record::advice::Answer;
use muster_record::briefing::{BriefingFormat, BriefingKind};
use muster_record::entry::Class;
use muster_record::exported::ExportedFile;
use muster_record::incident::{actions, meetings};
use muster_record::situation::MeetingKind;
use serde_json::json;
use tonic::Code;

use crate::browser::{Driver, at_hand, shots};
use crate::home::{COUNCIL, CQC, Home, ICB, any_port, nine, shipped};
use crate::participant::{Participant, note, options, refused, request};
use crate::signing_in::Idp;

/// An exercise that the council leads, with an action whose title looks like a formula, and about which the health
/// commissioner is only told.
async fn incident(council: &Participant, icb: &Participant) -> String {
    let id = crate::console::incident(council, icb, Answer::Unknown).await;
    let (title, owner) = ("=HYPERLINK(\"x\")".to_owned(), council.agency.parse().unwrap());
    council.does(&id, [actions::Command::Raise { title, owner, due: None }.into()]).await;
    let (kind, at) = (MeetingKind::Strategy, nine());
    council.does(&id, [meetings::Command::Call { kind, at, about: "the night".to_owned() }.into()]).await;
    let class = v1::Class::from(Class::Safeguarding).into();
    let concern = request(&id, v1::WriteOptions { class, ..options() }, [note("a concern about the night staff")]);
    council.appends(concern).await.unwrap();
    council.settled(&id).await;
    id
}

async fn file(by: &Participant, id: &str, file: ExportedFile) -> Result<v1::Paper, tonic::Status> {
    let file = v1::ExportedFile::from(file).into();
    let request = v1::GetFileRequest { incident_id: id.to_owned(), file, at: None };
    Ok(by.client.incidents.clone().get_file(request).await?.into_inner().paper.unwrap())
}

async fn briefing(by: &Participant, id: &str, kind: BriefingKind, format: BriefingFormat) -> v1::Paper {
    let request = v1::GetBriefingRequest {
        incident_id: id.to_owned(),
        kind: v1::BriefingKind::from(kind).into(),
        format: v1::BriefingFormat::from(format).into(),
        at: None,
    };
    by.client.incidents.clone().get_briefing(request).await.unwrap().into_inner().paper.unwrap()
}

/// A table by its columns, row by row.
fn rows(text: &str) -> Vec<std::collections::BTreeMap<String, String>> {
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    reader.deserialize().map(Result::unwrap).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_goes_out_over_the_api_is_what_the_caller_sees() {
    let home = Home::with(shipped(&["emergency-closure"]));
    let house = home.open().await;
    let (council, icb) = (house.client(COUNCIL).await, house.client(ICB).await);
    let id = incident(&council, &icb).await;

    let all = file(&council, &id, ExportedFile::People).await.unwrap();
    assert_eq!((all.name.as_str(), all.people_withheld), ("EXERCISE-people.csv", false));
    let all = rows(&all.content);
    assert_eq!(all.len(), 3);
    assert!(
        all.iter().all(|row| row["exercise"] == "yes"
            && row["needs_known"] == "unknown"
            && row["all_people_in_view"] == "yes")
    );
    let less = file(&icb, &id, ExportedFile::People).await.unwrap();
    assert!(less.people_withheld && rows(&less.content).is_empty());
    let actions = rows(&file(&council, &id, ExportedFile::Actions).await.unwrap().content);
    assert_eq!(actions[0]["title"], "'=HYPERLINK(\"x\")", "nothing is a formula");

    let calendar = file(&council, &id, ExportedFile::Calendar).await.unwrap().content;
    assert_eq!(
        calendar,
        file(&council, &id, ExportedFile::Calendar).await.unwrap().content,
        "the same at the same moment"
    );
    let unfolded = calendar.replace("\r\n ", "");
    assert!(unfolded.contains(&format!("UID:{id}.meeting-M1@muster\r\n")), "{unfolded}");
    assert!(unfolded.contains("SUMMARY:EXERCISE - strategy meeting: the night (Rosebank)"), "{unfolded}");
    assert!(unfolded.contains("DTSTART:20240304T090000Z"), "{unfolded}");
    let situation = file(&council, &id, ExportedFile::Situation).await.unwrap().content;
    let situation: serde_json::Value = serde_json::from_str(&situation).unwrap();
    assert_eq!((&situation["people"], &situation["exercise"]), (&json!(3), &json!(true)));

    for kind in BriefingKind::ALL {
        let whole = briefing(&council, &id, *kind, BriefingFormat::Text).await;
        assert!(whole.content.starts_with("EXERCISE - ") && whole.exercise && whole.entries_withheld == 0, "{kind}");
        let part = briefing(&icb, &id, *kind, BriefingFormat::Json).await;
        assert!(part.entries_withheld > 0 && !part.content.contains("night staff"), "{kind}");
        let told: serde_json::Value = serde_json::from_str(&part.content).unwrap();
        assert_eq!((&told["agency"], &told["entries_withheld"]), (&json!(ICB), &json!(part.entries_withheld)));
        let page = briefing(&council, &id, *kind, BriefingFormat::Html).await.content;
        assert!(page.starts_with("<!DOCTYPE html>") && page.contains("EXERCISE"), "{kind}");
    }
    assert!(briefing(&council, &id, BriefingKind::Iimarch, BriefingFormat::Text).await.content.contains("night staff"));
    let stranger = house.client(CQC).await;
    refused(file(&stranger, &id, ExportedFile::People).await, Code::PermissionDenied, "NOT_PERMITTED");
    house.close().await;
}

/// Another library for calendars, beside the browser's packages, where npm can have it.
fn ical(folder: &Path) {
    if folder.join("node_modules/ical.js").exists() {
        return;
    }
    let mut npm = Program::new("npm");
    npm.args(["install", "--no-audit", "--no-fund", "--loglevel=error", "ical.js@2.2.1"]);
    let ran = npm.current_dir(folder).stdin(Stdio::null()).output();
    if !ran.is_ok_and(|ran| ran.status.success()) {
        crate::skipping::skipped("ical.js", "npm cannot have it");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_goes_out_is_printed_and_read_again() {
    let Some((browser, folder)) = at_hand().await else { return };
    tokio::task::block_in_place(|| ical(&folder));
    let mut home = Home::with(shipped(&["emergency-closure", "temporary-duty"]));
    let of_council = Idp::of(COUNCIL, "https://council.example/papers");
    let of_icb = Idp::of(ICB, "https://icb.example/papers");
    of_council.is_trusted_by(&mut home);
    of_icb.is_trusted_by(&mut home);
    home.config.listen.people = Some(any_port());
    let house = home.open().await;
    let port = house.serving.people().unwrap().port();
    let (council, icb) = (house.client(COUNCIL).await, house.client(ICB).await);
    let id = incident(&council, &icb).await;
    let mut driver = Driver::start(&folder, "papers.mjs");
    let given = json!({
        "base": format!("https://localhost:{port}"), "incident": id, "browser": browser, "shots": shots(&folder),
        "council": of_council.token("duty.manager", &["incident-lead"], &["incident-lead"]),
        "icb": of_icb.token("nurse.on.call", &["incident-lead"], &[]),
    });
    driver.says(&given.to_string());
    let (mut ended, mut tables) = (false, Vec::new());
    while let Some(line) = driver.hears() {
        println!("{line}");
        for word in ["ok people ", "ok fewer "] {
            tables.extend(line.strip_prefix(word).map(|text| rows(&serde_json::from_str::<String>(text).unwrap())));
        }
        ended |= line == "end";
    }
    assert!(driver.ends_well() && ended, "the browser's side failed; its words are above");
    let [all, less] = &tables[..] else { panic!("two tables of people") };
    assert_eq!((all.len(), less.len()), (3, 0));
    assert_eq!(all.iter().map(|row| row["person"].as_str()).collect::<Vec<_>>(), ["1", "2", "3"]);
    house.close().await;
}
