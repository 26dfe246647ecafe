//! Probes and metrics, in plain HTTP on loopback.

use std::sync::Arc;

use axum::Router;
use axum::http::StatusCode;
use axum::routing::get;
use muster_coordinator::{Coordinator, Health};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

/// Renders the metrics as text.
pub type Render = Arc<dyn Fn() -> String + Send + Sync>;

/// Serves `/livez`, `/readyz` and `/metrics` until stopped. It is ready when the coordinator is well.
pub(crate) async fn serve(
    listener: TcpListener,
    render: Render,
    coordinator: Arc<Coordinator>,
    stop: CancellationToken,
) -> std::io::Result<()> {
    let stopping = stop.clone();
    let ready = move || {
        let health = if stopping.is_cancelled() { Health::Ended } else { coordinator.health() };
        let code = if health == Health::Well { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
        async move { (code, format!("{health}\n")) }
    };
    let metrics = move || {
        let render = Arc::clone(&render);
        async move { render() }
    };
    let routes = Router::new()
        .route("/livez", get(|| async { "alive\n" }))
        .route("/readyz", get(ready))
        .route("/metrics", get(metrics));
    axum::serve(listener, routes).with_graceful_shutdown(async move { stop.cancelled().await }).await
}
