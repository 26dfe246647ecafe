//! What the forms of an incident ask for, each by its word in the address: one append of commands, and the way back.

use std::sync::Arc;

use axum::Form;
use axum::extract::{Path, State};
use axum::response::Response;
use http::request::Parts;
use muster_console::change_asked;
use muster_coordinator::Directory;
use muster_record::Command;
use muster_record::ids::{AgencyId, CommunicationNo, OfferNo, PersonNo, ProposalNo};
use muster_record::incident::{advising, answers, communications, lifecycle, log, offers, participants, people};
use muster_record::situation::Need;
use muster_record::time::Instant;
use tonic::Status;

use super::Console;
use super::failing::Failed;
use super::fields::{Field, Fields, MOST_PEOPLE, all, moment, number, one, slug, some, word, wrong};

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
        "phase" | "close" | "reopen" | "amend" => (one_of(course(what, fields)), "/manage", course_done(what)),
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

fn offer(fields: &[Field], now: Instant) -> Result<Command, Status> {
    let mut detail = Vec::new();
    for name in [
        "home",
        "nursing",
        "dementia",
        "wheelchair",
        "seats",
        "wheelchair-places",
        "stretchers",
        "bariatric-places",
        "role",
    ] {
        match one(fields, name) {
            // Not known is said by saying nothing.
            "" | "unknown" => (),
            said => detail.push((name.to_owned(), said.to_owned())),
        }
    }
    let (kind, quantity) = (word(fields, "kind")?, number(fields, "quantity")?);
    let as_at = moment(fields, "as_at")?.unwrap_or(now);
    Ok(offers::Command::Offer { kind, quantity, as_at, detail }.into())
}

fn take(fields: &[Field]) -> Result<Command, Status> {
    let person = some(fields, "person").map(|_| number(fields, "person").map(PersonNo)).transpose()?;
    let (offer, quantity) = (OfferNo(number(fields, "offer")?), number(fields, "quantity")?);
    Ok(offers::Command::Take { offer, quantity, person }.into())
}

fn release(fields: &[Field]) -> Result<Command, Status> {
    let (offer, quantity) = (OfferNo(number(fields, "offer")?), number(fields, "quantity")?);
    Ok(offers::Command::Release { offer, quantity }.into())
}

fn withdraw(fields: &[Field]) -> Result<Command, Status> {
    let (offer, reason) = (OfferNo(number(fields, "offer")?), one(fields, "reason").to_owned());
    Ok(offers::Command::Withdraw { offer, reason }.into())
}

/// Numbers of people in a field.
fn numbers(fields: &[Field], name: &str) -> Result<Vec<PersonNo>, Status> {
    let found = super::fields::people(one(fields, name));
    let found = found.ok_or_else(|| wrong(name, "are no numbers of people as in 1, 4 or 5-8, at most 50 at once"))?;
    Ok(found.into_iter().map(PersonNo).collect())
}

fn register(fields: &[Field]) -> Result<Vec<Command>, Status> {
    let count = usize::try_from(number(fields, "count")?).unwrap_or(usize::MAX);
    if count == 0 || count > MOST_PEOPLE {
        return Err(wrong("count", "is between 1 and 50 at once"));
    }
    let needs: Result<Vec<Need>, _> = all(fields, "needs").map(str::parse).collect();
    let placed_by = some(fields, "placed_by").map(|_| word::<AgencyId>(fields, "placed_by")).transpose()?;
    let details = people::Details {
        service: word(fields, "service")?,
        funder: word(fields, "funder")?,
        placed_by,
        mobility: word(fields, "mobility")?,
        needs: needs.map_err(|_| wrong("needs", "are not all ones that are known"))?,
        needs_known: word(fields, "needs_known")?,
        stays_with: numbers(fields, "stays_with")?,
    };
    Ok(vec![people::Command::Register { details }.into(); count])
}

/// Where people have come to, and for each the place that is taken of an offer, if one is named.
fn status(fields: &[Field]) -> Result<Vec<Command>, Status> {
    let persons = numbers(fields, "people")?;
    if persons.is_empty() {
        return Err(wrong("people", "is empty: say which, as in 1, 4 or 5-8"));
    }
    let offer = some(fields, "offer").map(|_| number(fields, "offer").map(OfferNo)).transpose()?;
    let to = word(fields, "to")?;
    let place = match (offer, some(fields, "place")) {
        (Some(offer), Some(place)) => Some(format!("{offer}, {place}")),
        (Some(offer), None) => Some(offer.to_string()),
        (None, place) => place,
    };
    let mut commands: Vec<Command> = Vec::new();
    for person in persons {
        let take = |offer| offers::Command::Take { offer, quantity: 1, person: Some(person) };
        commands.extend(offer.map(|offer| take(offer).into()));
        commands.push(people::Command::SetStatus { person, to, place: place.clone() }.into());
    }
    Ok(commands)
}

fn letter(what: &str, fields: &[Field]) -> Result<Command, Status> {
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

fn course(what: &str, fields: &[Field]) -> Result<Command, Status> {
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

fn invite(fields: &[Field], known: &Directory) -> Result<Command, Status> {
    let agency = known.get(&word(fields, "agency")?).cloned();
    let agency = agency.ok_or_else(|| wrong("agency", "is none that this server knows"))?;
    Ok(participants::Command::Invite { agency, interest: word(fields, "interest")? }.into())
}

fn seat(what: &str, fields: &[Field]) -> Result<Command, Status> {
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
fn office(what: &str, fields: &[Field]) -> Result<Command, Status> {
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

fn ask(fields: &[Field]) -> Result<Command, Status> {
    let asks = one(fields, "asks").to_owned();
    let key = some(fields, "key").unwrap_or_else(|| format!("asked/{}", slug(&asks)));
    Ok(answers::Command::Ask { key, asks, of: word(fields, "of")? }.into())
}

fn gate(fields: &[Field]) -> Result<Command, Status> {
    let (proposal, reason) = (ProposalNo(number(fields, "proposal")?), one(fields, "reason").to_owned());
    Ok(advising::Command::OverrideGate { proposal, reason }.into())
}

#[cfg(test)]
mod tests {
    use muster_record::situation::{CareStatus, OfferKind};

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
}
