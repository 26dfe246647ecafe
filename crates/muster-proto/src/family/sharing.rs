//! Sharing, and the glass that is broken in an emergency.

use muster_record::ids::{GlassNo, PersonNo, ShareNo};
use muster_record::incident::sharing::{Broken, Command, Fact, Shared, What};

use crate::at::At;
use crate::limits::MAX_LIST;
use crate::time::write_time;
use crate::v1;
use crate::v1::command::Command as Asked;
use crate::v1::entry::Body;
use crate::v1::shared_thing::Thing;
use crate::words::Word as _;

fn what(at: &mut At<'_>, wire: &v1::SharedThing) -> Option<What> {
    let v1::SharedThing { thing } = wire;
    match thing {
        Some(Thing::Entry(seq)) => at.field("entry").seq(*seq).map(What::Entry),
        Some(Thing::Person(person)) => at.field("person").number(*person, PersonNo).map(What::Person),
        Some(Thing::Class(class)) => at.field("class").word(*class).map(What::Class),
        None => at.wrong("is not set; one of: entry, person, class"),
    }
}

fn write_what(what: What) -> v1::SharedThing {
    let thing = match what {
        What::Entry(seq) => Thing::Entry(seq.0),
        What::Person(person) => Thing::Person(person.0),
        What::Class(class) => Thing::Class(class.write()),
    };
    v1::SharedThing { thing: Some(thing) }
}

pub(crate) fn share(at: &mut At<'_>, wire: &v1::Share) -> Option<Command> {
    let v1::Share { what: thing, with, basis, necessity, expires_at, review_at } = wire;
    let thing = at.field("what").required(thing.as_ref(), what);
    let with = at.field("with").name(with);
    let basis = at.field("basis").word(*basis);
    let necessity = at.field("necessity").text(necessity);
    let expires_at = at.field("expires_at").required(expires_at.as_ref(), At::time);
    let review_at = at.field("review_at").required(review_at.as_ref(), At::time);
    let (what, with, basis, necessity) = (thing?, with?, basis?, necessity?);
    Some(Command::Share { what, with, basis, necessity, expires_at: expires_at?, review_at: review_at? })
}

pub(crate) fn review_share(at: &mut At<'_>, wire: &v1::ReviewShare) -> Option<Command> {
    let v1::ReviewShare { share, expires_at, review_at, note } = wire;
    let share = at.field("share").number(*share, ShareNo);
    let expires_at = at.field("expires_at").required(expires_at.as_ref(), At::time);
    let review_at = at.field("review_at").required(review_at.as_ref(), At::time);
    let note = at.field("note").text(note);
    Some(Command::ReviewShare { share: share?, expires_at: expires_at?, review_at: review_at?, note: note? })
}

pub(crate) fn end_share(at: &mut At<'_>, wire: &v1::EndShare) -> Option<Command> {
    let v1::EndShare { share, because } = wire;
    let share = at.field("share").number(*share, ShareNo);
    let because = at.field("because").text(because);
    Some(Command::EndShare { share: share?, because: because? })
}

pub(crate) fn break_glass(at: &mut At<'_>, wire: &v1::BreakGlass) -> Option<Command> {
    let v1::BreakGlass { classes, emergency, reason, minutes } = wire;
    let classes = at.field("classes").list(classes, MAX_LIST, |at, class| at.word(*class));
    let emergency = at.field("emergency").word(*emergency);
    let reason = at.field("reason").text(reason);
    let classes = classes?.into_iter().collect();
    Some(Command::BreakGlass { classes, emergency: emergency?, reason: reason?, minutes: *minutes })
}

pub(crate) fn close_glass(at: &mut At<'_>, wire: &v1::CloseGlass) -> Option<Command> {
    let v1::CloseGlass { glass } = wire;
    Some(Command::CloseGlass { glass: at.field("glass").number(*glass, GlassNo)? })
}

pub(crate) fn review_glass(at: &mut At<'_>, wire: &v1::ReviewGlass) -> Option<Command> {
    let v1::ReviewGlass { glass, finding, note } = wire;
    let glass = at.field("glass").number(*glass, GlassNo);
    let finding = at.field("finding").word(*finding);
    let note = at.field("note").text(note);
    Some(Command::ReviewGlass { glass: glass?, finding: finding?, note: note? })
}

pub(crate) fn write(command: &Command) -> Asked {
    match command {
        Command::Share { what, with, basis, necessity, expires_at, review_at } => Asked::Share(v1::Share {
            what: Some(write_what(*what)),
            with: with.to_string(),
            basis: basis.write(),
            necessity: necessity.clone(),
            expires_at: Some(write_time(*expires_at)),
            review_at: Some(write_time(*review_at)),
        }),
        Command::ReviewShare { share, expires_at, review_at, note } => Asked::ReviewShare(v1::ReviewShare {
            share: share.0,
            expires_at: Some(write_time(*expires_at)),
            review_at: Some(write_time(*review_at)),
            note: note.clone(),
        }),
        Command::EndShare { share, because } => {
            Asked::EndShare(v1::EndShare { share: share.0, because: because.clone() })
        }
        Command::BreakGlass { classes, emergency, reason, minutes } => Asked::BreakGlass(v1::BreakGlass {
            classes: classes.iter().map(|class| class.write()).collect(),
            emergency: emergency.write(),
            reason: reason.clone(),
            minutes: *minutes,
        }),
        Command::CloseGlass { glass } => Asked::CloseGlass(v1::CloseGlass { glass: glass.0 }),
        Command::ReviewGlass { glass, finding, note } => {
            Asked::ReviewGlass(v1::ReviewGlass { glass: glass.0, finding: finding.write(), note: note.clone() })
        }
    }
}

pub(crate) fn fact(fact: &Fact) -> Body {
    match fact {
        Fact::Shared(Shared { share, what, with, owner, basis, necessity, expires_at, review_at }) => {
            Body::ThingShared(v1::ThingShared {
                share: share.0,
                what: Some(write_what(*what)),
                with: with.to_string(),
                owner: owner.to_string(),
                basis: basis.write(),
                necessity: necessity.clone(),
                expires_at: Some(write_time(*expires_at)),
                review_at: Some(write_time(*review_at)),
            })
        }
        Fact::ShareReviewed { share, expires_at, review_at, note } => Body::ShareReviewed(v1::ShareReviewed {
            share: share.0,
            expires_at: Some(write_time(*expires_at)),
            review_at: Some(write_time(*review_at)),
            note: note.clone(),
        }),
        Fact::ShareEnded { share, because } => {
            Body::ShareEnded(v1::ShareEnded { share: share.0, because: because.clone() })
        }
        Fact::GlassBroken(Broken { glass, classes, emergency, reason, until, review_by }) => {
            Body::GlassBroken(v1::GlassBroken {
                glass: glass.0,
                classes: classes.iter().map(|class| class.write()).collect(),
                emergency: emergency.write(),
                reason: reason.clone(),
                until: Some(write_time(*until)),
                review_by: Some(write_time(*review_by)),
            })
        }
        Fact::GlassClosed { glass } => Body::GlassClosed(v1::GlassClosed { glass: glass.0 }),
        Fact::GlassReviewed { glass, finding, note } => {
            Body::GlassReviewed(v1::GlassReviewed { glass: glass.0, finding: finding.write(), note: note.clone() })
        }
    }
}
