//! Several statements at once: all are sent before any is waited for.

use std::future::Future;
use std::pin::Pin;

use tokio_postgres::types::ToSql;
use tokio_postgres::{Client, Error, Row, Statement};

use crate::connection::{Connection, Param, Way, borrowed, in_order};
use crate::fault::Fault;

/// A statement to send.
pub(crate) struct Sending<'a> {
    pub(crate) sql: &'static str,
    pub(crate) params: &'a [Param],
    pub(crate) gives: Gives,
}

/// What is wanted of a statement.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Gives {
    Rows,
    Count,
}

/// What a statement came to.
pub(crate) enum Answer {
    Rows(Vec<Row>),
    Changed(u64),
}

type Asked<'a> = Pin<Box<dyn Future<Output = Result<Answer, Error>> + Send + 'a>>;

/// Sends a beginning, statements and an ending, and gives what came of each, in order. Should one fail within a
/// transaction, all behind it do, and a `COMMIT` at the end rolls back.
///
/// The first error is met before anything is sent; the second after everything was.
pub(crate) async fn exchange(
    way: &Way,
    connection: &mut Connection,
    beginning: Option<&'static str>,
    sendings: &[Sending<'_>],
    ending: Option<&'static str>,
) -> Result<Result<Vec<Result<Answer, Error>>, Fault>, Fault> {
    let mut statements = Vec::with_capacity(sendings.len());
    for sending in sendings {
        statements.push(way.within(connection.prepared(sending.sql)).await?);
    }
    let client = &connection.client;
    let mut asked: Vec<Asked<'_>> = Vec::with_capacity(sendings.len().saturating_add(2));
    asked.extend(beginning.map(|beginning| plain(client, beginning)));
    asked.extend(sendings.iter().zip(&statements).map(|(sending, statement)| ask(client, statement, sending)));
    asked.extend(ending.map(|ending| plain(client, ending)));
    Ok(way.within(async { Ok(in_order(asked).await) }).await)
}

fn plain<'a>(client: &'a Client, statement: &'static str) -> Asked<'a> {
    Box::pin(async move { client.batch_execute(statement).await.map(|()| Answer::Changed(0)) })
}

fn ask<'a>(client: &'a Client, statement: &'a Statement, sending: &'a Sending<'a>) -> Asked<'a> {
    let params: Vec<&(dyn ToSql + Sync)> = sending.params.iter().map(borrowed).collect();
    Box::pin(async move {
        match sending.gives {
            Gives::Rows => client.query(statement, &params).await.map(Answer::Rows),
            Gives::Count => client.execute(statement, &params).await.map(Answer::Changed),
        }
    })
}
