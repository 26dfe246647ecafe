//! Somebody else's server, over real sockets: it writes down what it is sent, and answers as a test has it.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use tokio::io::{AsyncBufReadExt as _, AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _, BufReader};
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio_rustls::TlsAcceptor;

use crate::home::soon;

/// A request as it came.
#[derive(Debug, Clone)]
pub(crate) struct Got {
    /// Method and path.
    pub(crate) line: String,
    headers: Vec<(String, String)>,
    pub(crate) body: String,
}

impl Got {
    /// A header; empty where there is none.
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.iter().find(|(known, _)| known == name).map_or("", |(_, value)| value)
    }

    /// The body as JSON.
    pub(crate) fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.body).unwrap()
    }
}

/// How it answers.
#[derive(Debug, Clone)]
pub(crate) enum Does {
    /// With this status, these further headers and this body.
    Answers(u16, String, String),
    /// Never.
    Stalls,
    /// With 200 and the half of a body, and closes.
    HalfAndCloses,
    /// Not at all: it closes.
    Closes,
    /// With 200 and a body without end.
    Endless,
}

impl Does {
    pub(crate) fn status(status: u16) -> Self {
        Self::Answers(status, String::new(), String::new())
    }
}

/// A server. Dropped, it goes on; what it was is gone with the test.
#[derive(Clone)]
pub(crate) struct Receiver {
    pub(crate) address: SocketAddr,
    got: Arc<Mutex<Vec<Got>>>,
    bell: watch::Sender<usize>,
}

impl Receiver {
    /// One that answers as `does` says, given all that came before and what came now.
    pub(crate) async fn that(does: impl Fn(&[Got], &Got) -> Does + Send + Sync + 'static) -> Self {
        Self::at(SocketAddr::from(([127, 0, 0, 1], 0)), does).await
    }

    /// The same, at an address.
    pub(crate) async fn at(address: SocketAddr, does: impl Fn(&[Got], &Got) -> Does + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind(address).await.unwrap();
        let receiver =
            Self { address: listener.local_addr().unwrap(), got: Arc::default(), bell: watch::Sender::new(0) };
        let (own, does) = (receiver.clone(), Arc::new(does));
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let (own, does) = (own.clone(), Arc::clone(&does));
                tokio::spawn(async move { drop(own.serve(stream, does.as_ref()).await) });
            }
        });
        receiver
    }

    /// One that takes everything, over TLS alone.
    pub(crate) async fn over_tls(config: Arc<rustls::ServerConfig>) -> Self {
        let listener = TcpListener::bind(SocketAddr::from(([127, 0, 0, 1], 0))).await.unwrap();
        let receiver =
            Self { address: listener.local_addr().unwrap(), got: Arc::default(), bell: watch::Sender::new(0) };
        let (own, tls) = (receiver.clone(), TlsAcceptor::from(config));
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let (own, tls) = (own.clone(), tls.clone());
                tokio::spawn(async move {
                    if let Ok(stream) = tls.accept(stream).await {
                        drop(own.serve(stream, &|_, _| Does::status(204)).await);
                    }
                });
            }
        });
        receiver
    }

    /// One that takes everything.
    pub(crate) async fn willing() -> Self {
        Self::that(|_, _| Does::status(204)).await
    }

    /// Where it is posted to.
    pub(crate) fn url(&self) -> String {
        format!("http://{}/in", self.address)
    }

    /// What came.
    pub(crate) fn got(&self) -> Vec<Got> {
        self.got.lock().unwrap().clone()
    }

    /// What came, once it is as the test waits for.
    #[track_caller]
    pub(crate) fn once(&self, is: impl Fn(&[Got]) -> bool) -> impl Future<Output = Vec<Got>> {
        let mut bell = self.bell.subscribe();
        soon(async move {
            loop {
                bell.mark_unchanged();
                let got = self.got();
                if is(&got) {
                    return got;
                }
                bell.changed().await.unwrap();
            }
        })
    }

    async fn serve(
        &self,
        stream: impl AsyncRead + AsyncWrite + Unpin,
        does: &(dyn Fn(&[Got], &Got) -> Does + Send + Sync),
    ) -> std::io::Result<()> {
        let mut stream = BufReader::new(stream);
        let (mut first, mut headers) = (String::new(), Vec::new());
        stream.read_line(&mut first).await?;
        loop {
            let mut line = String::new();
            if stream.read_line(&mut line).await? == 0 {
                // Whoever sent it was killed while it did.
                return Err(std::io::ErrorKind::UnexpectedEof.into());
            }
            let Some((name, value)) = line.trim().split_once(": ") else { break };
            headers.push((name.to_lowercase(), value.to_owned()));
        }
        let line = first.rsplit_once(" HTTP").map_or("", |(line, _)| line).to_owned();
        let mut got = Got { line, headers, body: String::new() };
        let mut body = vec![0; got.header("content-length").parse().unwrap_or(0)];
        stream.read_exact(&mut body).await?;
        got.body = String::from_utf8(body).unwrap();
        let answer = {
            let mut all = self.got.lock().unwrap();
            let answer = does(&all, &got);
            all.push(got);
            answer
        };
        self.bell.send_modify(|times| *times += 1);
        match answer {
            Does::Answers(status, more, body) => {
                let length = body.len();
                let head = format!("HTTP/1.1 {status} So\r\n{more}content-length: {length}\r\n\r\n{body}");
                stream.write_all(head.as_bytes()).await
            }
            Does::Stalls => std::future::pending().await,
            Does::HalfAndCloses => stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nhalf").await,
            Does::Closes => Ok(()),
            Does::Endless => {
                stream.write_all(b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n").await?;
                loop {
                    stream.write_all(&[b"400\r\n".as_slice(), &[b'x'; 1024], b"\r\n"].concat()).await?;
                }
            }
        }
    }
}
