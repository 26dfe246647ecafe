//! People: who signs in with what, what they may do, and that a token that is not as it should be opens nothing.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64;
use jsonwebtoken::jwk::{Jwk, JwkSet};
use jsonwebtoken::{Algorithm as Signing, EncodingKey};
use muster::client::{self, Bearer, Client};
use muster::dev_certs::SYSTEM;
use muster::people::{Claim, ProviderConfig};
use muster_coordinator::Surroundings as _;
use muster_proto::v1;
use muster_proto::v1::author::Hand;
use muster_record::agency::Office;
use muster_record::situation::IncidentKind;
use muster_server::people::Algorithm;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, ServerName};
use serde_json::{Map, Value, json};
use tonic::{Code, Request, Status};

use crate::certificates::{Seeded, uri};
use crate::home::{COUNCIL, CQC, Home, House, ICB, soon};
use crate::logs;
use crate::participant::{Participant, note, options, refused, request, watch_one};

mod tokens;

/// A provider of identities.
pub(crate) struct Idp {
    issuer: String,
    agency: String,
    kid: String,
    key: Vec<u8>,
    public: Value,
}

pub(crate) fn seconds() -> i64 {
    muster::surroundings::System.now().timestamp()
}

impl Idp {
    /// A provider for an agency, whose issuer nobody else has.
    pub(crate) fn of(agency: &str, issuer: &str) -> Self {
        let key = rcgen::KeyPair::generate().unwrap().serialize_der();
        let kid = format!("key of {issuer}");
        let mut jwk = Jwk::from_encoding_key(&EncodingKey::from_ec_der(&key), Signing::ES256).unwrap();
        jwk.common.key_id = Some(kid.clone());
        let public = serde_json::to_value(JwkSet { keys: vec![jwk] }).unwrap();
        Self { issuer: issuer.to_owned(), agency: agency.to_owned(), kid, key, public }
    }

    /// Has a home trust it.
    pub(crate) fn is_trusted_by(&self, home: &mut Home) {
        let file = format!("{}.jwks.json", self.issuer.replace(['/', ':'], "-"));
        let jwks = home.put(&file, self.public.to_string());
        let means = |words: &[&str]| words.iter().map(|word| (format!("m-{word}"), (*word).to_owned())).collect();
        let roles: BTreeMap<String, String> =
            means(&["incident-lead", "practitioner", "comms", "rule-set-operator", "platform-admin", "auditor"]);
        let offices: BTreeMap<String, String> = means(&["incident-lead"]);
        home.config.people.providers.push(ProviderConfig {
            issuer: self.issuer.clone(),
            audience: "muster-test".to_owned(),
            agency: self.agency.parse().unwrap(),
            algorithms: BTreeSet::from([Algorithm::Es256]),
            jwks_file: Some(jwks),
            jwks_url: None,
            jwks_ca: None,
            acr: BTreeSet::from(["two-factors".to_owned()]),
            person_claim: "staff".to_owned(),
            longest_minutes: 15,
            roles: Claim {
                claim: "groups".to_owned(),
                means: roles.into_iter().map(|(word, role)| (word, role.parse().unwrap())).collect(),
            },
            offices: Claim {
                claim: "posts".to_owned(),
                means: offices.into_iter().map(|(word, office)| (word, office.parse().unwrap())).collect(),
            },
        });
    }

    /// The header of a proper token.
    pub(crate) fn header(&self) -> Value {
        json!({"alg": "ES256", "typ": "at+jwt", "kid": self.kid})
    }

    /// The claims of a proper token.
    pub(crate) fn claims(&self, person: &str, roles: &[&str], offices: &[&str]) -> Map<String, Value> {
        let now = seconds();
        let ours = |words: &[&str]| words.iter().map(|word| format!("m-{word}")).collect::<Vec<_>>();
        let claims = json!({
            "iss": self.issuer, "aud": ["other", "muster-test"], "sub": format!("subject of {person}"), "staff": person,
            "iat": now, "nbf": now, "exp": now + 600, "acr": "two-factors",
            "groups": ours(roles), "posts": ours(offices),
        });
        claims.as_object().unwrap().clone()
    }

    /// Signs whatever it is.
    pub(crate) fn signs(&self, header: &Value, claims: &Value) -> String {
        let message = format!("{}.{}", BASE64.encode(header.to_string()), BASE64.encode(claims.to_string()));
        let key = EncodingKey::from_ec_der(&self.key);
        let signature = jsonwebtoken::crypto::sign(message.as_bytes(), &key, Signing::ES256).unwrap();
        format!("{message}.{signature}")
    }

    /// A proper token.
    pub(crate) fn token(&self, person: &str, roles: &[&str], offices: &[&str]) -> String {
        self.signs(&self.header(), &Value::Object(self.claims(person, roles, offices)))
    }
}

impl House<'_> {
    /// A person who is signed in through their agency's system.
    pub(crate) async fn signed_in(&self, home: &Home, agency: &str, token: &str) -> Participant {
        let identity = home.authority.system(&agency.parse().unwrap(), SYSTEM).unwrap();
        let bearer = Bearer::token(token).unwrap();
        let ca = home.authority.certificate();
        let client = Client::connect_for(bearer, self.serving.api(), &ca, Some(&identity)).await.unwrap();
        Participant { client, agency: agency.to_owned() }
    }

    /// A person who calls without a system.
    async fn person(&self, home: &Home, agency: &str, token: &str) -> Participant {
        let (people, ca) = (self.serving.people().unwrap(), home.authority.certificate());
        let client = Client::connect_for(Bearer::token(token).unwrap(), people, &ca, None).await.unwrap();
        Participant { client, agency: agency.to_owned() }
    }
}

async fn info(of: &Participant) -> Result<v1::GetServerInfoResponse, Status> {
    Ok(of.client.info.clone().get_server_info(v1::GetServerInfoRequest {}).await?.into_inner())
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_person_writes_through_a_system_names_both() {
    let (mut home, idp) = (Home::new(), Idp::of(COUNCIL, "https://council.example/both"));
    idp.is_trusted_by(&mut home);
    let house = home.open().await;
    let manager = house.signed_in(&home, COUNCIL, &idp.token("duty.manager", &["incident-lead"], &[])).await;
    let incident = manager.opens("Rosebank", IncidentKind::QualityConcern).await;
    manager.notes(&incident, "by a person").await;
    // The same system, when nobody is signed in.
    let unattended = house.client(COUNCIL).await;
    unattended.notes(&incident, "by the system").await;

    let read = manager.reads(&incident).await;
    let hands: Vec<_> = read.iter().map(|entry| entry.author.clone().unwrap().hand.unwrap()).collect();
    let person = Hand::Person(v1::SignedIn { person: "duty.manager".to_owned(), system: SYSTEM.to_owned() });
    assert_eq!((hands.first(), hands.last()), (Some(&person), Some(&Hand::System(SYSTEM.to_owned()))));
    let told: Vec<_> = read.iter().map(|entry| muster_proto::entry::line(entry).who).collect();
    assert!(told.contains(&"e08000026/duty.manager".to_owned()) && told.contains(&"e08000026".to_owned()), "{told:?}");
    let info = info(&manager).await.unwrap();
    assert_eq!((info.agency.as_str(), info.system.as_str(), info.person.as_str()), (COUNCIL, SYSTEM, "duty.manager"));
    assert_eq!(
        (info.purpose.as_str(), info.rights.join(" ")),
        ("coordination", "read write identify share break-glass send-out".to_owned())
    );
    house.close().await;
    // And it stands on the record, whoever reads it later.
    let house = home.open().await;
    assert_eq!(house.client(COUNCIL).await.reads(&incident).await, read);
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_person_may_do_is_the_least_of_system_person_and_purpose() {
    let (mut home, idp) = (Home::new(), Idp::of(COUNCIL, "https://council.example/least"));
    idp.is_trusted_by(&mut home);
    let registry = std::fs::read_to_string(home.path("access.toml")).unwrap();
    let row = format!("[[system]]\nuri = \"{}\"\nroles = [\"practitioner\", \"comms\"]\n", uri(COUNCIL));
    home.put("access.toml", format!("{registry}\n{row}"));
    let house = home.open().await;
    let everything = ["incident-lead", "practitioner", "comms", "rule-set-operator", "platform-admin"];
    let all = house.signed_in(&home, COUNCIL, &idp.token("all.roles", &everything, &[])).await;
    let incident = all.opens("Rosebank", IncidentKind::QualityConcern).await;

    // The person may change settings; the system may not.
    let status = all.client.rule_sets.clone().change_settings(v1::ChangeSettingsRequest::default()).await;
    missing(status, "change-settings");
    // The system may write; the person may not, or has no role at all.
    let settings = house.signed_in(&home, COUNCIL, &idp.token("settings", &["rule-set-operator"], &[])).await;
    missing(settings.appends(request(&incident, options(), [note("?")])).await, "write");
    let nobody = house.signed_in(&home, COUNCIL, &idp.token("nobody", &[], &[])).await;
    missing(nobody.appends(request(&incident, options(), [note("?")])).await, "write");
    let info = info(&nobody).await.unwrap();
    assert_eq!((info.rights.len(), info.classes.len(), info.purpose.as_str()), (0, 0, ""));
    // Both may write; the purpose does not call for it.
    let for_purpose = |purpose: &'static str| {
        let mut asked = Request::new(request(&incident, options(), [note("for a purpose")]));
        asked.metadata_mut().insert("muster-purpose", purpose.parse().unwrap());
        let mut records = all.client.records.clone();
        async move { records.append(asked).await }
    };
    for_purpose("direct-care").await.unwrap();
    missing(for_purpose("audit").await, "write");
    let status = refused(for_purpose("curiosity").await, Code::InvalidArgument, "PURPOSE_UNKNOWN");
    assert!(status.message().contains("direct-care, coordination"), "{status:?}");
    // Nobody is signed in, and the system has no role of its own.
    missing(house.client(COUNCIL).await.appends(request(&incident, options(), [note("?")])).await, "write");
    house.close().await;
}

/// Claims that a right was missing.
#[track_caller]
fn missing<T: std::fmt::Debug>(answer: Result<T, Status>, right: &str) {
    use tonic_types::StatusExt as _;
    let status = refused(answer, Code::PermissionDenied, "RIGHT_MISSING");
    assert_eq!(status.get_details_error_info().unwrap().metadata.get("right").map(String::as_str), Some(right));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_person_gives_commands_for_the_offices_that_their_token_has() {
    let (mut home, idp) = (Home::new(), Idp::of(COUNCIL, "https://council.example/offices"));
    idp.is_trusted_by(&mut home);
    let house = home.open().await;
    let unattended = house.client(COUNCIL).await;
    let incident = unattended.opens("Rosebank", IncidentKind::ProviderFailure).await;
    let take = muster_record::incident::participants::Command::TakeOffice { office: Office::IncidentLead };
    unattended.does(&incident, [take.into()]).await;
    let holder = house.signed_in(&home, COUNCIL, &idp.token("lead", &["incident-lead"], &["incident-lead"])).await;
    let other = house.signed_in(&home, COUNCIL, &idp.token("other", &["incident-lead"], &[])).await;

    holder.does_as(Office::IncidentLead, &incident, note("for the office")).await.unwrap();
    let told = other.does_as(Office::IncidentLead, &incident, note("for the office")).await;
    refused(told, Code::PermissionDenied, "NOT_YOUR_OFFICE");
    other.notes(&incident, "for no office").await;
    // A system that acts by itself speaks for its agency, as before.
    unattended.does_as(Office::IncidentLead, &incident, note("for the office")).await.unwrap();
    assert_eq!(other.noted(&incident).await, ["for the office", "for no office", "for the office"]);
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn people_sign_in_without_a_certificate_on_a_listener_of_their_own() {
    logs::kept();
    let (mut home, idp) = (Home::new(), Idp::of(COUNCIL, "https://council.example/people"));
    idp.is_trusted_by(&mut home);
    let house = home.open().await;
    let manager = house.person(&home, COUNCIL, &idp.token("duty.manager", &["incident-lead"], &[])).await;
    let incident = manager.opens("Rosebank", IncidentKind::QualityConcern).await;
    let mut watch = manager.watches(watch_one(&incident)).await.unwrap();
    let last = manager.notes(&incident, "from a browser").await;
    let entries = watch.until(last).await;
    let author = entries.last().unwrap().entries.last().unwrap().author.clone().unwrap();
    assert_eq!(
        author.hand,
        Some(Hand::Person(v1::SignedIn { person: "duty.manager".to_owned(), system: String::new() }))
    );

    // Without a token there is nothing, health and reflection included.
    let (people, ca) = (house.serving.people().unwrap(), home.authority.certificate());
    let without = Client::connect_for(Bearer::Nobody, people, &ca, None).await.unwrap();
    let without = Participant { client: without, agency: COUNCIL.to_owned() };
    refused(info(&without).await, Code::Unauthenticated, "CREDENTIAL_INVALID");
    logs::tells(&["the call carries no bearer token, which this listener requires"]).await;
    // A certificate stands for nobody here.
    let identity = home.authority.system(&COUNCIL.parse().unwrap(), SYSTEM).unwrap();
    let system = Client::connect_for(Bearer::Nobody, people, &ca, Some(&identity)).await.unwrap();
    let system = Participant { client: system, agency: COUNCIL.to_owned() };
    refused(info(&system).await, Code::Unauthenticated, "CREDENTIAL_INVALID");
    // And a token is no certificate on the other one.
    let bearer = Bearer::token(&idp.token("duty.manager", &["incident-lead"], &[])).unwrap();
    let other = Client::connect_for(bearer, house.serving.api(), &ca, None).await;
    assert!(match other {
        Err(_) => true,
        Ok(client) => info(&Participant { client, agency: COUNCIL.to_owned() }).await.is_err(),
    });
    house.close().await;
}

/// One gRPC-Web call as a page in a browser makes it.
fn from_a_page(server: SocketAddr, ca: &str, token: &str, origin: Option<&str>) -> String {
    let mut roots = rustls::RootCertStore::empty();
    roots.add(CertificateDer::from_pem_slice(ca.as_bytes()).unwrap()).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = rustls::ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions().unwrap();
    let config = config.with_root_certificates(roots).with_no_client_auth();
    let name = ServerName::try_from("localhost").unwrap();
    let connection = rustls::ClientConnection::new(Arc::new(config), name).unwrap();
    let mut stream = rustls::StreamOwned::new(connection, TcpStream::connect(server).unwrap());
    let origin = origin.map_or_else(String::new, |origin| format!("origin: {origin}\r\n"));
    let request = format!(
        "POST /muster.v1.ServerService/GetServerInfo HTTP/1.1\r\nhost: localhost:{}\r\nauthorization: Bearer {token}\r\n\
         {origin}content-type: application/grpc-web+proto\r\ncontent-length: 5\r\nconnection: close\r\n\r\n\0\0\0\0\0",
        server.port()
    );
    stream.write_all(request.as_bytes()).unwrap();
    let mut answer = Vec::new();
    drop(stream.read_to_end(&mut answer));
    String::from_utf8_lossy(&answer).into_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_calls_the_server_that_it_came_from_and_no_other() {
    let (mut home, idp) = (Home::new(), Idp::of(COUNCIL, "https://council.example/pages"));
    idp.is_trusted_by(&mut home);
    let house = home.open().await;
    let (server, ca, token) =
        (house.serving.people().unwrap(), home.authority.certificate(), idp.token("one", &["comms"], &[]));
    let own = format!("https://localhost:{}", server.port());
    let origins = [None, Some(own.as_str()), Some("https://evil.example"), Some("null"), Some("http://localhost")];
    let origins = origins.map(|origin| origin.map(str::to_owned));
    let calls = tokio::task::spawn_blocking(move || {
        origins.map(|origin| (from_a_page(server, &ca, &token, origin.as_deref()), origin))
    });
    for (answer, origin) in soon(calls).await.unwrap() {
        let is_own = origin.is_none() || origin.as_deref() == Some(own.as_str());
        assert_eq!(answer.contains("grpc-status:0"), is_own, "{origin:?}: {answer}");
        assert!(is_own || answer.contains("grpc-status: 7"), "{origin:?}: {answer}");
        assert!(!answer.to_lowercase().contains("access-control-allow"), "{answer}");
    }
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stream_ends_when_the_token_does() {
    logs::kept();
    let (mut home, idp) = (Home::new(), Idp::of(COUNCIL, "https://council.example/short"));
    idp.is_trusted_by(&mut home);
    let house = home.open().await;
    let mut claims = idp.claims("short.lived", &["incident-lead"], &[]);
    // The leeway for the provider's clock is half a minute, of which three seconds are left.
    claims.insert("iat".to_owned(), json!(seconds() - 60));
    claims.insert("exp".to_owned(), json!(seconds() - 27));
    let manager = house.signed_in(&home, COUNCIL, &idp.signs(&idp.header(), &Value::Object(claims))).await;
    let incident = manager.opens("Rosebank", IncidentKind::QualityConcern).await;
    let mut watch = manager.watches(watch_one(&incident)).await.unwrap();
    let ended = soon(async {
        loop {
            if let Err(status) = watch.event().await {
                return status;
            }
        }
    });
    refused::<()>(Err(ended.await), Code::Unauthenticated, "CREDENTIAL_INVALID");
    refused(info(&manager).await, Code::Unauthenticated, "CREDENTIAL_INVALID");
    logs::tells(&["a caller is not let in any more", "the token has expired"]).await;
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_that_a_provider_takes_up_is_taken_here_and_one_that_it_drops_is_not() {
    let (mut home, idp) = (Home::new(), Idp::of(COUNCIL, "https://council.example/keys"));
    idp.is_trusted_by(&mut home);
    let house = home.open().await;
    let by_old = house.signed_in(&home, COUNCIL, &idp.token("one", &["comms"], &[])).await;
    info(&by_old).await.unwrap();
    let renewed = Idp::of(COUNCIL, "https://council.example/keys");
    home.put("https---council.example-keys.jwks.json", renewed.public.to_string());
    let by_new = house.signed_in(&home, COUNCIL, &renewed.token("one", &["comms"], &[])).await;
    soon(async {
        while info(&by_new).await.is_err() {
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        }
    })
    .await;
    refused(info(&by_old).await, Code::Unauthenticated, "CREDENTIAL_INVALID");
    house.close().await;
}

/// Tokens that are presented, none of which is as it should be.
const MUTATED: usize = 5_000;
