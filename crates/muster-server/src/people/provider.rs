//! Providers: what is asked of a token before it is believed, and what is made of it then.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::{Header, Validation};
use muster_record::agency::Office;
use muster_record::ids::AgencyId;
use muster_record::rights::Role;
use muster_record::time::Instant;

use super::claims::{Bound, Claims, Unverified};
use super::{Algorithm, Keys, KeysUrl, NoToken, Person, why};
use crate::access::Digest;
use crate::bounds;
use crate::follow::Followed;

/// A provider of identities, which vouches for the people of one agency.
pub struct Provider {
    /// Who it says it is, to the letter.
    pub issuer: String,
    /// Whom its tokens for this server are made for.
    pub audience: String,
    /// The agency whose people it names.
    pub agency: AgencyId,
    /// How it signs.
    pub algorithms: BTreeSet<Algorithm>,
    /// Its keys.
    pub keys: KeySource,
    /// The strengths of sign-in that will do, one of which `acr` has to name; any, where this is empty.
    pub acr: BTreeSet<String>,
    /// The claim that holds the staff id.
    pub person: String,
    /// Roles by the words of a claim.
    pub roles: ClaimMap<Role>,
    /// Offices by the words of a claim.
    pub offices: ClaimMap<Office>,
    /// The longest that a token may live.
    pub longest: Duration,
}

/// What the words of a claim mean here. A word that is not listed means nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClaimMap<T> {
    /// The claim: a text, or a list of texts.
    pub claim: String,
    /// What each of them means.
    pub means: BTreeMap<String, T>,
}

/// Where the keys of a provider come from.
pub enum KeySource {
    /// A file, which is read again when it changes.
    File(Followed<Keys>),
    /// The provider itself.
    Url(KeysUrl),
}

impl Provider {
    /// Whether a token that was not verified says that this provider issued it for this server.
    pub(super) fn may_have_issued(&self, unverified: &Unverified) -> bool {
        unverified.names(&self.issuer, &self.audience)
    }
}

/// A token at its provider's, at a moment, with the certificate it came with.
pub(super) struct Checks<'a> {
    pub(super) provider: &'a Provider,
    pub(super) now: Instant,
    pub(super) certificate: Option<&'a Digest>,
}

impl Checks<'_> {
    /// All that is asked of a token.
    pub(super) async fn check(&self, token: &str, header: &Header) -> Result<Person, NoToken> {
        let algorithm = self.algorithm(header)?;
        let claims = Claims(self.verified(token, header, algorithm).await?);
        let expires = self.lives(&claims)?;
        self.signed_in_strongly(&claims)?;
        self.is_bound(&claims)?;
        if claims.text("sub").is_none_or(str::is_empty) {
            return Err(self.no_claim("sub"));
        }
        let Provider { agency, person, roles, offices, .. } = self.provider;
        let id = claims.text(person).filter(|id| is_staff_id(id)).ok_or_else(|| self.no_claim(person))?;
        Ok(Person {
            id: id.to_owned(),
            agency: agency.clone(),
            roles: meant(roles, &claims),
            offices: meant(offices, &claims),
            expires,
        })
    }

    fn issuer(&self) -> String {
        self.provider.issuer.clone()
    }

    fn no_claim(&self, claim: &str) -> NoToken {
        NoToken::Claim { issuer: self.issuer(), claim: claim.to_owned() }
    }

    /// The algorithm of the token, if the provider may use it.
    fn algorithm(&self, header: &Header) -> Result<Algorithm, NoToken> {
        if header.crit.is_some() {
            return Err(NoToken::Critical("crit"));
        }
        let is_access_token = |of: &str| {
            let of = of.to_ascii_lowercase();
            matches!(of.strip_prefix("application/").unwrap_or(&of), "jwt" | "at+jwt")
        };
        if let Some(other) = header.typ.as_deref().filter(|of| !is_access_token(of)) {
            return Err(NoToken::Type(other.chars().take(40).collect()));
        }
        let allowed = self.provider.algorithms.iter().copied();
        let found = allowed.clone().find(|algorithm| jsonwebtoken::Algorithm::from(*algorithm) == header.alg);
        found.ok_or_else(|| NoToken::Algorithm { issuer: self.issuer(), given: format!("{:?}", header.alg) })
    }

    async fn verified(
        &self,
        token: &str,
        header: &Header,
        algorithm: Algorithm,
    ) -> Result<serde_json::Map<String, serde_json::Value>, NoToken> {
        let kid = header.kid.as_deref();
        let unknown =
            || NoToken::UnknownKey { issuer: self.issuer(), kid: kid.map(|kid| kid.chars().take(100).collect()) };
        let key = match &self.provider.keys {
            KeySource::File(keys) => keys.borrow().find(kid, algorithm).cloned().ok_or_else(unknown)?,
            KeySource::Url(url) => {
                let found = url.key(kid, algorithm).await;
                found.map_err(|why| NoToken::Keys { issuer: self.issuer(), why })?.ok_or_else(unknown)?
            }
        };
        let mut asked = Validation::new(header.alg);
        asked.set_required_spec_claims(&["exp", "nbf", "iss", "aud", "sub"]);
        asked.set_issuer(&[&self.provider.issuer]);
        asked.set_audience(&[&self.provider.audience]);
        // Times are looked at below, by the clock that is handed in and to the second.
        (asked.validate_exp, asked.validate_nbf) = (false, false);
        let decoded = jsonwebtoken::decode(token, &key, &asked);
        decoded.map(|data| data.claims).map_err(|error| NoToken::Invalid { issuer: self.issuer(), why: why(&error) })
    }

    /// That the token is valid now and does not live too long; when it runs out.
    fn lives(&self, claims: &Claims) -> Result<Instant, NoToken> {
        let moment = |claim| claims.moment(claim).ok_or_else(|| self.no_claim(claim));
        let (expires, not_before, issued) = (moment("exp")?, moment("nbf")?, moment("iat")?);
        let now = u64::try_from(self.now.timestamp()).unwrap_or(0);
        let leeway = bounds::TOKEN_LEEWAY.as_secs();
        let soonest = now.saturating_add(leeway);
        let wrong = |claim| Err(NoToken::Time { issuer: self.issuer(), claim });
        if not_before > soonest {
            return wrong("nbf lies in the future");
        }
        if issued > soonest {
            return wrong("iat lies in the future");
        }
        let lives = expires.saturating_sub(issued);
        if lives > self.provider.longest.as_secs() {
            return Err(NoToken::TooLongLived { issuer: self.issuer(), seconds: lives });
        }
        // The leeway is the provider's clock's, so it is added here and not taken off elsewhere.
        let ends = expires.saturating_add(leeway);
        if ends <= now || expires <= issued {
            return wrong("exp lies in the past");
        }
        let ends = i64::try_from(ends).ok().and_then(|ends| Instant::from_timestamp(ends, 0));
        ends.ok_or_else(|| self.no_claim("exp"))
    }

    fn signed_in_strongly(&self, claims: &Claims) -> Result<(), NoToken> {
        let acr = claims.text("acr");
        let asked = &self.provider.acr;
        if asked.is_empty() || acr.is_some_and(|acr| asked.contains(acr)) {
            return Ok(());
        }
        Err(NoToken::Strength { issuer: self.issuer(), acr: acr.map(|acr| acr.chars().take(100).collect()) })
    }

    /// That a token bound to a certificate came with that one.
    fn is_bound(&self, claims: &Claims) -> Result<(), NoToken> {
        let other = || NoToken::OtherCertificate { issuer: self.issuer() };
        match (claims.bound_to(), self.certificate) {
            (Bound::Nothing, _) => Ok(()),
            (Bound::Certificate(bound), Some(certificate)) if bound == URL_SAFE_NO_PAD.encode(certificate) => Ok(()),
            (Bound::Certificate(_) | Bound::Unknown, _) => Err(other()),
        }
    }
}

fn meant<T: Copy + Ord>(map: &ClaimMap<T>, claims: &Claims) -> BTreeSet<T> {
    claims.texts(&map.claim).into_iter().filter_map(|word| map.means.get(word).copied()).collect()
}

/// A staff id goes onto records and into logs: printable, without spaces, and not long.
fn is_staff_id(id: &str) -> bool {
    !id.is_empty() && id.len() <= 128 && id.bytes().all(|byte| byte.is_ascii_graphic())
}
