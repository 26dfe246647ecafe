//! A real browser: Debian's Chromium, driven by npm's `playwright-core`, looked at by `axe-core`.
//!
//! Where Chromium, node, npm or the packages cannot be had, a test says so and does nothing else.

use std::io::{BufRead as _, BufReader, Lines, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Stdio};
use std::sync::LazyLock;

/// What is installed for the test.
const PACKAGES: [&str; 2] = ["playwright-core@1.64.1", "axe-core@4.14.1"];

/// Chromium, where this machine has it.
fn chromium() -> Result<PathBuf, String> {
    let named = std::env::var_os("CHROMIUM").map(PathBuf::from);
    let usual = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"].map(PathBuf::from);
    let found = named.into_iter().chain(usual).find(|path| path.exists());
    found.ok_or_else(|| "there is no Chromium; install it, or name it in CHROMIUM".to_owned())
}

/// The folder with the scripts, in which the packages are installed once for all runs: below `target`, never committed.
fn installed() -> Result<PathBuf, String> {
    let built = std::env::current_exe().unwrap();
    let folder = built.ancestors().find(|folder| folder.ends_with("debug") || folder.ends_with("release")).unwrap();
    let folder = folder.parent().unwrap().join("console");
    std::fs::create_dir_all(&folder).unwrap();
    for script in std::fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("console")).unwrap() {
        let script = script.unwrap();
        std::fs::copy(script.path(), folder.join(script.file_name())).unwrap();
    }
    if folder.join("node_modules/playwright-core").exists() && folder.join("node_modules/axe-core").exists() {
        return Ok(folder);
    }
    std::fs::write(folder.join("package.json"), "{\"private\": true}").unwrap();
    let npm = std::process::Command::new("npm")
        .args(["install", "--no-audit", "--no-fund", "--loglevel=error"])
        .args(PACKAGES)
        .current_dir(&folder)
        .stdin(Stdio::null())
        .output();
    match npm {
        Ok(ran) if ran.status.success() => Ok(folder),
        Ok(ran) => Err(format!("npm could not install {PACKAGES:?}: {}", String::from_utf8_lossy(&ran.stderr).trim())),
        Err(error) => Err(format!("npm cannot be run: {error}")),
    }
}

/// What is needed, or a word that the test is skipped.
pub(crate) async fn at_hand() -> Option<(PathBuf, PathBuf)> {
    // Once for all tests of this process, which run side by side.
    static INSTALLED: LazyLock<Result<PathBuf, String>> = LazyLock::new(installed);
    let found = tokio::task::spawn_blocking(|| Ok((chromium()?, INSTALLED.clone()?))).await.unwrap();
    found.map_err(|why: String| crate::skipping::skipped("real browser", why)).ok()
}

/// Where pictures are left: in the folder named by `MUSTER_SCREENS`, or below that of the packages.
pub(crate) fn shots(folder: &Path) -> PathBuf {
    std::env::var_os("MUSTER_SCREENS").map_or_else(|| folder.join("shots"), PathBuf::from)
}

/// The browser's side: it is told where it is, asks for what happens elsewhere, and says what it found.
pub(crate) struct Driver {
    child: Child,
    to: ChildStdin,
    lines: Lines<BufReader<ChildStdout>>,
}

impl Driver {
    /// Starts a script of `tests/console` in the folder of the packages.
    pub(crate) fn start(folder: &Path, script: &str) -> Self {
        let mut node = std::process::Command::new("node");
        node.arg(script).current_dir(folder).stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut child = node.spawn().unwrap();
        let (to, from) = (child.stdin.take().unwrap(), child.stdout.take().unwrap());
        Self { child, to, lines: BufReader::new(from).lines() }
    }

    /// Answers what was asked, or says where everything is.
    pub(crate) fn says(&mut self, line: &str) {
        writeln!(self.to, "{line}").unwrap();
    }

    /// The next line; the server goes on meanwhile.
    pub(crate) fn hears(&mut self) -> Option<String> {
        tokio::task::block_in_place(|| self.lines.next().map(Result::unwrap))
    }

    /// Whether it ended by itself and well.
    pub(crate) fn ends_well(&mut self) -> bool {
        tokio::task::block_in_place(|| self.child.wait().unwrap().success())
    }
}

impl Drop for Driver {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}
