//! When something does not go: the status that a call would answer, as a page in plain words.

use std::sync::Arc;

use axum::Extension;
use axum::extract::State;
use axum::response::{Html, IntoResponse, Redirect, Response};
use http::{StatusCode, Uri};
use muster_console::{NotDrawn, StoppedPage, html};
use tonic::{Code, Status};
use tonic_types::StatusExt as _;

use super::Console;

/// Why there is no page.
pub(super) enum Failed {
    /// The status that a call would have answered.
    Told(Box<Status>, Option<String>),
    /// Whoever asks is not signed in; where they wanted to go.
    NotSignedIn(String),
    /// Another site led here, so that the browser kept the session back; where to.
    FromElsewhere(String),
    /// There is no such page.
    NoSuchPage,
    /// A fault of ours.
    Ours(NotDrawn),
}

impl From<Status> for Failed {
    fn from(status: Status) -> Self {
        Self::Told(Box::new(status), None)
    }
}

impl From<NotDrawn> for Failed {
    fn from(fault: NotDrawn) -> Self {
        Self::Ours(fault)
    }
}

impl Failed {
    /// With a way back to the page from which it was asked.
    pub(super) fn back_to(self, path: &str) -> Self {
        match self {
            Self::Told(status, _) => Self::Told(status, Some(path.to_owned())),
            other @ (Self::NotSignedIn(_) | Self::FromElsewhere(_) | Self::NoSuchPage | Self::Ours(_)) => other,
        }
    }
}

/// What is answered where there is no page.
pub(super) async fn no_such_page(State(_): State<Arc<Console>>) -> Response {
    Failed::NoSuchPage.into_response()
}

/// An address that may stand in a link of ours: a path here and nothing else.
pub(super) fn is_here(path: &str) -> bool {
    path.starts_with('/') && !path.starts_with("//") && !path.contains('\\') && path.parse::<Uri>().is_ok()
}

impl IntoResponse for Failed {
    fn into_response(self) -> Response {
        let (code, page) = match self {
            Self::NotSignedIn(to) => {
                let to: String = tonic_encoded(&to);
                return Redirect::to(&format!("/sign-in?to={to}")).into_response();
            }
            Self::FromElsewhere(to) => {
                let told =
                    "A link on another page led here. Go on from this page, so that your session comes with you.";
                (StatusCode::OK, StoppedPage::new("Go on to Muster", told, None, Some(("Go on", &to))))
            }
            Self::NoSuchPage => {
                let told = "There is no page at this address.";
                (StatusCode::NOT_FOUND, StoppedPage::new("Page not found", told, None, None))
            }
            Self::Told(status, back) => told(&status, back.as_deref()),
            Self::Ours(fault) => {
                tracing::error!(%fault, "a page could not be drawn");
                let told = "The page could not be drawn. That is a fault of the server; its operator can see it.";
                (StatusCode::INTERNAL_SERVER_ERROR, StoppedPage::new("Something went wrong", told, None, None))
            }
        };
        drawn(code, page)
    }
}

/// A page in place of what was asked for. It travels with the answer, for whoever knows better within what it stands.
pub(super) fn drawn(code: StatusCode, page: StoppedPage) -> Response {
    match html(&page) {
        Ok(text) => (code, Extension(Arc::new(page)), Html(text)).into_response(),
        Err(_) => code.into_response(),
    }
}

fn tonic_encoded(path: &str) -> String {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"/-._~".contains(&byte);
    path.bytes()
        .map(|byte| if is_plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") })
        .collect()
}

/// A status as a page.
fn told(status: &Status, back: Option<&str>) -> (StatusCode, StoppedPage) {
    let reason = status.get_details_error_info().map(|info| info.reason);
    let (code, heading) = match status.code() {
        Code::NotFound => (StatusCode::NOT_FOUND, "Not found"),
        Code::PermissionDenied => (StatusCode::FORBIDDEN, "You may not do this"),
        Code::Unauthenticated => (StatusCode::UNAUTHORIZED, "You are not signed in"),
        Code::InvalidArgument | Code::OutOfRange => (StatusCode::BAD_REQUEST, "This cannot be read"),
        Code::FailedPrecondition | Code::Aborted | Code::AlreadyExists => {
            (StatusCode::CONFLICT, "This was not written")
        }
        Code::ResourceExhausted => (StatusCode::TOO_MANY_REQUESTS, "Too much at once"),
        Code::Unavailable | Code::DeadlineExceeded | Code::Cancelled => {
            (StatusCode::SERVICE_UNAVAILABLE, "The server cannot answer now")
        }
        Code::Unimplemented => (StatusCode::NOT_FOUND, "Page not found"),
        Code::Ok | Code::Unknown | Code::Internal | Code::DataLoss => {
            (StatusCode::INTERNAL_SERVER_ERROR, "Something went wrong")
        }
    };
    let words = match (reason.as_deref(), status.code()) {
        (Some("NOT_PERMITTED"), _) => {
            "There is no such incident, or your agency has no seat in it, or its interest does not cover this."
        }
        (Some("STOPPING"), _) => "The server is being stopped or restarted. Wait a moment, then load the page again.",
        (Some("STORE_UNAVAILABLE"), _) => {
            "The store did not confirm. Whether it was written is not known: go back and send the same form again, which \
             writes nothing twice."
        }
        _ => status.message(),
    };
    let mut letters = words.chars();
    let sentence: String =
        letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default();
    let back = back.map(|back| ("Back to where you were", back));
    (code, StoppedPage::new(heading, &sentence, reason.as_deref(), back))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_leads_nowhere_else() {
        for here in ["/", "/incidents/1?show=all"] {
            assert!(is_here(here), "{here}");
        }
        for elsewhere in ["//evil.example/", "https://evil.example", "", "incidents", "/\\evil.example"] {
            assert!(!is_here(elsewhere), "{elsewhere}");
        }
    }
}
