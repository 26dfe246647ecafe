//! A rule set with a schema of its settings that nothing can be held to: a keyword in it is mistyped.

wit_bindgen::generate!({ world: "rule-set", path: "../../../../../wit" });

use exports::muster::policy::rules::*;

struct BadSchema;

export!(BadSchema);

impl Guest for BadSchema {
    fn describe() -> Description {
        Description {
            name: "bad-schema".to_owned(),
            version: "0.1.0".to_owned(),
            title: "A schema with a slip".to_owned(),
            source: "tests".to_owned(),
            review_due: None,
            concerns: vec![IncidentKind::Outbreak],
            settings_schema: r#"{"type": "object", "properties": {"seats": {"minimun": 1}}}"#.to_owned(),
            facts: Vec::new(),
            needs: Vec::new(),
            gives: Vec::new(),
            tags: Vec::new(),
        }
    }

    fn check_settings(_settings: String) -> Result<(), Vec<Issue>> {
        Ok(())
    }

    fn advise(_situation: Situation, _settings: String) -> Result<Advice, Fault> {
        Err(Fault::Failed("it is not asked".to_owned()))
    }
}
