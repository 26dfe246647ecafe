//! What forms ask for: each is one append, by the call that partner systems make, under the name that its page gave it.

use std::sync::Arc;

use axum::Form;
use axum::extract::{Path, State};
use axum::response::{IntoResponse as _, Redirect, Response};
use http::request::Parts;
use muster_proto::v1::record_service_server::RecordService as _;
use muster_proto::{command, v1};
use muster_record::Command;
use muster_record::advice::Answer;
use muster_record::agency::Office;
use muster_record::ids::{ActionNo, ProposalNo};
use muster_record::incident::{actions, advising, answers, participants};
use muster_record::situation::FactValue;
use tonic::{Request, Status};

use super::Console;
use super::failing::Failed;
use super::fields::{Field, Fields, all, number, one, uk_moment, wrong};

const APPEND: &str = "/muster.v1.RecordService/Append";

impl Console {
    /// Appends what a form asks for, and leads back to a page that says so.
    pub(super) async fn append(
        &self,
        parts: &Parts,
        id: &str,
        fields: &[Field],
        commands: Result<Vec<Command>, Status>,
        back: &str,
        done: &str,
    ) -> Result<Response, Failed> {
        let back = format!("{}/incidents/{id}{back}", self.root);
        match self.writes(parts, id, fields, commands).await? {
            Ok(()) => Ok(Redirect::to(&format!("{back}?done={done}")).into_response()),
            Err(status) => Err(Failed::from(status).back_to(&back)),
        }
    }

    /// Appends what a form asks for; why not, where the record did not take it.
    pub(super) async fn writes(
        &self,
        parts: &Parts,
        id: &str,
        fields: &[Field],
        commands: Result<Vec<Command>, Status>,
    ) -> Result<Result<(), Status>, Failed> {
        let caller = self.caller(parts, APPEND).await?;
        let asked = async {
            let commands = commands?;
            let office = match one(fields, "office") {
                "" => 0,
                word => word.parse::<Office>().map(v1::Office::from).map_err(|_| wrong("office", "is none"))?.into(),
            };
            let options = v1::WriteOptions {
                request_id: one(fields, "request").to_owned(),
                expected_seq: None,
                validate_only: false,
                office,
                occurred_at: None,
                class: 0,
                audience: Vec::new(),
            };
            let mut asked = Request::new(v1::AppendRequest {
                incident_id: id.to_owned(),
                options: Some(options),
                commands: commands.iter().map(command::write_command).collect(),
            });
            asked.extensions_mut().insert(caller);
            self.records.append(asked).await
        };
        Ok(asked.await.map(drop))
    }
}

pub(super) async fn adopt(
    State(console): State<Arc<Console>>,
    Path(id): Path<String>,
    parts: Parts,
    Form(fields): Form<Fields>,
) -> Result<Response, Failed> {
    let adopt = |proposal: &str| {
        let proposal = proposal.parse().map(ProposalNo).map_err(|_| wrong("proposal", "is no number"))?;
        Ok(advising::Command::Adopt { proposal }.into())
    };
    let commands = all(&fields, "proposal").map(adopt).collect();
    // A draft that is taken up goes on where letters are approved and issued.
    let (back, done) =
        if one(&fields, "to") == "letters" { ("/letters", "to-letters") } else { ("/advice", "adopted") };
    console.append(&parts, &id, &fields, commands, back, done).await
}

pub(super) async fn decline(
    State(console): State<Arc<Console>>,
    Path(id): Path<String>,
    parts: Parts,
    Form(fields): Form<Fields>,
) -> Result<Response, Failed> {
    let commands = number(&fields, "proposal").map(|proposal| {
        let reason = one(&fields, "reason").to_owned();
        vec![advising::Command::Decline { proposal: ProposalNo(proposal), reason }.into()]
    });
    console.append(&parts, &id, &fields, commands, "/advice", "declined").await
}

pub(super) async fn answer(
    State(console): State<Arc<Console>>,
    Path(id): Path<String>,
    parts: Parts,
    Form(fields): Form<Fields>,
) -> Result<Response, Failed> {
    let commands = value(&fields).map(|value| {
        let (key, source) = (one(&fields, "key").to_owned(), one(&fields, "source").to_owned());
        vec![answers::Command::Answer { key, value, source }.into()]
    });
    console.append(&parts, &id, &fields, commands, "/questions", "answered").await
}

/// The answer that a form gives. Nothing chosen is nothing, and never a no.
fn value(fields: &[Field]) -> Result<FactValue, Status> {
    match one(fields, "answer") {
        "text" => Ok(FactValue::Text(one(fields, "said").to_owned())),
        "number" => one(fields, "said").parse().map(FactValue::Number).map_err(|_| wrong("said", "is no whole number")),
        "moment" => {
            let moment = uk_moment(one(fields, "said"));
            moment.map(FactValue::At).ok_or_else(|| wrong("said", "is no day and time as in 2024-03-07 08:00"))
        }
        word => {
            let answer: Result<Answer, _> = word.parse();
            answer.map(FactValue::Answer).map_err(|_| wrong("answer", "is not chosen"))
        }
    }
}

pub(super) async fn action(
    State(console): State<Arc<Console>>,
    Path(id): Path<String>,
    parts: Parts,
    Form(fields): Form<Fields>,
) -> Result<Response, Failed> {
    let commands = number(&fields, "action").and_then(|number| {
        let (action, note) = (ActionNo(number), one(&fields, "note").to_owned());
        let command = match one(&fields, "what") {
            "accept" => actions::Command::Accept { action },
            "done" => actions::Command::Complete { action, note },
            "progress" => actions::Command::Progress { action, note },
            "block" => actions::Command::Block { action, cause: note },
            "decline" => actions::Command::Decline { action, cause: note },
            _ => return Err(wrong("what", "is not chosen")),
        };
        Ok(vec![command.into()])
    });
    console.append(&parts, &id, &fields, commands, "/actions", "action").await
}

pub(super) async fn join(
    State(console): State<Arc<Console>>,
    Path(id): Path<String>,
    parts: Parts,
    Form(fields): Form<Fields>,
) -> Result<Response, Failed> {
    let commands = Ok(vec![participants::Command::Join.into()]);
    console.append(&parts, &id, &fields, commands, "", "joined").await
}

#[cfg(test)]
mod tests {
    use super::*;

    fn given(answer: &str, said: &str) -> Option<FactValue> {
        let fields = vec![("answer".to_owned(), answer.to_owned()), ("said".to_owned(), said.to_owned())];
        value(&fields).ok()
    }

    #[test]
    fn an_answer_is_one_of_three_or_said_in_words_or_a_number_and_nothing_chosen_is_no_answer() {
        assert_eq!(given("yes", ""), Some(FactValue::Answer(Answer::Yes)));
        assert_eq!(given("unknown", "ignored"), Some(FactValue::Answer(Answer::Unknown)));
        assert_eq!(given("text", " flooded "), Some(FactValue::Text("flooded".to_owned())));
        assert_eq!(given("number", "12"), Some(FactValue::Number(12)));
        assert_eq!(given("moment", "2024-07-01 09:00"), Some(FactValue::At("2024-07-01T08:00:00Z".parse().unwrap())));
        for (answer, said) in [("", "no"), ("moment", "tomorrow"), ("number", "twelve"), ("maybe", "")] {
            assert_eq!(given(answer, said), None, "{answer} {said}");
        }
    }
}
