//! The fields of a form, read strictly: what cannot be read is told by the field's name, and nothing is guessed.

use chrono::NaiveDateTime;
use muster_proto::Malformed;
use muster_record::time::{Instant, from_uk};
use tonic::Status;

use crate::status;

/// A field of a form: its name, and what was given.
pub(super) type Field = (String, String);
/// The fields of a form, in order.
pub(super) type Fields = Vec<Field>;

/// How many people one form can be about: as many as fit one commit with room to spare.
pub(super) const MOST_PEOPLE: usize = 50;

/// Every value of a field, in order, without the space around it.
pub(super) fn all<'a>(fields: &'a [Field], name: &str) -> impl Iterator<Item = &'a str> {
    fields.iter().filter(move |(field, _)| field == name).map(|(_, value)| value.trim())
}

/// The value of a field; empty where it was left out.
pub(super) fn one<'a>(fields: &'a [Field], name: &str) -> &'a str {
    all(fields, name).next().unwrap_or_default()
}

/// The value of a field, where there is one.
pub(super) fn some(fields: &[Field], name: &str) -> Option<String> {
    Some(one(fields, name)).filter(|text| !text.is_empty()).map(str::to_owned)
}

/// What is answered to a field that cannot be read.
pub(super) fn wrong(field: &str, problem: &str) -> Status {
    status::malformed(&Malformed::one(field, problem))
}

/// A whole number.
pub(super) fn number(fields: &[Field], name: &str) -> Result<u32, Status> {
    one(fields, name).parse().map_err(|_| wrong(name, "is no number"))
}

/// A word of a closed list, or a name.
pub(super) fn word<T: std::str::FromStr>(fields: &[Field], name: &str) -> Result<T, Status> {
    one(fields, name).parse().map_err(|_| wrong(name, "is not chosen, or not one that is known"))
}

/// A moment in UK time; nothing where the field is empty.
pub(super) fn moment(fields: &[Field], name: &str) -> Result<Option<Instant>, Status> {
    match one(fields, name) {
        "" => Ok(None),
        text => uk_moment(text).map(Some).ok_or_else(|| wrong(name, "is no day and time as in 2024-03-07 08:00")),
    }
}

/// A day and time as people type it, in the UK: `2024-03-07 08:00`, `7/3/2024 08:00`.
pub(super) fn uk_moment(text: &str) -> Option<Instant> {
    let forms = ["%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M", "%d/%m/%Y %H:%M"];
    let said = forms.iter().find_map(|form| NaiveDateTime::parse_from_str(text.trim(), form).ok())?;
    from_uk(said.date(), said.time())
}

/// Numbers of people as one types them: `3`, `1, 4`, `5-8`. Each stands once, in order.
pub(super) fn people(text: &str) -> Option<Vec<u32>> {
    let mut found = std::collections::BTreeSet::new();
    for part in text.split([',', ' ', ';']).filter(|part| !part.is_empty()) {
        let (first, last) = part.split_once('-').unwrap_or((part, part));
        let (first, last): (u32, u32) = (first.parse().ok()?, last.parse().ok()?);
        let many = usize::try_from(last.checked_sub(first)?).ok()?;
        if first == 0 || many >= MOST_PEOPLE {
            return None;
        }
        found.extend(first..=last);
    }
    (found.len() <= MOST_PEOPLE).then(|| found.into_iter().collect())
}

/// A name in small letters, digits and hyphens, made from what people call a thing.
pub(super) fn slug(text: &str) -> String {
    let plain = |letter: char| if letter.is_ascii_alphanumeric() { letter.to_ascii_lowercase() } else { ' ' };
    let words: String = text.chars().map(plain).collect();
    words.split_whitespace().collect::<Vec<_>>().join("-").chars().take(60).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_of_people_are_read_one_by_one_and_in_ranges_and_nothing_is_guessed() {
        assert_eq!(people("3"), Some(vec![3]));
        assert_eq!(people("1, 4 5-8,4"), Some(vec![1, 4, 5, 6, 7, 8]));
        assert_eq!(people(""), Some(Vec::new()));
        for nonsense in ["all", "0", "8-5", "1-51", "1-", "-3", "1..4", "4294967296"] {
            assert_eq!(people(nonsense), None, "{nonsense}");
        }
    }

    #[test]
    fn a_moment_is_uk_time_in_three_spellings() {
        let summer = "2024-07-01T08:00:00Z".parse().ok();
        for text in ["2024-07-01 09:00", "2024-07-01T09:00", " 1/7/2024 09:00 "] {
            assert_eq!(uk_moment(text), summer, "{text}");
        }
        for nonsense in ["", "tomorrow", "2024-13-01 09:00", "2024-03-31 01:30"] {
            assert_eq!(uk_moment(nonsense), None, "{nonsense}");
        }
    }

    #[test]
    fn a_name_is_made_from_a_title() {
        assert_eq!(slug("Rosebank House (east wing)"), "rosebank-house-east-wing");
        assert_eq!(slug("…"), "");
    }
}
