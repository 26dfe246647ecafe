//! What strangers may send, thrown at what reads it.
//!
//! Each [`Target`] has a body, which takes any bytes and claims what must be true of them, and seeds, which are bytes
//! that the reader takes as they are. `fuzz/` runs the bodies under cargo-fuzz, for as long as one likes; the tests of
//! this crate run them on seeds that were mangled by a fixed recipe, so that a failure is the same everywhere.
//!
//! A body claims more than that nothing panics: what was read can be written and read again to the same, and what is
//! refused is refused with words.
#![expect(clippy::unwrap_used, reason = "a body that cannot do its work has found something, or is broken: it stops")]

mod certificate;
mod import;
pub mod limits;
pub mod mangle;
mod rules;
mod script;
mod settings;
mod stored;
mod token;
mod wire;

/// Something that reads what strangers send.
#[derive(Debug, Clone, Copy)]
pub struct Target {
    /// Its name, as `cargo fuzz run` takes it.
    pub name: &'static str,
    /// Reads the bytes, and claims what must be true.
    pub body: fn(&[u8]) -> Read,
    /// Bytes that are taken as they are.
    pub seeds: fn() -> Vec<Vec<u8>>,
    /// How many mangled inputs the tests try: as many as take a few seconds.
    pub tries: u64,
}

/// What became of an input.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Read {
    /// It was taken.
    Taken,
    /// It was refused, with words.
    Refused,
}

impl Read {
    fn of<T, E: std::fmt::Display>(read: &Result<T, E>) -> Self {
        match read {
            Ok(_) => Self::Taken,
            Err(error) => {
                assert!(!error.to_string().trim().is_empty(), "refused without a word");
                Self::Refused
            }
        }
    }
}

/// All of them.
pub const TARGETS: &[Target] = &[
    Target { name: "wire", body: wire::body, seeds: wire::seeds, tries: 30_000 },
    Target { name: "script", body: script::body, seeds: script::seeds, tries: 1_500 },
    Target { name: "settings", body: settings::body, seeds: settings::seeds, tries: 1_500 },
    Target { name: "rules", body: rules::body, seeds: rules::seeds, tries: 2_000 },
    Target { name: "stored", body: stored::body, seeds: stored::seeds, tries: 30_000 },
    Target { name: "import", body: import::body, seeds: import::seeds, tries: 2_000 },
    Target { name: "token", body: token::body, seeds: token::seeds, tries: 3_000 },
    Target { name: "certificate", body: certificate::body, seeds: certificate::seeds, tries: 2_000 },
];

/// The target of that name.
pub fn target(name: &str) -> Option<&'static Target> {
    TARGETS.iter().find(|target| target.name == name)
}

/// Reads the seeds of the target of that name, as a program does before libFuzzer's clock begins: what a body loads
/// once, such as the shipped rule sets, takes a minute where every branch is counted.
pub fn begin(name: &str) {
    let target = target(name).unwrap();
    for seed in (target.seeds)() {
        assert_eq!((target.body)(&seed), Read::Taken, "{name}: {}", String::from_utf8_lossy(&seed));
    }
}
