//! What advice was drawn from: it is visible only where all of that was visible.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::{Audience, Class, Labels};
use crate::fact::Fact;
use crate::ids::AgencyId;
use crate::situation::Part;

/// Labels of all that something was worked out from, taken together.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Default, Serialize, Deserialize)]
pub struct Drawn {
    /// The classes besides the operational one.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub classes: BTreeSet<Class>,
    /// The agencies who could see all of it, where some was written for named ones only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub audience: Option<BTreeSet<AgencyId>>,
}

/// What an incident's situation is drawn from, part by part, since not every rule set is shown every part.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Sources {
    /// What is shown to every rule set.
    always: Drawn,
    parts: BTreeMap<Part, Drawn>,
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
        let parts: &[Part] = match fact {
            // Figures are ranges, and are not drawn from the people who are counted.
            Fact::People(_) => &[Part::People],
            Fact::Lifecycle(_) | Fact::Participants(_) => return self.always.add(entry),
            Fact::Answers(_) => &[Part::Facts],
            Fact::Actions(_) => &[Part::Actions],
            Fact::Decisions(_) => &[Part::Decisions, Part::Recommendations],
            Fact::Meetings(_) => &[Part::Meetings],
            Fact::Restrictions(_) => &[Part::Restrictions],
            Fact::Offers(_) => &[Part::Offers],
            // No situation shows these.
            Fact::Log(_)
            | Fact::Clocks(_)
            | Fact::Communications(_)
            | Fact::Advice(_)
            | Fact::Escalation(_)
            | Fact::Review(_)
            | Fact::Sharing(_) => &[],
        };
        for part in parts {
            self.parts.entry(*part).or_default().add(entry);
        }
    }

    /// What a situation with these parts is drawn from.
    pub fn of(&self, parts: &BTreeSet<Part>) -> Drawn {
        let parts = self.parts.iter().filter(|(part, _)| parts.contains(part));
        parts.fold(self.always.clone(), |drawn, (_, part)| drawn.and(part))
    }
}
