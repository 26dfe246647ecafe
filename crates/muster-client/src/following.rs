//! A watch that goes on over every break: nothing left out, nothing twice.

use std::io::Write as _;
use std::path::PathBuf;
use std::time::Duration;

use muster_proto::v1;
use muster_proto::v1::ErrorReason;
use muster_proto::v1::record_service_client::RecordServiceClient;
use muster_proto::v1::watch_request::Scope;
use prost::bytes::Bytes;
use tonic::{Status, Streaming};

use crate::connecting::Server;
use crate::reason::Refused;
use crate::wait::Wait;

/// Where a watch goes on: kept where what was handled is kept, best in the same transaction.
pub trait Place {
    /// The last resume that was kept; empty where none was.
    ///
    /// # Errors
    /// When it cannot be read.
    fn load(&mut self) -> std::io::Result<Bytes>;

    /// Keeps a resume, once all before it was handled.
    ///
    /// # Errors
    /// When it cannot be kept.
    fn save(&mut self, resume: &Bytes) -> std::io::Result<()>;
}

/// A place that ends with the program: its next run begins at the first entry.
impl Place for Bytes {
    fn load(&mut self) -> std::io::Result<Bytes> {
        Ok(self.clone())
    }

    fn save(&mut self, resume: &Bytes) -> std::io::Result<()> {
        self.clone_from(resume);
        Ok(())
    }
}

/// A place in a file, exchanged whole. What was handled just before a crash may come once more.
#[derive(Debug, Clone)]
pub struct FilePlace(pub PathBuf);

impl Place for FilePlace {
    fn load(&mut self) -> std::io::Result<Bytes> {
        match std::fs::read(&self.0) {
            Ok(kept) => Ok(kept.into()),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(Bytes::new()),
            Err(error) => Err(error),
        }
    }

    fn save(&mut self, resume: &Bytes) -> std::io::Result<()> {
        let mut beside = self.0.clone().into_os_string();
        beside.push(".new");
        let mut file = std::fs::File::create(&beside)?;
        file.write_all(resume)?;
        file.sync_all()?;
        std::fs::rename(beside, &self.0)
    }
}

/// Why a watch ended for good.
#[derive(Debug, thiserror::Error)]
pub enum Ended {
    /// Waiting does not mend it.
    #[error(transparent)]
    Refused(Box<Refused>),
    /// The store was put back from a backup that ends before the place: begin without it, and compare.
    #[error("the store was put back from a backup that ends before the place to go on from: {0}")]
    Restored(Box<Refused>),
    /// The place cannot be read or kept.
    #[error("the place to go on from cannot be kept")]
    Place(#[from] std::io::Error),
}

/// Told why a connection ended, and how long is waited before the next.
type Tell = Box<dyn FnMut(&Refused, Duration) + Send>;

/// A watch across as many connections as it takes.
pub struct Follow<P> {
    server: Server,
    scope: Scope,
    place: P,
    wait: Wait,
    stream: Option<Streaming<v1::WatchResponse>>,
    handled: Option<Bytes>,
    tell: Tell,
}

impl<P: Place> Follow<P> {
    /// Follows one incident.
    pub fn incident(server: Server, incident: &str, place: P) -> Self {
        Self::of(server, Scope::IncidentId(incident.to_owned()), place)
    }

    /// Follows all that the caller may see.
    pub fn all(server: Server, place: P) -> Self {
        Self::of(server, Scope::AllVisible(v1::AllVisible {}), place)
    }

    fn of(server: Server, scope: Scope, place: P) -> Self {
        let wait = Wait::between(Duration::from_millis(200), Duration::from_secs(10));
        Self { server, scope, place, wait, stream: None, handled: None, tell: Box::new(|_, _| ()) }
    }

    /// Has each break told, and how long is waited before it connects again. Do so: whoever has the wrong port, or an
    /// authority that the server's certificate does not come from, is waited for without a word otherwise, as a server is
    /// that starts again.
    #[must_use]
    pub fn on_break(self, tell: impl FnMut(&Refused, Duration) + Send + 'static) -> Self {
        Self { tell: Box::new(tell), ..self }
    }

    /// The next response, however many connections it takes. Asking for it says that the one before was handled: its
    /// resume is kept first. Stop in between, and it comes again.
    ///
    /// # Errors
    /// For what waiting does not mend, and when the place cannot be kept.
    pub async fn next(&mut self) -> Result<v1::WatchResponse, Ended> {
        if let Some(resume) = self.handled.take() {
            self.place.save(&resume)?;
        }
        loop {
            let broken = match self.go_on().await? {
                Ok(response) => {
                    self.wait.reset();
                    self.handled = Some(response.resume.clone());
                    return Ok(response);
                }
                Err(status) => Refused::from(status),
            };
            self.stream = None;
            if broken.reason == Some(ErrorReason::RevisionCompacted) {
                return Err(Ended::Restored(Box::new(broken)));
            }
            if !broken.advice.passes() {
                return Err(Ended::Refused(Box::new(broken)));
            }
            let wait = self.wait.step().max(broken.retry_after.unwrap_or_default());
            (self.tell)(&broken, wait);
            tokio::time::sleep(wait).await;
        }
    }

    /// The next response of this connection, or of a new one.
    async fn go_on(&mut self) -> Result<Result<v1::WatchResponse, Status>, Ended> {
        if self.stream.is_none() {
            let resume_from = self.place.load()?;
            let scope = Some(self.scope.clone());
            let request = v1::WatchRequest { scope, resume_from, include_snapshot: false, bookmark_seconds: 5 };
            match opened(&self.server, request).await {
                Ok(stream) => self.stream = Some(stream),
                Err(status) => return Ok(Err(status)),
            }
        }
        let Some(stream) = &mut self.stream else { return Ok(Err(Status::unavailable("there is no stream"))) };
        Ok(stream
            .message()
            .await
            .and_then(|message| message.ok_or_else(|| Status::unavailable("the server ended the stream"))))
    }
}

/// An error with all that it came of: that a certificate will not do stands at the end.
fn told(error: &dyn std::error::Error) -> String {
    let causes = std::iter::successors(error.source(), |cause| cause.source());
    causes.fold(error.to_string(), |told, cause| format!("{told}: {cause}"))
}

async fn opened(server: &Server, request: v1::WatchRequest) -> Result<Streaming<v1::WatchResponse>, Status> {
    let wire = server.connect().await.map_err(|error| Status::unavailable(told(&error)))?;
    Ok(RecordServiceClient::new(wire).watch(request).await?.into_inner())
}
