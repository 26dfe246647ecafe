//! The first step of a call's trace: below what its caller names, where traces are built in.

use http::request::Parts;
use muster_traces::{Step, Trace};

/// Begins it. It is named after the call, and ends when the call is answered; a stream, when its answer begins.
pub(crate) fn begun(parts: &Parts) -> Step {
    #[cfg(feature = "otel")]
    let above = muster_traces::named_in(&parts.headers);
    #[cfg(not(feature = "otel"))]
    let above = Trace::default();
    let name = parts.uri.path().trim_start_matches('/');
    let step = Trace::begin(&above, name);
    step.says("rpc.system", "grpc");
    step
}
