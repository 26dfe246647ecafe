//! Offers beds, vehicles, staff hours and buildings; takes, releases and withdraws them.

use muster_record::ids::{OfferNo, PersonNo};
use muster_record::incident::offers::Command;
use muster_record::situation::OfferKind;

use super::super::Asked;
use super::super::line::Line;
use super::super::problem::Wrong;
use super::{Read, Verb, ready};

pub(super) const VERBS: &[Verb] = &[
    Verb {
        words: "offers",
        form: "offers 6 beds as at MOMENT with WORD VALUE and WORD \"VALUE\" | offers handover of OFFICE to AGENCY: \"BRIEF\"",
        read: offers,
    },
    Verb { words: "takes", form: "takes 2 of O1 for people 3 and 4 | takes office OFFICE", read: takes },
    Verb {
        words: "releases",
        form: "releases 1 of O1",
        read: |line| {
            let quantity = line.number("how many")?;
            line.must("of")?;
            ready(Command::Release { offer: offer(line)?, quantity })
        },
    },
    Verb {
        words: "withdraws",
        form: "withdraws O1 because \"REASON\"",
        read: |line| ready(Command::Withdraw { offer: offer(line)?, reason: line.because()? }),
    },
];

fn offer(line: &mut Line<'_, '_>) -> Result<OfferNo, Wrong> {
    line.numbered('O', "the offer").map(OfferNo)
}

fn offers(line: &mut Line<'_, '_>) -> Read {
    let quantity = line.number("how many")?;
    let plurals = [("beds", OfferKind::Bed), ("vehicles", OfferKind::Vehicle), ("buildings", OfferKind::Building)];
    let kind = match plurals.into_iter().find(|(word, _)| line.skip(word)) {
        Some((_, kind)) => kind,
        None => line.listed("what is offered")?,
    };
    let mut as_at = line.now();
    line.breathe();
    if line.skip_words("as at") {
        as_at = line.moment()?;
    }
    line.breathe();
    let mut detail = Vec::new();
    if line.skip("with") {
        loop {
            detail.push((line.word("a word: nursing")?, line.text_or_word("its value: yes")?));
            if !line.more() {
                break;
            }
        }
    }
    ready(Command::Offer { kind, quantity, as_at, detail })
}

fn takes(line: &mut Line<'_, '_>) -> Read {
    let quantity = line.number("how many")?;
    line.must("of")?;
    let offer = offer(line)?;
    if !line.skip("for") {
        return ready(Command::Take { offer, quantity, person: None });
    }
    let people = line.people()?;
    match people.as_slice() {
        [only] => ready(Command::Take { offer, quantity, person: Some(*only) }),
        several if u32::try_from(several.len()) == Ok(quantity) => {
            let take = |person: PersonNo| Command::Take { offer, quantity: 1, person: Some(person) };
            Ok(people.into_iter().map(|person| Asked::Ready(Box::new(take(person).into()))).collect())
        }
        several => Err(line.wrong_before(&format!("as many people as are taken: {quantity}, not {}", several.len()))),
    }
}
