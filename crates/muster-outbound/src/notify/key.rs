//! The key of Notify's API, and what is made with it.

use jsonwebtoken::{Algorithm, EncodingKey, Header};
use muster_record::time::Instant;
use muster_seal::DataKey;
use serde::Serialize;
use sha2::{Digest as _, Sha256};
use thiserror::Error;
use zeroize::Zeroizing;

/// A key of Notify's API: `NAME-SERVICE-SECRET`, of which the last two are UUIDs. It cannot be printed.
pub struct ApiKey {
    service: String,
    secret: Zeroizing<String>,
}

/// Why a text is no such key. It says nothing of the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("it is no key of GOV.UK Notify: a name, the service's UUID and the secret UUID, with a hyphen between them")]
pub struct BadApiKey;

impl ApiKey {
    /// Reads a key.
    ///
    /// # Errors
    /// When it does not have the form of one.
    pub fn read(text: &str) -> Result<Self, BadApiKey> {
        let text = text.trim();
        let (rest, secret) = text.split_at_checked(text.len().saturating_sub(36)).ok_or(BadApiKey)?;
        let rest = rest.strip_suffix('-').ok_or(BadApiKey)?;
        let (name, service) = rest.split_at_checked(rest.len().saturating_sub(36)).ok_or(BadApiKey)?;
        if !is_uuid(secret) || !is_uuid(service) || !name.ends_with('-') {
            return Err(BadApiKey);
        }
        Ok(Self { service: service.to_owned(), secret: Zeroizing::new(secret.to_owned()) })
    }

    /// The token of one call. Notify takes it for half a minute around `now`.
    pub(super) fn token(&self, now: Instant) -> Result<String, jsonwebtoken::errors::Error> {
        let claims = Claims { iss: &self.service, iat: now.timestamp() };
        jsonwebtoken::encode(&Header::new(Algorithm::HS256), &claims, &EncodingKey::from_secret(self.secret.as_bytes()))
    }

    /// What references are made with, so that nobody without the key can find out a recipient by trying.
    pub(super) fn of_references(&self) -> DataKey {
        DataKey::new(Zeroizing::new(Sha256::digest(self.secret.as_bytes()).into()))
    }
}

fn is_uuid(text: &str) -> bool {
    let hyphens = [8, 13, 18, 23];
    text.len() == 36
        && text.bytes().enumerate().all(
            |(place, byte)| {
                if hyphens.contains(&place) { byte == b'-' } else { byte.is_ascii_hexdigit() }
            },
        )
}

#[derive(Serialize)]
struct Claims<'a> {
    iss: &'a str,
    iat: i64,
}

#[cfg(test)]
mod tests {
    use super::*;

    const SERVICE: &str = "26785a09-ab16-4eb0-8407-a37497a57506";
    const SECRET: &str = "3d844edf-8d35-48ac-975b-e847b4f122b0";

    #[test]
    fn a_key_is_read_from_its_end_for_its_name_may_hold_hyphens() {
        for name in ["my_test_key", "a-name-with-hyphens", "x"] {
            let key = ApiKey::read(&format!("{name}-{SERVICE}-{SECRET}\n")).unwrap();
            assert_eq!((key.service.as_str(), key.secret.as_str()), (SERVICE, SECRET));
        }
        for bad in [
            "",
            "key",
            SECRET,
            &format!("{SERVICE}-{SECRET}"),
            &format!("x-{SERVICE}{SECRET}-"),
            &format!("x-{SERVICE}-{SECRET}0"),
        ] {
            assert!(ApiKey::read(bad).is_err(), "{bad}");
        }
    }
}
