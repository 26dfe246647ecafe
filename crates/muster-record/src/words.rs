//! Closed lists of words: each has one spelling, in JSON, in scripts and in what is printed.

mod set;

pub use set::{Word, WordSet};

/// Makes an enum whose every case has one word, and the list of them all.
#[macro_export]
macro_rules! words {
    ($(#[$doc:meta])* $type:ident { $($(#[$case_doc:meta])* $case:ident = $word:literal,)+ }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
        pub enum $type {
            $($(#[$case_doc])* #[serde(rename = $word)] $case,)+
        }

        impl $type {
            /// Every case, in order.
            pub const ALL: &'static [Self] = &[$(Self::$case),+];

            /// The one spelling of this case.
            pub fn word(self) -> &'static str {
                match self {
                    $(Self::$case => $word,)+
                }
            }
        }

        impl $crate::Word for $type {
            const CASES: &'static [Self] = Self::ALL;

            #[expect(clippy::as_conversions, reason = "a case without fields, as its place in its own list")]
            fn place(self) -> u32 {
                self as u32
            }
        }

        impl std::str::FromStr for $type {
            type Err = $crate::NoSuchWord;
            fn from_str(text: &str) -> Result<Self, Self::Err> {
                Self::ALL.iter().copied().find(|case| case.word() == text).ok_or_else(|| {
                    $crate::NoSuchWord {
                        given: text.chars().take(80).collect(),
                        known: Self::ALL.iter().map(|case| case.word()).collect::<Vec<_>>().join(", "),
                    }
                })
            }
        }

        impl std::fmt::Display for $type {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.word())
            }
        }
    };
}
pub(crate) use words;

/// A word that is not in its list.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{given:?} is none of: {known}")]
pub struct NoSuchWord {
    /// What was given.
    pub given: String,
    /// The words that would do.
    pub known: String,
}
