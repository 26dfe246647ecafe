use std::collections::BTreeSet;

use super::files::directory;
use super::*;
use crate::authority::plain;
use crate::row::Kind;

fn code(name: &str, day: &str) -> Option<String> {
    empty().resolve_authority(name, date(day)).map(|found| found.code.to_string())
}

fn names(day: &str, of: impl Fn(&crate::row::Authority) -> bool) -> Vec<String> {
    let register = empty();
    let found = register.authorities(date(day)).filter(|authority| of(authority));
    found.map(|authority| authority.name.clone()).collect()
}

#[test]
fn the_authorities_of_england_are_there_with_the_west_midlands_and_the_shire_counties() {
    let now = "2026-11-22";
    assert_eq!(names(now, |_| true).len(), 153);
    assert_eq!(names(now, |found| found.code.as_str().starts_with("E10")).len(), 21);
    let mut west_midlands = names(now, |found| found.region.as_deref() == Some("west-midlands"));
    west_midlands.sort();
    assert_eq!(
        west_midlands,
        [
            "Birmingham",
            "Coventry",
            "Dudley",
            "Herefordshire, County of",
            "Sandwell",
            "Shropshire",
            "Solihull",
            "Staffordshire",
            "Stoke-on-Trent",
            "Telford and Wrekin",
            "Walsall",
            "Warwickshire",
            "Wolverhampton",
            "Worcestershire",
        ]
    );
    assert_eq!(
        (code("Coventry", now), code("Warwickshire", now)),
        (Some("E08000026".into()), Some("E10000031".into()))
    );
}

#[test]
fn no_two_authorities_of_one_day_have_the_same_name_however_it_is_spelled() {
    for day in ["2012-01-01", "2018-06-30", "2020-06-30", "2024-03-04", "2026-11-22"] {
        let names = names(day, |_| true);
        let plain: BTreeSet<String> = names.iter().map(|name| plain(name)).collect();
        assert_eq!(plain.len(), names.len(), "{day}");
        assert!(!plain.contains(""), "{day}");
    }
}

#[test]
fn every_code_that_ended_has_successors_that_begin_the_day_after() {
    let register = empty();
    let all = register.all(Kind::Authority).filter_map(|known| known.row.authority());
    for ended in all.filter(|found| found.to.is_some()) {
        let after = ended.to.unwrap().succ_opt();
        assert!(!ended.successors.is_empty(), "{}", ended.name);
        for next in &ended.successors {
            assert_eq!(register.authority(next).unwrap().from, after, "{} to {next}", ended.name);
        }
    }
}

#[test]
fn a_name_means_the_code_of_its_day() {
    assert_eq!(code("Sheffield", "2025-03-31").as_deref(), Some("E08000019"));
    assert_eq!(code("Sheffield", "2025-04-01").as_deref(), Some("E08000039"));
    assert_eq!(code("Cumbria", "2023-03-31").as_deref(), Some("E10000006"));
    assert_eq!(code("Cumbria", "2023-04-01"), None);
    assert_eq!(code("Dorset", "2018-06-30").as_deref(), Some("E10000009"));
    for spelling in ["Bristol, City of", "City of Bristol", "bristol city council", " BRISTOL "] {
        assert_eq!(code(spelling, "2024-03-04").as_deref(), Some("E06000023"), "{spelling}");
    }
    assert_eq!(code("County Durham", "2024-03-04"), code("Durham", "2024-03-04"));
    assert_eq!(code("e08000026", "2024-03-04").as_deref(), Some("E08000026"));
    assert_eq!(code("Atlantis", "2024-03-04"), None);
}

#[test]
fn an_old_code_leads_to_the_place_it_is_today() {
    let register = empty();
    let today = |code: &str| register.code_today(&code.parse().unwrap(), date("2026-11-22")).to_string();
    assert_eq!((today("E08000016"), today("E10000023")), ("E08000038".into(), "E06000065".into()));
    assert_eq!(today("E10000006"), "E10000006", "divided in two, it leads to neither");
    let codes = register.codes_of(&"E06000063".parse().unwrap());
    assert!(codes.contains(&"E10000006".parse().unwrap()), "Cumberland was Cumbria");
}

#[test]
fn an_authority_that_nobody_knows_is_told_and_its_services_are_kept_without_a_code() {
    let mut sheets = directory();
    sheets[1].1[1][4] = "Atlantis";
    let parsed = cqc(ods(&sheets), None).unwrap();
    let planned = empty().plan(&parsed.header, today(), parsed.rows);
    assert_eq!(
        planned.report.remarks,
        ["no authority is called \"Atlantis\" on 2024-03-01: 1 services are kept without a code"]
    );
    assert!(!planned.changes.is_empty());
}

#[test]
fn an_agency_is_the_one_that_took_over_by_the_day() {
    let register = empty();
    let at = |day: &str| {
        let found = register.succession("05a", date(day)).unwrap();
        (found.current[0].name.clone(), found.steps.len())
    };
    assert_eq!(at("2021-03-31"), ("NHS Coventry and Rugby CCG".into(), 1));
    assert_eq!(at("2021-04-01"), ("NHS Coventry and Warwickshire CCG".into(), 2));
    assert_eq!(at("2022-06-30"), ("NHS Coventry and Warwickshire CCG".into(), 2));
    assert_eq!(at("2022-07-01"), ("NHS Coventry and Warwickshire ICB".into(), 3));
    assert_eq!(register.succession("nobody", today()), None);
}
