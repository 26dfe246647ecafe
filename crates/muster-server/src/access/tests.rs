use super::*;

const DOMAIN: &str = "muster.test";

struct Signer(rcgen::CertifiedIssuer<'static, rcgen::KeyPair>);

impl Signer {
    fn new(name: &str) -> Self {
        let mut params = rcgen::CertificateParams::default();
        params.distinguished_name.push(rcgen::DnType::CommonName, name);
        params.is_ca = rcgen::IsCa::Ca(rcgen::BasicConstraints::Unconstrained);
        let key = rcgen::KeyPair::generate().unwrap();
        Self(rcgen::CertifiedIssuer::self_signed(params, key).unwrap())
    }

    fn der(&self) -> Vec<u8> {
        self.0.der().to_vec()
    }

    fn key(&self) -> Digest {
        key_digest(&self.der()).unwrap()
    }

    fn signs(&self, uris: &[&str]) -> Vec<u8> {
        let mut params = rcgen::CertificateParams::new(Vec::<String>::new()).unwrap();
        params.subject_alt_names = uris.iter().map(|uri| rcgen::SanType::URI((*uri).try_into().unwrap())).collect();
        params.not_before = rcgen::date_time_ymd(2026, 1, 1);
        params.not_after = rcgen::date_time_ymd(2026, 4, 1);
        params.signed_by(&rcgen::KeyPair::generate().unwrap(), &self.0).unwrap().der().to_vec()
    }
}

fn read(leaf: Vec<u8>, authorities: &[Vec<u8>]) -> Result<Presented, NobodyNamed> {
    Presented::read(&[leaf], authorities, DOMAIN)
}

fn feed() -> &'static str {
    "spiffe://muster.test/agency/cqc/system/feed"
}

fn moment(text: &str) -> Instant {
    text.parse().unwrap()
}

fn noon() -> Instant {
    moment("2026-02-01T12:00:00Z")
}

/// A registry that binds an authority to the regulator, and lists nobody.
fn registry(signer: &Signer) -> Registry {
    let agencies = BTreeSet::from(["cqc".parse().unwrap()]);
    let roles = SystemRoles { at_most: BTreeSet::from([Role::RegulatorObserver]), ..SystemRoles::default() };
    Registry {
        authorities: vec![Authority { name: "issuing".to_owned(), key: signer.key(), agencies }],
        not_listed: Some(roles),
        ..Registry::default()
    }
}

#[test]
fn the_caller_is_the_one_uri_of_its_certificate() {
    let signer = Signer::new("one");
    let presented = read(signer.signs(&[feed()]), &[signer.der()]).unwrap();
    assert_eq!((presented.agency.as_str(), presented.system.as_str(), presented.uri.as_str()), ("cqc", "feed", feed()));
    assert_eq!((presented.issuer_key, presented.not_before), (signer.key(), moment("2026-01-01T00:00:00Z")));
}

#[test]
fn a_certificate_with_no_uri_or_two_names_nobody() {
    let signer = Signer::new("one");
    assert_eq!(read(signer.signs(&[]), &[signer.der()]), Err(NobodyNamed::NotOneUri(0)));
    let two = [feed(), "spiffe://muster.test/agency/icb/system/feed"];
    assert_eq!(read(signer.signs(&two), &[signer.der()]), Err(NobodyNamed::NotOneUri(2)));
    assert_eq!(read(signer.signs(&[feed(), feed()]), &[signer.der()]), Err(NobodyNamed::NotOneUri(2)));
}

#[test]
fn a_uri_of_another_domain_or_shape_names_nobody() {
    let signer = Signer::new("one");
    let other = Err(NobodyNamed::OtherShape { domain: DOMAIN.to_owned() });
    for uri in [
        "spiffe://muster.test.evil/agency/cqc/system/feed",
        "spiffe://evil/agency/cqc/system/feed",
        "spiffe://muster.test/agency/cqc",
        "spiffe://muster.test/agency/CQC/system/feed",
        "spiffe://muster.test/agency/cqc/system/",
        "spiffe://muster.test/agency/cqc/system/feed/more",
        "spiffe://muster.test/agency/cqc/system/feed?x",
        "https://muster.test/agency/cqc/system/feed",
    ] {
        assert_eq!(read(signer.signs(&[uri]), &[signer.der()]), other, "{uri}");
    }
}

#[test]
fn bytes_that_are_no_certificate_name_nobody() {
    assert_eq!(read(b"not a certificate".to_vec(), &[]), Err(NobodyNamed::Unreadable));
    let signer = Signer::new("one");
    let longer = [signer.signs(&[feed()]), vec![0]].concat();
    assert_eq!(read(longer, &[signer.der()]), Err(NobodyNamed::Unreadable));
    assert_eq!(Presented::read::<Vec<u8>>(&[], &[], DOMAIN), Err(NobodyNamed::NoCertificate));
}

#[test]
fn the_issuer_is_whoever_signed_and_not_who_has_the_name() {
    // Two authorities of one name, as a forger would make the second.
    let (signer, forger) = (Signer::new("the same"), Signer::new("the same"));
    let leaf = signer.signs(&[feed()]);
    assert_eq!(read(leaf.clone(), &[forger.der(), signer.der()]).unwrap().issuer_key, signer.key());
    assert_eq!(read(leaf.clone(), &[forger.der()]), Err(NobodyNamed::IssuerNotFound));
    // An issuer that is sent with the leaf is found there.
    let chain = [leaf, signer.der()];
    assert_eq!(Presented::read(&chain, &[forger.der()], DOMAIN).unwrap().issuer_key, signer.key());
}

#[test]
fn an_authority_names_only_the_agencies_it_is_bound_to() {
    let (signer, other) = (Signer::new("one"), Signer::new("two"));
    let registry = registry(&signer);
    let named = |signer: &Signer, uri| read(signer.signs(&[uri]), &[signer.der()]).unwrap();
    assert!(registry.admits(&named(&signer, feed()), noon()).is_ok());
    let of_icb = named(&signer, "spiffe://muster.test/agency/icb/system/feed");
    let (authority, agency) = ("issuing".to_owned(), "icb".parse().unwrap());
    assert_eq!(registry.admits(&of_icb, noon()), Err(NobodyNamed::NotItsAgency { authority, agency }));
    let agency = "cqc".parse().unwrap();
    assert_eq!(registry.admits(&named(&other, feed()), noon()), Err(NobodyNamed::UnknownIssuer { agency }));
}

#[test]
fn a_certificate_is_good_from_its_first_to_its_last_second() {
    let signer = Signer::new("one");
    let (registry, presented) = (registry(&signer), read(signer.signs(&[feed()]), &[signer.der()]).unwrap());
    let good = |at| registry.admits(&presented, moment(at)).is_ok();
    assert!(good("2026-01-01T00:00:00Z") && good("2026-04-01T00:00:00Z"));
    assert!(!good("2025-12-31T23:59:59Z") && !good("2026-04-01T00:00:01Z"));
}

#[test]
fn what_is_revoked_or_suspended_or_not_listed_is_refused() {
    let (signer, uri) = (Signer::new("one"), feed().to_owned());
    let presented = read(signer.signs(&[feed()]), &[signer.der()]).unwrap();
    let with = |change: &dyn Fn(&mut Registry)| {
        let mut registry = registry(&signer);
        change(&mut registry);
        registry.admits(&presented, noon()).cloned()
    };
    let revoked = Err(NobodyNamed::Revoked { uri: uri.clone() });
    assert_eq!(
        with(&|it| {
            it.revoked.keys.insert(presented.key);
        }),
        revoked
    );
    let by_serial = (presented.issuer_key, presented.serial.clone());
    assert_eq!(
        with(&|it| {
            it.revoked.serials.insert(by_serial.clone());
        }),
        revoked
    );
    // The same serial number of another authority is another certificate.
    assert!(
        with(&|it| {
            it.revoked.serials.insert(([7; 32], presented.serial.clone()));
        })
        .is_ok()
    );
    assert_eq!(with(&|it| it.not_listed = None), Err(NobodyNamed::NotListed { uri: uri.clone() }));
    let system = |state| System { state, roles: SystemRoles::default() };
    let listed = |state| {
        with(&|it| {
            it.systems.insert(uri.clone(), system(state));
        })
    };
    assert_eq!(listed(SystemState::Suspended), Err(NobodyNamed::Suspended { uri: uri.clone() }));
    // Its own row stands above what systems without one get.
    assert_eq!(listed(SystemState::Active), Ok(SystemRoles::default()));
}

#[test]
fn a_certificate_with_any_bit_turned_names_nobody() {
    let signer = Signer::new("one");
    let (leaf, authorities) = (signer.signs(&[feed()]), [signer.der()]);
    assert!(read(leaf.clone(), &authorities).is_ok());
    let mut taken = Vec::new();
    for place in 0..leaf.len() {
        for bit in 0..8 {
            let mut turned = leaf.clone();
            turned[place] ^= 1 << bit;
            if read(turned, &authorities).is_ok() {
                taken.push((place, bit));
            }
        }
    }
    assert!(taken.is_empty(), "of {} bytes, these bits do not matter: {taken:?}", leaf.len());
}
