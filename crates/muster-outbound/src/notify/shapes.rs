//! The shapes of Notify's API: what is posted, and what comes back.

use muster_coordinator::Letter;
use muster_record::dispatch::Recipient;
use serde::Deserialize;
use serde_json::{Map, Value, json};

#[derive(Deserialize)]
pub(super) struct Created {
    pub(super) id: String,
}

#[derive(Deserialize)]
pub(super) struct Found {
    pub(super) notifications: Vec<Created>,
}

#[derive(Deserialize)]
struct Errors {
    errors: Vec<OneError>,
}

#[derive(Deserialize)]
struct OneError {
    error: String,
    message: Value,
}

/// What is posted, and where: the shapes that Notify's documentation has.
pub(super) fn body(template: &str, letter: &Letter, to: &Recipient, reference: &str) -> (&'static str, Value) {
    let Letter { audience, title, body } = letter;
    let mut personalisation: Map<String, Value> = [("title", title), ("body", body), ("audience", audience)]
        .map(|(key, text)| (key.to_owned(), json!(text)))
        .into_iter()
        .collect();
    match to {
        Recipient::Email(address) => {
            let body = json!({
                "email_address": address,
                "template_id": template,
                "personalisation": personalisation,
                "reference": reference,
            });
            ("/v2/notifications/email", body)
        }
        Recipient::Letter(lines) => {
            for (line, number) in lines.iter().zip(1_u32..) {
                personalisation.insert(format!("address_line_{number}"), json!(line));
            }
            let body = json!({ "template_id": template, "personalisation": personalisation, "reference": reference });
            ("/v2/notifications/letter", body)
        }
    }
}

/// What Notify says is wrong, in one line.
pub(super) fn told(body: &[u8]) -> String {
    let Ok(Errors { errors }) = serde_json::from_slice(body) else { return "no reason that can be read".to_owned() };
    let told = errors.iter().map(|OneError { error, message }| {
        let message = message.as_str().map_or_else(|| message.to_string(), str::to_owned);
        format!("{error}: {message}")
    });
    told.collect::<Vec<_>>().join("; ").chars().take(500).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_posted_has_the_shapes_that_notify_has() {
        let letter = Letter { audience: "families".to_owned(), title: "T".to_owned(), body: "B".to_owned() };
        let lines = ["The Occupier", "1 High Street", "CV1 1AA"].map(str::to_owned).to_vec();
        let (path, body) = body("template", &letter, &Recipient::Letter(lines), "ref");
        assert_eq!(path, "/v2/notifications/letter");
        let expected = json!({
            "template_id": "template",
            "personalisation": {
                "title": "T", "body": "B", "audience": "families",
                "address_line_1": "The Occupier", "address_line_2": "1 High Street", "address_line_3": "CV1 1AA",
            },
            "reference": "ref",
        });
        assert_eq!(body, expected);
    }
}
