//! Time: UTC inside, UK time for people, and two kinds of clock.
//!
//! Seventy-two hours is elapsed time. Four to six weeks is calendar days in London. The two differ
//! by an hour across a clock change, so each deadline says which it is.

use chrono::{DateTime, Datelike as _, Days, NaiveDate, NaiveTime, TimeDelta, TimeZone as _, Timelike as _, Utc};
use chrono_tz::Europe::London;

/// A moment, in UTC, to the millisecond.
pub type Instant = DateTime<Utc>;

/// The moment without what is finer than a millisecond, which is all the record keeps.
pub fn to_the_millisecond(at: Instant) -> Instant {
    let nanos = at.nanosecond().saturating_sub(at.nanosecond() % 1_000_000);
    at.with_nanosecond(nanos).unwrap_or(at)
}

/// `hours` of elapsed time later.
pub fn hours_after(at: Instant, hours: u32) -> Instant {
    at.checked_add_signed(TimeDelta::hours(hours.into())).unwrap_or(at)
}

/// The same time of day in the UK, `days` later; in the hour that spring skips, the hour after.
pub fn uk_days_after(at: Instant, days: u32) -> Instant {
    let local = at.with_timezone(&London).naive_local();
    let Some(later) = local.checked_add_days(Days::new(days.into())) else { return at };
    match London.from_local_datetime(&later).earliest() {
        // Autumn has an hour twice: the earlier one, but never before the start.
        Some(found) => found.to_utc().max(at),
        None => uk_days_after(hours_after(at, 1), days),
    }
}

/// Whether a UK clock shows a time from 22:00 to 06:59.
pub fn is_night_in_the_uk(at: Instant) -> bool {
    let hour = at.with_timezone(&London).hour();
    !(7..22).contains(&hour)
}

/// Hours and minutes on a UK clock: `09:05`.
pub fn uk_time(at: Instant) -> String {
    at.with_timezone(&London).format("%H:%M").to_string()
}

/// Day and time on a UK clock: `Mon 4 Mar 09:05`.
pub fn uk_day_and_time(at: Instant) -> String {
    at.with_timezone(&London).format("%a %-d %b %H:%M").to_string()
}

/// The day on a UK calendar: `Mon 4 Mar 2024`.
pub fn uk_day(at: Instant) -> String {
    at.with_timezone(&London).format("%a %-d %b %Y").to_string()
}

/// A moment as programs read it, in UTC: `2024-03-04T09:05:00Z`.
pub fn iso(at: Instant) -> String {
    at.to_rfc3339_opts(chrono::SecondsFormat::Secs, true)
}

/// The date on a UK calendar.
pub fn uk_date(at: Instant) -> NaiveDate {
    at.with_timezone(&London).date_naive()
}

/// Whether two moments fall on the same UK day.
pub fn is_same_uk_day(a: Instant, b: Instant) -> bool {
    let (a, b) = (a.with_timezone(&London), b.with_timezone(&London));
    (a.year(), a.ordinal()) == (b.year(), b.ordinal())
}

/// The moment of a UK date and time of day, the earlier one where autumn has it twice.
pub fn from_uk(date: chrono::NaiveDate, time: NaiveTime) -> Option<Instant> {
    London.from_local_datetime(&date.and_time(time)).earliest().map(|at| at.to_utc())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Instant {
        text.parse().unwrap()
    }

    #[test]
    fn seventy_two_hours_is_elapsed_and_six_weeks_is_calendar_across_the_clock_change() {
        let friday_before = at("2024-03-29T09:00:00Z");
        assert_eq!(uk_day_and_time(hours_after(friday_before, 72)), "Mon 1 Apr 10:00");
        assert_eq!(uk_day_and_time(uk_days_after(friday_before, 3)), "Mon 1 Apr 09:00");
        let before_autumn = at("2024-10-25T08:00:00Z");
        assert_eq!(uk_day_and_time(hours_after(before_autumn, 72)), "Mon 28 Oct 08:00");
        assert_eq!(uk_day_and_time(uk_days_after(before_autumn, 3)), "Mon 28 Oct 09:00");
    }

    #[test]
    fn a_time_of_day_that_spring_skips_becomes_the_hour_after() {
        assert_eq!(uk_day_and_time(uk_days_after(at("2024-03-30T01:30:00Z"), 1)), "Sun 31 Mar 02:30");
    }

    #[test]
    fn a_time_of_day_that_autumn_has_twice_is_the_earlier_one_and_never_before_the_start() {
        assert_eq!(uk_days_after(at("2024-10-26T00:30:00Z"), 1), at("2024-10-27T00:30:00Z"));
        assert_eq!(uk_days_after(at("2024-10-27T01:30:00Z"), 0), at("2024-10-27T01:30:00Z"));
        assert_eq!(uk_days_after(at("2024-10-27T01:30:00Z"), 154), at("2025-03-30T01:30:00Z"));
    }

    #[test]
    fn a_uk_date_and_time_is_a_moment_unless_spring_skips_it() {
        let uk = |date: &str, time: &str| from_uk(date.parse().unwrap(), time.parse().unwrap());
        assert_eq!(uk("2024-07-01", "09:00:00"), Some(at("2024-07-01T08:00:00Z")));
        assert_eq!(uk("2024-03-31", "01:30:00"), None);
        assert_eq!(uk("2024-10-27", "01:30:00"), Some(at("2024-10-27T00:30:00Z")));
    }

    #[test]
    fn the_uk_day_turns_at_uk_midnight() {
        assert!(!is_same_uk_day(at("2024-07-01T22:59:00Z"), at("2024-07-01T23:00:00Z")), "BST");
        assert_eq!(uk_date(at("2024-07-01T23:00:00Z")).to_string(), "2024-07-02");
        assert!(is_same_uk_day(at("2024-01-01T22:59:00Z"), at("2024-01-01T23:00:00Z")), "GMT");
        assert!(!is_same_uk_day(at("2023-01-01T12:00:00Z"), at("2024-01-01T12:00:00Z")), "a year apart");
    }

    #[test]
    fn the_record_keeps_milliseconds() {
        let kept = to_the_millisecond(at("2024-03-04T09:00:00.123999Z"));
        assert_eq!(kept, at("2024-03-04T09:00:00.123Z"));
        assert_eq!(to_the_millisecond(kept), kept);
        assert_eq!(to_the_millisecond(at("1969-12-31T23:59:59.999999Z")), at("1969-12-31T23:59:59.999Z"));
    }

    #[test]
    fn the_ends_of_time_are_reached_without_a_panic() {
        let end = at("9999-12-31T23:59:59Z");
        assert!(uk_days_after(end, 42) > end);
        assert!(hours_after(end, 72) > end);
        assert_eq!(hours_after(Instant::MAX_UTC, 1), Instant::MAX_UTC);
        assert_eq!(uk_days_after(Instant::MAX_UTC, 1), Instant::MAX_UTC);
        assert!(!is_night_in_the_uk(at("0001-01-01T12:00:00Z")));
    }

    #[test]
    fn night_is_by_the_uk_clock() {
        assert!(is_night_in_the_uk(at("2024-07-01T21:30:00Z")), "22:30 in summer");
        assert!(!is_night_in_the_uk(at("2024-01-01T21:30:00Z")), "21:30 in winter");
        assert!(is_night_in_the_uk(at("2024-01-01T22:00:00Z")), "night begins at 22:00");
        assert!(!is_night_in_the_uk(at("2024-01-01T07:00:00Z")), "and ends at 07:00");
    }
}
