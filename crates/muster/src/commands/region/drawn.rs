//! A picture of a region as text: the totals, then a line for each member.

use std::collections::HashMap;
use std::fmt::Write as _;

use muster_proto::v1;
use muster_record::time::uk_day_and_time;

/// A picture as text for people, in UK time.
pub(crate) fn drawn(picture: &v1::RegionalPicture) -> String {
    let v1::RegionalPicture {
        regional_incident_id,
        at,
        counts,
        duties_engaged,
        disagreements,
        overdue,
        members,
        unconfirmed,
    } = picture;
    let counts = counts.unwrap_or_default();
    let at = at.as_ref().and_then(muster_proto::time::read_time).map(uk_day_and_time).unwrap_or_default();
    let mut text = String::new();
    // Writing into a String cannot fail.
    let _ = writeln!(text, "REGION {regional_incident_id}   {at}   {} members", members.len());
    let _ = writeln!(
        text,
        "people {}   not yet placed {}   moved {}   beds offered {}, taken {}",
        people(counts.people.as_ref()),
        people(counts.not_yet_placed.as_ref()),
        people(counts.moved.as_ref()),
        counts.beds_offered,
        people(counts.beds_taken.as_ref())
    );
    let _ = writeln!(
        text,
        "duties engaged: {}   disagreements: {disagreements}   actions overdue: {}",
        listed(duties_engaged),
        listed(overdue)
    );
    if *unconfirmed > 0 {
        let _ = writeln!(text, "{unconfirmed} linked here whose own records do not say so: not counted");
    }
    let _ = writeln!(
        text,
        "\n{:<22} {:<11} {:>11} {:>11} {:>11} {:>6}  clocks",
        "authority", "phase", "people", "not placed", "moved", "beds"
    );
    for member in members {
        line(&mut text, member);
    }
    text
}

fn line(text: &mut String, member: &v1::RegionalMember) {
    let v1::RegionalMember {
        incident_id: _,
        authority,
        phase,
        as_of: _,
        counts,
        clocks,
        duties,
        disagreements,
        overdue,
    } = member;
    let counts = counts.unwrap_or_default();
    let phase = word(v1::Phase::try_from(*phase).map(|phase| phase.as_str_name()), "PHASE_");
    let clocks: Vec<String> = clocks.iter().map(clock).collect();
    let mut marks = clocks.join(", ");
    let engaged = duties.iter().filter(|duty| duty.engaged == i32::from(v1::Answer::Yes));
    engaged.for_each(|duty| {
        let _ = write!(marks, "; {}", duty.key);
    });
    if *disagreements > 0 {
        let _ = write!(marks, "; {disagreements} disagreements");
    }
    if !overdue.is_empty() {
        let _ = write!(marks, "; overdue {}", listed(overdue));
    }
    let _ = writeln!(
        text,
        "{authority:<22} {phase:<11} {:>11} {:>11} {:>11} {:>6}  {marks}",
        people(counts.people.as_ref()),
        people(counts.not_yet_placed.as_ref()),
        people(counts.moved.as_ref()),
        counts.beds_offered
    );
}

fn clock(clock: &v1::RegionalClock) -> String {
    let name = word(v1::Clock::try_from(clock.clock).map(|clock| clock.as_str_name()), "CLOCK_");
    let state = v1::ClockState::try_from(clock.state).unwrap_or_default();
    match state {
        v1::ClockState::Late => format!("{name} LATE {} h", clock.hours_left.saturating_neg()),
        v1::ClockState::Paused => format!("{name} paused"),
        v1::ClockState::Running | v1::ClockState::Met | v1::ClockState::Unspecified => {
            format!("{name} {} h", clock.hours_left)
        }
    }
}

/// A count as a person reads it: `0`, `1 to 4`, `about 30`.
fn people(count: Option<&v1::PeopleCount>) -> String {
    match count {
        None => "?".to_owned(),
        Some(v1::PeopleCount { at_least: 0, at_most: 0 }) => "0".to_owned(),
        Some(v1::PeopleCount { at_least: 1, at_most }) => format!("1 to {at_most}"),
        Some(v1::PeopleCount { at_least: _, at_most }) => format!("about {}", at_most.saturating_sub(2)),
    }
}

/// Names and numbers, in order of name.
fn listed(counts: &HashMap<String, u32>) -> String {
    let mut counts: Vec<_> = counts.iter().collect();
    counts.sort();
    let counts: Vec<String> = counts.into_iter().map(|(name, count)| format!("{name} {count}")).collect();
    if counts.is_empty() { "none".to_owned() } else { counts.join(", ") }
}

/// A word of the wire as people write it: `PHASE_RESPONDING` is `responding`.
fn word<E>(name: Result<&str, E>, prefix: &str) -> String {
    let name = name.unwrap_or("unknown");
    name.strip_prefix(prefix).unwrap_or(name).to_lowercase().replace('_', "-")
}
