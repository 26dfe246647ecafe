//! Certificates: which of them get in, in real handshakes, and that whoever is turned away is not told why.

use std::net::SocketAddr;
use std::sync::Arc;

use chrono::Datelike as _;
use muster::dev_certs::{SYSTEM, TRUST_DOMAIN};
use muster_coordinator::Surroundings as _;
use muster_server::access::Presented;
use prost::bytes::Bytes;
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, ExtendedKeyUsagePurpose, IsCa, KeyPair, SanType};
use rustls::client::ResolvesClientCert;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName};
use rustls::sign::CertifiedKey;
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

use crate::home::{CQC, Home, ICB, soon};
use crate::logs;

/// A kind of certificate with one of it, and its key, as DER; none for nothing presented.
type Knock = (&'static str, Option<(Vec<u8>, Vec<u8>)>);

/// An authority that signs what it is asked to.
pub(crate) struct Signer {
    issuer: CertifiedIssuer<'static, KeyPair>,
}

/// A certificate with its key, as bytes.
#[derive(Clone)]
pub(crate) struct Leaf {
    pub(crate) der: Vec<u8>,
    pub(crate) pem: String,
    pub(crate) key: Vec<u8>,
    pub(crate) key_pem: String,
}

/// A certificate as it should be, for that URI.
pub(crate) fn proper(uris: &[&str]) -> CertificateParams {
    let today = muster::surroundings::System.now();
    let mut params = CertificateParams::default();
    params.subject_alt_names = uris.iter().map(|uri| SanType::URI((*uri).try_into().unwrap())).collect();
    params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ClientAuth];
    params.not_before = rcgen::date_time_ymd(today.year() - 1, 1, 1);
    params.not_after = rcgen::date_time_ymd(today.year() + 1, 1, 1);
    params
}

impl Signer {
    pub(crate) fn new() -> Self {
        let mut params = CertificateParams::default();
        params.distinguished_name.push(rcgen::DnType::CommonName, "A second authority");
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        Self { issuer: CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap() }
    }

    pub(crate) fn pem(&self) -> String {
        self.issuer.pem()
    }

    pub(crate) fn signs(&self, params: &CertificateParams) -> Leaf {
        let key = KeyPair::generate().unwrap();
        let certificate = params.signed_by(&key, &self.issuer).unwrap();
        let der = certificate.der().to_vec();
        Leaf { der, pem: certificate.pem(), key: key.serialize_der(), key_pem: key.serialize_pem() }
    }
}

pub(crate) fn uri(agency: &str) -> String {
    format!("spiffe://{TRUST_DOMAIN}/agency/{agency}/system/{SYSTEM}")
}

/// A home that lets in what its own authority signs, and a second one, which is bound to some agencies only.
pub(crate) fn home_with(signer: &Signer, agencies: &[&str], more: &str) -> Home {
    let mut home = Home::new();
    let both = format!("{}{}", home.authority.certificate(), signer.pem());
    home.config.tls.as_mut().unwrap().client_ca = home.put("both.pem", both);
    home.put("second.pem", signer.pem());
    let agencies: Vec<String> = agencies.iter().map(|agency| format!("\"{agency}\"")).collect();
    let row =
        format!("[[authority]]\nname = \"second\"\ncertificate = \"second.pem\"\nagencies = [{}]", agencies.join(", "));
    let registry = std::fs::read_to_string(home.path("access.toml")).unwrap();
    home.put("access.toml", format!("{registry}\n{row}\n{more}\n"));
    home
}

/// Presents a certificate, whatever it is.
#[derive(Debug)]
struct Presents(Option<Arc<CertifiedKey>>);

impl ResolvesClientCert for Presents {
    fn resolve(&self, _: &[&[u8]], _: &[rustls::SignatureScheme]) -> Option<Arc<CertifiedKey>> {
        self.0.clone()
    }

    fn has_certs(&self) -> bool {
        self.0.is_some()
    }
}

/// What came of a call with a certificate: the port that it was made from, and the answer or the error.
struct Knocked {
    port: u16,
    answer: Result<String, String>,
}

/// A real handshake, and in it one call.
fn knock(server: SocketAddr, roots: &Arc<rustls::RootCertStore>, with: Option<(&[u8], &[u8])>) -> Knocked {
    tokio::runtime::Handle::current().block_on(soon(knocking(server, roots, with)))
}

async fn knocking(server: SocketAddr, roots: &Arc<rustls::RootCertStore>, with: Option<(&[u8], &[u8])>) -> Knocked {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let presents = with.map(|(der, key)| {
        let key = PrivateKeyDer::try_from(key.to_vec()).unwrap();
        let key = provider.key_provider.load_private_key(key).unwrap();
        Arc::new(CertifiedKey::new(vec![CertificateDer::from(der.to_vec())], key))
    });
    let config = rustls::ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions().unwrap();
    let mut config =
        config.with_root_certificates(Arc::clone(roots)).with_client_cert_resolver(Arc::new(Presents(presents)));
    config.alpn_protocols = vec![b"h2".to_vec()];
    let tcp = TcpStream::connect(server).await.unwrap();
    let port = tcp.local_addr().unwrap().port();
    let name = ServerName::try_from("localhost").unwrap();
    let answer = match TlsConnector::from(Arc::new(config)).connect(name, tcp).await {
        Ok(stream) => call(stream).await.map_err(|error| error.to_string()),
        Err(error) => Err(error.to_string()),
    };
    Knocked { port, answer }
}

/// One call with an empty message, and all headers and trailers of its answer.
async fn call(stream: TlsStream<TcpStream>) -> Result<String, h2::Error> {
    let (client, connection) = h2::client::handshake(stream).await?;
    let driven = tokio::spawn(connection);
    let request = http::Request::post("https://localhost/muster.v1.ServerService/GetServerInfo")
        .header("content-type", "application/grpc")
        .header("te", "trailers")
        .body(())
        .unwrap();
    let (response, mut sending) = client.ready().await?.send_request(request, false)?;
    sending.send_data(Bytes::from_static(&[0; 5]), true)?;
    let (head, mut body) = response.await?.into_parts();
    while let Some(part) = body.data().await {
        part?;
    }
    let trailers = body.trailers().await?.unwrap_or_default();
    driven.abort();
    let told = head.headers.iter().chain(&trailers);
    Ok(told.map(|(name, value)| format!("{name}:{}\n", String::from_utf8_lossy(value.as_bytes()))).collect())
}

fn roots(home: &Home) -> Arc<rustls::RootCertStore> {
    let mut roots = rustls::RootCertStore::empty();
    roots.add(CertificateDer::from_pem_slice(home.authority.certificate().as_bytes()).unwrap()).unwrap();
    Arc::new(roots)
}

/// Whether the caller was let in.
fn is_in(knocked: &Knocked) -> bool {
    knocked.answer.as_ref().is_ok_and(|answer| answer.contains("grpc-status:0"))
}

#[tokio::test(flavor = "multi_thread")]
async fn every_kind_of_bad_certificate_is_refused_and_only_the_log_says_why() {
    logs::kept();
    let signer = Signer::new();
    let (known, too) = (uri(CQC), uri("e08000026"));
    let revoked = signer.signs(&proper(&[&known]));
    let authority = CertificateDer::from_pem_slice(signer.pem().as_bytes()).unwrap().to_vec();
    let presented = Presented::read(std::slice::from_ref(&revoked.der), &[authority], TRUST_DOMAIN).unwrap();
    let digest: String = presented.key.iter().map(|byte| format!("{byte:02x}")).collect();
    let row = format!("[[revoked]]\nkey_sha256 = \"{digest}\"\nbecause = \"its laptop was lost\"");
    let home = home_with(&signer, &[CQC], &row);
    let house = home.open().await;

    let day = chrono::TimeDelta::days(1);
    let (yesterday, tomorrow) = (muster::surroundings::System.now() - day, muster::surroundings::System.now() + day);
    let date = |of: chrono::DateTime<chrono::Utc>| {
        rcgen::date_time_ymd(of.year(), u8::try_from(of.month()).unwrap(), u8::try_from(of.day()).unwrap())
    };
    let (mut expired, mut early, mut of_server) = (proper(&[&known]), proper(&[&known]), proper(&[&known]));
    expired.not_after = date(yesterday);
    early.not_before = date(tomorrow);
    of_server.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
    let stranger = Signer::new();
    // None of these words may reach the caller.
    let table: Vec<(&str, Option<Leaf>, &str)> = vec![
        ("none", None, "peer sent no certificates"),
        ("of another authority", Some(stranger.signs(&proper(&[&known]))), "invalid peer certificate: BadSignature"),
        ("expired", Some(signer.signs(&expired)), "xpired"),
        ("not yet valid", Some(signer.signs(&early)), "not valid yet"),
        (
            "for servers only",
            Some(signer.signs(&of_server)),
            "does not allow extended key usage for client authentication",
        ),
        ("of two URIs", Some(signer.signs(&proper(&[&known, &too]))), "names 2 URIs; it must name exactly one"),
        ("of no URI", Some(signer.signs(&proper(&[]))), "names 0 URIs; it must name exactly one"),
        (
            "of another trust domain",
            Some(signer.signs(&proper(&["spiffe://evil.example/agency/cqc/system/console"]))),
            "is not spiffe://muster.local/agency/",
        ),
        (
            "of an authority not bound to its agency",
            Some(signer.signs(&proper(&[&uri(ICB)]))),
            "the authority second may not issue certificates for qwu",
        ),
        ("revoked", Some(revoked), "is revoked"),
    ];
    let (server, roots) = (house.serving.api(), roots(&home));
    let good = signer.signs(&proper(&[&known]));
    let of = |leaf: &Option<Leaf>| leaf.clone().map(|leaf| (leaf.der, leaf.key));
    let mut rows: Vec<_> = table.iter().map(|(name, leaf, _)| (*name, of(leaf))).collect();
    rows.push(("good", Some((good.der, good.key))));
    let knocking = tokio::task::spawn_blocking(move || {
        let knock = |(name, with): Knock| {
            (name, knock(server, &roots, with.as_ref().map(|(der, key)| (der.as_slice(), key.as_slice()))))
        };
        rows.into_iter().map(knock).collect::<Vec<_>>()
    });
    let mut knocked = soon(knocking).await.unwrap();
    let (_, let_in) = knocked.pop().unwrap();
    assert!(is_in(&let_in), "{:?}", let_in.answer);

    let mut answers = std::collections::BTreeSet::new();
    for ((name, _, reason), (_, knocked)) in table.iter().zip(&knocked) {
        assert!(!is_in(knocked), "{name}: {:?}", knocked.answer);
        let line = logs::tells(&[&format!("peer=127.0.0.1:{}", knocked.port), "refused"]).await;
        assert!(line.to_lowercase().contains(&reason.to_lowercase()), "{name}: {line}");
        if let Ok(answer) = &knocked.answer {
            assert!(!answer.contains(reason) && !answer.contains("second") && !answer.contains("qwu"), "{answer}");
            // All but the moment of the answer.
            let told = answer.lines().filter(|line| !line.starts_with("date:")).collect::<Vec<_>>().join("\n");
            answers.insert(told);
        }
    }
    assert_eq!(answers.len(), 1, "all who are refused at the door are told the same: {answers:#?}");
    house.close().await;
}

/// Certificates that are presented, each with a few bits turned.
const MUTATED: usize = 1_000;

/// A source of numbers that gives the same ones each time.
pub(crate) struct Seeded(pub(crate) u64);

impl Seeded {
    pub(crate) fn next(&mut self, below: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % u64::try_from(below).unwrap()).unwrap()
    }

    /// The same bytes with one to three bits turned.
    pub(crate) fn turned(&mut self, bytes: &[u8]) -> Vec<u8> {
        let mut turned = bytes.to_vec();
        while turned == bytes {
            for _ in 0..=self.next(3) {
                let place = self.next(turned.len());
                turned[place] ^= 1 << self.next(8);
            }
        }
        turned
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_thousand_certificates_with_turned_bits_are_refused() {
    let home = Home::new();
    let house = home.open().await;
    let (server, roots) = (house.serving.api(), roots(&home));
    let identity = home.authority.system(&CQC.parse().unwrap(), SYSTEM).unwrap();
    let good = CertificateDer::from_pem_slice(identity.certificate.as_bytes()).unwrap().to_vec();
    let key = PrivateKeyDer::from_pem_slice(identity.key.as_bytes()).unwrap().secret_der().to_vec();
    let authority = CertificateDer::from_pem_slice(home.authority.certificate().as_bytes()).unwrap().to_vec();
    assert!(Presented::read(std::slice::from_ref(&good), std::slice::from_ref(&authority), TRUST_DOMAIN).is_ok());

    let knocking = tokio::task::spawn_blocking(move || {
        assert!(is_in(&knock(server, &roots, Some((&good, &key)))));
        let mut seeded = Seeded(0x6d75_7374_6572_0001);
        let (mut in_the_handshake, mut at_the_door) = (0, 0);
        for number in 0..MUTATED {
            let turned = seeded.turned(&good);
            // What the handshake would have let through meets the function that the door uses.
            assert!(
                Presented::read(std::slice::from_ref(&turned), std::slice::from_ref(&authority), TRUST_DOMAIN).is_err(),
                "{number}"
            );
            let knocked = knock(server, &roots, Some((&turned, &key)));
            assert!(!is_in(&knocked), "{number}: {:?}", knocked.answer);
            match knocked.answer {
                Err(_) => in_the_handshake += 1,
                Ok(answer) if answer.is_empty() => in_the_handshake += 1,
                Ok(_) => at_the_door += 1,
            }
        }
        assert!(is_in(&knock(server, &roots, Some((&good, &key)))), "the one without turned bits still gets in");
        (in_the_handshake, at_the_door)
    });
    let (in_the_handshake, at_the_door) = knocking.await.unwrap();
    assert_eq!(in_the_handshake + at_the_door, MUTATED);
    println!("{MUTATED} mutated certificates: {in_the_handshake} refused in the handshake, {at_the_door} at the door");
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_authority_is_none_for_the_first_ones_agencies() {
    let signer = Signer::new();
    let home = home_with(&signer, &[CQC], "");
    let house = home.open().await;
    let leaf = signer.signs(&proper(&[&uri(ICB)]));
    let identity = muster::dev_certs::Identity { certificate: leaf.pem, key: leaf.key_pem };
    let mut client =
        muster::client::Client::connect(house.serving.api(), &home.authority.certificate(), &identity).await.unwrap();
    let answer = client.info.get_server_info(muster_proto::v1::GetServerInfoRequest {}).await;
    crate::participant::refused(answer, tonic::Code::Unauthenticated, "CREDENTIAL_INVALID");
    // The home's own authority names it as before.
    house.client(ICB).await.opens("Rosebank", muster_record::situation::IncidentKind::QualityConcern).await;
    house.close().await;
}
