//! Answers: facts asked for and answered.

use muster_record::incident::answers::{Command, Fact};
use muster_record::situation::FactValue;

use crate::at::At;
use crate::time::write_time;
use crate::v1;
use crate::v1::command::Command as Asked;
use crate::v1::entry::Body;
use crate::v1::fact_value::Value;
use crate::words::Word as _;

pub(crate) fn ask(at: &mut At<'_>, wire: &v1::AskQuestion) -> Option<Command> {
    let v1::AskQuestion { key, asks, of } = wire;
    let key = at.field("key").text(key);
    let asks = at.field("asks").text(asks);
    let of = at.field("of").word(*of);
    Some(Command::Ask { key: key?, asks: asks?, of: of? })
}

pub(crate) fn answer(at: &mut At<'_>, wire: &v1::AnswerFact) -> Option<Command> {
    let v1::AnswerFact { key, value: answer, source } = wire;
    let key = at.field("key").text(key);
    let value = at.field("value").required(answer.as_ref(), value);
    let source = at.field("source").text(source);
    Some(Command::Answer { key: key?, value: value?, source: source? })
}

fn value(at: &mut At<'_>, wire: &v1::FactValue) -> Option<FactValue> {
    let v1::FactValue { value } = wire;
    match value {
        None => at.wrong("is not set; one of: answer, number, text, at"),
        Some(Value::Answer(answer)) => at.field("answer").word(*answer).map(FactValue::Answer),
        Some(Value::Number(number)) => Some(FactValue::Number(*number)),
        Some(Value::Text(text)) => at.field("text").text(text).map(FactValue::Text),
        Some(Value::At(moment)) => at.field("at").time(moment).map(FactValue::At),
    }
}

pub(crate) fn write_value(value: &FactValue) -> v1::FactValue {
    let value = match value {
        FactValue::Answer(answer) => Value::Answer(answer.write()),
        FactValue::Number(number) => Value::Number(*number),
        FactValue::Text(text) => Value::Text(text.clone()),
        FactValue::At(at) => Value::At(write_time(*at)),
    };
    v1::FactValue { value: Some(value) }
}

pub(crate) fn write(command: &Command) -> Asked {
    match command {
        Command::Ask { key, asks, of } => {
            Asked::AskQuestion(v1::AskQuestion { key: key.clone(), asks: asks.clone(), of: of.write() })
        }
        Command::Answer { key, value, source } => Asked::AnswerFact(v1::AnswerFact {
            key: key.clone(),
            value: Some(write_value(value)),
            source: source.clone(),
        }),
    }
}

pub(crate) fn fact(fact: &Fact) -> Body {
    match fact {
        Fact::Asked { key, asks, of } => {
            Body::QuestionAsked(v1::QuestionAsked { key: key.clone(), asks: asks.clone(), of: of.write() })
        }
        Fact::Answered { key, value, source } => Body::AnswerGiven(v1::AnswerGiven {
            key: key.clone(),
            value: Some(write_value(value)),
            source: source.clone(),
        }),
    }
}
