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
    let _ = writeln!(text, "REGION {regional_incident_id}   {at}   members: {}", members.len());
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
        let _ = write!(marks, "; disagreements {disagreements}");
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
        v1::ClockState::NotKnown => format!("{name} not known"),
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

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::*;

    fn counts(people: (u32, u32), beds_offered: u32) -> Option<v1::RegionalCounts> {
        let count = |(at_least, at_most)| Some(v1::PeopleCount { at_least, at_most });
        Some(v1::RegionalCounts {
            people: count(people),
            not_yet_placed: count((1, 4)),
            moved: count((0, 0)),
            beds_offered,
            beds_taken: count((8, 12)),
        })
    }

    #[test]
    fn a_picture_is_told_in_totals_and_a_line_for_each_member() {
        let clock = |clock: v1::Clock, state: v1::ClockState, hours_left| v1::RegionalClock {
            clock: clock.into(),
            due: None,
            state: state.into(),
            hours_left,
        };
        let member = v1::RegionalMember {
            incident_id: "018e0a5c7b3d7c0e8f3a2b1c4d5e6f70".to_owned(),
            authority: "e08000026".to_owned(),
            phase: v1::Phase::Responding.into(),
            as_of: 7,
            counts: counts((28, 32), 6),
            clocks: vec![
                clock(v1::Clock::CareStops, v1::ClockState::Late, -2),
                clock(v1::Clock::Clock72Hours, v1::ClockState::Running, 31),
            ],
            duties: vec![v1::DutyFound {
                rule_set: "temporary-duty".to_owned(),
                key: "s48/engaged".to_owned(),
                engaged: v1::Answer::Yes.into(),
            }],
            disagreements: 1,
            overdue: HashMap::from([("qwu".to_owned(), 2)]),
        };
        let picture = v1::RegionalPicture {
            regional_incident_id: "018e0a5c7b3d7c0e8f3a2b1c4d5e6f71".to_owned(),
            at: Some(prost_types::Timestamp { seconds: 1_709_542_800, nanos: 0 }),
            counts: counts((9_298, 9_302), 6),
            duties_engaged: HashMap::from([("s48/engaged".to_owned(), 1)]),
            disagreements: 1,
            overdue: HashMap::from([("qwu".to_owned(), 2), ("e08000026".to_owned(), 1)]),
            members: vec![member],
            unconfirmed: 1,
        };
        expect![[r#"
            REGION 018e0a5c7b3d7c0e8f3a2b1c4d5e6f71   Mon 4 Mar 09:00   members: 1
            people about 9300   not yet placed 1 to 4   moved 0   beds offered 6, taken about 10
            duties engaged: s48/engaged 1   disagreements: 1   actions overdue: e08000026 1, qwu 2
            1 linked here whose own records do not say so: not counted

            authority              phase            people  not placed       moved   beds  clocks
            e08000026              responding     about 30      1 to 4           0      6  care-stops LATE 2 h, 72-hours 31 h; s48/engaged; disagreements 1; overdue qwu 2
        "#]]
        .assert_eq(&drawn(&picture));
    }
}
