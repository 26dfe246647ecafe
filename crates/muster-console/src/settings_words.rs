//! Settings in the words of their schema: what each is called, what it is for, and what it is now.

use serde_json::Value;

/// One setting.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Word {
    pub(crate) key: String,
    pub(crate) label: String,
    pub(crate) says: String,
    pub(crate) now: String,
}

/// The settings that a schema describes, at its first level, with what is set. A schema that cannot be read has none.
pub(crate) fn words(schema: &str, set: &str) -> Vec<Word> {
    let read = |text: &str| serde_json::from_str::<Value>(text).unwrap_or(Value::Null);
    let (schema, set) = (read(schema), read(set));
    let Some(properties) = schema.get("properties").and_then(Value::as_object) else { return Vec::new() };
    let text = |of: &Value, key: &str| of.get(key).and_then(Value::as_str).map(ToOwned::to_owned);
    let word = |(key, of): (&String, &Value)| Word {
        key: key.clone(),
        label: text(of, "title").unwrap_or_else(|| crate::said::plain(&key.replace('_', "-"))),
        says: text(of, "description").or_else(|| text(of, "type")).unwrap_or_default(),
        now: set.get(key).map_or_else(|| "its own default".to_owned(), told),
    };
    properties.iter().map(word).collect()
}

/// A value in a few words.
fn told(value: &Value) -> String {
    match value {
        Value::Null => "nothing".to_owned(),
        Value::Bool(true) => "yes".to_owned(),
        Value::Bool(false) => "no".to_owned(),
        Value::Number(number) => number.to_string(),
        Value::String(text) => text.clone(),
        Value::Array(all) => format!("{} of them, below", all.len()),
        Value::Object(all) => format!("{} of them, below", all.len()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_setting_is_told_in_the_words_of_its_schema_with_what_is_set() {
        let schema = r#"{"type": "object", "properties": {
            "vehicles": {"type": "array", "description": "Vehicles that can be asked for"},
            "review_days": {"type": "integer", "title": "Days until the review"}}}"#;
        let told: Vec<(String, String, String)> = words(schema, r#"{"vehicles": [1, 2]}"#)
            .into_iter()
            .map(|word| (word.label, word.says, word.now))
            .collect();
        let expected = [
            ("Days until the review", "integer", "its own default"),
            ("Vehicles", "Vehicles that can be asked for", "2 of them, below"),
        ];
        let mut told: Vec<(&str, &str, &str)> =
            told.iter().map(|(label, says, now)| (label.as_str(), says.as_str(), now.as_str())).collect();
        told.sort_unstable();
        assert_eq!(told, expected);
        assert_eq!(words("", "{}"), []);
        assert_eq!(words("no json", ""), []);
    }
}
