//! The services of one listener, behind its door and within its bounds.

use std::path::PathBuf;
use std::sync::Arc;

use muster_coordinator::Coordinator;
use muster_proto::v1::advice_service_server::AdviceServiceServer;
use muster_proto::v1::audit_service_server::AuditServiceServer;
use muster_proto::v1::dispatch_service_server::DispatchServiceServer;
use muster_proto::v1::exercise_service_server::ExerciseServiceServer;
use muster_proto::v1::incident_service_server::IncidentServiceServer;
use muster_proto::v1::person_service_server::PersonServiceServer;
use muster_proto::v1::region_service_server::RegionServiceServer;
use muster_proto::v1::register_service_server::RegisterServiceServer;
use muster_proto::v1::rule_set_service_server::RuleSetServiceServer;
use muster_proto::v1::server_service_server::ServerServiceServer;
use muster_proto::v1::webhook_service_server::WebhookServiceServer;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use tonic::service::Routes;
use tonic_web::GrpcWebLayer;

use super::{Outbound, ServeError, health};
use crate::advice_service::Advice;
use crate::bounds;
use crate::connection::{Accepting, Arriving};
use crate::console::Console;
use crate::dispatch_service::Dispatches;
use crate::door::{DoorLayer, Keeper};
use crate::exercise_service::Rehearsals;
use crate::exercising::{Inside, InsideLayer};
use crate::incident_service::Incidents;
use crate::person_service::{Audits, People};
use crate::record_service::Records;
use crate::region_service::Regions;
use crate::register_service::Registers;
use crate::rule_set_service::RuleSets;
use crate::server_service::ServerInfo;
use crate::watch::{Doorbell, Watched};
use crate::webhook_service::Webhooks;

/// What is spoken on a listener.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Speaks {
    /// gRPC, as systems speak it.
    Grpc,
    /// The console and gRPC-Web too, over HTTP/1.1 or HTTP/2.
    WithPeople {
        /// The folder of one-time links that sign people in.
        links: Option<PathBuf>,
    },
}

/// Serves one listener until it is stopped.
pub(super) async fn serve(
    speaks: Speaks,
    coordinator: &Arc<Coordinator>,
    inside: &Arc<Inside>,
    outbound: &Outbound,
    keeper: Keeper,
    accepting: Accepting,
    arriving: impl Arriving,
) -> Result<JoinHandle<Result<(), ServeError>>, ServeError> {
    let stop = accepting.stop.clone();
    let rehearsals = ExerciseServiceServer::new(Rehearsals { exercises: Arc::clone(&inside.exercises) });
    let rehearsals =
        rehearsals.max_decoding_message_size(bounds::MESSAGE_IN).max_encoding_message_size(bounds::MESSAGE_OUT);
    let routes = self::inside(Arc::clone(coordinator), &stop).await?.add_service(rehearsals);
    // What goes out is of live incidents alone.
    let webhooks = Webhooks { coordinator: Arc::clone(coordinator), poster: outbound.webhooks.poster.clone() };
    let webhooks = WebhookServiceServer::new(webhooks);
    let dispatches = Dispatches { coordinator: Arc::clone(coordinator), notify: outbound.notify.clone() };
    let dispatches = DispatchServiceServer::new(dispatches);
    let routes = routes
        .add_service(
            webhooks.max_decoding_message_size(bounds::MESSAGE_IN).max_encoding_message_size(bounds::MESSAGE_OUT),
        )
        .add_service(
            dispatches.max_decoding_message_size(bounds::MESSAGE_IN).max_encoding_message_size(bounds::MESSAGE_OUT),
        );
    let (of_pages, inside) = (Arc::clone(inside), InsideLayer(Arc::clone(inside)));
    let (incoming, keeper) = (accepting.connections(arriving), Arc::new(keeper));
    let door = DoorLayer(Arc::clone(&keeper));
    let coordinator = Arc::clone(coordinator);
    Ok(tokio::spawn(async move {
        let served = match speaks {
            Speaks::Grpc => {
                let mut transport = bounded().layer(door).layer(inside);
                transport.add_routes(routes).serve_with_incoming_shutdown(incoming, stop.cancelled()).await
            }
            Speaks::WithPeople { links } => {
                let console = Console::new(coordinator, keeper, of_pages, stop.clone(), links).beside();
                let transport = bounded().accept_http1(true).layer(console);
                let mut transport = transport.layer(GrpcWebLayer::new()).layer(door).layer(inside);
                transport.add_routes(routes).serve_with_incoming_shutdown(incoming, stop.cancelled()).await
            }
        };
        served.map_err(|error| ServeError::Failed(error.to_string()))
    }))
}

/// The services over one coordinator, live or of an exercise.
pub(crate) async fn inside(coordinator: Arc<Coordinator>, stop: &CancellationToken) -> Result<Routes, ServeError> {
    let (reporter, answers) = tonic_health::server::health_reporter();
    tokio::spawn(health::follow(reporter, Arc::clone(&coordinator), stop.clone()));
    let reflection = tonic_reflection::server::Builder::configure()
        .register_encoded_file_descriptor_set(muster_proto::FILE_DESCRIPTOR_SET)
        .register_encoded_file_descriptor_set(tonic_health::pb::FILE_DESCRIPTOR_SET);
    let doorbell = Doorbell::at(coordinator.tip(), stop.clone());
    let records = Records { coordinator: Arc::clone(&coordinator), doorbell, stop: stop.clone() };
    let incidents = Incidents { coordinator: Arc::clone(&coordinator), stop: stop.clone() };
    let advice = Advice { coordinator: Arc::clone(&coordinator) };
    let registers = Registers { coordinator: Arc::clone(&coordinator), stop: stop.clone() };
    let regions = Regions { coordinator: Arc::clone(&coordinator), stop: stop.clone() };
    let rule_sets = RuleSets { coordinator: Arc::clone(&coordinator) };
    let people = People { coordinator: Arc::clone(&coordinator) };
    let audits = Audits { coordinator: Arc::clone(&coordinator) };
    let info = ServerInfo { coordinator };
    let records = Watched::of(records);
    let incidents = IncidentServiceServer::new(incidents);
    let advice = AdviceServiceServer::new(advice);
    let regions = RegionServiceServer::new(regions);
    let register = RegisterServiceServer::new(registers);
    let rule_sets = RuleSetServiceServer::new(rule_sets);
    let people = PersonServiceServer::new(people);
    let audits = AuditServiceServer::new(audits);
    let info = ServerServiceServer::new(info);
    let routes = Routes::new(answers)
        .add_service(reflection.build_v1()?)
        .add_service(records)
        .add_service(
            incidents.max_decoding_message_size(bounds::MESSAGE_IN).max_encoding_message_size(bounds::MESSAGE_OUT),
        )
        .add_service(
            advice.max_decoding_message_size(bounds::MESSAGE_IN).max_encoding_message_size(bounds::MESSAGE_OUT),
        )
        .add_service(
            register.max_decoding_message_size(bounds::MESSAGE_IN).max_encoding_message_size(bounds::MESSAGE_OUT),
        )
        .add_service(
            regions.max_decoding_message_size(bounds::MESSAGE_IN).max_encoding_message_size(bounds::MESSAGE_OUT),
        )
        .add_service(
            rule_sets.max_decoding_message_size(bounds::MESSAGE_IN).max_encoding_message_size(bounds::MESSAGE_OUT),
        )
        .add_service(
            people.max_decoding_message_size(bounds::MESSAGE_IN).max_encoding_message_size(bounds::MESSAGE_OUT),
        )
        .add_service(
            audits.max_decoding_message_size(bounds::MESSAGE_IN).max_encoding_message_size(bounds::MESSAGE_OUT),
        )
        .add_service(info.max_decoding_message_size(bounds::MESSAGE_IN).max_encoding_message_size(bounds::MESSAGE_OUT));
    Ok(routes)
}

/// A transport with every bound set.
fn bounded() -> tonic::transport::Server {
    tonic::transport::Server::builder()
        .max_concurrent_streams(bounds::STREAMS)
        .concurrency_limit_per_connection(bounds::REQUESTS)
        .load_shed(true)
        .http2_max_header_list_size(bounds::HEADERS)
        .http2_max_local_error_reset_streams(Some(bounds::ERROR_RESETS))
        .http2_max_pending_accept_reset_streams(Some(bounds::PENDING_RESETS))
        .http2_keepalive_interval(Some(bounds::KEEPALIVE))
        .http2_keepalive_timeout(Some(bounds::KEEPALIVE_ANSWER))
        .http2_adaptive_window(Some(false))
        .initial_stream_window_size(bounds::STREAM_WINDOW)
        .initial_connection_window_size(bounds::CONNECTION_WINDOW)
        .max_frame_size(bounds::FRAME)
        .max_connection_age(bounds::CONNECTION_AGE)
        .max_connection_age_grace(bounds::CONNECTION_GRACE)
}
