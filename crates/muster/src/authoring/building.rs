//! From the folder of a rule set to its component, with the tools of its language.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::SystemTime;

use anyhow::{Context as _, Result, bail};

use super::folder::{Folder, Language};
use super::watching::is_source;

mod rust;

/// A component that was built.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Built {
    /// The file it is in.
    pub file: PathBuf,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

/// Builds a rule set into `out`, or into its own folder.
///
/// # Errors
/// When a tool is missing (with the command that installs it) or the rule set does not build.
pub fn build(folder: &Folder, out: Option<&Path>) -> Result<Built> {
    let out = out.unwrap_or(&folder.path);
    std::fs::create_dir_all(out).with_context(|| format!("{} cannot be made", out.display()))?;
    let out = out.canonicalize().with_context(|| format!("{} cannot be read", out.display()))?;
    let file = match folder.language {
        Language::Rust => rust::build(&folder.path, &out)?,
        Language::Python => {
            let file = out.join(format!("{}.wasm", folder.python_name()?));
            if is_current(&folder.path, &file)? {
                return read(file);
            }
            let mut tool = tool(&folder.path, &PYTHON)?;
            tool.args(["--quiet", "--wit-path", "wit", "--world", "rule-set", "componentize", "--stub-wasi", "app"]);
            tool.arg("--output").arg(&file);
            run(tool, &PYTHON)?;
            file
        }
        Language::Js => {
            let file = out.join(format!("{}.wasm", folder.js_name()?));
            if is_current(&folder.path, &file)? {
                return read(file);
            }
            let mut tool = tool(&folder.path, &JS)?;
            tool.args(["--wit", "wit", "--js", "component.js", "--world", "rule-set", "--stub-wasi", "--sync"]);
            tool.arg("--output").arg(&file);
            run(tool, &JS)?;
            file
        }
    };
    read(file)
}

fn read(file: PathBuf) -> Result<Built> {
    let bytes = std::fs::read(&file).with_context(|| format!("{} cannot be read", file.display()))?;
    Ok(Built { file, bytes })
}

/// Whether a component was made after every source beside it was saved: making one takes an interpreter's tool the
/// better part of a minute. Cargo knows this by itself.
fn is_current(folder: &Path, component: &Path) -> Result<bool> {
    let Ok(made) = component.metadata().and_then(|found| found.modified()) else { return Ok(false) };
    for entry in std::fs::read_dir(folder).with_context(|| format!("{} cannot be read", folder.display()))? {
        let path = entry?.path();
        let is_ours = path.file_name().is_some_and(|name| name != "tests") && is_source(&path);
        if is_ours && newest(&path)? >= made {
            return Ok(false);
        }
    }
    Ok(true)
}

/// When a file, or the youngest file of a folder, was saved.
fn newest(path: &Path) -> Result<SystemTime> {
    let failed = || format!("{} cannot be read", path.display());
    let found = path.metadata().with_context(failed)?;
    let mut newest = found.modified().with_context(failed)?;
    if found.is_dir() {
        for entry in std::fs::read_dir(path).with_context(failed)? {
            let path = entry?.path();
            if is_source(&path) {
                newest = newest.max(self::newest(&path)?);
            }
        }
    }
    Ok(newest)
}

/// A tool that makes components and comes from its language's registry.
struct Tool {
    name: &'static str,
    /// Where the folder of the rule set has it, once it was installed there.
    within: &'static str,
    install: &'static str,
}

const PYTHON: Tool = Tool {
    name: "componentize-py",
    within: ".venv/bin/componentize-py",
    install: "python3 -m venv .venv && .venv/bin/pip install -r requirements.txt",
};

const JS: Tool =
    Tool { name: "componentize-qjs", within: "node_modules/.bin/componentize-qjs", install: "npm install" };

/// The tool as the folder has it; else as the machine has it.
fn tool(folder: &Path, tool: &Tool) -> Result<Command> {
    let folder = folder.canonicalize().with_context(|| format!("{} cannot be read", folder.display()))?;
    let within = folder.join(tool.within);
    let on_path = || {
        let path = std::env::var_os("PATH")?;
        std::env::split_paths(&path).map(|place| place.join(tool.name)).find(|place| place.is_file())
    };
    let program: Option<OsString> =
        if within.is_file() { Some(within.into()) } else { on_path().map(PathBuf::into_os_string) };
    let Some(program) = program else {
        bail!("{} is not installed. In {}: {}", tool.name, folder.display(), tool.install);
    };
    let mut command = Command::new(program);
    command.current_dir(folder);
    Ok(command)
}

/// Runs a tool; what it says stays unsaid unless it fails.
fn run(mut command: Command, tool: &Tool) -> Result<()> {
    let output = command.stdin(Stdio::null()).output().with_context(|| format!("{} cannot be run", tool.name))?;
    if output.status.success() {
        return Ok(());
    }
    let said = [output.stdout, output.stderr].concat();
    bail!("the rule set does not build; {} says:\n{}", tool.name, String::from_utf8_lossy(&said).trim_end());
}
