//! Who is meant: agencies by their short names, people by their numbers.

use muster_record::ids::{AgencyId, PersonNo};

use super::Cast;
use super::line::Line;
use super::problem::Wrong;
use muster_record::nearest::nearest;

/// The most people that one line can speak of, so that a slip of the finger does not register a city.
pub(super) const MOST_PEOPLE: u32 = 500;

impl<'s> Line<'s, '_> {
    /// The agency whose step it is.
    pub(super) fn by(&self) -> Result<&'s AgencyId, Wrong> {
        self.scene().by.ok_or_else(|| self.wrong_before("the agency that does it"))
    }

    /// An agency by its short name.
    pub(super) fn cast(&mut self) -> Result<&'s Cast, Wrong> {
        let word = self.word("the short name of an agency")?;
        let aliases = || self.scene().agencies.iter().map(|cast| cast.alias.as_str());
        let found = self.scene().agencies.iter().find(|cast| cast.alias == word);
        let expected = || format!("an agency of this exercise: {}", aliases().collect::<Vec<_>>().join(", "));
        let instead = || nearest(&word, aliases()).map(str::to_owned);
        found.ok_or_else(|| Wrong { instead: instead(), ..self.wrong_before(&expected()) })
    }

    pub(super) fn agency(&mut self) -> Result<AgencyId, Wrong> {
        Ok(self.cast()?.agency.id.clone())
    }

    /// An incident by the name it was called when it was opened.
    pub(super) fn incident(&mut self) -> Result<String, Wrong> {
        let word = self.word("the name of an incident")?;
        let names = || self.scene().incidents.names();
        if names().any(|name| name == word) {
            return Ok(word);
        }
        let expected = format!("an incident opened above: {}", names().collect::<Vec<_>>().join(", "));
        let instead = nearest(&word, names()).map(str::to_owned);
        Err(Wrong { instead, ..self.wrong_before(&expected) })
    }

    /// `person 3`, `people 1 to 8 and 11`.
    pub(super) fn people(&mut self) -> Result<Vec<PersonNo>, Wrong> {
        if !self.skip("person") {
            self.must("people")
                .map_err(|wrong| Wrong { expected: "person 3, or people 1 to 8".to_owned(), ..wrong })?;
        }
        self.person_numbers()
    }

    /// `1 to 8, 11 and 12`.
    pub(super) fn person_numbers(&mut self) -> Result<Vec<PersonNo>, Wrong> {
        let mut found = Vec::new();
        let mut first = self.number("the number of a person")?;
        loop {
            let last = if self.skip("to") { self.number("the number of the last person")? } else { first };
            if last < first || last.saturating_sub(first) >= MOST_PEOPLE {
                return Err(self.wrong_before(&format!("a range that goes up, of at most {MOST_PEOPLE} people")));
            }
            found.extend((first..=last).map(PersonNo));
            match self.attempt(|line| if line.more() { line.maybe_number() } else { None }) {
                Some(next) => first = next,
                None => return Ok(found),
            }
        }
    }
}
