//! Bearer tokens and key sets: what whoever calls puts into a header, and what a provider publishes.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use chrono::DateTime;
use jsonwebtoken::jwk::{Jwk, JwkSet};
use jsonwebtoken::{Algorithm as Signing, EncodingKey, Header};
use muster_server::people::{Algorithm, ClaimMap, KeySource, Keys, People, Provider};
use serde_json::{Value, json};
use tokio::runtime::{Builder, Runtime};
use tokio::sync::watch;

use crate::Read;

const ISSUER: &str = "https://login.example.org/coventry";
/// 1 March 2026, 09:00.
const NOW: i64 = 1_772_355_600;

/// A server's view of one provider, and the provider's own key.
struct Held {
    people: People,
    key: EncodingKey,
    keys: String,
    runtime: Runtime,
}

fn held() -> &'static Held {
    static HELD: OnceLock<Held> = OnceLock::new();
    HELD.get_or_init(|| {
        let key = EncodingKey::from_ec_der(&rcgen::KeyPair::generate().unwrap().serialize_der());
        let mut jwk = Jwk::from_encoding_key(&key, Signing::ES256).unwrap();
        jwk.common.key_id = Some("one".to_owned());
        let keys = serde_json::to_string(&JwkSet { keys: vec![jwk] }).unwrap();
        let (_, followed) = watch::channel(Arc::new(Keys::read(&keys).unwrap()));
        let means = BTreeMap::from([("m-lead".to_owned(), "incident-lead".parse().unwrap())]);
        let provider = Provider {
            issuer: ISSUER.to_owned(),
            audience: "muster".to_owned(),
            agency: "e08000026".parse().unwrap(),
            algorithms: BTreeSet::from([Algorithm::Es256]),
            keys: KeySource::File(followed),
            acr: BTreeSet::from(["two-factors".to_owned()]),
            person: "staff".to_owned(),
            roles: ClaimMap { claim: "groups".to_owned(), means },
            offices: ClaimMap { claim: "posts".to_owned(), means: BTreeMap::new() },
            longest: Duration::from_secs(900),
        };
        let runtime = Builder::new_current_thread().enable_all().build().unwrap();
        Held { people: People::new(vec![provider]), key, keys, runtime }
    })
}

fn claims() -> Value {
    json!({
        "iss": ISSUER, "aud": ["other", "muster"], "sub": "subject", "staff": "a-singh", "iat": NOW, "nbf": NOW,
        "exp": NOW + 600, "acr": "two-factors", "groups": ["m-lead"], "posts": [],
    })
}

fn signed(claims: &Value) -> String {
    let header = Header { typ: Some("at+jwt".to_owned()), kid: Some("one".to_owned()), ..Header::new(Signing::ES256) };
    jsonwebtoken::encode(&header, claims, &held().key).unwrap()
}

/// The first byte says what the others are: a token, the claims of one that the provider signs, or a set of keys.
pub(crate) fn body(data: &[u8]) -> Read {
    let Some((which, data)) = data.split_first() else { return Read::Refused };
    let Ok(text) = std::str::from_utf8(data) else { return Read::Refused };
    match which % 3 {
        0 => named(text, None),
        1 => match serde_json::from_str::<Value>(text) {
            Ok(claims) if claims.is_object() => named(&signed(&claims), Some(&claims)),
            Ok(_) | Err(_) => Read::Refused,
        },
        _ => Read::of(&Keys::read(text)),
    }
}

/// Whom a token names. Without the provider's key, nobody can be named but whom the provider named.
fn named(token: &str, claims: Option<&Value>) -> Read {
    let now = DateTime::from_timestamp_secs(NOW).unwrap();
    let read = held().runtime.block_on(held().people.person(token, now, None));
    if let Ok(person) = &read {
        assert_eq!(person.agency.as_str(), "e08000026");
        match claims {
            None => assert_eq!(person.id, "a-singh", "a token that was not signed names somebody else"),
            Some(claims) => assert_eq!(claims["staff"], person.id.as_str()),
        }
        assert!(person.expires > now && (person.expires - now).num_seconds() <= 900);
    }
    Read::of(&read)
}

pub(crate) fn seeds() -> Vec<Vec<u8>> {
    vec![
        [&[0], signed(&claims()).as_bytes()].concat(),
        [&[1], claims().to_string().as_bytes()].concat(),
        [&[2], held().keys.as_bytes()].concat(),
    ]
}
