//! The scenarios that ship: each rehearses a part of the Plan, and each is a test of Muster itself.

/// A scenario that ships.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Scenario {
    /// What it is asked for by.
    pub name: &'static str,
    /// What it rehearses, in a sentence.
    pub about: &'static str,
    /// The script.
    pub script: &'static str,
}

macro_rules! scenario {
    ($name:literal, $file:literal, $about:literal) => {
        Scenario { name: $name, about: $about, script: include_str!(concat!("../../../", $file)) }
    };
}

/// All of them, in the order in which a newcomer would play them.
pub const SCENARIOS: &[Scenario] = &[
    scenario!(
        "home-closes-in-72-hours",
        "tests/exercises/rosebank-closes.exercise",
        "A local care home goes into administration: everybody is safe and placed within 72 hours, and seen again"
    ),
    scenario!(
        "home-care-stops-in-a-night",
        "plugins/emergency-closure/exercises/home-care-in-a-night.exercise",
        "A home care agency shuts its branch on a Friday evening; forty people wait for the morning round"
    ),
    scenario!(
        "beds-for-twenty-people",
        "plugins/accommodation/exercises/matching.exercise",
        "A home leaves the market; twenty people with mixed needs are matched to beds"
    ),
    scenario!(
        "short-of-staff-tonight",
        "plugins/agency-staffing/exercises/willow-nights.exercise",
        "Half the evening shift of a home care agency is ill; fourteen people have to be seen before midnight"
    ),
    scenario!(
        "who-tells-the-families",
        "plugins/communications/exercises/who-tells-the-families.exercise",
        "The provider writes and meets people as long as it can; then the council and the health commissioner do"
    ),
    scenario!(
        "flood-in-a-housing-scheme",
        "plugins/continuity-plans/exercises/flood.exercise",
        "A continuity plan is brought up to date just in time for a burst main"
    ),
    scenario!(
        "frozen-pipes",
        "plugins/failure-types/exercises/frozen-pipes.exercise",
        "A home is without heating and water: a temporary emergency that steps down"
    ),
    scenario!(
        "national-provider-in-difficulty",
        "plugins/market-oversight/exercises/a-warning-is-not-a-rumour.exercise",
        "What the regulator says of a national provider is first information, then a notification"
    ),
    scenario!(
        "four-weeks-on-the-verge",
        "plugins/mitigation-scope/exercises/on-the-verge.exercise",
        "A home of risk level 4 stands on the verge of failure; its action plan is reviewed every week"
    ),
    scenario!(
        "outbreak",
        "plugins/outbreak/exercises/step-down.exercise",
        "An outbreak in a home, led by public health, until it steps down"
    ),
    scenario!(
        "quality-concern-rises-and-falls",
        "plugins/qa-risk-levels/exercises/rising-and-back.exercise",
        "A quality concern rises through the risk levels and comes back"
    ),
    scenario!(
        "one-brand-in-two-authorities",
        "plugins/regional-escalation/exercises/a-brand-in-two-authorities.exercise",
        "Two homes of one brand fail in two authorities, which find each other"
    ),
    scenario!(
        "regional-incident",
        "tests/exercises/region-of-five.exercise",
        "A home care agency fails in five authorities under one regional incident"
    ),
    scenario!(
        "two-approaches",
        "plugins/response-options/exercises/two-approaches.exercise",
        "The approaches of the Plan are weighed against each other, and one is chosen"
    ),
    scenario!(
        "placed-by-other-authorities",
        "plugins/responsibility/exercises/out-of-area.exercise",
        "People placed by other authorities and the NHS: who is responsible for whom"
    ),
    scenario!(
        "who-is-at-the-table",
        "plugins/stakeholder-matrix/exercises/who-is-at-the-table.exercise",
        "Who is informed, who oversees and who works, by the stakeholder matrix"
    ),
    scenario!(
        "temporary-duty",
        "plugins/temporary-duty/exercises/business-failure.exercise",
        "Business failure, and the temporary duty of section 48 limb by limb"
    ),
    scenario!(
        "registration-cancelled-at-once",
        "plugins/temporary-duty/exercises/urgent-cancellation.exercise",
        "The regulator cancels a registration urgently"
    ),
    scenario!(
        "moving-day",
        "plugins/transport-options/exercises/moving-day.exercise",
        "The day of the moves: vehicles, times and who goes with whom"
    ),
];

/// The scenario of that name.
pub fn scenario(name: &str) -> Option<&'static Scenario> {
    SCENARIOS.iter().find(|one| one.name == name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parse;

    #[test]
    fn every_scenario_that_ships_can_be_read_and_has_a_name_of_its_own() {
        for scenario in SCENARIOS {
            let read = parse(scenario.script);
            assert!(
                read.is_ok(),
                "{}: {}",
                scenario.name,
                read.err().map(|wrong| wrong.to_string()).unwrap_or_default()
            );
            assert_eq!(SCENARIOS.iter().filter(|other| other.name == scenario.name).count(), 1, "{}", scenario.name);
            assert!(super::scenario(scenario.name).is_some());
        }
    }
}
