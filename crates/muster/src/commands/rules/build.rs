//! `muster rules build`: from a folder with a rule set to a component.

use std::path::PathBuf;

use anyhow::Result;
use clap::Args;

use crate::authoring::building;
use crate::authoring::folder::Folder;
use crate::commands::say;

/// Options of `muster rules build`.
#[derive(Debug, Args)]
pub(crate) struct Build {
    /// The folder of the rule set
    #[arg(default_value = ".")]
    folder: PathBuf,
    /// The folder to put the component in; the rule set's own where absent
    #[arg(long, value_name = "FOLDER")]
    out: Option<PathBuf>,
}

impl Build {
    pub(crate) fn run(&self) -> Result<()> {
        let built = building::build(&Folder::of(&self.folder)?, self.out.as_deref())?;
        say(format_args!("{} ({} bytes)", built.file.display(), built.bytes.len()))
    }
}
