//! What wasmtime generates from `wit/policy.wit`. Only `convert`, `guest` and `evaluate` name these types.

wasmtime::component::bindgen!({
    world: "rule-set",
    path: "../../wit",
});

pub(crate) use exports::muster::policy::rules as wit;
pub(crate) use muster::policy::log;
