//! One connection to the database server: made, set up, and asked.

use std::collections::HashMap;
use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::Poll;
use std::time::Duration;

use muster_store::ServerError;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;
use rustls::{ClientConfig, RootCertStore};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::sync::mpsc;
use tokio_postgres::config::{Host, SslMode, TargetSessionAttrs};
use tokio_postgres::types::ToSql;
use tokio_postgres::{AsyncMessage, Client, Config, NoTls, Row, Socket, Statement};
use tokio_postgres_rustls::MakeRustlsConnect;

use crate::fault::Fault;
use crate::settings::Settings;

/// A value for a statement.
pub(crate) type Param = Box<dyn ToSql + Send + Sync>;

/// What all connections are made with.
pub(crate) struct Way {
    config: Config,
    /// Whether the last that was heard of the hosts is that none of them can be written to.
    is_read_only: AtomicBool,
    /// How it is encrypted, where it is.
    tls: Option<MakeRustlsConnect>,
    /// Hosts, port and database, for people: without user and password.
    pub(crate) place: String,
    connect: Duration,
    pub(crate) statement: Duration,
}

/// What a connection is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Purpose {
    Read,
    Write,
}

/// A connection, with the statements that it has prepared.
pub(crate) struct Connection {
    pub(crate) client: Client,
    statements: HashMap<&'static str, Statement>,
    /// It is to a copy that follows, for want of a server that can be written to.
    pub(crate) is_to_a_copy: bool,
    /// Whether a transaction was begun on it, in which records are held for the next group.
    pub(crate) holds: bool,
}

impl Way {
    /// Reads the settings. Nothing is connected to.
    pub(crate) fn of(settings: &Settings) -> Result<Self, ServerError> {
        let unfit = |at: &str, problem: String| ServerError::Unfit { at: at.to_owned(), problem };
        let parsed = settings.address.parse::<Config>();
        let mut config =
            parsed.map_err(|error| unfit("its address", format!("the address cannot be read: {error}")))?;
        let place = place(&config);
        if let Some(password) = &settings.password {
            config.password(password);
        }
        if config.get_ssl_mode() == SslMode::Prefer {
            config.ssl_mode(if is_here(&config) { SslMode::Disable } else { SslMode::Require });
        }
        config.application_name("muster").connect_timeout(settings.connect).tcp_user_timeout(settings.statement);
        // A copy that follows is behind: what was acknowledged would not be there yet.
        config.target_session_attrs(TargetSessionAttrs::ReadWrite);
        let mut roots = RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() };
        if let Some(path) = &settings.root {
            let problem = |error: &dyn std::fmt::Display| unfit(&place, format!("{}: {error}", path.display()));
            roots = RootCertStore::empty();
            for certificate in CertificateDer::pem_file_iter(path).map_err(|error| problem(&error))? {
                let certificate = certificate.map_err(|error| problem(&error))?;
                roots.add(certificate).map_err(|error| problem(&error))?;
            }
            if roots.is_empty() {
                return Err(problem(&"it holds no certificate"));
            }
        }
        let provider = std::sync::Arc::new(rustls::crypto::ring::default_provider());
        let tls = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .map_err(|error| unfit(&place, error.to_string()))?
            .with_root_certificates(roots)
            .with_no_client_auth();
        let (connect, statement) = (settings.connect, settings.statement);
        let tls = Some(MakeRustlsConnect::new(tls)).filter(|_| config.get_ssl_mode() != SslMode::Disable);
        Ok(Self { config, is_read_only: AtomicBool::new(false), tls, place, connect, statement })
    }

    /// Whether no host was known to take writes when one was last asked.
    pub(crate) fn is_read_only(&self) -> bool {
        self.is_read_only.load(Ordering::Relaxed)
    }

    /// Connects. What the server tells of its own accord goes to `rung`, where somebody listens.
    ///
    /// Where no host can be written to, who reads is given a copy that follows: what it shows may be behind, and is more
    /// than nothing.
    pub(crate) async fn connect(
        &self,
        purpose: Purpose,
        rung: Option<mpsc::UnboundedSender<()>>,
    ) -> Result<Connection, Fault> {
        let refused = match self.connect_to(&self.config, purpose, rung).await {
            Ok(connection) => {
                if self.is_read_only.swap(false, Ordering::Relaxed) {
                    tracing::warn!(place = self.place, "the database can be written to again");
                }
                return Ok(connection);
            }
            Err(fault) if purpose == Purpose::Read && self.config.get_hosts().len() > 1 => fault,
            Err(fault) => return Err(fault),
        };
        let mut any = self.config.clone();
        any.target_session_attrs(TargetSessionAttrs::Any);
        match self.connect_to(&any, purpose, None).await {
            Ok(connection) => {
                if !self.is_read_only.swap(true, Ordering::Relaxed) {
                    tracing::error!(
                        place = self.place,
                        "no host can be written to: a copy is read, which may be behind"
                    );
                }
                Ok(Connection { is_to_a_copy: true, ..connection })
            }
            Err(_) => Err(refused),
        }
    }

    async fn connect_to(
        &self,
        config: &Config,
        purpose: Purpose,
        rung: Option<mpsc::UnboundedSender<()>>,
    ) -> Result<Connection, Fault> {
        let hosts = u32::try_from(self.config.get_hosts().len()).unwrap_or(u32::MAX).max(1);
        // A server that takes the connection and then says nothing is given up too.
        let patience = self.connect.saturating_mul(hosts.saturating_add(1));
        let connecting = async {
            match &self.tls {
                Some(tls) => {
                    let (client, connection) = config.connect(tls.clone()).await?;
                    drop(tokio::spawn(drive(connection, rung)));
                    Ok(client)
                }
                None => {
                    let (client, connection) = config.connect(NoTls).await?;
                    drop(tokio::spawn(drive(connection, rung)));
                    Ok(client)
                }
            }
        };
        let client =
            tokio::time::timeout(patience, connecting).await.map_err(|_| Fault::Slow)?.map_err(Fault::Database)?;
        let connection = Connection { client, statements: HashMap::new(), is_to_a_copy: false, holds: false };
        self.within(connection.client.batch_execute(&self.setup(purpose))).await?;
        Ok(connection)
    }

    /// What a connection is told before anything else.
    ///
    /// A server of ours that hangs with a transaction open holds records up for no longer than a statement may take. A
    /// commit is on the disk before it is acknowledged, whatever a role or a database is set to; where the operator asks
    /// for more than that, it stays more.
    fn setup(&self, purpose: Purpose) -> String {
        let (millis, for_locks) = (self.statement.as_millis(), self.statement.as_millis().div_ceil(2));
        let of_purpose = match purpose {
            Purpose::Read => "SET default_transaction_read_only = on;",
            Purpose::Write => {
                "SELECT set_config('synchronous_commit', 'on', false)
                 WHERE current_setting('synchronous_commit') IN ('off', 'local');"
            }
        };
        format!(
            "SET statement_timeout = {millis};
             SET lock_timeout = {for_locks};
             SET idle_in_transaction_session_timeout = {millis};
             SET default_transaction_isolation = 'read committed';
             SET client_min_messages = warning;
             {of_purpose}"
        )
    }

    /// Waits for the server a little longer than it gives itself.
    pub(crate) async fn within<T>(
        &self,
        asked: impl Future<Output = Result<T, tokio_postgres::Error>>,
    ) -> Result<T, Fault> {
        let patience = self.statement.saturating_add(self.connect);
        Ok(tokio::time::timeout(patience, asked).await.map_err(|_| Fault::Slow)??)
    }
}

/// Drives a connection until it ends, and says so whenever the server notifies.
async fn drive<T>(mut connection: tokio_postgres::Connection<Socket, T>, rung: Option<mpsc::UnboundedSender<()>>)
where
    T: AsyncRead + AsyncWrite + Unpin,
{
    while let Some(message) = poll_fn(|context| connection.poll_message(context)).await {
        match message {
            Ok(AsyncMessage::Notification(_)) => {
                if let Some(rung) = &rung {
                    // Nobody listens any more.
                    let _unheard = rung.send(());
                }
            }
            Ok(AsyncMessage::Notice(notice)) => tracing::debug!(%notice, "the database server says"),
            Ok(_) => (),
            // Whoever waits for an answer is told.
            Err(error) => return tracing::debug!(%error, "a database connection ended"),
        }
    }
}

impl Connection {
    /// The statement, prepared once on each connection.
    pub(crate) async fn prepared(&mut self, sql: &'static str) -> Result<Statement, tokio_postgres::Error> {
        if let Some(known) = self.statements.get(sql) {
            return Ok(known.clone());
        }
        let statement = self.client.prepare(sql).await?;
        self.statements.insert(sql, statement.clone());
        Ok(statement)
    }

    /// The rows of a statement.
    pub(crate) async fn rows(
        &mut self,
        sql: &'static str,
        params: &[Param],
    ) -> Result<Vec<Row>, tokio_postgres::Error> {
        let statement = self.prepared(sql).await?;
        let params: Vec<&(dyn ToSql + Sync)> = params.iter().map(borrowed).collect();
        self.client.query(&statement, &params).await
    }
}

/// A value as the client takes it.
pub(crate) fn borrowed(param: &Param) -> &(dyn ToSql + Sync) {
    &**param
}

/// Sends each before it waits for any, in order, and gives what came of each.
pub(crate) async fn in_order<T>(mut asked: Vec<Pin<Box<dyn Future<Output = T> + Send + '_>>>) -> Vec<T> {
    let mut answers: Vec<Option<T>> = asked.iter().map(|_| None).collect();
    poll_fn(|context| {
        let mut is_waiting = false;
        for (future, answer) in asked.iter_mut().zip(&mut answers) {
            if answer.is_none() {
                match future.as_mut().poll(context) {
                    Poll::Ready(ready) => *answer = Some(ready),
                    Poll::Pending => is_waiting = true,
                }
            }
        }
        if is_waiting { Poll::Pending } else { Poll::Ready(()) }
    })
    .await;
    answers.into_iter().flatten().collect()
}

fn place(config: &Config) -> String {
    let hosts = config.get_hosts().iter().map(|host| match host {
        Host::Tcp(name) => name.clone(),
        Host::Unix(folder) => folder.display().to_string(),
    });
    let hosts: Vec<String> = hosts.collect();
    let port = config.get_ports().first().copied().unwrap_or(5432);
    format!("{}:{port}/{}", hosts.join(","), config.get_dbname().or(config.get_user()).unwrap_or_default())
}

/// Whether all hosts are this machine.
fn is_here(config: &Config) -> bool {
    let is_loopback =
        |name: &str| name == "localhost" || name.parse().is_ok_and(|ip: std::net::IpAddr| ip.is_loopback());
    let mut hosts = config.get_hosts().iter();
    config.get_hostaddrs().iter().all(std::net::IpAddr::is_loopback)
        && hosts.all(|host| match host {
            Host::Tcp(name) => is_loopback(name),
            Host::Unix(_) => true,
        })
}
