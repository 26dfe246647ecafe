//! People: whom an access token names. The server only ever reads tokens; agencies' own providers issue them.

use std::collections::BTreeSet;

use jsonwebtoken::decode_header;
use jsonwebtoken::errors::ErrorKind;
use muster_record::agency::Office;
use muster_record::ids::AgencyId;
use muster_record::rights::Role;
use muster_record::time::Instant;
use thiserror::Error;

use crate::access::Digest;
use crate::bounds;

mod algorithm;
mod claims;
mod fetch;
mod keys;
mod provider;
#[cfg(test)]
mod tests;

pub use algorithm::Algorithm;
pub use fetch::{BadKeysUrl, KeysUrl};
pub use keys::{Keys, NoKeys};
pub use provider::{ClaimMap, KeySource, Provider};

use claims::Unverified;
use provider::Checks;

/// A person who is signed in, as the provider of their agency says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    /// Their staff id, as the provider gives it.
    pub id: String,
    /// Their agency.
    pub agency: AgencyId,
    /// Their roles.
    pub roles: BTreeSet<Role>,
    /// The offices they may act for.
    pub offices: BTreeSet<Office>,
    /// When the token runs out.
    pub expires: Instant,
}

/// Why a token names nobody. Logged; the caller is only told that it does not do.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[expect(missing_docs, reason = "each says itself what it is, in the words that are logged")]
pub enum NoToken {
    #[error("the call carries no bearer token, which this listener requires")]
    Missing,
    #[error("the call carries an authorization that is not one bearer token")]
    NotBearer,
    #[error("the token is longer than {} bytes", bounds::TOKEN)]
    TooLong,
    #[error("the token cannot be read: {0}")]
    Unreadable(String),
    #[error("no provider is configured with the issuer {issuer:?} for one of the audiences of the token")]
    UnknownIssuer { issuer: String },
    #[error("{issuer} signs with {given}, which is not among the algorithms configured for it")]
    Algorithm { issuer: String, given: String },
    #[error("the token has a header that has to be understood and is not: {0}")]
    Critical(&'static str),
    #[error("the token is of the type {0:?}, which is no access token")]
    Type(String),
    #[error("{issuer} has no key {kid:?}")]
    UnknownKey { issuer: String, kid: Option<String> },
    #[error("the keys of {issuer} cannot be had: {why}")]
    Keys { issuer: String, why: String },
    #[error("the token of {issuer} does not verify: {why}")]
    Invalid { issuer: String, why: String },
    #[error("the token of {issuer} has no proper claim {claim}")]
    Claim { issuer: String, claim: String },
    #[error("the token of {issuer} is not valid at this time: {claim}")]
    Time { issuer: String, claim: &'static str },
    #[error("the token of {issuer} lives for {seconds} seconds, which is longer than a token may")]
    TooLongLived { issuer: String, seconds: u64 },
    #[error("the token of {issuer} does not say that the person signed in as strongly as is asked for (acr {acr:?})")]
    Strength { issuer: String, acr: Option<String> },
    #[error("the token of {issuer} is bound to another certificate than the caller's")]
    OtherCertificate { issuer: String },
    #[error("the token was issued for a person of {of}, and came with a certificate of {agency}")]
    OtherAgency { of: AgencyId, agency: AgencyId },
}

/// The providers of identities, each for the people of one agency.
#[derive(Default)]
pub struct People {
    providers: Vec<Provider>,
}

impl People {
    /// The providers that are trusted.
    pub fn new(providers: Vec<Provider>) -> Self {
        Self { providers }
    }

    /// The person whom a token names.
    ///
    /// # Errors
    /// Why it names nobody: for the log, never for the caller.
    pub async fn person(&self, token: &str, now: Instant, certificate: Option<&Digest>) -> Result<Person, NoToken> {
        if token.len() > bounds::TOKEN {
            return Err(NoToken::TooLong);
        }
        let unreadable = |error: jsonwebtoken::errors::Error| NoToken::Unreadable(error.to_string());
        let header = decode_header(token).map_err(unreadable)?;
        // What is not verified yet chooses who verifies it, and nothing else.
        let unverified: Unverified = jsonwebtoken::dangerous::insecure_decode_claims(token).map_err(unreadable)?;
        let provider = self.providers.iter().find(|provider| provider.may_have_issued(&unverified));
        let issuer = || unverified.issuer();
        let provider = provider.ok_or_else(|| NoToken::UnknownIssuer { issuer: issuer() })?;
        Checks { provider, now, certificate }.check(token, &header).await
    }
}

/// What went wrong with a signature or a registered claim, in words for the log.
fn why(error: &jsonwebtoken::errors::Error) -> String {
    if matches!(error.kind(), ErrorKind::InvalidSignature) {
        return "the signature is not the key's".to_owned();
    }
    error.to_string()
}

impl std::fmt::Debug for People {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let issuers: Vec<&str> = self.providers.iter().map(|provider| provider.issuer.as_str()).collect();
        f.debug_struct("People").field("issuers", &issuers).finish()
    }
}
