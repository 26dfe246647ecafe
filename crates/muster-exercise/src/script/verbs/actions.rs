//! Raises, assigns, accepts, declines, progresses, blocks, completes and cancels actions.

use muster_record::ids::ActionNo;
use muster_record::incident::actions::Command;

use super::super::line::Line;
use super::super::problem::Wrong;
use super::super::{Asked, OnAction};
use super::{Read, Verb, advice, ready};

const WHICH: &str = "an action: A3, or action KEY of RULE-SET, or all its actions";

pub(super) const VERBS: &[Verb] = &[
    Verb { words: "raises action", form: "raises action \"TITLE\" for AGENCY due MOMENT", read: raises },
    Verb {
        words: "assigns",
        form: "assigns A3 to AGENCY",
        read: |line| {
            let which = which(line)?;
            line.must("to")?;
            then(which, &OnAction::Assign(line.agency()?))
        },
    },
    Verb {
        words: "accepts",
        form: "accepts A3 and A4 | action KEY of RULE-SET | all its actions",
        read: |line| then(which(line)?, &OnAction::Accept),
    },
    Verb {
        words: "declines",
        form: "declines A3 because \"CAUSE\" | declines proposal 4 because \"REASON\"",
        read: |line| then(which(line)?, &OnAction::Decline(line.because()?)),
    },
    Verb {
        words: "progresses",
        form: "progresses A3: \"HOW FAR\"",
        read: |line| then(which(line)?, &OnAction::Progress(line.text("how far it has come")?)),
    },
    Verb {
        words: "blocks",
        form: "blocks A3 because \"CAUSE\"",
        read: |line| then(which(line)?, &OnAction::Block(line.because()?)),
    },
    Verb {
        words: "completes",
        form: "completes A3: \"RESULT\"",
        read: |line| then(which(line)?, &OnAction::Complete(line.text("with what result")?)),
    },
    Verb {
        words: "cancels",
        form: "cancels A3 because \"REASON\"",
        read: |line| then(which(line)?, &OnAction::Cancel(line.because()?)),
    },
];

fn raises(line: &mut Line<'_, '_>) -> Read {
    let title = line.text("what is to be done")?;
    line.must("for")?;
    let owner = line.agency()?;
    line.breathe();
    let due = if line.skip("due") { Some(line.moment()?) } else { None };
    ready(Command::Raise { title, owner, due })
}

/// Which actions are meant.
enum Which {
    Numbers(Vec<ActionNo>),
    Keys(Vec<super::super::ItemRef>),
    AllOwn,
}

fn which(line: &mut Line<'_, '_>) -> Result<Which, Wrong> {
    if line.skip_words("all its actions") {
        return Ok(Which::AllOwn);
    }
    if line.skip("action") || line.skip("actions") {
        return advice::items(line, Some("action")).map(Which::Keys);
    }
    let number = |line: &mut Line<'_, '_>| line.maybe_numbered('A').map(ActionNo).ok_or_else(|| line.wrong_here(WHICH));
    let mut numbers = vec![number(line)?];
    while line.more() {
        numbers.push(number(line)?);
    }
    Ok(Which::Numbers(numbers))
}

fn then(which: Which, then: &OnAction) -> Read {
    let ready = |action: ActionNo| Asked::Ready(Box::new(then.command(action)));
    Ok(match which {
        Which::Numbers(numbers) => numbers.into_iter().map(ready).collect(),
        Which::Keys(items) => items.into_iter().map(|item| Asked::OfAction { item, then: then.clone() }).collect(),
        Which::AllOwn => vec![Asked::OfEachAction { then: then.clone() }],
    })
}
