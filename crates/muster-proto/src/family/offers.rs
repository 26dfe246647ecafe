//! Offers, by number.

use muster_record::ids::{OfferNo, PersonNo};
use muster_record::incident::offers::{Command, Fact};

use crate::at::At;
use crate::limits::MAX_LIST;
use crate::time::write_time;
use crate::v1;
use crate::v1::command::Command as Asked;
use crate::v1::entry::Body;
use crate::words::Word as _;

pub(crate) fn offer(at: &mut At<'_>, wire: &v1::MakeOffer) -> Option<Command> {
    let v1::MakeOffer { kind, quantity, as_at, detail } = wire;
    let kind = at.field("kind").word(*kind);
    let quantity = read_quantity(at, *quantity);
    let as_at = at.field("as_at").required(as_at.as_ref(), At::time);
    let detail = at.field("detail").list(detail, MAX_LIST, read_detail);
    Some(Command::Offer { kind: kind?, quantity: quantity?, as_at: as_at?, detail: detail? })
}

fn read_quantity(at: &mut At<'_>, wire: u32) -> Option<u32> {
    if wire == 0 { at.field("quantity").wrong("is not set; none is no quantity") } else { Some(wire) }
}

fn read_detail(at: &mut At<'_>, wire: &v1::OfferDetail) -> Option<(String, String)> {
    let v1::OfferDetail { word, value } = wire;
    let word = at.field("word").text(word);
    let value = at.field("value").text(value);
    Some((word?, value?))
}

pub(crate) fn take(at: &mut At<'_>, wire: &v1::TakeOffer) -> Option<Command> {
    let v1::TakeOffer { offer, quantity, person } = wire;
    let offer = at.field("offer").number(*offer, OfferNo);
    let quantity = read_quantity(at, *quantity);
    let person = at.field("person").optional(person.as_ref(), |at, person| at.number(*person, PersonNo));
    Some(Command::Take { offer: offer?, quantity: quantity?, person: person? })
}

pub(crate) fn release(at: &mut At<'_>, wire: &v1::ReleaseOffer) -> Option<Command> {
    let v1::ReleaseOffer { offer, quantity } = wire;
    let offer = at.field("offer").number(*offer, OfferNo);
    let quantity = read_quantity(at, *quantity);
    Some(Command::Release { offer: offer?, quantity: quantity? })
}

pub(crate) fn withdraw(at: &mut At<'_>, wire: &v1::WithdrawOffer) -> Option<Command> {
    let v1::WithdrawOffer { offer, reason } = wire;
    let offer = at.field("offer").number(*offer, OfferNo);
    let reason = at.field("reason").text(reason);
    Some(Command::Withdraw { offer: offer?, reason: reason? })
}

fn write_detail(detail: &[(String, String)]) -> Vec<v1::OfferDetail> {
    detail.iter().map(|(word, value)| v1::OfferDetail { word: word.clone(), value: value.clone() }).collect()
}

pub(crate) fn write(command: &Command) -> Asked {
    match command {
        Command::Offer { kind, quantity, as_at, detail } => Asked::MakeOffer(v1::MakeOffer {
            kind: kind.write(),
            quantity: *quantity,
            as_at: Some(write_time(*as_at)),
            detail: write_detail(detail),
        }),
        Command::Take { offer, quantity, person } => Asked::TakeOffer(v1::TakeOffer {
            offer: offer.0,
            quantity: *quantity,
            person: person.map(|person| person.0),
        }),
        Command::Release { offer, quantity } => {
            Asked::ReleaseOffer(v1::ReleaseOffer { offer: offer.0, quantity: *quantity })
        }
        Command::Withdraw { offer, reason } => {
            Asked::WithdrawOffer(v1::WithdrawOffer { offer: offer.0, reason: reason.clone() })
        }
    }
}

pub(crate) fn fact(fact: &Fact) -> Body {
    match fact {
        Fact::Offered { offer, kind, quantity, as_at, detail } => Body::OfferMade(v1::OfferMade {
            offer: offer.0,
            kind: kind.write(),
            quantity: *quantity,
            as_at: Some(write_time(*as_at)),
            detail: write_detail(detail),
        }),
        Fact::Taken { offer, quantity, person } => Body::OfferTaken(v1::OfferTaken {
            offer: offer.0,
            quantity: *quantity,
            person: person.map(|person| person.0),
        }),
        Fact::Released { offer, quantity } => {
            Body::OfferReleased(v1::OfferReleased { offer: offer.0, quantity: *quantity })
        }
        Fact::Withdrawn { offer, reason } => {
            Body::OfferWithdrawn(v1::OfferWithdrawn { offer: offer.0, reason: reason.clone() })
        }
    }
}
