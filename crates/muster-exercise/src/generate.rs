//! Generated exercises: a failure of a kind that was chosen, with details drawn from a seed. The same seed gives the same
//! script to the byte. Everybody and everything in it is invented.

use std::fmt::Write as _;

muster_record::words! {
    /// What kind of service fails.
    Service {
        /// A care home.
        Residential = "residential",
        /// A nursing home.
        Nursing = "nursing",
        /// Care in people's own homes.
        HomeSupport = "home-support",
        /// Supported living.
        SupportedLiving = "supported-living",
    }
}

muster_record::words! {
    /// Who pays for most of the people.
    Funding {
        /// Councils, other people a little.
        MostlyCouncil = "mostly-council",
        /// The people themselves.
        MostlySelf = "mostly-self",
        /// The NHS for many of them.
        MuchHealth = "much-health",
        /// All kinds, and some that nobody knows yet.
        Mixed = "mixed",
    }
}

muster_record::words! {
    /// How it fails.
    Why {
        /// It runs out of money.
        BusinessFailure = "business-failure",
        /// It wants to leave the market.
        ProviderExit = "provider-exit",
        /// The regulator stops it.
        Enforcement = "enforcement",
        /// Fire, flood, sickness: it cannot go on for now.
        Emergency = "emergency",
    }
}

/// What is generated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Generated {
    /// What kind of service fails.
    pub service: Service,
    /// How it fails.
    pub failure: Why,
    /// How many people it cares for, from 1 to 400.
    pub people: u32,
    /// Who pays.
    pub funding: Funding,
    /// The hour of the day at which it is told, from 0 to 23.
    pub hour: u32,
    /// What the details are drawn from.
    pub seed: u64,
}

/// Draws numbers from a seed (`SplitMix64`): the same ones wherever and whenever it runs.
struct Draw(u64);

impl Draw {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number below `bound`, which is not 0.
    fn below(&mut self, bound: u64) -> u64 {
        self.next().checked_rem(bound).unwrap_or(0)
    }

    fn one_of<'a>(&mut self, all: &[&'a str]) -> &'a str {
        let place = self.below(u64::try_from(all.len()).unwrap_or(1));
        usize::try_from(place).ok().and_then(|place| all.get(place)).copied().unwrap_or_default()
    }
}

const NAMES: &[&str] = &["Alder", "Bramble", "Cedar", "Damson", "Elder", "Fern", "Gorse", "Hazel", "Juniper", "Larch"];
const HOUSES: &[&str] = &["House", "Court", "Lodge", "Grange", "View"];
const OTHERS: &[&str] = &["Ash Grove", "Holly Lodge", "Elmdon Court", "Orchard Place"];

/// Who pays, in parts of ten: by councils, by the people, by the NHS, not known.
fn parts(funding: Funding) -> [u32; 4] {
    match funding {
        Funding::MostlyCouncil => [7, 2, 1, 0],
        Funding::MostlySelf => [2, 7, 1, 0],
        Funding::MuchHealth => [4, 1, 5, 0],
        Funding::Mixed => [4, 3, 2, 1],
    }
}

/// How many there are of each who pays; all together as many as there are people.
fn shares(people: u32, funding: Funding) -> [u32; 4] {
    let [_, own, health, unknown] = parts(funding).map(|part| people.saturating_mul(part).checked_div(10).unwrap_or(0));
    let council = people.saturating_sub(own).saturating_sub(health).saturating_sub(unknown);
    [council, own, health, unknown]
}

/// The script. It can be played without anybody, and any of its agencies can be played by people.
pub fn generate(of: &Generated) -> String {
    let Generated { service, failure, people, funding, hour, seed } = *of;
    let (people, hour) = (people.clamp(1, 400), hour.min(23));
    let mut draw = Draw(seed);
    let name = match service {
        Service::Residential | Service::Nursing => format!("{} {}", draw.one_of(NAMES), draw.one_of(HOUSES)),
        Service::HomeSupport => format!("{} Home Care", draw.one_of(NAMES)),
        Service::SupportedLiving => format!("{} Supported Living", draw.one_of(NAMES)),
    };
    let beds = match service {
        Service::Residential | Service::Nursing => {
            let spare = u32::try_from(draw.below(10)).unwrap_or(0);
            format!(" with {} beds", people.saturating_add(spare))
        }
        Service::HomeSupport | Service::SupportedLiving => String::new(),
    };
    let heard = draw.below(50).saturating_add(5);
    let stops = draw.below(3).saturating_add(2);
    let (kind, why) = (service.word(), failure.word());
    let mut text = String::new();
    // Writing into a String cannot fail.
    let _ = write!(
        text,
        "# Generated: {kind}, {why}, {people} people, {}, told at {hour:02}:00, seed {seed}. Everything is invented.\n\
         exercise \"{name}: {why} at {hour:02}:00\"\n\
         agency council  = e08000026 council \"Coventry City Council\"\n\
         agency icb      = qwu health-commissioner \"Coventry and Warwickshire ICB\"\n\
         agency cqc      = cqc regulator \"Care Quality Commission\"\n\
         agency provider = exercise-provider provider \"{name} Ltd (exercise)\"\n\
         start 2024-03-04\n\n\
         at {hour:02}:{heard:02}  council  opens \"{name}\" as provider-failure through {why},\n\
         \x20   of local regulated {kind} service the-service{beds}, notified -5m, care stops day {} 09:00\n\
         council  takes office incident-lead\n\
         council  invites icb as operational, cqc as oversight, provider as operational\n\
         at +10m  provider joins\n\
         at +{}m  icb      joins\n\
         at +5m   cqc      joins\n",
        funding.word(),
        stops.saturating_add(1),
        draw.below(30).saturating_add(5),
    );
    let _ = writeln!(text, "at +5m   cqc      notes \"{}\"", cqc_says(failure));
    let _ = writeln!(text, "at +10m  provider notes \"{}\"", draw.one_of(PROVIDER_SAYS));
    let _ = writeln!(text, "wait for advice");
    let _ = writeln!(text, "at +{}m  council  together", draw.below(90).saturating_add(30));
    for (count, sort) in shares(people, funding).into_iter().zip(sorts(service)) {
        if count > 0 {
            let plural = if count == 1 { "person" } else { "people" };
            let _ = writeln!(text, "    registers {count} {plural}: {sort}");
        }
    }
    let _ = write!(
        text,
        "expect people {people}\nexpect not yet placed {people}\nat +20m  council  moves to responding because \"care stops within days\"\n\
         at +30m  icb      notes \"{}\"\n",
        draw.one_of(ICB_SAYS)
    );
    let first = u32::try_from(draw.below(u64::from(people))).unwrap_or(0).saturating_add(1).min(people);
    let place = draw.one_of(OTHERS);
    let other = draw.one_of(&["Meadow Bank", "Station Road", "Park Side"]);
    let _ = writeln!(text, "at +1d 10:00  council  offers {first} beds as at -30m with place \"{place}\"");
    let _ = write!(
        text,
        "at 11:30  council  together\n    takes {first} of O1 for {}\n    marks {} placed at \"{place}\"\n",
        people_from(1, first),
        people_from(1, first)
    );
    let left = people.saturating_sub(first);
    if left > 0 {
        let rest = people_from(first.saturating_add(1), people);
        let _ = write!(
            text,
            "at 15:00  icb      offers {left} beds as at -20m with place \"{other}\"\n\
             at 16:15  council  together\n    takes {left} of O2 for {rest}\n    marks {rest} placed at \"{other}\"\n"
        );
    }
    text.push_str("expect not yet placed 0\nexpect clock 72-hours met\n");
    text
}

fn people_from(first: u32, last: u32) -> String {
    if first == last { format!("person {first}") } else { format!("people {first} to {last}") }
}

const PROVIDER_SAYS: &[&str] = &[
    "three of five staff can come tonight; nobody after that is certain",
    "the owner cannot be reached; the manager stays until relieved",
    "wages were not paid on Friday; most staff say that they stay to the end of the week",
    "care plans are on paper in the office; somebody has to fetch them",
];

const ICB_SAYS: &[&str] = &[
    "medicines for seven days are on site; the pharmacy is told",
    "a nurse can go in tonight and every morning",
    "two people are in hospital and wait for a bed to come back to",
];

fn cqc_says(failure: Why) -> &'static str {
    match failure {
        Why::BusinessFailure => "the administrator has told us as well; an inspector is on the way",
        Why::ProviderExit => "the provider has asked to cancel its registration",
        Why::Enforcement => "a notice of cancellation is served; the reasons are with the council",
        Why::Emergency => "nobody is hurt as far as we know; an inspector telephones in an hour",
    }
}

/// The people of each who pays: by councils, by themselves, by the NHS, not known.
fn sorts(service: Service) -> [&'static str; 4] {
    match service {
        Service::Residential | Service::Nursing => [
            "council-part, walks-with-help, needs dementia",
            "self-funded, walks, needs none",
            "health-full, wheelchair, needs nursing and time-critical-medicine",
            "not-known, mobility not-known, needs not-known",
        ],
        Service::HomeSupport | Service::SupportedLiving => [
            "council-full, walks-with-help, needs none",
            "self-funded, walks, needs time-critical-medicine",
            "health-full, stretcher, needs two-carers",
            "not-known, mobility not-known, needs not-known",
        ],
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parse;

    #[test]
    fn every_choice_gives_a_script_that_can_be_read_and_the_same_one_for_the_same_seed() {
        for (service, failure, funding) in Service::ALL.iter().flat_map(|service| {
            Why::ALL.iter().flat_map(move |why| Funding::ALL.iter().map(move |funding| (*service, *why, *funding)))
        }) {
            for (people, hour, seed) in [(1, 0, 1), (31, 9, 2), (400, 23, u64::MAX)] {
                let of = Generated { service, failure, people, funding, hour, seed };
                let script = generate(&of);
                if let Err(problems) = parse(&script) {
                    panic!("{of:?}\n{problems}\n{script}");
                }
                assert_eq!(script, generate(&of));
                assert_ne!(script, generate(&Generated { seed: 77, ..of }));
            }
        }
    }
}
