use expect_test::expect;
use muster_rule_sdk::testing::told as as_text;

use super::*;

/// Five people and four offers: a couple, somebody in a wheelchair with nursing needs, one person not known, one alone.
fn home() -> Told {
    let nursed = Person { mobility: Mobility::Wheelchair, ..walker(3, &[Need::Nursing]) };
    told()
        .with(together(1, &[2]))
        .with(walker(2, &[Need::Dementia]))
        .with(nursed)
        .with(person(4))
        .with(Person { placed_by: Some("e08000029".to_owned()), ..walker(5, &[]) })
        .beds(2, &[("dementia", "yes"), ("authority", "e08000026"), ("service-kind", "residential")])
        .old_beds(21, 1, &[("service-kind", "nursing"), ("authority", "e08000029")])
        .beds(1, &[("primary", "1-100"), ("authority", "e08000026"), ("service-kind", "residential")])
        .beds(1, &[("primary", "1-100"), ("authority", "e08000026"), ("nursing", "yes"), ("wheelchair", "no")])
}

#[test]
fn before_the_rule_is_decided_there_are_the_rules_and_the_counts() {
    expect![[r#"
        finding      rule/decided                   no: The rule by which people are matched to beds is decided
        finding      beds/recent                    no: The figures of the beds that are offered are recent
        finding      beds/enough                    no: At least as many beds are left as people need a place, hotels not counted
        finding      beds/shared                    yes: Some beds are offered under two registrations of one home: they are counted once
        action       find-out-needs                 Find out what the people need who cannot be matched yet
        action       ask-suitability                Ask those who offer beds whom the beds suit, where they have not said so
        action       refresh-figures                Ask for today's figures where those of the beds are old
        action       engage-market                  Engage the wider market: who has beds, in the council's own homes and in private ones, and who accepts these people
        action       cross-border                   Ask neighbouring councils for beds across the border
        action       hotels                         Look into hotels for those who could live in one for a while: no care comes with the bed
        options      rule                           By which rule are people matched to beds?
                     fewest-beds-first              1. Those whom the fewest beds suit come first (unknown)
                     together-first                 2. People who stay together come first (unknown)
                     needs-first                    3. Those with the greatest needs come first (unknown)
    "#]].assert_eq(&as_text(&home().advice()));
}

#[test]
fn once_it_is_decided_each_place_is_explained() {
    let advice = home().decided(FEWEST).advice();
    let lines = advice.allocations.iter().map(|one| {
        let to = one.to.as_deref().unwrap_or("nowhere");
        format!("{}. {} to {to}\n   {}\n", one.rank, one.person, one.because.join("\n   "))
    });
    expect![[r#"
        1. person-3 to offer-2
           Order by decision 1, fewest-beds-first: 1 bed of those offered suit
           offer-2 has nursing care, which this person needs
           This person needs room for a wheelchair, and offer-2 does not say whether it has that: ask before the move
           offer-2 is across the border, in the area of e08000029
           Figure as at 15 June 2026, older than 7 days: confirm it before relying on it
        2. person-1 to offer-1
           Order by decision 1, fewest-beds-first: 2 beds of those offered suit
           Asks nothing particular of a bed
           offer-1 is in the area
           Figure as at 6 July 2026
           In one home with person-2, to stay together
        3. person-2 to offer-1
           Order by decision 1, fewest-beds-first: 2 beds of those offered suit
           offer-1 has dementia care, which this person needs
           offer-1 is in the area
           Figure as at 6 July 2026
           In one home with person-1, to stay together
        4. person-5 to offer-3
           Order by decision 1, fewest-beds-first: 4 beds of those offered suit
           Asks nothing particular of a bed
           offer-3 is in the area
           Figure as at 6 July 2026
           offer-3 and offer-4 share their beds: each is given once
        5. person-4 to nowhere
           Order by decision 1, fewest-beds-first: after everybody else, until more is known
           Not matched yet: the needs are not known
    "#]]
    .assert_eq(&lines.collect::<String>());
}

#[test]
fn the_whole_advice_of_a_home() {
    expect![[r#"
        finding      rule/decided                   yes: The rule by which people are matched to beds is decided
        finding      beds/recent                    no: The figures of the beds that are offered are recent
        finding      beds/enough                    no: At least as many beds are left as people need a place, hotels not counted
        finding      beds/shared                    yes: Some beds are offered under two registrations of one home: they are counted once
        finding      people/matched                 unknown: Everybody who needs a place is matched to a bed
        action       find-out-needs                 Find out what the people need who cannot be matched yet
        action       ask-suitability                Ask those who offer beds whom the beds suit, where they have not said so
        action       refresh-figures                Ask for today's figures where those of the beds are old
        action       engage-market                  Engage the wider market: who has beds, in the council's own homes and in private ones, and who accepts these people
        action       cross-border                   Ask neighbouring councils for beds across the border
        action       hotels                         Look into hotels for those who could live in one for a while: no care comes with the bed
        action       agree-cost                     Agree for each place what it costs and who pays, before the person moves there
        options      rule                           By which rule are people matched to beds?
                     fewest-beds-first              1. Those whom the fewest beds suit come first (unknown)
                     together-first                 2. People who stay together come first (unknown)
                     needs-first                    3. Those with the greatest needs come first (unknown)
        allocation   place/person-3                 person-3 to offer-2
        allocation   place/person-1                 person-1 to offer-1
        allocation   place/person-2                 person-2 to offer-1
        allocation   place/person-5                 person-5 to offer-3
        allocation   place/person-4                 person-4 to nowhere yet
    "#]].assert_eq(&as_text(&home().decided(NEEDS).advice()));
}
