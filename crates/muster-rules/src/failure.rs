//! Why there is no advice: in a class that a program can act on, and in words for whoever looks into it.

use std::fmt;

use thiserror::Error;
use wasmtime::{PoolConcurrencyLimitError, Trap, WasmBacktrace};

use crate::bindings::wit;
use crate::guest::Guest;
use crate::limits::DETAIL_CHARS;
use crate::text;

/// What kind of failure it was.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FailureClass {
    /// It stopped in the middle: a panic, a stack overflow, an access out of bounds.
    Trapped,
    /// It used up its instructions: the same again on the same situation.
    OutOfFuel,
    /// It used up its time.
    TimedOut,
    /// It wanted more memory than it may have.
    TooMuchMemory,
    /// It answered with more than the host takes over.
    TooMuchOutput,
    /// It does not take these settings.
    BadSettings,
    /// It said itself that it failed.
    Said,
    /// Its answer broke a rule that every answer keeps.
    Invalid,
    /// It gave a kind of advice that it did not ask to give, or was not granted.
    NotGranted,
    /// It was not run: as many rule sets were running as may run at once.
    Busy,
}

impl FailureClass {
    /// Every class.
    pub const ALL: &'static [Self] = &[
        Self::Trapped,
        Self::OutOfFuel,
        Self::TimedOut,
        Self::TooMuchMemory,
        Self::TooMuchOutput,
        Self::BadSettings,
        Self::Said,
        Self::Invalid,
        Self::NotGranted,
        Self::Busy,
    ];

    /// The one spelling of this class.
    pub fn word(self) -> &'static str {
        match self {
            Self::Trapped => "trapped",
            Self::OutOfFuel => "out-of-fuel",
            Self::TimedOut => "timed-out",
            Self::TooMuchMemory => "too-much-memory",
            Self::TooMuchOutput => "too-much-output",
            Self::BadSettings => "bad-settings",
            Self::Said => "said",
            Self::Invalid => "invalid",
            Self::NotGranted => "not-granted",
            Self::Busy => "busy",
        }
    }
}

impl fmt::Display for FailureClass {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

/// Why there is no advice.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{class}: {detail}")]
pub struct Failure {
    /// What kind of failure it was.
    pub class: FailureClass,
    /// What happened, in at most 2,000 characters without control or bidi characters.
    pub detail: String,
}

impl Failure {
    pub(crate) fn new(class: FailureClass, detail: &str) -> Self {
        Self { class, detail: text::cut(detail, DETAIL_CHARS) }
    }

    /// The failure that a rule set told of itself.
    pub(crate) fn from_fault(fault: wit::Fault) -> Self {
        match fault {
            wit::Fault::Settings(issues) => {
                let told: Vec<String> =
                    issues.into_iter().map(|issue| SettingsIssue::from(issue).to_string()).collect();
                Self::new(FailureClass::BadSettings, &told.join("; "))
            }
            wit::Fault::Failed(said) => Self::new(FailureClass::Said, &said),
        }
    }

    /// The failure of a call that did not come back with an answer.
    pub(crate) fn from_wasmtime(error: &wasmtime::Error, guest: &Guest) -> Self {
        if let Some(refused) = guest.refused() {
            return Self::new(FailureClass::TooMuchMemory, refused);
        }
        if let Some(busy) = error.downcast_ref::<PoolConcurrencyLimitError>() {
            return Self::new(FailureClass::Busy, &format!("{busy}; try again when another rule set has finished"));
        }
        match error.downcast_ref::<Trap>() {
            Some(Trap::OutOfFuel) => {
                Self::new(FailureClass::OutOfFuel, &format!("used up its instructions{}", stack(error)))
            }
            Some(Trap::Interrupt) => Self::new(FailureClass::TimedOut, &format!("used up its time{}", stack(error))),
            Some(trap) => Self::new(FailureClass::Trapped, &format!("{trap}{}", stack(error))),
            None if is_out_of_hostcall_fuel(error) => {
                Self::new(FailureClass::TooMuchOutput, "answered with more than the host takes over")
            }
            // What is left: a function or an answer that is not of the contract's types, such as text that is not UTF-8.
            None => Self::new(
                FailureClass::Invalid,
                &format!("not of the contract's types, so see that it was built for muster:policy@0.1.0: {error:#}"),
            ),
        }
    }
}

/// Wasmtime keeps the type of this error to itself, so it is known by its words; a test holds them.
fn is_out_of_hostcall_fuel(error: &wasmtime::Error) -> bool {
    error.root_cause().to_string().contains("fuel allocated for hostcalls")
}

/// Where it was, innermost function first. Eight tell a panic's machinery from the rule that called it.
///
/// Only wasmtime's own rendering, one frame on a line (`0: 0x1a - module!function`), has the names readable.
fn stack(error: &wasmtime::Error) -> String {
    let Some(backtrace) = error.downcast_ref::<WasmBacktrace>() else { return String::new() };
    let rendered = backtrace.to_string();
    let names: Vec<&str> =
        rendered.lines().filter_map(|line| line.split_once('!')).map(|(_, name)| name).take(8).collect();
    if names.is_empty() {
        return String::new();
    }
    format!(", in {}", names.join(" < "))
}

/// One thing wrong with settings, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SettingsIssue {
    /// Where in the settings.
    pub path: String,
    /// What is wrong.
    pub problem: String,
}

impl fmt::Display for SettingsIssue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.path.as_str() {
            "" => f.write_str(&self.problem),
            path => write!(f, "{path}: {}", self.problem),
        }
    }
}

impl From<wit::Issue> for SettingsIssue {
    fn from(issue: wit::Issue) -> Self {
        let wit::Issue { path, problem } = issue;
        Self { path: text::cut(&path, DETAIL_CHARS), problem: text::cut(&problem, DETAIL_CHARS) }
    }
}

/// Why settings were not taken.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum SettingsRefused {
    /// The rule set found these things wrong with them.
    #[error("the settings will not do: {}", told(.0))]
    Issues(Vec<SettingsIssue>),
    /// The rule set failed while it looked at them.
    #[error("the rule set failed while it checked the settings: {0}")]
    Failed(Failure),
}

fn told(issues: &[SettingsIssue]) -> String {
    if issues.is_empty() {
        return "the rule set did not say why".to_owned();
    }
    issues.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ")
}
