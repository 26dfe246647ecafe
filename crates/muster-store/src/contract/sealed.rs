//! Reading what is kept sealed: who people are, and what entries say of them.

use muster_record::ids::{IncidentId, PersonNo, Seq};

use crate::error::ReadError;
use crate::payloads::WrappedPayloadKey;
use crate::people::{SealedPerson, WrappedKey};

family! {
    /// Reads what is sealed, as sealed bytes. Each fails with [`ReadError`] when the store cannot be read.
    ReadsSealed {
        /// Who a person is, sealed; nothing when it was never written down, or erased.
        fn sealed_person(incident: &IncidentId, person: PersonNo) -> Result<Option<SealedPerson>, ReadError>;

        /// The wrapped keys behind a place, in order of incident and person, at most `limit`.
        fn person_keys(
            after: Option<(&IncidentId, PersonNo)>,
            limit: usize,
        ) -> Result<Vec<WrappedKey>, ReadError>;

        /// How many keys each key wraps, by its name: those of people, of entries and of webhooks.
        fn keys_in_use() -> Result<Vec<(String, u64)>, ReadError>;

        /// The entries whose content is kept sealed, of an incident, in order.
        fn sealed_entries(incident: &IncidentId) -> Result<Vec<Seq>, ReadError>;

        /// The first sealed payload's key among the entries `first` to `last` of an incident; nothing where none is
        /// sealed.
        fn payload_key_among(
            incident: &IncidentId,
            first: Seq,
            last: Seq,
        ) -> Result<Option<WrappedPayloadKey>, ReadError>;

        /// The wrapped keys of entries behind a place, in order of incident and entry, at most `limit`.
        fn payload_keys(
            after: Option<(&IncidentId, Seq)>,
            limit: usize,
        ) -> Result<Vec<WrappedPayloadKey>, ReadError>;
    }
}
