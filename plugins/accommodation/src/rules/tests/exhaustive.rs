//! Many small situations, each one checked for what must hold of all of them.

use std::collections::BTreeMap;

use super::*;

/// A small generator with a state of its own, so that every run of the test makes the same situations.
struct Dice(u64);

impl Dice {
    fn throw(&mut self, sides: u64) -> u64 {
        // The multiplier and increment of Knuth's MMIX; the high bits are the good ones.
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % sides
    }

    fn one<T: Clone>(&mut self, of: &[T]) -> T {
        let sides = u64::try_from(of.len()).unwrap();
        of[usize::try_from(self.throw(sides)).unwrap()].clone()
    }
}

fn random(seed: u64) -> Told {
    let mut dice = Dice(seed);
    let mut told = told();
    let people = u32::try_from(dice.throw(6)).unwrap() + 1;
    for number in 1..=people {
        let sets: [&[Need]; 4] = [&[], &[Need::Nursing], &[Need::Dementia], &[Need::Nursing, Need::Dementia]];
        let needs = dice.one(&sets);
        let mobility = dice.one(&[Mobility::Walks, Mobility::Wheelchair, Mobility::Bariatric, Mobility::NotKnown]);
        let mut person = Person { mobility, ..walker(number, needs) };
        person.status = dice.one(&[CareStatus::Identified, CareStatus::Reviewed, CareStatus::Placed, CareStatus::Died]);
        person.needs_known = dice.one(&[Answer::Yes, Answer::Yes, Answer::Yes, Answer::Unknown]);
        if dice.throw(3) == 0 {
            person.stays_with = vec![format!("person-{}", dice.throw(u64::from(people)) + 1)];
        }
        told = told.with(person);
    }
    for _ in 0..dice.throw(5) {
        let mut detail = Vec::new();
        for word in ["nursing", "dementia", "wheelchair", "bariatric"] {
            detail.push((word, dice.one(&["yes", "yes", "no", "perhaps"])));
        }
        detail.push(dice.one(&[("authority", "E08000026"), ("authority", "e08000029"), ("service-kind", "hotel")]));
        detail.push(dice.one(&[("location", "1-1"), ("location", "1-2"), ("primary", "1-1"), ("home", "none")]));
        told =
            told.old_beds(i64::try_from(dice.throw(12)).unwrap(), u32::try_from(dice.throw(3)).unwrap() + 1, &detail);
        let offer = told.0.offers.last_mut().unwrap();
        offer.taken = u32::try_from(dice.throw(2)).unwrap();
    }
    let rule = dice.one(&[FEWEST, TOGETHER, NEEDS]);
    told.decided(rule)
}

fn said<'a>(offer: &'a Offer, word: &str) -> &'a str {
    offer.detail.iter().find(|(name, _)| name == word).map_or("", |(_, value)| value)
}

fn rules_out(offer: &Offer, person: &Person) -> bool {
    let is_hotel = said(offer, "service-kind") == "hotel";
    let no = |word| said(offer, word) == "no" || (is_hotel && said(offer, word).is_empty());
    (person.needs.contains(&Need::Nursing) && no("nursing"))
        || (person.needs.contains(&Need::Dementia) && no("dementia"))
        || (person.mobility == Mobility::Wheelchair && said(offer, "wheelchair") == "no")
        || (person.mobility == Mobility::Bariatric && said(offer, "bariatric") == "no")
}

fn place(offer: &Offer) -> String {
    let named = if said(offer, "primary").is_empty() { said(offer, "location") } else { said(offer, "primary") };
    if named.is_empty() { offer.ref_.clone() } else { named.to_owned() }
}

fn check(told: &Told, seed: u64) {
    let situation = &told.0;
    let advice = told.advice();
    let offer_of = |to: &str| situation.offers.iter().find(|offer| offer.ref_ == to).unwrap();
    let person_of = |who: &str| situation.people.iter().find(|person| person.ref_ == who).unwrap();
    let waits = |person: &&Person| matches!(person.status, CareStatus::Identified | CareStatus::Reviewed);
    assert_eq!(advice.allocations.len(), situation.people.iter().filter(waits).count(), "each who waits once ({seed})");
    let mut of_offer: BTreeMap<&str, u32> = BTreeMap::new();
    let mut of_home: BTreeMap<String, u32> = BTreeMap::new();
    for allocation in &advice.allocations {
        let person = person_of(&allocation.person);
        assert!(allocation.because.len() > 1, "explained ({seed})");
        let Some(to) = allocation.to.as_deref() else { continue };
        let offer = offer_of(to);
        assert!(waits(&person), "needs a place ({seed})");
        assert!(person.needs_known == Answer::Yes && person.mobility != Mobility::NotKnown, "is known ({seed})");
        assert!(!rules_out(offer, person), "is not excluded ({seed})");
        *of_offer.entry(to).or_default() += 1;
        *of_home.entry(place(offer)).or_default() += 1;
        for other in &person.stays_with {
            let theirs = advice.allocations.iter().find(|one| one.person == *other);
            let theirs = theirs.map(|one| one.to.as_deref().map(|to| place(offer_of(to))));
            assert!(theirs.is_none_or(|theirs| theirs == Some(place(offer))), "stay together ({seed})");
        }
    }
    for (offer, given) in of_offer {
        assert!(given + offer_of(offer).taken <= offer_of(offer).quantity, "no bed twice ({seed})");
    }
    for (home, given) in of_home {
        let offers: Vec<&Offer> = situation.offers.iter().filter(|offer| place(offer) == home).collect();
        if offers.len() > 1 && offers.iter().any(|offer| !said(offer, "primary").is_empty()) {
            let beds = offers.iter().map(|offer| offer.quantity).max().unwrap();
            let taken: u32 = offers.iter().map(|offer| offer.taken).sum();
            assert!(given + taken <= beds, "no shared bed twice ({seed})");
        }
    }
    // Nobody goes without while a bed is left that would do: for people who stay with nobody.
    let stays = |who: &str| {
        situation
            .people
            .iter()
            .any(|one| one.stays_with.iter().any(|other| other != &one.ref_ && (other == who || one.ref_ == who)))
    };
    for allocation in advice.allocations.iter().filter(|one| one.to.is_none() && !stays(&one.person)) {
        let person = person_of(&allocation.person);
        let free = situation.offers.iter().any(|offer| {
            let given = |of: &Offer| {
                u32::try_from(advice.allocations.iter().filter(|one| one.to.as_ref() == Some(&of.ref_)).count())
                    .unwrap()
            };
            let home: Vec<&Offer> = situation.offers.iter().filter(|other| place(other) == place(offer)).collect();
            let is_shared = home.len() > 1 && home.iter().any(|other| !said(other, "primary").is_empty());
            let gone: u32 = home.iter().map(|other| other.taken + given(other)).sum();
            let room = !is_shared || gone < home.iter().map(|other| other.quantity).max().unwrap();
            !rules_out(offer, person) && room && offer.taken + given(offer) < offer.quantity
        });
        let is_known = person.needs_known == Answer::Yes && person.mobility != Mobility::NotKnown;
        assert!(!(free && is_known), "{} is left out for no reason ({seed})", allocation.person);
    }
}

/// The same people, offers and words in another order.
fn shuffled(told: &Told) -> Told {
    let mut other = told.clone();
    other.0.people.reverse();
    other.0.offers.reverse();
    if other.0.offers.len() > 2 {
        other.0.offers.rotate_left(1);
    }
    for offer in &mut other.0.offers {
        offer.detail.reverse();
    }
    other
}

#[test]
fn no_bed_twice_no_person_twice_nobody_excluded_and_nobody_apart() {
    for seed in 0..1_500 {
        check(&random(seed), seed);
    }
}

#[test]
fn the_same_situation_gives_the_same_advice_in_whatever_order_it_is_told() {
    for seed in 0..400 {
        let told = random(seed);
        assert_eq!(told.advice(), told.advice());
        assert_eq!(told.advice(), shuffled(&told).advice(), "{seed}");
    }
}

#[test]
fn when_one_match_is_adopted_the_others_stand() {
    for seed in 0..1_000 {
        let mut told = random(seed);
        // Where somebody has a place and another stays with them, a bed that is taken says more.
        told.0.people.iter_mut().for_each(|person| person.stays_with.clear());
        let before = told.advice();
        let Some(adopted) = before.allocations.iter().find(|one| one.to.is_some()) else { continue };
        let mut after = told.clone();
        let offer = after.0.offers.iter_mut().find(|offer| Some(&offer.ref_) == adopted.to.as_ref()).unwrap();
        offer.taken += 1;
        let person = after.0.people.iter_mut().find(|person| person.ref_ == adopted.person).unwrap();
        person.status = CareStatus::Placed;
        let others = before.allocations.iter().filter(|one| one.person != adopted.person).cloned();
        assert_eq!(after.advice().allocations, others.collect::<Vec<Allocation>>(), "{seed}");
    }
}
