//! What of some settings is not as it was: places, never values, as a record is read by many.

use serde_json::{Map, Value};

use super::{json, words};

/// Places that are told.
const TOLD: usize = 20;

/// The places at which settings differ from those before, in order; the last says how many more there are.
///
/// Text that is no JSON differs as a whole, which is what an empty place stands for.
pub fn changed(before: &str, after: &str) -> Vec<String> {
    let read = |text: &str| match text.trim() {
        "" => Ok(Value::Object(Map::new())),
        text => json::read(text),
    };
    let mut places = Vec::new();
    match (read(before), read(after)) {
        (Ok(before), Ok(after)) => compare("", Some(&before), Some(&after), &mut places),
        (Ok(_) | Err(_), Err(_)) | (Err(_), Ok(_)) => places.push(String::new()),
    }
    let more = places.len().saturating_sub(TOLD);
    places.truncate(TOLD);
    if more > 0 {
        places.push(format!("and {more} more"));
    }
    places
}

fn compare(path: &str, before: Option<&Value>, after: Option<&Value>, places: &mut Vec<String>) {
    match (before, after) {
        (before, after) if before == after => (),
        (Some(Value::Object(before)), Some(Value::Object(after))) => {
            let mut names: Vec<&String> = before.keys().chain(after.keys()).collect();
            names.sort_unstable();
            names.dedup();
            for name in names {
                compare(&words::field(path, name), before.get(name), after.get(name), places);
            }
        }
        (Some(Value::Array(before)), Some(Value::Array(after))) => {
            for index in 0..before.len().max(after.len()) {
                compare(&words::entry(path, index), before.get(index), after.get(index), places);
            }
        }
        (_, _) => places.push(path.to_owned()),
    }
}
