//! Blocks about what is done: decisions, actions, restrictions, escalations and who does it.

use super::{Desk, at_entry, counted, known, not_known, within};
use crate::advice::{Answer, Item};
use crate::briefing::Line;
use crate::situation::ActionStatus;
use crate::time::uk_day_and_time;

impl Desk<'_> {
    /// What was recommended and decided, each in a line.
    pub(in crate::briefing) fn decisions(&self) -> Vec<Line> {
        let (made, trail) = (&self.incident.decisions, &self.incident.trail);
        let recommended = made.recommendations.numbered().map(|(number, one)| {
            let followed = one.followed_by.map_or_else(|| "not decided yet".to_owned(), |by| format!("see {by}"));
            known(format!("{number}: {} recommended {} ({followed})", one.panel, one.text), trail.of(number))
        });
        let decided = made.list.numbered().map(|(number, one)| {
            let (office, at) = (within(one.office.word()), uk_day_and_time(one.at));
            known(format!("{number}: {} decided \"{}\": {} ({at})", office, one.question, one.chosen), trail.of(number))
        });
        recommended.chain(decided).collect()
    }

    /// What stood against each decision, and what was to happen then.
    pub(in crate::briefing) fn risks_weighed(&self) -> Vec<Line> {
        let trail = &self.incident.trail;
        let weighed = trail.reasons.iter().filter(|(_, reasons)| !reasons.risk_and_strategy.is_empty());
        weighed
            .map(|(number, reasons)| known(format!("{number}: {}", reasons.risk_and_strategy), trail.of(*number)))
            .collect()
    }

    /// What follows from each decision, and when it is looked at again.
    pub(in crate::briefing) fn method(&self) -> Vec<Line> {
        let trail = &self.incident.trail;
        let said = trail.reasons.iter().filter(|(_, reasons)| !reasons.action_and_review.is_empty());
        said.map(|(number, reasons)| known(format!("{number}: {}", reasons.action_and_review), trail.of(*number)))
            .collect()
    }

    /// What waits for an office to decide.
    pub(in crate::briefing) fn to_decide(&self) -> Vec<Line> {
        let open = self.incident.advising.open().filter_map(|proposal| match &proposal.item {
            Item::Options(options) => Some((proposal, options)),
            Item::Finding(_)
            | Item::Question(_)
            | Item::Action(_)
            | Item::Involvement(_)
            | Item::Gate(_)
            | Item::Draft(_)
            | Item::Allocation(_)
            | Item::Regional(_)
            | Item::Other(_) => None,
        });
        let waits = open.map(|(proposal, options)| {
            let office = within(options.decided_by.word());
            at_entry(format!("{} ({office} decides)", options.question), proposal.stated)
        });
        waits.collect()
    }

    /// Steps that are held back, and until when.
    pub(in crate::briefing) fn held_back(&self) -> Vec<Line> {
        let gates = self.incident.advising.open().filter_map(|proposal| match &proposal.item {
            Item::Gate(gate) if gate.satisfied != Answer::Yes => {
                Some(at_entry(format!("{} is held back until {}", gate.blocks, gate.until), proposal.stated))
            }
            Item::Gate(_)
            | Item::Finding(_)
            | Item::Question(_)
            | Item::Action(_)
            | Item::Options(_)
            | Item::Involvement(_)
            | Item::Draft(_)
            | Item::Allocation(_)
            | Item::Regional(_)
            | Item::Other(_) => None,
        });
        gates.collect()
    }

    /// How many actions, and each whose time is past or that is blocked.
    pub(in crate::briefing) fn actions(&self) -> Vec<Line> {
        let (actions, trail) = (&self.incident.actions, &self.incident.trail);
        if actions.list.is_empty() {
            return vec![not_known("No action was raised.", None)];
        }
        let open = actions.list.iter().filter(|action| action.status.is_open()).count();
        let done = actions.list.iter().filter(|action| action.status == ActionStatus::Done).count();
        let late = actions.overdue(self.at).count();
        let all = counted(actions.list.len(), "action", "actions");
        let mut lines = vec![known(format!("{all}: {done} done, {open} open, {late} of them overdue"), trail.all("A"))];
        let standing = actions.list.numbered().filter(|(_, action)| action.status.is_open());
        lines.extend(standing.filter_map(|(number, action)| {
            let late = action.due.filter(|due| *due < self.at);
            let blocked = action.status == ActionStatus::Blocked;
            let state = match (late, blocked) {
                (None, false) => return None,
                (Some(due), _) => format!("OVERDUE since {}", uk_day_and_time(due)),
                (None, true) => "BLOCKED".to_owned(),
            };
            Some(known(
                format!("{number}: {} ({}; {state})", action.title, self.called(&action.owner)),
                trail.of(number),
            ))
        }));
        lines
    }

    /// What is restricted, and what was.
    pub(in crate::briefing) fn restrictions(&self) -> Vec<Line> {
        let trail = &self.incident.trail;
        let told = self.incident.restrictions.list.numbered().map(|(number, one)| {
            let since = uk_day_and_time(one.placed_at);
            let until = one.lifted_at.map_or_else(String::new, |at| format!(", lifted {}", uk_day_and_time(at)));
            let why = trail.restricted.get(&number).map_or("why is not known", String::as_str);
            known(
                format!("{number}: {} restriction of {} since {since}{until}: {why}", one.basis, one.kind),
                trail.of(number),
            )
        });
        told.collect()
    }

    /// What was escalated, to whom, and whether anybody took note.
    pub(in crate::briefing) fn escalations(&self) -> Vec<Line> {
        let told = self.incident.escalation.list.numbered().map(|(number, one)| {
            let noted = match (&one.acknowledged_by, one.stepped_down) {
                (_, true) => "stepped down".to_owned(),
                (Some(by), false) => format!("{} took note", self.called(by)),
                (None, false) => "nobody has taken note".to_owned(),
            };
            known(
                format!("{number}: {} (to {}; {noted})", one.matter, within(one.to.word())),
                self.incident.trail.of(number),
            )
        });
        told.collect()
    }

    /// Who holds which office.
    pub(in crate::briefing) fn offices(&self) -> Vec<Line> {
        let table = &self.incident.participants;
        let held = table.offices.iter().map(|(office, holder)| {
            let offered =
                table.handovers.get(office).map_or_else(String::new, |to| format!(", offered to {}", self.called(to)));
            let text = format!("{}: {}{offered}", within(office.word()), self.called(holder));
            known(text, self.incident.trail.of(format!("office/{office}")))
        });
        held.collect()
    }

    /// What agencies lend, and how old the figure is.
    pub(in crate::briefing) fn offers(&self) -> Vec<Line> {
        let standing = self.incident.offers.list.numbered().filter(|(_, offer)| !offer.withdrawn);
        let told = standing.map(|(number, offer)| {
            let free = offer.quantity.saturating_sub(offer.taken);
            let (by, kind, as_at) =
                (self.called(&offer.agency), within(offer.kind.word()), uk_day_and_time(offer.as_at));
            let text = format!("{number}: {kind}, {free} of {} free, from {by}, as at {as_at}", offer.quantity);
            known(text, self.incident.trail.of(number))
        });
        told.collect()
    }
}
