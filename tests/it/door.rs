//! The door: who is let in, what is said to those who are not, and that a stranger cannot tell what there is.

use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::sync::Arc;

use http::uri::PathAndQuery;
use muster::client;
use muster::dev_certs::{Authority, Identity, SYSTEM, TRUST_DOMAIN};
use muster_proto::v1;
use muster_record::agency::{Interest, Office};
use muster_record::incident::{advising, lifecycle, participants};
use muster_record::situation::IncidentKind;
use prost::Message as _;
use prost_types::FileDescriptorSet;
use rcgen::{CertificateParams, CertifiedIssuer, ExtendedKeyUsagePurpose, KeyPair, SanType};
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName};
use tonic::transport::{Certificate, Channel, ClientTlsConfig, Endpoint};
use tonic::{Code, Request, Status};
use tonic_health::pb::health_check_response::ServingStatus;
use tonic_health::pb::health_client::HealthClient;
use tonic_reflection::pb::v1 as reflection;
use tonic_reflection::pb::v1::server_reflection_client::ServerReflectionClient;

use crate::home::{CQC, Home, House, REGION, soon};
use crate::participant::{Participant, invite, note, options, refused, request, watch_one};

/// A connection with that certificate, or with none, which is made when it is first used.
fn channel(server: SocketAddr, ca: &str, identity: Option<&Identity>) -> Channel {
    let tls = ClientTlsConfig::new().domain_name("localhost").ca_certificate(Certificate::from_pem(ca));
    let tls = match identity {
        Some(of) => tls.identity(tonic::transport::Identity::from_pem(&of.certificate, &of.key)),
        None => tls,
    };
    Endpoint::from_shared(format!("https://{server}")).unwrap().tls_config(tls).unwrap().connect_lazy()
}

/// The path of everything that can be called.
fn everything() -> Vec<String> {
    let sets =
        [muster_proto::FILE_DESCRIPTOR_SET, tonic_health::pb::FILE_DESCRIPTOR_SET, reflection::FILE_DESCRIPTOR_SET];
    let files = sets.into_iter().flat_map(|set| FileDescriptorSet::decode(set).unwrap().file);
    let mut paths = vec!["/muster.v1.NoSuchService/Nothing".to_owned()];
    for file in files {
        for service in &file.service {
            let path = |method| format!("/{}.{}/{method}", file.package(), service.name());
            paths.extend(service.method.iter().map(|method| path(method.name())));
        }
    }
    paths
}

/// What is said to a call of that path.
async fn knock(channel: &Channel, path: &str) -> Status {
    let mut grpc = tonic::client::Grpc::new(channel.clone());
    if let Err(error) = soon(grpc.ready()).await {
        return Status::unavailable(error.to_string());
    }
    let codec = tonic_prost::ProstCodec::<(), ()>::default();
    let path = PathAndQuery::try_from(path).unwrap();
    soon(grpc.unary(Request::new(()), path, codec)).await.map(|_| ()).unwrap_err()
}

/// A second authority that the server trusts, which signs what no agency would be given.
struct Careless {
    issuer: CertifiedIssuer<'static, KeyPair>,
}

impl Careless {
    fn new() -> Self {
        let mut params = CertificateParams::default();
        params.is_ca = rcgen::IsCa::Ca(rcgen::BasicConstraints::Unconstrained);
        Self { issuer: CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap() }
    }

    fn signs(&self, uris: &[&str], until_year: i32) -> Identity {
        let mut params = CertificateParams::default();
        params.subject_alt_names = uris.iter().map(|uri| SanType::URI((*uri).try_into().unwrap())).collect();
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ClientAuth];
        params.not_after = rcgen::date_time_ymd(until_year, 1, 1);
        let key = KeyPair::generate().unwrap();
        let certificate = params.signed_by(&key, &self.issuer).unwrap();
        Identity { certificate: certificate.pem(), key: key.serialize_pem() }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_is_not_known_gets_in_nowhere_and_is_not_told_why() {
    let (mut home, careless) = (Home::new(), Careless::new());
    let both = format!("{}{}", home.authority.certificate(), careless.issuer.pem());
    let client_ca = home.put("both.pem", &both);
    home.config.tls.as_mut().unwrap().client_ca = client_ca;
    home.put("careless.pem", careless.issuer.pem());
    let agencies: Vec<String> = home.config.agencies.iter().map(|agency| format!("\"{}\"", agency.id)).collect();
    let registry = std::fs::read_to_string(home.path("access.toml")).unwrap();
    let row = format!(
        "[[authority]]\nname = \"careless\"\ncertificate = \"careless.pem\"\nagencies = [{}]",
        agencies.join(", ")
    );
    home.put("access.toml", format!("{registry}\n{row}\n"));
    let house = home.open().await;

    let known = format!("spiffe://{TRUST_DOMAIN}/agency/cqc/system/{SYSTEM}");
    let too = format!("spiffe://{TRUST_DOMAIN}/agency/qwu/system/{SYSTEM}");
    let stranger = format!("spiffe://{TRUST_DOMAIN}/agency/stranger/system/{SYSTEM}");
    let at_the_handshake = [
        ("no certificate", None),
        ("of another authority", Some(Authority::new().unwrap().client(&known).unwrap())),
        ("out of date", Some(careless.signs(&[&known], 2020))),
    ];
    let at_the_door = [
        ("of an unknown agency", careless.signs(&[&stranger], 4096)),
        ("of another domain", careless.signs(&["spiffe://muster.example/agency/cqc/system/console"], 4096)),
        ("of no URI", careless.signs(&[], 4096)),
        ("of two URIs", careless.signs(&[&known, &too], 4096)),
        ("of no system", careless.signs(&["spiffe://muster.local/agency/cqc"], 4096)),
    ];
    let everything = everything();
    assert!(everything.iter().any(|path| path.starts_with("/grpc.health.v1.Health/")));
    assert!(everything.iter().any(|path| path.starts_with("/grpc.reflection.v1.ServerReflection/")));
    assert!(everything.iter().any(|path| path == "/muster.v1.RecordService/Append"));

    let ca = home.authority.certificate();
    for (who, identity) in &at_the_handshake {
        let channel = channel(house.serving.api(), &ca, identity.as_ref());
        for path in &everything {
            let status = knock(&channel, path).await;
            // Not a header of the server's came back: the connection did not come to be.
            assert!(status.metadata().is_empty() && status.details().is_empty(), "{who} at {path}: {status:?}");
        }
    }
    let mut told = std::collections::BTreeSet::new();
    for (who, identity) in &at_the_door {
        let channel = channel(house.serving.api(), &ca, Some(identity));
        for path in &everything {
            let status = knock(&channel, path).await;
            assert_eq!(client::reason(&status).as_deref(), Some("CREDENTIAL_INVALID"), "{who} at {path}: {status:?}");
            told.insert((status.code().description(), status.message().to_owned(), status.details().to_vec()));
        }
    }
    assert_eq!(told.len(), 1, "all are told the same: {told:?}");
    // The same careless authority, with a certificate as it should be.
    let channel = channel(house.serving.api(), &ca, Some(&careless.signs(&[&known], 4096)));
    assert_eq!(knock(&channel, "/muster.v1.RecordService/Append").await.code(), Code::InvalidArgument);
    house.close().await;
}

/// Everything that can be asked about an incident, and what is answered.
async fn asked_of(by: &Participant, incident: &str) -> Vec<(String, Status)> {
    let incident_id = incident.to_owned();
    let mut told = Vec::new();
    let (mut records, mut incidents, mut advice) =
        (by.client.records.clone(), by.client.incidents.clone(), by.client.advice.clone());
    let read = v1::ReadRequest { incident_id: incident_id.clone(), after_seq: 0, limit: 0 };
    told.push(("read".to_owned(), records.read(read).await.unwrap_err()));
    told.push(("watch".to_owned(), records.watch(watch_one(incident)).await.unwrap_err()));
    let snapshot = v1::WatchRequest { include_snapshot: true, ..watch_one(incident) };
    told.push(("watch with a snapshot".to_owned(), records.watch(snapshot).await.unwrap_err()));
    for wait_for_advice in [false, true] {
        let get = v1::GetIncidentRequest { incident_id: incident_id.clone(), wait_for_advice };
        told.push(("get".to_owned(), incidents.get_incident(get).await.unwrap_err()));
    }
    let report = v1::GetSituationReportRequest { incident_id: incident_id.clone(), at: None };
    told.push(("report".to_owned(), incidents.get_situation_report(report).await.unwrap_err()));
    let list = v1::ListProposalsRequest { incident_id: incident_id.clone(), ..v1::ListProposalsRequest::default() };
    told.push(("list proposals".to_owned(), advice.list_proposals(list).await.unwrap_err()));
    let explain = v1::ExplainProposalRequest { incident_id, proposal: 1 };
    told.push(("explain".to_owned(), advice.explain_proposal(explain).await.unwrap_err()));

    let reason = || "so that it is known".to_owned();
    let commands: [muster_record::Command; 6] = [
        note("hello"),
        participants::Command::Join.into(),
        participants::Command::Leave { reason: reason() }.into(),
        invite(REGION, Interest::Oversight),
        advising::Command::Adopt { proposal: muster_record::ids::ProposalNo(1) }.into(),
        lifecycle::Command::Reopen { reason: reason() }.into(),
    ];
    let as_lead = client::office(Some(Office::IncidentLead));
    let ways = [
        options(),
        v1::WriteOptions { validate_only: true, ..options() },
        v1::WriteOptions { expected_seq: Some(4), ..options() },
        v1::WriteOptions { expected_seq: Some(400), ..options() },
        v1::WriteOptions { office: as_lead, ..options() },
    ];
    for command in commands {
        for way in &ways {
            let way = v1::WriteOptions { request_id: crate::home::fresh_request(), ..way.clone() };
            let name = format!("{command:?} {way:?}");
            told.push((name, by.appends(request(incident, way, [command.clone()])).await.unwrap_err()));
        }
    }
    told
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_seat_what_exists_cannot_be_told_from_what_does_not() {
    let home = Home::new();
    let house = home.open().await;
    let (council, icb, incident) = house.rosebank().await;
    let region = house.client(REGION).await;
    let once_seated = house.rosebank().await.2;
    icb.does(&once_seated, [participants::Command::Leave { reason: "done".to_owned() }.into()]).await;
    let before = council.reads(&incident).await;

    for who in [&region, &icb] {
        let exists = if who.agency == REGION { &incident } else { &once_seated };
        let (there, nowhere) = (asked_of(who, exists).await, asked_of(who, &"0".repeat(32)).await);
        for ((name, there), (_, nowhere)) in there.into_iter().zip(nowhere) {
            let facts = |status: &Status| (status.code(), status.message().to_owned(), status.details().to_vec());
            assert_eq!(facts(&there), facts(&nowhere), "{name}");
            refused::<()>(Err(there), Code::PermissionDenied, "NOT_PERMITTED");
        }
    }
    assert_eq!(council.reads(&incident).await, before);
    let list = region.client.incidents.clone().list_incidents(v1::ListIncidentsRequest::default()).await;
    assert!(list.unwrap().into_inner().incidents.is_empty());
    house.close().await;
}

/// A connection of an agency's system.
fn proper(home: &Home, house: &House<'_>, agency: &str) -> Channel {
    let identity = home.authority.system(&agency.parse().unwrap(), SYSTEM).unwrap();
    channel(house.serving.api(), &home.authority.certificate(), Some(&identity))
}

#[tokio::test(flavor = "multi_thread")]
async fn health_and_reflection_answer_a_proper_caller() {
    let home = Home::new();
    let house = home.open().await;
    let channel = proper(&home, &house, CQC);

    let asked = tonic_health::pb::HealthCheckRequest { service: "muster.v1.RecordService".to_owned() };
    // At first it may not be: it is when its records were walked.
    let mut health = HealthClient::new(channel.clone()).watch(asked).await.unwrap().into_inner();
    let serving = async { while health.message().await.unwrap().unwrap().status() != ServingStatus::Serving {} };
    soon(serving).await;

    let list = reflection::ServerReflectionRequest {
        host: String::new(),
        message_request: Some(reflection::server_reflection_request::MessageRequest::ListServices(String::new())),
    };
    let stream = ServerReflectionClient::new(channel).server_reflection_info(tokio_stream::iter([list])).await;
    let answer = soon(stream.unwrap().into_inner().message()).await.unwrap().unwrap();
    let Some(reflection::server_reflection_response::MessageResponse::ListServicesResponse(list)) =
        answer.message_response
    else {
        panic!("no list of services")
    };
    let names: Vec<&str> = list.service.iter().map(|service| service.name.as_str()).collect();
    for service in ["AdviceService", "IncidentService", "RecordService", "ServerService"] {
        assert!(names.contains(&format!("muster.v1.{service}").as_str()), "{names:?}");
    }
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_caller_is_whom_its_certificate_names() {
    let home = Home::new();
    let house = home.open().await;
    for agency in [CQC, REGION] {
        let mut info = house.client(agency).await.client.info;
        let info = info.get_server_info(v1::GetServerInfoRequest {}).await.unwrap().into_inner();
        assert_eq!((info.agency.as_str(), info.system.as_str()), (agency, SYSTEM));
    }
    let cqc = house.client(CQC).await;
    let incident = cqc.opens("Rosebank", IncidentKind::QualityConcern).await;
    let first = cqc.reads(&incident).await.remove(0);
    let author = first.author.unwrap();
    assert_eq!((author.agency.as_str(), author.hand), (CQC, Some(v1::author::Hand::System(SYSTEM.to_owned()))));
    house.close().await;
}

/// One gRPC-Web call over HTTP/1.1, as a browser or a script makes it: the answer as it comes from the connection.
fn grpc_web(server: SocketAddr, ca: &str, identity: &Identity, path: &str) -> String {
    let mut roots = rustls::RootCertStore::empty();
    roots.add(CertificateDer::from_pem_slice(ca.as_bytes()).unwrap()).unwrap();
    let chain = vec![CertificateDer::from_pem_slice(identity.certificate.as_bytes()).unwrap()];
    let key = PrivateKeyDer::from_pem_slice(identity.key.as_bytes()).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = rustls::ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions().unwrap();
    let config = config.with_root_certificates(roots).with_client_auth_cert(chain, key).unwrap();
    let name = ServerName::try_from("localhost").unwrap();
    let connection = rustls::ClientConnection::new(Arc::new(config), name).unwrap();
    let mut stream = rustls::StreamOwned::new(connection, TcpStream::connect(server).unwrap());
    // An empty message: no flags, no length.
    let request = format!(
        "POST {path} HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/grpc-web+proto\r\n\
         content-length: 5\r\nconnection: close\r\n\r\n\0\0\0\0\0"
    );
    let mut answer = Vec::new();
    // Whoever does not speak it ends the connection.
    drop(stream.write_all(request.as_bytes()).and_then(|()| stream.read_to_end(&mut answer)));
    String::from_utf8_lossy(&answer).into_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn grpc_web_is_spoken_with_people_and_not_on_the_listener_of_systems() {
    let home = Home::new();
    let house = home.open().await;
    let (systems, people, ca) = (house.serving.api(), house.serving.people().unwrap(), home.authority.certificate());
    let cqc = home.authority.system(&CQC.parse().unwrap(), SYSTEM).unwrap();
    let path = "/muster.v1.ServerService/GetServerInfo";
    let calls =
        tokio::task::spawn_blocking(move || (grpc_web(systems, &ca, &cqc, path), grpc_web(people, &ca, &cqc, path)));
    let (of_systems, of_people) = soon(calls).await.unwrap();
    assert!(!of_systems.contains("HTTP/1.1 200") && !of_systems.contains("grpc-status"), "{of_systems}");
    // Somebody without a token is spoken with, and turned away.
    assert!(of_people.starts_with("HTTP/1.1 200 OK\r\n") && of_people.contains("grpc-status: 16"), "{of_people}");
    house.close().await;
}
