//! What forms are made of: lists to pick from, and what was typed when a form comes back to be put right.

use muster_record::advice::Answer;

use crate::said::{answer, plain};

/// One line of a list to pick from.
#[derive(Debug, Clone)]
pub(crate) struct Pick {
    pub(crate) value: String,
    pub(crate) label: String,
    pub(crate) chosen: bool,
}

impl Pick {
    pub(crate) fn new(value: &str, label: &str, chosen: &str) -> Self {
        Self { value: value.to_owned(), label: label.to_owned(), chosen: value == chosen }
    }

    /// The words of a closed list, in plain English.
    pub(crate) fn words<'a>(words: impl IntoIterator<Item = &'a str>, chosen: &str) -> Vec<Self> {
        words.into_iter().map(|word| Self::new(word, &plain(word), chosen)).collect()
    }

    /// Yes, no and not known yet, which stands first: nothing said is never a no.
    pub(crate) fn three(chosen: &str) -> Vec<Self> {
        [Answer::Unknown, Answer::Yes, Answer::No].map(|of| Self::new(of.word(), answer(of), chosen)).into()
    }
}

/// What somebody typed into a form that was not taken, and what is wrong with it: the form stands again as they left it.
#[derive(Debug, Clone, Default)]
pub struct Typed {
    /// The fields by name, in order; a name may stand more than once.
    pub fields: Vec<(String, String)>,
    /// What is wrong: the name of a field, or nothing where it is the whole, and the problem in a sentence.
    pub wrong: Vec<(String, String)>,
}

impl Typed {
    /// What was typed into the field; nothing where it was left out.
    pub(crate) fn value(&self, name: &str) -> &str {
        self.fields.iter().find(|(field, _)| field == name).map_or("", |(_, value)| value)
    }

    /// The same, or what stands there at first when no form came back.
    pub(crate) fn value_or<'a>(&'a self, name: &str, first: &'a str) -> &'a str {
        if self.fields.is_empty() { first } else { self.value(name) }
    }

    /// Whether the field was given with this value.
    pub(crate) fn has(&self, name: &str, value: &str) -> bool {
        self.fields.iter().any(|(field, given)| field == name && given == value)
    }

    /// What is wrong with the field; empty where nothing is.
    pub(crate) fn wrong_of(&self, name: &str) -> &str {
        self.wrong.iter().find(|(field, _)| field == name).map_or("", |(_, problem)| problem)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_typed_stands_again_and_nothing_typed_is_what_stood_there_at_first() {
        let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        let typed =
            Typed { fields: vec![pair("title", "Rose"), pair("failures", "a")], wrong: vec![pair("beds", "no")] };
        assert_eq!((typed.value_or("title", "first"), typed.value_or("region", "first")), ("Rose", ""));
        assert_eq!(Typed::default().value_or("title", "first"), "first");
        assert!(typed.has("failures", "a") && !typed.has("failures", "b"));
        assert_eq!((typed.wrong_of("beds"), typed.wrong_of("title")), ("no", ""));
    }

    #[test]
    fn of_three_answers_not_known_stands_first_and_a_no_is_only_chosen_by_hand() {
        let words = |chosen: &str| {
            let chosen = Pick::three(chosen).into_iter().filter(|pick| pick.chosen);
            chosen.map(|pick| pick.label).collect::<Vec<_>>()
        };
        assert_eq!(Pick::three("").first().map(|pick| pick.label.clone()).as_deref(), Some("Not known yet"));
        assert_eq!((words("no"), words("")), (vec!["No".to_owned()], Vec::new()));
    }
}
