//! The rule of matching: put to an office before the run, and read from its decision.

use muster_rule_sdk::{Answer, Decision, Finding, Office, OptionSet, Situation};

use super::NAME;
use crate::table::{RuleRow, Tables};

/// A yes puts the rule to the office again: each such answer is a question of its own.
pub(crate) const REOPENED: &str = "accommodation/rule-reopened";

/// Where the rule stands.
pub(crate) struct Standing<'a> {
    /// The key of the option set: `rule`, or `rule/again-57` where entry 57 reopened it.
    key: String,
    is_reopened: bool,
    decision: Option<&'a Decision>,
    row: Option<&'a RuleRow>,
}

impl<'a> Standing<'a> {
    pub(crate) fn of(situation: &'a Situation, tables: &'a Tables) -> Self {
        let reopened = situation.fact(REOPENED).filter(|_| situation.answer(REOPENED) == Answer::Yes);
        let key = reopened.map_or_else(|| "rule".to_owned(), |fact| format!("rule/again-{}", fact.entry));
        let question = format!("{NAME}/{key}");
        let answers = |decision: &&Decision| decision.question.as_ref() == Some(&question);
        let decision = situation.decisions.iter().filter(answers).max_by_key(|decision| decision.number);
        let names = |row: &&RuleRow| {
            decision.is_some_and(|made| is_same(&made.chosen, &row.title) || is_same(&made.chosen, row.id.word()))
        };
        let row = tables.rule.rule.iter().find(names);
        Self { key, is_reopened: reopened.is_some(), decision, row }
    }

    /// The rule that was decided, and the number of the decision.
    pub(crate) fn rule(&self) -> Option<(&'a RuleRow, u32)> {
        self.row.zip(self.decision).map(|(row, decision)| (row, decision.number))
    }

    /// The rules to choose from. They stand as they are whatever beds and people there are, and once one is decided.
    pub(crate) fn options(&self, tables: &Tables) -> OptionSet {
        let table = &tables.rule;
        let options = OptionSet::new(&self.key, &table.question, Office::IncidentLead, table.cites.iter().cloned());
        let choice = |options: OptionSet, row: &RuleRow| {
            options.choice(row.id.word(), &row.title, Answer::Unknown, row.because.clone())
        };
        table.rule.iter().fold(options, choice)
    }

    pub(crate) fn finding(&self, tables: &Tables) -> Option<Finding> {
        let verdict = match (self.decision, self.row) {
            (None, _) => Answer::No,
            (Some(_), None) => Answer::Unknown,
            (Some(_), Some(_)) => Answer::Yes,
        };
        let finding = tables.finding("rule/decided", "rule", verdict)?;
        Some(match (self.decision, self.row) {
            (None, _) if self.is_reopened => {
                finding.because("It was decided and is open again: nobody is matched until then")
            }
            (None, _) => finding.because("Nobody is matched until then"),
            (Some(made), None) => {
                let titles: Vec<&str> = tables.rule.rule.iter().map(|row| row.title.as_str()).collect();
                finding
                    .because(format!("Decision {} names none of the rules: {}", made.number, titles.join("; ")))
                    .because(format!("To put it to the office again, answer {REOPENED} with a yes"))
            }
            (Some(made), Some(row)) => finding.because(format!("Decision {}: {}", made.number, row.title)),
        })
    }
}

/// Whether two texts are the same but for case, spaces and punctuation.
fn is_same(one: &str, other: &str) -> bool {
    let letters = |text: &str| -> String {
        text.chars().filter(|letter| letter.is_alphanumeric()).flat_map(char::to_lowercase).collect()
    };
    letters(one) == letters(other)
}
