//! A case: a situation to advise on, the settings to do it with, and the advice that is expected.
//!
//! The situation is never written down. It is projected from an incident, and the incident is opened with a few facts,
//! read from an export, or played from an exercise: in each case by the code that the server runs.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};
use muster_record::Incident;
use muster_record::situation::Situation;
use muster_record::time::Instant;
use muster_rules::LoadedRuleSet;

mod exercise;
mod export;
mod facts;

/// The folders of `tests` that hold settings and no case.
const SETTINGS: [&str; 2] = ["good-settings", "bad-settings"];

/// Where the incident of a case comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Source {
    /// A few facts.
    Facts,
    /// An incident as `muster export` wrote it.
    Export,
    /// An exercise.
    Exercise,
}

impl Source {
    const ALL: [Self; 3] = [Self::Facts, Self::Export, Self::Exercise];

    /// The file that a case of this kind has.
    fn file(self) -> &'static str {
        match self {
            Self::Facts => "facts.toml",
            Self::Export => "incident.jsonl",
            Self::Exercise => "story.exercise",
        }
    }
}

/// A case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Case {
    /// What it is called: the name of its folder.
    pub name: String,
    /// Its folder.
    pub folder: PathBuf,
    source: Source,
}

impl Case {
    /// The cases of a rule set's folder, by name.
    ///
    /// # Errors
    /// When a folder of `tests` holds no case, or more than one.
    pub fn all(rule_set: &Path) -> Result<Vec<Self>> {
        let tests = rule_set.join("tests");
        if !tests.is_dir() {
            return Ok(Vec::new());
        }
        let mut cases = Vec::new();
        for folder in std::fs::read_dir(&tests).with_context(|| format!("{} cannot be read", tests.display()))? {
            let folder = folder?.path();
            let name = folder.file_name().unwrap_or_default().to_string_lossy().into_owned();
            // A folder with a main.rs is a test of cargo's.
            let is_other = SETTINGS.contains(&name.as_str()) || folder.join("main.rs").is_file();
            if folder.is_dir() && !is_other {
                cases.push(Self::of(name, folder)?);
            }
        }
        cases.sort_by(|one, other| one.name.cmp(&other.name));
        Ok(cases)
    }

    fn of(name: String, folder: PathBuf) -> Result<Self> {
        let found: Vec<Source> = Source::ALL.into_iter().filter(|one| folder.join(one.file()).is_file()).collect();
        match found.as_slice() {
            [source] => Ok(Self { name, folder, source: *source }),
            found => bail!(
                "{} is to hold one of facts.toml, incident.jsonl (from `muster export`) and story.exercise, and holds {}",
                folder.display(),
                match found {
                    [] => "none".to_owned(),
                    found => found.iter().map(|one| one.file()).collect::<Vec<_>>().join(" and "),
                }
            ),
        }
    }

    /// What is looked at: the situation as the rule set's owner, the agency that leads, sees it at the last moment of the
    /// case. `component` is the file of the rule set, for an exercise to be played with.
    ///
    /// # Errors
    /// What is wrong with the case, and where.
    pub async fn situation(&self, rule_set: &LoadedRuleSet, component: &Path) -> Result<Situation> {
        let path = self.folder.join(self.source.file());
        let failed = || path.display().to_string();
        let seen = match self.source {
            Source::Facts => facts::read(&read(&path)?).with_context(failed)?,
            Source::Export => export::read(&read(&path)?).with_context(failed)?,
            Source::Exercise => exercise::play(&read(&path)?, rule_set, component).await.with_context(failed)?,
        };
        Ok(seen.incident.situation(seen.as_of))
    }

    /// The settings to advise with; empty for the rule set's defaults.
    ///
    /// # Errors
    /// When there is a file and it cannot be read.
    pub fn settings(&self) -> Result<String> {
        let files = ["settings.toml", "settings.json"].map(|file| self.folder.join(file));
        match files.iter().find(|file| file.is_file()) {
            Some(file) => muster_exercise::settings::read_file(file),
            None => Ok(String::new()),
        }
    }

    /// Where the expected advice stands.
    pub fn expected(&self) -> PathBuf {
        self.folder.join("advice.json")
    }
}

/// An incident as somebody sees it, and the moment at which it is looked at.
struct Seen {
    incident: Incident,
    as_of: Instant,
}

fn read(path: &Path) -> Result<String> {
    std::fs::read_to_string(path).with_context(|| format!("{} cannot be read", path.display()))
}

/// Files with settings that the rule set must take, or must refuse.
///
/// # Errors
/// When the folder is there and cannot be read.
pub fn settings_to_try(rule_set: &Path, folder: &str) -> Result<Vec<PathBuf>> {
    let folder = rule_set.join("tests").join(folder);
    if !folder.is_dir() {
        return Ok(Vec::new());
    }
    let files = std::fs::read_dir(&folder).with_context(|| format!("{} cannot be read", folder.display()))?;
    let mut files = files.map(|file| Ok(file?.path())).collect::<Result<Vec<_>>>()?;
    files.retain(|file| file.extension().is_some_and(|ending| ending == "json" || ending == "toml"));
    files.sort();
    Ok(files)
}
