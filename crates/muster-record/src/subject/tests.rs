use super::*;
use crate::ids::PersonNo;
use crate::testing::{Scenario, named, resident};

#[test]
fn a_subject_is_given_what_concerns_them_and_nothing_of_the_others() {
    let mut home = Scenario::opened();
    let together = people::Details { stays_with: vec![PersonNo(1)], ..resident() };
    home.council().does(people::Command::Register { details: resident() });
    home.council().does(people::Command::Register { details: together });
    let offer = offers::Command::Offer {
        kind: crate::situation::OfferKind::Bed,
        quantity: 2,
        as_at: home.now,
        detail: Vec::new(),
    };
    home.icb().does(offer);
    let take = offers::Command::Take { offer: crate::ids::OfferNo(1), quantity: 1, person: Some(PersonNo(2)) };
    home.council().does(take);
    let (from, until) = (home.now, home.now);
    home.council().does(review::Command::ScheduleWellbeing { person: PersonNo(2), from, until });
    home.council().does(crate::incident::log::Command::Note { text: "all had lunch".to_owned() });
    let of = |person| -> Vec<String> {
        let entries = home.record.iter().map(|sealed| sealed.open().unwrap());
        let mut told = Vec::new();
        for entry in entries {
            match concerning(&entry, PersonNo(person)) {
                Some(Concerning::Given(fact)) => {
                    told.push(format!("{} {}", entry.seq, serde_json::to_string(&fact).unwrap()));
                }
                Some(Concerning::ToDecide) => told.push(format!("{} to decide", entry.seq)),
                None => (),
            }
        }
        told
    };
    assert_eq!(of(1).len(), 1);
    let second = of(2);
    assert_eq!(second.len(), 3, "{second:?}");
    assert!(second[0].contains(r#""stays_with":[]"#), "{}", second[0]);
    assert_eq!(of(3), Vec::<String>::new());
}

#[test]
fn what_is_about_safeguarding_or_privileged_is_for_the_controller_to_decide() {
    let mut home = Scenario::opened();
    home.council().does(people::Command::Register { details: resident() });
    let mut entry = home.record.last().unwrap().open().unwrap();
    for class in Class::ALL {
        entry.envelope.class = *class;
        let found = concerning(&entry, PersonNo(1)).unwrap();
        let held_back = matches!(class, Class::Safeguarding | Class::Legal);
        assert_eq!(found == Concerning::ToDecide, held_back, "{class}");
    }
    assert_eq!(entry.envelope.author.agency, named("council"));
}
