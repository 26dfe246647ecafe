//! What forms about rule sets ask for: each by the call itself, with its rights and its second person.

use std::sync::Arc;

use axum::Form;
use axum::extract::{Path, State};
use axum::response::{IntoResponse as _, Redirect, Response};
use http::request::Parts;
use muster_proto::v1;
use muster_proto::v1::rule_set_service_server::RuleSetService as _;
use muster_record::entry::Hash;
use muster_record::installing::{Decided, Outcome, Who};
use prost::bytes::Bytes;
use tonic::{Request, Status};

use super::Console;
use super::failing::Failed;
use super::fields::{Fields, one, wrong};
use crate::identity::Caller;

const APPROVE: &str = "/muster.v1.RuleSetService/ApproveInstall";
const WITHDRAW: &str = "/muster.v1.RuleSetService/WithdrawInstall";
const USE: &str = "/muster.v1.RuleSetService/ProposeUse";

impl Console {
    /// Leads back to a proposal, with what was done. A form that was sent twice finds its own answer.
    fn decided(
        &self,
        caller: &Caller,
        number: u64,
        outcome: Outcome,
        said: Result<(), Status>,
    ) -> Result<Response, Failed> {
        let back = format!("{}/rule-sets/proposals/{number}", self.root);
        let word = match outcome {
            Outcome::Approved => "rules-approved",
            Outcome::Withdrawn => "rules-withdrawn",
        };
        let by_the_same =
            |Decided { outcome: was, at: _, by }: &Decided| *was == outcome && *by == Who::from(caller.hand());
        let before = || {
            let next = number.saturating_add(1);
            let found = self.coordinator.installs(&caller.agency, next, 1).unwrap_or_default();
            let found = found.into_iter().find(|standing| standing.install.number == number);
            found.and_then(|standing| standing.install.decided).is_some_and(|decided| by_the_same(&decided))
        };
        match said {
            Err(status) if !before() => Err(Failed::from(status).back_to(&back)),
            Ok(()) | Err(_) => Ok(Redirect::to(&format!("{back}?done={word}")).into_response()),
        }
    }
}

/// A digest as people have it from `sha256sum`.
fn digest(text: &str) -> Result<Bytes, Status> {
    let read: Result<Hash, _> = text.trim().parse();
    let hash = read.map_err(|_| wrong("digest", "is not 64 hexadecimal digits, as sha256sum prints them"))?;
    Ok(Bytes::copy_from_slice(&hash.0))
}

pub(super) async fn approve(
    State(console): State<Arc<Console>>,
    Path(number): Path<u64>,
    parts: Parts,
    Form(fields): Form<Fields>,
) -> Result<Response, Failed> {
    let caller = console.caller(&parts, APPROVE).await?;
    let said = async {
        let component = digest(one(&fields, "digest"))?;
        let mut asked = Request::new(v1::ApproveInstallRequest { number, component });
        asked.extensions_mut().insert(caller.clone());
        console.rule_sets().approve_install(asked).await.map(|_| ())
    };
    let said = said.await;
    console.decided(&caller, number, Outcome::Approved, said)
}

pub(super) async fn withdraw(
    State(console): State<Arc<Console>>,
    Path(number): Path<u64>,
    parts: Parts,
) -> Result<Response, Failed> {
    let caller = console.caller(&parts, WITHDRAW).await?;
    let mut asked = Request::new(v1::WithdrawInstallRequest { number });
    asked.extensions_mut().insert(caller.clone());
    let said = console.rule_sets().withdraw_install(asked).await.map(|_| ());
    console.decided(&caller, number, Outcome::Withdrawn, said)
}

pub(super) async fn propose_use(
    State(console): State<Arc<Console>>,
    Path(name): Path<String>,
    parts: Parts,
    Form(fields): Form<Fields>,
) -> Result<Response, Failed> {
    let caller = console.caller(&parts, USE).await?;
    let back = format!("{}/rule-sets/{name}", console.root);
    let said = async {
        let (out_of_use, in_shadow) = match one(&fields, "what") {
            "again" => (false, false),
            "out" => (true, false),
            "shadow" => (false, true),
            "over" => (true, true),
            _ => return Err(wrong("what", "is not chosen")),
        };
        let mut asked = Request::new(v1::ProposeUseRequest {
            request_id: one(&fields, "request").to_owned(),
            rule_set: name.clone(),
            out_of_use,
            because: one(&fields, "because").to_owned(),
            in_shadow,
        });
        asked.extensions_mut().insert(caller);
        console.rule_sets().propose_use(asked).await
    };
    let answered = said.await.map_err(|status| Failed::from(status).back_to(&back))?;
    let number = answered.into_inner().install.map_or(0, |install| install.number);
    Ok(Redirect::to(&format!("{}/rule-sets/proposals/{number}?done=proposed", console.root)).into_response())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_digest_is_taken_as_sha256sum_prints_it_and_nothing_else_is_one() {
        let known = Hash::of(b"a component");
        assert_eq!(digest(&format!(" {} ", known.to_string().to_uppercase())).unwrap().to_vec(), known.0);
        for wrong in ["", "5f0c", "zz", &"g".repeat(64)] {
            assert!(digest(wrong).is_err(), "{wrong}");
        }
    }
}
