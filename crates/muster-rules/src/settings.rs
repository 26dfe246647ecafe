//! Settings: read as JSON, held against a rule set's own schema, and compared with those before.
//!
//! This knows what JSON may look like and nothing of what a setting means: that is asked of the
//! component itself, in `check-settings`.

mod broken;
mod changed;
mod check;
mod compile;
mod json;
mod keyword;
mod schema;
mod words;

use sha2::{Digest as _, Sha256};

use crate::failure::{SettingsIssue, SettingsRefused};

pub use changed::changed;
pub use compile::BadSchema;
pub(crate) use schema::Schema;

/// Bytes of settings that are taken: a table of a thousand rows, and a message of the API holds them.
pub const SETTINGS_BYTES: usize = 128 * 1024;

/// Settings in their one spelling: JSON with sorted keys and no space between. Empty for a rule set's defaults.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    text: String,
}

impl Settings {
    /// Reads settings as people or systems write them; nothing at all stands for the defaults.
    ///
    /// # Errors
    /// When they are no JSON, name something twice, or are too long.
    pub fn read(text: &str) -> Result<Self, SettingsRefused> {
        if text.trim().is_empty() {
            return Ok(Self { text: String::new() });
        }
        let refused =
            |problem: String| Err(SettingsRefused::Issues(vec![SettingsIssue { path: String::new(), problem }]));
        if text.len() > SETTINGS_BYTES {
            return refused(format!("{} bytes are taken, and these are {}", SETTINGS_BYTES, text.len()));
        }
        match json::read(text) {
            Ok(value) => Ok(Self { text: json::sorted(&value).to_string() }),
            Err(problem) => refused(problem),
        }
    }

    /// As JSON; empty for the defaults.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// SHA-256 of the text: what they are known by.
    pub fn digest(&self) -> [u8; 32] {
        Sha256::digest(&self.text).into()
    }
}

/// Holds settings against a schema; what is wrong with them, all at once.
pub(crate) fn held_against(schema: &Schema, text: &str) -> Vec<SettingsIssue> {
    // Nothing stands for the defaults, which are the rule set's own affair.
    if schema.takes_anything() || text.trim().is_empty() {
        return Vec::new();
    }
    match json::read(text) {
        Ok(value) => check::check(schema, &value),
        Err(problem) => vec![SettingsIssue { path: String::new(), problem }],
    }
}

#[cfg(test)]
mod tests;
