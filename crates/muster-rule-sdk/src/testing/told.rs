//! Advice as text, a line for each item, for a test to compare.

use std::fmt::{Debug, Write as _};

use crate::Advice;

/// The advice as a person would skim it, in the order given. It leaves out reasons, citations and drafts' bodies.
pub fn told(advice: &Advice) -> String {
    let mut text = String::new();
    // Writing into a String cannot fail.
    let mut line = |kind: &str, key: &str, said: &str| {
        let _ = writeln!(text, "{kind:<12} {key:<30} {said}");
    };
    for finding in &advice.findings {
        line("finding", &finding.key, &format!("{}: {}", finding.verdict, finding.title));
    }
    for question in &advice.questions {
        line("question", &question.key, &question.asks);
    }
    for action in &advice.actions {
        line("action", &action.key, &action.title);
    }
    for options in &advice.options {
        line("options", &options.key, &options.question);
        for choice in &options.choices {
            line("", &choice.key, &format!("{}. {} ({})", choice.rank, choice.title, choice.suits));
        }
    }
    for involvement in &advice.involvements {
        line("involvement", &involvement.key, &format!("{}: {}", word(involvement.agency), word(involvement.interest)));
    }
    for gate in &advice.gates {
        line("gate", &gate.key, &format!("no {} until {} ({})", word(gate.blocks), gate.until, gate.satisfied));
    }
    for draft in &advice.drafts {
        line("draft", &draft.key, &format!("{} (to {})", draft.title, draft.audience));
    }
    for allocation in &advice.allocations {
        let to = allocation.to.as_deref().unwrap_or("nowhere yet");
        line("allocation", &allocation.key, &format!("{} to {to}", allocation.person));
    }
    for regional in &advice.regional_incidents {
        line("regional", &regional.key, &regional.title);
    }
    for other in &advice.others {
        line("other", &other.key, &format!("{}: {}", other.kind, other.title));
    }
    text
}

/// The name of a case, without that of its type.
fn word(case: impl Debug) -> String {
    let word = format!("{case:?}");
    word.rsplit("::").next().unwrap_or_default().to_owned()
}
