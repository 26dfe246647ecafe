use expect_test::expect;

use super::files::{CAPACITY, directory};
use super::*;
use crate::ask::{Filter, Of, Place};

fn register() -> Register {
    with(&with(&empty(), cqc(ods(&directory()), None).unwrap()), capacity(CAPACITY))
}

fn at_risk(register: &Register, filter: &Filter) -> Vec<String> {
    let found = register.at_risk(filter, None, today());
    found
        .map(|found| {
            let reasons: Vec<&str> = found.reasons.iter().map(|reason| reason.word()).collect();
            let not_known: Vec<&str> = found.not_known.iter().map(|what| what.word()).collect();
            format!("{}: {} (not known: {})", found.service.name, reasons.join(", "), not_known.join(", "))
        })
        .collect()
}

#[test]
fn who_is_at_risk_is_told_with_reasons_and_with_what_is_not_known() {
    expect![[r#"
        [
            "Rosebank House: rated-inadequate (not known: capacity)",
            "Elm Court: capacity-stale (not known: manager, dormancy)",
            "Home From Home: manager-absent (not known: rating, capacity)",
        ]
    "#]]
    .assert_debug_eq(&at_risk(&register(), &Filter::default()));
    let coventry = Filter { authority: Some("E08000026".parse().unwrap()), ..Filter::default() };
    assert_eq!(at_risk(&register(), &coventry).len(), 1);
}

#[test]
fn an_early_warning_puts_every_service_of_the_provider_at_risk() {
    let map = "source = \"market-oversight\"\nrows = \"oversight\"\nas_at = \"2024-03-01\"\n[columns]\nprovider = \"Provider ID\"\nstage = \"Stage\"\n";
    let at = |stage: &str| {
        let watched = plain(&format!("Provider ID,Stage\n1-900,{stage}\n"), map).unwrap();
        at_risk(&with(&register(), watched), &Filter { provider: Some("1-900".parse().unwrap()), ..Filter::default() })
    };
    assert_eq!(
        at("early-warning"),
        [
            "Rosebank House: early-warning, rated-inadequate (not known: capacity)",
            "Elm Court: early-warning, capacity-stale (not known: manager, dormancy)",
        ]
    );
    assert!(!at("business-review").join(" ").contains("early-warning"), "being watched is not being at risk");
}

#[test]
fn a_figure_is_stale_after_its_days_and_not_before() {
    let register = register();
    let vacancies = |day: &str| register.vacancies(&"1-104".parse().unwrap(), date(day)).unwrap();
    assert_eq!((vacancies("2024-03-10").stale, vacancies("2024-03-11").stale), (false, true));
    assert_eq!((vacancies("2024-03-10").count, vacancies("2024-03-10").as_at), (4, date("2024-03-03")));
    assert!(register.vacancies(&"1-101".parse().unwrap(), today()).is_none(), "48 registered beds are no vacancies");
}

#[test]
fn what_hangs_on_a_brand_counts_a_place_registered_twice_once() {
    let register = register();
    let brand = register.find_brand("brand larkfield").unwrap();
    let exposure = register.exposure(&Of::Brand(brand), today());
    let total = &exposure.total;
    assert_eq!((total.services, total.registered_beds), (2, 78));
    assert_eq!((total.with_figures, total.stale, total.occupied, total.accepting), (1, 1, 21, 9));
    assert_eq!(total.oldest_as_at, Some(date("2024-02-12")));
    let by_authority: Vec<(String, u32)> = exposure
        .by_authority
        .iter()
        .map(|(code, held)| (code.as_ref().unwrap().to_string(), held.registered_beds))
        .collect();
    assert_eq!(by_authority, [("E08000026".to_owned(), 48), ("E10000031".to_owned(), 30)]);
}

#[test]
fn who_could_step_in_provides_the_same_nearest_first_and_not_the_failing_brand_first() {
    let register = register();
    let told = |place: &Place| -> Vec<String> {
        let found = register.replacements(place, today());
        found
            .iter()
            .map(|candidate| {
                let open = candidate.vacancies.map_or("not known".to_owned(), |figure| {
                    format!("{} as at {}{}", figure.count, figure.as_at, if figure.stale { ", stale" } else { "" })
                });
                let brand = if candidate.same_brand { ", same brand" } else { "" };
                format!("{} {}{brand}: {open}", candidate.service.code, candidate.near)
            })
            .collect()
    };
    assert_eq!(
        told(&Place::Service("1-101".parse().unwrap())),
        ["1-104 same-authority: 4 as at 2024-03-03"],
        "not its own other registration"
    );
    assert_eq!(
        told(&Place::Provider("1-902".parse().unwrap())),
        ["1-102 same-authority: not known", "1-103 same-region: 9 as at 2024-02-12, stale"],
        "and not the one rated inadequate"
    );
    assert_eq!(told(&Place::Provider("1-901".parse().unwrap())), ["1-104 same-authority: 4 as at 2024-03-03"]);
}

#[test]
fn services_are_found_by_what_is_asked_and_paged_by_code() {
    let register = register();
    let found = |filter: Filter, after: Option<&str>| -> Vec<String> {
        let after = after.map(|code| code.parse().unwrap());
        register.find(&filter, after.as_ref()).map(|service| service.code.to_string()).collect()
    };
    assert_eq!(found(Filter { text: "LARKFIELD nursing".to_owned(), ..Filter::default() }, None), ["1-102"]);
    let nursing = Filter { kind: Some(muster_record::situation::ServiceKind::Nursing), ..Filter::default() };
    assert_eq!(found(nursing.clone(), None), ["1-101", "1-102", "1-104"]);
    assert_eq!(found(nursing, Some("1-101")), ["1-102", "1-104"]);
    assert_eq!(register.find_provider("Quiet Homes").unwrap().as_str(), "1-902");
}
