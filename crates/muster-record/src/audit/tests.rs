use super::*;
use crate::testing::{Scenario, named};

#[test]
fn the_lead_reads_the_whole_audit_and_others_their_own_part() {
    let home = Scenario::opened();
    let may = |who: &str| home.incident.may_audit(&named(who));
    assert_eq!(may("council"), Ok(Reach::All));
    for other in ["icb", "cqc", "region"] {
        assert_eq!(may(other), Ok(Reach::Own), "{other}");
    }
    assert_eq!(may("press"), Err(Refusal::NotPermitted));
}

#[test]
fn a_row_binds_its_place_time_text_and_the_row_before() {
    let at = |text: &str| text.parse().unwrap();
    let (nine, ten): (Instant, Instant) = (at("2024-03-04T09:00:00Z"), at("2024-03-04T10:00:00Z"));
    let one = chained(1, nine, Hash::NONE, "{}");
    let others = [
        chained(2, nine, Hash::NONE, "{}"),
        chained(1, ten, Hash::NONE, "{}"),
        chained(1, nine, one, "{}"),
        chained(1, nine, Hash::NONE, "{ }"),
    ];
    assert!(others.iter().all(|other| *other != one));
}
