//! The component's own test bench, from a native test: `muster rules test` over the cases of a folder.

use std::process::{Command, Stdio};

/// Builds the component of a rule set's folder and holds it against its cases, as `muster rules test` does.
///
/// That is in the sandbox of the server and through the server's own projection. What it says is the error where a case
/// fails.
///
/// The program is `muster`, or what the environment variable `MUSTER` names. Where there is none, nothing is tested:
/// the answer says so, for the test to print.
///
/// ```no_run
/// #[test]
/// fn the_component_passes_its_cases() {
///     println!("{}", muster_rule_sdk::testing::component(env!("CARGO_MANIFEST_DIR")).unwrap());
/// }
/// ```
///
/// # Errors
/// What `muster rules test` complained of.
pub fn component(folder: &str) -> Result<String, String> {
    let program = std::env::var_os("MUSTER").unwrap_or_else(|| "muster".into());
    let ran = Command::new(&program).args(["rules", "test", folder]).stdin(Stdio::null()).output();
    let Ok(ran) = ran else {
        return Ok(format!("SKIPPED: {} cannot be run; set MUSTER to where it is", program.display()));
    };
    let said = String::from_utf8_lossy(&[ran.stdout, ran.stderr].concat()).into_owned();
    if ran.status.success() { Ok(said) } else { Err(said) }
}
