//! A line while it is read: its words are taken from the front, each with what may stand there.

use std::str::FromStr;

use chrono::NaiveDate;
use muster_record::NoSuchWord;
use muster_record::ids::{AgencyId, ServiceId};
use muster_record::time::Instant;

use super::Cast;
use super::incidents::Incidents;
use super::problem::Wrong;
use super::token::{Kind, Token};
use muster_record::nearest::nearest;

/// What a line is read in: who there is, and when it is.
#[derive(Debug, Clone, Copy)]
pub(super) struct Scene<'a> {
    /// The line's number, for a line without words.
    pub(super) line: usize,
    /// Who takes part.
    pub(super) agencies: &'a [Cast],
    /// The services of the incident.
    pub(super) services: &'a [ServiceId],
    /// The incidents that were opened so far, by name.
    pub(super) incidents: &'a Incidents,
    /// Day 1.
    pub(super) start: NaiveDate,
    /// The moment of the step.
    pub(super) now: Instant,
    /// The agency whose step it is.
    pub(super) by: Option<&'a AgencyId>,
}

/// A line's words, those not read yet in front.
#[derive(Debug)]
pub(super) struct Line<'s, 't> {
    scene: Scene<'s>,
    tokens: &'t [Token],
    last: usize,
}

impl<'s, 't> Line<'s, 't> {
    pub(super) fn new(scene: Scene<'s>, tokens: &'t [Token]) -> Self {
        Self { scene, tokens, last: scene.line }
    }

    pub(super) fn now(&self) -> Instant {
        self.scene.now
    }

    pub(super) fn start(&self) -> NaiveDate {
        self.scene.start
    }

    pub(super) fn scene(&self) -> Scene<'s> {
        self.scene
    }

    /// What is not read yet.
    pub(super) fn rest(&self) -> &'t [Token] {
        self.tokens
    }

    /// A problem at what comes next.
    pub(super) fn wrong_here(&self, expected: &str) -> Wrong {
        let line = self.tokens.first().map_or(self.last, |token| token.line);
        Wrong { line, expected: expected.to_owned(), instead: None }
    }

    /// A problem with what was just read.
    pub(super) fn wrong_before(&self, expected: &str) -> Wrong {
        Wrong { line: self.last, expected: expected.to_owned(), instead: None }
    }

    pub(super) fn peek_word(&self) -> Option<&'t str> {
        self.tokens.first().filter(|token| token.kind == Kind::Word).map(|token| token.text.as_str())
    }

    pub(super) fn skip_any(&mut self) {
        if let Some((first, rest)) = self.tokens.split_first() {
            self.last = first.line;
            self.tokens = rest;
        }
    }

    fn skip_kind(&mut self, kind: Kind, text: &str) -> bool {
        let is_next = self.tokens.first().is_some_and(|token| token.kind == kind && token.text == text);
        if is_next {
            self.skip_any();
        }
        is_next
    }

    /// Takes this word, if it comes next.
    pub(super) fn skip(&mut self, word: &str) -> bool {
        self.skip_kind(Kind::Word, word)
    }

    /// Takes these words, if they come next.
    pub(super) fn skip_words(&mut self, words: &str) -> bool {
        let count = words.split(' ').count();
        let next = self.tokens.get(..count).unwrap_or_default();
        let fits = next.len() == count
            && next.iter().zip(words.split(' ')).all(|(token, word)| token.kind == Kind::Word && token.text == word);
        if fits {
            (0..count).for_each(|_| self.skip_any());
        }
        fits
    }

    /// Takes commas and colons: they are for the reader's breath.
    pub(super) fn breathe(&mut self) {
        while self.skip_kind(Kind::Mark, ",") || self.skip_kind(Kind::Mark, ":") {}
    }

    /// Whether a list goes on: `and`, a comma, or both.
    pub(super) fn more(&mut self) -> bool {
        let comma = self.skip_kind(Kind::Mark, ",");
        self.skip("and") || comma
    }

    /// These words must come next.
    pub(super) fn must(&mut self, words: &str) -> Result<(), Wrong> {
        if self.skip_words(words) { Ok(()) } else { Err(self.wrong_here(&format!("the word {words:?}"))) }
    }

    pub(super) fn word(&mut self, what: &str) -> Result<String, Wrong> {
        match self.peek_word() {
            Some(word) => {
                self.skip_any();
                Ok(word.to_owned())
            }
            None => Err(self.wrong_here(what)),
        }
    }

    /// A text in quotation marks.
    pub(super) fn text(&mut self, what: &str) -> Result<String, Wrong> {
        self.breathe();
        match self.maybe_text() {
            Some(text) => Ok(text),
            None => Err(self.wrong_here(&format!("{what}, in quotation marks"))),
        }
    }

    pub(super) fn maybe_text(&mut self) -> Option<String> {
        let text = self.tokens.first().filter(|token| token.kind == Kind::Text)?.text.clone();
        self.skip_any();
        Some(text)
    }

    pub(super) fn text_or_word(&mut self, what: &str) -> Result<String, Wrong> {
        match self.maybe_text() {
            Some(text) => Ok(text),
            None => self.word(what),
        }
    }

    /// `because "..."`: nothing of weight is done without a reason.
    pub(super) fn because(&mut self) -> Result<String, Wrong> {
        self.breathe();
        self.must("because")?;
        self.text("the reason")
    }

    /// A word of a closed list.
    pub(super) fn listed<T: FromStr<Err = NoSuchWord>>(&mut self, what: &str) -> Result<T, Wrong> {
        let word = self.word(what)?;
        word.parse().map_err(|none: NoSuchWord| Wrong {
            line: self.last,
            expected: format!("{what}, one of: {}", none.known),
            instead: nearest(&word, none.known.split(", ")).map(str::to_owned),
        })
    }

    /// A word of a closed list, if one comes next.
    pub(super) fn maybe_listed<T: FromStr<Err = NoSuchWord>>(&mut self) -> Option<T> {
        let found = self.peek_word()?.parse().ok()?;
        self.skip_any();
        Some(found)
    }

    /// Words of a closed list: `a, b and c`.
    pub(super) fn all_listed<T: FromStr<Err = NoSuchWord>>(&mut self, what: &str) -> Result<Vec<T>, Wrong> {
        let mut found = vec![self.listed(what)?];
        while self.more() {
            found.push(self.listed(what)?);
        }
        Ok(found)
    }

    /// Takes what `read` reads, or leaves everything as it was.
    pub(super) fn attempt<T>(&mut self, read: impl FnOnce(&mut Self) -> Option<T>) -> Option<T> {
        let before = self.tokens;
        let found = read(self);
        if found.is_none() {
            self.tokens = before;
        }
        found
    }

    /// Words of a closed list, as long as such words follow: what else follows a comma belongs to something else.
    pub(super) fn all_listed_while<T: FromStr<Err = NoSuchWord>>(&mut self, what: &str) -> Result<Vec<T>, Wrong> {
        let mut found = vec![self.listed(what)?];
        while let Some(next) = self.attempt(|line| if line.more() { line.maybe_listed() } else { None }) {
            found.push(next);
        }
        Ok(found)
    }

    /// A name chosen by people: of a service, of a rule set.
    pub(super) fn name<T: FromStr>(&mut self, what: &str) -> Result<T, Wrong> {
        let word = self.word(what)?;
        word.parse().map_err(|_| self.wrong_before(&format!("{what}, in a-z, 0-9 and '-'")))
    }

    pub(super) fn number(&mut self, what: &str) -> Result<u32, Wrong> {
        let word = self.word(what)?;
        word.parse().map_err(|_| self.wrong_before(what))
    }

    pub(super) fn maybe_number(&mut self) -> Option<u32> {
        let number = self.peek_word()?.parse().ok()?;
        self.skip_any();
        Some(number)
    }

    /// The number of a thing on the record, as a loggist writes it: `A3`, `M1`.
    pub(super) fn numbered(&mut self, prefix: char, what: &str) -> Result<u32, Wrong> {
        match self.maybe_numbered(prefix) {
            Some(number) => Ok(number),
            None => Err(self.wrong_here(&format!("the number of {what}: {prefix}1"))),
        }
    }

    pub(super) fn maybe_numbered(&mut self, prefix: char) -> Option<u32> {
        let number = self.peek_word()?.strip_prefix(prefix)?.parse().ok()?;
        self.skip_any();
        Some(number)
    }

    /// Nothing may be left.
    pub(super) fn end(&self) -> Result<(), Wrong> {
        match self.tokens.first() {
            None => Ok(()),
            Some(token) => Err(self.wrong_here(&format!("the line to end before {:?}", token.text))),
        }
    }
}
