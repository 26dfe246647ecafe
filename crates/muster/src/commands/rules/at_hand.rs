//! Which rule set a command of the author's is about: a folder to build, or a component that is there.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use clap::Args;
use muster_rules::{Host, LoadedRuleSet};

use crate::authoring::building::{self, Built};
use crate::authoring::case::Case;
use crate::authoring::folder::Folder;
use crate::packing;

/// Options of the author's commands.
#[derive(Debug, Clone, Args)]
pub(crate) struct AtHand {
    /// The folder of the rule set, with its cases in tests/
    #[arg(default_value = ".")]
    pub(super) folder: PathBuf,
    /// A component or a pack to take as it is, in place of building the folder
    #[arg(long, value_name = "FILE")]
    component: Option<PathBuf>,
}

impl AtHand {
    /// The component: built anew, or read.
    pub(super) fn built(&self) -> Result<Built> {
        match &self.component {
            None => building::build(&Folder::of(&self.folder)?, None),
            Some(file) => {
                let failed = || format!("{} cannot be read", file.display());
                let file = file.canonicalize().with_context(failed)?;
                let bytes = packing::read_with(&file, None)?.component;
                Ok(Built { file, bytes })
            }
        }
    }

    /// The cases, or the one of them that is named.
    pub(super) fn cases(&self, named: Option<&str>) -> Result<Vec<Case>> {
        let mut cases = Case::all(&self.folder)?;
        if let Some(named) = named {
            let known: Vec<String> = cases.iter().map(|case| case.name.clone()).collect();
            cases.retain(|case| case.name == named);
            if cases.is_empty() {
                anyhow::bail!("there is no case {named:?} in {}: {}", self.folder.display(), told(&known));
            }
        }
        Ok(cases)
    }
}

fn told(known: &[String]) -> String {
    if known.is_empty() { "there is none at all".to_owned() } else { format!("there are {}", known.join(", ")) }
}

/// The component, compiled and tried out, with its own defaults for settings.
pub(super) fn load(host: &Host, built: &Built) -> Result<LoadedRuleSet> {
    load_file(host, &built.file, &built.bytes)
}

fn load_file(host: &Host, file: &Path, bytes: &[u8]) -> Result<LoadedRuleSet> {
    host.load(bytes, "").with_context(|| format!("{} will not do", file.display()))
}
