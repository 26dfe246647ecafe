//! What an item can depend on, and why it holds: of the services, and of who pays for whose care.

use muster_rule_sdk::{Answer, Funder, Part, Person, Situation};

use crate::table::{ServiceRow, When};

/// Whether what an item depends on holds, and why.
pub(super) struct Depends {
    pub(super) verdict: Answer,
    pub(super) because: String,
}

pub(super) fn on(situation: &Situation, services: &[ServiceRow], when: When) -> Depends {
    match when {
        When::Regulated => regulated(situation),
        When::Building => building(situation, services),
        When::OutOfArea => of_people(situation, is_placed_by_another_council, "placed by a council elsewhere"),
        When::HealthFunded => of_people(situation, |_, person| is_health_funded(person), "funded by the NHS in full"),
    }
}

/// One regulated service is enough; where all are known not to be, none is.
pub(super) fn regulated(situation: &Situation) -> Depends {
    let verdict = any(situation.services.iter().map(|service| service.regulated));
    let because = match verdict {
        Answer::Yes => "A service is regulated",
        Answer::No => "No service is regulated",
        Answer::Unknown => "It is not known whether a service is regulated",
    };
    Depends { verdict, because: because.to_owned() }
}

fn building(situation: &Situation, services: &[ServiceRow]) -> Depends {
    let of_kind = |kind| services.iter().find(|row| row.kind == kind).map_or(Answer::Unknown, |row| row.building);
    let verdict = any(situation.services.iter().map(|service| of_kind(service.kind)));
    let because = match verdict {
        Answer::Yes => "A service is building based",
        Answer::No => "All care is given in people's own homes",
        Answer::Unknown => "It is not known whether a service is building based",
    };
    Depends { verdict, because: because.to_owned() }
}

/// Yes where one is, no where there are some and none is, otherwise unknown.
fn any(answers: impl Iterator<Item = Answer>) -> Answer {
    let answers: Vec<Answer> = answers.collect();
    if answers.contains(&Answer::Yes) {
        return Answer::Yes;
    }
    if answers.is_empty() || answers.contains(&Answer::Unknown) { Answer::Unknown } else { Answer::No }
}

/// Whether somebody on the list is so; not known of an empty list, nor while it is not known who pays for all.
fn of_people(situation: &Situation, is_so: impl Fn(&Situation, &Person) -> bool, so: &str) -> Depends {
    let unknown = |because: String| Depends { verdict: Answer::Unknown, because };
    if situation.is_withheld(Part::People) {
        return unknown("This rule set is not shown the people".to_owned());
    }
    let found = situation.people.iter().filter(|person| is_so(situation, person)).count();
    if found > 0 {
        return Depends { verdict: Answer::Yes, because: format!("{found} on the list {so}") };
    }
    let not_known = situation.people.iter().filter(|person| person.funder == Funder::NotKnown).count();
    match (situation.people.is_empty(), not_known) {
        (true, _) => unknown("Nobody is on the list yet".to_owned()),
        (false, 0) => Depends { verdict: Answer::No, because: format!("Nobody on the list {so}") },
        (false, not_known) => unknown(format!("{not_known} on the list of whom it is not known who pays")),
    }
}

/// Another council pays, or an agency from elsewhere placed somebody who pays for themselves.
fn is_placed_by_another_council(situation: &Situation, person: &Person) -> bool {
    let is_placed = person.placed_by.as_ref().is_some_and(|agency| *agency != situation.authority);
    match person.funder {
        Funder::OtherCouncil => true,
        Funder::SelfFunded | Funder::CouncilPart | Funder::CouncilFull => is_placed,
        Funder::HealthFull | Funder::OtherHealth | Funder::NotKnown => false,
    }
}

fn is_health_funded(person: &Person) -> bool {
    match person.funder {
        Funder::HealthFull | Funder::OtherHealth => true,
        Funder::CouncilPart | Funder::CouncilFull | Funder::SelfFunded | Funder::OtherCouncil | Funder::NotKnown => {
            false
        }
    }
}
