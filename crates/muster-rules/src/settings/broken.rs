//! Rules that speak of one value by itself: how large, how long, how written.

use std::cmp::Ordering;
use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde_json::{Number, Value};

use super::json;
use super::schema::{Format, Part, Rule};
use super::words::quoted;

/// What is wrong with a value by itself. A rule for another kind of value holds.
pub(super) fn told(part: &Part, rule: &Rule, value: &Value) -> Option<String> {
    match value {
        Value::Number(given) => number(rule, given),
        Value::String(given) => text(part, rule, given),
        Value::Array(entries) => list(rule, entries),
        Value::Object(fields) => count(rule, fields.len(), Counted::Names),
        Value::Null | Value::Bool(_) => None,
    }
}

fn number(rule: &Rule, given: &Number) -> Option<String> {
    let told =
        |holds: bool, must: &str, limit: &Number| (!holds).then(|| format!("must be {must} {limit}; it is {given}"));
    if let Rule::AtLeast(limit) = rule {
        return told(order(given, limit) != Ordering::Less, "at least", limit);
    }
    if let Rule::AtMost(limit) = rule {
        return told(order(given, limit) != Ordering::Greater, "at most", limit);
    }
    if let Rule::MoreThan(limit) = rule {
        return told(order(given, limit) == Ordering::Greater, "more than", limit);
    }
    if let Rule::LessThan(limit) = rule {
        return told(order(given, limit) == Ordering::Less, "less than", limit);
    }
    let Rule::MultipleOf(divisor) = rule else { return None };
    told(is_multiple(given, divisor), "a multiple of", divisor)
}

fn whole(number: &Number) -> Option<i128> {
    number.as_i64().map(i128::from).or_else(|| number.as_u64().map(i128::from))
}

fn order(a: &Number, b: &Number) -> Ordering {
    match (whole(a), whole(b)) {
        (Some(a), Some(b)) => a.cmp(&b),
        (_, _) => a.as_f64().unwrap_or(f64::NAN).total_cmp(&b.as_f64().unwrap_or(f64::NAN)),
    }
}

fn is_multiple(number: &Number, divisor: &Number) -> bool {
    match (whole(number), whole(divisor)) {
        (Some(number), Some(divisor)) => number.checked_rem(divisor) == Some(0),
        (_, _) => {
            // 0.3 is three times 0.1 for whoever wrote it, if not for the machine.
            let times = number.as_f64().unwrap_or(f64::NAN) / divisor.as_f64().unwrap_or(f64::NAN);
            (times - times.round()).abs() < 1e-9
        }
    }
}

fn text(part: &Part, rule: &Rule, given: &str) -> Option<String> {
    let length = u64::try_from(given.chars().count()).unwrap_or(u64::MAX);
    if let Rule::MinLength(least) = rule
        && length < *least
    {
        return Some(if length == 0 {
            "must not be empty".to_owned()
        } else {
            format!("must have at least {least} characters; it has {length}")
        });
    }
    if let Rule::MaxLength(most) = rule
        && length > *most
    {
        return Some(format!("must have at most {most} characters; it has {length}"));
    }
    let shown = quoted(&Value::from(given));
    if let Rule::Pattern(pattern) = rule
        && !pattern.is_match(given)
    {
        let form = part.description.clone().unwrap_or_else(|| format!("the pattern {}", pattern.as_str()));
        return Some(format!("{shown} is not written as it must be: {form}"));
    }
    let Rule::Format(format) = rule else { return None };
    match format {
        Format::Date if NaiveDate::parse_from_str(given, "%Y-%m-%d").is_err() || given.len() != 10 => {
            Some(format!("{shown} is not a date: write year, month and day, as in 2024-07-31"))
        }
        Format::Email if !is_email(given) => Some(format!("{shown} is not an e-mail address: name@place.uk")),
        Format::Date | Format::Email => None,
    }
}

fn is_email(given: &str) -> bool {
    let parts = given.rsplit_once('@');
    parts.is_some_and(|(name, place)| !name.is_empty() && place.contains('.') && !given.contains(char::is_whitespace))
}

fn list(rule: &Rule, entries: &[Value]) -> Option<String> {
    if let Rule::EachOnce = rule {
        let mut seen = BTreeMap::new();
        for (index, entry) in entries.iter().enumerate() {
            if let Some(first) = seen.insert(json::sorted(entry).to_string(), index) {
                return Some(format!("[{first}] and [{index}] are the same, and each may be there once"));
            }
        }
    }
    count(rule, entries.len(), Counted::Entries)
}

fn count(rule: &Rule, count: usize, what: Counted) -> Option<String> {
    let count = u64::try_from(count).unwrap_or(u64::MAX);
    let (least, most) = match (rule, what) {
        (Rule::MinEntries(least), Counted::Entries) | (Rule::MinFields(least), Counted::Names) => (Some(*least), None),
        (Rule::MaxEntries(most), Counted::Entries) | (Rule::MaxFields(most), Counted::Names) => (None, Some(*most)),
        (_, _) => (None, None),
    };
    let told = |must: &str, limit: u64| format!("must have {must} {}; it has {}", what.told(limit), count);
    match (least, most) {
        (Some(least), _) if count < least => Some(told("at least", least)),
        (_, Some(most)) if count > most => Some(told("at most", most)),
        (_, _) => None,
    }
}

/// What is counted.
#[derive(Clone, Copy)]
enum Counted {
    Entries,
    Names,
}

impl Counted {
    fn told(self, count: u64) -> String {
        match (self, count) {
            (Self::Entries, 1) => "1 entry".to_owned(),
            (Self::Entries, count) => format!("{count} entries"),
            (Self::Names, 1) => "1 name".to_owned(),
            (Self::Names, count) => format!("{count} names"),
        }
    }
}
