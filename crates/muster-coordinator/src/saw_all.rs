//! Seeing all of a record: what most who write to an incident do, so that nothing has to be foreseen for them.

use muster_record::Incident;
use muster_record::ids::Seq;
use muster_record::retention::Retention;
use muster_record::time::Instant;
use muster_record::visible::{Access, Reader};

/// That somebody saw a whole record up to an entry, and with which access.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct SawAll {
    /// Their access then.
    pub(crate) access: Access,
    /// The entry.
    pub(crate) until: Seq,
    /// How many entries' content was erased by then.
    pub(crate) erased: usize,
    /// The time by which access ends, now.
    pub(crate) time: Instant,
}

impl SawAll {
    /// Whether they see all of it still: with the same access, everything that was written since.
    pub(crate) fn holds(&self, whole: &Incident, reader: &Reader, retention: Retention) -> bool {
        let Self { access, until, erased, time } = self;
        let at = (*time).max(whole.recorded_at);
        *erased == whole.log.erased.len()
            && *access == access_of(whole, reader, retention, at)
            && sees_all_after(whole, *until, access, at)
    }
}

/// A reader's access at a moment, without what is beyond use for everybody.
pub(crate) fn access_of(whole: &Incident, reader: &Reader, retention: Retention, at: Instant) -> Access {
    let beyond_use = whole.beyond_use(retention, at);
    let classes = reader.classes.difference(beyond_use);
    whole.access(&Reader { agency: reader.agency.clone(), classes }, at)
}

/// Whether all entries after one are seen.
pub(crate) fn sees_all_after(whole: &Incident, after: Seq, access: &Access, at: Instant) -> bool {
    let mut new = whole.restricted.iter().rev().take_while(|labels| labels.seq > after);
    access.sees_everybody() && new.all(|labels| access.sees(labels, at).is_seen())
}
