//! What a client certificate says: exactly one system of one agency, issued by one authority.

use muster_record::ids::AgencyId;
use muster_record::time::Instant;
use sha2::{Digest as _, Sha256};
use thiserror::Error;
use x509_parser::certificate::X509Certificate;
use x509_parser::extensions::GeneralName;
use x509_parser::prelude::FromDer as _;
use x509_parser::time::ASN1Time;

use super::Digest;

/// Why a certificate names nobody. Logged; the caller is only told that it does not do.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[expect(missing_docs, reason = "each says itself what it is, in the words that are logged")]
pub enum NobodyNamed {
    #[error("the connection carries no client certificate")]
    NoCertificate,
    #[error("the client certificate cannot be read")]
    Unreadable,
    #[error("the client certificate is not valid today")]
    OutOfDate,
    #[error("the client certificate names {0} URIs; it must name exactly one")]
    NotOneUri(usize),
    #[error("the URI of the client certificate is not spiffe://{domain}/agency/<agency>/system/<system>")]
    OtherShape { domain: String },
    #[error("the agency {0} is not known to this server")]
    UnknownAgency(AgencyId),
    #[error("the issuer of the client certificate is neither among the authorities for clients nor sent with it")]
    IssuerNotFound,
    #[error("the client certificate names a system of {agency}, and its issuer is no authority of the registry")]
    UnknownIssuer { agency: AgencyId },
    #[error("the authority {authority} may not issue certificates for {agency}")]
    NotItsAgency { authority: String, agency: AgencyId },
    #[error("the certificate of {uri} is revoked")]
    Revoked { uri: String },
    #[error("the system {uri} is suspended")]
    Suspended { uri: String },
    #[error("the system {uri} is not in the registry, which refuses systems that are not listed")]
    NotListed { uri: String },
}

/// What was read out of a certificate that a client presented, and the key that signed it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Presented {
    /// The agency.
    pub agency: AgencyId,
    /// The system's name.
    pub system: String,
    /// The URI that says both.
    pub uri: String,
    /// SHA-256 of the certificate as it was presented. It is no name for it: whoever holds the key can write the
    /// signature (ECDSA) in a second form that is as good.
    pub digest: Digest,
    /// SHA-256 of its public key.
    pub key: Digest,
    /// Its serial number, without leading zeros.
    pub serial: Vec<u8>,
    /// SHA-256 of the public key that signed it.
    pub issuer_key: Digest,
    /// When it begins to be valid.
    pub not_before: Instant,
    /// The last moment at which it is.
    pub not_after: Instant,
}

impl Presented {
    /// Reads the first certificate of a chain. Its issuer is looked for in the rest of the chain and among the
    /// authorities for clients, and is whoever's key verifies its signature, whatever a name says.
    ///
    /// # Errors
    /// Why it names nobody.
    pub fn read<T: AsRef<[u8]>>(chain: &[T], authorities: &[T], domain: &str) -> Result<Self, NobodyNamed> {
        let Some((leaf, above)) = chain.split_first() else { return Err(NobodyNamed::NoCertificate) };
        let certificate = parse(leaf.as_ref()).ok_or(NobodyNamed::Unreadable)?;
        let names = certificate.subject_alternative_name().map_err(|_| NobodyNamed::Unreadable)?;
        let uris: Vec<&str> = names
            .into_iter()
            .flat_map(|names| &names.value.general_names)
            .filter_map(|name| if let GeneralName::URI(uri) = name { Some(*uri) } else { None })
            .collect();
        let [uri] = uris.as_slice() else { return Err(NobodyNamed::NotOneUri(uris.len())) };
        let (agency, system) =
            subject(uri, domain).ok_or_else(|| NobodyNamed::OtherShape { domain: domain.to_owned() })?;
        let issuer_key = above
            .iter()
            .chain(authorities)
            .find_map(|issuer| signed(&certificate, issuer.as_ref()))
            .ok_or(NobodyNamed::IssuerNotFound)?;
        let moment = |time: &ASN1Time| Instant::from_timestamp(time.timestamp(), 0).ok_or(NobodyNamed::Unreadable);
        Ok(Self {
            agency,
            system,
            uri: (*uri).to_owned(),
            digest: Sha256::digest(leaf.as_ref()).into(),
            key: Sha256::digest(certificate.public_key().raw).into(),
            serial: without_zeros(certificate.raw_serial()),
            issuer_key,
            not_before: moment(&certificate.validity().not_before)?,
            not_after: moment(&certificate.validity().not_after)?,
        })
    }
}

/// SHA-256 of the public key in a certificate, which names its authority in the registry.
pub fn key_digest(certificate: &[u8]) -> Option<Digest> {
    Some(Sha256::digest(parse(certificate)?.public_key().raw).into())
}

fn parse(der: &[u8]) -> Option<X509Certificate<'_>> {
    let (rest, certificate) = X509Certificate::from_der(der).ok()?;
    let same_algorithm = certificate.signature_algorithm == certificate.tbs_certificate.signature;
    let whole_bytes = certificate.signature_value.unused_bits == 0;
    (rest.is_empty() && same_algorithm && whole_bytes && is_framed(der, &certificate)).then_some(certificate)
}

/// What the signature does not cover, and the parser reads leniently, has to be as it is always written: the tags of
/// the sequences, of the algorithm's name and of the signature.
fn is_framed(der: &[u8], certificate: &X509Certificate<'_>) -> bool {
    const SEQUENCE: u8 = 0x30;
    const OBJECT: u8 = 0x06;
    const BITS: u8 = 0x03;
    let signed: &[u8] = certificate.tbs_certificate.as_ref();
    let Some(begins) = der.windows(signed.len()).position(|window| window == signed) else { return false };
    let after = der.get(begins.saturating_add(signed.len())..).unwrap_or_default();
    // An algorithm's name and parameters are shorter than 128 bytes, so that their length is one byte.
    let signature = after.get(1).map_or(0, |length| usize::from(*length).saturating_add(2));
    let tags = [der.first(), after.first(), after.get(2), after.get(signature)];
    tags == [Some(&SEQUENCE), Some(&SEQUENCE), Some(&OBJECT), Some(&BITS)]
}

/// The digest of the key of a certificate, if that key signed the other one.
fn signed(certificate: &X509Certificate<'_>, issuer: &[u8]) -> Option<Digest> {
    let issuer = parse(issuer)?;
    if issuer.subject().as_raw() != certificate.issuer().as_raw() {
        return None;
    }
    certificate.verify_signature(Some(issuer.public_key())).ok()?;
    Some(Sha256::digest(issuer.public_key().raw).into())
}

fn without_zeros(serial: &[u8]) -> Vec<u8> {
    serial.iter().copied().skip_while(|byte| *byte == 0).collect()
}

/// The agency and the system that a URI names, in a trust domain.
pub fn subject(uri: &str, domain: &str) -> Option<(AgencyId, String)> {
    let path = uri.strip_prefix("spiffe://")?.strip_prefix(domain)?.strip_prefix("/agency/")?;
    let (agency, system) = path.split_once("/system/")?;
    let plain = |text: &str| !text.is_empty() && text.len() <= 63 && text.bytes().all(is_plain);
    let agency = agency.parse().ok()?;
    plain(system).then(|| (agency, system.to_owned()))
}

fn is_plain(byte: u8) -> bool {
    byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-'
}
