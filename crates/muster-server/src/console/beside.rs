//! Pages and calls on one listener: what is a call by its path or its content type goes on to the door of calls.

use std::convert::Infallible;
use std::pin::Pin;
use std::task::{Context, Poll};

use axum::Router;
use http::header::CONTENT_TYPE;
use tonic::body::Body;
use tower::{Layer, Service, ServiceExt as _};

/// Puts the console beside a service of calls.
#[derive(Clone)]
pub(crate) struct BesideLayer(pub(super) Router);

impl<S> Layer<S> for BesideLayer {
    type Service = Beside<S>;

    fn layer(&self, calls: S) -> Beside<S> {
        Beside { pages: self.0.clone(), calls }
    }
}

/// The console, and calls beside it.
#[derive(Clone)]
pub(crate) struct Beside<S> {
    pages: Router,
    calls: S,
}

/// Whether a request is a call: `/package.Service/Method`, or whatever says that it is gRPC.
fn is_call<B>(request: &http::Request<B>) -> bool {
    let service = request.uri().path().trim_start_matches('/').split_once('/').map_or("", |(service, _)| service);
    let says = request.headers().get(CONTENT_TYPE).is_some_and(|of| of.as_bytes().starts_with(b"application/grpc"));
    service.contains('.') || says
}

impl<S> Service<http::Request<Body>> for Beside<S>
where
    S: Service<http::Request<Body>, Response = http::Response<Body>> + Clone + Send + 'static,
    S::Future: Send,
{
    type Response = http::Response<Body>;
    type Error = S::Error;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, Self::Error>> + Send>>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        self.calls.poll_ready(cx)
    }

    fn call(&mut self, request: http::Request<Body>) -> Self::Future {
        if is_call(&request) {
            return Box::pin(self.calls.call(request));
        }
        let pages = self.pages.clone();
        Box::pin(async move {
            let answered: Result<_, Infallible> = pages.oneshot(request.map(axum::body::Body::new)).await;
            match answered {
                Ok(page) => Ok(page.map(Body::new)),
                Err(never) => match never {},
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_a_call_is_told_by_its_path_or_by_what_it_says_it_is() {
        let to = |path: &str, of: &str| http::Request::builder().uri(path).header(CONTENT_TYPE, of).body(()).unwrap();
        for call in ["/muster.v1.RecordService/Append", "/grpc.health.v1.Health/Check", "/a.b/c"] {
            assert!(is_call(&to(call, "text/html")), "{call}");
        }
        assert!(is_call(&to("/nothing", "application/grpc-web+proto")));
        for page in ["/", "/incidents/3/advice", "/static/console-1.css", "/sign-in"] {
            assert!(!is_call(&to(page, "application/x-www-form-urlencoded")), "{page}");
        }
    }
}
