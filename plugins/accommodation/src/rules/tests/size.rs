//! A whole city's worth of people and beds stays within what the host takes.

use super::*;

/// 500 people, every third with somebody to stay with, and 200 offers, some of them shared.
fn city(rule: &str) -> Told {
    let mut told = told();
    for number in 1..=500_u32 {
        let needs: &[Need] = match number % 4 {
            0 => &[Need::Nursing, Need::Dementia, Need::EndOfLife],
            1 => &[Need::Dementia, Need::TwoCarers],
            2 => &[Need::Nursing],
            _ => &[],
        };
        let mobility =
            [Mobility::Walks, Mobility::Wheelchair, Mobility::Stretcher][usize::try_from(number % 3).unwrap()];
        let stays_with = if number % 3 == 0 { vec![format!("person-{}", number / 3)] } else { Vec::new() };
        told = told.with(Person { mobility, stays_with, ..walker(number, needs) });
    }
    for number in 1..=200_u32 {
        let yes = |every: u32| if number.is_multiple_of(every) { "no" } else { "yes" };
        let location = format!("1-{}", number / 2);
        let detail = [
            ("nursing", yes(3)),
            ("dementia", yes(5)),
            ("wheelchair", yes(7)),
            ("stretcher", yes(2)),
            (if number % 8 < 2 { "primary" } else { "location" }, location.as_str()),
            ("authority", if number % 2 == 0 { "E08000026" } else { "e08000029" }),
        ];
        told = told.old_beds(i64::from(number % 20), 3, &detail);
    }
    told.decided(rule)
}

#[test]
fn five_hundred_people_and_two_hundred_offers_are_matched() {
    for rule in [FEWEST, TOGETHER, NEEDS] {
        let city = city(rule);
        let advice = city.advice_with(r#"{"group_at_most": 20}"#);
        assert_eq!(advice.allocations.len(), 500);
        let placed = advice.allocations.iter().filter(|one| one.to.is_some()).count();
        assert!(placed > 100, "{placed}");
    }
}

#[test]
fn the_advice_for_a_city_fits_what_the_host_takes() {
    let advice = city(FEWEST).advice();
    let said = |because: &[String]| because.iter().map(|line| line.len() + 3).sum::<usize>();
    let allocations = advice.allocations.iter().map(|one| said(&one.because) + 200);
    let total: usize =
        allocations.sum::<usize>() + advice.actions.iter().map(|one| said(&one.because) + 500).sum::<usize>();
    assert!(total < 400 * 1024, "{total} bytes, and the host takes 512 KiB");
    let lines =
        advice.actions.iter().flat_map(|one| &one.because).chain(advice.findings.iter().flat_map(|one| &one.because));
    assert!(lines.map(|line| line.chars().count()).max() < Some(2_000));
}
