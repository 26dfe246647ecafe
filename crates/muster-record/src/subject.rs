//! Subject access: which entries concern one person, as that person may have them.

use crate::entry::{Class, Entry};
use crate::fact::Fact;
use crate::ids::PersonNo;
use crate::incident::{offers, people, review, sharing};

#[cfg(test)]
mod tests;

/// An entry that concerns a person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Concerning {
    /// The fact, without what it says of others.
    Given(Box<Fact>),
    /// It is for the controller to decide whether the person may have it: it is about safeguarding, or privileged.
    ToDecide,
}

/// What an entry says of a person; nothing when it does not name them.
///
/// Advice and what is about everybody are no part of it: they name people only to count or to order them.
pub fn concerning(entry: &Entry, person: PersonNo) -> Option<Concerning> {
    let fact = of(&entry.fact, person)?;
    match entry.envelope.class {
        Class::Safeguarding | Class::Legal => Some(Concerning::ToDecide),
        Class::Operational | Class::Personal | Class::Health | Class::Commercial => {
            Some(Concerning::Given(Box::new(fact)))
        }
    }
}

fn of(fact: &Fact, person: PersonNo) -> Option<Fact> {
    let (of, own) = match fact {
        Fact::People(fact) => of_people(fact),
        Fact::Offers(offers::Fact::Taken { person: Some(person), .. }) => (*person, fact.clone()),
        Fact::Review(review::Fact::WellbeingDue { person, .. } | review::Fact::WellbeingDone { person, .. }) => {
            (*person, fact.clone())
        }
        Fact::Sharing(sharing::Fact::Shared(share)) => match share.what {
            sharing::What::Person(person) => (person, fact.clone()),
            sharing::What::Entry(_) | sharing::What::Class(_) => return None,
        },
        Fact::Lifecycle(_)
        | Fact::Log(_)
        | Fact::Clocks(_)
        | Fact::Participants(_)
        | Fact::Answers(_)
        | Fact::Actions(_)
        | Fact::Decisions(_)
        | Fact::Meetings(_)
        | Fact::Communications(_)
        | Fact::Restrictions(_)
        | Fact::Offers(_)
        | Fact::Advice(_)
        | Fact::Escalation(_)
        | Fact::Sharing(_)
        | Fact::Review(_) => return None,
    };
    (of == person).then_some(own)
}

/// Whom a fact is about, and the fact without the numbers of those they should stay with.
fn of_people(fact: &people::Fact) -> (PersonNo, Fact) {
    let alone = |details: &people::Details| people::Details { stays_with: Vec::new(), ..details.clone() };
    let (person, own) = match fact {
        people::Fact::Registered { person, details } => {
            (*person, people::Fact::Registered { person: *person, details: alone(details) })
        }
        people::Fact::Changed { person, details } => {
            (*person, people::Fact::Changed { person: *person, details: alone(details) })
        }
        people::Fact::StatusChanged { person, .. }
        | people::Fact::IdentitySealed { person, .. }
        | people::Fact::IdentityErased { person, .. } => (*person, fact.clone()),
    };
    (person, own.into())
}
