//! Advice as an author reads it: each item with why it is given, the words it rests on and where they stand.

use std::fmt::Write as _;

use muster_record::advice::{Advice, Item};
use muster_record::time::uk_day_and_time;
use muster_rules::{Evaluated, LogLevel};

/// What came of one evaluation, as text.
pub fn told(evaluated: &Evaluated) -> String {
    let mut text = match &evaluated.outcome {
        Ok(advice) => advised(advice),
        Err(failure) => format!("no advice: {failure}\n"),
    };
    for line in &evaluated.log {
        let level = match line.level {
            LogLevel::Debug => "debug",
            LogLevel::Info => "info",
            LogLevel::Warn => "warn",
            LogLevel::Error => "error",
        };
        add(&mut text, format_args!("log, {level}: {}", line.message));
    }
    let (used, limit, kib) = (evaluated.fuel_used, evaluated.fuel_limit, evaluated.peak_memory / 1024);
    add(
        &mut text,
        format_args!("{} of fuel, which is {} of what a call may use; {kib} KiB of memory", used, share(used, limit)),
    );
    text
}

fn advised(advice: &Advice) -> String {
    let mut text = String::new();
    if advice.items.is_empty() {
        add(&mut text, format_args!("it has nothing to say"));
    }
    for item in &advice.items {
        add(&mut text, format_args!("{} {}", item.kind(), item.key()));
        add(&mut text, format_args!("  {}", item.sentence()));
        for detail in details(item) {
            add(&mut text, format_args!("  {detail}"));
        }
        for reason in item.because() {
            add(&mut text, format_args!("  because {reason}"));
        }
        if let Some(parts) = advice.remarks.get(item.key()).and_then(|remark| remark.rests_on.as_ref()) {
            let parts: Vec<&str> = parts.iter().map(|part| part.word()).collect();
            let parts = if parts.is_empty() { "no part of the situation".to_owned() } else { parts.join(", ") };
            add(&mut text, format_args!("  rests on {parts} alone"));
        }
        for cited in item.cites() {
            add(&mut text, format_args!("  {:?}, {} ({})", cited.words, cited.clause, cited.provenance));
        }
    }
    if let Some(at) = advice.look_again_at {
        add(&mut text, format_args!("asks to look again at {}", uk_day_and_time(at)));
    }
    text
}

/// What is in an item besides its sentence.
fn details(item: &Item) -> Vec<String> {
    match item {
        Item::Finding(finding) => vec![format!("of {}", finding.subject)],
        Item::Question(question) => vec![format!("asks a {} for {}", question.of_kind, question.fact)],
        Item::Action(action) => {
            let owner = action.owner_agency.as_ref().map_or_else(|| action.owner.to_string(), ToString::to_string);
            let due = action.due.map(|at| format!(", due {}", uk_day_and_time(at))).unwrap_or_default();
            vec![format!("for {owner}{due}")]
        }
        Item::Options(options) => {
            let choices = options.choices.iter();
            let choices = choices.map(|choice| format!("{}. {} (suits: {})", choice.rank, choice.title, choice.suits));
            std::iter::once(format!("decided by {}", options.decided_by)).chain(choices).collect()
        }
        Item::Gate(gate) => vec![format!("holds back {}, satisfied: {}", gate.blocks, gate.satisfied)],
        Item::Draft(draft) => vec![format!("for {}, approved by a {}", draft.audience, draft.approved_by)],
        Item::Other(other) => vec![format!("{}, as JSON: {}", other.kind, other.json)],
        Item::Allocation(_) | Item::Involvement(_) | Item::Regional(_) => Vec::new(),
    }
}

/// A share in per cent, with one digit behind the point.
pub(crate) fn share(of: u64, whole: u64) -> String {
    let mille = of.saturating_mul(1_000).checked_div(whole).unwrap_or(0);
    format!("{}.{} %", mille / 10, mille % 10)
}

fn add(text: &mut String, line: std::fmt::Arguments<'_>) {
    // Writing into a String cannot fail.
    let _ = writeln!(text, "{line}");
}
