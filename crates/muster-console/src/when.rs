//! Times as people read them: UK time, and how long is left.

use muster_record::time::{Instant, uk_day_and_time};

/// Day and time in the UK: `Mon 4 Mar 09:05`.
pub(crate) fn moment(at: Instant) -> String {
    uk_day_and_time(at)
}

/// How long is left until a moment, or how long ago it was: `71 h 40 min left`, `3 days late`.
pub(crate) fn left(due: Instant, at: Instant) -> String {
    let minutes = due.signed_duration_since(at).num_minutes();
    let word = if due < at { "late" } else { "left" };
    format!("{} {word}", long(minutes.saturating_abs()))
}

/// A length of time in the two units that matter.
fn long(minutes: i64) -> String {
    let (hours, rest) = (minutes.checked_div(60).unwrap_or(0), minutes.checked_rem(60).unwrap_or(0));
    match hours {
        0 => format!("{rest} min"),
        1..=95 => format!("{hours} h {rest} min"),
        _ => format!("{} days", hours.checked_div(24).unwrap_or(0)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_left_is_told_in_minutes_hours_and_days() {
        let at = |text: &str| text.parse::<Instant>().unwrap();
        let now = at("2024-03-04T09:00:00Z");
        assert_eq!(left(at("2024-03-04T09:07:00Z"), now), "7 min left");
        assert_eq!(left(at("2024-03-07T08:40:00Z"), now), "71 h 40 min left");
        assert_eq!(left(at("2024-03-04T06:59:00Z"), now), "2 h 1 min late");
        assert_eq!(left(at("2024-04-10T09:00:00Z"), now), "37 days left");
    }
}
