//! Sessions: the access token itself, in a cookie that no script reads and no other site sends.
//!
//! Nothing of a session is kept here, so a restart ends none; the token is looked at with every request as every call's
//! is, and a session lives as long as its token.

use std::sync::Arc;

use axum::Form;
use axum::extract::{Path, Query, State};
use axum::response::{Html, IntoResponse as _, Redirect, Response};
use cookie::{Cookie, SameSite};
use http::header::{COOKIE, SET_COOKIE};
use http::request::Parts;
use http::{HeaderMap, StatusCode};
use muster_console::{SignInPage, html};
use muster_record::entry::Hash;
use muster_record::ids::hex;
use muster_record::time::Instant;
use serde::Deserialize;

use super::Console;
use super::failing::{Failed, is_here};
use crate::bounds;
use crate::connection::Peer;
use crate::status;

/// The cookie. The prefix has browsers insist on TLS, this host and every path.
const NAME: &str = "__Host-muster";

/// The token in the cookie of a request.
pub(super) fn of(headers: &HeaderMap) -> Option<String> {
    let lines = headers.get_all(COOKIE).iter().filter_map(|line| line.to_str().ok());
    let mut cookies = lines.flat_map(|line| Cookie::split_parse(line.to_owned())).filter_map(Result::ok);
    cookies.find(|cookie| cookie.name() == NAME).map(|cookie| cookie.value().to_owned())
}

fn set(token: &str, lives: i64) -> String {
    let cookie = Cookie::build((NAME, token.to_owned())).path("/").secure(true).http_only(true);
    format!("{}; Max-Age={lives}", cookie.same_site(SameSite::Strict).build())
}

/// Where to go after signing in.
#[derive(Debug, Deserialize)]
pub(super) struct To {
    #[serde(default)]
    to: String,
}

fn to(asked: &str) -> &str {
    if is_here(asked) { asked } else { "/" }
}

/// The page to sign in on.
pub(super) async fn page(Query(asked): Query<To>) -> Result<Response, Failed> {
    Ok(Html(html(&SignInPage::new(None, to(&asked.to)))?).into_response())
}

/// What the form of that page sends.
#[derive(Deserialize)]
pub(super) struct Given {
    token: String,
    #[serde(default)]
    to: String,
}

/// Signs in with a token.
pub(super) async fn sign_in(
    State(console): State<Arc<Console>>,
    parts: Parts,
    Form(given): Form<Given>,
) -> Result<Response, Failed> {
    let token = given.token.trim();
    match console.session(&parts, token, to(&given.to)).await {
        Ok(answer) => Ok(answer),
        Err(wrong) => {
            let page = html(&SignInPage::new(Some(&wrong), to(&given.to)))?;
            Ok((StatusCode::UNAUTHORIZED, Html(page)).into_response())
        }
    }
}

/// Signs in by a link that works once.
pub(super) async fn link(
    State(console): State<Arc<Console>>,
    parts: Parts,
    Path(secret): Path<String>,
) -> Result<Response, Failed> {
    let peer = parts.extensions.get::<Peer>().filter(|peer| peer.address.ip().is_loopback());
    let (Some(folder), Some(_)) = (&console.links, peer) else { return Err(Failed::NoSuchPage) };
    let path = folder.join(hex(&Hash::of(secret.as_bytes()).0));
    let kept = std::fs::read_to_string(&path);
    // Whoever takes the file away first has the link; there is no second time.
    let (Ok(kept), Ok(())) = (kept, std::fs::remove_file(&path)) else { return Err(Failed::NoSuchPage) };
    let mut lines = kept.lines();
    let until = lines.next().and_then(|line| line.parse::<i64>().ok()).unwrap_or(0);
    let (Some(then), Some(token)) = (lines.next(), lines.next()) else { return Err(Failed::NoSuchPage) };
    if console.now().timestamp() >= until {
        return Err(Failed::NoSuchPage);
    }
    console.session(&parts, token, to(then)).await.map_err(|_| status::credential_invalid().into())
}

/// Ends the session in this browser. The token lives on until it runs out, as its provider made it.
pub(super) async fn sign_out() -> Response {
    ([(SET_COOKIE, set("", 0))], Redirect::to("/sign-in")).into_response()
}

impl Console {
    fn now(&self) -> Instant {
        (self.keeper.wall)()
    }

    /// A session with a token, or what is wrong with it in words for whoever gave it.
    async fn session(&self, parts: &Parts, token: &str, to: &str) -> Result<Response, String> {
        if token.len() > bounds::SESSION {
            let most = bounds::SESSION;
            return Err(format!(
                "The token is {} bytes long, and a browser keeps {most}. Ask whoever runs your sign-in to put fewer \
                 claims into it, or to put a gateway before this server.",
                token.len()
            ));
        }
        let peer = parts.extensions.get::<Peer>().ok_or("The connection says nothing of itself.")?;
        let person = self.keeper.signs_in(peer, token).await.map_err(|status| {
            if status.code() == tonic::Code::Unauthenticated {
                let told = "The token is not accepted here: it may have run out, or be meant for another server. The \
                            operator of this server can see why.";
                return told.to_owned();
            }
            status.message().to_owned()
        })?;
        let lives = person.expires.signed_duration_since(self.now()).num_seconds().max(0);
        tracing::info!(person = %person.id, agency = %person.agency, "signed in to the console");
        Ok(([(SET_COOKIE, set(token, lives))], Redirect::to(to)).into_response())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_cookie_is_for_this_host_alone_and_out_of_reach_of_scripts_and_other_sites() {
        assert_eq!(set("abc", 60), "__Host-muster=abc; HttpOnly; SameSite=Strict; Secure; Path=/; Max-Age=60");
        let mut headers = HeaderMap::new();
        headers.append(COOKIE, "other=1; __Host-muster=abc".parse().unwrap());
        assert_eq!(of(&headers).as_deref(), Some("abc"));
        assert_eq!(of(&HeaderMap::new()), None);
    }
}
