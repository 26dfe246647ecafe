//! Asking twice, asking otherwise, and two who want the same place.

use super::History;
use crate::scribe::{Group, asked_by};
use crate::violation::{Invariant, Violation};
use crate::world::Outcome;

impl History<'_> {
    /// A request that was answered is asked again: the answer is the one that was given.
    pub(super) fn asks_again(&mut self) -> Result<(), Violation> {
        let (Some(readers), Some(set)) = (self.world.readers(), self.known()) else { return Ok(()) };
        let Some(request) = &set.request else { return Ok(()) };
        let before = self.troubles();
        let Ok(answer) = readers.request(&request.agency, &request.id) else {
            return Invariant::Live.holds(self.troubles() != before, || "a request cannot be looked up".to_owned());
        };
        let told = || format!("{request:?} is answered by {answer:?}");
        Invariant::AtMostOnce.holds(answer.as_ref().is_some_and(|(answer, _)| answer == request), told)
    }

    /// The same request with other content, by somebody who did not look first: it is refused.
    pub(super) fn asks_otherwise(&mut self) -> Result<(), Violation> {
        let Some(request) = self.known().and_then(|set| set.request) else { return Ok(()) };
        let mut line = self.world.witness.line(1);
        let mut set = line.says(&mut self.dice, self.world.clock, 1, self.length);
        asked_by(&mut set, request.agency.as_str(), request.id.as_str());
        self.refused(Group { sets: vec![set], ..Group::default() }, Invariant::AtMostOnce)
    }

    /// Two who expect the record to end at the same entry: together, or one after the other has written.
    pub(super) fn rivals(&mut self) -> Result<(), Violation> {
        let line = self.world.witness.line(1);
        let (clock, length) = (self.world.clock, self.length);
        let mut rival = || line.clone().says(&mut self.dice, clock, 1, length);
        let (first, second) = (rival(), rival());
        if self.dice.percent(50) {
            return self.refused(Group { sets: vec![first, second], ..Group::default() }, Invariant::Linearizable);
        }
        let before = self.troubles();
        let outcome = self.world.commit(Group { sets: vec![first], ..Group::default() })?;
        self.expect(outcome, Outcome::Acknowledged, before, Invariant::Linearizable)?;
        if outcome != Outcome::Acknowledged {
            return Ok(());
        }
        self.refused(Group { sets: vec![second], ..Group::default() }, Invariant::Linearizable)
    }

    fn refused(&mut self, group: Group, by: Invariant) -> Result<(), Violation> {
        let before = self.troubles();
        let outcome = self.world.commit(group)?;
        // Nothing of it may ever be seen.
        self.world.witness.unsure = None;
        self.expect(outcome, Outcome::Refused, before, by)
    }

    /// Some change set that is known and answers a request.
    fn known(&mut self) -> Option<muster_store::Append> {
        let log = &self.world.witness.log;
        log.get(self.dice.place(log.len())).filter(|set| set.request.is_some()).cloned()
    }
}
