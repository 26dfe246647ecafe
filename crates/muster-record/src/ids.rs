//! Names and numbers: how an incident, an agency and the things on a record are told apart.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::numbered::Number;

/// Why a name or an id was not taken.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum BadName {
    /// It does not have the shape of a name chosen by people.
    #[error(
        "{given:?} is not a name: use 1 to 63 of a-z, 0-9 and '-', starting with a letter or digit, not ending with '-'"
    )]
    Shape {
        /// What was given.
        given: String,
    },
    /// It does not have the shape of an id made by the server.
    #[error("{given:?} is not an incident id: it is 32 lower-case hexadecimal digits")]
    Id {
        /// What was given.
        given: String,
    },
    /// A request id is empty, too long, or holds a character that a log could not print.
    #[error("a request id is 1 to 128 printable ASCII characters")]
    RequestId,
}

fn is_name(text: &str) -> bool {
    let mut bytes = text.bytes();
    let starts = bytes.next().is_some_and(|first| first.is_ascii_lowercase() || first.is_ascii_digit());
    let rest = bytes.all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-');
    starts && rest && text.len() <= 63 && !text.ends_with('-')
}

macro_rules! name {
    ($(#[$doc:meta])* $type:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $type(String);

        impl $type {
            /// The name as text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl FromStr for $type {
            type Err = BadName;
            fn from_str(text: &str) -> Result<Self, BadName> {
                if is_name(text) {
                    return Ok(Self(text.to_owned()));
                }
                Err(BadName::Shape { given: text.chars().take(80).collect() })
            }
        }

        impl TryFrom<String> for $type {
            type Error = BadName;
            fn try_from(text: String) -> Result<Self, BadName> {
                text.parse()
            }
        }

        impl From<$type> for String {
            fn from(name: $type) -> String {
                name.0
            }
        }

        impl fmt::Display for $type {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    };
}

name! {
    /// An agency's name: an ONS, ODS or CQC code or a chosen word, in lower case (`e08000026`, `cqc`).
    AgencyId
}
name! {
    /// A rule set's name (`emergency-closure`).
    RuleSetId
}
name! {
    /// A service's name within its incident (`rosebank-house`).
    ServiceId
}

/// An incident's id: a `UUIDv7` as 32 lower-case hexadecimal digits, made by the server.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct IncidentId(String);

impl IncidentId {
    /// The id made from 16 bytes.
    pub fn from_bytes(bytes: [u8; 16]) -> Self {
        Self(hex(&bytes))
    }

    /// The id as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for IncidentId {
    type Err = BadName;
    fn from_str(text: &str) -> Result<Self, BadName> {
        let is_hex = text.bytes().all(|byte| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte));
        if is_hex && text.len() == 32 {
            return Ok(Self(text.to_owned()));
        }
        Err(BadName::Id { given: text.chars().take(80).collect() })
    }
}

impl TryFrom<String> for IncidentId {
    type Error = BadName;
    fn try_from(text: String) -> Result<Self, BadName> {
        text.parse()
    }
}

impl From<IncidentId> for String {
    fn from(id: IncidentId) -> String {
        id.0
    }
}

impl fmt::Display for IncidentId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// What a caller names a request, so that asking again is not doing again.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct RequestId(String);

impl RequestId {
    /// The id as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for RequestId {
    type Err = BadName;
    fn from_str(text: &str) -> Result<Self, BadName> {
        if (1..=128).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Ok(Self(text.to_owned()));
        }
        Err(BadName::RequestId)
    }
}

impl TryFrom<String> for RequestId {
    type Error = BadName;
    fn try_from(text: String) -> Result<Self, BadName> {
        text.parse()
    }
}

impl From<RequestId> for String {
    fn from(id: RequestId) -> String {
        id.0
    }
}

/// Place of an entry on its incident's record: 1 for the first, without gaps.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
pub struct Seq(pub u64);

impl Seq {
    /// The place after this one.
    #[must_use]
    pub fn next(self) -> Self {
        Self(self.0.saturating_add(1))
    }
}

impl fmt::Display for Seq {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

macro_rules! number {
    ($(#[$doc:meta])* $type:ident, $prefix:literal) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        pub struct $type(pub u32);

        impl $type {
            /// The number after this one.
            #[must_use]
            pub fn next(self) -> Self {
                Self(self.0.saturating_add(1))
            }
        }

        impl Number for $type {
            fn number(self) -> u32 {
                self.0
            }

            fn of(number: u32) -> Self {
                Self(number)
            }
        }

        impl fmt::Display for $type {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!($prefix, "{}"), self.0)
            }
        }
    };
}

number! {
    /// An action's number on its record, written `A3`.
    ActionNo, "A"
}
number! {
    /// A person's number on its record; the person's identity is kept elsewhere.
    PersonNo, "person "
}
number! {
    /// A proposal's number on its record.
    ProposalNo, "proposal "
}
number! {
    /// A meeting's number on its record, written `M1`.
    MeetingNo, "M"
}
number! {
    /// A communication's number on its record, written `C1`.
    CommunicationNo, "C"
}
number! {
    /// A restriction's number on its record, written `R1`.
    RestrictionNo, "R"
}
number! {
    /// An offer's number on its record, written `O1`.
    OfferNo, "O"
}
number! {
    /// An escalation's number on its record, written `E1`.
    EscalationNo, "E"
}
number! {
    /// A recommendation's number on its record, written `N1`.
    RecommendationNo, "N"
}
number! {
    /// A decision's number on its record, written `D1`.
    DecisionNo, "D"
}

number! {
    /// A share's number on its record, written `S1`.
    ShareNo, "S"
}
number! {
    /// A broken glass's number on its record, written `G1`.
    GlassNo, "G"
}

/// Bytes as lower-case hexadecimal text.
pub fn hex(bytes: &[u8]) -> String {
    use fmt::Write as _;
    bytes.iter().fold(String::with_capacity(bytes.len().saturating_mul(2)), |mut text, byte| {
        // Writing into a String cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}
