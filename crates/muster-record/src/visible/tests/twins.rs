//! Two worlds that differ only in what somebody may not see are one world to them.

use proptest::prelude::{ProptestConfig, prop_assert, prop_assert_eq, proptest};

use crate::agency::Interest;
use crate::entry::{Audience, Author, Class, Entry, Hash, Sealed};
use crate::fact::Fact;
use crate::ids::PersonNo;
use crate::incident::{Incident, log, people};
use crate::situation::{CareStatus, Funder};
use crate::testing::random::{acts, busy};
use crate::testing::{Scenario, named, resident, seen};
use crate::visible::{Access, Reader};

/// Pairs of worlds; each is looked at by everybody at the table.
const PAIRS: u32 = 500;

/// Another thing that may have happened in the place of an entry that `blind` may not see.
fn another(was: &Entry, blind: &str) -> Entry {
    let author = if blind == "council" { "icb" } else { "council" };
    let person = PersonNo(u32::try_from(was.seq.0 % 3).unwrap() + 1);
    let note = || log::Fact::Noted { text: format!("instead of entry {}", was.seq) }.into();
    let details = || people::Details { funder: Funder::NotKnown, ..resident() };
    let fact: Fact = match was.seq.0 % 4 {
        0 => note(),
        1 => people::Fact::Registered { person: PersonNo(900), details: details() }.into(),
        2 => people::Fact::Changed { person, details: details() }.into(),
        _ => people::Fact::StatusChanged { person, to: CareStatus::Moved, place: Some("elsewhere".to_owned()) }.into(),
    };
    let mut other = was.clone();
    other.envelope.author = Author::system(named(author), "another");
    other.envelope.class = Class::Legal;
    other.envelope.audience = Audience::Participants;
    other.envelope.subjects = fact.subjects();
    other.envelope.cause = None;
    other.fact = fact;
    other
}

/// The same record with other content wherever `blind` sees only a stub.
fn twin(home: &Scenario, blind: &str) -> Vec<Sealed> {
    let (domain, mut before) = (home.incident.domain(), Hash::NONE);
    let sights = home.sights(blind);
    let pairs = home.record.iter().zip(sights);
    pairs
        .map(|(sealed, sight)| {
            let was = sealed.open().unwrap();
            let entry = if sight.is_seen() { was } else { another(&was, blind) };
            let resealed = entry.seal(domain, before, [9; 16]).unwrap();
            before = resealed.hash;
            resealed
        })
        .collect()
}

/// Everything that is worked out for somebody of an incident, the hashes of the chain aside.
fn shown(record: &[Sealed], access: &Access, home: &Scenario) -> (Incident, String) {
    let incident = Incident { hash: Hash::NONE, ..seen(record, access, home.now) };
    let text = format!(
        "{}\n{:?}\n{:?}\n{:?}",
        incident.report(home.now),
        incident.summary(),
        incident.situation(home.now),
        incident.deadlines(home.now),
    );
    (incident, text)
}

fn whole(record: &[Sealed]) -> Incident {
    crate::testing::replayed(record)
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(PAIRS) })]

    #[test]
    fn what_one_may_not_see_changes_nothing_that_one_sees(acts in acts(24), next in acts(4)) {
        let mut home = busy();
        for act in &acts {
            home.lets(act);
        }
        // Somebody without a seat is answered one thing whatever is asked: there is no view to compare.
        let seated = |who: &&str| home.incident.interest_of(&named(who)) != Interest::None;
        for blind in ["icb", "cqc", "region", "leeds"].into_iter().filter(seated) {
            let other = twin(&home, blind);
            let reader = Reader::of(named(blind));
            let (here, there) = (home.incident.access(&reader, home.now), whole(&other).access(&reader, home.now));
            // Who placed whom decides what a placing agency sees, also where the entry that says so is withheld from it.
            if here.viewer.residents != there.viewer.residents {
                continue;
            }
            prop_assert_eq!(&here, &there, "{} is another viewer there", blind);
            let sights = |record: &[Sealed]| -> Vec<_> {
                let labels = record.iter().map(|sealed| sealed.labels().unwrap());
                labels.map(|labels| here.sees(&labels, home.now).is_seen()).collect()
            };
            prop_assert_eq!(sights(&home.record), sights(&other), "{}", blind);
            let (seen_here, text_here) = shown(&home.record, &here, &home);
            let (seen_there, text_there) = shown(&other, &there, &home);
            prop_assert_eq!(&seen_here, &seen_there, "{}", blind);
            prop_assert_eq!(text_here, text_there, "{}", blind);
            for act in &next {
                let crate::testing::random::Act::Ask { command, office, .. } = act else { continue };
                let mut by = Author::system(named(blind), "desk");
                by.office = *office;
                let asks = |of: &Incident| of.decide(home.now, &by, home.now, command).map_err(|no| no.to_string());
                prop_assert!(asks(&seen_here) == asks(&seen_there), "{blind} is answered otherwise");
            }
        }
    }
}

#[test]
fn the_pairs_differ_and_hide_much() {
    let home = busy();
    let other = twin(&home, "region");
    let differing = home.record.iter().zip(&other).filter(|(here, there)| here.content != there.content).count();
    assert!(differing >= 3, "only {differing} entries differ");
    assert_ne!(whole(&home.record).people, whole(&other).people);
}
