//! The planted bugs still fit the tree, so that none of them rots unseen. That each is found is for `planted/run`.

#![expect(clippy::unwrap_used, reason = "these are tests")]

use std::path::{Path, PathBuf};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2).unwrap().to_owned()
}

/// What each hunk of a patch expects to find, by file.
fn expected(patch: &str) -> Vec<(String, String)> {
    let (mut file, mut found): (String, Vec<(String, String)>) = (String::new(), Vec::new());
    for line in patch.lines() {
        if let Some(name) = line.strip_prefix("--- a/") {
            name.clone_into(&mut file);
        } else if line.starts_with("@@") {
            found.push((file.clone(), String::new()));
        } else if let (Some(kept), Some((_, text))) =
            (line.strip_prefix([' ', '-']), found.last_mut().filter(|_| !line.starts_with("--- ")))
        {
            text.push_str(kept);
            text.push('\n');
        }
    }
    found
}

#[test]
fn every_planted_bug_still_fits_the_tree_and_there_are_as_many_as_are_promised() {
    let folders = ["crates/muster-sim/planted", "crates/muster-sim-server/planted"].map(|folder| root().join(folder));
    let files = folders.iter().flat_map(|folder| std::fs::read_dir(folder).unwrap()).map(|file| file.unwrap().path());
    let patches: Vec<PathBuf> = files.filter(|path| path.extension().is_some_and(|end| end == "patch")).collect();
    assert!(patches.len() >= 25, "{}", patches.len());
    for path in patches {
        let patch = std::fs::read_to_string(&path).unwrap();
        let hunks = expected(&patch);
        assert!(!hunks.is_empty(), "{} plants nothing", path.display());
        for (file, text) in hunks {
            let product = ["crates/muster-store/", "crates/muster-coordinator/", "crates/muster-server/"];
            let of_product =
                product.iter().any(|part| file.starts_with(part)) || file.starts_with("crates/muster-record/");
            assert!(of_product, "{} is planted in {file}, which is not shipped", path.display());
            let found = std::fs::read_to_string(root().join(&file)).unwrap().contains(&text);
            assert!(found, "{} does not fit {file} any more, where it expects:\n{text}", path.display());
        }
    }
}
