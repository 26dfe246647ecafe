//! Compiling on trial: somebody's component is first compiled by a process of its own, within limits.
//!
//! What compiling costs is the one thing about a component that no limit of an engine covers. So a child process, which
//! may use so much memory and processor time and nothing else, reads the component and says whether it compiled. Only
//! then the host compiles it for itself: what the child made is thrown away, for loading compiled code from elsewhere
//! would mean trusting it.

use std::io::{self, Read, Write as _};
use std::os::unix::process::ExitStatusExt as _;
use std::path::PathBuf;
use std::process::{Command, Output, Stdio};
use std::time::Duration;

use rlimit::Resource;
use wasmtime::Engine;
use wasmtime::component::Component;

use crate::engine;
use crate::limits::DETAIL_CHARS;
use crate::text;

/// What a child may use, and the program that it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trial {
    /// The program: this binary, as a rule.
    pub program: PathBuf,
    /// What it is called with, before the two limits: its address space in bytes, and its processor time in seconds.
    pub arguments: Vec<String>,
    /// Address space, in bytes.
    pub memory_bytes: u64,
    /// Processor time, in whole seconds.
    pub processor: Duration,
    /// What its environment holds, besides that it is a trial: how it allocates, where that would not fit the limits.
    pub environment: Vec<(&'static str, &'static str)>,
}

/// The memory that a child may use: an interpreter of 18 MB takes half of it, a rule set in Rust 28 MiB.
const MEMORY_BYTES: u64 = 1024 * 1024 * 1024;
/// The processor time that a child may use: a rule set in Rust takes a fifth of a second, an interpreter 16 seconds.
const PROCESSOR: Duration = Duration::from_secs(20);

/// The child's answer where the component does not compile; its reason is on its standard error.
const WILL_NOT_DO: u8 = 3;

/// Why a component failed its trial.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Failed {
    /// It does not compile, as the compiler says.
    NotAComponent(String),
    /// Compiling it costs more than is allowed, or there was no trial.
    TooCostly(String),
}

impl Trial {
    /// A trial by this program, called with these arguments, within the limits that fit every rule set known.
    pub fn by(program: PathBuf, arguments: Vec<String>) -> Self {
        Self { program, arguments, memory_bytes: MEMORY_BYTES, processor: PROCESSOR, environment: Vec::new() }
    }

    /// Has a child compile the component.
    pub(crate) fn of(&self, component: &[u8]) -> Result<(), Failed> {
        let output = self.run(component);
        let output = output.map_err(|error| Failed::TooCostly(format!("it could not be tried out: {error}")))?;
        let said = text::cut(&String::from_utf8_lossy(&output.stderr), DETAIL_CHARS);
        let limits = format!("{} MiB and {} s of processor time", self.memory_bytes >> 20, self.processor.as_secs());
        match (output.status.code(), output.status.signal()) {
            (Some(0), _) => Ok(()),
            (Some(code), _) if code == i32::from(WILL_NOT_DO) => Err(Failed::NotAComponent(said)),
            (_, Some(signal)) => {
                Err(Failed::TooCostly(format!("it was stopped by signal {signal}, and may use {limits}")))
            }
            (code, None) => Err(Failed::TooCostly(format!("it ended with {code:?}, and may use {limits}: {said}"))),
        }
    }

    fn run(&self, component: &[u8]) -> io::Result<Output> {
        let mut child = Command::new(&self.program)
            .args(&self.arguments)
            .args([self.memory_bytes.to_string(), self.processor.as_secs().to_string()])
            // Neither secrets nor settings of the server are any business of the child.
            .env_clear()
            .env("MUSTER_TRIAL", "1")
            .envs(self.environment.iter().copied())
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()?;
        // A child that ends before it has read everything has an answer all the same.
        let sent = child.stdin.take().map(|mut input| input.write_all(component));
        let output = child.wait_with_output()?;
        match sent {
            Some(Err(error)) if error.kind() != io::ErrorKind::BrokenPipe => Err(error),
            Some(_) | None => Ok(output),
        }
    }
}

/// The child's part: takes its limits, reads the component to the end of its input and compiles it. What comes back is
/// the code that the process is to end with.
pub fn compile_on_trial(memory_bytes: u64, processor_seconds: u64, input: impl Read) -> u8 {
    match compile(memory_bytes, processor_seconds, input) {
        Ok(()) => 0,
        Err(error) => {
            // Where this cannot be written either, the exit code alone says it.
            drop(writeln!(io::stderr(), "{error:#}"));
            WILL_NOT_DO
        }
    }
}

fn compile(memory_bytes: u64, processor_seconds: u64, mut input: impl Read) -> Result<(), wasmtime::Error> {
    // Both limits of each, so that nothing raises one again.
    let limits = [
        (Resource::AS, memory_bytes),
        (Resource::CPU, processor_seconds),
        (Resource::CORE, 0),
        (Resource::FSIZE, 0),
        (Resource::NOFILE, 16),
    ];
    for (resource, limit) in limits {
        resource.set(limit, limit)?;
    }
    let mut component = Vec::new();
    input.read_to_end(&mut component)?;
    let engine: Engine = engine::for_trial()?;
    Component::from_binary(&engine, &component).map(drop)
}
