//! Authorities: which code a name means on a day, and which codes are one council.

use std::collections::BTreeSet;

use chrono::NaiveDate;

use crate::ids::AuthorityCode;
use crate::register::Register;
use crate::row::{Authority, Kind};

/// Words that one list writes and another leaves out: "Herefordshire, County of", "County Durham".
const LEFT_OUT: &[&str] =
    &["the", "of", "city", "county", "council", "borough", "metropolitan", "district", "royal", "unitary", "authority"];

impl Authority {
    /// Whether its code holds on that day.
    pub fn holds_on(&self, day: NaiveDate) -> bool {
        self.from.is_none_or(|from| from <= day) && self.to.is_none_or(|to| day <= to)
    }
}

impl Register {
    /// The authorities whose codes hold on that day, in order of code.
    pub fn authorities(&self, day: NaiveDate) -> impl Iterator<Item = &Authority> {
        self.all(Kind::Authority).filter_map(|known| known.row.authority()).filter(move |found| found.holds_on(day))
    }

    /// An authority by its code.
    pub fn authority(&self, code: &AuthorityCode) -> Option<&Authority> {
        self.get(Kind::Authority, code.as_str())?.row.authority()
    }

    /// The authority that a name or a code means on that day.
    ///
    /// A code that does not hold on that day is taken all the same: whoever wrote it meant it.
    pub fn resolve_authority(&self, text: &str, day: NaiveDate) -> Option<&Authority> {
        let by_code = text.trim().to_uppercase().parse().ok().and_then(|code| self.authority(&code));
        let plain = plain(text);
        by_code.or_else(|| self.authorities(day).find(|found| self::plain(&found.name) == plain))
    }

    /// The code that stands today for the place of an older one; the older one where it was divided.
    pub fn code_today<'a>(&'a self, code: &'a AuthorityCode, today: NaiveDate) -> &'a AuthorityCode {
        let mut code = code;
        // No chain is longer than the list.
        for _ in 0..self.count(Kind::Authority) {
            match self.authority(code).filter(|found| !found.holds_on(today)).map(|found| found.successors.as_slice()) {
                Some([one]) => code = one,
                Some(_) | None => break,
            }
        }
        code
    }

    /// The code and all older ones of which it is a successor.
    pub fn codes_of(&self, code: &AuthorityCode) -> BTreeSet<AuthorityCode> {
        let mut codes = BTreeSet::from([code.clone()]);
        let mut ahead = vec![code.clone()];
        while let Some(next) = ahead.pop() {
            let all = self.all(Kind::Authority).filter_map(|known| known.row.authority());
            for older in all.filter(|older| older.successors.contains(&next)) {
                if codes.insert(older.code.clone()) {
                    ahead.push(older.code.clone());
                }
            }
        }
        codes
    }
}

/// A name as all spellings of it have it.
pub(crate) fn plain(name: &str) -> String {
    let name = name.to_lowercase().replace('&', " and ").replace(['.', '\''], "");
    let words = name.split(|char: char| !char.is_alphanumeric()).filter(|word| !word.is_empty());
    let kept: Vec<&str> = words.filter(|word| !LEFT_OUT.contains(word)).collect();
    kept.join(" ")
}
