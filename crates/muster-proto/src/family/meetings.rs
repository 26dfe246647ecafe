//! Meetings, by number.

use muster_record::ids::MeetingNo;
use muster_record::incident::meetings::{Command, Fact};

use crate::at::At;
use crate::time::write_time;
use crate::v1;
use crate::v1::command::Command as Asked;
use crate::v1::entry::Body;
use crate::words::Word as _;

pub(crate) fn call(at: &mut At<'_>, wire: &v1::CallMeeting) -> Option<Command> {
    let v1::CallMeeting { kind, at: moment, about } = wire;
    let kind = at.field("kind").word(*kind);
    let moment = at.field("at").required(moment.as_ref(), At::time);
    let about = at.field("about").text(about);
    Some(Command::Call { kind: kind?, at: moment?, about: about? })
}

pub(crate) fn attend(at: &mut At<'_>, wire: &v1::AttendMeeting) -> Option<Command> {
    let v1::AttendMeeting { meeting } = wire;
    Some(Command::Attend { meeting: at.field("meeting").number(*meeting, MeetingNo)? })
}

pub(crate) fn hold(at: &mut At<'_>, wire: &v1::HoldMeeting) -> Option<Command> {
    let v1::HoldMeeting { meeting } = wire;
    Some(Command::Hold { meeting: at.field("meeting").number(*meeting, MeetingNo)? })
}

pub(crate) fn minute(at: &mut At<'_>, wire: &v1::MinuteMeeting) -> Option<Command> {
    let v1::MinuteMeeting { meeting, text } = wire;
    let meeting = at.field("meeting").number(*meeting, MeetingNo);
    let text = at.field("text").long_text(text);
    Some(Command::Minute { meeting: meeting?, text: text? })
}

pub(crate) fn write(command: &Command) -> Asked {
    match command {
        Command::Call { kind, at, about } => {
            Asked::CallMeeting(v1::CallMeeting { kind: kind.write(), at: Some(write_time(*at)), about: about.clone() })
        }
        Command::Attend { meeting } => Asked::AttendMeeting(v1::AttendMeeting { meeting: meeting.0 }),
        Command::Hold { meeting } => Asked::HoldMeeting(v1::HoldMeeting { meeting: meeting.0 }),
        Command::Minute { meeting, text } => {
            Asked::MinuteMeeting(v1::MinuteMeeting { meeting: meeting.0, text: text.clone() })
        }
    }
}

pub(crate) fn fact(fact: &Fact) -> Body {
    match fact {
        Fact::Called { meeting, kind, at, about } => Body::MeetingCalled(v1::MeetingCalled {
            meeting: meeting.0,
            kind: kind.write(),
            at: Some(write_time(*at)),
            about: about.clone(),
        }),
        Fact::Attended { meeting, agency } => {
            Body::MeetingAttended(v1::MeetingAttended { meeting: meeting.0, agency: agency.to_string() })
        }
        Fact::Held { meeting } => Body::MeetingHeld(v1::MeetingHeld { meeting: meeting.0 }),
        Fact::Minuted { meeting, text } => {
            Body::MeetingMinuted(v1::MeetingMinuted { meeting: meeting.0, text: text.clone() })
        }
    }
}
