//! Walking along what is stored, and checking that it is what was written.

use std::collections::BTreeMap;

use muster_record::ids::IncidentId;

use crate::error::{VerifyAuditError, VerifyError};
use crate::verify::{Verified, Walked};

family! {
    /// Checks what is stored against what the chains promise.
    ReadsWhole {
        /// Walks one record and checks each entry, the chain, the sequence and the head. Fails with the first break and
        /// where it is.
        fn verify(incident: &IncidentId) -> Result<Verified, VerifyError>;

        /// The same, and says what the record came to at each of these sizes, to be held against what was kept of it.
        fn verify_at(incident: &IncidentId, sizes: &[u64]) -> Result<Verified, VerifyError>;

        /// Walks the whole store. Says of each record what it came to at the size that is asked for it.
        fn verify_store(sizes: &BTreeMap<IncidentId, u64>) -> Walked;

        /// Walks the whole audit and checks each row and the chain; says how many rows there are. Fails with the first
        /// break and where it is.
        fn verify_audit() -> Result<u64, VerifyAuditError>;
    }
}
