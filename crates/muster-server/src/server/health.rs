//! The gRPC health of a listener's services, as the coordinator's: whoever balances calls sends none to a server that is
//! not fit for them.

use std::sync::Arc;
use std::time::Duration;

use muster_coordinator::{Coordinator, Health};
use muster_proto::v1::record_service_server::RecordServiceServer;
use tokio_util::sync::CancellationToken;
use tonic_health::server::HealthReporter;

use crate::record_service::Records;

/// How often it is looked at: within a second a server that was sealed is told to be.
const EVERY: Duration = Duration::from_millis(500);

/// Keeps the reporter up to date until the server stops.
pub(super) async fn follow(reporter: HealthReporter, coordinator: Arc<Coordinator>, stop: CancellationToken) {
    loop {
        if stop.is_cancelled() || coordinator.health() != Health::Well {
            reporter.set_not_serving::<RecordServiceServer<Records>>().await;
        } else {
            reporter.set_serving::<RecordServiceServer<Records>>().await;
        }
        if stop.is_cancelled() {
            return;
        }
        drop(tokio::time::timeout(EVERY, stop.cancelled()).await);
    }
}
