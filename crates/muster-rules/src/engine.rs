//! The one engine of a host, set up so that the same component and situation give the same bytes.

use wasmtime::{Config, Enabled, Engine, InstanceAllocationStrategy, PoolingAllocationConfig};

use crate::limits::{Allocator, CORE_INSTANCES, HostLimits, MEMORIES, STACK_BYTES, TABLE_ELEMENTS, TABLES};

/// What counts fuel here. The allocator is not in it: it makes no difference to what is counted. Whoever changes
/// `config` in a way that does, changes this.
pub const ENGINE: &str = "wasmtime-48.0.8";

/// Makes the engine, and says which allocator it came to use.
pub(crate) fn start(limits: &HostLimits) -> Result<(Engine, Allocator), wasmtime::Error> {
    if limits.allocator == Allocator::Pooling {
        let mut config = config();
        config.allocation_strategy(InstanceAllocationStrategy::Pooling(pool(limits)));
        match Engine::new(&config) {
            Ok(engine) => return Ok((engine, Allocator::Pooling)),
            Err(error) => {
                tracing::warn!(%error, "no room for a pool of instances: rule sets are given memory on demand");
            }
        }
    }
    let mut config = config();
    config.allocation_strategy(InstanceAllocationStrategy::OnDemand);
    Ok((Engine::new(&config)?, Allocator::OnDemand))
}

/// An engine that compiles as the other does, and on one thread, so that what it costs is bounded.
pub(crate) fn for_trial() -> Result<Engine, wasmtime::Error> {
    let mut config = config();
    config.allocation_strategy(InstanceAllocationStrategy::OnDemand).parallel_compilation(false);
    Engine::new(&config)
}

/// The memory reservation is left at wasmtime's 4 GiB: a smaller one selects the code path with
/// explicit bounds checks, which is slower and was the one with a leak (RUSTSEC-2026-0088).
fn config() -> Config {
    let mut config = Config::new();
    config
        .consume_fuel(true)
        .epoch_interruption(true)
        .cranelift_nan_canonicalization(true)
        // Rule sets never wait, so nothing of the asynchronous component model is wanted.
        .concurrency_support(false)
        .max_wasm_stack(STACK_BYTES)
        // Components made by QuickJS are refused without it.
        .wasm_multi_memory(true)
        .wasm_relaxed_simd(false)
        .wasm_memory64(false)
        .wasm_tail_call(false)
        .wasm_custom_page_sizes(false)
        .wasm_wide_arithmetic(false);
    config
}

fn pool(limits: &HostLimits) -> PoolingAllocationConfig {
    let mut pool = PoolingAllocationConfig::new();
    pool.total_component_instances(limits.instances)
        .total_core_instances(limits.instances.saturating_mul(CORE_INSTANCES))
        .total_memories(limits.instances.saturating_mul(MEMORIES))
        .total_tables(limits.instances.saturating_mul(TABLES))
        .max_core_instances_per_component(CORE_INSTANCES)
        .max_memories_per_component(MEMORIES)
        .max_tables_per_component(TABLES)
        .table_elements(TABLE_ELEMENTS)
        .max_memory_size(limits.memory_bytes)
        // Pages that a call touched are written over in place of being given back: without asking the kernel which they
        // are, this was measured and is slower.
        .linear_memory_keep_resident(256 * 1024)
        .pagemap_scan(Enabled::Auto)
        .table_keep_resident(0);
    pool
}

#[cfg(test)]
mod tests {
    use super::ENGINE;

    #[test]
    fn the_engine_is_called_by_the_version_that_is_built() {
        let lock = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../../Cargo.lock")).unwrap();
        let (name, version) = ENGINE.split_once('-').unwrap();
        assert!(lock.contains(&format!("name = \"{name}\"\nversion = \"{version}\"\n")), "not {ENGINE}");
    }
}
