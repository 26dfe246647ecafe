//! A new rule set from a template: small, real, and it builds, passes its tests and runs as it stands.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};
use muster_record::ids::RuleSetId;

use super::folder::Language;
use super::sdk;

/// A file of a template: where it goes, and what stands in it before its words are filled in.
type File = (&'static str, &'static str);

macro_rules! files {
    ($($to:literal: $from:literal,)*) => {
        &[$(($to, include_str!(concat!("../../templates/", $from)))),*]
    };
}

/// The contract, for the tools of languages that read it.
const CONTRACT: File = ("wit/policy.wit", include_str!("../../../../wit/policy.wit"));
const SCHEMA: &str = include_str!("../../templates/cases/settings-schema.json");
const OWN_WORKSPACE: &str = include_str!("../../templates/rust/own-workspace.template");

/// The cases and settings are the same in every language, and so is the advice that is expected.
const CASES: &[File] = files! {
    "tests/enough-tonight/facts.toml": "cases/enough-tonight/facts.toml",
    "tests/enough-tonight/settings.json": "cases/enough-tonight/settings.json",
    "tests/enough-tonight/advice.json": "cases/enough-tonight/advice.json",
    "tests/nobody-asked/facts.toml": "cases/nobody-asked/facts.toml",
    "tests/nobody-asked/advice.json": "cases/nobody-asked/advice.json",
    "tests/short-tonight/facts.toml": "cases/short-tonight/facts.toml",
    "tests/short-tonight/advice.json": "cases/short-tonight/advice.json",
    "tests/good-settings/five.json": "cases/good-settings/five.json",
    "tests/good-settings/none.json": "cases/good-settings/none.json",
    "tests/bad-settings/a-word.json": "cases/bad-settings/a-word.json",
    "tests/bad-settings/nobody.json": "cases/bad-settings/nobody.json",
    "tests/bad-settings/unknown-name.json": "cases/bad-settings/unknown-name.json",
};

const RUST: &[File] = files! {
    "Cargo.toml": "rust/Cargo.toml.template",
    "README.md": "rust/README.md",
    ".gitignore": "rust/gitignore",
    "clippy.toml": "rust/clippy.toml",
    "settings-schema.json": "cases/settings-schema.json",
    "src/lib.rs": "rust/src/lib.rs",
};

const PYTHON: &[File] = files! {
    "pyproject.toml": "python/pyproject.toml.template",
    "README.md": "python/README.md",
    ".gitignore": "python/gitignore",
    "requirements.txt": "python/requirements.txt",
    "app.py": "python/app.py",
    "glue.py": "python/glue.py",
    "rules.py": "python/rules.py",
};

const JS: &[File] = files! {
    "package.json": "js/package.json.template",
    "README.md": "js/README.md",
    ".gitignore": "js/gitignore",
    "component.js": "js/component.js",
    "glue.js": "js/glue.js",
    "rules.js": "js/rules.js",
};

/// Names that cargo, or a file system somebody has, keeps for itself.
const RESERVED: &[&str] = &[
    "abstract",
    "alloc",
    "as",
    "async",
    "aux",
    "await",
    "become",
    "box",
    "break",
    "build",
    "con",
    "const",
    "continue",
    "core",
    "crate",
    "deps",
    "do",
    "dyn",
    "else",
    "enum",
    "examples",
    "extern",
    "false",
    "final",
    "fn",
    "for",
    "gen",
    "if",
    "impl",
    "in",
    "incremental",
    "let",
    "loop",
    "macro",
    "match",
    "mod",
    "move",
    "mut",
    "nul",
    "override",
    "priv",
    "prn",
    "proc-macro",
    "pub",
    "ref",
    "return",
    "self",
    "static",
    "std",
    "struct",
    "super",
    "test",
    "trait",
    "true",
    "try",
    "type",
    "typeof",
    "unsafe",
    "unsized",
    "use",
    "virtual",
    "where",
    "while",
    "yield",
];

/// The name of a rule set to be made: what rule sets may be called, and what cargo takes too.
///
/// # Errors
/// What is wrong with it, and what would do.
pub fn name(given: &str) -> Result<RuleSetId> {
    let parsed: Result<RuleSetId, _> = given.parse();
    let Ok(name) = parsed else {
        bail!(
            "{given:?} is not a name for a rule set: use 1 to 63 lower-case letters, digits and hyphens, beginning with a \
             letter and not ending with a hyphen, such as coventry-night-cover"
        );
    };
    if !given.starts_with(|first: char| first.is_ascii_lowercase()) {
        bail!("{given:?} is not a name for a rule set: it becomes a package too, so begin with a letter");
    }
    if RESERVED.contains(&given) {
        bail!("{given:?} is a word that Rust, cargo or a file system keeps for itself: add to it, as in {given}-rules");
    }
    if muster_shipped::SHIPPED.iter().any(|shipped| shipped.name == given) {
        bail!("a rule set that ships with Muster is called {given}: begin yours with your agency's name");
    }
    Ok(name)
}

/// Makes the folder `NAME` in `parent` and says what was written. Nothing that is there is written over.
///
/// # Errors
/// When there is something of that name, the SDK cannot be found, or a file cannot be written.
pub fn make(name: &RuleSetId, language: Language, parent: &Path, said: Option<&Path>) -> Result<Vec<PathBuf>> {
    let parent = parent.canonicalize().with_context(|| format!("{} is no folder", parent.display()))?;
    let folder = parent.join(name.as_str());
    let files = filled(name, language, &folder, said)?;
    // This fails where anything of that name is there, which asking first would not promise.
    match fs::create_dir(&folder) {
        Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {
            bail!("{} is there already, and nothing is written over: choose another name or folder", folder.display())
        }
        made => made.with_context(|| format!("{} cannot be made", folder.display()))?,
    }
    let mut written = Vec::new();
    for (to, text) in files {
        let path = folder.join(to);
        let failed = || format!("{} cannot be written", path.display());
        if let Some(around) = path.parent() {
            fs::create_dir_all(around).with_context(failed)?;
        }
        fs::write(&path, text).with_context(failed)?;
        written.push(path);
    }
    Ok(written)
}

fn filled(
    name: &RuleSetId,
    language: Language,
    folder: &Path,
    said: Option<&Path>,
) -> Result<Vec<(&'static str, String)>> {
    let mut words = vec![("{{name}}", name.to_string()), ("{{schema}}", SCHEMA.to_owned())];
    // JSON is JavaScript too.
    words.push(("{{schema-js}}", serde_json::to_string(SCHEMA)?));
    let own = match language {
        Language::Rust => {
            let sdk = sdk::find(said, folder.parent().unwrap_or(folder))?;
            let named = toml::Value::String(sdk::named(&sdk, folder).to_string_lossy().into_owned());
            words.push(("{{sdk}}", named.to_string()));
            let own_workspace = if sdk::is_member(folder) { "" } else { OWN_WORKSPACE };
            words.push(("{{own-workspace}}", own_workspace.to_owned()));
            RUST.to_vec()
        }
        Language::Python => [PYTHON, &[CONTRACT]].concat(),
        Language::Js => [JS, &[CONTRACT]].concat(),
    };
    let fill = |text: &str| words.iter().fold(text.to_owned(), |text, (word, value)| text.replace(word, value));
    let files = own.into_iter().chain(CASES.iter().copied());
    Ok(files.map(|(to, text)| (to, fill(text))).collect())
}
