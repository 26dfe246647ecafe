//! NATS JetStream: a publish acknowledged by the stream, and an ordered consumer.

use std::path::Path;

use anyhow::{Context as _, Result};
use async_nats::jetstream::consumer::push::{Ordered, OrderedConfig};
use async_nats::jetstream::consumer::DeliverPolicy;
use async_nats::jetstream::{self, Context, stream};
use async_nats::ConnectOptions;
use futures::StreamExt as _;

use crate::peer::{PER_CONNECTION, TEXT};

pub struct Writer {
    context: Context,
}

impl Writer {
    pub async fn write(&mut self) -> Result<()> {
        self.context.publish("load.entry", TEXT.into()).await?.await?;
        Ok(())
    }
}

pub struct Watch(Ordered);

impl Watch {
    pub async fn next(&mut self) -> Result<usize> {
        self.0.next().await.context("the watch ended")??;
        Ok(1)
    }
}

async fn contexts(address: &str, certs: Option<&Path>, count: usize) -> Result<Vec<Context>> {
    let mut all = Vec::new();
    for _ in 0..count.div_ceil(PER_CONNECTION) {
        let mut options = ConnectOptions::new();
        if let Some(folder) = certs {
            options = options.require_tls(true).tls_client_config(crate::tls::of(folder)?);
        }
        all.push(jetstream::new(options.connect(address).await?));
    }
    let config = stream::Config { name: "load".to_owned(), subjects: vec!["load.>".to_owned()], ..Default::default() };
    all[0].get_or_create_stream(config).await?;
    Ok((0..count).map(|number| all[number % all.len()].clone()).collect())
}

pub async fn writers(address: &str, certs: Option<&Path>, count: usize) -> Result<Vec<Writer>> {
    Ok(contexts(address, certs, count).await?.into_iter().map(|context| Writer { context }).collect())
}

pub async fn watches(address: &str, certs: Option<&Path>, count: usize, from_the_beginning: bool) -> Result<Vec<Watch>> {
    let mut all = Vec::new();
    let contexts = contexts(address, certs, count).await?;
    for (number, context) in contexts.iter().enumerate() {
        let deliver_policy = if from_the_beginning { DeliverPolicy::All } else { DeliverPolicy::New };
        let deliver_subject = format!("to.{}.{number}", std::process::id());
        let config = OrderedConfig { deliver_subject, deliver_policy, ..Default::default() };
        let consumer = context.get_stream("load").await?.create_consumer(config).await?;
        all.push(Watch(consumer.messages().await?));
    }
    Ok(all)
}
