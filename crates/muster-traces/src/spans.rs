//! Steps as spans of OpenTelemetry.

use std::sync::Mutex;
use std::sync::PoisonError;

use http::HeaderMap;
use opentelemetry::global::{self, BoxedSpan};
use opentelemetry::trace::{
    Span as _, SpanContext, SpanId, TraceContextExt as _, TraceFlags, TraceId, TraceState, Tracer as _,
};
use opentelemetry::{Context, KeyValue};

/// The place in a trace at which something happens.
#[derive(Debug, Clone, Default)]
pub struct Trace(Option<SpanContext>);

/// A step of a trace, which ends when it is dropped.
#[derive(Debug)]
pub struct Step {
    span: Option<Mutex<BoxedSpan>>,
    trace: Trace,
}

/// What a caller says its trace is, in the metadata `traceparent`; none where it says nothing that can be read.
#[must_use]
pub fn named_in(headers: &HeaderMap) -> Trace {
    let read = || {
        let mut parts = headers.get("traceparent")?.to_str().ok()?.split('-');
        let (version, trace, span, flags) = (parts.next()?, parts.next()?, parts.next()?, parts.next()?);
        if version.len() != 2 || version == "ff" || (trace.len(), span.len(), flags.len()) != (32, 16, 2) {
            return None;
        }
        let context = SpanContext::new(
            TraceId::from_hex(trace).ok()?,
            SpanId::from_hex(span).ok()?,
            TraceFlags::new(u8::from_str_radix(flags, 16).ok()?),
            true,
            TraceState::default(),
        );
        context.is_valid().then_some(context)
    };
    Trace(read())
}

impl Trace {
    /// Whether nothing is followed here.
    #[must_use]
    pub fn is_none(&self) -> bool {
        self.0.is_none()
    }

    /// Begins a step below this place; one that is not followed where this is none.
    #[must_use]
    pub fn step(&self, name: &str) -> Step {
        match self.0 {
            Some(_) => self.begin(name),
            None => Step { span: None, trace: Self(None) },
        }
    }

    /// The same, and where this is none, it is the first step of a trace.
    #[must_use]
    pub fn begin(&self, name: &str) -> Step {
        let above = match &self.0 {
            Some(context) => Context::new().with_remote_span_context(context.clone()),
            None => Context::new(),
        };
        let span = global::tracer("muster").start_with_context(name.to_owned(), &above);
        let context = span.span_context().clone();
        // Invalid where nobody takes traces.
        let trace = Self(context.is_valid().then_some(context));
        Step { span: Some(Mutex::new(span)), trace }
    }
}

impl Step {
    /// The place of this step, for what follows from it.
    #[must_use]
    pub fn trace(&self) -> Trace {
        self.trace.clone()
    }

    /// Says something of this step: an identifier, never what an entry says.
    pub fn says(&self, what: &'static str, is: &str) {
        if let Some(span) = &self.span {
            let mut span = span.lock().unwrap_or_else(PoisonError::into_inner);
            span.set_attribute(KeyValue::new(what, is.to_owned()));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(text: &str) -> Trace {
        named_in(&HeaderMap::from_iter([(http::HeaderName::from_static("traceparent"), text.parse().unwrap())]))
    }

    #[test]
    fn a_callers_trace_is_read_and_what_is_none_is_none() {
        let trace = named("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01");
        let context = trace.0.unwrap();
        assert_eq!(context.trace_id().to_string(), "0af7651916cd43dd8448eb211c80319c");
        assert!(context.is_sampled() && context.is_remote());
        for text in [
            "",
            "00",
            "00-0-0-0",
            "00-00000000000000000000000000000000-b7ad6b7169203331-01",
            "ff-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
        ] {
            assert!(named(text).is_none(), "{text}");
        }
    }
}
