use expect_test::{Expect, expect};
use muster_rule_sdk::testing::told;

use super::*;

/// The four answers for the group, and whose they are.
#[track_caller]
fn check(people: impl IntoIterator<Item = Person>, key: &str, expect: &Expect) {
    let finding = finding(&home_of(people), key);
    expect.assert_eq(&format!("{}\n{}\n", finding.verdict, finding.because.join("\n")));
}

#[test]
fn everybody_there_can_be_is_given_four_answers() {
    expect![[r#"
        finding      responsible/everybody          unknown: It is settled for everybody on the list who coordinates, who funds, who plans longer term and who must be told
        finding      responsible/council-part       yes: People whose care the council funds in part: the council coordinates, pays its part and plans
        finding      responsible/council-full       yes: People whose social care the council funds in full: the council coordinates, funds and plans
        finding      responsible/self-funded        yes: People who pay for their own care: the council coordinates, paying stays with them
        finding      responsible/self-funded-placed yes: People who pay for their own care and whom another agency placed: the council coordinates, that agency plans
        finding      responsible/health-full        yes: People whose care the health commissioner here funds in full: it coordinates, jointly with the council, funds and plans
        finding      responsible/other-council      unknown: People whose care another council funds: the council here coordinates, the one that placed them funds and plans
        finding      responsible/other-health       unknown: People whose care a health body elsewhere funds in full: the health commissioner here coordinates, the other one funds and plans
        finding      responsible/not-known          unknown: People of whom it is not known who pays: who funds and who plans is open
        finding      responsible/contradicting      unknown: People of whom the record says two things: who pays and who placed them do not fit together
        action       ensure/commissioned            Ensure that care goes on for everybody whose care the council funds, in part or in full
        action       ensure/self-funders-and-out-of-area Coordinate that care goes on for self-funders and people of other councils: their immediate welfare, and any move well managed
        action       ensure/health-funded/council   Work jointly with the health commissioner for the people it coordinates: find alternative provision, manage any move well, share risks and costs
        action       ensure/health-funded/health-commissioner Coordinate for everybody whose care is funded in full by the NHS, here or elsewhere
        action       health-needs/council           Tell the health commissioner whose needs are not known, self-funders and people from out of area among them
        action       health-needs/health-commissioner Find out with their GPs what health needs people have, whoever pays for their care
        action       find-out/who-pays              Find out who pays for the care of everybody of whom it is not known, and put it on the record; keep their care going until then
        action       find-out/which-council         Find out which council placed people from out of area, and put it on the record: it has to be told
        action       find-out/which-health-body     Find out which health body placed people from out of area, and put it on the record: it has to be told
        action       find-out/contradiction         Settle who pays and who placed people of whom the record says two things, and correct it
        action       tell/e08000029/person-5        Invite e08000029 and tell it what happens to the people it placed here: person-5, person-7
        action       tell-health-body/far-icb/person-9 Invite far-icb and tell it what happens to the people it placed here with full health funding: person-9
    "#]].assert_eq(&told(&advise(&everybody_there_can_be())));
}

#[test]
fn each_person_stands_in_exactly_one_group() {
    let advice = advise(&everybody_there_can_be());
    let groups = advice.findings.iter().filter(|finding| finding.key != "responsible/everybody");
    let named: String = groups.flat_map(|finding| &finding.because).map(|line| format!("{line},\n")).collect();
    let named = named.replace("person-1 to person-2,", "person-1, person-2,");
    for number in 1..=12 {
        assert_eq!(named.matches(&format!("person-{number},")).count(), 1, "person-{number} in {named}");
    }
}

#[test]
fn of_people_the_council_funds_in_part_the_council_does_all_and_pays_its_part() {
    check(
        [funded(1, Funder::CouncilPart)],
        "responsible/council-part",
        &expect![[r#"
        yes
        Coordinates: the council
        Funds: the council its part; the rest stays with whoever pays it now
        Plans longer term: the council
        Must be told: the people themselves and those close to them
        1 person: person-1
    "#]],
    );
}

#[test]
fn self_funders_are_coordinated_by_the_council_and_go_on_paying() {
    check(
        [funded(1, Funder::SelfFunded)],
        "responsible/self-funded",
        &expect![[r#"
        yes
        Coordinates: the council, and it sees to their immediate welfare
        Funds: they themselves
        Plans longer term: they themselves and those close to them (our reading: the Plan names nobody)
        Must be told: the people themselves and those close to them
        1 person: person-1
    "#]],
    );
}

#[test]
fn for_self_funders_whom_an_agency_placed_that_agency_plans() {
    check(
        [placed(1, Funder::SelfFunded, SOLIHULL)],
        "responsible/self-funded-placed",
        &expect![[r#"
        yes
        Coordinates: the council, and it sees to their immediate welfare
        Funds: they themselves
        Plans longer term: the agency that placed them
        Must be told: the agency that placed them; the people themselves and those close to them
        Placed by e08000029, 1 person: person-1
    "#]],
    );
}

#[test]
fn people_funded_by_the_nhs_in_full_are_the_health_commissioners() {
    check(
        [funded(1, Funder::HealthFull)],
        "responsible/health-full",
        &expect![[r#"
        yes
        Coordinates: the health commissioner, jointly with the council
        Funds: the health commissioner
        Plans longer term: the health commissioner
        Must be told: the health commissioner; the people themselves and those close to them
        1 person: person-1
    "#]],
    );
}

#[test]
fn funding_and_planning_stay_with_the_council_that_placed_people() {
    let people = [placed(1, Funder::OtherCouncil, SOLIHULL), placed(2, Funder::OtherCouncil, "leeds")];
    check(
        people,
        "responsible/other-council",
        &expect![[r#"
        yes
        Coordinates: the council here, and it sees to their immediate welfare
        Funds: the council that placed them
        Plans longer term: the council that placed them
        Must be told: the council that placed them; the people themselves and those close to them
        Placed by e08000029, 1 person: person-1
        Placed by leeds, 1 person: person-2
    "#]],
    );
}

#[test]
fn who_placed_people_of_another_council_is_never_guessed() {
    let people = [placed(1, Funder::OtherCouncil, SOLIHULL), funded(2, Funder::OtherCouncil)];
    check(
        people,
        "responsible/other-council",
        &expect![[r#"
        unknown
        Coordinates: the council here, and it sees to their immediate welfare
        Funds: the council that placed them
        Plans longer term: the council that placed them
        Must be told: the council that placed them; the people themselves and those close to them
        Not known who placed them, 1 person: person-2
        Placed by e08000029, 1 person: person-1
    "#]],
    );
}

#[test]
fn the_health_commissioner_here_coordinates_for_health_bodies_elsewhere() {
    check(
        [placed(1, Funder::OtherHealth, "far-icb")],
        "responsible/other-health",
        &expect![[r#"
        yes
        Coordinates: the health commissioner here on behalf of the other one, jointly with the council
        Funds: the health body that placed them
        Plans longer term: the health body that placed them (our reading: the Plan says so of placing authorities)
        Must be told: the health body that placed them; the health commissioner here; the people themselves and those close to them
        Placed by far-icb, 1 person: person-1
    "#]],
    );
}

#[test]
fn of_whom_nobody_says_who_pays_nothing_is_guessed() {
    check(
        [funded(1, Funder::NotKnown)],
        "responsible/not-known",
        &expect![[r#"
        unknown
        Coordinates: the council until it is known, so that care goes on
        Funds: not known
        Plans longer term: not known
        Must be told: not known, but for the people themselves, those close to them and any agency that placed them
        1 person: person-1
    "#]],
    );
}

#[test]
fn a_payer_from_here_does_not_fit_an_agency_elsewhere() {
    check(
        [placed(1, Funder::CouncilFull, SOLIHULL)],
        "responsible/contradicting",
        &expect![[r#"
        unknown
        Coordinates: the council until it is settled, so that care goes on
        Funds: not known
        Plans longer term: not known
        Must be told: not known, but for the people themselves and those close to them
        Placed by e08000029, 1 person: person-1
    "#]],
    );
}

#[track_caller]
fn belongs(situation: &Situation, key: &str) {
    let keys: Vec<String> = advise(situation).findings.into_iter().map(|finding| finding.key).collect();
    assert_eq!(keys, ["responsible/everybody", key]);
}

#[test]
fn a_person_whom_the_lead_placed_is_from_here() {
    let placed_by_council = |funder| led_by(home_of([placed(1, funder, "council")]), "council");
    belongs(&placed_by_council(Funder::CouncilFull), "responsible/council-full");
    belongs(&placed_by_council(Funder::SelfFunded), "responsible/self-funded");
    belongs(&placed_by_council(Funder::OtherCouncil), "responsible/contradicting");
    belongs(&placed_by_council(Funder::OtherHealth), "responsible/contradicting");
}

#[test]
fn the_health_commissioner_at_the_table_is_the_one_here() {
    let placed_by_icb = |funder| led_by(home_of([placed(1, funder, "icb")]), "council");
    belongs(&placed_by_icb(Funder::HealthFull), "responsible/health-full");
    belongs(&placed_by_icb(Funder::OtherCouncil), "responsible/contradicting");
    belongs(&led_by(home_of([placed(1, Funder::HealthFull, "far-icb")]), "council"), "responsible/contradicting");
}

#[test]
fn a_second_council_at_the_table_is_not_the_one_here() {
    let home = led_by(home_of([placed(1, Funder::CouncilFull, SOLIHULL)]), "council");
    belongs(&with_seat(home, SOLIHULL, AgencyKind::Council, true), "responsible/contradicting");
    let home = led_by(home_of([placed(1, Funder::OtherHealth, SOLIHULL)]), "council");
    belongs(&with_seat(home, SOLIHULL, AgencyKind::Council, true), "responsible/contradicting");
}

#[test]
fn who_must_be_told_is_answered_for_a_person_who_died_too() {
    let died = Person { status: CareStatus::Died, ..placed(1, Funder::OtherCouncil, SOLIHULL) };
    belongs(&home_of([died]), "responsible/other-council");
}
