//! Shares, lets shares go on and ends them; breaks the glass, closes it and reviews it.

use muster_record::entry::Class;
use muster_record::ids::{GlassNo, PersonNo, Seq, ShareNo};
use muster_record::incident::sharing::{Command, What};
use muster_record::time::Instant;

use super::super::line::Line;
use super::super::problem::Wrong;
use super::{Read, Verb, ready};

pub(super) const VERBS: &[Verb] = &[
    Verb {
        words: "shares",
        form: "shares person 3 with AGENCY for BASIS until MOMENT, review by MOMENT because \"NECESSITY\"",
        read: shares,
    },
    Verb {
        words: "lets share",
        form: "lets share S1 go on until MOMENT, review by MOMENT because \"NOTE\"",
        read: |line| {
            let share = share(line)?;
            line.must("go on")?;
            let (expires_at, review_at) = times(line)?;
            ready(Command::ReviewShare { share, expires_at, review_at, note: line.because()? })
        },
    },
    Verb {
        words: "ends share",
        form: "ends share S1 because \"REASON\"",
        read: |line| ready(Command::EndShare { share: share(line)?, because: line.because()? }),
    },
    Verb {
        words: "breaks the glass for",
        form: "breaks the glass for CLASS and CLASS in EMERGENCY for 60 minutes because \"REASON\"",
        read: |line| {
            let classes = line.all_listed::<Class>("the class to open")?.into_iter().collect();
            line.must("in")?;
            let emergency = line.listed("the emergency")?;
            line.must("for")?;
            let minutes = line.number("how many minutes")?;
            line.must("minutes")?;
            ready(Command::BreakGlass { classes, emergency, reason: line.because()?, minutes })
        },
    },
    Verb {
        words: "closes glass",
        form: "closes glass G1",
        read: |line| ready(Command::CloseGlass { glass: glass(line)? }),
    },
    Verb {
        words: "reviews glass",
        form: "reviews glass G1 as FINDING because \"NOTE\"",
        read: |line| {
            let glass = glass(line)?;
            line.must("as")?;
            let finding = line.listed("what was found")?;
            ready(Command::ReviewGlass { glass, finding, note: line.because()? })
        },
    },
];

fn share(line: &mut Line<'_, '_>) -> Result<ShareNo, Wrong> {
    line.numbered('S', "the share").map(ShareNo)
}

fn glass(line: &mut Line<'_, '_>) -> Result<GlassNo, Wrong> {
    line.numbered('G', "the glass").map(GlassNo)
}

fn shares(line: &mut Line<'_, '_>) -> Read {
    let what = if line.skip("person") {
        What::Person(PersonNo(line.number("the number of a person")?))
    } else if line.skip("entry") {
        What::Entry(Seq(line.number("the number of an entry")?.into()))
    } else {
        line.must("class")
            .map_err(|wrong| Wrong { expected: "person 3, entry 12 or class CLASS".to_owned(), ..wrong })?;
        What::Class(line.listed("the class")?)
    };
    line.must("with")?;
    let with = line.agency()?;
    line.must("for")?;
    let basis = line.listed("the lawful basis")?;
    let (expires_at, review_at) = times(line)?;
    ready(Command::Share { what, with, basis, necessity: line.because()?, expires_at, review_at })
}

/// `until MOMENT, review by MOMENT`.
fn times(line: &mut Line<'_, '_>) -> Result<(Instant, Instant), Wrong> {
    line.must("until")?;
    let expires_at = line.moment()?;
    line.breathe();
    line.must("review by")?;
    Ok((expires_at, line.moment()?))
}
