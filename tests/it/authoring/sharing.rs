//! Folders that build into one target folder: each gets its own component, and what they depend on is built once.

use std::collections::BTreeMap;
use std::process::Command;
use std::time::SystemTime;

use muster::authoring::folder::Language;
use muster_record::entry::Hash;

use super::Made;
use crate::tutorial::target;

/// Two folders with a package of the same name, saved at the same time; the second says something else of itself.
fn twins() -> (Made, Made) {
    let [one, other] = [(); 2].map(|()| Made::named("twin-cover", Language::Rust));
    other.change("src/lib.rs", "Find carers for tonight", "Find more carers for tonight");
    (one, other)
}

/// Builds into the folder that all tests with these templates build into.
fn builds(made: &Made) -> Hash {
    let (said, well) = made.types(&["build"]);
    assert!(well, "{said}");
    Hash::of(&std::fs::read(made.folder.join("twin-cover.wasm")).unwrap())
}

/// Cargo, as an author runs it by hand.
fn cargo_builds(made: &Made) {
    let mut cargo = Command::new(env!("CARGO"));
    cargo.args(["build", "--quiet", "--lib", "--release", "--target", "wasm32-unknown-unknown"]);
    let built = cargo.current_dir(&made.folder).env("CARGO_TARGET_DIR", target().join("tutorial")).status().unwrap();
    assert!(built.success());
}

/// When what both depend on was built.
fn dependencies_built() -> BTreeMap<String, SystemTime> {
    let built = std::fs::read_dir(target().join("tutorial/wasm32-unknown-unknown/release/deps")).unwrap();
    let files = built.map(|entry| entry.unwrap()).map(|file| (file.file_name().into_string().unwrap(), file));
    let sdk = files.filter(|(name, _)| name.starts_with("libmuster_rule_sdk") && name.ends_with(".rlib"));
    sdk.map(|(name, file)| (name, file.metadata().unwrap().modified().unwrap())).collect()
}

#[test]
fn folders_of_one_package_that_share_a_target_folder_get_their_own_components() {
    let (one, other) = twins();
    let of_one = builds(&one);
    let built = dependencies_built();
    let of_other = builds(&other);
    assert_ne!(of_one, of_other, "the other folder got what was built of the first");
    assert_eq!(builds(&one), of_one, "and not the last one that was built");
    assert_eq!(builds(&other), of_other);
    assert!(!built.is_empty() && dependencies_built() == built, "what both depend on is not built again");

    // Somebody runs cargo by hand in between.
    cargo_builds(&one);
    assert_eq!(builds(&other), of_other);
    // Both at once: each waits for its turn.
    std::thread::scope(|scope| {
        let one = scope.spawn(|| builds(&one));
        let other = scope.spawn(|| builds(&other));
        assert_eq!((one.join().unwrap(), other.join().unwrap()), (of_one, of_other));
    });
}
