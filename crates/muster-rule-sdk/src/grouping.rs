//! Grouping, in an order that does not depend on chance.

use std::collections::BTreeMap;

/// Groups things by a key, in the order of the keys; within a group they stay in the order they had.
///
/// A `HashMap` has an order too, which no two builds owe each other, and advice is compared byte for byte.
///
/// ```
/// use muster_rule_sdk::testing::{Story, person};
/// use muster_rule_sdk::{Funder, grouped};
///
/// let story = Story::of_an_emergency_closure().with_person(person(2)).with_person(person(1));
/// let situation = story.situation();
/// let at_each = grouped(&situation.people, |person| person.service.as_str());
/// let people: Vec<&str> = at_each["service-1"].iter().map(|person| person.ref_.as_str()).collect();
/// assert_eq!(people, ["person-2", "person-1"]);
/// ```
pub fn grouped<T, K: Ord>(things: impl IntoIterator<Item = T>, key: impl Fn(&T) -> K) -> BTreeMap<K, Vec<T>> {
    let mut groups: BTreeMap<K, Vec<T>> = BTreeMap::new();
    for thing in things {
        groups.entry(key(&thing)).or_default().push(thing);
    }
    groups
}
