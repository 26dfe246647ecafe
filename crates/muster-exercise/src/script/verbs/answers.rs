//! Asks and answers.

use muster_record::incident::answers::Command;
use muster_record::situation::FactValue;

use super::super::line::Line;
use super::super::problem::Wrong;
use super::{Verb, ready};

const VALUES: &str = "yes, no, unknown, a number, a text in quotation marks, or a moment after the word at";

pub(super) const VERBS: &[Verb] = &[
    Verb {
        words: "asks",
        form: "asks KIND-OF-AGENCY about FACT: \"QUESTION\"",
        read: |line| {
            let of = line.listed("the kind of agency that can answer")?;
            line.must("about")?;
            ready(Command::Ask { key: line.word("the key of the fact")?, asks: line.text("the question")?, of })
        },
    },
    Verb {
        words: "answers",
        form: "answers FACT yes|no|unknown|NUMBER|\"TEXT\"|at MOMENT from \"SOURCE\"",
        read: |line| {
            let key = line.word("the key of the fact")?;
            let value = value(line)?;
            line.must("from")?;
            ready(Command::Answer { key, value, source: line.text("how it is known")? })
        },
    },
];

fn value(line: &mut Line<'_, '_>) -> Result<FactValue, Wrong> {
    line.breathe();
    if let Some(answer) = line.maybe_listed() {
        return Ok(FactValue::Answer(answer));
    }
    if line.skip("at") {
        return line.moment().map(FactValue::At);
    }
    if let Some(text) = line.maybe_text() {
        return Ok(FactValue::Text(text));
    }
    match line.peek_word().and_then(|word| word.parse().ok()) {
        Some(number) => {
            line.skip_any();
            Ok(FactValue::Number(number))
        }
        None => Err(line.wrong_here(VALUES)),
    }
}
