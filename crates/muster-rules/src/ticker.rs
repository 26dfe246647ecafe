//! The clock that rule sets are timed out by.
//!
//! It is a plain thread, so that it ticks on when every other thread is busy with a rule set that
//! never ends.

use std::io;
use std::time::Duration;

use wasmtime::{Engine, EngineWeak};

/// How often the clock ticks: the precision of every timeout.
const TICK: Duration = Duration::from_millis(10);

/// Starts the clock of an engine. It stops by itself when the engine is gone.
pub(crate) fn start(engine: &Engine) -> io::Result<()> {
    let engine = engine.weak();
    std::thread::Builder::new().name("muster-rules-tick".to_owned()).spawn(move || tick(&engine)).map(drop)
}

#[expect(clippy::disallowed_methods, reason = "a clock has to wait for its next tick; this is where")]
fn tick(engine: &EngineWeak) {
    while let Some(engine) = engine.upgrade() {
        engine.increment_epoch();
        drop(engine);
        std::thread::sleep(TICK);
    }
}

/// Ticks after which a call that may take `timeout` is stopped. One more, for the tick under way.
pub(crate) fn ticks(timeout: Duration) -> u64 {
    let whole = timeout.as_millis().div_ceil(TICK.as_millis());
    u64::try_from(whole).unwrap_or(u64::MAX).saturating_add(1)
}
