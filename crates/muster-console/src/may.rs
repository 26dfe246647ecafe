//! What somebody may do on an incident, asked of the record's own rules, so that a page offers what would be taken and
//! says in the record's words why not.

use muster_record::agency::{AgencyKind, Office};
use muster_record::entry::{Author, Entry, Hand};
use muster_record::incident::communications;
use muster_record::time::Instant;
use muster_record::{Command, Incident};

use crate::frame::{Who, title_of};

/// Stands for the text that somebody has yet to type.
pub(crate) const SOME: &str = "-";

impl Who {
    /// Why the record would not take this from them as it stands, in words; nothing where it would.
    pub(crate) fn refused(
        &self,
        incident: &Incident,
        office: Option<Office>,
        command: impl Into<Command>,
        at: Instant,
    ) -> Option<String> {
        if !self.may_write {
            return Some("your sign-in lets you read and not write".to_owned());
        }
        let hand = Hand::Person { person: self.person.clone(), system: None };
        let author = Author::by(self.agency.clone(), hand).for_office(office);
        incident.decide(at, &author, at, &command.into()).err().map(|refusal| refusal.to_string())
    }

    /// Whether the record would take it.
    pub(crate) fn may(&self, incident: &Incident, command: impl Into<Command>, at: Instant) -> bool {
        self.refused(incident, None, command, at).is_none()
    }
}

/// What only an agency may ask that works the incident: to know whether somebody's does.
pub(crate) fn working() -> Command {
    let command = communications::Command::Draft {
        audience: SOME.to_owned(),
        title: SOME.to_owned(),
        body: SOME.to_owned(),
        approved_by: AgencyKind::Council,
    };
    command.into()
}

/// Who wrote an entry: the agency by the name that people call it, and the person where one was signed in.
pub(crate) fn author(incident: &Incident, entry: &Entry) -> String {
    let Author { agency, hand, office: _ } = &entry.envelope.author;
    let agency = title_of(incident, agency);
    match hand {
        Hand::Person { person, system: _ } => format!("{person}, {agency}"),
        Hand::System(_) => agency,
        Hand::RuleSet(name) => format!("rule set {name} of {agency}"),
    }
}
