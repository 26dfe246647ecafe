//! Writes that are asked again under the same request id, when and only when that is what to do.

use std::time::Duration;

use muster_proto::v1;
use muster_proto::v1::record_service_client::RecordServiceClient;
use tokio::time::{Instant, sleep, timeout};
use tonic::Status;

use crate::connecting::Wire;
use crate::reason::Refused;
use crate::wait::Wait;

/// Longer than the server gives a call, so that its own answer comes first.
const CALL: Duration = Duration::from_secs(15);

/// A request id of its own. Keep it with your record of what you send, and hand it in again after a crash.
///
/// It begins with the time, so that the server finds its place among the newest ones; a random one costs a page of the
/// index for each request.
pub fn new_request_id() -> String {
    uuid::Uuid::now_v7().to_string()
}

/// Carries out commands on an incident, all or none, once, however often it has to be asked.
///
/// It asks over broken connections and restarts of the server, at most for `within`. The connection mends itself; keep
/// one for all calls.
///
/// # Errors
/// At once for everything that asking again does not mend; with the last reason when the time is over. Then the
/// outcome is not known, and the same request sent later still settles it.
pub async fn append(wire: &Wire, request: &v1::AppendRequest, within: Duration) -> Result<v1::AppendResponse, Refused> {
    let once = || {
        let (mut records, request) = (RecordServiceClient::new(wire.clone()), request.clone());
        async move { records.append(request).await }
    };
    settled(within, once).await.map(tonic::Response::into_inner)
}

/// Makes a call until its outcome is known, at most for `within`. It has to send the same request each time: the same
/// id and the same content.
///
/// # Errors
/// As [`append`].
pub async fn settled<T, F>(within: Duration, call: impl Fn() -> F) -> Result<T, Refused>
where
    F: Future<Output = Result<T, Status>>,
{
    let until = Instant::now().checked_add(within);
    let mut wait = Wait::between(Duration::from_millis(200), Duration::from_secs(5));
    loop {
        let in_time = timeout(CALL, call()).await;
        let refused = match in_time.unwrap_or_else(|_late| Err(Status::deadline_exceeded("no answer came"))) {
            Ok(answer) => return Ok(answer),
            Err(status) => Refused::from(status),
        };
        let pause = wait.step().max(refused.retry_after.unwrap_or_default());
        let over = until.is_some_and(|until| Instant::now().checked_add(pause).is_none_or(|then| then > until));
        if over || !refused.advice.passes() {
            return Err(refused);
        }
        sleep(pause).await;
    }
}
