//! Blocks about who is told and who meets: the table, meetings, letters and statements, checks on people, notes.

use super::{Desk, at_entry, counted, known, within};
use crate::briefing::Line;
use crate::time::uk_day_and_time;

impl Desk<'_> {
    /// Who is at the table, and how far they are involved.
    pub(in crate::briefing) fn table(&self) -> Vec<Line> {
        let seats = self.incident.participants.seats.iter().map(|(agency, seat)| {
            let joined = if seat.joined_at.is_some() { "" } else { ", invited and not there yet" };
            let text = format!("{}: {}{joined}", seat.title, within(seat.interest.word()));
            known(text, self.incident.trail.of(format!("seat/{agency}")))
        });
        seats.collect()
    }

    /// Meetings: what is to come, what was held, and what it came to.
    pub(in crate::briefing) fn meetings(&self) -> Vec<Line> {
        let trail = &self.incident.trail;
        let told = self.incident.meetings.list.numbered().map(|(number, one)| {
            let held = match one.held_at {
                Some(at) => format!("held {}", uk_day_and_time(at)),
                None if one.at < self.at => {
                    format!("called for {}, and not held as far as is known", uk_day_and_time(one.at))
                }
                None => format!("to be held {}", uk_day_and_time(one.at)),
            };
            let minutes = trail.minutes.get(&number).map_or_else(String::new, |text| format!(": {text}"));
            known(
                format!("{number}: {} meeting on {}, {held}{minutes}", within(one.kind.word()), one.about),
                trail.of(number),
            )
        });
        told.collect()
    }

    /// Letters, statements and briefings, and how far each has come.
    pub(in crate::briefing) fn communications(&self) -> Vec<Line> {
        let told = self.incident.communications.list.numbered().map(|(number, one)| {
            let stands = match (one.approved, one.issued) {
                (_, true) => "issued",
                (true, false) => "approved and not issued",
                (false, false) => "a draft, not approved",
            };
            known(format!("{number}: \"{}\" for {}: {stands}", one.title, one.audience), self.incident.trail.of(number))
        });
        told.collect()
    }

    /// How many wellbeing checks are done, due and late; never of whom.
    pub(in crate::briefing) fn wellbeing(&self) -> Vec<Line> {
        let checks = &self.incident.review.wellbeing;
        if checks.is_empty() {
            return Vec::new();
        }
        let done = checks.values().filter(|check| check.done_at.is_some()).count();
        let late = checks.values().filter(|check| check.done_at.is_none() && check.until < self.at).count();
        let waiting = checks.len().saturating_sub(done).saturating_sub(late);
        let all = counted(checks.len(), "wellbeing check", "wellbeing checks");
        let text = format!("{all}: {done} done, {waiting} to come, {late} late");
        vec![known(text, self.incident.trail.all("wellbeing/"))]
    }

    /// The newest notes.
    pub(in crate::briefing) fn notes(&self) -> Vec<Line> {
        self.incident.trail.notes.iter().map(|(seq, text)| at_entry(format!("Noted: {text}"), *seq)).collect()
    }
}
