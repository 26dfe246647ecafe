//! Connections: accepted, counted and shaken hands with here, so that what is refused is logged with its reason.

use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;
use tokio_stream::wrappers::ReceiverStream;
use tokio_util::sync::CancellationToken;
use tonic::transport::server::Connected;

use crate::access::{NobodyNamed, Presented};
use crate::bounds;
use crate::follow::Followed;
use crate::quota::{Place, Quotas};
use crate::server::Handshakes;

/// Whoever is at the other end of a connection. Every request on it carries this.
#[derive(Debug, Clone)]
pub(crate) struct Peer {
    /// Where it calls from.
    pub(crate) address: SocketAddr,
    /// What its certificate says, or why it says nothing.
    pub(crate) presented: Arc<Result<Presented, NobodyNamed>>,
}

/// Where connections come from: a port of this machine, or in a simulation a network that is none.
pub trait Arriving: Send + 'static {
    /// A connection before its handshake.
    type Stream: AsyncRead + AsyncWrite + Unpin + Send + 'static;

    /// The next connection, and where it comes from.
    fn next(&self) -> impl Future<Output = io::Result<(Self::Stream, SocketAddr)>> + Send;
}

impl Arriving for TcpListener {
    type Stream = TcpStream;

    async fn next(&self) -> io::Result<(TcpStream, SocketAddr)> {
        let (stream, address) = self.accept().await?;
        drop(stream.set_nodelay(true));
        Ok((stream, address))
    }
}

/// How a listener takes connections.
pub(crate) struct Accepting {
    /// What the log calls the listener.
    pub(crate) name: &'static str,
    /// The handshake, as of the certificates now.
    pub(crate) handshakes: Followed<Handshakes>,
    /// The trust domain of the URIs in certificates.
    pub(crate) trust_domain: Arc<str>,
    /// Places for connections.
    pub(crate) quotas: Arc<Quotas>,
    /// All connections to this listener.
    pub(crate) connections: usize,
    /// Whether its clients have certificates at all.
    pub(crate) certificates: Certificates,
    /// Ends the accepting.
    pub(crate) stop: CancellationToken,
}

/// Whether the clients of a listener have certificates.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Certificates {
    /// Every one has.
    Required,
    /// None is asked for one.
    NotAsked,
}

impl Accepting {
    /// Accepts until stopped. A handshake takes its own task, so that a slow one holds up nobody.
    pub(crate) fn connections<A: Arriving>(self, arriving: A) -> ReceiverStream<io::Result<Connection<A::Stream>>> {
        let (sender, receiver) = mpsc::channel(bounds::HANDSHAKEN_WAITING);
        let stop = self.stop.clone();
        let permits = Arc::new(Semaphore::new(self.connections));
        let accepting = Arc::new(self);
        tokio::spawn(async move {
            loop {
                let accepted = tokio::select! {
                    () = stop.cancelled() => return,
                    accepted = arriving.next() => accepted,
                };
                match (accepted, Arc::clone(&permits).try_acquire_owned()) {
                    (Ok((stream, address)), Ok(permit)) => {
                        tokio::spawn(Arc::clone(&accepting).shake(stream, address, permit, sender.clone()));
                    }
                    (Ok((_, address)), Err(_)) => accepting.refuse(address, "TOO_MANY", "the listener is full"),
                    (Err(error), _) => {
                        // Out of file handles, most likely: trying again at once would only spin.
                        tracing::warn!(%error, listener = accepting.name, "a connection could not be accepted");
                        tokio::time::sleep(bounds::ACCEPT_AGAIN).await;
                    }
                }
            }
        });
        ReceiverStream::new(receiver)
    }

    async fn shake<S: AsyncRead + AsyncWrite + Unpin + Send>(
        self: Arc<Self>,
        stream: S,
        address: SocketAddr,
        permit: OwnedSemaphorePermit,
        sender: mpsc::Sender<io::Result<Connection<S>>>,
    ) {
        let handshakes = Arc::clone(&self.handshakes.borrow());
        let tls = match self.certificates {
            Certificates::Required => &handshakes.with_systems,
            Certificates::NotAsked => &handshakes.with_people,
        };
        let shaking = TlsAcceptor::from(Arc::clone(tls)).accept(stream);
        let stream = match tokio::time::timeout(bounds::HANDSHAKE, shaking).await {
            Ok(Ok(stream)) => stream,
            Ok(Err(error)) => return self.refuse(address, "HANDSHAKE", &error.to_string()),
            Err(_) => return self.refuse(address, "HANDSHAKE", "the TLS handshake took too long"),
        };
        let presented = match stream.get_ref().1.peer_certificates() {
            Some(chain) => Presented::read(chain, &handshakes.authorities, &self.trust_domain),
            None => Err(NobodyNamed::NoCertificate),
        };
        let place = match self.certificates {
            Certificates::Required => {
                let agency = presented.as_ref().ok().map(|presented| presented.agency.clone());
                match self.quotas.connection(agency) {
                    Some(place) => Some(place),
                    None => return self.refuse(address, "TOO_MANY", "its agency has as many connections as it may"),
                }
            }
            Certificates::NotAsked => None,
        };
        let peer = Peer { address, presented: Arc::new(presented) };
        // The server is stopping if nobody takes it.
        drop(sender.send(Ok(Connection { stream, peer, _permit: permit, _place: place })).await);
    }

    fn refuse(&self, peer: SocketAddr, reason: &'static str, why: &str) {
        tracing::warn!(%peer, why, listener = self.name, "a connection was refused");
        metrics::counter!("muster_refused_connections_total", "reason" => reason).increment(1);
    }
}

/// A connection after its handshake. Its places are free again when it ends.
pub(crate) struct Connection<S> {
    stream: TlsStream<S>,
    peer: Peer,
    _permit: OwnedSemaphorePermit,
    _place: Option<Place>,
}

impl<S> Connected for Connection<S> {
    type ConnectInfo = Peer;

    fn connect_info(&self) -> Peer {
        self.peer.clone()
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin> AsyncRead for Connection<S> {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(cx, buf)
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin> AsyncWrite for Connection<S> {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(cx, buf)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bufs: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write_vectored(cx, bufs)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }
}
