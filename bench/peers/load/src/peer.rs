//! A server that is given load, whichever it is: something that writes, and something that watches.

use std::path::PathBuf;

use anyhow::Result;
use clap::{Args, ValueEnum};

use crate::{etcd, muster, nats, postgres};

/// Bytes of what is written: a note in a hurry.
pub const TEXT: &str = "the provider told us at 08:15 that the night staff will not come; the inspector is on the way to the home now, ok";

/// Streams on one connection, writers and watchers alike.
pub const PER_CONNECTION: usize = 10;

#[derive(Clone, Copy, ValueEnum)]
pub enum Kind {
    Muster,
    Echo,
    Etcd,
    Postgres,
    PostgresNotify,
    Nats,
}

/// A server.
#[derive(Args)]
pub struct Peer {
    /// Which
    kind: Kind,
    /// Host and port
    address: String,
    /// The folder with certificates, where there are any
    #[arg(long)]
    certs: Option<PathBuf>,
}

/// Writes one entry, and returns once it is acknowledged.
pub enum Writer {
    Muster(muster::Writer),
    Etcd(etcd::Writer),
    Postgres(postgres::Writer),
    Nats(nats::Writer),
}

impl Writer {
    pub async fn write(&mut self) -> Result<()> {
        match self {
            Self::Muster(one) => one.write().await,
            Self::Etcd(one) => one.write().await,
            Self::Postgres(one) => one.write().await,
            Self::Nats(one) => one.write().await,
        }
    }
}

/// Follows what is written.
pub enum Watch {
    Muster(muster::Watch),
    Etcd(etcd::Watch),
    Postgres(postgres::Watch),
    Nats(nats::Watch),
}

impl Watch {
    /// Waits for more, and says how many entries came.
    pub async fn next(&mut self) -> Result<usize> {
        match self {
            Self::Muster(one) => one.next().await,
            Self::Etcd(one) => one.next().await,
            Self::Postgres(one) => one.next().await,
            Self::Nats(one) => one.next().await,
        }
    }
}

impl Peer {
    pub async fn writers(&self, count: usize) -> Result<Vec<Writer>> {
        Ok(match self.kind {
            Kind::Muster | Kind::Echo => {
                let echo = matches!(self.kind, Kind::Echo);
                muster::writers(&self.address, self.certs.as_deref(), count, echo).await?.into_iter().map(Writer::Muster).collect()
            }
            Kind::Etcd => {
                etcd::writers(&self.address, self.certs.as_deref(), count).await?.into_iter().map(Writer::Etcd).collect()
            }
            Kind::Postgres => self.postgres(count, false).await?,
            Kind::PostgresNotify => self.postgres(count, true).await?,
            Kind::Nats => nats::writers(&self.address, self.certs.as_deref(), count).await?.into_iter().map(Writer::Nats).collect(),
        })
    }

    async fn postgres(&self, count: usize, notifies: bool) -> Result<Vec<Writer>> {
        let all = postgres::writers(&self.address, self.certs.as_deref(), count, notifies).await?;
        Ok(all.into_iter().map(Writer::Postgres).collect())
    }

    /// Watches that see what is written from now on, or from the beginning.
    pub async fn watches(&self, count: usize, from_the_beginning: bool) -> Result<Vec<Watch>> {
        Ok(match self.kind {
            Kind::Muster | Kind::Echo => {
                let all = muster::watches(&self.address, self.certs.as_deref(), count, from_the_beginning).await?;
                all.into_iter().map(Watch::Muster).collect()
            }
            Kind::Etcd => {
                let all = etcd::watches(&self.address, self.certs.as_deref(), count, from_the_beginning).await?;
                all.into_iter().map(Watch::Etcd).collect()
            }
            Kind::Postgres | Kind::PostgresNotify => {
                let all = postgres::watches(&self.address, self.certs.as_deref(), count, from_the_beginning).await?;
                all.into_iter().map(Watch::Postgres).collect()
            }
            Kind::Nats => {
                let all = nats::watches(&self.address, self.certs.as_deref(), count, from_the_beginning).await?;
                all.into_iter().map(Watch::Nats).collect()
            }
        })
    }
}
