//! A region's authorities as a schematic: a tile for each, in order of name. No map: where a tile stands says nothing.

use std::collections::{BTreeMap, BTreeSet};

use muster_record::region::Member;
use muster_record::situation::Phase;

/// How an authority stands in a regional failure, the gravest first: told by word and pattern as well as by colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum State {
    /// A clock of its incident is late.
    Late,
    /// People have nowhere to go yet.
    Waiting,
    /// It has an incident and nobody on its list.
    NoList,
    /// Everybody on its list has somewhere to go.
    Placed,
    /// Its incident is closed.
    Closed,
    /// It has no incident here.
    Outside,
}

impl State {
    /// How one member stands.
    pub(crate) fn of(member: &Member) -> Self {
        let late = member.clocks.iter().any(|clock| clock.hours_left < 0);
        match (member.phase, late, member.counts.people.at_most, member.counts.not_yet_placed.at_most) {
            (Phase::Closed, _, _, _) => Self::Closed,
            (_, true, _, _) => Self::Late,
            (_, false, 0, _) => Self::NoList,
            (_, false, _, 0) => Self::Placed,
            (_, false, _, _) => Self::Waiting,
        }
    }

    /// Its word in the drawing's names.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Late => "late",
            Self::Waiting => "waiting",
            Self::NoList => "no-list",
            Self::Placed => "placed",
            Self::Closed => "closed",
            Self::Outside => "outside",
        }
    }

    /// The word in a tile.
    pub(crate) fn label(self) -> &'static str {
        match self {
            Self::Late => "Late",
            Self::Waiting => "Waiting",
            Self::NoList => "No list",
            Self::Placed => "Placed",
            Self::Closed => "Closed",
            Self::Outside => "None",
        }
    }

    /// What that means.
    pub(crate) fn meaning(self) -> &'static str {
        match self {
            Self::Late => "a clock of its incident is late",
            Self::Waiting => "people have nowhere to go yet",
            Self::NoList => "an incident, and nobody on its list yet",
            Self::Placed => "everybody on the list has somewhere to go",
            Self::Closed => "its incident is closed",
            Self::Outside => "no incident of this region",
        }
    }

    /// The colour of its tag in the table.
    pub(crate) fn tag(self) -> &'static str {
        match self {
            Self::Late => "govuk-tag--red",
            Self::Waiting | Self::NoList => "govuk-tag--yellow",
            Self::Placed => "govuk-tag--green",
            Self::Closed | Self::Outside => "govuk-tag--grey",
        }
    }
}

/// A tile, in the units of the drawing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Tile {
    pub(crate) name: String,
    pub(crate) short: String,
    pub(crate) state: State,
    pub(crate) x: usize,
    /// Where the short name stands, and below it the word.
    pub(crate) y: usize,
    pub(crate) below: usize,
    pub(crate) points: String,
}

/// The drawing.
#[derive(Debug, Clone)]
pub(crate) struct Schematic {
    pub(crate) tiles: Vec<Tile>,
    pub(crate) width: usize,
    pub(crate) height: usize,
    /// The states that occur, for the key.
    pub(crate) states: Vec<State>,
}

const ACROSS: usize = 120;
const DOWN: usize = 102;

impl Schematic {
    /// A tile for each authority, by name.
    pub(crate) fn of(authorities: &BTreeMap<String, State>) -> Self {
        let columns = match authorities.len() {
            0..=16 => 4,
            17..=36 => 6,
            _ => 10,
        };
        let names: Vec<&String> = authorities.keys().collect();
        let letters = letters(&names);
        let place = |(at, (name, state)): (usize, (&String, &State))| {
            let (row, column) = (at.checked_div(columns).unwrap_or(0), at.checked_rem(columns).unwrap_or(0));
            let shift = if row.is_multiple_of(2) { 60 } else { 120 };
            let x = column.saturating_mul(ACROSS).saturating_add(shift);
            let y = row.saturating_mul(DOWN).saturating_add(68);
            Tile {
                name: name.clone(),
                short: short(name, letters),
                state: *state,
                x,
                y: y.saturating_sub(2),
                below: y.saturating_add(26),
                points: hexagon(x, y),
            }
        };
        let tiles: Vec<Tile> = authorities.iter().enumerate().map(place).collect();
        let rows = tiles.len().div_ceil(columns);
        let used: BTreeSet<State> = authorities.values().copied().collect();
        Self {
            width: columns.saturating_mul(ACROSS).saturating_add(60),
            height: rows.saturating_mul(DOWN).saturating_add(36),
            states: used.into_iter().collect(),
            tiles,
        }
    }
}

/// A hexagon that stands on its point.
fn hexagon(x: usize, y: usize) -> String {
    let (left, right) = (x.saturating_sub(57), x.saturating_add(57));
    let (upper, lower) = (y.saturating_sub(32), y.saturating_add(32));
    let (top, bottom) = (y.saturating_sub(64), y.saturating_add(64));
    format!("{x},{top} {right},{upper} {right},{lower} {x},{bottom} {left},{lower} {left},{upper}")
}

/// The word of a name that tells it from others: no article, no "City".
fn telling(name: &str) -> &str {
    let words = || name.split([' ', ',', '-']).filter(|word| !word.is_empty());
    let told = words().find(|word| !["The", "City", "of", "London", "Royal", "Borough"].contains(word));
    told.or_else(|| words().next()).unwrap_or(name)
}

fn short(name: &str, letters: usize) -> String {
    telling(name).chars().take(letters).collect::<String>().to_uppercase()
}

/// How many letters tell all of them apart, from four to seven.
fn letters(names: &[&String]) -> usize {
    let apart = |letters: &usize| {
        let all: BTreeSet<String> = names.iter().map(|name| short(name, *letters)).collect();
        all.len() == names.len()
    };
    (4..7).find(apart).unwrap_or(if names.len() > 36 { 4 } else { 7 })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_authority_has_a_tile_with_a_name_of_its_own_inside_the_drawing() {
        let names = ["Walsall", "Warwickshire", "Worcestershire", "Wolverhampton", "Herefordshire, County of"];
        let all = names.iter().map(|name| ((*name).to_owned(), State::Outside)).collect();
        let drawn = Schematic::of(&all);
        let short: Vec<&str> = drawn.tiles.iter().map(|tile| tile.short.as_str()).collect();
        assert_eq!(short, ["HERE", "WALS", "WARW", "WOLV", "WORC"]);
        assert!(drawn.tiles.iter().all(|tile| tile.x + 57 <= drawn.width && tile.y + 66 <= drawn.height));
        assert_eq!(drawn.states, [State::Outside]);
        // Two that begin alike get more letters.
        let alike = ["Northampton", "Northumberland"].map(|name| (name.to_owned(), State::Late)).into();
        let short: Vec<String> = Schematic::of(&alike).tiles.into_iter().map(|tile| tile.short).collect();
        assert_eq!(short, ["NORTHA", "NORTHU"]);
        assert_eq!(Schematic::of(&BTreeMap::new()).tiles, []);
    }
}
