//! Something is shared for as long as it is needed; a glass is broken in an emergency and always reviewed.

use expect_test::expect;

use super::{Command, Emergency, GlassFinding, SharingBasis, What};
use crate::agency::{AgencyKind, Interest};
use crate::entry::Class;
use crate::ids::{GlassNo, PersonNo, Seq, ShareNo};
use crate::incident::people;
use crate::testing::{Scenario, check, named, resident};
use crate::time::hours_after;

const S1: ShareNo = ShareNo(1);
const G1: GlassNo = GlassNo(1);

fn share(home: &Scenario, what: What, hours: u32) -> Command {
    Command::Share {
        what,
        with: named("cqc"),
        basis: SharingBasis::Safeguarding,
        necessity: "the inspector has to know whom to visit".to_owned(),
        expires_at: hours_after(home.now, hours),
        review_at: hours_after(home.now, hours.min(24)),
    }
}

fn breaks(reason: &str, minutes: u32) -> Command {
    let (classes, reason) = ([Class::Personal, Class::Health].into(), reason.to_owned());
    Command::BreakGlass { classes, emergency: Emergency::CareStops, reason, minutes }
}

const REASON: &str = "the night team has no handover and nobody answers";

#[test]
fn a_share_says_what_with_whom_on_what_basis_and_until_when_and_its_owner_is_told() {
    let mut home = Scenario::opened();
    home.seats("hants", AgencyKind::PlacingAuthority, Interest::Operational);
    let placed = people::Details { placed_by: Some(named("hants")), ..resident() };
    home.council().does(people::Command::Register { details: placed });
    home.forgets_what_was_told();
    let shares = share(&home, What::Person(PersonNo(1)), 48);
    home.council().does(shares);
    assert!(home.last_sight("hants").is_seen(), "whose resident she is, is told");
    expect![["
        S1 what is about person 1 with cqc until Wed 6 Mar 09:00, shared by council
    "]]
    .assert_eq(&home.reported("sharing"));
    let (expires_at, review_at) = (hours_after(home.now, 90), hours_after(home.now, 60));
    let note = "the visit was put off".to_owned();
    home.council().does(Command::ReviewShare { share: S1, expires_at, review_at, note });
    let ends = Command::EndShare { share: S1, because: "the visit is over".to_owned() };
    check(
        &home.icb(),
        ends.clone(),
        &expect![
            "NOT_YOURS_TO_SHARE: your agency does not see this in its own right, or the share is not one that it can change"
        ],
    );
    home.agency("hants").does(ends);
    expect![["
        Mon 4 Mar 2024
          14  09:00  council               what is about person 1 shared with cqc (safeguarding) until Wed 6 Mar 09:00, review by Tue 5 Mar 09:00; hants is told: the inspector has to know whom to visit
          15  09:00  council               S1 goes on until Fri 8 Mar 03:00, review by Wed 6 Mar 21:00: the visit was put off
          16  09:00  hants                 S1 ended: the visit is over
    "]]
    .assert_eq(&home.told());
}

#[test]
fn a_share_that_could_not_end_or_tells_nothing_new_is_refused() {
    let mut home = Scenario::opened();
    home.council().does(people::Command::Register { details: resident() });
    let (person, now) = (What::Person(PersonNo(1)), home.now);
    let long = share(&home, person, 24 * 91);
    check(&home.council(), long, &expect!["INVALID_FIELD: expires_at: 90 days at most; a review can let it go on"]);
    let mut past = share(&home, person, 1);
    if let Command::Share { expires_at, .. } = &mut past {
        *expires_at = now;
    }
    check(&home.council(), past, &expect!["INVALID_FIELD: expires_at: it lies in the past"]);
    let mut late = share(&home, person, 1);
    if let Command::Share { review_at, .. } = &mut late {
        *review_at = hours_after(now, 2);
    }
    check(&home.council(), late, &expect!["INVALID_FIELD: review_at: it is reviewed before it ends"]);
    let plain = share(&home, What::Entry(Seq(1)), 1);
    check(&home.council(), plain, &expect!["INVALID_FIELD: what.entry: everybody at the table sees that entry"]);
    let ahead = share(&home, What::Entry(Seq(99)), 1);
    check(&home.council(), ahead, &expect!["AHEAD_OF_THE_RECORD: the record does not reach that entry yet"]);
    let legal = share(&home, What::Class(Class::Legal), 1);
    check(
        &home.council(),
        legal,
        &expect!["INVALID_FIELD: what.class: what is legally privileged is shared entry by entry"],
    );
    let nobody = share(&home, What::Person(PersonNo(2)), 1);
    check(&home.council(), nobody, &expect!["RESOURCE_NOT_FOUND: this record has no person 2"]);
    let mut stranger = share(&home, person, 1);
    if let Command::Share { with, .. } = &mut stranger {
        *with = named("press");
    }
    check(&home.council(), stranger, &expect!["RESOURCE_NOT_FOUND: this record has no participant press"]);
}

#[test]
fn a_broken_glass_closes_by_itself_and_its_clock_stands_until_another_agency_reviewed_it() {
    let mut home = Scenario::opened();
    home.cqc().does(breaks(REASON, 240));
    expect![[r#"
        glass/G1             Thu 07 Mar 09:00Z running
        72-hours             Thu 07 Mar 08:00Z running
    "#]]
    .assert_eq(&two_clocks(&home));
    home.later_hours(4);
    check(&home.cqc(), Command::CloseGlass { glass: G1 }, &expect!["GLASS_CLOSED: this glass is closed already"]);
    let reviews = Command::ReviewGlass {
        glass: G1,
        finding: GlassFinding::NotJustified,
        note: "the desk had a phone".to_owned(),
    };
    home.cqc().refused("OWN_GLASS", reviews.clone());
    check(
        &home.region(),
        reviews.clone(),
        &expect![
            "INTEREST_TOO_LOW: an agency with interest \"information\" may not do this; it needs an operational one"
        ],
    );
    home.icb().does(reviews);
    expect![["
        G1 broken by cqc: closed, reviewed: not-justified
    "]]
    .assert_eq(&home.reported("sharing"));
    assert!(!home.clocks().contains("glass"), "the clock stands no more");
    home.cqc().does(breaks(REASON, 1));
}

/// The clocks of the glass and of the incident.
fn two_clocks(home: &Scenario) -> String {
    let clocks = home.clocks();
    let of = |key: &str| clocks.lines().find(|line| line.starts_with(key)).map(|line| format!("{line}\n")).unwrap();
    of("glass") + &of("72-hours")
}

#[test]
fn a_glass_is_not_broken_without_a_reason_nor_for_longer_than_four_hours_nor_for_what_is_privileged() {
    let home = &mut Scenario::opened();
    check(&home.cqc(), breaks("in a hurry", 60), &expect!["INVALID_FIELD: reason: say why in at least 20 characters"]);
    check(&home.cqc(), breaks(REASON, 241), &expect!["INVALID_FIELD: minutes: 1 to 240: four hours at most"]);
    check(&home.cqc(), breaks(REASON, 0), &expect!["INVALID_FIELD: minutes: 1 to 240: four hours at most"]);
    let legal = Command::BreakGlass {
        classes: [Class::Legal].into(),
        emergency: Emergency::Other,
        reason: REASON.to_owned(),
        minutes: 5,
    };
    check(
        &home.cqc(),
        legal,
        &expect!["INVALID_FIELD: classes: name the classes to open; what is legally privileged is not opened so"],
    );
    home.agency("press").refused("NOT_PERMITTED", breaks(REASON, 60));
}
