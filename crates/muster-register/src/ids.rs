//! Names that others gave: opaque, kept as they were written, never taken apart.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use thiserror::Error;

/// Longer than any code that is published.
const LONGEST: usize = 64;

/// Why a code was not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("is not 1 to {LONGEST} characters without spaces or control characters")]
pub struct BadCode;

macro_rules! code {
    ($(#[$doc:meta])* $type:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $type(String);

        impl $type {
            /// The code as text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl FromStr for $type {
            type Err = BadCode;
            fn from_str(text: &str) -> Result<Self, BadCode> {
                let fits = (1..=LONGEST).contains(&text.chars().count());
                let plain = text.chars().all(|char| !char.is_whitespace() && !char.is_control());
                if fits && plain { Ok(Self(text.to_owned())) } else { Err(BadCode) }
            }
        }

        impl TryFrom<String> for $type {
            type Error = BadCode;
            fn try_from(text: String) -> Result<Self, BadCode> {
                text.parse()
            }
        }

        impl From<$type> for String {
            fn from(code: $type) -> String {
                code.0
            }
        }

        impl fmt::Display for $type {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    };
}

code! {
    /// A service, as the regulator's directory or a council's file names it (`1-134558905`).
    ServiceCode
}
code! {
    /// A provider (`1-101641521`).
    ProviderCode
}
code! {
    /// A brand: what the regulator groups providers of one owner under (`BD234`).
    BrandCode
}
code! {
    /// A local authority's code of the Office for National Statistics (`E08000026`).
    AuthorityCode
}
code! {
    /// An agency's code: an ODS code as a rule (`05A`, `QWU`).
    AgencyCode
}
code! {
    /// A source: the name under which files of one kind come again and again (`cqc-directory`).
    Source
}
