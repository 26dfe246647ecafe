//! The rule sets that Muster ships with, as components ready to install.
//!
//! They are built from the folders beside this one when this crate is built; `rule-sets.txt`
//! names them. This crate runs nothing.

/// A rule set that comes with Muster.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shipped {
    /// Its name, which is that of its folder under `plugins/`.
    pub name: &'static str,
    /// Its component.
    pub component: &'static [u8],
}

include!(concat!(env!("OUT_DIR"), "/shipped.rs"));

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_rule_set_of_the_list_is_a_component() {
        let named: Vec<&str> = include_str!("../rule-sets.txt").lines().collect();
        let shipped: Vec<&str> = SHIPPED.iter().map(|shipped| shipped.name).collect();
        assert_eq!(shipped, named);
        for Shipped { name, component } in SHIPPED {
            // The magic number, then version 13 of layer 1: a component, not a core module.
            assert_eq!(component[..8], *b"\0asm\x0d\0\x01\0", "{name}");
        }
    }
}
