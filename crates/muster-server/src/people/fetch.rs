//! Fetching a provider's keys: over TLS, from where it is configured and nowhere else, and seldom.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use http::Uri;
use http_body_util::{BodyExt as _, Empty, Limited};
use hyper::body::Bytes;
use hyper_util::rt::TokioIo;
use jsonwebtoken::DecodingKey;
use rustls::pki_types::ServerName;
use thiserror::Error;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio::time::Instant;
use tokio_rustls::TlsConnector;

use super::{Algorithm, Keys};
use crate::bounds;

/// Why keys cannot be fetched from an address.
#[derive(Debug, Error)]
pub enum BadKeysUrl {
    /// It is no address.
    #[error("{0:?} is no URL")]
    NotAUrl(String),
    /// It would be fetched over a connection that anybody can meddle with.
    #[error("{0:?} is neither https nor on the loopback interface")]
    NotSafe(String),
    /// The trusted authorities cannot be used.
    #[error("the authorities for fetching keys cannot be used: {0}")]
    Tls(#[from] rustls::Error),
}

/// Keys at an address, kept for a while.
pub struct KeysUrl {
    host: String,
    port: u16,
    /// What is asked for: path and query.
    target: String,
    tls: Option<TlsConnector>,
    kept: Mutex<Kept>,
    /// Whose turn it is to fetch.
    turn: tokio::sync::Mutex<()>,
}

#[derive(Default)]
struct Kept {
    keys: Option<(Arc<Keys>, Instant)>,
    tried: Option<Instant>,
}

impl Kept {
    /// The keys, unless they have grown old: one of them may have been taken back.
    fn fresh(&self) -> Option<&Keys> {
        let (keys, fetched) = self.keys.as_ref()?;
        (fetched.elapsed() <= bounds::KEYS_AGE).then_some(keys)
    }

    fn find(&self, id: Option<&str>, algorithm: Algorithm) -> Option<DecodingKey> {
        self.fresh()?.find(id, algorithm).cloned()
    }

    /// Whether it is time to try again; if so, that is noted.
    fn begins_to_fetch(&mut self) -> bool {
        let rested = self.tried.is_none_or(|tried| tried.elapsed() >= bounds::KEYS_AGAIN);
        if rested {
            self.tried = Some(Instant::now());
        }
        rested
    }
}

impl KeysUrl {
    /// Keys at this address; nothing is fetched yet. `roots` are the authorities that its server's certificate may
    /// come from; those that browsers trust, where there are none.
    ///
    /// # Errors
    /// When it is no address that keys can be fetched from safely.
    pub fn new(url: &str, roots: Option<rustls::RootCertStore>) -> Result<Self, BadKeysUrl> {
        let not_a_url = || BadKeysUrl::NotAUrl(url.to_owned());
        let uri: Uri = url.parse().map_err(|_| not_a_url())?;
        let host = uri.host().ok_or_else(not_a_url)?.trim_matches(['[', ']']).to_owned();
        let is_loopback = host == "localhost" || host.parse().is_ok_and(|it: std::net::IpAddr| it.is_loopback());
        let (tls, usual) = match uri.scheme_str() {
            Some("https") => (Some(connector(roots)?), 443),
            Some("http") if is_loopback => (None, 80),
            Some(_) | None => return Err(BadKeysUrl::NotSafe(url.to_owned())),
        };
        let target = uri.path_and_query().map_or("/", |of| of.as_str()).to_owned();
        Ok(Self {
            host,
            port: uri.port_u16().unwrap_or(usual),
            target,
            tls,
            kept: Mutex::default(),
            turn: tokio::sync::Mutex::default(),
        })
    }

    /// The key of an id. Keys are fetched when there are none, when those there are have grown old, and when the id is
    /// not among them, that at most once a minute.
    ///
    /// # Errors
    /// When there are no keys and none can be fetched.
    pub(super) async fn key(&self, id: Option<&str>, algorithm: Algorithm) -> Result<Option<DecodingKey>, String> {
        if let Some(found) = self.kept().find(id, algorithm) {
            return Ok(Some(found));
        }
        // Whoever comes while keys are fetched waits for them, and does not fetch them again.
        let turn = self.turn.lock().await;
        if let Some(found) = self.kept().find(id, algorithm) {
            return Ok(Some(found));
        }
        if self.kept().begins_to_fetch() {
            match tokio::time::timeout(bounds::KEYS_FETCH, self.fetch()).await {
                Ok(Ok(keys)) => {
                    tracing::info!(host = self.host, "a provider's keys were fetched");
                    self.kept().keys = Some((Arc::new(keys), Instant::now()));
                }
                Ok(Err(why)) => self.not_fetched(&why),
                Err(_) => self.not_fetched("it took too long"),
            }
        }
        drop(turn);
        let kept = self.kept();
        match kept.fresh() {
            Some(keys) => Ok(keys.find(id, algorithm).cloned()),
            None => Err("they could not be fetched; the log says why".to_owned()),
        }
    }

    /// As if so much time had passed since keys were fetched and last tried.
    #[cfg(test)]
    pub(super) fn time_passes(&self, by: std::time::Duration) {
        let mut kept = self.kept();
        kept.tried = kept.tried.and_then(|tried| tried.checked_sub(by));
        if let Some((_, fetched)) = &mut kept.keys {
            *fetched = fetched.checked_sub(by).unwrap_or(*fetched);
        }
    }

    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn not_fetched(&self, why: &str) {
        tracing::error!(host = self.host, why, "a provider's keys could not be fetched");
        metrics::counter!("muster_keys_not_fetched_total").increment(1);
    }

    async fn fetch(&self) -> Result<Keys, String> {
        let told = |error: std::io::Error| error.to_string();
        let stream = TcpStream::connect((self.host.as_str(), self.port)).await.map_err(told)?;
        let text = match &self.tls {
            Some(tls) => {
                let name = ServerName::try_from(self.host.clone()).map_err(|error| error.to_string())?;
                self.ask(tls.connect(name, stream).await.map_err(told)?).await?
            }
            None => self.ask(stream).await?,
        };
        Keys::read(&text).map_err(|error| error.to_string())
    }

    async fn ask(&self, stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static) -> Result<String, String> {
        let told = |error: hyper::Error| error.to_string();
        let (mut sender, connection) =
            hyper::client::conn::http1::handshake(TokioIo::new(stream)).await.map_err(told)?;
        let connection = tokio::spawn(connection);
        let request = http::Request::get(&self.target)
            .header(http::header::HOST, format!("{}:{}", self.host, self.port))
            .header(http::header::ACCEPT, "application/json")
            .body(Empty::<Bytes>::new());
        let answer = sender.send_request(request.map_err(|error| error.to_string())?).await.map_err(told)?;
        // A redirection would lead to where nobody configured keys to come from.
        if answer.status() != http::StatusCode::OK {
            return Err(format!("it answered {}", answer.status()));
        }
        let body = Limited::new(answer.into_body(), bounds::KEYS_BYTES).collect().await;
        connection.abort();
        let body = body.map_err(|error| error.to_string())?.to_bytes();
        String::from_utf8(body.to_vec()).map_err(|_| "it is not text".to_owned())
    }
}

fn connector(roots: Option<rustls::RootCertStore>) -> Result<TlsConnector, BadKeysUrl> {
    let of_browsers = || webpki_roots::TLS_SERVER_ROOTS.iter().cloned().collect();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = rustls::ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()?
        .with_root_certificates(roots.unwrap_or_else(of_browsers))
        .with_no_client_auth();
    Ok(TlsConnector::from(Arc::new(config)))
}
