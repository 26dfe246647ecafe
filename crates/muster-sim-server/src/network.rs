//! The simulated network: where the shipped server listens, and how clients get there, over TLS as everywhere.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use hyper_util::rt::TokioIo;
use muster_server::Arriving;
use rustls::pki_types::ServerName;
use tokio_rustls::TlsConnector;
use tonic::transport::{Channel, Endpoint};
use turmoil::net::{TcpListener, TcpStream};

/// What the server's host is called.
pub const SERVER: &str = "server";
/// Where it listens.
const PORT: u16 = 7443;

/// The port of the simulated network that the server listens on.
pub struct Port(TcpListener);

impl Port {
    /// Listens.
    ///
    /// # Errors
    /// When somebody listens there already.
    pub async fn listen() -> io::Result<Self> {
        Ok(Self(TcpListener::bind(("0.0.0.0", PORT)).await?))
    }
}

impl Arriving for Port {
    type Stream = TcpStream;

    async fn next(&self) -> io::Result<(TcpStream, SocketAddr)> {
        self.0.accept().await
    }
}

/// A way to the server that mends itself: connected at the first call, and again after every break.
pub fn channel(tls: Arc<rustls::ClientConfig>) -> Channel {
    let connect = tower::service_fn(move |_: tonic::transport::Uri| {
        let tls = TlsConnector::from(Arc::clone(&tls));
        async move {
            let name = ServerName::try_from(SERVER).map_err(io::Error::other)?;
            let stream = TcpStream::connect((SERVER, PORT)).await?;
            Ok::<_, io::Error>(TokioIo::new(tls.connect(name, stream).await?))
        }
    });
    Endpoint::from_static("http://server")
        .connect_timeout(Duration::from_secs(3))
        // There is nobody who sends again what a cut link has lost, so a silent connection is given up soon.
        .http2_keep_alive_interval(Duration::from_secs(3))
        .keep_alive_timeout(Duration::from_secs(2))
        .keep_alive_while_idle(true)
        .connect_with_connector_lazy(connect)
}
