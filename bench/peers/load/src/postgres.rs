//! PostgreSQL: a row inserted, with a notification in the same statement where watchers are to be told; a watcher
//! listens, and reads the rows behind its cursor.

use std::path::Path;

use anyhow::{Context as _, Result};
use futures::StreamExt as _;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::sync::mpsc;
use tokio_postgres::{AsyncMessage, Client, Connection, NoTls, Socket, Statement};
use tokio_postgres_rustls::MakeRustlsConnect;

use crate::peer::TEXT;

pub struct Writer {
    client: Client,
    insert: Statement,
}

impl Writer {
    pub async fn write(&mut self) -> Result<()> {
        self.client.query(&self.insert, &[&TEXT]).await?;
        Ok(())
    }
}

pub struct Watch {
    client: Client,
    read: Statement,
    after: i64,
    bell: mpsc::UnboundedReceiver<()>,
    more: bool,
}

/// Rows read at a time.
const PAGE: usize = 1000;

impl Watch {
    pub async fn next(&mut self) -> Result<usize> {
        // After a whole page there is more behind it, for which no bell rings.
        if !std::mem::take(&mut self.more) {
            self.bell.recv().await.context("the connection ended")?;
            while self.bell.try_recv().is_ok() {}
        }
        let rows = self.client.query(&self.read, &[&self.after]).await?;
        if let Some(last) = rows.last() {
            self.after = last.get(0);
        }
        self.more = rows.len() == PAGE;
        Ok(rows.len())
    }
}

async fn connected(address: &str, certs: Option<&Path>) -> Result<(Client, mpsc::UnboundedReceiver<()>)> {
    let (host, port) = address.rsplit_once(':').context("host:port")?;
    let config = format!("host=localhost hostaddr={host} port={port} user=load dbname=load");
    match certs {
        Some(folder) => {
            let tls = MakeRustlsConnect::new(crate::tls::of(folder)?);
            let (client, connection) = tokio_postgres::connect(&format!("{config} sslmode=require"), tls).await?;
            Ok((client, bell(connection)))
        }
        None => {
            let (client, connection) = tokio_postgres::connect(&config, NoTls).await?;
            Ok((client, bell(connection)))
        }
    }
}

/// Drives a connection; it rings for each notification.
fn bell<S>(mut connection: Connection<Socket, S>) -> mpsc::UnboundedReceiver<()>
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let (ring, bell) = mpsc::unbounded_channel();
    tokio::spawn(async move {
        let mut messages = futures::stream::poll_fn(move |context| connection.poll_message(context));
        while let Some(Ok(message)) = messages.next().await {
            if matches!(message, AsyncMessage::Notification(_)) && ring.send(()).is_err() {
                return;
            }
        }
    });
    bell
}

pub async fn writers(address: &str, certs: Option<&Path>, count: usize, notifies: bool) -> Result<Vec<Writer>> {
    let mut all = Vec::new();
    for _ in 0..count {
        let (client, _bell) = connected(address, certs).await?;
        let statement = if notifies {
            "WITH new AS (INSERT INTO entry (text) VALUES ($1) RETURNING id) SELECT pg_notify('entry', id::text) FROM new"
        } else {
            "INSERT INTO entry (text) VALUES ($1) RETURNING id"
        };
        let insert = client.prepare(statement).await?;
        all.push(Writer { client, insert });
    }
    Ok(all)
}

pub async fn watches(address: &str, certs: Option<&Path>, count: usize, from_the_beginning: bool) -> Result<Vec<Watch>> {
    let mut all = Vec::new();
    for _ in 0..count {
        let (client, bell) = connected(address, certs).await?;
        client.batch_execute("LISTEN entry").await?;
        let after = match from_the_beginning {
            true => 0,
            false => client.query_one("SELECT coalesce(max(id), 0) FROM entry", &[]).await?.get(0),
        };
        let read = client.prepare("SELECT id, text FROM entry WHERE id > $1 ORDER BY id LIMIT 1000").await?;
        all.push(Watch { client, read, after, bell, more: from_the_beginning });
    }
    Ok(all)
}
