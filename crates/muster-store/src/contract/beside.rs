//! Reading what stands beside the records: the audit, the register, and each time the store was put back.

use muster_record::audit::AuditRow;
use muster_record::ids::{AgencyId, IncidentId};

use crate::error::ReadError;
use crate::register::{StoredImport, StoredRow};
use crate::restore::Generation;

family! {
    /// Reads what stands beside the records. Each fails with [`ReadError`] when the store cannot be read.
    ReadsBeside {
        /// Rows of the whole audit behind a place, in order and without a gap, at most `limit`.
        fn audit(after: u64, limit: usize) -> Result<Vec<AuditRow>, ReadError>;

        /// Rows about one incident behind a place, in order, at most `limit`.
        fn audit_of(incident: &IncidentId, after: u64, limit: usize) -> Result<Vec<AuditRow>, ReadError>;

        /// Every row of the register as of one moment, by kind and code.
        fn register_rows() -> Result<Vec<StoredRow>, ReadError>;

        /// The imports behind a number, oldest first, at most `limit`.
        fn register_imports(after: u64, limit: usize) -> Result<Vec<StoredImport>, ReadError>;

        /// The generations of the store, the oldest first; none where it was never put back from a backup.
        fn generations() -> Result<Vec<Generation>, ReadError>;

        /// An agency that has a seat, at the incident that was written to last: for a drill.
        fn somebody_seated() -> Result<Option<(IncidentId, AgencyId)>, ReadError>;
    }
}
