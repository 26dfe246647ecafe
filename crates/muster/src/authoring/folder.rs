//! The folder of a rule set: in which language it is written, and what its component is called.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};
use clap::ValueEnum;
use muster_record::ids::RuleSetId;
use serde::Deserialize;

/// The languages that there is a template for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Language {
    /// Rust: cargo and nothing else
    Rust,
    /// Python, with its interpreter in the component
    Python,
    /// JavaScript, with its interpreter in the component
    Js,
}

impl Language {
    /// The word for it on the command line.
    pub fn word(self) -> &'static str {
        match self {
            Self::Rust => "rust",
            Self::Python => "python",
            Self::Js => "js",
        }
    }
}

/// A folder with a rule set in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Folder {
    /// Where it is.
    pub path: PathBuf,
    /// What it is written in.
    pub language: Language,
}

#[derive(Debug, Deserialize)]
struct PyProject {
    project: Named,
}

#[derive(Debug, Deserialize)]
struct Named {
    name: String,
}

impl Folder {
    /// The rule set in a folder, by the file that its language has there.
    ///
    /// # Errors
    /// When there is none.
    pub fn of(path: &Path) -> Result<Self> {
        let marks =
            [("Cargo.toml", Language::Rust), ("pyproject.toml", Language::Python), ("package.json", Language::Js)];
        let found = marks.into_iter().find(|(mark, _)| path.join(mark).is_file());
        let Some((_, language)) = found else {
            bail!(
                "{} holds no rule set: there is neither a Cargo.toml (Rust), a pyproject.toml (Python) nor a package.json \
                 (JavaScript); `muster rules new NAME` makes a folder",
                path.display()
            );
        };
        Ok(Self { path: path.to_owned(), language })
    }

    /// What the rule set is called, by its pyproject.toml.
    pub(crate) fn python_name(&self) -> Result<RuleSetId> {
        self.named("pyproject.toml", |text| Ok(toml::from_str::<PyProject>(text)?.project.name))
    }

    /// What the rule set is called, by its package.json.
    pub(crate) fn js_name(&self) -> Result<RuleSetId> {
        self.named("package.json", |text| Ok(serde_json::from_str::<Named>(text)?.name))
    }

    fn named(&self, file: &str, read: fn(&str) -> Result<String>) -> Result<RuleSetId> {
        let file = self.path.join(file);
        let text = std::fs::read_to_string(&file).with_context(|| format!("{} cannot be read", file.display()))?;
        let name = read(&text).and_then(|name| Ok(name.parse()?));
        name.with_context(|| format!("{} does not say what the rule set is called", file.display()))
    }
}
