//! Watching a folder: word of each save, so that what depends on it is done again.

use std::path::Path;
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::Duration;

use anyhow::{Context as _, Result, bail};
use notify::{EventKind, RecommendedWatcher, RecursiveMode, Watcher as _};

/// What building and testing write themselves, and nobody saves.
const NOT_SOURCES: &[&str] = &["target", "node_modules", ".venv", "__pycache__", ".git"];

/// An editor saves in several steps: a quiet tenth of a second says that it has done.
const QUIET: Duration = Duration::from_millis(100);

/// A folder that is watched.
pub struct Watched {
    saved: Receiver<notify::Result<notify::Event>>,
    /// It watches until it is dropped.
    _watcher: RecommendedWatcher,
}

impl Watched {
    /// Begins to watch a folder with all that is in it.
    ///
    /// # Errors
    /// When the machine cannot watch it.
    pub fn begin(folder: &Path) -> Result<Self> {
        let (tell, saved) = channel();
        let mut watcher = notify::recommended_watcher(tell).context("files cannot be watched on this machine")?;
        watcher
            .watch(folder, RecursiveMode::Recursive)
            .with_context(|| format!("{} cannot be watched", folder.display()))?;
        Ok(Self { saved, _watcher: watcher })
    }

    /// Returns once a source was saved and the folder has come to rest.
    ///
    /// # Errors
    /// When watching broke off.
    pub fn until_saved(&self) -> Result<()> {
        let mut changed = false;
        loop {
            let wait = if changed { QUIET } else { Duration::MAX };
            match self.saved.recv_timeout(wait) {
                Ok(Ok(event)) => changed |= is_save(&event),
                Ok(Err(error)) => return Err(error).context("the folder cannot be watched any more"),
                Err(RecvTimeoutError::Timeout) => return Ok(()),
                Err(RecvTimeoutError::Disconnected) => bail!("the folder cannot be watched any more"),
            }
        }
    }
}

/// Whether something was written that a rule set is made of. Reading a file is an event too.
fn is_save(event: &notify::Event) -> bool {
    let written = match event.kind {
        EventKind::Create(_) | EventKind::Modify(_) | EventKind::Remove(_) => true,
        EventKind::Any | EventKind::Access(_) | EventKind::Other => false,
    };
    written && event.paths.iter().any(|path| is_source(path))
}

/// Whether a path is of what people write, and not of what tools make of it.
pub(crate) fn is_source(path: &Path) -> bool {
    let made = path.components().any(|part| NOT_SOURCES.iter().any(|name| part.as_os_str() == *name));
    let ending = path.extension().and_then(|ending| ending.to_str());
    !made && ending != Some("wasm") && ending != Some("lock")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_build_writes_is_no_save() {
        for path in ["mine/src/lib.rs", "mine/rules.py", "mine/tests/a/facts.toml", "mine/tests/a/advice.json"] {
            assert!(is_source(Path::new(path)), "{path}");
        }
        for path in ["mine/target/x/lib.rs", "mine/node_modules/a.js", "mine/mine.wasm", "mine/Cargo.lock"] {
            assert!(!is_source(Path::new(path)), "{path}");
        }
    }

    #[test]
    fn a_save_is_told_and_reading_is_not() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("rules.py");
        std::fs::write(&file, "a").unwrap();
        let watched = Watched::begin(folder.path()).unwrap();
        std::fs::read(&file).unwrap();
        std::fs::write(&file, "b").unwrap();
        watched.until_saved().unwrap();
        let events = std::iter::from_fn(|| watched.saved.try_recv().ok()).flatten();
        assert!(!events.into_iter().any(|event| is_save(&event)), "the save was told twice");
    }
}
