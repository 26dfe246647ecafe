//! `muster rules new`: a folder with a rule set that builds, passes its tests and runs.

use std::path::PathBuf;

use anyhow::Result;
use clap::Args;

use crate::authoring::folder::Language;
use crate::authoring::scaffold;
use crate::commands::say;

/// Options of `muster rules new`.
#[derive(Debug, Args)]
pub(crate) struct New {
    /// What the rule set is called: begin with your agency's name (coventry-night-cover)
    name: String,
    /// What it is written in
    #[arg(long, value_enum, default_value_t = Language::Rust)]
    lang: Language,
    /// Where its folder is made
    #[arg(long = "in", value_name = "FOLDER", default_value = ".")]
    parent: PathBuf,
    /// For Rust: the SDK, or a checkout of Muster that has it, where this program does not find one by itself
    #[arg(long, value_name = "PATH")]
    sdk: Option<PathBuf>,
}

impl New {
    pub(crate) fn run(&self) -> Result<()> {
        let name = scaffold::name(&self.name)?;
        let written = scaffold::make(&name, self.lang, &self.parent, self.sdk.as_deref())?;
        for file in &written {
            say(file.display())?;
        }
        let folder = self.parent.join(name.as_str());
        let folder = folder.display();
        match self.lang {
            Language::Rust => say(format_args!("\nNext: muster rules test {folder}")),
            Language::Python | Language::Js => say(format_args!(
                "\nNext: install its one tool as {folder}/README.md says, then: muster rules test {folder}"
            )),
        }
    }
}
