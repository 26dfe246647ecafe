//! The planted bugs still fit the tree, one on another, so that none of them rots unseen. That each is found is for `planted/run`.

#![expect(clippy::unwrap_used, reason = "these are tests")]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// In the order in which they are planted. The last is of those that are not found.
const FOLDERS: [&str; 3] =
    ["crates/muster-sim/planted", "crates/muster-sim-server/planted", "crates/muster-sim-server/planted/not-found"];

const SHIPPED: [&str; 4] =
    ["crates/muster-record/", "crates/muster-store/", "crates/muster-coordinator/", "crates/muster-server/"];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2).unwrap().to_owned()
}

/// The bugs of a folder by name, with their patches.
fn bugs(folder: &str) -> BTreeMap<String, String> {
    let files = std::fs::read_dir(root().join(folder)).into_iter().flatten().map(|file| file.unwrap().path());
    let patches = files.filter(|path| path.extension().is_some_and(|end| end == "patch"));
    let named = |path: PathBuf| (path.file_stem().unwrap().to_str().unwrap().to_owned(), read(&path));
    patches.map(named).filter(|(name, _)| name != "switch").collect()
}

fn read(path: &Path) -> String {
    std::fs::read_to_string(path).unwrap()
}

/// A place in a file that a patch changes: what it expects there, and what it makes of it.
struct Hunk<'a> {
    file: &'a str,
    expected: String,
    made: String,
}

fn hunks(patch: &str) -> Vec<Hunk<'_>> {
    let (mut file, mut found) = ("", Vec::new());
    for line in patch.lines() {
        if let Some(name) = line.strip_prefix("+++ b/") {
            file = name;
        } else if line.starts_with("@@") {
            found.push(Hunk { file, expected: String::new(), made: String::new() });
        } else if let Some(hunk) = found.last_mut().filter(|_| !line.starts_with("--- ")) {
            let into: &mut [&mut String] = match line.split_at_checked(1) {
                Some((" ", _)) => &mut [&mut hunk.expected, &mut hunk.made],
                Some(("-", _)) => &mut [&mut hunk.expected],
                Some(("+", _)) => &mut [&mut hunk.made],
                _ => &mut [],
            };
            for text in into {
                text.push_str(&line[1..]);
                text.push('\n');
            }
        }
    }
    found
}

/// Plants it in what was read of the tree, which is read as it is asked for.
fn plant(tree: &mut BTreeMap<String, String>, name: &str, patch: &str) {
    let hunks = hunks(patch);
    assert!(!hunks.is_empty(), "{name} plants nothing");
    for Hunk { file, expected, made } in hunks {
        assert!(SHIPPED.iter().any(|part| file.starts_with(part)), "{name} is planted in {file}, which is not shipped");
        let path = root().join(file);
        let text = tree.entry(file.to_owned()).or_insert_with(|| std::fs::read_to_string(path).unwrap_or_default());
        let fits = if expected.is_empty() { text.is_empty() } else { text.contains(&expected) };
        assert!(fits, "{name} does not fit {file} any more, where it expects:\n{expected}");
        *text = if expected.is_empty() { made } else { text.replacen(&expected, &made, 1) };
    }
}

#[test]
fn every_planted_bug_still_fits_the_tree_and_there_are_as_many_as_are_promised() {
    let mut tree = BTreeMap::new();
    plant(&mut tree, "switch", &read(&root().join(FOLDERS[0]).join("switch.patch")));
    let bugs = FOLDERS.map(bugs);
    for (name, patch) in bugs.iter().flatten() {
        assert!(patch.contains(&format!("planted(\"{name}\")")), "{name} is not planted behind its name");
        plant(&mut tree, name, patch);
    }

    let told = read(&root().join("docs/reliability.md"));
    let [store, above, not_found] = bugs;
    let found = store.len() + above.len();
    let promised = format!("{found} of {found} are found: {} in the store, {} above it.", store.len(), above.len());
    assert!(told.contains(&promised), "the page does not say: {promised}");
    for name in [store, above, not_found].iter().flat_map(BTreeMap::keys) {
        assert!(told.contains(&format!("\n| `{name}` |")), "the page has no row of {name}");
    }
}
