//! Traces, as a collector gets them: one append is followed through its commit, the rule sets that look, and each watcher.

#![expect(clippy::unwrap_used, reason = "these are tests")]

use std::collections::BTreeMap;
use std::io::{BufRead as _, BufReader};
use std::net::SocketAddr;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;

use muster::client::Client;
use muster::dev_certs::Folder;
use muster_proto::command::{write_command, write_opening};
use muster_proto::v1;
use muster_record::advice::Answer;
use muster_record::incident::lifecycle::Opening;
use muster_record::incident::log;
use muster_record::situation::{IncidentKind, Service, ServiceKind};
use opentelemetry_proto::tonic::collector::trace::v1::trace_service_server::{TraceService, TraceServiceServer};
use opentelemetry_proto::tonic::collector::trace::v1::{ExportTraceServiceRequest, ExportTraceServiceResponse};
use opentelemetry_proto::tonic::trace::v1::Span;
use tokio::sync::{Mutex, Notify};
use tonic::{Request, Response, Status};

const TRACE: [u8; 16] = [0x0a; 16];
const CALLERS: [u8; 8] = [0x0b; 8];

/// What was sent.
#[derive(Clone, Default)]
struct Collector {
    spans: Arc<Mutex<Vec<Span>>>,
    more: Arc<Notify>,
}

#[tonic::async_trait]
impl TraceService for Collector {
    async fn export(
        &self,
        request: Request<ExportTraceServiceRequest>,
    ) -> Result<Response<ExportTraceServiceResponse>, Status> {
        let scopes = request.into_inner().resource_spans.into_iter().flat_map(|of| of.scope_spans);
        self.spans.lock().await.extend(scopes.flat_map(|scope| scope.spans));
        self.more.notify_one();
        Ok(Response::new(ExportTraceServiceResponse::default()))
    }
}

impl Collector {
    async fn listens() -> (Self, SocketAddr) {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let (collector, address) = (Self::default(), listener.local_addr().unwrap());
        let serving = tonic::transport::Server::builder().add_service(TraceServiceServer::new(collector.clone()));
        tokio::spawn(serving.serve_with_incoming(tonic::transport::server::TcpIncoming::from(listener)));
        (collector, address)
    }

    /// The spans of the one trace, once there are those.
    async fn has(&self, wanted: &[&str]) -> Vec<Span> {
        let all = async {
            loop {
                let spans: Vec<Span> =
                    self.spans.lock().await.iter().filter(|span| span.trace_id == TRACE).cloned().collect();
                if wanted.iter().all(|name| spans.iter().any(|span| span.name == *name)) {
                    return spans;
                }
                self.more.notified().await;
            }
        };
        tokio::time::timeout(std::time::Duration::from_secs(30), all).await.unwrap()
    }
}

struct Server(Child);

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.0.kill());
        drop(self.0.wait());
    }
}

fn told(span: &Span) -> BTreeMap<String, String> {
    let text = |value: &opentelemetry_proto::tonic::common::v1::AnyValue| format!("{value:?}");
    span.attributes.iter().filter_map(|said| Some((said.key.clone(), text(said.value.as_ref()?)))).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn one_append_is_followed_through_its_commit_the_rule_sets_and_each_watcher() {
    let (collector, address) = Collector::listens().await;
    let home = tempfile::tempdir().unwrap();
    let config = home.path().join("muster.toml");
    let listen = "[listen]\napi = \"127.0.0.1:0\"\npeople = \"127.0.0.1:0\"\nprobes = \"127.0.0.1:0\"\n";
    std::fs::write(&config, format!("[rule_sets]\nshipped = [\"temporary-duty\"]\n{listen}")).unwrap();
    let certs = Folder(home.path().join("certs"));
    let mut command = Command::new(env!("CARGO_BIN_EXE_muster"));
    command.args(["serve", "--dev", "--log", "warn", "--config"]).arg(&config).arg("--certs").arg(&certs.0);
    command.env("OTEL_EXPORTER_OTLP_ENDPOINT", format!("http://{address}")).env("OTEL_BSP_SCHEDULE_DELAY", "50");
    let mut server = Server(command.stdout(Stdio::piped()).spawn().unwrap());
    let mut lines = BufReader::new(server.0.stdout.take().unwrap()).lines().map(Result::unwrap);
    let api: SocketAddr =
        lines.find_map(|line| line.strip_prefix("Muster listens on ")?.split(' ').next()?.parse().ok()).unwrap();
    std::thread::spawn(move || lines.for_each(drop));

    let mut council = Client::from_folder(api, &certs, "e08000026").await.unwrap();
    let opening = Opening {
        title: "Rosebank".to_owned(),
        kind: IncidentKind::ProviderFailure,
        failures: Vec::new(),
        services: vec![Service {
            id: "rosebank".parse().unwrap(),
            kind: ServiceKind::Residential,
            national: Answer::No,
            regulated: Answer::Yes,
            authority: "e08000026".parse().unwrap(),
            beds: Some(48),
            brand: None,
            risk_level: None,
        }],
        region: None,
        notified_at: muster_coordinator::Surroundings::now(&muster::surroundings::System),
        care_stops_at: None,
        exercise: true,
    };
    let named = |id: &str| Some(v1::WriteOptions { request_id: id.to_owned(), ..v1::WriteOptions::default() });
    let open = v1::OpenIncidentRequest { options: named("open"), opening: Some(write_opening(&opening)) };
    let incident_id = council.incidents.open_incident(open).await.unwrap().into_inner().incident_id;
    let scope = Some(v1::watch_request::Scope::IncidentId(incident_id.clone()));
    let watch = v1::WatchRequest { scope, ..v1::WatchRequest::default() };
    let mut watch = council.records.watch(watch).await.unwrap().into_inner();
    watch.message().await.unwrap();

    let secret = "Mrs Hollis fell in room 12";
    let note = log::Command::Note { text: secret.to_owned() };
    let commands = vec![write_command(&note.into())];
    let mut append =
        Request::new(v1::AppendRequest { incident_id: incident_id.clone(), options: named("note"), commands });
    let hex = |bytes: &[u8]| bytes.iter().map(|byte| format!("{byte:02x}")).collect::<String>();
    let parent = format!("00-{}-{}-01", hex(&TRACE), hex(&CALLERS));
    append.metadata_mut().insert("traceparent", parent.parse().unwrap());
    council.records.append(append).await.unwrap();
    // What rule sets need not look at for is followed no further; an answer is.
    let answer = muster_record::incident::answers::Command::Answer {
        key: "closing-review/done".to_owned(),
        value: muster_record::situation::FactValue::Answer(Answer::Yes),
        source: "the test".to_owned(),
    };
    let commands = vec![write_command(&answer.into())];
    let mut append =
        Request::new(v1::AppendRequest { incident_id: incident_id.clone(), options: named("answer"), commands });
    append.metadata_mut().insert("traceparent", parent.parse().unwrap());
    council.records.append(append).await.unwrap();
    tokio::spawn(async move { while let Ok(Some(_)) = watch.message().await {} });

    let call = "muster.v1.RecordService/Append";
    let spans = collector.has(&[call, "commit", "look", "rule set", "to a watcher"]).await;
    let above = |span: &Span| spans.iter().find(|other| other.span_id == span.parent_span_id);
    for span in &spans {
        assert!(!format!("{span:?}").contains("Hollis"), "{span:?}");
        let over = above(span).map(|over| over.name.as_str());
        match span.name.as_str() {
            "commit" => assert_eq!(over, Some(call)),
            "look" | "to a watcher" => assert_eq!(over, Some("commit")),
            "rule set" => assert_eq!(over, Some("look")),
            _ => assert_eq!((span.name.as_str(), span.parent_span_id.as_slice()), (call, &CALLERS[..])),
        }
    }
    let of = |name: &str| told(spans.iter().find(|span| span.name == name).unwrap());
    assert!(of("commit")["muster.incident"].contains(&incident_id));
    assert!(of("rule set")["muster.rule_set"].contains("temporary-duty"));
    assert!(of("to a watcher")["muster.agency"].contains("e08000026"));
}
