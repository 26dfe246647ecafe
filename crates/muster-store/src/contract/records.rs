//! Reading the records: what was written, in order, and where each of them ends.

use muster_record::entry::Hash;
use muster_record::ids::{AgencyId, IncidentId, RequestId, Seq};
use muster_record::time::Instant;

use crate::error::ReadError;
use crate::read::{Behind, OpenedSnapshot, Stored, StoredHead};
use crate::write::{Request, Revision};

family! {
    /// Reads records. Each fails with [`ReadError`] when the store cannot be read, or holds what nobody wrote.
    ReadsRecords {
        /// Where the incident's record ends; nothing where there is no such record.
        fn head(incident: &IncidentId) -> Result<Option<StoredHead>, ReadError>;

        /// The entries of a record behind `after`, in order of seq and without a gap, at most `limit`.
        fn entries(incident: &IncidentId, after: Seq, limit: usize) -> Result<Vec<Stored>, ReadError>;

        /// The hashes of a record's first `size` entries, in order; fewer when it has fewer.
        fn hashes(incident: &IncidentId, size: u64) -> Result<Vec<Hash>, ReadError>;

        /// The entries of all records behind the change set `after`, in order of revision and then of seq, never past
        /// what is settled: whoever goes on from the last that they were given has missed nothing.
        ///
        /// Change sets come whole: the last may go past `limit`. Nothing with a limit of 0.
        fn since(after: Revision, limit: usize) -> Result<Vec<Stored>, ReadError>;

        /// The last change set that is settled; 0 when there is none.
        fn last_revision() -> Result<Revision, ReadError>;

        /// What the agency asked for under that id, and the change set that came of it.
        fn request(agency: &AgencyId, id: &RequestId) -> Result<Option<(Request, Revision)>, ReadError>;

        /// The newest snapshot of an incident, where it can be opened, and the entry it was taken at.
        fn snapshot(incident: &IncidentId) -> Result<Option<OpenedSnapshot>, ReadError>;

        /// The incidents at which the agency has a seat, the greatest id first, behind `after`, at most `limit`.
        fn incidents_of(
            agency: &AgencyId,
            after: Option<&IncidentId>,
            limit: usize,
        ) -> Result<Vec<StoredHead>, ReadError>;

        /// Whether the agency has a seat in the incident.
        fn has_seat(agency: &AgencyId, incident: &IncidentId) -> Result<bool, ReadError>;

        /// All incidents, the smallest id first, behind `after`, at most `limit`.
        fn all_incidents(after: Option<&IncidentId>, limit: usize) -> Result<Vec<IncidentId>, ReadError>;

        /// Open incidents that rule sets have not looked at to their end, in order of id, at most `limit`.
        fn behind(limit: usize) -> Result<Vec<Behind>, ReadError>;

        /// Open incidents that rule sets asked to look at again, soonest first, at most `limit`.
        fn look_again(limit: usize) -> Result<Vec<(IncidentId, Instant)>, ReadError>;
    }
}
