//! One request to somebody else's server: to an address that was looked at, within limits of time and size.
//!
//! The connection goes to the very address that was looked at: the name is resolved once, so that it cannot mean another
//! machine a moment later. Redirections are not followed, for they would lead to where nobody looked.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use http_body_util::{BodyExt as _, Full, Limited};
use hyper::body::Bytes;
use hyper_util::rt::TokioIo;
use muster_record::webhook::Target;
use rustls::RootCertStore;
use rustls::pki_types::ServerName;
use thiserror::Error;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;

use crate::address::refused;

/// Which addresses are posted to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Reaches {
    /// The public Internet, over TLS.
    #[default]
    Public,
    /// The machine itself too, over TLS or not: for trying out.
    LoopbackToo,
}

/// The trusted authorities cannot be used.
#[derive(Debug, Error)]
#[error("the authorities for calls to others cannot be used")]
pub struct TlsError(#[from] rustls::Error);

/// What posts to others.
#[derive(Clone)]
pub struct Poster {
    tls: TlsConnector,
    reaches: Reaches,
    connect: Duration,
    answer: Duration,
    bytes: usize,
}

/// An answer, its body read as far as it is of use.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) body: Bytes,
}

/// Why there is no answer.
#[derive(Debug, Error)]
pub(crate) enum NoAnswer {
    /// Nobody was reached: what was sent was sent to nobody.
    #[error("{0}")]
    NotReached(String),
    /// Somebody was reached, and no whole answer came.
    #[error("{0}")]
    NotAnswered(String),
}

impl Poster {
    /// What posts with these limits: so long to connect, so long for the whole answer, so many bytes of it. `roots` are
    /// the authorities that a server's certificate may come from; those that browsers trust, where there are none.
    ///
    /// # Errors
    /// When TLS cannot be set up.
    pub fn new(
        reaches: Reaches,
        connect: Duration,
        answer: Duration,
        bytes: usize,
        roots: Option<RootCertStore>,
    ) -> Result<Self, TlsError> {
        let of_browsers = || webpki_roots::TLS_SERVER_ROOTS.iter().cloned().collect();
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config = rustls::ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()?
            .with_root_certificates(roots.unwrap_or_else(of_browsers))
            .with_no_client_auth();
        Ok(Self { tls: TlsConnector::from(Arc::new(config)), reaches, connect, answer, bytes })
    }

    /// Whether plain HTTP is taken.
    pub fn takes_http(&self) -> bool {
        self.reaches == Reaches::LoopbackToo
    }

    /// Why a host that is an address is not posted to; a name is looked at when it is resolved.
    pub fn refuses(&self, host: &str) -> Option<&'static str> {
        host.parse().ok().and_then(|address: IpAddr| refused(address, self.takes_http()))
    }

    /// Sends a request and reads its answer.
    pub(crate) async fn ask(
        &self,
        to: &Target,
        request: http::request::Builder,
        body: Bytes,
    ) -> Result<Answer, NoAnswer> {
        let host = if to.host.contains(':') { format!("[{}]", to.host) } else { to.host.clone() };
        let request = request
            .uri(&to.path)
            .header(http::header::HOST, format!("{host}:{}", to.port))
            .header(http::header::USER_AGENT, concat!("muster/", env!("CARGO_PKG_VERSION")))
            .header(http::header::CONTENT_LENGTH, body.len())
            .body(Full::new(body))
            .map_err(|error| NoAnswer::NotReached(error.to_string()))?;
        let connected = tokio::time::timeout(self.connect, self.connected(to)).await;
        let stream = connected.map_err(|_| NoAnswer::NotReached("it took too long to connect".to_owned()))??;
        let asked = tokio::time::timeout(self.answer, self.answered(stream, request)).await;
        let seconds = self.answer.as_secs_f32();
        asked.map_err(|_| NoAnswer::NotAnswered(format!("no whole answer came in {seconds} seconds")))?
    }

    async fn connected(&self, to: &Target) -> Result<Box<dyn Stream>, NoAnswer> {
        let address = self.address(to).await?;
        let failed = |error: std::io::Error| NoAnswer::NotReached(format!("{address}: {error}"));
        let stream = TcpStream::connect(address).await.map_err(failed)?;
        if !to.tls {
            // Only where nothing leaves the machine.
            return if address.ip().is_loopback() {
                Ok(Box::new(stream))
            } else {
                Err(NoAnswer::NotReached(format!("{address} would be posted to without TLS")))
            };
        }
        let name = ServerName::try_from(to.host.clone()).map_err(|error| NoAnswer::NotReached(error.to_string()))?;
        Ok(Box::new(self.tls.connect(name, stream).await.map_err(failed)?))
    }

    /// The address that is connected to: the first that the name has, when none of them is refused.
    async fn address(&self, to: &Target) -> Result<SocketAddr, NoAnswer> {
        let resolved = tokio::net::lookup_host((to.host.as_str(), to.port)).await;
        let found: Vec<SocketAddr> =
            resolved.map_err(|error| NoAnswer::NotReached(format!("{} is not resolved: {error}", to.host)))?.collect();
        for address in &found {
            if let Some(why) = refused(address.ip(), self.takes_http()) {
                return Err(NoAnswer::NotReached(format!("refused: {} {why}", address.ip())));
            }
        }
        found.first().copied().ok_or_else(|| NoAnswer::NotReached(format!("{} has no address", to.host)))
    }

    async fn answered(&self, stream: Box<dyn Stream>, request: http::Request<Full<Bytes>>) -> Result<Answer, NoAnswer> {
        let told = |error: hyper::Error| NoAnswer::NotAnswered(error.to_string());
        let (mut sender, connection) =
            hyper::client::conn::http1::handshake(TokioIo::new(stream)).await.map_err(told)?;
        let connection = Ends(tokio::spawn(async move { drop(connection.await) }));
        let answer = sender.send_request(request).await.map_err(told)?;
        let status = answer.status().as_u16();
        // What is beyond the bound is not read, and is no fault: the status says what came of it.
        let mut body = Limited::new(answer.into_body(), self.bytes);
        let mut read = Vec::new();
        while let Some(frame) = body.frame().await {
            match frame {
                Ok(frame) => read.extend_from_slice(frame.data_ref().map_or(&[][..], |data| data)),
                Err(error) if error.is::<http_body_util::LengthLimitError>() => break,
                Err(error) => return Err(NoAnswer::NotAnswered(format!("its answer broke off: {error}"))),
            }
        }
        drop(connection);
        Ok(Answer { status, body: read.into() })
    }
}

/// A connection that ends with whoever waits for it.
struct Ends(tokio::task::JoinHandle<()>);

impl Drop for Ends {
    fn drop(&mut self) {
        self.0.abort();
    }
}

/// What a request goes over.
trait Stream: AsyncRead + AsyncWrite + Unpin + Send {}

impl<T: AsyncRead + AsyncWrite + Unpin + Send> Stream for T {}
