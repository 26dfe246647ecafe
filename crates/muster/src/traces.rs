//! Traces, sent to a collector of OpenTelemetry where one is named in the environment.

use anyhow::{Context as _, Result};
use opentelemetry::global;
use opentelemetry_otlp::SpanExporter;
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::trace::SdkTracerProvider;

/// Where the collector is, by the names that OpenTelemetry gives to these variables.
const NAMED_IN: [&str; 2] = ["OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "OTEL_EXPORTER_OTLP_ENDPOINT"];

/// Traces that are sent, until the last are sent off.
pub struct Sending(Option<SdkTracerProvider>);

/// Sends traces from now on, where a collector is named. OpenTelemetry's other variables hold too: how much is sampled, with
/// which headers and how often it is sent.
///
/// # Errors
/// When what is named is no address.
pub fn begin() -> Result<Sending> {
    if NAMED_IN.iter().all(|name| std::env::var_os(name).is_none_or(|value| value.is_empty())) {
        return Ok(Sending(None));
    }
    let exporter = SpanExporter::builder().with_tonic().build().context("traces cannot be sent")?;
    let resource = Resource::builder().with_service_name("muster").build();
    let provider = SdkTracerProvider::builder().with_batch_exporter(exporter).with_resource(resource).build();
    global::set_tracer_provider(provider.clone());
    tracing::info!("traces are sent");
    Ok(Sending(Some(provider)))
}

impl Sending {
    /// Sends the last of them.
    pub fn end(self) {
        if let Some(Err(error)) = self.0.map(|provider| provider.shutdown()) {
            tracing::warn!(%error, "the last traces were not sent");
        }
    }
}
