//! Days on a UK calendar, for the date of a figure. A rule set has no calendar of its own.

use muster_rule_sdk::Instant;

pub(crate) const DAY: Instant = 86_400;

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

/// The day on a UK calendar: `2 March 2024`.
pub(crate) fn uk_day(at: Instant) -> String {
    // British Summer Time is an hour ahead, from 01:00 on the last Sunday of March to 01:00 on that of October.
    let (year, _, _) = civil(at.div_euclid(DAY));
    let turn = |month| last_sunday(year, month).saturating_mul(DAY).saturating_add(3_600);
    let is_summer = (turn(3)..turn(10)).contains(&at);
    let local = if is_summer { at.saturating_add(3_600) } else { at };
    let (year, month, day) = civil(local.div_euclid(DAY));
    let name = usize::try_from(month.saturating_sub(1)).ok().and_then(|index| MONTHS.get(index));
    format!("{day} {} {year}", name.unwrap_or(&"?"))
}

/// Year, month and day of a number of days since 1970-01-01, by Howard Hinnant's reckoning in eras of 400 years.
fn civil(days: i64) -> (i64, i64, i64) {
    let days = days.saturating_add(719_468);
    let era = days.div_euclid(146_097);
    let of_era = days.rem_euclid(146_097);
    let year_of_era = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted = (5 * of_year + 2) / 153;
    let day = of_year - (153 * shifted + 2) / 5 + 1;
    let month = if shifted < 10 { shifted + 3 } else { shifted - 9 };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    (year, month, day)
}

/// The days since 1970-01-01 of the last Sunday of a month of 31 days.
fn last_sunday(year: i64, month: i64) -> i64 {
    let last = days_from_civil(year, month, 31);
    // 1970-01-01 was a Thursday: four days after a Sunday.
    last - (last + 4).rem_euclid(7)
}

fn days_from_civil(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let of_era = year.rem_euclid(400);
    let shifted = if month > 2 { month - 3 } else { month + 9 };
    let of_year = (153 * shifted + 2) / 5 + day - 1;
    era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_is_a_day_of_the_uk_calendar() {
        assert_eq!(uk_day(0), "1 January 1970");
        assert_eq!(uk_day(1_709_251_199), "29 February 2024");
        assert_eq!(uk_day(1_709_251_200), "1 March 2024");
        assert_eq!(uk_day(1_719_788_400), "1 July 2024", "2024-06-30T23:00Z is summer time");
        assert_eq!(uk_day(1_711_846_800 - 3_600 * 2), "30 March 2024", "2024-03-30T23:00Z is still winter");
        assert_eq!(uk_day(1_730_071_800), "27 October 2024", "2024-10-27T23:30Z is winter again");
    }

    #[test]
    fn every_day_of_four_hundred_years_comes_back() {
        for day in (0..146_097).step_by(7) {
            let (year, month, of_month) = civil(day);
            assert_eq!(days_from_civil(year, month, of_month), day);
        }
    }
}
