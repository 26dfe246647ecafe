//! Whatever people and rule sets do in whatever order, the record stays a record.

use std::collections::BTreeMap;

use proptest::prelude::{ProptestConfig, prop_assert, prop_assert_eq, proptest};
use proptest::sample::Index;

use crate::ids::{ProposalNo, Seq};
use crate::incident::advising::ProposalState;
use crate::testing::random::{acts, advice, busy};
use crate::testing::{Scenario, named, put_by};

/// Enough to meet each family several times over in a second or two.
const CASES: u32 = 48;

/// What became of each key's proposal: its number and state.
fn by_key(home: &Scenario, rule_set: &str) -> BTreeMap<String, (ProposalNo, ProposalState)> {
    let proposals = home.incident.advising.proposals.iter();
    let of_it = proposals.filter(|proposal| proposal.rule_set == named(rule_set));
    of_it.map(|proposal| (proposal.item.key().to_owned(), (proposal.number, proposal.state))).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(CASES) })]

    #[test]
    fn a_record_replays_verifies_and_goes_on_from_a_fold_put_by(acts in acts(60), middle: Index) {
        let mut home = busy();
        let middle = middle.index(acts.len());
        for (number, act) in acts.iter().enumerate() {
            if number == middle {
                home.incident = put_by(&home.incident);
            }
            home.lets(act);
        }
        home.holds();
        let report = home.incident.report(home.now);
        prop_assert_eq!(report.as_of, Seq(u64::try_from(home.record.len()).unwrap()));
        let situation = home.incident.situation(home.now);
        prop_assert_eq!(situation.actions.len(), report.actions_open + report.actions_done + closed_otherwise(&home));
        prop_assert!(!report.to_string().is_empty());
    }

    #[test]
    fn the_seat_and_the_offices_of_a_table_always_fit(acts in acts(60)) {
        let mut home = busy();
        for act in &acts {
            home.lets(act);
        }
        let table = &home.incident.participants;
        let lead = table.seat(&home.incident.lifecycle.lead).unwrap();
        prop_assert!(lead.is_lead && lead.interest.is_operational());
        prop_assert_eq!(table.seats.values().filter(|seat| seat.is_lead).count(), 1);
        for (office, holder) in table.offices.iter().chain(&table.handovers) {
            let seat = table.seat(holder);
            prop_assert!(seat.is_some_and(|seat| office.held_by().contains(&seat.kind)), "{office} of {holder}");
        }
        for offer in home.incident.offers.list.iter() {
            prop_assert!(offer.taken <= offer.quantity);
        }
    }

    #[test]
    fn what_is_refused_leaves_no_trace(acts in acts(20)) {
        let mut home = busy();
        for act in &acts {
            let (before, entries) = (home.incident.clone(), home.record.len());
            home.lets(act);
            if home.record.len() == entries {
                prop_assert_eq!(&before, &home.incident);
            }
        }
    }

    #[test]
    fn asking_a_rule_set_again_about_the_same_writes_nothing(acts in acts(30), first in advice(), then in advice()) {
        let mut home = busy();
        for act in &acts {
            home.lets(act);
        }
        for items in [first, then] {
            home.advises("closure", &items);
            prop_assert!(home.would_advise("closure", &items).is_empty());
            home.lets(&acts[0]);
            home.advises("closure", &items);
            prop_assert!(home.would_advise("closure", &items).is_empty());
        }
        home.holds();
    }

    #[test]
    fn a_key_keeps_its_number_and_an_answer_unchanged_keeps_what_people_said(
        acts in acts(30), items in advice(), between in advice(),
    ) {
        let mut home = busy();
        for act in &acts {
            home.lets(act);
        }
        home.advises("closure", &items);
        let before = by_key(&home, "closure");
        home.advises("closure", &[]);
        home.advises("closure", &items);
        let again = by_key(&home, "closure");
        for (key, (number, state)) in &before {
            prop_assert_eq!(again[key].0, *number);
            if matches!(state, ProposalState::Adopted | ProposalState::Declined) {
                prop_assert_eq!(again[key].1, *state, "{}", key);
            }
        }
        home.advises("closure", &between);
        let numbers = home.incident.advising.proposals.iter().map(|proposal| proposal.number);
        prop_assert!(numbers.eq((1..).map(ProposalNo).take(home.incident.advising.proposals.len())));
    }

    #[test]
    fn no_proposal_becomes_two_actions(acts in acts(80)) {
        let mut home = busy();
        for act in &acts {
            home.lets(act);
        }
        let mut keys: Vec<&String> = home.incident.actions.list.iter().filter_map(|action| action.key.as_ref()).collect();
        let all = keys.len();
        keys.sort_unstable();
        keys.dedup();
        prop_assert_eq!(keys.len(), all);
    }
}

fn closed_otherwise(home: &Scenario) -> usize {
    use crate::situation::ActionStatus::{Cancelled, Declined};
    home.incident.actions.list.iter().filter(|action| matches!(action.status, Cancelled | Declined)).count()
}
