//! Places and lifts restrictions.

use muster_record::ids::RestrictionNo;
use muster_record::incident::restrictions::Command;

use super::super::line::Line;
use super::{Read, Verb, ready};

pub(super) const VERBS: &[Verb] = &[
    Verb {
        words: "places",
        form: "places BASIS restriction of placements|hours, agreed by \"POST\", because \"REASON\"",
        read: places,
    },
    Verb {
        words: "lifts",
        form: "lifts R1 because \"REASON\"",
        read: |line| {
            let restriction = RestrictionNo(line.numbered('R', "the restriction")?);
            ready(Command::Lift { restriction, reason: line.because()? })
        },
    },
];

fn places(line: &mut Line<'_, '_>) -> Read {
    let basis = line.listed("voluntary, imposed or temporary")?;
    line.must("restriction of")?;
    let kind = line.listed("what is restricted")?;
    line.breathe();
    let agreed_by =
        if line.skip_words("agreed by") { Some(line.text("who agreed for the provider, by post")?) } else { None };
    ready(Command::Place { kind, basis, agreed_by, reason: line.because()? })
}
