//! Looking at a component: what it asks of its host and offers it, without running it.

use anyhow::{Context as _, Result, bail};
use wit_component::DecodedWasm;

/// What a component imports and exports.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct World {
    /// What it wants of its host.
    pub imports: Vec<String>,
    /// What it offers.
    pub exports: Vec<String>,
}

/// Reads imports and exports from the bytes of a component.
///
/// # Errors
/// When the bytes are no component.
pub fn world(component: &[u8]) -> Result<World> {
    let decoded = wit_component::decode(component).context("this is no component")?;
    let DecodedWasm::Component(resolve, world) = &decoded else {
        bail!("this is a description of types, and no component that can be run");
    };
    let world = resolve.worlds.get(*world).context("the component has no world")?;
    let names = |keys: Vec<_>| keys.into_iter().map(|key| resolve.name_world_key(key)).collect();
    Ok(World { imports: names(world.imports.keys().collect()), exports: names(world.exports.keys().collect()) })
}
