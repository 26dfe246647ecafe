//! What a rule set says that it is, once it has been checked.

use chrono::NaiveDate;
use muster_record::ids::{BadName, RuleSetId};
use muster_record::situation::{Grants, IncidentKind};
use thiserror::Error;

use crate::bindings::wit;
use crate::limits::{DESCRIBED, SCHEMA_CHARS, TEXT_CHARS};
use crate::text;

/// What a rule set is and what it wants to be told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Description {
    /// Its name.
    pub name: RuleSetId,
    /// Its version.
    pub version: String,
    /// What people call it.
    pub title: String,
    /// The document its rules stand in.
    pub source: String,
    /// The day (`2024-07-31`) on which that document is to be reviewed.
    pub review_due: Option<String>,
    /// The kinds of incident it is pinned to when they open.
    pub concerns: Vec<IncidentKind>,
    /// JSON Schema of its settings.
    pub settings_schema: String,
    /// The keys of the facts it reads.
    pub facts: Vec<String>,
    /// What it asks for: the parts of the situation it is to be shown, and the kinds of advice it may give.
    pub asks: Grants,
}

/// Why a description was not taken.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum BadDescription {
    /// Its name is not one.
    #[error("its name will not do")]
    Name(#[source] BadName),
    /// A text is longer than is taken.
    #[error("its {field} is longer than {max} characters")]
    TooLong {
        /// Which text.
        field: &'static str,
        /// What is taken.
        max: usize,
    },
    /// A list holds more than is taken.
    #[error("its {field} are more than {max}")]
    TooMany {
        /// Which list.
        field: &'static str,
        /// What is taken.
        max: usize,
    },
    /// The date of review is not a date.
    #[error("its review-due is {given:?}: write a date, as in 2024-07-31")]
    ReviewDue {
        /// What was given.
        given: String,
    },
}

impl TryFrom<wit::Description> for Description {
    type Error = BadDescription;
    fn try_from(given: wit::Description) -> Result<Self, BadDescription> {
        let wit::Description {
            name,
            version,
            title,
            source,
            review_due,
            concerns,
            settings_schema,
            facts,
            needs,
            gives,
            tags,
        } = given;
        counted("tags", tags)?;
        Ok(Self {
            name: name.parse().map_err(BadDescription::Name)?,
            version: measured("version", text::one_line(&version), TEXT_CHARS)?,
            title: measured("title", text::one_line(&title), TEXT_CHARS)?,
            source: measured("source", text::one_line(&source), TEXT_CHARS)?,
            review_due: review_due.as_deref().map(date).transpose()?,
            concerns: counted("concerns", concerns)?.into_iter().map(Into::into).collect(),
            settings_schema: measured("settings-schema", text::many_lines(&settings_schema), SCHEMA_CHARS)?,
            facts: words("facts", facts)?,
            asks: Grants {
                needs: counted("needs", needs)?.into_iter().map(Into::into).collect(),
                gives: counted("gives", gives)?.into_iter().map(Into::into).collect(),
            },
        })
    }
}

fn measured(field: &'static str, cleaned: String, max: usize) -> Result<String, BadDescription> {
    if cleaned.len() > max && cleaned.chars().nth(max).is_some() {
        return Err(BadDescription::TooLong { field, max });
    }
    Ok(cleaned)
}

fn counted<T>(field: &'static str, given: Vec<T>) -> Result<Vec<T>, BadDescription> {
    if given.len() > DESCRIBED {
        return Err(BadDescription::TooMany { field, max: DESCRIBED });
    }
    Ok(given)
}

fn words(field: &'static str, given: Vec<String>) -> Result<Vec<String>, BadDescription> {
    counted(field, given)?.iter().map(|word| measured(field, text::one_line(word), TEXT_CHARS)).collect()
}

fn date(given: &str) -> Result<String, BadDescription> {
    match NaiveDate::parse_from_str(given, "%Y-%m-%d") {
        Ok(date) => Ok(date.to_string()),
        Err(_) => Err(BadDescription::ReviewDue { given: text::cut(given, 80) }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(change: impl FnOnce(&mut wit::Description)) -> Result<Description, String> {
        let mut given = wit::Description {
            name: "plan".to_owned(),
            version: "1".to_owned(),
            title: "The Plan".to_owned(),
            source: "Plan".to_owned(),
            review_due: None,
            concerns: vec![wit::IncidentKind::Outbreak],
            settings_schema: String::new(),
            facts: Vec::new(),
            needs: Vec::new(),
            gives: Vec::new(),
            tags: Vec::new(),
        };
        change(&mut given);
        given.try_into().map_err(|bad: BadDescription| bad.to_string())
    }

    #[test]
    fn a_description_is_refused_for_what_is_wrong_with_it() {
        assert!(read(|_| ()).is_ok());
        assert_eq!(read(|given| given.name = "The Plan".to_owned()).unwrap_err(), "its name will not do");
        let long = read(|given| given.title = "x".repeat(2_001)).unwrap_err();
        assert_eq!(long, "its title is longer than 2000 characters");
        let many = read(|given| given.facts = vec![String::new(); 257]).unwrap_err();
        assert_eq!(many, "its facts are more than 256");
        let undated = read(|given| given.review_due = Some("July".to_owned())).unwrap_err();
        assert_eq!(undated, "its review-due is \"July\": write a date, as in 2024-07-31");
    }
}
