//! A connection: over mutual TLS as one agency's system, and with the token of whoever is signed in.

use std::path::{Path, PathBuf};
use std::time::Duration;

use tonic::metadata::{Ascii, MetadataValue};
use tonic::service::Interceptor;
use tonic::service::interceptor::InterceptedService;
use tonic::transport::{Certificate, Channel, ClientTlsConfig, Endpoint, Identity};
use tonic::{Request, Status};

/// What calls go over: a connection, and the token of whoever is signed in.
pub type Wire = InterceptedService<Channel, Bearer>;

/// Why there is no connection.
#[derive(Debug, thiserror::Error)]
pub enum ConnectError {
    /// A file of a certificate, a key or a token.
    #[error("{} cannot be read", path.display())]
    File {
        /// Which.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// A token.
    #[error("the token holds characters that no token has")]
    Token,
    /// No server answers there, or its certificate does not come from the authority.
    #[error("no Muster server answers at {server}")]
    Server {
        /// Host and port.
        server: String,
        /// What went wrong.
        source: tonic::transport::Error,
    },
}

/// Whose token goes with each call.
#[derive(Debug, Clone)]
pub enum Bearer {
    /// Nobody is signed in: the system acts by itself.
    Nobody,
    /// A token.
    Token(MetadataValue<Ascii>),
    /// The token that a file holds at each call, which another program may renew.
    File(PathBuf),
}

impl Bearer {
    /// A token.
    ///
    /// # Errors
    /// When it has characters that a token cannot have.
    pub fn token(token: &str) -> Result<Self, ConnectError> {
        header(token).map(Self::Token)
    }

    /// The token in a file, which has to hold one now.
    ///
    /// # Errors
    /// When it cannot be read or holds none.
    pub fn file(path: &Path) -> Result<Self, ConnectError> {
        in_file(path)?;
        Ok(Self::File(path.to_owned()))
    }
}

fn header(token: &str) -> Result<MetadataValue<Ascii>, ConnectError> {
    format!("Bearer {}", token.trim()).parse().map_err(|_invalid| ConnectError::Token)
}

fn in_file(path: &Path) -> Result<MetadataValue<Ascii>, ConnectError> {
    header(&read(path)?)
}

fn read(path: &Path) -> Result<String, ConnectError> {
    std::fs::read_to_string(path).map_err(|source| ConnectError::File { path: path.to_owned(), source })
}

impl Interceptor for Bearer {
    fn call(&mut self, mut request: Request<()>) -> Result<Request<()>, Status> {
        let value = match self {
            Self::Nobody => return Ok(request),
            Self::Token(value) => value.clone(),
            Self::File(path) => {
                in_file(path).map_err(|error| Status::unauthenticated(format!("{}: {error}", path.display())))?
            }
        };
        request.metadata_mut().insert("authorization", value);
        Ok(request)
    }
}

/// What a connection is made with, as PEM.
#[derive(Clone)]
pub struct Certificates {
    /// The authority that the server's certificate comes from.
    pub ca: String,
    /// The system's certificate and its key. None where people are listened to, who sign in with a token alone.
    pub own: Option<(String, String)>,
}

impl Certificates {
    /// Reads `ca.pem`, `AGENCY.pem` and `AGENCY.key` of a folder.
    ///
    /// # Errors
    /// When one of them cannot be read.
    pub fn in_folder(folder: &Path, agency: &str) -> Result<Self, ConnectError> {
        let own = (read(&folder.join(format!("{agency}.pem")))?, read(&folder.join(format!("{agency}.key")))?);
        Ok(Self { ca: read(&folder.join("ca.pem"))?, own: Some(own) })
    }
}

/// Where the server is, and as whom it is called. Each connection is made anew from this.
#[derive(Clone)]
pub struct Server {
    /// Host and port, as in `localhost:7443`.
    pub address: String,
    /// The name that its certificate has to hold.
    pub name: String,
    /// What the connection is made with.
    pub certificates: Certificates,
    /// Whose token goes with each call.
    pub bearer: Bearer,
}

impl Server {
    /// Connects, within five seconds. The generated clients take what comes back.
    ///
    /// # Errors
    /// When no server answers, or its certificate does not come from the authority. A certificate of your own that the
    /// server does not trust shows only in the first call, which ends with the connection and without a reason; one that it
    /// trusts, of a system that is not registered, is told `CREDENTIAL_INVALID` there.
    pub async fn connect(&self) -> Result<Wire, ConnectError> {
        let Self { address, name, certificates, bearer } = self;
        let failed = |source| ConnectError::Server { server: address.clone(), source };
        let tls = ClientTlsConfig::new().domain_name(name).ca_certificate(Certificate::from_pem(&certificates.ca));
        let tls = match &certificates.own {
            Some((certificate, key)) => tls.identity(Identity::from_pem(certificate, key)),
            None => tls,
        };
        let endpoint = Endpoint::from_shared(format!("https://{address}"))
            .and_then(|endpoint| endpoint.tls_config(tls))
            .map_err(failed)?
            .tcp_nodelay(true)
            .connect_timeout(Duration::from_secs(5))
            // What is silent is dropped on the way; the server's own pings come as often.
            .http2_keep_alive_interval(Duration::from_secs(20));
        let channel = endpoint.connect().await.map_err(failed)?;
        Ok(InterceptedService::new(channel, bearer.clone()))
    }
}
