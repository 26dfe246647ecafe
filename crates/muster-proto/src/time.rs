//! Moments: `google.protobuf.Timestamp` on the wire, milliseconds on the record.

use chrono::{DateTime, Datelike as _};
use muster_record::time::{Instant, to_the_millisecond};
use prost_types::Timestamp;

use crate::at::At;

/// A moment as the wire has it.
pub fn write_time(at: Instant) -> Timestamp {
    let nanos = i32::try_from(at.timestamp_subsec_nanos()).unwrap_or_default();
    Timestamp { seconds: at.timestamp(), nanos }
}

/// A moment of the years 1970 to 2200, cut to the millisecond.
pub fn read_time(given: &Timestamp) -> Option<Instant> {
    let Timestamp { seconds, nanos } = given;
    let nanos = u32::try_from(*nanos).ok().filter(|nanos| *nanos < 1_000_000_000)?;
    let at = DateTime::from_timestamp(*seconds, nanos)?;
    (1970..=2200).contains(&at.year()).then(|| to_the_millisecond(at))
}

/// A moment as text, in UTC; `-` where there is none.
pub fn tell(given: Option<&Timestamp>) -> String {
    given
        .and_then(read_time)
        .map_or_else(|| "-".to_owned(), |at| at.to_rfc3339_opts(chrono::SecondsFormat::Millis, true))
}

impl At<'_> {
    /// A moment.
    pub(crate) fn time(&mut self, given: &Timestamp) -> Option<Instant> {
        read_time(given).or_else(|| self.wrong("is no moment of the years 1970 to 2200"))
    }
}
