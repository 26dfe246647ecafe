//! What advice was drawn from: it is visible only where all of that was visible.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::{Audience, Class, Labels};
use crate::fact::Fact;
use crate::ids::AgencyId;

/// Labels of all that something was worked out from, taken together.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Drawn {
    /// The classes besides the operational one.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub classes: BTreeSet<Class>,
    /// The agencies who could see all of it, where some was written for named ones only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub audience: Option<BTreeSet<AgencyId>>,
}

/// What an incident's situation is drawn from, people apart, since not every rule set is shown people.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Sources {
    people: Drawn,
    rest: Drawn,
}

impl Drawn {
    /// Whether it was drawn from what everybody at the table sees.
    pub fn is_plain(&self) -> bool {
        self.classes.is_empty() && self.audience.is_none()
    }

    fn add(&mut self, entry: &Labels) {
        let classes = std::iter::once(entry.class).chain(entry.drawn_from.iter().copied());
        self.classes.extend(classes.filter(|class| *class != Class::Operational));
        if let Audience::Agencies(named) = &entry.audience {
            let named = named.iter().chain([&entry.author]);
            self.narrow(named.cloned().collect());
        }
    }

    fn narrow(&mut self, to: BTreeSet<AgencyId>) {
        self.audience = Some(match self.audience.take() {
            Some(known) => known.intersection(&to).cloned().collect(),
            None => to,
        });
    }

    fn and(mut self, other: &Self) -> Self {
        self.classes.extend(&other.classes);
        if let Some(audience) = &other.audience {
            self.narrow(audience.clone());
        }
        self
    }
}

impl Sources {
    /// Takes an entry's labels in, if a situation shows what it says.
    pub(crate) fn add(&mut self, fact: &Fact, entry: &Labels) {
        match fact {
            Fact::People(_) => self.people.add(entry),
            Fact::Lifecycle(_)
            | Fact::Participants(_)
            | Fact::Answers(_)
            | Fact::Actions(_)
            | Fact::Decisions(_)
            | Fact::Meetings(_)
            | Fact::Restrictions(_)
            | Fact::Offers(_) => self.rest.add(entry),
            // No situation shows these.
            Fact::Log(_)
            | Fact::Clocks(_)
            | Fact::Communications(_)
            | Fact::Advice(_)
            | Fact::Escalation(_)
            | Fact::Review(_)
            | Fact::Sharing(_) => (),
        }
    }

    /// What a situation with people, or without, is drawn from.
    pub fn of_situation(&self, with_people: bool) -> Drawn {
        if with_people { self.rest.clone().and(&self.people) } else { self.rest.clone() }
    }
}
