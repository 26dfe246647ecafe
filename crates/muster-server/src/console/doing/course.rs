//! What forms about the course of an incident ask for: letters, phase, seats, offices, questions, actions and meetings.

use std::sync::Arc;

use muster_console::change_asked;
use muster_coordinator::Directory;
use muster_record::Command;
use muster_record::ids::{CommunicationNo, MeetingNo, ProposalNo};
use muster_record::incident::{actions, advising, answers, communications, lifecycle, log, meetings, participants};
use tonic::Status;

use crate::console::fields::{Field, moment, number, one, slug, some, word, wrong};

pub(super) fn letter(what: &str, fields: &[Field]) -> Result<Command, Status> {
    let communication = CommunicationNo(number(fields, "communication")?);
    let command = match what {
        "approve" => communications::Command::Approve { communication }.into(),
        "issue" => communications::Command::Issue { communication, how: one(fields, "how").to_owned() }.into(),
        _other => match one(fields, "text") {
            "" => return Err(wrong("text", "is empty: say what should be different")),
            text => log::Command::Note { text: change_asked(communication, text) }.into(),
        },
    };
    Ok(command)
}

pub(super) fn course(what: &str, fields: &[Field]) -> Result<Command, Status> {
    let reason = one(fields, "reason").to_owned();
    let command = match what {
        "close" => lifecycle::Command::Close { summary: one(fields, "summary").to_owned() },
        "reopen" => lifecycle::Command::Reopen { reason },
        "amend" => lifecycle::Command::Amend {
            title: some(fields, "title"),
            care_stops_at: moment(fields, "care_stops_at")?,
            service: None,
        },
        _other => lifecycle::Command::ChangePhase { to: word(fields, "to")?, reason },
    };
    Ok(command.into())
}

pub(super) fn invite(fields: &[Field], known: &Directory) -> Result<Command, Status> {
    let agency = known.get(&word(fields, "agency")?).map(Arc::unwrap_or_clone);
    let agency = agency.ok_or_else(|| wrong("agency", "is none that this server knows"))?;
    Ok(participants::Command::Invite { agency, interest: word(fields, "interest")? }.into())
}

pub(super) fn seat(what: &str, fields: &[Field]) -> Result<Command, Status> {
    let reason = one(fields, "reason").to_owned();
    let command = match what {
        "leave" => participants::Command::Leave { reason },
        _other => participants::Command::ChangeInterest {
            agency: word(fields, "agency")?,
            interest: word(fields, "interest")?,
            reason,
        },
    };
    Ok(command.into())
}

/// What is done with an office. Its field is not called so, because that one says for which office a form is sent.
pub(super) fn office(what: &str, fields: &[Field]) -> Result<Command, Status> {
    let office = word(fields, "take")?;
    let command = match what {
        "hand-over" => participants::Command::OfferHandover {
            office,
            to: word(fields, "to")?,
            brief: one(fields, "brief").to_owned(),
        },
        "accept-office" => participants::Command::AcceptHandover { office },
        "reject-office" => participants::Command::RejectHandover { office, cause: one(fields, "reason").to_owned() },
        _other => participants::Command::TakeOffice { office },
    };
    Ok(command.into())
}

pub(super) fn ask(fields: &[Field]) -> Result<Command, Status> {
    let asks = one(fields, "asks").to_owned();
    let key = some(fields, "key").unwrap_or_else(|| format!("asked/{}", slug(&asks)));
    Ok(answers::Command::Ask { key, asks, of: word(fields, "of")? }.into())
}

pub(super) fn gate(fields: &[Field]) -> Result<Command, Status> {
    let (proposal, reason) = (ProposalNo(number(fields, "proposal")?), one(fields, "reason").to_owned());
    Ok(advising::Command::OverrideGate { proposal, reason }.into())
}

pub(super) fn raise(fields: &[Field]) -> Result<Command, Status> {
    let (title, owner) = (one(fields, "title").to_owned(), word(fields, "owner")?);
    Ok(actions::Command::Raise { title, owner, due: moment(fields, "due")? }.into())
}

pub(super) fn meeting(what: &str, fields: &[Field]) -> Result<Command, Status> {
    let of = || number(fields, "meeting").map(MeetingNo);
    let command = match what {
        "attend" => meetings::Command::Attend { meeting: of()? },
        "hold" => meetings::Command::Hold { meeting: of()? },
        "minute" => meetings::Command::Minute { meeting: of()?, text: one(fields, "text").to_owned() },
        _other => meetings::Command::Call {
            kind: word(fields, "kind")?,
            at: moment(fields, "at")?.ok_or_else(|| wrong("at", "is empty: say when, as in 2024-03-07 08:00"))?,
            about: one(fields, "about").to_owned(),
        },
    };
    Ok(command.into())
}
