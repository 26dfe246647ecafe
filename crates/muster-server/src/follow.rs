//! Following files: what they say now, and word of each change, while the server runs.

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
    let file = path.clone();
    follow_all(vec![path], what, first, move |texts| read(texts.first().map_or("", String::as_str), &file))
}

/// Follows several files that are read together, as a certificate and its key are. While they do not go together what
/// they said before stays in force: they are written one after another.
pub fn follow_all<T: Send + Sync + 'static>(
    paths: Vec<PathBuf>,
    what: &'static str,
    first: T,
    read: impl Fn(&[String]) -> Result<T, String> + Send + 'static,
) -> Followed<T> {
    let (sender, receiver) = watch::channel(Arc::new(first));
    let files = paths.iter().map(|path| path.display().to_string()).collect::<Vec<_>>().join(", ");
    let bytes = move || paths.iter().map(|path| std::fs::read(path).ok()).collect::<Vec<_>>();
    let mut last = bytes();
    tokio::spawn(async move {
        let mut every = tokio::time::interval(LOOK_EVERY);
        every.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        loop {
            tokio::select! {
                () = sender.closed() => return,
                _ = every.tick() => (),
            }
            let now = bytes();
            if now == last {
                continue;
            }
            match said(&now, &read) {
                Ok(said) => {
                    tracing::info!(%files, "{what} was read again");
                    sender.send_replace(Arc::new(said));
                }
                Err(why) => {
                    // One line, whatever a parser draws.
                    let why = why.split_whitespace().collect::<Vec<_>>().join(" ");
                    tracing::error!(%files, %why, "{what} will not do; the last good one stays in force");
                    metrics::counter!("muster_files_refused_total", "file" => what).increment(1);
                }
            }
            last = now;
        }
    });
    receiver
}

fn said<T>(files: &[Option<Vec<u8>>], read: impl Fn(&[String]) -> Result<T, String>) -> Result<T, String> {
    let text = |bytes: &Option<Vec<u8>>| {
        let bytes = bytes.clone().ok_or("it cannot be read")?;
        String::from_utf8(bytes).map_err(|_| "it is not text")
    };
    read(&files.iter().map(text).collect::<Result<Vec<_>, _>>()?)
}
