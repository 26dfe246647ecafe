use expect_test::expect;

use super::{Member, PeopleCount};
use crate::advice::{Answer, Finding, Item};
use crate::agency::{AgencyKind, Interest, Office};
use crate::ids::IncidentId;
use crate::incident::lifecycle::{Command, Link, Relation};
use crate::incident::{actions, offers, people};
use crate::situation::{CareStatus, IncidentKind, OfferKind};
use crate::testing::{Scenario, at, named, opening, resident};

fn id(last: u8) -> IncidentId {
    IncidentId::from_bytes([last; 16])
}

fn link(last: u8, relation: Relation) -> Command {
    Command::Link(Link { incident: id(last), relation, authority: None, brand: None })
}

/// A regional incident that has these as its members.
fn region(members: &[u8]) -> Scenario {
    let mut region = Scenario::opened_with(&crate::incident::lifecycle::Opening {
        kind: IncidentKind::Regional,
        title: "Careful Homes".to_owned(),
        ..opening()
    });
    region.incident.id = id(100);
    for member in members {
        region.council().does(link(*member, Relation::Member));
    }
    region
}

/// An incident with so many people, which says that it is a member.
fn member(last: u8, residents: usize) -> Scenario {
    let mut home = Scenario::opened();
    home.incident.id = id(last);
    home.council().does(link(100, Relation::MemberOf));
    for _ in 0..residents {
        home.council().does(people::Command::Register { details: resident() });
    }
    home
}

fn finding(key: &str, verdict: Answer) -> Item {
    let (key, subject, title) = (key.to_owned(), "s48".to_owned(), "A duty".to_owned());
    Item::Finding(Finding { key, subject, verdict, title, because: Vec::new(), cites: Vec::new() })
}

#[test]
fn a_count_of_people_is_told_as_a_range_in_which_nobody_is_singled_out() {
    let told = |count| {
        let PeopleCount { at_least, at_most } = PeopleCount::of(count);
        (at_least, at_most)
    };
    assert_eq!(told(0), (0, 0));
    assert_eq!([told(1), told(4)], [(1, 4); 2]);
    assert_eq!([told(5), told(7)], [(5, 7); 2]);
    assert_eq!([told(8), told(12)], [(8, 12); 2]);
    assert_eq!(told(9_300), (9_298, 9_302));
    for count in 0..2_000_usize {
        let (least, most) = told(count);
        assert!((least..=most).contains(&u32::try_from(count).unwrap()), "{count} is not in {least} to {most}");
        assert!(count == 0 || most - least >= 2, "{count} is told too closely: {least} to {most}");
    }
}

#[test]
fn the_total_does_not_give_away_the_one_that_is_hidden() {
    // With exact totals, 31 + 31 + 2 would show the two.
    let (one, two, three) = (member(1, 31), member(2, 31), member(3, 2));
    let picture = region(&[1, 2, 3]).incident.picture([&one.incident, &two.incident, &three.incident], one.now);
    let (total, parts) = (picture.counts.people, picture.members.iter().map(|member| member.counts.people));
    let (least, most) = parts.fold((0, 0), |sum, part| (sum.0 + part.at_least, sum.1 + part.at_most));
    assert!(total.at_least <= 64 && 64 <= total.at_most);
    assert!(most - least >= 4 && total.at_most > total.at_least, "{total:?} of {least} to {most}");
}

#[test]
fn it_counts_over_all_members_and_puts_the_tightest_clock_first() {
    let (mut near, mut far) = (member(1, 31), member(2, 3));
    near.council().does(Command::Amend { title: None, care_stops_at: Some(at("2024-03-04T12:00:00Z")), service: None });
    far.council().does(offers::Command::Offer {
        kind: OfferKind::Bed,
        quantity: 6,
        as_at: at("2024-03-04T08:00:00Z"),
        detail: vec![("contact".to_owned(), "Mrs Smith".to_owned())],
    });
    let due = Some(at("2024-03-04T08:30:00Z"));
    let title = "Ring Mrs Smith".to_owned();
    far.council().does(actions::Command::Raise { title, owner: named("icb"), due });
    near.pins("temporary-duty", 1);
    near.advises("temporary-duty", &[finding("s48/engaged", Answer::Yes), finding("s48/other", Answer::Yes)]);
    near.pins("icb-duty", 1);
    near.advises("icb-duty", &[finding("s48/engaged", Answer::No)]);
    let placed = |home: &mut Scenario, person, to| {
        let place = Some("Mrs Smith's sister".to_owned());
        home.council().does(people::Command::SetStatus { person, to, place });
    };
    placed(&mut far, crate::ids::PersonNo(1), CareStatus::Placed);
    let picture = region(&[1, 2]).incident.picture([&far.incident, &near.incident], near.now);
    let clocks = |member: &Member| {
        let told = member.clocks.iter().map(|clock| format!("{} {} h {}", clock.clock, clock.hours_left, clock.state));
        told.collect::<Vec<_>>()
    };
    let leads: Vec<_> = picture.members.iter().map(|member| (member.incident.clone(), clocks(member))).collect();
    assert_eq!(leads.iter().map(|(incident, _)| incident.clone()).collect::<Vec<_>>(), [id(1), id(2)]);
    expect![[r#"
        [
            "care-stops 3 h running",
            "72-hours 71 h running",
            "action-plan-review 168 h running",
        ]
    "#]]
    .assert_debug_eq(&leads[0].1);
    expect![[r#"
        (
            Counts {
                people: PeopleCount {
                    at_least: 33,
                    at_most: 37,
                },
                not_yet_placed: PeopleCount {
                    at_least: 33,
                    at_most: 37,
                },
                moved: PeopleCount {
                    at_least: 0,
                    at_most: 0,
                },
                beds_offered: 6,
                beds_taken: PeopleCount {
                    at_least: 0,
                    at_most: 0,
                },
            },
            {
                "s48/engaged": 1,
            },
            1,
            {
                AgencyId(
                    "icb",
                ): 1,
            },
        )
    "#]]
    .assert_debug_eq(&(picture.counts, &picture.duties_engaged, picture.disagreements, &picture.overdue));
    // By construction: whatever people wrote on the members' records, none of it is in the picture.
    let all = format!("{picture:?}");
    for written in ["Smith", "Rosebank", "Ring", "sister", "A duty"] {
        assert!(!all.contains(written), "{written} is in the picture");
    }
    assert!(far.reported("advice").is_empty() || !far.reported("advice").contains("DISAGREEMENT"));
    assert!(near.reported("advice").contains("DISAGREEMENT on s48/engaged (s48)"), "{}", near.reported("advice"));
}

#[test]
fn a_region_cannot_draw_an_incident_in_by_itself() {
    let mut stranger = Scenario::opened();
    stranger.incident.id = id(3);
    let confirmed = member(1, 10);
    let region = region(&[1, 3]);
    let picture = region.incident.picture([&confirmed.incident, &stranger.incident], confirmed.now);
    assert_eq!(picture.members.len(), 1);
    assert_eq!(picture.unconfirmed, 1);
}

#[test]
fn a_rehearsal_is_never_a_member_of_a_real_region() {
    let mut rehearsal = member(1, 10);
    rehearsal.incident.lifecycle.opening.exercise = true;
    let region = region(&[1]);
    assert_eq!(region.incident.picture([&rehearsal.incident], rehearsal.now).unconfirmed, 1);
}

#[test]
fn the_chair_the_vice_chair_and_the_dass_lead_may_open_a_regional_incident_and_nobody_else() {
    use crate::advice::RegionalIncident;
    use crate::incident::advising::Command::Adopt;
    let regional = |key: &str| {
        let (key, title) = (key.to_owned(), "Careful Homes".to_owned());
        Item::Regional(RegionalIncident { key, title, region: None, because: Vec::new(), cites: Vec::new() })
    };
    let mut home = Scenario::opened();
    home.seats("adass", AgencyKind::Region, Interest::Operational);
    home.pins("regional-escalation", 1);
    home.advises("regional-escalation", &[regional("region/open")]);
    let proposal = home.incident.advising.open().next().unwrap().number;
    home.lead().refused("OFFICE_NEEDED", Adopt { proposal });
    home.agency("adass").taking(Office::DassLead).does(Adopt { proposal });
    assert_eq!(home.incident.advising.open().count(), 0);
}
