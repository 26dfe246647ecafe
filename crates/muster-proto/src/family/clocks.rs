//! Clocks: moved, paused and started again.

use muster_record::incident::clocks::{Command, Fact};

use crate::at::At;
use crate::time::write_time;
use crate::v1;
use crate::v1::command::Command as Asked;
use crate::v1::entry::Body;
use crate::words::Word as _;

pub(crate) fn move_to(at: &mut At<'_>, wire: &v1::MoveClock) -> Option<Command> {
    let v1::MoveClock { clock, to, reason } = wire;
    let clock = at.field("clock").word(*clock);
    let to = at.field("to").required(to.as_ref(), At::time);
    let reason = at.field("reason").text(reason);
    Some(Command::Move { clock: clock?, to: to?, reason: reason? })
}

pub(crate) fn pause(at: &mut At<'_>, wire: &v1::PauseClock) -> Option<Command> {
    let v1::PauseClock { clock, reason } = wire;
    let clock = at.field("clock").word(*clock);
    let reason = at.field("reason").text(reason);
    Some(Command::Pause { clock: clock?, reason: reason? })
}

pub(crate) fn resume(at: &mut At<'_>, wire: &v1::ResumeClock) -> Option<Command> {
    let v1::ResumeClock { clock, reason } = wire;
    let clock = at.field("clock").word(*clock);
    let reason = at.field("reason").text(reason);
    Some(Command::Resume { clock: clock?, reason: reason? })
}

pub(crate) fn write(command: &Command) -> Asked {
    match command {
        Command::Move { clock, to, reason } => {
            Asked::MoveClock(v1::MoveClock { clock: clock.write(), to: Some(write_time(*to)), reason: reason.clone() })
        }
        Command::Pause { clock, reason } => {
            Asked::PauseClock(v1::PauseClock { clock: clock.write(), reason: reason.clone() })
        }
        Command::Resume { clock, reason } => {
            Asked::ResumeClock(v1::ResumeClock { clock: clock.write(), reason: reason.clone() })
        }
    }
}

pub(crate) fn fact(fact: &Fact) -> Body {
    match fact {
        Fact::Moved { clock, to, reason } => {
            Body::ClockMoved(v1::ClockMoved { clock: clock.write(), to: Some(write_time(*to)), reason: reason.clone() })
        }
        Fact::Paused { clock, reason } => {
            Body::ClockPaused(v1::ClockPaused { clock: clock.write(), reason: reason.clone() })
        }
        Fact::Resumed { clock, reason } => {
            Body::ClockResumed(v1::ClockResumed { clock: clock.write(), reason: reason.clone() })
        }
    }
}
