//! Citations: the words that a rule rests on, where they stand, and where the rule comes from.

use crate::{Citation, Provenance};

/// The words that a rule rests on, quoted exactly and briefly, and the clause they stand in.
///
/// For words that are in the source of the rule set itself, the macro of the same name looks at them while it compiles.
///
/// ```
/// use muster_rule_sdk::{Provenance, cite};
///
/// let from_a_table = cite("S56", "temporary duty", Provenance::Plan);
/// assert_eq!(from_a_table, cite!("S56", "temporary duty", Plan));
/// ```
pub fn cite(clause: &str, words: &str, provenance: Provenance) -> Citation {
    Citation { clause: clause.to_owned(), words: words.to_owned(), provenance }
}

/// A citation in the source: clause, words, and where the rule comes from.
///
/// That is `Plan`, `Statute`, `SectorPractice` or `Proposal`. One that names no clause, quotes no words or quotes a whole page does not compile.
///
/// ```
/// use muster_rule_sdk::cite;
///
/// let duty = cite!("Care Act 2014 s48(2)", "must for so long as it considers necessary", Statute);
/// assert_eq!(duty.clause, "Care Act 2014 s48(2)");
/// ```
///
/// ```compile_fail
/// let bare = muster_rule_sdk::cite!("Care Act 2014 s48(2)", "", Statute);
/// ```
#[macro_export]
macro_rules! cite {
    ($clause:expr, $words:expr, $provenance:ident $(,)?) => {{
        const CLAUSE: &str = $clause;
        const WORDS: &str = $words;
        const {
            assert!(!CLAUSE.is_empty(), "a citation names the clause that its words stand in");
            assert!(!WORDS.is_empty(), "a citation quotes the operative words");
            assert!(WORDS.len() <= 2_000, "a citation quotes the operative words only");
        }
        $crate::cite(CLAUSE, WORDS, $crate::Provenance::$provenance)
    }};
}
