//! The same rules in three languages say the same, to the byte.

use std::path::Path;
use std::process::Command;
use std::sync::OnceLock;

use muster::authoring::case::Case;
use muster::authoring::folder::{Folder, Language};
use muster::authoring::{building, examining, host};
use muster_rules::LoadedRuleSet;

use super::Made;
use crate::tutorial::target;

/// Installs a language's tool once for all runs, below the target folder, and puts it where the rule set looks for it.
fn tool(made: &Made, language: Language) -> Result<(), String> {
    if language == Language::Python
        && let Some(why) = crate::tutorial::too_long_for_python()
    {
        return Err(why);
    }
    static JS: OnceLock<Result<(), String>> = OnceLock::new();
    static PYTHON: OnceLock<Result<(), String>> = OnceLock::new();
    let kept = target().join("authoring");
    std::fs::create_dir_all(&kept).unwrap();
    let run = |command: &mut Command| match command.output() {
        Ok(ran) if ran.status.success() => Ok(()),
        Ok(ran) => Err(String::from_utf8_lossy(&ran.stderr).lines().last().unwrap_or_default().to_owned()),
        Err(error) => Err(error.to_string()),
    };
    match language {
        Language::Rust => Ok(()),
        Language::Js => {
            JS.get_or_init(|| {
                std::fs::copy(made.folder.join("package.json"), kept.join("package.json")).unwrap();
                if kept.join("node_modules/.bin/componentize-qjs").exists() {
                    return Ok(());
                }
                run(Command::new("npm").args(["install", "--no-audit", "--no-fund"]).current_dir(&kept))
            })
            .clone()?;
            link(&kept.join("node_modules"), &made.folder.join("node_modules"));
            Ok(())
        }
        Language::Python => {
            PYTHON
                .get_or_init(|| {
                    if kept.join("venv/bin/componentize-py").exists() {
                        return Ok(());
                    }
                    run(Command::new("python3").args(["-m", "venv", "venv"]).current_dir(&kept))?;
                    let mut pip = Command::new(kept.join("venv/bin/pip"));
                    run(pip.args(["install", "--quiet", "-r"]).arg(made.folder.join("requirements.txt")))
                })
                .clone()?;
            link(&kept.join("venv"), &made.folder.join(".venv"));
            Ok(())
        }
    }
}

fn link(from: &Path, to: &Path) {
    #[cfg(unix)]
    std::os::unix::fs::symlink(from, to).unwrap();
    #[cfg(not(unix))]
    panic!("{} is not linked to {}", from.display(), to.display());
}

/// A rule set built from a template, or a word that it is passed over.
fn built(language: Language) -> Option<(Made, building::Built, LoadedRuleSet)> {
    let made = Made::new(language);
    if let Err(why) = tool(&made, language) {
        crate::skipping::skipped(&format!("template for {}", language.word()), why);
        return None;
    }
    let built = building::build(&Folder::of(&made.folder).unwrap(), None).unwrap();
    let loaded = host().unwrap().load(&built.bytes, "").unwrap();
    Some((made, built, loaded))
}

/// What a rule set says of each case, as JSON, and the digest that the record would keep.
async fn said(made: &Made, built: &building::Built, loaded: &LoadedRuleSet) -> Vec<(String, String, [u8; 32])> {
    let mut all = Vec::new();
    for case in Case::all(&made.folder).unwrap() {
        let situation = case.situation(loaded, &built.file).await.unwrap();
        let set = examining::with_settings(loaded, &case.settings().unwrap()).unwrap();
        let evaluated = set.advise(&situation);
        let advice = serde_json::to_string(&evaluated.outcome.unwrap()).unwrap();
        println!("{}: {} of fuel", case.name, evaluated.fuel_used);
        all.push((case.name, advice, evaluated.outcome_digest));
    }
    all
}

#[tokio::test(flavor = "multi_thread")]
async fn the_templates_say_the_same_to_the_byte_in_every_language() {
    let (made, component, loaded) = built(Language::Rust).unwrap();
    let in_rust = said(&made, &component, &loaded).await;
    assert_eq!(in_rust.len(), 3);
    for language in [Language::Js, Language::Python] {
        let Some((made, component, loaded)) = built(language) else { continue };
        println!("{}: {} bytes", language.word(), component.bytes.len());
        assert_eq!(said(&made, &component, &loaded).await, in_rust, "{}", language.word());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_error_in_javascript_becomes_a_failure_that_says_what_and_where() {
    let made = Made::new(Language::Js);
    if let Err(why) = tool(&made, Language::Js) {
        crate::skipping::skipped("template for js", why);
        return;
    }
    made.change("rules.js", "const enough = ", "const enough = situation.nothing.like.this || ");
    let built = building::build(&Folder::of(&made.folder).unwrap(), None).unwrap();
    let loaded = host().unwrap().load(&built.bytes, "").unwrap();
    let case = Case::all(&made.folder).unwrap().pop().unwrap();
    let failure = loaded.advise(&case.situation(&loaded, &built.file).await.unwrap()).outcome.unwrap_err();
    assert_eq!(failure.class.word(), "said");
    assert!(failure.detail.contains("TypeError: ") && failure.detail.contains("rules.js"), "{failure}");
}
