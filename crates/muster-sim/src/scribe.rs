//! Writes change sets as the coordinator does, and keeps what they say to be held against the store.

use chrono::DateTime;
use muster_record::audit::{Answered, Audited, Did, Purpose};
use muster_record::entry::{Content, Domain, Hash, Sealed, chained, commitment};
use muster_record::ids::{AgencyId, IncidentId, PersonNo, RequestId, Seq};
use muster_record::time::Instant;
use muster_store::{Append, AuditWrite, Head, Request, Shut, Snapshot, Write};

use crate::dice::Dice;

/// What is written at once.
#[derive(Debug, Clone, Default)]
pub struct Group {
    /// Change sets, in order.
    pub sets: Vec<Append>,
    /// Rows of the audit that go with them, in order.
    pub audit: Vec<AuditWrite>,
    /// Whether everything put by goes with it, so that the log is emptied.
    pub forgets: bool,
}

impl Group {
    /// As the store gets it: the rows of the audit behind the change sets.
    pub fn writes(&self) -> Vec<Write> {
        let sets = self.sets.iter().cloned().map(Write::Append);
        let rows = self.audit.iter().cloned().map(Write::Audit);
        sets.chain(rows).chain(self.forgets.then_some(Write::DropSnapshots)).collect()
    }
}

/// Where a record ends, for whoever writes on.
#[derive(Debug, Clone)]
pub struct Line {
    /// The incident.
    pub incident: IncidentId,
    /// Its last entry.
    pub seq: Seq,
    /// The hash of its last entry.
    pub hash: Hash,
}

impl Line {
    /// Before the first entry.
    pub fn new(number: u8) -> Self {
        Self { incident: incident(number), seq: Seq(0), hash: Hash::NONE }
    }

    /// The next change set, of so many entries, each so long.
    pub fn says(&mut self, dice: &mut Dice, clock: u64, entries: u64, length: u64) -> Append {
        let entries: Vec<Sealed> = (0..entries).map(|_| self.sealed(dice, clock, length)).collect();
        let head = Head {
            incident: self.incident.clone(),
            seq: self.seq,
            hash: self.hash,
            recorded_at: at(clock),
            exercise: false,
            closed: false,
            summary: format!(r#"{{"entries":{}}}"#, self.seq),
            seats: (dice.percent(20)).then(|| AGENCIES.map(agency).into()),
        };
        let snapshot = dice.percent(15).then(|| Snapshot {
            version: 1,
            shut: Shut { key: "k-1".to_owned(), wrapped: vec![7; 72], sealed: vec![3; 600] },
        });
        Append { entries, sealed: Vec::new(), request: None, head, snapshot }
    }

    fn sealed(&mut self, dice: &mut Dice, clock: u64, length: u64) -> Sealed {
        let (incident, seq) = (self.incident.clone(), self.seq.next());
        let long = "x".repeat(usize::try_from(dice.roll(length.max(1))).unwrap_or(0));
        let (envelope, payload) =
            (r#"{"author":"council"}"#.to_owned(), format!(r#"{{"noted":"{:x} {long}"}}"#, dice.any()));
        let mut salt = [0; 16];
        salt.iter_mut().for_each(|byte| *byte = dice.any().to_le_bytes()[0]);
        let commitment = commitment(&salt, &envelope, &payload);
        let hash = chained(Domain::Live, &incident, seq, at(clock), self.hash, commitment);
        (self.seq, self.hash) = (seq, hash);
        let content = Content::Whole { payload, salt };
        Sealed { incident, seq, recorded_at: at(clock), envelope, content, commitment, hash }
    }
}

/// Who writes.
pub const AGENCIES: [&str; 3] = ["council", "icb", "cqc"];

/// Names the request that a change set answers.
pub fn asked_by(append: &mut Append, who: &str, id: &str) {
    let first = append.entries.first().map_or(append.head.seq, |entry| entry.seq);
    append.request = Some(Request {
        agency: agency(who),
        id: request_id(id),
        body: Hash::of(format!("{who} {id}").as_bytes()),
        incident: append.head.incident.clone(),
        first,
        last: append.head.seq,
        at: append.head.recorded_at,
    });
}

/// A row that says who looked at whom.
pub fn looked(dice: &mut Dice, clock: u64, incident: &IncidentId) -> AuditWrite {
    let audited = Audited {
        did: Did::ReadIdentity,
        agency: agency(AGENCIES[dice.place(AGENCIES.len())]),
        system: "desk".to_owned(),
        user: None,
        purpose: Purpose::SafeMove,
        because: format!("the ambulance asks at the door {:x}", dice.any()),
        incident: incident.clone(),
        people: vec![PersonNo(1)],
        version: Some(1),
        entries: Vec::new(),
        grant: None,
        answered: Answered::Served,
    };
    let row = serde_json::to_string(&audited).expect("a row has no key that is not text");
    AuditWrite { at: at(clock), incident: incident.clone(), row }
}

/// The incident of that number.
pub fn incident(number: u8) -> IncidentId {
    IncidentId::from_bytes([number; 16])
}

/// So many simulated seconds after the beginning.
pub fn at(clock: u64) -> Instant {
    let millis = 1_700_000_000_123_i64.saturating_add(i64::try_from(clock).unwrap_or(0).saturating_mul(1_000));
    DateTime::from_timestamp_millis(millis).expect("a history lasts days, not ages")
}

/// The agency of that name.
pub fn agency(name: &str) -> AgencyId {
    name.parse().expect("a name of ours is a name")
}

/// The request of that name.
pub fn request_id(id: &str) -> RequestId {
    id.parse().expect("a name of ours is a name")
}
