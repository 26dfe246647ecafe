//! The log: a bounded line for whoever writes or operates the rule set. It is no advice, and no record keeps it.
//!
//! A panic writes its message here by itself. In tests that run without WebAssembly the lines go to standard error.
//!
//! ```
//! muster_rule_sdk::log::info("no vehicle table was set: the default is used");
//! ```

/// A line for the author.
pub fn debug(message: &str) {
    write(Loud::Debug, message);
}

/// A line for whoever asks.
pub fn info(message: &str) {
    write(Loud::Info, message);
}

/// A line that says that something is odd.
pub fn warn(message: &str) {
    write(Loud::Warn, message);
}

#[derive(Debug, Clone, Copy)]
enum Loud {
    Debug,
    Info,
    Warn,
}

#[cfg(target_arch = "wasm32")]
fn write(loud: Loud, message: &str) {
    use crate::bindings::muster::policy::log::{Level, write};

    let level = match loud {
        Loud::Debug => Level::Debug,
        Loud::Info => Level::Info,
        Loud::Warn => Level::Warn,
    };
    write(level, message);
}

#[cfg(not(target_arch = "wasm32"))]
fn write(loud: Loud, message: &str) {
    eprintln!("{loud:?}: {message}");
}
