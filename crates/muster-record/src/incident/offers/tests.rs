//! What is offered can be taken once, given back, and withdrawn by who offered it.

use expect_test::expect;

use super::Command;
use crate::ids::{OfferNo, PersonNo};
use crate::incident::people;
use crate::situation::OfferKind;
use crate::testing::{Scenario, at, check, resident};

const O1: OfferNo = OfferNo(1);

fn offer(quantity: u32, as_at: &str) -> Command {
    let detail = vec![("nursing".to_owned(), "yes".to_owned())];
    Command::Offer { kind: OfferKind::Bed, quantity, as_at: at(as_at), detail }
}

fn beds(quantity: u32) -> Command {
    offer(quantity, "2024-02-14T09:00:00Z")
}

fn take(quantity: u32, person: Option<u32>) -> Command {
    Command::Take { offer: O1, quantity, person: person.map(PersonNo) }
}

fn release(quantity: u32) -> Command {
    Command::Release { offer: O1, quantity }
}

fn withdraw() -> Command {
    Command::Withdraw { offer: O1, reason: "an outbreak of our own".to_owned() }
}

#[test]
fn beds_are_offered_taken_given_back_and_withdrawn() {
    let mut home = Scenario::opened();
    home.council().does(people::Command::Register { details: resident() });
    home.region().does(beds(3));
    home.council().does(take(1, Some(1)));
    home.icb().does(take(2, None));
    expect![[r#"
        O1 bed: 3 of 3 taken, from region, figure of Wed 14 Feb 09:00
    "#]]
    .assert_eq(&home.reported("offers"));
    home.icb().does(release(1));
    home.region().does(withdraw());
    expect![[r#"
        Mon 4 Mar 2024
          11  09:00  council               person 1 registered: council-full, wheelchair, nursing
          12  09:00  region                offered O1: 3 bed (nursing yes), as at Wed 14 Feb 09:00
          13  09:00  council               took 1 of O1 for person 1
          14  09:00  icb                   took 2 of O1
          15  09:00  icb                   gave back 1 of O1
          16  09:00  region                withdrew O1: an outbreak of our own
    "#]]
    .assert_eq(&home.told());
    expect![[r#"
        O1 bed: 2 of 3 taken, from region, figure of Wed 14 Feb 09:00, withdrawn
    "#]]
    .assert_eq(&home.reported("offers"));
    home.icb().does(release(2));
    check(&home.icb(), release(1), &expect!["NOT_TAKEN: only 0 of the offer are taken"]);
    check(&home.icb(), take(1, None), &expect!["OFFER_WITHDRAWN: the offer was withdrawn"]);
    check(&home.region(), withdraw(), &expect!["OFFER_WITHDRAWN: the offer was withdrawn"]);
}

#[test]
fn no_more_is_taken_than_is_there() {
    let mut home = Scenario::opened();
    home.region().does(beds(3));
    home.council().does(take(2, None));
    check(&home.icb(), take(2, None), &expect!["NOT_ENOUGH_LEFT: the offer has 1 left"]);
    check(&home.icb(), take(u32::MAX, None), &expect!["NOT_ENOUGH_LEFT: the offer has 1 left"]);
    check(&home.icb(), take(0, None), &expect!["INVALID_FIELD: quantity: none is no quantity"]);
    check(&home.icb(), take(1, Some(1)), &expect!["RESOURCE_NOT_FOUND: this record has no person 1"]);
    check(&home.icb(), release(3), &expect!["NOT_TAKEN: only 2 of the offer are taken"]);
    check(
        &home.cqc(),
        take(1, None),
        &expect![[
            r#"INTEREST_TOO_LOW: an agency with interest "oversight" may not do this; it needs an operational one"#
        ]],
    );
}

#[test]
fn an_offer_is_of_something_as_it_was_and_withdrawn_by_who_made_it() {
    let mut home = Scenario::opened();
    check(&home.region(), beds(0), &expect!["INVALID_FIELD: quantity: none is no quantity"]);
    check(
        &home.region(),
        offer(1, "2024-03-04T09:00:59Z"),
        &expect!["offered O1: 1 bed (nursing yes), as at Mon 4 Mar 09:00"],
    );
    check(
        &home.region(),
        offer(1, "2024-03-04T10:00:00Z"),
        &expect!["IN_THE_FUTURE: what is said to have been so lies in the future"],
    );
    home.region().does(beds(1));
    check(&home.council(), withdraw(), &expect!["NOT_YOUR_OFFER: the offer is another agency's"]);
    let silent = Command::Withdraw { offer: O1, reason: String::new() };
    check(&home.region(), silent, &expect!["INVALID_FIELD: reason is empty"]);
    let none = Command::Withdraw { offer: OfferNo(2), reason: "gone".to_owned() };
    check(&home.region(), none, &expect!["RESOURCE_NOT_FOUND: this record has no offer 2"]);
}
