//! What the server logs, in this process: where a test reads what the caller is not told.

use std::io;
use std::sync::{Mutex, MutexGuard, Once, PoisonError};

use tokio::sync::Notify;
use tracing_subscriber::fmt::MakeWriter;

use crate::home::soon;

static LOG: Mutex<String> = Mutex::new(String::new());
static MORE: Notify = Notify::const_new();

/// Keeps what is logged from now on.
pub(crate) fn kept() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let kept = tracing_subscriber::fmt().with_ansi(false).with_writer(Keep).with_max_level(tracing::Level::INFO);
        kept.init();
    });
}

/// The lines in which all of these words stand.
pub(crate) fn lines(words: &[&str]) -> Vec<String> {
    let has = |line: &&str| words.iter().all(|word| line.contains(word));
    log().lines().filter(has).map(str::to_owned).collect()
}

/// Returns once a line has all of these words.
#[track_caller]
pub(crate) fn tells(words: &[&str]) -> impl Future<Output = String> {
    let words: Vec<String> = words.iter().map(|word| (*word).to_owned()).collect();
    soon(async move {
        loop {
            let more = MORE.notified();
            tokio::pin!(more);
            more.as_mut().enable();
            let words: Vec<&str> = words.iter().map(String::as_str).collect();
            if let Some(line) = lines(&words).pop() {
                return line;
            }
            more.await;
        }
    })
}

fn log() -> MutexGuard<'static, String> {
    LOG.lock().unwrap_or_else(PoisonError::into_inner)
}

struct Keep;

impl<'a> MakeWriter<'a> for Keep {
    type Writer = Self;
    fn make_writer(&'a self) -> Self {
        Self
    }
}

impl io::Write for Keep {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        log().push_str(&String::from_utf8_lossy(bytes));
        MORE.notify_waiters();
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
