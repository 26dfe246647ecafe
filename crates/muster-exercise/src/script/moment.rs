//! Moments: `09:20`, `day 2 07:30`, `+1d 09:20`, `+4h`, `-30m`, `2024-03-05 09:00`, by the UK clock.

use chrono::{Days, NaiveDate, NaiveTime, TimeDelta};
use chrono_tz::Europe::London;
use muster_record::time::{Instant, from_uk};

use super::line::Line;
use super::problem::Wrong;

const FORMS: &str = "a time: 09:20, day 2 09:20, +1d 09:20, +4h, -30m or 2024-03-05 09:20";

/// The furthest that one step can be from another: an exercise spans weeks, not decades.
const FURTHEST_DAYS: i64 = 3660;

/// How far from here.
enum Away {
    Days(i64),
    Minutes(i64),
}

impl Line<'_, '_> {
    /// A moment, seen from the moment of the step.
    pub(super) fn moment(&mut self) -> Result<Instant, Wrong> {
        let word = self.word(FORMS)?;
        if word == "now" {
            return Ok(self.now());
        }
        let local = self.now().with_timezone(&London);
        if let Some(time) = time_of_day(&word) {
            return self.on(Some(local.date_naive()), time);
        }
        if word == "day" {
            let day = u64::from(self.number("the number of the day, 1 for the first")?);
            let date = day.checked_sub(1).and_then(|days| self.start().checked_add_days(Days::new(days)));
            let time = self.time()?;
            return self.on(date, time);
        }
        if let Ok(date) = word.parse::<NaiveDate>() {
            let time = self.time()?;
            return self.on(Some(date), time);
        }
        match away(&word) {
            Some(Away::Minutes(minutes)) => {
                let found = self.now().checked_add_signed(TimeDelta::minutes(minutes));
                found.ok_or_else(|| self.wrong_here(FORMS))
            }
            Some(Away::Days(days)) => {
                let date = local.date_naive().checked_add_signed(TimeDelta::days(days));
                let time = self.maybe_time().unwrap_or_else(|| local.time());
                self.on(date, time)
            }
            None => Err(self.wrong_before(FORMS)),
        }
    }

    fn on(&self, date: Option<NaiveDate>, time: NaiveTime) -> Result<Instant, Wrong> {
        let found = date.and_then(|date| from_uk(date, time));
        found.ok_or_else(|| self.wrong_before("a time that UK clocks show on that day"))
    }

    fn maybe_time(&mut self) -> Option<NaiveTime> {
        let time = time_of_day(self.peek_word()?)?;
        self.skip_any();
        Some(time)
    }

    fn time(&mut self) -> Result<NaiveTime, Wrong> {
        match self.maybe_time() {
            Some(time) => Ok(time),
            None => Err(self.wrong_here("a time of day: 09:20")),
        }
    }
}

fn time_of_day(word: &str) -> Option<NaiveTime> {
    if word.len() != 5 {
        return None;
    }
    NaiveTime::parse_from_str(word, "%H:%M").ok()
}

fn away(word: &str) -> Option<Away> {
    let unit = word.chars().next_back()?;
    let number = word.strip_suffix(unit)?;
    if !number.starts_with(['+', '-']) {
        return None;
    }
    let number: i64 = number.parse().ok()?;
    let days = match unit {
        'w' => number.checked_mul(7)?,
        'd' => number,
        'h' => return within(number.checked_mul(60)?, 1440).map(Away::Minutes),
        'm' => return within(number, 1440).map(Away::Minutes),
        _ => return None,
    };
    within(days, 1).map(Away::Days)
}

fn within(number: i64, a_day: i64) -> Option<i64> {
    let furthest = FURTHEST_DAYS.checked_mul(a_day)?;
    (-furthest..=furthest).contains(&number).then_some(number)
}
