use expect_test::expect;

use super::files::{CAPACITY, directory, locations};
use super::*;
use crate::plan::{Covers, KindReport};
use crate::row::Kind;

fn imported() -> Register {
    with(&empty(), cqc(ods(&directory()), None).unwrap())
}

fn plan(register: &Register, parsed: Parsed) -> Planned {
    register.plan(&parsed.header, today(), parsed.rows)
}

fn counts(planned: &Planned, kind: Kind) -> (u64, u64, u64, u64) {
    let KindReport { added, changed, removed, unchanged, passed_over: _, samples: _ } = &planned.report.kinds[&kind];
    (*added, *changed, *removed, *unchanged)
}

#[test]
fn the_same_file_again_changes_nothing() {
    let register = imported();
    let again = plan(&register, cqc(xlsx(&directory()), None).unwrap());
    assert_eq!(again.changes, []);
    assert!(!again.report.changes_anything());
    assert_eq!(counts(&again, Kind::Service), (0, 0, 0, 5));
    assert_eq!(counts(&again, Kind::Provider), (0, 0, 0, 4));
}

#[test]
fn a_later_file_says_what_is_new_changed_and_gone() {
    let mut lines = locations();
    lines[1][8] = "Good";
    lines[3][7] = "32";
    lines.remove(5);
    lines[5] = lines[4].clone();
    lines[5][0] = "1-107";
    let later = plan(&imported(), cqc(csv(&lines), Some("2024-03-03")).unwrap());
    assert_eq!(counts(&later, Kind::Service), (1, 3, 1, 1));
    let samples: Vec<String> = later.report.kinds[&Kind::Service]
        .samples
        .iter()
        .map(|sample| format!("{} {}", sample.code, sample.what))
        .collect();
    expect![[r#"
        [
            "1-101 changed: primary \"1-101\" to not known, rating \"inadequate\" to \"good\"",
            "1-102 changed: primary \"1-101\" to not known",
            "1-103 changed: registered_beds 30 to 32",
            "1-107 added: Ash Lodge",
            "1-105 removed: Home From Home",
        ]
    "#]]
    .assert_debug_eq(&samples);
}

#[test]
fn one_row_at_fault_and_nothing_is_changed() {
    let mut parsed = cqc(ods(&directory()), None).unwrap();
    let twice = parsed.rows.last().unwrap().clone();
    parsed.rows.push(twice);
    let planned = plan(&empty(), parsed);
    assert_eq!(planned.changes, []);
    let told: Vec<String> = planned.report.errors.iter().map(ToString::to_string).collect();
    assert_eq!(
        told,
        ["sheet HSCA_Active_Locations, line 6: service 1-105 stands at line 6 already; leave one of the two out"]
    );
}

#[test]
fn an_older_file_a_file_of_tomorrow_and_an_empty_one_are_refused() {
    let wrong = |register: &Register, parsed: Parsed| plan(register, parsed).report.errors[0].to_string();
    let older = cqc(csv(&locations()), Some("2024-02-01")).unwrap();
    assert_eq!(
        wrong(&imported(), older),
        "cqc-directory was imported as at 2024-03-01, and this is as at 2024-02-01; give a file that is not older"
    );
    let tomorrow = cqc(csv(&locations()), Some("2024-03-05")).unwrap();
    assert!(wrong(&empty(), tomorrow).starts_with("the file speaks for 2024-03-05, which is yet to come"));
    let nothing = cqc(csv(&locations()[..1]), Some("2024-03-01")).unwrap();
    assert_eq!(wrong(&imported(), nothing), "the file has no rows; give one that has");
}

#[test]
fn a_figure_that_is_older_than_the_one_known_is_passed_over() {
    let register = with(&imported(), capacity(CAPACITY));
    let older = capacity(&CAPACITY.replace("2024-03-03,40,35", "2024-03-02,40,40"));
    let planned = plan(&register, older);
    let report = &planned.report.kinds[&Kind::Capacity];
    assert_eq!((report.passed_over, report.unchanged, planned.changes.len()), (1, 1, 0));
}

#[test]
fn a_part_removes_nothing_and_what_another_source_keeps_is_not_taken() {
    let map = "source = \"coventry\"\nrows = \"service\"\nas_at = \"2024-03-01\"\n[columns]\ncode = \"Ref\"\nname = \"Name\"\nprovider = \"By\"\nprovider_name = \"By name\"\n";
    let own = |text: &str| super::plain(&format!("Ref,Name,By,By name\n{text}"), map).unwrap();
    assert_eq!(own("D-1,The Orchard,V-7,Friends\n").header.covers, Covers::Part);
    let register = with(&imported(), own("D-1,The Orchard,V-7,Friends\n"));
    let register = with(&register, own("D-2,The Grove,1-900,Larkfield\n"));
    assert!(register.get(Kind::Service, "D-1").is_some());
    let larkfield = register.provider(&"1-900".parse().unwrap()).unwrap();
    assert_eq!(larkfield.name, "Larkfield Care Ltd", "named by the way, it stands as its own source has it");

    let taken = plan(&register, own("1-101,Rosebank,1-900,Larkfield\n"));
    assert_eq!(
        taken.report.errors[0].to_string(),
        "line 2: service 1-101 is kept from cqc-directory; leave it out, or import it as cqc-directory"
    );
    let directory = plan(&register, cqc(ods(&directory()), None).unwrap());
    assert_eq!(counts(&directory, Kind::Service), (0, 0, 0, 5), "a directory removes no council's own services");
}
