//! What holds for every page: what a browser may do with it, and that what is written comes from one of our own.

use axum::extract::Request;
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, HOST, HeaderName, ORIGIN, REFERRER_POLICY};
use http::header::{X_CONTENT_TYPE_OPTIONS, X_FRAME_OPTIONS};
use http::request::Parts;
use http::{HeaderMap, HeaderValue, Method};

use super::failing::Failed;
use crate::status;

/// Our own style sheet, script and icon, and nothing else: nothing inline, no other host, no frame around it.
const POLICY: &str = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; \
                      form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

const FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");
const OPENER_POLICY: HeaderName = HeaderName::from_static("cross-origin-opener-policy");
const RESOURCE_POLICY: HeaderName = HeaderName::from_static("cross-origin-resource-policy");

/// Lets a request through whose writing comes from our own page, and bounds what a browser may do with the answer.
pub(super) async fn guard(request: Request, next: Next) -> Response {
    let (parts, body) = request.into_parts();
    let mut answer = if writes(&parts.method) && !is_from_our_own_page(&parts) {
        Failed::from(status::origin_not_allowed()).into_response()
    } else {
        next.run(Request::from_parts(parts, body)).await
    };
    let headers = answer.headers_mut();
    for (name, value) in [
        (CONTENT_SECURITY_POLICY, POLICY),
        (X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (X_FRAME_OPTIONS, "DENY"),
        (REFERRER_POLICY, "no-referrer"),
        (OPENER_POLICY, "same-origin"),
        (RESOURCE_POLICY, "same-origin"),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    if !headers.contains_key(CACHE_CONTROL) {
        headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    }
    answer
}

fn writes(method: &Method) -> bool {
    !matches!(*method, Method::GET | Method::HEAD)
}

/// Whether a browser says that a request comes from one of our own pages. A browser that says nothing is not believed.
fn is_from_our_own_page(parts: &Parts) -> bool {
    if let Some(site) = parts.headers.get(FETCH_SITE) {
        return site == "same-origin";
    }
    let host = parts.uri.authority().map(|authority| authority.as_str().as_bytes());
    let host = host.or_else(|| parts.headers.get(HOST).map(HeaderValue::as_bytes));
    let origin = parts.headers.get(ORIGIN).map(HeaderValue::as_bytes);
    host.is_some() && origin.and_then(|origin| origin.strip_prefix(b"https://")) == host
}

/// Whether another site led here: its visitors' cookies do not come with the request.
pub(super) fn is_from_elsewhere(headers: &HeaderMap) -> bool {
    headers.get(FETCH_SITE).is_some_and(|site| site == "cross-site" || site == "same-site")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn from(headers: &[(&str, &str)]) -> bool {
        let mut request = http::Request::builder().uri("https://muster.example/incidents/1/adopt").method("POST");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        is_from_our_own_page(&request.body(()).unwrap().into_parts().0)
    }

    #[test]
    fn only_a_page_of_our_own_writes() {
        assert!(from(&[("sec-fetch-site", "same-origin")]));
        // Without a referrer browsers say the origin "null"; what they say of the site counts.
        assert!(from(&[("sec-fetch-site", "same-origin"), ("origin", "null")]));
        assert!(from(&[("origin", "https://muster.example")]));
        for site in ["cross-site", "same-site", "none"] {
            assert!(!from(&[("sec-fetch-site", site), ("origin", "https://muster.example")]), "{site}");
        }
        for origin in ["null", "https://muster.example.evil", "http://muster.example", "https://other"] {
            assert!(!from(&[("origin", origin)]), "{origin}");
        }
        assert!(!from(&[]), "whoever says nothing is not believed");
    }
}
