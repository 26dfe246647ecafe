//! What looks like personal data in a free text, so that whoever wrote it is warned. The text itself is not kept.
//!
//! A warning is a guess: a number with the right check digit may be no NHS number. Names are not looked for, because a
//! list of names warns of every street and every rose.

use crate::identity;
use crate::words::words;

mod numbers;
#[cfg(test)]
mod tests;

words! {
    /// What a text looks as if it held.
    LooksLike {
        /// Ten digits with the check digit of an NHS number.
        NhsNumber = "nhs-number",
        /// A telephone number of the United Kingdom.
        Telephone = "telephone",
        /// An e-mail address.
        Email = "e-mail",
        /// A day of birth that says that it is one.
        DateOfBirth = "date-of-birth",
        /// A postcode of the United Kingdom.
        Postcode = "postcode",
    }
}

/// What looks like personal data in a text, each sort once.
pub fn looks_like(text: &str) -> Vec<LooksLike> {
    let Signs { digits, capitals, at_signs } = Signs::of(text);
    let mut found = Vec::new();
    if digits >= 10 && numbers::groups(text).iter().any(|groups| holds_an_nhs_number(groups)) {
        found.push(LooksLike::NhsNumber);
    }
    if digits >= 10 && numbers::dialled(text).iter().any(|groups| holds_a_telephone_number(groups)) {
        found.push(LooksLike::Telephone);
    }
    let between_words = |char: char| char.is_whitespace() || "<>(),;:\"'".contains(char);
    if at_signs >= 1 && text.split(between_words).any(is_email) {
        found.push(LooksLike::Email);
    }
    if digits >= 4 && tells_a_birthday(text) {
        found.push(LooksLike::DateOfBirth);
    }
    if digits >= 2 && capitals >= 3 && holds_a_postcode(text) {
        found.push(LooksLike::Postcode);
    }
    found
}

/// What has to be in a text before it is worth a closer look, which most texts are not.
struct Signs {
    digits: usize,
    capitals: usize,
    at_signs: usize,
}

impl Signs {
    fn of(text: &str) -> Self {
        let count = |what: fn(&u8) -> bool| text.as_bytes().iter().filter(|byte| what(byte)).count();
        Self {
            digits: count(u8::is_ascii_digit),
            capitals: count(u8::is_ascii_uppercase),
            at_signs: count(|byte| *byte == b'@'),
        }
    }
}

/// The ways in which people write ten digits, by how many stand together. A day and an hour are ten digits too.
const WRITTEN: &[&[usize]] = &[&[10], &[3, 3, 4], &[3, 7], &[6, 4], &[5, 5]];

fn holds_an_nhs_number(groups: &[String]) -> bool {
    WRITTEN.iter().any(|shape| {
        groups.windows(shape.len()).any(|window| {
            let fits = window.iter().zip(*shape).all(|(group, length)| group.len() == *length);
            let digits: String = window.concat();
            let repeats = digits.bytes().all(|digit| digits.bytes().next() == Some(digit));
            fits && !repeats && identity::is_checked(digits.as_bytes())
        })
    })
}

/// Whether the digits from any group on, read up to any later one, can be dialled: `024 7683 3333`, `+44 7700 900123`.
fn holds_a_telephone_number(groups: &[String]) -> bool {
    (0..groups.len()).any(|first| {
        let mut digits = String::new();
        groups.iter().skip(first).take(8).any(|group| {
            digits.push_str(group);
            is_dialled(&digits)
        })
    })
}

fn is_dialled(digits: &str) -> bool {
    let abroad = digits.strip_prefix("+44").or_else(|| digits.strip_prefix("0044"));
    let national = match abroad {
        Some(rest) => rest.strip_prefix('0').unwrap_or(rest),
        None => match digits.strip_prefix('0') {
            Some(rest) => rest,
            None => return false,
        },
    };
    match national.bytes().next() {
        Some(b'1' | b'2' | b'3' | b'7' | b'8') => national.len() == 10,
        Some(_) | None => false,
    }
}

fn is_email(word: &str) -> bool {
    let Some((name, domain)) = word.trim_matches('.').split_once('@') else { return false };
    let plain = |text: &str| text.chars().all(|char| char.is_alphanumeric() || "._%+-".contains(char));
    let last = domain.rsplit('.').next().unwrap_or_default();
    !name.is_empty()
        && plain(name)
        && plain(domain)
        && domain.contains('.')
        && last.len() >= 2
        && last.chars().all(char::is_alphabetic)
}

/// Characters behind the word within which the day has to stand.
const SOON: usize = 24;

fn tells_a_birthday(text: &str) -> bool {
    let text = text.to_lowercase();
    ["d.o.b", "dob", "date of birth", "born"].iter().any(|word| {
        text.match_indices(word).any(|(at, _)| {
            let before = text.get(..at).and_then(|before| before.chars().next_back());
            let behind = text.get(at.saturating_add(word.len())..).unwrap_or_default();
            let stands_alone =
                !before.is_some_and(char::is_alphanumeric) && !behind.chars().next().is_some_and(char::is_alphanumeric);
            let soon: String = behind.chars().take(SOON).collect();
            stands_alone && numbers::groups(&soon).iter().any(|groups| is_a_day(groups))
        })
    })
}

/// A year of a life, or three numbers in the order of a day.
fn is_a_day(groups: &[String]) -> bool {
    let year = |group: &String| group.len() == 4 && (group.starts_with("19") || group.starts_with("20"));
    let lengths: Vec<usize> = groups.iter().map(String::len).collect();
    groups.iter().any(year) || matches!(lengths.as_slice(), [1 | 2, 1 | 2, 2 | 4, ..])
}

fn holds_a_postcode(text: &str) -> bool {
    let words: Vec<&str> = text.split(|char: char| !char.is_alphanumeric() && char != '\'').collect();
    let apart = words.windows(2).any(|pair| match pair {
        [outward, inward] => is_outward(outward) && is_inward(inward),
        _ => false,
    });
    apart
        || words.iter().any(|word| {
            let at = word.len().saturating_sub(3);
            word.is_char_boundary(at)
                && word.split_at_checked(at).is_some_and(|(out, inw)| is_outward(out) && is_inward(inw))
        })
}

/// `CV1`, `B33`, `EC1A`: a place in capitals.
fn is_outward(word: &str) -> bool {
    let letters = word.bytes().take_while(u8::is_ascii_uppercase).count();
    let rest = word.as_bytes().get(letters..).unwrap_or_default();
    (1..=2).contains(&letters)
        && match rest {
            [digit] => digit.is_ascii_digit(),
            [digit, last] => digit.is_ascii_digit() && (last.is_ascii_digit() || last.is_ascii_uppercase()),
            _ => false,
        }
}

/// `2AB`: letters that are not mistaken for digits or each other.
fn is_inward(word: &str) -> bool {
    match word.as_bytes() {
        [digit, first, last] => {
            let may = |letter: &u8| letter.is_ascii_uppercase() && !b"CIKMOV".contains(letter);
            digit.is_ascii_digit() && may(first) && may(last)
        }
        _ => false,
    }
}
