//! A schema as it was understood: parts, each with the rules that hold for a value.

use std::collections::BTreeMap;

use regex::Regex;
use serde_json::{Number, Value};

/// A part of a schema, by its place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct PartNo(pub(crate) usize);

/// A rule set's schema of its settings. Its text was understood as a whole: no keyword was passed over.
#[derive(Debug, Clone)]
pub(crate) struct Schema {
    pub(crate) parts: Vec<Part>,
    /// None where the rule set names no schema, and looks at its settings alone.
    pub(crate) root: Option<PartNo>,
}

/// What holds for one value.
#[derive(Debug, Clone, Default)]
pub(crate) struct Part {
    /// What people are told that it is.
    pub(crate) description: Option<String>,
    pub(crate) rules: Vec<Rule>,
}

/// A kind of JSON value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Null,
    YesNo,
    Whole,
    Number,
    Text,
    List,
    Object,
}

/// How a text may have to be written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Format {
    Date,
    Email,
}

/// The fields of an object.
#[derive(Debug, Clone, Default)]
pub(crate) struct Fields {
    pub(crate) known: BTreeMap<String, PartNo>,
    pub(crate) by_pattern: Vec<(Regex, PartNo)>,
    pub(crate) required: Vec<String>,
    /// What holds for the others; anything where absent.
    pub(crate) others: Option<Others>,
}

/// What holds for fields that are not named.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Others {
    None,
    Each(PartNo),
}

/// One thing that holds for a value, if it is of the kind that the rule speaks of.
#[derive(Debug, Clone)]
pub(crate) enum Rule {
    Never,
    Kinds(Vec<Kind>),
    OneOf(Vec<Value>),
    AtLeast(Number),
    AtMost(Number),
    MoreThan(Number),
    LessThan(Number),
    MultipleOf(Number),
    MinLength(u64),
    MaxLength(u64),
    Pattern(Regex),
    Format(Format),
    MinEntries(u64),
    MaxEntries(u64),
    EachOnce,
    Entries { first: Vec<PartNo>, rest: Option<PartNo> },
    MinFields(u64),
    MaxFields(u64),
    Fields(Fields),
    Names(PartNo),
    All(Vec<PartNo>),
    Any(Vec<PartNo>),
    One(Vec<PartNo>),
    Not(PartNo),
    When { condition: PartNo, then: Option<PartNo>, otherwise: Option<PartNo> },
}

impl Schema {
    pub(crate) fn takes_anything(&self) -> bool {
        self.root.is_none()
    }

    pub(crate) fn part(&self, number: PartNo) -> Option<&Part> {
        self.parts.get(number.0)
    }
}

impl Rule {
    /// The parts that hold for the same value, rather than for something within it.
    pub(crate) fn of_the_same_value(&self) -> Vec<PartNo> {
        match self {
            Self::All(parts) | Self::Any(parts) | Self::One(parts) => parts.clone(),
            Self::Not(part) => vec![*part],
            Self::When { condition, then, otherwise } => {
                std::iter::once(*condition).chain(*then).chain(*otherwise).collect()
            }
            Self::Never
            | Self::Kinds(_)
            | Self::OneOf(_)
            | Self::AtLeast(_)
            | Self::AtMost(_)
            | Self::MoreThan(_)
            | Self::LessThan(_)
            | Self::MultipleOf(_)
            | Self::MinLength(_)
            | Self::MaxLength(_)
            | Self::Pattern(_)
            | Self::Format(_)
            | Self::MinEntries(_)
            | Self::MaxEntries(_)
            | Self::EachOnce
            | Self::Entries { .. }
            | Self::MinFields(_)
            | Self::MaxFields(_)
            | Self::Fields(_)
            | Self::Names(_) => Vec::new(),
        }
    }
}
