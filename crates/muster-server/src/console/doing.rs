//! What the forms of an incident ask for, each by its word in the address: one append of commands, and the way back.

use std::sync::Arc;

use axum::Form;
use axum::extract::{Path, State};
use axum::response::Response;
use http::request::Parts;
use muster_coordinator::Directory;
use muster_record::Command;
use muster_record::incident::log;
use muster_record::time::Instant;
use tonic::Status;

use super::Console;
use super::failing::Failed;
use super::fields::{Field, Fields, one};

mod course;
mod placing;

use course::{ask, gate, invite, letter, meeting, office, raise, seat};
use placing::{offer, register, release, status, take, withdraw};

/// What a form asks for: its commands, the page it leads back to, and the word for what was done.
type Asks = (Result<Vec<Command>, Status>, &'static str, &'static str);

pub(super) async fn does(
    State(console): State<Arc<Console>>,
    Path((id, what)): Path<(String, String)>,
    parts: Parts,
    Form(fields): Form<Fields>,
) -> Result<Response, Failed> {
    let now = console.coordinator.now();
    let (commands, back, done) =
        read(&what, &fields, console.coordinator.directory(), now).ok_or(Failed::NoSuchPage)?;
    console.append(&parts, &id, &fields, commands, back, done).await
}

/// What a form of that word asks for; nothing where there is none.
fn read(what: &str, fields: &[Field], known: &Directory, now: Instant) -> Option<Asks> {
    let one_of = |command: Result<Command, Status>| command.map(|command| vec![command]);
    let asks = match what {
        "offer" => (one_of(offer(fields, now)), "/places", "offered"),
        "take" => (one_of(take(fields)), "/places", "taken"),
        "release" => (one_of(release(fields)), "/places", "taken"),
        "withdraw" => (one_of(withdraw(fields)), "/places", "withdrawn"),
        "register" => (register(fields), "/places", "registered"),
        "status" => (status(fields), "/places", "status"),
        "approve" | "issue" | "ask-change" => (one_of(letter(what, fields)), "/letters", letter_done(what)),
        "phase" | "close" | "reopen" | "amend" => (one_of(course::course(what, fields)), "/manage", course_done(what)),
        "invite" => (one_of(invite(fields, known)), "/manage", "invited"),
        "interest" | "leave" => (one_of(seat(what, fields)), "/manage", "seat"),
        "take-office" | "hand-over" | "accept-office" | "reject-office" => {
            (one_of(office(what, fields)), "/manage", if what == "hand-over" { "handed" } else { "office" })
        }
        "note" => {
            let note = log::Command::Note { text: one(fields, "text").to_owned() };
            (Ok(vec![note.into()]), "/manage", "noted")
        }
        "ask" => (one_of(ask(fields)), "/questions", "asked"),
        "override" => (one_of(gate(fields)), "/manage", "overridden"),
        "raise" => (one_of(raise(fields)), "/actions", "raised"),
        "call" | "attend" | "hold" | "minute" => (one_of(meeting(what, fields)), "/meetings", meeting_done(what)),
        _other => return None,
    };
    Some(asks)
}

fn letter_done(what: &str) -> &'static str {
    match what {
        "approve" => "approved",
        "issue" => "issued",
        _other => "change-asked",
    }
}

fn course_done(what: &str) -> &'static str {
    match what {
        "close" => "closed",
        "reopen" => "reopened",
        "amend" => "amended",
        _other => "phase",
    }
}

fn meeting_done(what: &str) -> &'static str {
    match what {
        "call" => "called",
        _other => "action",
    }
}

#[cfg(test)]
mod tests {
    use muster_record::ids::{MeetingNo, OfferNo, PersonNo};
    use muster_record::incident::{actions, meetings, offers, people};
    use muster_record::situation::{CareStatus, MeetingKind, OfferKind};

    use super::*;

    fn asked(what: &str, form: &[(&str, &str)]) -> Option<Vec<Command>> {
        let fields: Fields = form.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        let now = "2024-03-04T09:00:00Z".parse().unwrap();
        read(what, &fields, &Directory::new([]), now)?.0.ok()
    }

    #[test]
    fn an_offer_says_what_is_known_and_not_what_is_not() {
        let form = [
            ("kind", "bed"),
            ("quantity", "4"),
            ("as_at", ""),
            ("nursing", "unknown"),
            ("dementia", "yes"),
            ("home", "Ash Grove"),
        ];
        let detail =
            [("home", "Ash Grove"), ("dementia", "yes")].map(|(word, value)| (word.to_owned(), value.to_owned()));
        let as_at = "2024-03-04T09:00:00Z".parse().unwrap();
        let expected = offers::Command::Offer { kind: OfferKind::Bed, quantity: 4, as_at, detail: detail.into() };
        assert_eq!(asked("offer", &form), Some(vec![expected.into()]));
        for wrong in [[("kind", "sofa"), ("quantity", "1")], [("kind", "bed"), ("quantity", "some")]] {
            assert_eq!(asked("offer", &wrong), None, "{wrong:?}");
        }
    }

    #[test]
    fn people_are_placed_together_each_with_a_place_of_the_offer() {
        let asked = asked("status", &[("people", "2-3"), ("to", "placed"), ("offer", "1"), ("place", "")]).unwrap();
        let place = || Some("O1".to_owned());
        let each = |person| -> [Command; 2] {
            let person = PersonNo(person);
            [
                offers::Command::Take { offer: OfferNo(1), quantity: 1, person: Some(person) }.into(),
                people::Command::SetStatus { person, to: CareStatus::Placed, place: place() }.into(),
            ]
        };
        assert_eq!(asked, [each(2), each(3)].concat());
    }

    #[test]
    fn people_are_put_on_the_list_by_number_and_no_more_than_a_commit_holds() {
        let form = |count: &'static str| {
            [
                ("count", count),
                ("service", "rosebank-house"),
                ("funder", "self-funded"),
                ("mobility", "walks"),
                ("needs_known", "unknown"),
            ]
        };
        assert_eq!(asked("register", &form("7")).map(|commands| commands.len()), Some(7));
        for count in ["0", "51", "many"] {
            assert_eq!(asked("register", &form(count)), None, "{count}");
        }
    }

    #[test]
    fn a_change_that_is_asked_for_is_a_note_and_an_empty_one_is_none() {
        let note = log::Command::Note { text: "change asked for in C2: the date".to_owned() };
        assert_eq!(asked("ask-change", &[("communication", "2"), ("text", " the date ")]), Some(vec![note.into()]));
        assert_eq!(asked("ask-change", &[("communication", "2"), ("text", " ")]), None);
        assert!(asked("erase", &[]).is_none(), "there is no such form");
    }

    #[test]
    fn an_action_and_a_meeting_are_asked_for_at_a_moment_in_the_uk() {
        let form = [("title", "Count the medicines"), ("owner", "qwu"), ("due", "2024-07-01 09:00")];
        let (owner, due) = ("qwu".parse().unwrap(), "2024-07-01T08:00:00Z".parse().ok());
        let raise = actions::Command::Raise { title: "Count the medicines".to_owned(), owner, due };
        assert_eq!(asked("raise", &form), Some(vec![raise.into()]));
        let form = [("kind", "strategy"), ("at", "2024-03-07 08:00"), ("about", "the night")];
        let at = "2024-03-07T08:00:00Z".parse().unwrap();
        let call = meetings::Command::Call { kind: MeetingKind::Strategy, at, about: "the night".to_owned() };
        assert_eq!(asked("call", &form), Some(vec![call.into()]));
        assert_eq!(asked("call", &[("kind", "strategy"), ("at", "")]), None);
        let hold = meetings::Command::Hold { meeting: MeetingNo(2) };
        assert_eq!(asked("hold", &[("meeting", "2")]), Some(vec![hold.into()]));
    }
}
