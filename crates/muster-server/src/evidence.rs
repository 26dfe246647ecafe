//! Evidence for whoever has a seat: checkpoints, proofs, and an incident as a file that proves itself.

use std::sync::Arc;

use muster_coordinator::{Coordinator, EvidenceError, QueryError};
use muster_proto::v1;
use muster_proto::v1::entry::Body;
use muster_record::evidence::bundle;
use muster_record::ids::{IncidentId, Seq};
use muster_record::visible::Reader;
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;
use tonic::Status;

use crate::glass::Looker;
use crate::{bounds, status, view};

/// What is sent to whoever exports.
pub(crate) type Chunk = Result<v1::ExportIncidentResponse, Status>;

/// Works something out off the threads that serve: a proof reads the record.
pub(crate) async fn worked_out<T: Send + 'static>(
    coordinator: &Arc<Coordinator>,
    work: impl FnOnce(&Coordinator) -> Result<T, EvidenceError> + Send + 'static,
) -> Result<T, Status> {
    let done = coordinator.aside(work).await.map_err(|_| status::stopping())?;
    done.map_err(|error| status::no_evidence(&error))
}

/// One export on its way.
pub(crate) struct Export {
    pub(crate) coordinator: Arc<Coordinator>,
    pub(crate) reader: Reader,
    pub(crate) looker: Looker,
    pub(crate) incident: IncidentId,
    pub(crate) sender: mpsc::Sender<Chunk>,
    pub(crate) stop: CancellationToken,
}

/// Why an export ends early.
enum End {
    /// Nobody listens any more.
    Gone,
    /// It is told why.
    Told(Status),
}

impl From<EvidenceError> for End {
    fn from(error: EvidenceError) -> Self {
        Self::Told(status::no_evidence(&error))
    }
}

impl From<QueryError> for End {
    fn from(error: QueryError) -> Self {
        Self::Told(status::not_read(&error))
    }
}

impl Export {
    /// Sends the file, or says why not.
    pub(crate) async fn run(self) {
        if let Err(End::Told(status)) = self.send_all().await {
            // Whoever has gone is not told.
            drop(self.sender.send_timeout(Err(status), bounds::WATCH_STALL).await);
        }
    }

    async fn send_all(&self) -> Result<(), End> {
        let (agency, id) = (self.reader.agency.clone(), self.incident.clone());
        let begun = worked_out(&self.coordinator, move |coordinator| coordinator.begin_bundle(&agency, &id)).await;
        let (mut writer, header, signed) = begun.map_err(End::Told)?;
        self.send(header).await?;
        let (mut after, last) = (Seq(0), signed.checkpoint.root.size);
        while after.0 < last {
            let (lines, reached) = self.page(&mut writer, after, last).await?;
            after = reached;
            self.send(lines).await?;
            tokio::task::yield_now().await;
        }
        self.send(self.coordinator.end_bundle(writer)?).await
    }

    /// The lines of the next entries as the caller may see them now; how far they go.
    async fn page(&self, writer: &mut bundle::Writer, after: Seq, last: u64) -> Result<(String, Seq), End> {
        let mut page = self.coordinator.entries(&self.incident, after, bounds::READ_PAGE)?;
        page.retain(|stored| stored.sealed.seq.0 <= last);
        // Asked for every page, after it was read: a seat that was lost on the way ends the export.
        let viewing = self.coordinator.viewing(&self.reader, &self.incident)?.ok_or(QueryError::NotPermitted)?;
        let sealed = page.iter().map(|stored| &stored.sealed);
        self.looker.is_served(&self.coordinator, &self.incident, &viewing, sealed).await.map_err(End::Told)?;
        let (mut lines, mut reached) = (String::new(), after);
        for stored in &page {
            let sealed = &stored.sealed;
            let seen = view::stored(&viewing, sealed)?;
            let is_withheld = matches!(seen.body, None | Some(Body::Withheld(v1::WithheldStub {})));
            let line = if is_withheld { writer.stub(sealed) } else { writer.whole(sealed) };
            lines.push_str(&line.map_err(QueryError::from)?);
            reached = sealed.seq;
        }
        if reached == after {
            return Err(EvidenceError::Outside { head: after.0 }.into());
        }
        Ok((lines, reached))
    }

    async fn send(&self, text: String) -> Result<(), End> {
        for chunk in text.as_bytes().chunks(bounds::EXPORT_CHUNK) {
            let response = v1::ExportIncidentResponse { chunk: chunk.to_vec().into() };
            tokio::select! {
                biased;
                () = self.stop.cancelled() => return Err(End::Told(status::stopping())),
                sent = self.sender.send_timeout(Ok(response), bounds::WATCH_STALL) => sent.map_err(|error| match error {
                    mpsc::error::SendTimeoutError::Timeout(_) => End::Told(status::stalled()),
                    mpsc::error::SendTimeoutError::Closed(_) => End::Gone,
                })?,
            }
        }
        Ok(())
    }
}
