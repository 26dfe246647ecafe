//! Certificates of systems: what a client shows in its handshake, and what authorities are read from.

use std::sync::OnceLock;

use muster_server::access::Presented;
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, ExtendedKeyUsagePurpose, IsCa, KeyPair, SanType};

use crate::Read;

const DOMAIN: &str = "muster.example";
const URI: &str = "spiffe://muster.example/agency/e08000026/system/console";

/// An authority, and a certificate of its for a system, as DER.
fn held() -> &'static [Vec<u8>; 2] {
    static HELD: OnceLock<[Vec<u8>; 2]> = OnceLock::new();
    HELD.get_or_init(|| {
        let mut params = CertificateParams::default();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let authority = CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap();
        let mut params = CertificateParams::default();
        params.subject_alt_names = vec![SanType::URI(URI.try_into().unwrap())];
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ClientAuth];
        let leaf = params.signed_by(&KeyPair::generate().unwrap(), &authority).unwrap();
        [authority.der().to_vec(), leaf.der().to_vec()]
    })
}

/// Whoever changes a certificate is nobody: only the authority's own signature names a system.
pub(crate) fn body(data: &[u8]) -> Read {
    let [authority, leaf] = held();
    let read = Presented::read(&[data], &[authority.as_slice()], DOMAIN);
    if let Ok(presented) = &read {
        assert_eq!((presented.uri.as_str(), presented.system.as_str()), (URI, "console"));
        assert_eq!(presented.agency.as_str(), "e08000026");
    }
    // The same bytes as an authority vouch for nobody, whatever they say.
    if data != authority.as_slice() {
        assert!(Presented::read(&[leaf.as_slice()], &[data], DOMAIN).is_err());
    }
    Read::of(&read)
}

pub(crate) fn seeds() -> Vec<Vec<u8>> {
    vec![held()[1].clone()]
}
