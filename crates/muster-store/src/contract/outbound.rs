//! Reading what goes out: webhooks, how far each has come, and letters.

use muster_record::dispatch::Dispatch;
use muster_record::entry::Hash;
use muster_record::ids::{AgencyId, IncidentId, RequestId};
use muster_record::webhook::{Cursor, DeadLetter};

use crate::error::ReadError;
use crate::outbound::StoredWebhook;

family! {
    /// Reads what goes out. Each fails with [`ReadError`] when the store cannot be read.
    ReadsOutbound {
        /// The number of the last webhook that was registered; 0 when there is none.
        fn last_webhook() -> Result<u64, ReadError>;

        /// The webhooks of an agency, in order of number; those of all agencies where none is named.
        fn webhooks(agency: Option<&AgencyId>) -> Result<Vec<StoredWebhook>, ReadError>;

        /// The webhook of that number, unless it was deleted.
        fn webhook(number: u64) -> Result<Option<StoredWebhook>, ReadError>;

        /// The hash of what an agency asked for under a request id, and the webhook that came of it unless it was
        /// deleted.
        fn webhook_asked(
            agency: &AgencyId,
            request: &RequestId,
        ) -> Result<Option<(Hash, Option<StoredWebhook>)>, ReadError>;

        /// What a webhook gave up, the oldest first, at most `limit`.
        fn dead_letters(webhook: u64, limit: usize) -> Result<Vec<DeadLetter>, ReadError>;

        /// The next of those that are to be tried once more.
        fn next_dead_letter(webhook: u64) -> Result<Option<DeadLetter>, ReadError>;

        /// How many a webhook gave up.
        fn count_dead_letters(webhook: u64) -> Result<u64, ReadError>;

        /// How many entries stand behind a place in the incidents in which an agency has a seat, or in one of them,
        /// counted up to `limit`.
        fn waiting(
            agency: &AgencyId,
            cursor: Cursor,
            incident: Option<&IncidentId>,
            limit: usize,
        ) -> Result<u64, ReadError>;

        /// What came of the letter with that reference, if one was handed over.
        fn dispatch(reference: &str) -> Result<Option<Dispatch>, ReadError>;

        /// What came of an agency's letters on an incident, in order of communication and time.
        fn dispatches(incident: &IncidentId, agency: &AgencyId) -> Result<Vec<Dispatch>, ReadError>;
    }
}
