//! Requests: all that is wrong with one is said at once, at the right places.

use muster_proto::command::{read_opening, write_opening};
use muster_proto::installing::{
    ProposalHeader, ProposalPart, read_approve, read_list_installs, read_propose, read_withdraw,
};
use muster_proto::query::{Scope, read_read, read_watch};
use muster_proto::request::{read_append, read_open};
use muster_proto::settings::{ChangeSettings, read_change_settings, read_check_settings, read_get_settings};
use muster_proto::time::{read_time, write_time};
use muster_proto::v1::command::Command;
use muster_proto::{Malformed, v1};
use muster_record::advice::Answer;
use muster_record::incident::lifecycle::Opening;
use muster_record::situation::{Failure, IncidentKind, Service, ServiceKind};
use prost_types::Timestamp;

use crate::commands::known;

const INCIDENT: &str = "0190a5c6f0a87c5e9d1b2a3c4d5e6f70";

fn options() -> Option<v1::WriteOptions> {
    Some(v1::WriteOptions { request_id: "r-1".to_owned(), ..v1::WriteOptions::default() })
}

fn append(commands: impl IntoIterator<Item = Command>) -> v1::AppendRequest {
    let commands = commands.into_iter().map(|command| v1::Command { command: Some(command) }).collect();
    v1::AppendRequest { incident_id: INCIDENT.to_owned(), options: options(), commands }
}

#[track_caller]
fn check<T: std::fmt::Debug>(read: Result<T, Malformed>, expect: &[&str]) {
    let Malformed { violations } = read.unwrap_err();
    let found: Vec<String> = violations.iter().map(|found| format!("{} {}", found.field, found.problem)).collect();
    assert_eq!(found, expect);
}

#[test]
fn an_empty_request_says_all_that_it_lacks() {
    let nothing = v1::AppendRequest::default();
    check(read_append(&nothing, &known), &["incident_id is not set", "options is not set", "commands is not set"]);
}

#[test]
fn everything_wrong_in_several_commands_is_said_at_once() {
    let raise = v1::RaiseAction {
        title: String::new(),
        owner: "Council".to_owned(),
        due: Some(Timestamp { seconds: -1, nanos: 0 }),
    };
    let note = v1::MakeNote { text: "a\u{7}b".to_owned() };
    let clock = v1::PauseClock { clock: 77, reason: "\n".to_owned() };
    let mut asked = append([Command::RaiseAction(raise), Command::MakeNote(note), Command::PauseClock(clock)]);
    asked.options = Some(v1::WriteOptions { office: 99, ..v1::WriteOptions::default() });

    let Malformed { violations } = read_append(&asked, &known).unwrap_err();
    let places: Vec<&str> = violations.iter().map(|found| found.field.as_str()).collect();
    assert_eq!(
        places,
        [
            "options.request_id",
            "options.office",
            "commands[0].raise_action.title",
            "commands[0].raise_action.owner",
            "commands[0].raise_action.due",
            "commands[1].make_note.text",
            "commands[2].pause_clock.clock",
            "commands[2].pause_clock.reason",
        ]
    );
    assert_eq!(violations[5].problem, "holds a control character other than newline and tab");
}

#[test]
fn a_word_that_is_not_set_says_which_there_are() {
    let place = v1::PlaceRestriction { kind: 0, basis: 7, reason: "r".to_owned(), agreed_by: None };
    check(
        read_append(&append([Command::PlaceRestriction(place)]), &known),
        &[
            "commands[0].place_restriction.kind is not set; one of: RESTRICTION_KIND_PLACEMENTS, RESTRICTION_KIND_HOURS",
            "commands[0].place_restriction.basis is 7, which is none of: RESTRICTION_BASIS_VOLUNTARY, \
             RESTRICTION_BASIS_IMPOSED, RESTRICTION_BASIS_TEMPORARY",
        ],
    );
}

#[test]
fn places_inside_lists_are_numbered() {
    let details = v1::PersonDetails { stays_with: vec![4, 0], ..v1::PersonDetails::default() };
    let asked = append([Command::RegisterPerson(v1::RegisterPerson { details: Some(details) })]);
    let Malformed { violations } = read_append(&asked, &known).unwrap_err();
    let places: Vec<&str> = violations.iter().map(|found| found.field.as_str()).collect();
    assert!(places.contains(&"commands[0].register_person.details.stays_with[1]"), "{places:?}");
}

#[test]
fn an_invitation_names_an_agency_that_the_server_knows() {
    let invite = v1::InviteAgency { agency: "press".to_owned(), interest: v1::Interest::Information.into() };
    check(
        read_append(&append([Command::InviteAgency(invite)]), &known),
        &["commands[0].invite_agency.agency is no agency that this server knows"],
    );
}

#[test]
fn texts_and_lists_have_an_end() {
    let long = |length: usize| append([Command::MakeNote(v1::MakeNote { text: "é".repeat(length) })]);
    assert!(read_append(&long(20_000), &known).is_ok());
    check(read_append(&long(20_001), &known), &["commands[0].make_note.text is longer than 20000 characters"]);
    let many = append(std::iter::repeat_n(Command::JoinIncident(v1::JoinIncident {}), 501));
    check(read_append(&many, &known), &["commands holds 501; at most 500 are taken"]);
}

fn opening() -> Opening {
    Opening {
        title: "Rosebank".to_owned(),
        kind: IncidentKind::ProviderFailure,
        failures: vec![Failure::Emergency],
        services: vec![Service {
            id: "rosebank-house".parse().unwrap(),
            kind: ServiceKind::Nursing,
            national: Answer::No,
            regulated: Answer::Unknown,
            authority: "e08000026".parse().unwrap(),
            beds: Some(0),
            brand: None,
            risk_level: Some(4),
        }],
        region: Some("west-midlands".to_owned()),
        notified_at: "2024-03-04T09:00:00Z".parse().unwrap(),
        care_stops_at: None,
        exercise: true,
    }
}

#[test]
fn an_opening_comes_in_as_it_went_out() {
    assert_eq!(read_opening(&write_opening(&opening()), "opening"), Ok(opening()));
}

#[test]
fn an_opening_is_made_on_no_record_and_for_no_office() {
    let options = v1::WriteOptions {
        request_id: "r-1".to_owned(),
        expected_seq: Some(1),
        office: v1::Office::IncidentLead.into(),
        ..v1::WriteOptions::default()
    };
    let mut wire = write_opening(&opening());
    wire.services[0].risk_level = Some(5);
    let asked = v1::OpenIncidentRequest { options: Some(options), opening: Some(wire) };
    check(
        read_open(&asked),
        &[
            "options.expected_seq is set, and there is no record yet",
            "options.office is set, and nobody holds an office yet",
            "opening.services[0].risk_level is none of the levels of risk, 1 to 4",
        ],
    );
}

#[test]
fn a_watch_and_a_page_have_their_defaults_and_their_bounds() {
    let all = Some(v1::watch_request::Scope::AllVisible(v1::AllVisible {}));
    let watch = read_watch(&v1::WatchRequest { scope: all, ..v1::WatchRequest::default() }).unwrap();
    assert_eq!((watch.scope, watch.bookmark.as_secs()), (Scope::AllVisible, 20));
    let hasty = v1::WatchRequest { bookmark_seconds: 1, ..v1::WatchRequest::default() };
    check(
        read_watch(&hasty),
        &["scope is not set; one of: incident_id, all_visible", "bookmark_seconds is not 5 to 60 seconds"],
    );
    let page = |limit: u32| read_read(&v1::ReadRequest { incident_id: INCIDENT.to_owned(), after_seq: 0, limit });
    assert_eq!(page(0).unwrap().limit, 100);
    check(page(501), &["limit is more than 500"]);
}

#[test]
fn moments_are_cut_to_the_millisecond_and_kept_within_reason() {
    let at = read_time(&Timestamp { seconds: 1_709_542_800, nanos: 123_999_999 }).unwrap();
    assert_eq!(write_time(at), Timestamp { seconds: 1_709_542_800, nanos: 123_000_000 });
    assert_eq!(read_time(&Timestamp { seconds: 0, nanos: 1_000_000_000 }), None);
    assert_eq!(read_time(&Timestamp { seconds: 0, nanos: -1 }), None);
    assert_eq!(read_time(&Timestamp { seconds: 7_289_654_400, nanos: 0 }), None, "the year 2201");
}

#[test]
fn a_change_of_settings_comes_in_whole_or_says_all_that_it_lacks() {
    let lacks = ["rule_set is not set", "because is not set", "request_id is not set"];
    check(read_change_settings(&v1::ChangeSettingsRequest::default()), &lacks);
    check(read_get_settings(&v1::GetSettingsRequest::default()), &lacks[..1]);
    check(read_check_settings(&v1::CheckSettingsRequest::default()), &lacks[..1]);
    let wire = v1::ChangeSettingsRequest {
        rule_set: "transport".to_owned(),
        settings_json: "{ not read here".to_owned(),
        because: "the third minibus was replaced".to_owned(),
        validate_only: true,
        request_id: "r-1".to_owned(),
    };
    let ChangeSettings { rule_set, settings, because, validate_only, request_id } =
        read_change_settings(&wire).unwrap();
    assert_eq!((rule_set.as_str(), settings, because), ("transport", wire.settings_json, wire.because));
    assert_eq!((validate_only, request_id.as_str()), (true, "r-1"));
}

#[test]
fn a_proposal_comes_in_piece_by_piece_or_says_all_that_it_lacks() {
    use v1::propose_install_request::Part;
    let part = |part| read_propose(v1::ProposeInstallRequest { part });
    check(part(None), &["part is not set; one of: header, chunk"]);
    let lacks = ["header.request_id is not set", "header.because is not set", "header.component is not 32 bytes"];
    check(part(Some(Part::Header(v1::InstallHeader::default()))), &lacks);
    check(part(Some(Part::Chunk(Vec::new().into()))), &["chunk is empty"]);
    check(part(Some(Part::Chunk(vec![0; 65_537].into()))), &["chunk holds more than 65536 bytes"]);
    assert_eq!(part(Some(Part::Chunk(vec![0; 65_536].into()))), Ok(ProposalPart::Chunk(vec![0; 65_536].into())));
    let header = v1::InstallHeader {
        request_id: "r-1".to_owned(),
        because: "the board agreed".to_owned(),
        component: vec![7; 32].into(),
        grants: Some(v1::Grants {
            needs: vec![v1::SituationPart::Facts.into()],
            gives: vec![v1::AdviceKind::RegionalIncident.into()],
        }),
        envelope: Some(vec![b'{'].into()),
        in_shadow: true,
    };
    let Ok(ProposalPart::Header(read)) = part(Some(Part::Header(header))) else { panic!("a header is one") };
    let ProposalHeader { request_id, because, component, grants, used, envelope } = read;
    assert_eq!((used, envelope), (muster_record::installing::Use::Shadow, Some(vec![b'{'])));
    let grants = grants.unwrap();
    assert_eq!(grants.needs.into_iter().collect::<Vec<_>>(), [muster_record::situation::Part::Facts]);
    assert_eq!(grants.gives.into_iter().collect::<Vec<_>>(), [muster_record::advice::ItemKind::RegionalIncident]);
    assert_eq!((request_id.as_str(), because.as_str(), component.0), ("r-1", "the board agreed", [7; 32]));
    check(
        read_approve(&v1::ApproveInstallRequest::default()),
        &["number is not set; numbers begin with 1", "component is not 32 bytes"],
    );
    check(read_withdraw(&v1::WithdrawInstallRequest::default()), &["number is not set; numbers begin with 1"]);
    check(
        read_list_installs(&v1::ListInstallsRequest { page_size: 501, page_token: String::new() }),
        &["page_size is more than 500"],
    );
}
