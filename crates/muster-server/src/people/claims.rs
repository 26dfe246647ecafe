//! Claims: what a token says, taken strictly. A claim of another type than it should be is no claim.

use serde::Deserialize;
use serde_json::{Map, Value};

/// What is read of a token before it is verified: whose it says it is.
#[derive(Deserialize)]
pub(super) struct Unverified {
    iss: Option<Value>,
    aud: Option<Value>,
}

impl Unverified {
    /// Who issued it, as it says.
    pub(super) fn issuer(&self) -> String {
        let issuer = self.iss.as_ref().and_then(Value::as_str).unwrap_or_default();
        // Whoever made the token chose this text, and it goes to the log.
        issuer.chars().take(200).collect()
    }

    /// Whether it says that this issuer made it for that audience.
    pub(super) fn names(&self, issuer: &str, audience: &str) -> bool {
        let of = self.iss.as_ref().and_then(Value::as_str) == Some(issuer);
        of && self.aud.as_ref().is_some_and(|aud| one_or_several(aud).contains(&audience))
    }
}

/// The claims of a token that was verified.
pub(super) struct Claims(pub(super) Map<String, Value>);

impl Claims {
    /// A moment, in whole seconds since 1970.
    pub(super) fn moment(&self, claim: &str) -> Option<u64> {
        self.0.get(claim)?.as_u64()
    }

    /// A text.
    pub(super) fn text(&self, claim: &str) -> Option<&str> {
        self.0.get(claim)?.as_str()
    }

    /// A text, or a list of texts.
    pub(super) fn texts(&self, claim: &str) -> Vec<&str> {
        self.0.get(claim).map(one_or_several).unwrap_or_default()
    }

    /// What the token is bound to (RFC 8705): nothing, a certificate, or something that cannot be checked here.
    pub(super) fn bound_to(&self) -> Bound<'_> {
        match self.0.get("cnf") {
            None => Bound::Nothing,
            Some(cnf) => cnf.get("x5t#S256").and_then(Value::as_str).map_or(Bound::Unknown, Bound::Certificate),
        }
    }
}

/// What a token is bound to.
pub(super) enum Bound<'a> {
    /// Nothing: whoever bears it is taken for the person.
    Nothing,
    /// A certificate, by its SHA-256 in base64url.
    Certificate(&'a str),
    /// Something else.
    Unknown,
}

fn one_or_several(value: &Value) -> Vec<&str> {
    match value {
        Value::String(one) => vec![one],
        // A list with anything else in it is no list of texts.
        Value::Array(several) => several.iter().map(Value::as_str).collect::<Option<_>>().unwrap_or_default(),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::Object(_) => Vec::new(),
    }
}
