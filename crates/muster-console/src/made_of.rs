//! Why a number: which entries make it, and which right of the viewer lets them be seen.

use askama::Template;
use muster_record::Incident;
use muster_record::fact::Family;

use crate::frame::{Frame, Head};
use crate::record::Line;
use crate::said::within;
use crate::when::moment;

/// A number, or numbers, that pages show.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Number {
    /// People by status, by who pays, by how they travel and by who placed them.
    People,
    /// Beds that are free and people who wait.
    Beds,
    /// Places in vehicles and people who travel.
    Transport,
    /// Letters and briefings.
    Letters,
    /// Decisions.
    Decisions,
    /// Actions.
    Actions,
    /// Who is at the table.
    Table,
}

impl Number {
    /// Every one.
    pub const ALL: &'static [Self] =
        &[Self::People, Self::Beds, Self::Transport, Self::Letters, Self::Decisions, Self::Actions, Self::Table];

    /// Its word in an address.
    pub fn word(self) -> &'static str {
        match self {
            Self::People => "people",
            Self::Beds => "beds",
            Self::Transport => "transport",
            Self::Letters => "letters",
            Self::Decisions => "decisions",
            Self::Actions => "actions",
            Self::Table => "table",
        }
    }

    /// The number of a word, where there is one.
    pub fn of(word: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|number| number.word() == word)
    }

    /// The families of the entries that make it.
    pub fn made_by(self) -> &'static [Family] {
        match self {
            Self::People => &[Family::People],
            Self::Beds | Self::Transport => &[Family::People, Family::Offers],
            Self::Letters => &[Family::Communications],
            Self::Decisions => &[Family::Decisions],
            Self::Actions => &[Family::Actions],
            Self::Table => &[Family::Participants],
        }
    }

    fn heading(self) -> &'static str {
        match self {
            Self::People => "Why these numbers of people?",
            Self::Beds => "Why these numbers of beds?",
            Self::Transport => "Why these numbers of transport?",
            Self::Letters => "Why these letters?",
            Self::Decisions => "Why these decisions?",
            Self::Actions => "Why these actions?",
            Self::Table => "Why are these at the table?",
        }
    }

    fn rule(self) -> &'static str {
        match self {
            Self::People => {
                "Everybody who was put on the list is counted once, with what the last entry about them says. Not yet \
                 placed are those whose status is identified or reviewed."
            }
            Self::Beds => {
                "Free is what was offered, less what was taken and not given back; an offer that was withdrawn does not \
                 count. People are those whose status is identified or reviewed. What is short is people less beds that \
                 are said to fit; a bed of which it is not said is told apart."
            }
            Self::Transport => {
                "Places are what one vehicle carries, as its offer says, times the vehicles of the offer, for one trip. \
                 People are those on the list whose status is identified, reviewed or placed, by how they travel."
            }
            Self::Letters => {
                "Each letter is counted from the entry that drafted it; its state is that of the last entry about it."
            }
            Self::Decisions => "Each decision is an entry of the office that made it.",
            Self::Actions => {
                "Each action is counted from the entry that raised it; its state is that of the last entry about it."
            }
            Self::Table => {
                "Each agency that was invited has a seat until it leaves; an office is held by whoever took it last."
            }
        }
    }
}

/// The page.
#[derive(Debug, Template)]
#[template(path = "made_of.html")]
pub struct MadeOfPage {
    frame: Frame,
    head: Head,
    heading: &'static str,
    rule: &'static str,
    right: String,
    withheld_people: bool,
    what: &'static str,
    lines: Vec<Entry>,
    older: Option<u64>,
    newest: bool,
}

/// Entries that make a number, as many as a page holds.
#[derive(Debug)]
pub struct Makers {
    /// The entries, the newest first.
    pub lines: Vec<Line>,
    /// The place before which older ones go on, where there are any.
    pub older: Option<u64>,
    /// Whether the first of them is the newest there is.
    pub newest: bool,
}

#[derive(Debug)]
struct Entry {
    seq: u64,
    at: String,
    who: String,
    told: String,
}

impl MadeOfPage {
    /// The page of a number, with some of the entries that make it and that they see, the newest first.
    pub fn new(frame: Frame, incident: &Incident, number: Number, makers: &Makers) -> Self {
        let Makers { lines, older, newest } = makers;
        let opening = &incident.lifecycle.opening;
        let frame = frame.titled(&format!("{} {}", number.heading(), opening.title), opening.exercise);
        let seat = frame.who.as_ref().and_then(|who| incident.participants.seat(&who.agency));
        let right = seat.map_or_else(String::new, |seat| {
            format!(
                "{} sits at the table as {} with the interest {}, and each entry below says why it is seen",
                seat.title,
                within(seat.kind.word()),
                within(seat.interest.word())
            )
        });
        let one = |line: &Line| Entry {
            seq: line.seq,
            at: moment(line.at),
            who: line.who.clone(),
            told: line.told.clone().unwrap_or_default(),
        };
        Self {
            head: Head::of(incident, None),
            heading: number.heading(),
            rule: number.rule(),
            right,
            withheld_people: incident.withheld.people,
            what: number.word(),
            lines: lines.iter().map(one).collect(),
            older: *older,
            newest: *newest,
            frame,
        }
    }
}
