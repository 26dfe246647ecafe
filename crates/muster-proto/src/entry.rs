//! Entries out, and what a client makes of them.

use muster_record::entry::{Audience, Author, Domain, Envelope, Hand, Hash};
use muster_record::ids::IncidentId;
use muster_record::timeline::Line;
use muster_record::visible::Seen;
use muster_record::{Entry, Fact};

use crate::family::advising::write_hash;
use crate::family::{
    actions, advising, answers, clocks, communications, decisions, escalation, lifecycle, log, meetings, offers,
    participants, people, restrictions, review, sharing,
};
use crate::time::{read_time, write_time};
use crate::v1;
use crate::v1::audience::{Circle, NamedAgencies, Participants};
use crate::v1::author::Hand as WireHand;
use crate::v1::entry::Body;
use crate::words::Word as _;

/// Writes an entry as a viewer gets it. Hash and commitment go with a stub too, so that the chain still verifies.
pub fn write_entry(incident: &IncidentId, seen: &Seen, hash: Hash, commitment: Hash, domain: Domain) -> v1::Entry {
    let (incident_id, exercise) = (incident.to_string(), domain == Domain::Exercise);
    let (hash, commitment) = (write_hash(hash), write_hash(commitment));
    match seen {
        Seen::Whole(entry) => {
            let Entry { incident: _, seq, recorded_at, envelope, fact } = &**entry;
            // Which number an entry gives out stands in the fact.
            let Envelope { author, occurred_at, class, audience, subjects, drawn_from, cause, gives: _ } = envelope;
            v1::Entry {
                incident_id,
                seq: seq.0,
                occurred_at: Some(write_time(*occurred_at)),
                recorded_at: Some(write_time(*recorded_at)),
                author: Some(write_author(author)),
                class: class.write(),
                audience: Some(write_audience(audience)),
                cause_seq: cause.map(|seq| seq.0),
                hash,
                commitment,
                exercise,
                told: fact.told(),
                subjects: subjects.iter().map(|person| person.0).collect(),
                drawn_from: drawn_from.iter().map(|class| class.write()).collect(),
                body: Some(write_fact(fact)),
            }
        }
        Seen::Stub { seq, recorded_at, commitment: _ } => v1::Entry {
            incident_id,
            seq: seq.0,
            occurred_at: None,
            recorded_at: Some(write_time(*recorded_at)),
            author: None,
            class: v1::Class::Unspecified.into(),
            audience: None,
            cause_seq: None,
            hash,
            commitment,
            exercise,
            told: String::new(),
            subjects: Vec::new(),
            drawn_from: Vec::new(),
            body: Some(Body::Withheld(v1::WithheldStub {})),
        },
    }
}

fn write_author(author: &Author) -> v1::Author {
    let Author { agency, hand, office } = author;
    let hand = match hand {
        Hand::System(name) => WireHand::System(name.clone()),
        Hand::RuleSet(name) => WireHand::RuleSet(name.to_string()),
        Hand::Person { person, system } => {
            WireHand::Person(v1::SignedIn { person: person.clone(), system: system.clone().unwrap_or_default() })
        }
    };
    let office = office.map_or(v1::Office::Unspecified, v1::Office::from);
    v1::Author { agency: agency.to_string(), hand: Some(hand), office: office.into() }
}

fn write_audience(audience: &Audience) -> v1::Audience {
    let circle = match audience {
        Audience::Participants => Circle::Participants(Participants {}),
        Audience::Agencies(named) => {
            Circle::Agencies(NamedAgencies { agencies: named.iter().map(ToString::to_string).collect() })
        }
    };
    v1::Audience { circle: Some(circle) }
}

fn write_fact(fact: &Fact) -> Body {
    match fact {
        Fact::Lifecycle(fact) => lifecycle::fact(fact),
        Fact::Log(fact) => log::fact(fact),
        Fact::Clocks(fact) => clocks::fact(fact),
        Fact::Participants(fact) => participants::fact(fact),
        Fact::Answers(fact) => answers::fact(fact),
        Fact::People(fact) => people::fact(fact),
        Fact::Actions(fact) => actions::fact(fact),
        Fact::Decisions(fact) => decisions::fact(fact),
        Fact::Meetings(fact) => meetings::fact(fact),
        Fact::Communications(fact) => communications::fact(fact),
        Fact::Restrictions(fact) => restrictions::fact(fact),
        Fact::Offers(fact) => offers::fact(fact),
        Fact::Advice(fact) => advising::fact(fact),
        Fact::Escalation(fact) => escalation::fact(fact),
        Fact::Review(fact) => review::fact(fact),
        Fact::Sharing(fact) => sharing::fact(fact),
    }
}

/// A SHA-256 value off the wire, for whoever verifies a chain.
pub fn read_hash(wire: &[u8]) -> Option<Hash> {
    wire.try_into().ok().map(Hash)
}

/// An entry as a line of a timeline. A stub says that something is withheld, and no more.
pub fn line(entry: &v1::Entry) -> Line {
    let at = entry.occurred_at.as_ref().or(entry.recorded_at.as_ref()).and_then(read_time);
    let withheld = matches!(entry.body, Some(Body::Withheld(v1::WithheldStub {})));
    Line {
        seq: entry.seq,
        at: at.unwrap_or_default(),
        who: entry.author.as_ref().map_or_else(|| "-".to_owned(), who),
        text: if withheld { "(withheld)".to_owned() } else { entry.told.clone() },
    }
}

fn who(author: &v1::Author) -> String {
    let v1::Author { agency, hand, office: _ } = author;
    match hand {
        Some(WireHand::RuleSet(name)) => format!("[{name}]"),
        Some(WireHand::Person(v1::SignedIn { person, system: _ })) => format!("{agency}/{person}"),
        Some(WireHand::System(_)) | None => agency.clone(),
    }
}
