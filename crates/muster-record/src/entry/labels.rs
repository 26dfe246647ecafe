//! Labels: what decides who may see an entry, apart from what it says.

use serde::{Deserialize, Serialize};

use super::{Audience, Author, Class, Drawn, Envelope};
use crate::fact::Fact;
use crate::ids::{AgencyId, PersonNo, Seq};
use crate::incident::advising::Changed;
use crate::incident::{Incident, advising, log, offers, people, review, sharing};
use crate::refusal::Refusal;
use crate::time::Instant;

/// What decides who may see an entry.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Labels {
    /// Its place.
    pub seq: Seq,
    /// The agency that wrote it.
    pub author: AgencyId,
    /// What sort of information it holds.
    pub class: Class,
    /// For whom it was written.
    pub audience: Audience,
    /// The people it is about.
    pub subjects: Vec<PersonNo>,
    /// The sorts of information it was worked out from.
    pub drawn_from: Vec<Class>,
}

/// What an author asks of an entry's labels; what is not asked for comes from the fact.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Asked {
    /// What sort of information it holds.
    pub class: Option<Class>,
    /// Only these agencies, and the author's; the participants by interest where there are none.
    pub audience: Vec<AgencyId>,
}

impl Asked {
    /// What is asked for one of the facts that a command made: what has to be known to everybody goes without labels
    /// where another fact of the same command carries them.
    #[must_use]
    pub fn of_one(&self, fact: &Fact, all: &[Fact]) -> Self {
        let carried = all.iter().any(|fact| !holds_the_incident_together(fact));
        if carried && holds_the_incident_together(fact) { Self::default() } else { self.clone() }
    }
}

impl Envelope {
    /// The envelope of a fact with these labels.
    pub fn of(author: Author, occurred_at: Instant, labels: Labels, cause: Option<Seq>, fact: &Fact) -> Self {
        let gives = if labels.are_sealed() && !fact.stays_open() { fact.gives() } else { None };
        let Labels { seq: _, author: _, class, audience, subjects, drawn_from } = labels;
        Self { author, occurred_at, class, audience, subjects, drawn_from, cause, gives }
    }

    /// The labels of the entry at a place.
    pub fn labels(&self, seq: Seq) -> Labels {
        Labels {
            seq,
            author: self.author.agency.clone(),
            class: self.class,
            audience: self.audience.clone(),
            subjects: self.subjects.clone(),
            drawn_from: self.drawn_from.clone(),
        }
    }
}

impl Labels {
    /// The labels of the first entry of a record, for everybody at the table.
    pub fn of_opening(author: &AgencyId, fact: &Fact) -> Self {
        let (author, class, audience) = (author.clone(), fact.class(), Audience::Participants);
        Self { seq: Seq(1), author, class, audience, subjects: fact.subjects(), drawn_from: Vec::new() }
    }

    /// Whether what the entry says is kept sealed, apart from it, so that it can be erased: it is about a person, or was
    /// worked out from what is.
    pub fn are_sealed(&self) -> bool {
        self.all_classes().any(Class::is_sealed)
    }

    /// Whether everybody at the table may see it, whatever their interest.
    pub fn are_plain(&self) -> bool {
        self.class == Class::Operational
            && self.audience == Audience::Participants
            && self.drawn_from.iter().all(|class| *class == Class::Operational)
    }
}

impl Incident {
    /// The labels that a fact gets when `author` writes it here.
    ///
    /// # Errors
    /// [`Refusal::Invalid`] when less is asked than the fact's own class needs, or when what holds the incident
    /// together (who leads, who sits here, which rules apply) was to be withheld from some.
    pub fn labels(&self, author: &AgencyId, fact: &Fact, asked: &Asked) -> Result<Labels, Refusal> {
        let own = fact.class();
        let class = match asked.class {
            None => own,
            Some(class) if class == own || may_be(own, class) => class,
            Some(_) => {
                let problem = "what is about people is personal, health or safeguarding, and cannot be labelled less";
                return Err(Refusal::Invalid { field: "class", problem });
            }
        };
        let narrowed = class != own || !asked.audience.is_empty();
        if narrowed && holds_the_incident_together(fact) {
            let problem = "everybody at the table sees who leads, who sits here, what is shared and what rules say";
            return Err(Refusal::Invalid { field: "audience", problem });
        }
        let stranger = asked.audience.iter().any(|agency| self.participants.seat(agency).is_none());
        if stranger {
            return Err(Refusal::Invalid { field: "audience", problem: "an agency named there has no seat here" });
        }
        let audience = match (self.told_of(fact), asked.audience.as_slice()) {
            (Some(told), _) => Audience::Agencies(told),
            (None, []) => Audience::Participants,
            (None, named) => Audience::Agencies(named.to_vec()),
        };
        let drawn_from = fact.drawn().map_or_else(Vec::new, |drawn| drawn.classes.iter().copied().collect());
        let (author, subjects) = (author.clone(), fact.subjects());
        Ok(Labels { seq: self.seq.next(), author, class, audience, subjects, drawn_from })
    }

    /// For sharing: those whom it concerns, and nobody else. For advice: those who could see all that it is drawn from.
    fn told_of(&self, fact: &Fact) -> Option<Vec<AgencyId>> {
        if let Fact::Sharing(fact) = fact {
            return self.sharing.told_of(fact, &self.lifecycle.lead);
        }
        let audience = fact.drawn()?.audience.as_ref()?;
        Some(audience.iter().cloned().collect())
    }
}

impl Class {
    /// Whether it is about people: then what is of this class is kept sealed, apart from the entries.
    pub fn is_sealed(self) -> bool {
        match self {
            Self::Personal | Self::Health | Self::Safeguarding => true,
            Self::Operational | Self::Commercial | Self::Legal => false,
        }
    }
}

impl Fact {
    /// Whether it stays readable on the record whatever its class: it says that who somebody is was written down or
    /// erased and nothing of them, and erasing it would erase the tombstone.
    pub fn stays_open(&self) -> bool {
        matches!(
            self,
            Self::People(people::Fact::IdentitySealed { .. } | people::Fact::IdentityErased { .. })
                | Self::Log(log::Fact::EntriesErased { .. })
        )
    }
}

/// Whether what is of one class by itself may be labelled as another.
fn may_be(own: Class, asked: Class) -> bool {
    match own {
        Class::Operational => true,
        Class::Personal => matches!(asked, Class::Health | Class::Safeguarding),
        Class::Health | Class::Safeguarding | Class::Commercial | Class::Legal => false,
    }
}

/// What everybody at the table has to know for the incident to be one incident.
fn holds_the_incident_together(fact: &Fact) -> bool {
    match fact {
        Fact::Lifecycle(_) | Fact::Clocks(_) | Fact::Participants(_) | Fact::Advice(_) | Fact::Sharing(_) => true,
        // A tombstone is there for everybody who finds something missing.
        Fact::Log(log::Fact::EntriesErased { .. }) => true,
        Fact::Log(log::Fact::Noted { .. } | log::Fact::Corrected { .. })
        | Fact::Answers(_)
        | Fact::People(_)
        | Fact::Actions(_)
        | Fact::Decisions(_)
        | Fact::Meetings(_)
        | Fact::Communications(_)
        | Fact::Restrictions(_)
        | Fact::Offers(_)
        | Fact::Escalation(_)
        | Fact::Review(_) => false,
    }
}

impl Fact {
    /// What a rule set's entry was drawn from.
    fn drawn(&self) -> Option<&Drawn> {
        if let Self::Advice(advising::Fact::Changed(Changed { looked, .. })) = self {
            return Some(&looked.drawn);
        }
        if let Self::Advice(advising::Fact::EvaluationFailed { looked, .. }) = self {
            return Some(&looked.drawn);
        }
        None
    }

    /// The people that the fact is about.
    pub fn subjects(&self) -> Vec<PersonNo> {
        match self {
            Self::People(
                people::Fact::Registered { person, details: _ }
                | people::Fact::Changed { person, details: _ }
                | people::Fact::StatusChanged { person, to: _, place: _ }
                | people::Fact::IdentitySealed { person, version: _, commitment: _ }
                | people::Fact::IdentityErased { person, version: _, because: _, basis: _, by: _ },
            )
            | Self::Review(
                review::Fact::WellbeingDue { person, from: _, until: _ }
                | review::Fact::WellbeingDone { person, outcome: _ },
            ) => vec![*person],
            Self::Offers(offers::Fact::Taken { offer: _, quantity: _, person }) => person.iter().copied().collect(),
            Self::Sharing(sharing::Fact::Shared(share)) => match share.what {
                sharing::What::Person(person) => vec![person],
                sharing::What::Entry(_) | sharing::What::Class(_) => Vec::new(),
            },
            Self::Advice(_)
            | Self::Sharing(_)
            | Self::Review(_)
            | Self::Lifecycle(_)
            | Self::Log(_)
            | Self::Clocks(_)
            | Self::Participants(_)
            | Self::Answers(_)
            | Self::Actions(_)
            | Self::Decisions(_)
            | Self::Meetings(_)
            | Self::Communications(_)
            | Self::Restrictions(_)
            | Self::Offers(_)
            | Self::Escalation(_) => Vec::new(),
        }
    }
}
