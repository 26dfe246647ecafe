use expect_test::expect;
use muster_record::advice::Answer;
use muster_record::situation::ServiceKind;

use super::files::{directory, dual, locations, readme};
use super::*;
use crate::row::{Rating, Row, Service};

fn services(parsed: &Parsed) -> Vec<&Service> {
    parsed.rows.iter().filter_map(|placed| placed.row.service()).collect()
}

#[test]
fn the_same_directory_is_read_from_ods_from_xlsx_and_from_csv() {
    let from_ods = cqc(ods(&directory()), None).unwrap();
    let from_xlsx = cqc(xlsx(&directory()), None).unwrap();
    assert_eq!(from_ods, from_xlsx);
    assert_eq!(from_ods.header.as_at, date("2024-03-01"), "the README says so");
    assert_eq!(told(&from_ods), Vec::<String>::new());

    let from_csv = cqc(csv(&locations()), Some("2024-03-01")).unwrap();
    let plain = |parsed: &Parsed| -> Vec<Row> {
        let alone = |row: &Row| row.service().map_or(row.clone(), |it| Service { primary: None, ..it.clone() }.into());
        parsed.rows.iter().map(|placed| alone(&placed.row)).collect()
    };
    assert_eq!(plain(&from_csv), plain(&from_ods), "but for the sheet of dual registrations, which CSV lacks");
    expect![[r#"
        [
            "1 locations are not of adult social care and were left out",
            "2 locations say that they are registered twice, and not with which other: their beds may be counted twice",
        ]
    "#]]
    .assert_debug_eq(&from_csv.remarks.iter().filter(|remark| !remark.starts_with("not in")).collect::<Vec<_>>());
}

#[test]
fn what_a_line_says_is_kept_and_what_it_leaves_blank_is_not_known() {
    let parsed = cqc(xlsx(&directory()), None).unwrap();
    let services = services(&parsed);
    let [rosebank, _, elm, ash, door] = services.as_slice() else { panic!("{services:?}") };
    assert_eq!((rosebank.registered_beds, rosebank.rating), (Some(48), Some(Rating::Inadequate)));
    assert_eq!(rosebank.rated_on, Some(today()));
    assert_eq!((rosebank.kinds.as_slice(), rosebank.manager), ([ServiceKind::Nursing].as_slice(), Answer::Yes));
    assert_eq!((elm.dormant, elm.manager), (Answer::Unknown, Answer::Unknown), "blank is not no");
    assert_eq!((ash.registered_beds, ash.brand.as_ref()), (None, None), "blank is not 0, and a dash is no brand");
    assert_eq!((door.care_home, door.manager, door.rating), (Answer::No, Answer::No, None));
    assert_eq!(door.authority_name.as_deref(), Some("Herefordshire, County of"));
    let text = format!("{:?}", parsed.rows);
    assert!(!text.contains("Ada"), "whom the file names as manager is not kept");
}

#[test]
fn headings_are_found_whatever_their_case_and_spaces_and_below_a_title() {
    let mut lines = locations();
    lines[0] =
        lines[0].iter().map(|heading| &*heading.to_uppercase().replace("LOCATION ", " Location  ").leak()).collect();
    lines.insert(0, vec!["Care directory", "", ""]);
    let parsed = cqc(csv(&lines), Some("2024-03-01")).unwrap();
    assert_eq!(services(&parsed).len(), 5);
    assert_eq!(parsed.rows[0].place.line, 3, "lines are counted as the file has them");
}

#[test]
fn a_missing_column_is_named_with_those_that_there_are() {
    let mut lines = locations();
    lines[0][7] = "Beds";
    let sheets = [("README", readme()), ("HSCA_Active_Locations", lines), ("Dual_Registration_Locations", dual())];
    let error = cqc(ods(&sheets), None).unwrap_err().to_string();
    assert!(
        error.starts_with(
            "in sheet HSCA_Active_Locations, the column \"Care homes beds\" is missing; the columns are: Location ID, "
        ),
        "{error}"
    );
    assert!(error.contains("Dormant (Y/N), Beds, "), "{error}");
}

#[test]
fn a_missing_sheet_a_missing_day_and_another_encoding_are_said_to_be_the_reason() {
    let error = |bytes: Vec<u8>| cqc(bytes, None).unwrap_err().to_string();
    assert_eq!(error(xlsx(&[("README", readme())])), "it has no sheet HSCA_Active_Locations; it has: README");
    assert_eq!(error(csv(&locations()).into_bytes()), "nothing in it says for which day it speaks: give the day");
    let latin = Book::open(b"Location ID,Caf\xe9".to_vec()).err().unwrap().to_string();
    assert_eq!(latin, "it is not UTF-8 from byte 15 on: save it as \"CSV UTF-8\"");
    assert!(Book::open(b"PK but no zip".to_vec()).is_err());
}

#[test]
fn everything_wrong_in_several_lines_is_told_with_line_column_and_what_would_do() {
    let mut lines = locations();
    lines[1][5] = "perhaps";
    lines[1][7] = "forty";
    lines[2][0] = "";
    lines[3][8] = "Splendid";
    lines[4][9] = "31/02/2024";
    let sheets = [("README", readme()), ("HSCA_Active_Locations", lines), ("Dual_Registration_Locations", dual())];
    let parsed = cqc(xlsx(&sheets), None).unwrap();
    expect![[r#"
        [
            "sheet HSCA_Active_Locations, line 2: Care home?: is \"perhaps\"; Y, N or blank for not known",
            "sheet HSCA_Active_Locations, line 2: Care homes beds: is \"forty\"; a whole number, or blank for not known",
            "sheet HSCA_Active_Locations, line 3: Location ID: is blank; give its code",
            "sheet HSCA_Active_Locations, line 4: Location Latest Overall Rating: is \"Splendid\"; Outstanding, Good, Requires improvement, Inadequate, or blank for not rated",
            "sheet HSCA_Active_Locations, line 5: Publication Date: is \"31/02/2024\"; a day as in 2024-03-04 or 04/03/2024",
        ]
    "#]]
    .assert_debug_eq(&told(&parsed));
}

#[test]
fn a_plain_file_is_read_by_a_map_of_its_columns() {
    let map = r#"
        source = "coventry-day-services"
        rows = "service"
        covers = "whole"
        as_at = "2024-03-01"
        [columns]
        code = "Ref"
        name = "Centre"
        provider = "Run by"
        authority = "Council"
        [values]
        kind = "day-service"
    "#;
    let parsed = plain("Ref,Centre,Run by,Council\nD-1,The Orchard,V-7,Coventry\n\n", map).unwrap();
    let services = services(&parsed);
    let [orchard] = services.as_slice() else { panic!("{services:?}") };
    assert_eq!((orchard.kinds.as_slice(), orchard.care_home), ([ServiceKind::DayService].as_slice(), Answer::Unknown));
    assert_eq!(parsed.header.source.as_str(), "coventry-day-services");

    let missing = plain("Ref,Name,Run by,Council\n", map).unwrap_err().to_string();
    assert_eq!(missing, "the column \"Centre\" is missing; the columns are: Ref, Name, Run by, Council");
    let wrong = |from: &str, to: &str| Map::read(&map.replace(from, to)).unwrap_err().to_string();
    assert!(wrong("authority = ", "council = ").contains("names \"council\", and a service has: code, name"));
    assert_eq!(wrong("name = ", "postcode = "), "the column map names no column for name, which every service has");
    assert!(wrong("covers = ", "cover = ").contains("unknown field `cover`"));
}

#[test]
fn figures_of_capacity_have_each_their_day() {
    let parsed = capacity(super::files::CAPACITY);
    let days: Vec<String> = parsed.rows.iter().map(|placed| placed.row.capacity().unwrap().as_at.to_string()).collect();
    assert_eq!(days, ["2024-03-03", "2024-02-12"]);
    assert_eq!(parsed.header.as_at, date("2024-03-03"), "the newest of them");
    let over = capacity(
        "Location ID,As at,Maximum capacity,Occupied,Accepting admissions\n1-1,2024-03-01,10,11,\n1-2,,10,1,\n",
    );
    expect![[r#"
        [
            "line 2: Occupied: is 11, of 10 at most; a number that is not more",
            "line 3: As at: is blank; give the day for which the figures were taken",
        ]
    "#]]
    .assert_debug_eq(&told(&over));
}

#[test]
fn market_oversight_and_agencies_come_by_a_map_too() {
    let map = "source = \"market-oversight\"\nrows = \"oversight\"\nas_at = \"2024-03-01\"\n[columns]\nprovider = \"Provider ID\"\nstage = \"Stage\"\n";
    let parsed = plain("Provider ID,Stage\n1-900,early-warning\n1-901,soon\n", map).unwrap();
    assert_eq!(parsed.rows.len(), 1);
    assert_eq!(
        told(&parsed),
        ["line 3: Stage: is \"soon\"; one of: in-scheme, sustainability-plan, business-review, early-warning"]
    );
    let map = "source = \"ods\"\nrows = \"agency\"\nas_at = \"2024-03-01\"\n[columns]\ncode = \"Code\"\nname = \"Name\"\nsuccessor = \"To\"\nsuccessor_from = \"From\"\n[values]\nkind = \"health-commissioner\"\n";
    let parsed = plain("Code,Name,To,From\nX1,Old,X2,2024-04-01\nX2,New,,\nX3,Half,X2,\n", map).unwrap();
    assert_eq!(
        (parsed.rows.len(), told(&parsed)),
        (2, vec!["line 4: From: is blank; give the day it took over".to_owned()])
    );
}
