//! Following a file: what it says now, and word of each change, while the server runs.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;

/// How often a followed file is looked at: a change is in force well within a second.
const LOOK_EVERY: Duration = Duration::from_millis(250);

/// What a file says, kept up to date.
pub type Followed<T> = watch::Receiver<Arc<T>>;

/// Follows a file from what it said at first.
///
/// It is read again when its bytes changed; what it then says wrongly is logged and counted once, and what it said
/// before stays in force. The following ends with its last receiver.
pub fn follow<T: Send + Sync + 'static>(
    path: PathBuf,
    what: &'static str,
    first: T,
    read: impl Fn(&str, &Path) -> Result<T, String> + Send + 'static,
) -> Followed<T> {
    let (sender, receiver) = watch::channel(Arc::new(first));
    tokio::spawn(async move {
        let mut last = std::fs::read(&path).ok();
        let mut every = tokio::time::interval(LOOK_EVERY);
        every.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        loop {
            tokio::select! {
                () = sender.closed() => return,
                _ = every.tick() => (),
            }
            let now = std::fs::read(&path).ok();
            if now == last {
                continue;
            }
            match said(now.as_deref(), &path, &read) {
                Ok(said) => {
                    tracing::info!(file = %path.display(), "{what} was read again");
                    sender.send_replace(Arc::new(said));
                }
                Err(why) => {
                    // One line, whatever a parser draws.
                    let why = why.split_whitespace().collect::<Vec<_>>().join(" ");
                    tracing::error!(file = %path.display(), %why, "{what} will not do; the last good one stays in force");
                    metrics::counter!("muster_files_refused_total", "file" => what).increment(1);
                }
            }
            last = now;
        }
    });
    receiver
}

fn said<T>(bytes: Option<&[u8]>, path: &Path, read: impl Fn(&str, &Path) -> Result<T, String>) -> Result<T, String> {
    let bytes = bytes.ok_or("it cannot be read")?;
    read(std::str::from_utf8(bytes).map_err(|_| "it is not text")?, path)
}
