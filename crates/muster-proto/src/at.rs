//! Reading a request: every field has its place, and all that is wrong is said at once.

use std::str::FromStr;

use muster_record::identity::Sensitive;
use muster_record::ids::{BadName, Seq};
use muster_record::personal_text::{self, LooksLike};

use crate::limits::{MAX_LONG_TEXT, MAX_TEXT};
use crate::v1;
use crate::words::Word;

/// One thing wrong with a request, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Violation {
    /// The path of the field: `commands[2].raise_action.title`.
    pub field: String,
    /// What is wrong, to follow the path in a sentence.
    pub problem: String,
}

/// A request that cannot be read, with all that is wrong with it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}", listed(.violations))]
pub struct Malformed {
    /// What is wrong, in order of the fields.
    pub violations: Vec<Violation>,
}

impl Malformed {
    /// A request with one thing wrong.
    pub fn one(field: &str, problem: &str) -> Self {
        Self { violations: vec![Violation { field: field.to_owned(), problem: problem.to_owned() }] }
    }
}

fn listed(violations: &[Violation]) -> String {
    let told = violations.iter().map(|Violation { field, problem }| format!("{field} {problem}"));
    told.collect::<Vec<_>>().join("; ")
}

/// Something in a text that looks like personal data, and where. The text itself is not repeated.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Warning {
    /// The path of the field: `commands[2].make_note.text`.
    pub field: String,
    /// What it looks like.
    pub looks_like: LooksLike,
}

/// Warnings as the wire has them.
pub fn write_warnings(warnings: &[Warning]) -> Vec<v1::Warning> {
    let write = |warning: &Warning| {
        let Warning { field, looks_like } = warning;
        v1::Warning { field: field.clone(), looks_like: looks_like.write() }
    };
    warnings.iter().map(write).collect()
}

/// Reads with somewhere to put what is wrong.
pub(crate) fn reading<T>(path: &str, read: impl FnOnce(&mut At<'_>) -> Option<T>) -> Result<T, Malformed> {
    reading_warily(path, read).map(|(value, _)| value)
}

/// The same, and what in its texts looks like personal data.
pub(crate) fn reading_warily<T>(
    path: &str,
    read: impl FnOnce(&mut At<'_>) -> Option<T>,
) -> Result<(T, Vec<Warning>), Malformed> {
    let (mut violations, mut warnings) = (Vec::new(), Vec::new());
    let value = read(&mut At { path: path.to_owned(), violations: &mut violations, warnings: &mut warnings });
    match value {
        Some(value) if violations.is_empty() => Ok((value, warnings)),
        Some(_) | None => Err(Malformed { violations }),
    }
}

/// A place in a request. What is read there is `None` when it will not do, and then a violation was noted.
pub(crate) struct At<'a> {
    path: String,
    violations: &'a mut Vec<Violation>,
    warnings: &'a mut Vec<Warning>,
}

impl At<'_> {
    /// The field of that name here.
    pub(crate) fn field(&mut self, name: &str) -> At<'_> {
        let path = if self.path.is_empty() { name.to_owned() } else { format!("{}.{name}", self.path) };
        At { path, violations: self.violations, warnings: self.warnings }
    }

    fn item(&mut self, index: usize) -> At<'_> {
        At { path: format!("{}[{index}]", self.path), violations: self.violations, warnings: self.warnings }
    }

    /// Notes what is wrong here.
    pub(crate) fn wrong<T>(&mut self, problem: impl Into<String>) -> Option<T> {
        self.violations.push(Violation { field: self.path.clone(), problem: problem.into() });
        None
    }

    /// What has to be there.
    pub(crate) fn required<T: ?Sized, U>(
        &mut self,
        given: Option<&T>,
        read: impl FnOnce(&mut Self, &T) -> Option<U>,
    ) -> Option<U> {
        match given {
            Some(given) => read(self, given),
            None => self.wrong("is not set"),
        }
    }

    /// What may be absent.
    pub(crate) fn optional<T: ?Sized, U>(
        &mut self,
        given: Option<&T>,
        read: impl FnOnce(&mut Self, &T) -> Option<U>,
    ) -> Option<Option<U>> {
        match given {
            Some(given) => read(self, given).map(Some),
            None => Some(None),
        }
    }

    /// A list, each member read in its own place.
    pub(crate) fn list<T, U>(
        &mut self,
        given: &[T],
        most: usize,
        mut read: impl FnMut(&mut At<'_>, &T) -> Option<U>,
    ) -> Option<Vec<U>> {
        if given.len() > most {
            return self.wrong(format!("holds {}; at most {most} are taken", given.len()));
        }
        // Not `collect` into an Option, which would stop at the first that is wrong.
        let read: Vec<Option<U>> =
            given.iter().enumerate().map(|(index, given)| read(&mut self.item(index), given)).collect();
        read.into_iter().collect()
    }

    /// A text of ordinary length.
    pub(crate) fn text(&mut self, given: &str) -> Option<String> {
        self.text_up_to(MAX_TEXT, given)
    }

    /// A text that may run to pages.
    pub(crate) fn long_text(&mut self, given: &str) -> Option<String> {
        self.text_up_to(MAX_LONG_TEXT, given)
    }

    /// A text that may run to a number of characters and is kept sealed: it is held back from whatever prints, and
    /// nobody is warned of what it holds.
    pub(crate) fn sensitive(&mut self, most: usize, given: &str) -> Option<Sensitive<String>> {
        self.well_formed(most, given)?;
        Some(Sensitive::new(given.to_owned()))
    }

    fn text_up_to(&mut self, most: usize, given: &str) -> Option<String> {
        self.well_formed(most, given)?;
        for looks_like in personal_text::looks_like(given) {
            self.warnings.push(Warning { field: self.path.clone(), looks_like });
        }
        Some(given.to_owned())
    }

    fn well_formed(&mut self, most: usize, given: &str) -> Option<()> {
        if given.is_empty() {
            return self.wrong("is not set");
        }
        if given.trim().is_empty() {
            return self.wrong("is blank");
        }
        if given.chars().count() > most {
            return self.wrong(format!("is longer than {most} characters"));
        }
        if given.chars().any(|char| char.is_control() && char != '\n' && char != '\t') {
            return self.wrong("holds a control character other than newline and tab");
        }
        Some(())
    }

    /// A name or an id.
    pub(crate) fn name<T: FromStr<Err = BadName>>(&mut self, given: &str) -> Option<T> {
        if given.is_empty() {
            return self.wrong("is not set");
        }
        match given.parse() {
            Ok(name) => Some(name),
            Err(BadName::Shape { given: _ }) => self
                .wrong("is not a name: use 1 to 63 of a-z, 0-9 and '-', starting with a letter, not ending with '-'"),
            Err(BadName::Id { given: _ }) => self.wrong("is not an id: it is 32 lower-case hexadecimal digits"),
            Err(BadName::RequestId) => self.wrong("is not 1 to 128 printable ASCII characters without spaces"),
        }
    }

    /// The number of something on the record.
    pub(crate) fn number<T>(&mut self, given: u32, kind: impl FnOnce(u32) -> T) -> Option<T> {
        if given == 0 { self.wrong("is not set; numbers begin with 1") } else { Some(kind(given)) }
    }

    /// The place of an entry.
    pub(crate) fn seq(&mut self, given: u64) -> Option<Seq> {
        if given == 0 { self.wrong("is not set; entries begin with 1") } else { Some(Seq(given)) }
    }

    /// A word of a closed list.
    pub(crate) fn word<T: Word>(&mut self, given: i32) -> Option<T> {
        match T::read(given) {
            Some(word) => Some(word),
            None if given == 0 => self.wrong(format!("is not set; one of: {}", T::known())),
            None => self.wrong(format!("is {given}, which is none of: {}", T::known())),
        }
    }

    /// A word of a closed list, or none when it is not set.
    pub(crate) fn optional_word<T: Word>(&mut self, given: i32) -> Option<Option<T>> {
        if given == 0 { Some(None) } else { self.word(given).map(Some) }
    }
}
