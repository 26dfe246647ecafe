//! Settings: JSON text in, the author's own type out, or what is wrong and where.

use crate::{Issue, RuleSet};

impl Issue {
    /// One thing wrong with settings: where (`transport.vehicles[2].seats`), and what.
    ///
    /// ```
    /// use muster_rule_sdk::Issue;
    ///
    /// let issue = Issue::at("weeks.to", "the window ends before it begins");
    /// assert_eq!((issue.path.as_str(), issue.problem.len()), ("weeks.to", 32));
    /// ```
    pub fn at(path: impl Into<String>, problem: impl Into<String>) -> Self {
        Self { path: path.into(), problem: problem.into() }
    }
}

/// The settings of a rule set, read from JSON text and checked; empty text stands for the defaults.
///
/// ```
/// # use muster_rule_sdk::{Advice, Description, Fault, RuleSet, Situation};
/// use muster_rule_sdk::read_settings;
///
/// #[derive(Debug, Default, serde::Deserialize)]
/// #[serde(default, deny_unknown_fields)]
/// struct Settings {
///     vehicles: Vec<Vehicle>,
/// }
///
/// #[derive(Debug, serde::Deserialize)]
/// struct Vehicle {
///     #[expect(dead_code)]
///     seats: u32,
/// }
/// # struct Transport;
/// # impl RuleSet for Transport {
/// #     type Settings = Settings;
/// #     fn describe() -> Description { Description::new("transport", "0.1.0", "Transport", "the Plan", []) }
/// #     fn advise(_: &Situation, _: &Settings) -> Result<Advice, Fault> { Ok(Advice::default()) }
/// # }
///
/// assert!(read_settings::<Transport>("").unwrap().vehicles.is_empty());
/// let issues = read_settings::<Transport>(r#"{"vehicles": [{"seats": 14}, {"seats": "many"}]}"#).unwrap_err();
/// assert_eq!(issues[0].path, "vehicles[1].seats");
/// ```
///
/// # Errors
/// Each thing wrong, with the path to it (`transport.vehicles[2].seats`).
pub fn read_settings<R: RuleSet>(text: &str) -> Result<R::Settings, Vec<Issue>> {
    let text = if text.trim().is_empty() { "{}" } else { text };
    let settings = parse(text).map_err(|issue| vec![issue])?;
    let issues = R::check(&settings);
    if issues.is_empty() { Ok(settings) } else { Err(issues) }
}

fn parse<S: serde::de::DeserializeOwned>(text: &str) -> Result<S, Issue> {
    let mut json = serde_json::Deserializer::from_str(text);
    let settings = serde_path_to_error::deserialize(&mut json)
        .map_err(|error| Issue { path: error.path().to_string(), problem: error.inner().to_string() })?;
    match json.end() {
        Ok(()) => Ok(settings),
        Err(error) => Err(Issue { path: ".".to_owned(), problem: error.to_string() }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Advice, Description, Fault, Situation};

    #[derive(Debug, PartialEq, Eq, serde::Deserialize)]
    #[serde(default, deny_unknown_fields)]
    struct Settings {
        weeks: Window,
    }

    #[derive(Debug, PartialEq, Eq, serde::Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Window {
        from: u32,
        to: u32,
    }

    impl Default for Settings {
        fn default() -> Self {
            Self { weeks: Window { from: 4, to: 6 } }
        }
    }

    struct Reviews;

    impl RuleSet for Reviews {
        type Settings = Settings;

        fn describe() -> Description {
            Description::new("reviews", "0.1.0", "Reviews", "the Plan", [])
        }

        fn check(settings: &Settings) -> Vec<Issue> {
            if settings.weeks.from <= settings.weeks.to {
                return Vec::new();
            }
            vec![Issue { path: "weeks.to".to_owned(), problem: "the window ends before it begins".to_owned() }]
        }

        fn advise(_situation: &Situation, _settings: &Settings) -> Result<Advice, Fault> {
            Ok(Advice::default())
        }
    }

    #[track_caller]
    fn refused(text: &str, path: &str, problem: &str) {
        let issues = read_settings::<Reviews>(text).unwrap_err();
        let [issue] = issues.as_slice() else { panic!("one issue, not {issues:?}") };
        assert_eq!(issue.path, path);
        assert!(issue.problem.contains(problem), "{}", issue.problem);
    }

    #[test]
    fn empty_settings_are_the_defaults() {
        assert_eq!(read_settings::<Reviews>(""), Ok(Settings::default()));
        assert_eq!(read_settings::<Reviews>(" {} "), Ok(Settings::default()));
    }

    #[test]
    fn a_problem_says_where_it_is() {
        refused(r#"{"weeks": {"from": "four", "to": 6}}"#, "weeks.from", "invalid type");
        refused(r#"{"weeks": {"from": 4, "until": 6}}"#, "weeks.until", "unknown field");
        refused(r#"{"weeks": {"from": 6, "to": 4}}"#, "weeks.to", "ends before it begins");
        refused(r"{} {}", ".", "trailing characters");
    }
}
