//! What the host holds for one call: its log, and how much memory it has taken.

use wasmtime::ResourceLimiter;

use crate::bindings::log;
use crate::limits::{CORE_INSTANCES, LOG_LINE_CHARS, LOG_LINES, MEMORIES, TABLE_ELEMENTS, TABLES};
use crate::text;

/// How loud a line is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum LogLevel {
    /// For the author.
    Debug,
    /// For whoever asks.
    Info,
    /// Something is odd.
    Warn,
    /// Something is wrong: a panic writes its message here.
    Error,
}

/// A line that a rule set wrote for its author. It goes to the operator's log and nowhere else.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogLine {
    /// How loud it is.
    pub level: LogLevel,
    /// The line, in at most 1,000 characters without control or bidi characters.
    pub message: String,
}

/// The state of one call.
#[derive(Debug)]
pub(crate) struct Guest {
    lines: Vec<LogLine>,
    lines_left_out: u64,
    memory_limit: usize,
    memory: usize,
    peak_memory: usize,
    refused: Option<String>,
}

impl Guest {
    pub(crate) fn new(memory_limit: usize) -> Self {
        Self { lines: Vec::new(), lines_left_out: 0, memory_limit, memory: 0, peak_memory: 0, refused: None }
    }

    /// What it wanted and was not given.
    pub(crate) fn refused(&self) -> Option<&str> {
        self.refused.as_deref()
    }

    /// The most memory it held at once, in bytes.
    pub(crate) fn peak_memory(&self) -> u64 {
        u64::try_from(self.peak_memory).unwrap_or(u64::MAX)
    }

    /// The lines it wrote; the last says how many more there were.
    pub(crate) fn into_log(self) -> Vec<LogLine> {
        let mut lines = self.lines;
        if self.lines_left_out > 0 {
            let message = format!("({} more lines were left out)", self.lines_left_out);
            lines.push(LogLine { level: LogLevel::Warn, message });
        }
        lines
    }
}

impl log::Host for Guest {
    fn write(&mut self, level: log::Level, message: String) {
        if self.lines.len() >= LOG_LINES {
            self.lines_left_out = self.lines_left_out.saturating_add(1);
            return;
        }
        let level = match level {
            log::Level::Debug => LogLevel::Debug,
            log::Level::Info => LogLevel::Info,
            log::Level::Warn => LogLevel::Warn,
            log::Level::Error => LogLevel::Error,
        };
        self.lines.push(LogLine { level, message: text::cut(&message, LOG_LINE_CHARS) });
    }
}

/// Refuses by an error, which ends the call: a refused growth that the guest may handle would let
/// its advice depend on what the host happens to allow.
impl ResourceLimiter for Guest {
    fn memory_growing(&mut self, current: usize, desired: usize, _maximum: Option<usize>) -> wasmtime::Result<bool> {
        let wanted = self.memory.saturating_add(desired.saturating_sub(current));
        if wanted > self.memory_limit {
            let refused = format!("wanted {wanted} bytes of memory and may have {}", self.memory_limit);
            self.refused = Some(refused.clone());
            return Err(wasmtime::Error::msg(refused));
        }
        self.memory = wanted;
        self.peak_memory = self.peak_memory.max(wanted);
        Ok(true)
    }

    fn table_growing(&mut self, _current: usize, desired: usize, _maximum: Option<usize>) -> wasmtime::Result<bool> {
        if desired > TABLE_ELEMENTS {
            let refused = format!("wanted a table of {desired} elements and may have {TABLE_ELEMENTS}");
            self.refused = Some(refused.clone());
            return Err(wasmtime::Error::msg(refused));
        }
        Ok(true)
    }

    fn instances(&self) -> usize {
        usize::try_from(CORE_INSTANCES).unwrap_or(usize::MAX)
    }

    fn tables(&self) -> usize {
        usize::try_from(TABLES).unwrap_or(usize::MAX)
    }

    fn memories(&self) -> usize {
        usize::try_from(MEMORIES).unwrap_or(usize::MAX)
    }
}
