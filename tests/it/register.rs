//! The register over real gRPC: files as they are published, imported by those who may, asked by all, and by the binary.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use muster::client;
use muster::register::{self, Layout};
use muster_proto::v1;
use muster_proto::v1::find_replacements_request::Of as Place;
use muster_proto::v1::get_exposure_request::Of;
use muster_proto::v1::import_register_request::Part;
use muster_record::situation::IncidentKind;
use muster_register::read::Map;
use tonic::{Code, Status};

use crate::home::{COUNCIL, CQC, Home, House, ICB, REGION, soon};
use crate::participant::{Participant, refused};

/// Five locations, invented: a brand's two in two authorities, and others of the same kind.
const DIRECTORY: &str = "\
LOCATION ID,Location  Name,Provider ID,Provider Name,Location Local Authority,Care home?,Dormant (Y/N),Care homes beds,\
Location Latest Overall Rating,Registered manager,Brand ID,Brand Name,Service type - Care home service with nursing
1-101,Rosebank House,1-900,Larkfield Care Ltd,Coventry,Y,N,48,Inadequate,Named,BD9,Larkfield,Y
1-102,Elm Court,1-901,Larkfield Nursing Ltd,Warwickshire,Y,,30,Good,,BD9,Larkfield,Y
1-103,Ash Lodge,1-902,Quiet Homes,Coventry,Y,N,,Good,Named,-,-,Y
1-104,Oak View,1-903,Oak Care,Solihull,Y,N,25,Outstanding,Named,,,Y
1-105,Far Away,1-904,Distant Care,Cornwall,Y,N,25,Outstanding,Named,,,Y
";

/// Figures for two of them: one of the day before the clock of these tests, one three weeks old.
const CAPACITY: &str = "\
CQC Location ID,As at,Maximum capacity,Occupied,Vacant (reserved),Vacant (accepting admissions)
1-103,2024-03-03,40,35,1,4
1-104,2024-02-12,25,20,0,5
";

impl Home {
    fn directory(&self, text: &str) -> PathBuf {
        self.put("directory.csv", text)
    }
}

async fn import(by: &Participant, file: &Path, layout: &Layout, dry_run: bool) -> Result<v1::ImportReport, String> {
    let as_at = matches!(layout, Layout::Cqc).then(|| "2024-03-01".parse().unwrap());
    let read = register::read(file, layout, as_at, &mut |_, _| ()).map_err(|error| error.to_string())?;
    assert_eq!(read.parsed.errors, []);
    let mut client = by.client.clone();
    soon(register::send(&mut client, read, dry_run, &mut |_| ())).await.map_err(|error| error.to_string())
}

fn counts(report: &v1::ImportReport, kind: v1::ListedKind) -> (u64, u64, u64, u64) {
    let found = report.kinds.iter().find(|found| found.kind() == kind).cloned().unwrap_or_default();
    (found.added, found.changed, found.removed, found.unchanged)
}

async fn services(by: &Participant, request: v1::FindServicesRequest) -> Result<Vec<String>, Status> {
    let mut asked = by.client.register.clone();
    let found = soon(asked.find_services(request)).await?.into_inner().services;
    Ok(found.into_iter().map(|found| found.service.unwrap().code).collect())
}

pub(crate) async fn all(by: &Participant) -> Vec<String> {
    services(by, v1::FindServicesRequest::default()).await.unwrap()
}

/// A server whose register has the directory and the figures.
pub(crate) async fn stocked(house: &House<'_>, home: &Home) -> Participant {
    let council = house.client(COUNCIL).await;
    import(&council, &home.directory(DIRECTORY), &Layout::Cqc, false).await.unwrap();
    let figures = home.put("capacity.csv", CAPACITY);
    import(&council, &figures, &Layout::Capacity, false).await.unwrap();
    council
}

#[tokio::test(flavor = "multi_thread")]
async fn a_directory_is_imported_and_the_same_again_changes_nothing() {
    let home = Home::new();
    let house = home.open().await;
    let council = house.client(COUNCIL).await;
    let file = home.directory(DIRECTORY);
    let first = import(&council, &file, &Layout::Cqc, false).await.unwrap();
    assert_eq!((first.kept, first.number, first.error_count), (true, 1, 0));
    assert_eq!(counts(&first, v1::ListedKind::Service), (5, 0, 0, 0));
    assert_eq!(counts(&first, v1::ListedKind::Brand), (1, 0, 0, 0));
    let again = import(&council, &file, &Layout::Cqc, false).await.unwrap();
    assert_eq!(counts(&again, v1::ListedKind::Service), (0, 0, 0, 5));

    let later = DIRECTORY.replace("Coventry,Y,N,48,Inadequate", "Coventry,Y,N,50,Good").replace("1-105,", "1-106,");
    let later = import(&council, &home.directory(&later), &Layout::Cqc, false).await.unwrap();
    assert_eq!(counts(&later, v1::ListedKind::Service), (1, 1, 1, 3));
    let told = register::told(&later).join("\n");
    assert!(told.contains("1-101  changed: rating \"inadequate\" to \"good\", registered_beds 48 to 50"), "{told}");
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dry_run_and_a_file_with_one_wrong_row_change_nothing() {
    let home = Home::new();
    let house = home.open().await;
    let council = house.client(COUNCIL).await;
    let file = home.directory(DIRECTORY);
    let dry = import(&council, &file, &Layout::Cqc, true).await.unwrap();
    assert_eq!((dry.kept, dry.number), (false, 0));
    assert_eq!(counts(&dry, v1::ListedKind::Service), (5, 0, 0, 0));
    assert_eq!(all(&council).await, Vec::<String>::new());

    // Well formed, and at odds with itself: the server looks for itself, whatever the client read.
    let twice = home.directory(&format!("{DIRECTORY}{}", DIRECTORY.lines().last().unwrap()));
    let twice = import(&council, &twice, &Layout::Cqc, false).await.unwrap();
    assert_eq!((twice.kept, twice.error_count), (false, 1));
    assert_eq!(
        register::problem(&twice.errors[0]),
        "line 7: service 1-105 stands at line 6 already; leave one of the two out"
    );
    assert_eq!(all(&council).await, Vec::<String>::new());

    let unreadable = home.directory(&DIRECTORY.replace(",48,", ",many,"));
    let read = register::read(&unreadable, &Layout::Cqc, Some("2024-03-01".parse().unwrap()), &mut |_, _| ()).unwrap();
    let told: Vec<String> = read.parsed.errors.iter().map(ToString::to_string).collect();
    assert_eq!(told, ["line 2: Care homes beds: is \"many\"; a whole number, or blank for not known"]);
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_imported_is_there_after_a_restart_with_its_day_and_sender() {
    let home = Home::new();
    let house = home.open().await;
    stocked(&house, &home).await;
    house.close().await;
    let house = home.open().await;
    let icb = house.client(ICB).await;
    assert_eq!(all(&icb).await, ["1-101", "1-102", "1-103", "1-104", "1-105"]);
    let known = icb.client.register.clone().get_register(v1::GetRegisterRequest {}).await.unwrap().into_inner();
    assert!(!known.may_import);
    let told: Vec<(&str, &str, u32, &str)> = known
        .imports
        .iter()
        .map(|import| (import.source.as_str(), import.as_at.as_str(), import.age_days, import.agency.as_str()))
        .collect();
    assert_eq!(told, [("cqc-directory", "2024-03-01", 3, COUNCIL), ("capacity-tracker", "2024-03-03", 1, COUNCIL)]);
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn only_those_who_maintain_the_register_import_and_one_at_a_time() {
    let home = Home::new();
    let house = home.open().await;
    let (council, icb) = (house.client(COUNCIL).await, house.client(ICB).await);
    let file = home.directory(DIRECTORY);
    let outcome = import(&icb, &file, &Layout::Cqc, true).await.unwrap_err();
    assert!(outcome.starts_with("NOT_MAINTAINER: "), "{outcome}");

    // One that has begun and not ended holds the turn.
    let (sender, receiver) = tokio::sync::mpsc::channel(4);
    let messages = tokio_stream::wrappers::ReceiverStream::new(receiver);
    let mut slow = council.client.register.clone();
    let mut answers = soon(slow.import_register(messages)).await.unwrap().into_inner();
    let outcome = import(&council, &file, &Layout::Cqc, false).await.unwrap_err();
    assert!(outcome.starts_with("IMPORT_UNDER_WAY: "), "{outcome}");
    let rows = v1::ImportRegisterRequest { part: Some(Part::Rows(v1::ImportRows::default())) };
    sender.send(rows).await.unwrap();
    let ended = soon(answers.message()).await;
    let ended = refused::<Option<v1::ImportRegisterResponse>>(ended, Code::InvalidArgument, "INVALID_FIELD");
    assert!(ended.message().contains("header is not set in the first message"), "{ended:?}");
    assert!(soon(answers.message()).await.unwrap().is_none());
    import(&council, &file, &Layout::Cqc, false).await.unwrap();
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn rows_that_are_not_well_formed_are_named_by_their_place() {
    let home = Home::new();
    let house = home.open().await;
    let council = house.client(COUNCIL).await;
    let header = v1::ImportHeader {
        source: "own".to_owned(),
        as_at: "yesterday".to_owned(),
        covers: 0,
        digest: vec![0; 31].into(),
        dry_run: false,
    };
    let sent = |parts: Vec<Part>| {
        let messages = parts.into_iter().map(|part| v1::ImportRegisterRequest { part: Some(part) });
        let mut register = council.client.register.clone();
        let messages = tokio_stream::iter(messages.collect::<Vec<_>>());
        async move {
            let mut answers = soon(register.import_register(messages)).await.unwrap().into_inner();
            loop {
                match soon(answers.message()).await {
                    Ok(Some(_)) => (),
                    Ok(None) => panic!("nothing was wrong"),
                    Err(status) => return client::told(&status),
                }
            }
        }
    };
    let told = sent(vec![Part::Header(header.clone())]).await;
    for field in ["header.as_at: is no day", "header.covers: is not set", "header.digest: is not 32 bytes"] {
        assert!(told.contains(field), "{told}");
    }
    let good = v1::ImportHeader {
        as_at: "2024-03-01".to_owned(),
        covers: v1::Covers::Part.into(),
        digest: vec![0; 32].into(),
        ..header
    };
    let service = v1::ListedService { code: "1 1".to_owned(), rated_on: Some("soon".to_owned()), ..Default::default() };
    let row = |row| v1::ImportRow { line: 9, sheet: None, row };
    let rows = vec![row(Some(v1::import_row::Row::Service(service))), row(None)];
    let told = sent(vec![Part::Header(good), Part::Rows(v1::ImportRows { rows })]).await;
    for field in
        ["rows.rows[0].service.code", "rows.rows[0].service.name", "rows.rows[0].service.rated_on", "rows.rows[1].row"]
    {
        assert!(told.contains(field), "{told}");
    }
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_agency_may_ask_who_is_at_risk_who_could_step_in_and_what_hangs_on_a_brand() {
    let home = Home::new();
    let house = home.open().await;
    stocked(&house, &home).await;
    let mut asked = house.client(CQC).await.client.register;

    let request = v1::ListAtRiskRequest { authority: Some("Coventry City Council".to_owned()), ..Default::default() };
    let found = asked.list_at_risk(request).await.unwrap().into_inner().services;
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].reasons().collect::<Vec<_>>(), [v1::RiskReason::RatedInadequate]);
    assert_eq!(found[0].not_known().collect::<Vec<_>>(), [v1::NotKnown::Capacity]);
    let everywhere = asked.list_at_risk(v1::ListAtRiskRequest::default()).await.unwrap().into_inner().services;
    let stale: Vec<&v1::ServiceAtRisk> = everywhere
        .iter()
        .filter(|found| found.reasons().any(|reason| reason == v1::RiskReason::CapacityStale))
        .collect();
    assert_eq!(stale.len(), 1);
    assert!(stale[0].service.as_ref().unwrap().capacity_stale);

    let request = v1::FindReplacementsRequest { of: Some(Place::Service("1-101".to_owned())), limit: 0 };
    let found = asked.find_replacements(request).await.unwrap().into_inner();
    let told: Vec<(String, v1::Near, Option<u32>, bool)> = found
        .replacements
        .iter()
        .map(|found| {
            let service = found.service.as_ref().unwrap();
            (service.service.as_ref().unwrap().code.clone(), found.near(), found.vacancies, found.same_brand)
        })
        .collect();
    assert_eq!(
        told,
        [
            ("1-103".to_owned(), v1::Near::SameAuthority, Some(4), false),
            ("1-104".to_owned(), v1::Near::SameRegion, Some(5), false),
            ("1-102".to_owned(), v1::Near::SameRegion, None, true),
        ],
        "Cornwall is another region"
    );

    let request = v1::GetExposureRequest { of: Some(Of::Brand("larkfield".to_owned())) };
    let found = asked.get_exposure(request).await.unwrap().into_inner();
    let by_authority: Vec<(&str, u32)> = found
        .authorities
        .iter()
        .map(|held| (held.name.as_str(), held.held.as_ref().unwrap().registered_beds))
        .collect();
    assert_eq!(by_authority, [("Coventry", 48), ("Warwickshire", 30)]);
    assert_eq!((found.code.as_str(), found.total.unwrap().services), ("BD9", 2));
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn services_are_found_page_by_page_and_what_is_not_listed_is_said_to_be_so() {
    let home = Home::new();
    let house = home.open().await;
    let council = stocked(&house, &home).await;
    let coventry = v1::FindServicesRequest { authority: Some("E08000026".to_owned()), ..Default::default() };
    assert_eq!(services(&council, coventry).await.unwrap(), ["1-101", "1-103"]);
    let (mut page_token, mut seen) = (String::new(), Vec::new());
    loop {
        let request = v1::FindServicesRequest { page_size: 2, page_token, ..Default::default() };
        let page = council.client.register.clone().find_services(request).await.unwrap().into_inner();
        seen.extend(page.services.into_iter().map(|found| found.service.unwrap().code));
        page_token = page.next_page_token;
        if page_token.is_empty() {
            break;
        }
    }
    assert_eq!(seen, ["1-101", "1-102", "1-103", "1-104", "1-105"]);
    let nowhere = v1::FindServicesRequest { authority: Some("Atlantis".to_owned()), ..Default::default() };
    refused(services(&council, nowhere).await, Code::NotFound, "RESOURCE_NOT_FOUND");
    let many = v1::FindServicesRequest { page_size: 501, ..Default::default() };
    refused(services(&council, many).await, Code::InvalidArgument, "INVALID_FIELD");
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn authorities_and_agencies_are_those_of_the_day_that_is_asked_for() {
    let home = Home::new();
    let house = home.open().await;
    let mut asked = house.client(REGION).await.client.register;
    let mut names = async |at: &str| -> Vec<String> {
        let request = v1::ListAuthoritiesRequest { at: at.to_owned(), region: "north-west".to_owned() };
        let found = asked.list_authorities(request).await.unwrap().into_inner();
        found.authorities.into_iter().map(|authority| authority.name).collect()
    };
    assert!(names("2023-03-31").await.contains(&"Cumbria".to_owned()));
    assert!(!names("").await.contains(&"Cumbria".to_owned()), "today is in 2024 here");
    let mut asked = house.client(REGION).await.client.register;
    for (at, stands) in [("2021-03-31", "05A"), ("2021-04-01", "B2M3M"), ("", "QWU")] {
        let request = v1::ResolveAgencyRequest { code: "05a".to_owned(), at: at.to_owned() };
        let found = asked.resolve_agency(request).await.unwrap().into_inner();
        assert_eq!(found.current[0].code, stands, "{at}");
        assert_eq!(found.steps[0].code, "05A");
    }
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_plain_file_of_a_council_stays_beside_the_directory() {
    let home = Home::new();
    let house = home.open().await;
    let council = stocked(&house, &home).await;
    let map = Map::read(
        "source = \"coventry-day\"\nrows = \"service\"\ncovers = \"whole\"\nas_at = \"2024-03-01\"\n\
         [columns]\ncode = \"Ref\"\nname = \"Centre\"\nprovider = \"By\"\nauthority = \"Council\"\n\
         [values]\nkind = \"day-service\"\n",
    );
    let file = home.put("day.csv", "Ref,Centre,By,Council\nD-1,The Orchard,V-7,Coventry\n");
    import(&council, &file, &Layout::Plain(map.unwrap()), false).await.unwrap();
    let directory = import(&council, &home.directory(DIRECTORY), &Layout::Cqc, false).await.unwrap();
    assert_eq!(counts(&directory, v1::ListedKind::Service), (0, 0, 0, 5));
    let kind = v1::ServiceKind::DayService.into();
    let day = services(&council, v1::FindServicesRequest { kind, ..Default::default() }).await;
    assert_eq!(day.unwrap(), ["D-1"]);
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_large_import_goes_in_bounded_messages_while_incidents_are_written_to() {
    let home = Home::new();
    let house = home.open().await;
    let (council, writer) = (house.client(COUNCIL).await, house.client(ICB).await);
    let incident = writer.opens("Rosebank", IncidentKind::ProviderFailure).await;
    let head = DIRECTORY.lines().next().unwrap();
    let mut text = format!("{head}\n");
    let size = 4_000;
    for number in 0..size {
        let provider = number / 4;
        writeln!(text, "1-{number},Home {number},P-{provider},Provider {provider},Coventry,Y,N,30,Good,Named,,,Y")
            .unwrap();
    }
    let file = home.directory(&text);
    let importing = async {
        let report = import(&council, &file, &Layout::Cqc, false).await.unwrap();
        counts(&report, v1::ListedKind::Service)
    };
    let writing = async {
        for number in 0..20 {
            writer.notes(&incident, &format!("note {number}")).await;
        }
    };
    let (imported, ()) = tokio::join!(importing, writing);
    assert_eq!(imported, (size, 0, 0, 0));
    house.close().await;
}
