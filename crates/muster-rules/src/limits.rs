//! How much a rule set may use, and what it may hand back.

use std::time::Duration;

const MIB: usize = 1024 * 1024;

/// How instances are given their memory.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Allocator {
    /// From a pool set aside at the start, which also caps how many run at once; where the address
    /// space is too short for the pool, the host falls back to [`Allocator::OnDemand`].
    Pooling,
    /// From the operating system, each time.
    OnDemand,
}

/// The budget of one call, and the size of the host.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HostLimits {
    /// Largest component taken, in bytes.
    pub component_bytes: usize,
    /// Instructions per call, as wasmtime counts them: the deterministic budget.
    pub fuel: u64,
    /// Wall-clock time per call, to within a tick of the [`crate::Host`]'s clock: the safety net.
    pub timeout: Duration,
    /// Linear memory of an instance, all its memories together, in bytes.
    pub memory_bytes: usize,
    /// What may be copied out of an instance by one call, in bytes as the host counts them.
    pub output_bytes: usize,
    /// Instances that may run at once (pooling only).
    pub instances: u32,
    /// How instances are given their memory.
    pub allocator: Allocator,
}

impl Default for HostLimits {
    fn default() -> Self {
        Self {
            // A Rust rule set is about 130 KB; an interpreter (1.7 MB to 18 MB) needs this raised.
            component_bytes: 4 * MIB,
            // About 120 ms on the machine it was measured on; 200 people take 3.3 million.
            fuel: 1_000_000_000,
            timeout: Duration::from_secs(2),
            memory_bytes: 64 * MIB,
            // With wasmtime's 128 MiB, 200,000 pointers to one long string cost the host that much.
            output_bytes: 16 * MIB,
            // Each reserves 4 x 4 GiB of address space: 256 GiB in all.
            instances: 16,
            allocator: Allocator::Pooling,
        }
    }
}

/// Core instances a component may hold: Python's needs 38.
pub(crate) const CORE_INSTANCES: u32 = 64;
/// Memories a component may hold: `QuickJS` needs 3.
pub(crate) const MEMORIES: u32 = 4;
/// Tables a component may hold: wasmtime's own default for its pool.
pub(crate) const TABLES: u32 = 20;
/// Elements a table may hold: enough for the function tables of the interpreters.
pub(crate) const TABLE_ELEMENTS: usize = 60_000;
/// Stack of a rule set: wasmtime's own default, said aloud because recursion is cut off here.
pub(crate) const STACK_BYTES: usize = 512 * 1024;

/// Lines of a call's log that are kept.
pub(crate) const LOG_LINES: usize = 100;
/// Characters of a line that are kept.
pub(crate) const LOG_LINE_CHARS: usize = 1_000;

/// Items one answer may hold.
pub(crate) const ITEMS: usize = 2_000;
/// Characters of an item's key, or of a choice's.
pub(crate) const KEY_CHARS: usize = 128;
/// Characters of any text but the body of a draft.
pub(crate) const TEXT_CHARS: usize = 2_000;
/// Characters of a draft's body.
pub(crate) const BODY_CHARS: usize = 20_000;
/// The whole of the advice, as JSON.
pub(crate) const ADVICE_BYTES: usize = 512 * 1024;
/// Characters of a failure's detail.
pub(crate) const DETAIL_CHARS: usize = 2_000;
/// Characters of the JSON Schema of a rule set's settings.
pub(crate) const SCHEMA_CHARS: usize = 64 * 1024;
/// Entries in each list of a description.
pub(crate) const DESCRIBED: usize = 256;
/// Sets of parts that the items of one answer may say they rest on: each costs another run.
pub(crate) const RESTINGS: usize = 4;
/// Things wrong with settings that are told: nobody mends more at a time.
pub(crate) const ISSUES: usize = 100;
