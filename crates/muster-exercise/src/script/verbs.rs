//! Verbs: what can be done in a step, each with the form in which it is written.

use muster_record::Command;

use super::Asked;
use super::line::Line;
use super::problem::Wrong;
use muster_record::nearest::nearest;

mod actions;
pub(super) mod advice;
mod answers;
mod clocks;
mod communications;
mod decisions;
mod escalation;
pub(super) mod lifecycle;
mod log;
mod meetings;
mod offers;
mod participants;
mod people;
mod restrictions;
mod review;
pub(super) mod settings;
mod sharing;

/// What a verb's words come to.
pub(super) type Read = Result<Vec<Asked>, Wrong>;

/// A verb.
#[derive(Debug)]
pub(super) struct Verb {
    /// The words it begins with.
    pub(super) words: &'static str,
    /// The form of the whole line.
    pub(super) form: &'static str,
    read: fn(&mut Line<'_, '_>) -> Read,
}

/// Every verb, family by family, but `opens`, which begins a record, and `together`, which holds others.
pub(super) const FAMILIES: &[&[Verb]] = &[
    lifecycle::VERBS,
    log::VERBS,
    clocks::VERBS,
    participants::VERBS,
    answers::VERBS,
    people::VERBS,
    actions::VERBS,
    decisions::VERBS,
    meetings::VERBS,
    communications::VERBS,
    restrictions::VERBS,
    offers::VERBS,
    advice::VERBS,
    escalation::VERBS,
    review::VERBS,
    sharing::VERBS,
];

pub(super) fn all() -> impl Iterator<Item = &'static Verb> {
    FAMILIES.iter().copied().flatten()
}

/// Reads what is done: the verb with the most words that fits, then what belongs to it, to the end of the line.
pub(super) fn read(line: &mut Line<'_, '_>) -> Read {
    let mut by_length: Vec<&Verb> = all().collect();
    by_length.sort_by_key(|verb| std::cmp::Reverse(verb.words.len()));
    let Some(verb) = by_length.into_iter().find(|verb| line.skip_words(verb.words)) else {
        return Err(no_verb(line));
    };
    let read = (verb.read)(line).and_then(|asked| line.end().map(|()| asked));
    read.map_err(|wrong| Wrong { instead: wrong.instead.or_else(|| Some(verb.form.to_owned())), ..wrong })
}

fn no_verb(line: &Line<'_, '_>) -> Wrong {
    let words = line.rest().iter().take(3).map(|token| token.text.as_str()).collect::<Vec<_>>();
    let tried = (1..=words.len()).rev().filter_map(|count| words.get(..count)).map(|words| words.join(" "));
    let known =
        || all().map(|verb| verb.words).chain(["opens", "together", "turns to", "adds member", settings::WORDS]);
    let first = words.first().copied().unwrap_or_default();
    let same_first = all().find(|verb| verb.words.split(' ').next() == Some(first)).map(|verb| verb.words);
    let near = tried.filter_map(|tried| nearest(&tried, known())).next();
    let form = same_first.or(near).map(|words| {
        all().find(|verb| verb.words == words).map_or_else(|| words.to_owned(), |verb| verb.form.to_owned())
    });
    Wrong { instead: form, ..line.wrong_here("a verb: what the agency does") }
}

/// One command that is ready.
fn ready(command: impl Into<Command>) -> Read {
    Ok(vec![Asked::Ready(Box::new(command.into()))])
}
