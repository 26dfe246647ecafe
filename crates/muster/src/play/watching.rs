//! The watching client of an exercise: sees every entry as it comes, and can be waited for.

use std::sync::{Arc, Mutex, PoisonError};

use anyhow::{Result, anyhow, bail};
use muster_proto::v1;
use muster_proto::v1::watch_response::Event;
use muster_record::timeline::Line;
use tokio::sync::watch;
use tokio::task::JoinHandle;

use crate::board::Board;
use crate::client::{self, Client};

/// Called with each line as it is seen.
pub type OnLine = Arc<dyn Fn(&Line) + Send + Sync>;

/// A client that watches one incident.
pub struct Watching {
    board: Arc<Mutex<Board>>,
    seen: watch::Receiver<u64>,
    task: JoinHandle<()>,
}

impl Watching {
    /// Begins to watch an incident from its first entry.
    ///
    /// # Errors
    /// When the server refuses the watch.
    pub async fn start(mut client: Client, incident: &str, on_line: OnLine) -> Result<Self> {
        let request = v1::WatchRequest {
            scope: Some(v1::watch_request::Scope::IncidentId(incident.to_owned())),
            resume_from: Default::default(),
            include_snapshot: false,
            bookmark_seconds: 0,
        };
        let stream = client.records.watch(request).await.map_err(|status| anyhow!(client::told(&status)))?;
        let mut stream = stream.into_inner();
        let board = Arc::new(Mutex::new(Board::default()));
        let (tell, seen) = watch::channel(0);
        let shared = Arc::clone(&board);
        let task = tokio::spawn(async move {
            while let Ok(Some(response)) = stream.message().await {
                let Some(Event::Changes(changes)) = response.event else { continue };
                for entry in &changes.entries {
                    let line = muster_proto::entry::line(entry);
                    shared.lock().unwrap_or_else(PoisonError::into_inner).see(entry);
                    on_line(&line);
                }
                tell.send_replace(changes.entries.last().map_or(0, |entry| entry.seq));
            }
        });
        Ok(Self { board, seen, task })
    }

    /// Returns once the entry of that place was seen.
    ///
    /// # Errors
    /// When the watch ended before.
    pub async fn until(&mut self, seq: u64) -> Result<()> {
        match self.seen.wait_for(|seen| *seen >= seq).await {
            Ok(_) => Ok(()),
            Err(_) => bail!("the watch ended before entry {seq} was seen"),
        }
    }

    /// The last entry seen.
    pub fn seq(&self) -> u64 {
        self.board().seq
    }

    /// What was seen so far.
    pub fn board(&self) -> Board {
        self.board.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The timeline so far.
    pub fn lines(&self) -> Vec<Line> {
        self.board().lines
    }
}

impl Drop for Watching {
    fn drop(&mut self) {
        self.task.abort();
    }
}
