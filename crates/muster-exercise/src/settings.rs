//! Settings as people write them: TOML or JSON, and JSON in one spelling to the server.
//!
//! What a setting means is for the rule set to say; here it is only read.

use std::path::Path;

use anyhow::{Context as _, Result, anyhow, bail};
use muster_rules::{Settings, SettingsRefused};
use serde_json::{Map, Value};

/// Reads settings: JSON where they begin with a brace, a bracket or a quotation mark, as TOML does not; else TOML.
///
/// # Errors
/// What is wrong with the text, with its line.
pub fn read(text: &str) -> Result<Settings> {
    let is_json = text.trim_start().starts_with(['{', '"']) || text.trim().is_empty();
    if is_json {
        return Settings::read(text).map_err(|refused| told(&refused));
    }
    let table: toml::Table = text.parse().map_err(|error| anyhow!("this is neither JSON nor TOML: {error}"))?;
    let json = json(&toml::Value::Table(table))?;
    Settings::read(&json.to_string()).map_err(|refused| told(&refused))
}

/// Reads a file of settings: TOML or JSON by what its name ends in; any other file as it stands, for a rule set that
/// has a form of its own.
///
/// # Errors
/// When the file cannot be read, or what is wrong with it.
pub fn read_file(path: &Path) -> Result<String> {
    let text = std::fs::read_to_string(path).with_context(|| format!("{} cannot be read", path.display()))?;
    let ending = path.extension().and_then(|ending| ending.to_str()).unwrap_or_default();
    if ending != "toml" && ending != "json" {
        return Ok(text);
    }
    let settings = read(&text).with_context(|| format!("{} will not do", path.display()))?;
    Ok(settings.text().to_owned())
}

/// Settings as TOML, for people to edit; as JSON where TOML has no way to say them.
pub fn shown(settings: &str) -> String {
    let read = serde_json::from_str::<Value>(settings).ok();
    let toml = read.and_then(|value| toml::to_string_pretty(&value).ok());
    toml.unwrap_or_else(|| settings.to_owned())
}

fn told(refused: &SettingsRefused) -> anyhow::Error {
    match refused {
        SettingsRefused::Issues(issues) => {
            let lines: Vec<String> = issues.iter().map(ToString::to_string).collect();
            anyhow!("{}", lines.join("\n  "))
        }
        SettingsRefused::Failed(failure) => anyhow!("{failure}"),
    }
}

fn json(value: &toml::Value) -> Result<Value> {
    Ok(match value {
        toml::Value::String(text) => text.as_str().into(),
        toml::Value::Integer(number) => (*number).into(),
        toml::Value::Float(number) => match serde_json::Number::from_f64(*number) {
            Some(number) => Value::Number(number),
            None => bail!("{number} is no number that settings can hold"),
        },
        toml::Value::Boolean(yes) => (*yes).into(),
        // A date is a text in JSON: 2024-07-31.
        toml::Value::Datetime(moment) => moment.to_string().into(),
        toml::Value::Array(entries) => Value::Array(entries.iter().map(json).collect::<Result<_>>()?),
        toml::Value::Table(fields) => {
            let fields = fields.iter().map(|(name, value)| Ok((name.clone(), json(value)?)));
            Value::Object(fields.collect::<Result<Map<_, _>>>()?)
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const TRANSPORT: &str =
        "reviewed = 2026-01-31\nshare = 0.5\n\n[[vehicles]]\nname = \"Ring and Ride\"\nseats = 14\n";

    #[test]
    fn toml_and_json_that_say_the_same_are_the_same_settings() {
        let json = r#"{"vehicles": [{"seats": 14, "name": "Ring and Ride"}], "share": 0.5, "reviewed": "2026-01-31"}"#;
        assert_eq!(read(TRANSPORT).unwrap(), read(json).unwrap());
        assert_eq!(read("").unwrap().text(), "");
        assert_eq!(read(&shown(read(json).unwrap().text())).unwrap(), read(json).unwrap());
    }

    #[test]
    fn what_cannot_be_read_is_told_with_its_line() {
        let said = |text: &str| read(text).unwrap_err().to_string();
        assert!(said("seats = 1\nseats = 2").contains("line 2"), "{}", said("seats = 1\nseats = 2"));
        assert!(said("seats = nan").contains("no number"));
        assert!(said("{\"seats\": 1, \"seats\": 2}").contains("`seats` stands there twice"));
        assert!(said("fourteen").contains("neither JSON nor TOML"));
    }

    #[test]
    fn what_toml_cannot_say_is_shown_as_json() {
        assert_eq!(shown(r#"{"a":null}"#), r#"{"a":null}"#);
        assert_eq!(shown(r#"{"a":1}"#), "a = 1\n");
    }
}
