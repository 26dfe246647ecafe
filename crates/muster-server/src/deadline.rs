//! How long a call may take until its answer begins, and what a caller is told when it took longer.

use std::future::Future;
use std::time::Duration;

use tonic::body::Body;

use crate::{bounds, status};

/// How long a call of this path may take. Installing compiles what was sent, twice where it is an interpreter with its
/// program inside, which takes a small machine half a minute.
pub(crate) fn allowed(path: &str) -> Duration {
    // An exercise has its rule sets made ready as a server that starts has.
    if path.starts_with("/muster.v1.ExerciseService/") {
        return bounds::COMPILING_CALL;
    }
    // Twenty letters are handed over one after another, each within the time that Notify has.
    if path == "/muster.v1.DispatchService/SendCommunication" {
        return bounds::COMPILING_CALL;
    }
    let Some(method) = path.strip_prefix("/muster.v1.RuleSetService/") else { return bounds::CALL };
    match method {
        "ProposeInstall" | "PreviewInstall" | "ApproveInstall" | "UpgradeRuleSet" => bounds::COMPILING_CALL,
        _ => bounds::CALL,
    }
}

/// Waits for the answer that long. What a call that is given up has set going still ends, and its request id answers for
/// it: a call that had no answer is asked again.
pub(crate) async fn within<E>(
    allowed: Duration,
    call: impl Future<Output = Result<http::Response<Body>, E>>,
) -> Result<http::Response<Body>, E> {
    match tokio::time::timeout(allowed, call).await {
        Ok(answered) => answered,
        Err(_) => Ok(status::too_long(allowed).into_http()),
    }
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;

    use super::*;

    #[tokio::test]
    async fn a_call_that_has_no_answer_in_its_time_is_told_so_with_a_reason() {
        let never = std::future::pending::<Result<http::Response<Body>, Infallible>>();
        let Ok(answer) = within(Duration::ZERO, never).await;
        assert_eq!(answer.headers()["grpc-status"], "4");
        assert_eq!(answer.headers()["grpc-message"].to_str().unwrap().split("%20").next(), Some("no"));
    }

    #[tokio::test]
    async fn a_call_that_answers_is_left_as_it_is() {
        let answer = http::Response::builder().header("from", "the service").body(Body::empty()).unwrap();
        let Ok(answer) = within(bounds::CALL, std::future::ready(Ok::<_, Infallible>(answer))).await;
        assert_eq!(answer.headers()["from"], "the service");
    }

    #[test]
    fn what_compiles_has_longer() {
        for method in ["ProposeInstall", "PreviewInstall", "ApproveInstall", "UpgradeRuleSet"] {
            assert_eq!(allowed(&format!("/muster.v1.RuleSetService/{method}")), bounds::COMPILING_CALL);
        }
        assert_eq!(allowed("/muster.v1.RuleSetService/ListRuleSets"), bounds::CALL);
        assert_eq!(allowed("/muster.v1.RecordService/ProposeInstall"), bounds::CALL);
    }
}
