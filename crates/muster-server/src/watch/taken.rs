//! What a watcher takes: the pages that its cursor hands over, answer by answer.

use std::pin::Pin;
use std::task::{Context, Poll, ready};

use muster_proto::watching::Answer;
use tokio::sync::mpsc;
use tokio_stream::Stream;
use tonic::Status;

use super::Sent;
use crate::quota::Place;

/// The answers of one watch, as long as somebody takes them.
pub(crate) struct Taken {
    receiver: mpsc::Receiver<Sent>,
    page: std::vec::IntoIter<Answer>,
    /// The place is free when the transport has let go of the stream, not when nothing more is put into it: what waits for
    /// a client that takes nothing is in memory until then.
    _place: Place,
}

impl Taken {
    pub(crate) fn of(receiver: mpsc::Receiver<Sent>, place: Place) -> Self {
        Self { receiver, page: Vec::new().into_iter(), _place: place }
    }
}

impl Stream for Taken {
    type Item = Result<Answer, Status>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        loop {
            if let Some(answer) = self.page.next() {
                return Poll::Ready(Some(Ok(answer)));
            }
            match ready!(self.receiver.poll_recv(context)) {
                Some(Ok(page)) => self.page = page.into_iter(),
                Some(Err(status)) => return Poll::Ready(Some(Err(status))),
                None => return Poll::Ready(None),
            }
        }
    }
}
