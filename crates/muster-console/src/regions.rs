//! The regional incidents that somebody may see.

use askama::Template;
use muster_record::Incident;
use muster_record::region::{PeopleCount, Picture};
use muster_record::time::Instant;

use crate::frame::{Area, Frame, title_of};
use crate::said::{phase_tag, plain};
use crate::when::moment;

/// The page.
#[derive(Debug, Template)]
#[template(path = "regions.html")]
pub struct RegionsPage {
    frame: Frame,
    rows: Vec<Row>,
}

#[derive(Debug)]
struct Row {
    id: String,
    title: String,
    exercise: bool,
    lead: String,
    phase: String,
    phase_tag: &'static str,
    members: String,
    people: String,
    waiting: String,
    overdue: u32,
    clock: String,
}

/// A count of people as a region may know it: `none`, `1 to 4`, `38 to 42`.
pub(crate) fn range(of: PeopleCount) -> String {
    match (of.at_least, of.at_most) {
        (_, 0) => "none".to_owned(),
        (least, most) if least == most => least.to_string(),
        (least, most) => format!("{least} to {most}"),
    }
}

/// How far a clock is from its moment, in whole hours: `9 h left`, `2 h late`.
pub(crate) fn hours(left: i64) -> String {
    match left {
        0 => "less than an hour left".to_owned(),
        1..=95 => format!("{left} h left"),
        96.. => format!("{} days left", left.checked_div(24).unwrap_or(0)),
        -95..0 => format!("{} h late", left.saturating_abs()),
        _ => format!("{} days late", left.saturating_abs().checked_div(24).unwrap_or(0)),
    }
}

impl RegionsPage {
    /// The page over the regional incidents that somebody may see, each with the picture that they are answered.
    pub fn new(frame: Frame, regions: &[(std::sync::Arc<Incident>, Picture)], at: Instant) -> Self {
        let only_exercises = !regions.is_empty() && regions.iter().all(|(of, _)| of.lifecycle.opening.exercise);
        let frame = Frame { area: Area::Regions, ..frame.titled("Regions", only_exercises) };
        Self { frame, rows: regions.iter().map(|(incident, picture)| Row::of(incident, picture, at)).collect() }
    }
}

impl Row {
    fn of(incident: &Incident, picture: &Picture, at: Instant) -> Self {
        let opening = &incident.lifecycle.opening;
        let own = incident.actions.overdue(at).count();
        let tightest = picture.members.iter().find_map(|member| member.clocks.first());
        Self {
            id: incident.id.to_string(),
            title: opening.title.clone(),
            exercise: opening.exercise,
            lead: title_of(incident, &incident.lifecycle.lead),
            phase: plain(incident.lifecycle.phase.word()),
            phase_tag: phase_tag(incident.lifecycle.phase),
            members: match (picture.members.len(), picture.unconfirmed) {
                (members, 0) => members.to_string(),
                (members, waiting) => format!("{members}, and {waiting} whose own record does not say so yet"),
            },
            people: range(picture.counts.people),
            waiting: range(picture.counts.not_yet_placed),
            overdue: picture
                .overdue
                .values()
                .fold(u32::try_from(own).unwrap_or(u32::MAX), |sum, of| sum.saturating_add(*of)),
            clock: tightest.map_or_else(
                || "None runs".to_owned(),
                |clock| format!("{}: {} ({})", hours(clock.hours_left), plain(clock.clock.word()), moment(clock.due)),
            ),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_count_is_told_as_the_range_that_it_is_and_a_clock_in_hours() {
        let told = [0, 1, 4, 5, 12, 40].map(|count| range(PeopleCount::of(count)));
        assert_eq!(told, ["none", "1 to 4", "1 to 4", "5 to 7", "8 to 12", "38 to 42"]);
        assert_eq!(
            [0, 9, 200, -1, -200].map(hours),
            ["less than an hour left", "9 h left", "8 days left", "1 h late", "8 days late"]
        );
    }
}
