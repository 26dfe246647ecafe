//! Between the record's types and the contract's, each taken apart field by field.

pub(crate) mod advice;
mod situation;
mod words;

use muster_record::time::Instant;

/// The first and the last second that a rule set is told: 2000 up to 2100. The record takes 1970 to 2200, and so may
/// advice, which leaves rules a hundred years to count on and thirty to count back in.
const TOLD: (i64, i64) = (946_684_800, 4_102_444_800);

/// A moment in the contract's whole seconds. What is finer is left off, so a rule set never looks ahead. One that
/// was mistyped by centuries is told as the nearest of [`TOLD`]: the rest of the advice is not lost for it.
pub(crate) fn seconds(at: Instant) -> i64 {
    let (first, last) = TOLD;
    at.timestamp().clamp(first, last)
}

#[cfg(test)]
mod tests {
    use super::seconds;

    #[test]
    fn a_moment_is_told_in_seconds_and_one_mistyped_by_centuries_as_the_nearest() {
        let told = |text: &str| seconds(text.parse().unwrap());
        assert_eq!(told("2024-03-04T10:00:00.999Z"), 1_709_546_400);
        assert_eq!(told("1970-01-01T00:00:00Z"), told("2000-01-01T00:00:00Z"));
        assert_eq!(told("2200-12-31T23:59:59Z"), told("2100-01-01T00:00:00Z"));
        assert!(told("1999-12-31T23:59:59Z") == 946_684_800 && told("2099-12-31T23:59:59Z") < 4_102_444_800);
    }
}
