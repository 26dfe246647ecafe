//! Where the SDK for Rust is: in a checkout of Muster, as it is on no registry.

use std::path::{Component, Path, PathBuf};

use anyhow::{Result, bail};

/// Where a checkout has it.
const IN_CHECKOUT: &str = "crates/muster-rule-sdk";

/// Finds the SDK: where it was said to be; else in the checkout around the new folder; else in the one that this
/// program was built in.
///
/// # Errors
/// When it is in none of these places, with what to do.
pub fn find(said: Option<&Path>, near: &Path) -> Result<PathBuf> {
    if let Some(said) = said {
        let places = [said.to_owned(), said.join(IN_CHECKOUT)];
        return match places.into_iter().find_map(|place| there(&place)) {
            Some(found) => Ok(found),
            None => bail!(
                "--sdk {}: this is neither the folder muster-rule-sdk nor a checkout of Muster that has it in {IN_CHECKOUT}",
                said.display()
            ),
        };
    }
    let program = std::env::current_exe().ok();
    let starts = [near.canonicalize().ok(), program.and_then(|program| program.canonicalize().ok())];
    let around = starts.iter().flatten().flat_map(|start| start.ancestors());
    match around.map(|folder| folder.join(IN_CHECKOUT)).find_map(|place| there(&place)) {
        Some(found) => Ok(found),
        None => bail!(
            "the SDK for Rust was not found: it is on no registry, but in the repository of Muster. Clone the repository \
             and say `--sdk PATH-OF-THE-CLONE`, or make the folder inside the clone"
        ),
    }
}

fn there(place: &Path) -> Option<PathBuf> {
    let manifest = std::fs::read_to_string(place.join("Cargo.toml")).ok()?;
    manifest.contains("name = \"muster-rule-sdk\"").then(|| place.canonicalize().ok())?
}

/// The SDK as a manifest in `folder` names it: by a way that goes with the checkout where both lie in the same one,
/// else from the root. Both are canonical.
pub(crate) fn named(sdk: &Path, folder: &Path) -> PathBuf {
    let Some(checkout) = sdk.ancestors().nth(2).filter(|checkout| folder.starts_with(checkout)) else {
        return sdk.to_owned();
    };
    let below = folder.strip_prefix(checkout).unwrap_or(folder);
    let up = below.components().map(|_| Component::ParentDir);
    up.collect::<PathBuf>().join(IN_CHECKOUT)
}

/// Whether a cargo workspace around the folder takes it for a member, as that of Muster does below `plugins`.
pub(crate) fn is_member(folder: &Path) -> bool {
    let member = |around: &Path| {
        let manifest = std::fs::read_to_string(around.join("Cargo.toml")).ok()?;
        let manifest: toml::Table = manifest.parse().ok()?;
        let members = manifest.get("workspace")?.get("members")?.as_array()?;
        let below = folder.strip_prefix(around).ok()?;
        Some(members.iter().filter_map(toml::Value::as_str).any(|pattern| covers(pattern, below)))
    };
    folder.ancestors().skip(1).find_map(member).unwrap_or(false)
}

fn covers(pattern: &str, path: &Path) -> bool {
    let parts: Vec<&str> = pattern.split('/').collect();
    let names: Vec<_> = path.components().map(|part| part.as_os_str().to_string_lossy()).collect();
    parts.len() == names.len() && parts.iter().zip(&names).all(|(part, name)| *part == "*" || part == name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sdk_is_named_by_a_way_that_goes_with_the_checkout() {
        let sdk = Path::new("/src/muster/crates/muster-rule-sdk");
        assert_eq!(named(sdk, Path::new("/src/muster/plugins/mine")), Path::new("../../crates/muster-rule-sdk"));
        assert_eq!(named(sdk, Path::new("/home/me/mine")), sdk);
    }

    #[test]
    fn a_workspace_covers_what_its_patterns_say() {
        assert!(covers("plugins/*", Path::new("plugins/mine")));
        assert!(!covers("plugins/*", Path::new("plugins/mine/deeper")));
        assert!(!covers("plugins/*", Path::new("mine")));
        assert!(covers("tests", Path::new("tests")));
    }

    #[test]
    fn the_sdk_of_this_checkout_is_found_and_a_wrong_place_is_told() {
        let here = Path::new(env!("CARGO_MANIFEST_DIR"));
        let found = find(None, here).unwrap();
        assert!(found.ends_with(IN_CHECKOUT), "{}", found.display());
        assert_eq!(find(Some(&here.join("../..")), here).unwrap(), found);
        let told = find(Some(here), here).unwrap_err().to_string();
        assert!(told.contains("neither the folder muster-rule-sdk nor a checkout"), "{told}");
    }
}
