//! What a watching client knows: the lines of the timeline, and the actions with where they stand.

use std::collections::BTreeMap;

use muster_proto::v1;
use muster_proto::v1::entry::Body;
use muster_record::situation::ActionStatus;
use muster_record::timeline::Line;

/// An action as a watcher knows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownAction {
    /// Its number.
    pub number: u32,
    /// The proposal it came from: rule set, slash, key.
    pub key: Option<String>,
    /// Who does it.
    pub owner: String,
    /// Where it stands.
    pub status: ActionStatus,
}

/// What was seen so far.
#[derive(Debug, Clone, Default)]
pub struct Board {
    /// The incident that is watched.
    pub incident: Option<String>,
    /// One line an entry.
    pub lines: Vec<Line>,
    /// Actions by number.
    pub actions: BTreeMap<u32, KnownAction>,
    /// The last entry seen.
    pub seq: u64,
}

impl Board {
    /// Takes one entry in.
    pub fn see(&mut self, entry: &v1::Entry) {
        self.seq = entry.seq;
        self.incident = Some(entry.incident_id.clone());
        self.lines.push(muster_proto::entry::line(entry));
        if let Some(body) = &entry.body {
            self.act(body);
        }
    }

    #[expect(clippy::wildcard_enum_match_arm, reason = "a watcher of actions passes over what is none of them")]
    fn act(&mut self, body: &Body) {
        match body {
            Body::ActionRaised(raised) => {
                let (number, key, owner) = (raised.action, raised.key.clone(), raised.owner.clone());
                self.actions.insert(number, KnownAction { number, key, owner, status: ActionStatus::Raised });
            }
            Body::ActionAssigned(assigned) => {
                if let Some(known) = self.actions.get_mut(&assigned.action) {
                    known.owner.clone_from(&assigned.owner);
                    known.status = ActionStatus::Raised;
                }
            }
            Body::ActionAccepted(of) => self.stands(of.action, ActionStatus::Accepted),
            Body::ActionDeclined(of) => self.stands(of.action, ActionStatus::Declined),
            Body::ActionProgressed(of) => self.stands(of.action, ActionStatus::Started),
            Body::ActionBlocked(of) => self.stands(of.action, ActionStatus::Blocked),
            Body::ActionDone(of) => self.stands(of.action, ActionStatus::Done),
            Body::ActionCancelled(of) => self.stands(of.action, ActionStatus::Cancelled),
            _ => (),
        }
    }

    fn stands(&mut self, action: u32, status: ActionStatus) {
        if let Some(known) = self.actions.get_mut(&action) {
            known.status = status;
        }
    }

    /// The action that came from a proposal: the last one, where it was raised more than once.
    pub fn action_of(&self, key: &str) -> Option<&KnownAction> {
        self.actions.values().rev().find(|action| action.key.as_deref() == Some(key))
    }
}
