//! GOV.UK Notify: what was issued on a record is handed over once, in the shapes that Notify has.

use jsonwebtoken::{Algorithm, DecodingKey, Validation};
use muster::config::NotifyConfig;
use muster_proto::v1;
use muster_record::agency::AgencyKind;
use muster_record::ids::CommunicationNo;
use muster_record::incident::communications::Command;
use serde_json::{Value, json};
use tonic::{Code, Status};

use crate::home::{Home, nine};
use crate::participant::{Participant, refused};
use crate::receiving::{Does, Got, Receiver};

const SERVICE: &str = "26785a09-ab16-4eb0-8407-a37497a57506";
const SECRET: &str = "3d844edf-8d35-48ac-975b-e847b4f122b0";

fn answers(status: u16, body: &Value) -> Does {
    Does::Answers(status, "content-type: application/json\r\n".to_owned(), body.to_string())
}

fn error(status: u16, error: &str, message: &str) -> Does {
    answers(status, &json!({ "status_code": status, "errors": [{ "error": error, "message": message }] }))
}

fn created(got: &Got) -> Does {
    let reference = got.json()["reference"].clone();
    answers(
        201,
        &json!({
            "id": "740e5834-3a29-46b4-9a6f-16142fde533a", "reference": reference,
            "content": { "subject": "S", "body": "B", "from_email": "the@gov.uk" },
            "uri": "https://api.notifications.service.gov.uk/v2/notifications/740e5834-3a29-46b4-9a6f-16142fde533a",
            "template": { "id": "f33517ff-2a88-4f6e-b855-c550268ce08a", "version": 1, "uri": "https://api" },
        }),
    )
}

/// What Notify asks of every call: a token of the service, signed with the secret, made now.
fn is_let_in(got: &Got) -> bool {
    let Some(token) = got.header("authorization").strip_prefix("Bearer ") else { return false };
    let mut validation = Validation::new(Algorithm::HS256);
    validation.required_spec_claims.clear();
    validation.validate_exp = false;
    let claims = jsonwebtoken::decode::<Value>(token, &DecodingKey::from_secret(SECRET.as_bytes()), &validation);
    let Ok(token) = claims else { return false };
    let keys: Vec<&String> = token.claims.as_object().unwrap().keys().collect();
    keys.len() == 2 && token.claims["iss"] == SERVICE && token.claims["iat"] == nine().timestamp()
}

/// A stand-in for Notify: lets in who may, and does what the test has it do.
async fn notify(does: impl Fn(&[Got], &Got) -> Does + Send + Sync + 'static) -> Receiver {
    Receiver::that(
        move |before, got| {
            if is_let_in(got) { does(before, got) } else { error(403, "AuthError", "Invalid token") }
        },
    )
    .await
}

fn home(at: Option<&Receiver>) -> Home {
    let mut home = Home::new();
    let key_file = home.put("notify.key", format!("muster-live-{SERVICE}-{SECRET}\n"));
    home.config.notify = at.map(|at| NotifyConfig {
        key_file,
        email_template: Some("an-email-template".to_owned()),
        letter_template: Some("a-letter-template".to_owned()),
        url: format!("http://{}", at.address),
    });
    home
}

fn email(address: &str) -> v1::Recipient {
    v1::Recipient { to: Some(v1::recipient::To::Email(address.to_owned())) }
}

fn letter(lines: &[&str]) -> v1::Recipient {
    let lines = lines.iter().map(|line| (*line).to_owned()).collect();
    v1::Recipient { to: Some(v1::recipient::To::Letter(v1::PostalAddress { lines })) }
}

async fn send(by: &Participant, incident: &str, to: &[v1::Recipient]) -> Result<Vec<v1::Dispatch>, Status> {
    let request =
        v1::SendCommunicationRequest { incident_id: incident.to_owned(), communication: 1, recipients: to.to_vec() };
    Ok(by.client.dispatches.clone().send_communication(request).await?.into_inner().dispatches)
}

async fn sent(by: &Participant, incident: &str) -> Vec<v1::Dispatch> {
    let request = v1::ListDispatchesRequest { incident_id: incident.to_owned() };
    by.client.dispatches.clone().list_dispatches(request).await.unwrap().into_inner().dispatches
}

async fn issue(council: &Participant, incident: &str) {
    let draft = Command::Draft {
        audience: "families".to_owned(),
        title: "Rosebank closes".to_owned(),
        body: "The home closes on Friday.".to_owned(),
        approved_by: AgencyKind::Council,
    };
    let communication = CommunicationNo(1);
    council.does(incident, [draft.into(), Command::Approve { communication }.into()]).await;
    council.does(incident, [Command::Issue { communication, how: "GOV.UK Notify".to_owned() }.into()]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_issued_is_handed_over_once_in_the_shapes_that_notify_has() {
    let stand_in = notify(|_, got| created(got)).await;
    let home = home(Some(&stand_in));
    let house = home.open().await;
    let (council, icb, incident) = house.rosebank().await;
    let to = [email("family@example.org"), letter(&["The Occupier", "1 High Street", "CV1 1AA"])];
    refused(send(&council, &incident, &to).await, Code::FailedPrecondition, "NOT_ISSUED");
    issue(&council, &incident).await;
    refused(send(&icb, &incident, &to).await, Code::FailedPrecondition, "NOT_ISSUED");
    let first = send(&council, &incident, &to).await.unwrap();
    assert!(first.iter().all(|one| one.state == "accepted" && one.notify_id.starts_with("740e5834")), "{first:?}");
    let got = stand_in.got();
    let lines: Vec<&str> = got.iter().map(|got| got.line.as_str()).collect();
    assert_eq!(lines, ["POST /v2/notifications/email", "POST /v2/notifications/letter"]);
    let text = json!({ "title": "Rosebank closes", "body": "The home closes on Friday.", "audience": "families" });
    assert_eq!(
        got[0].json(),
        json!({
            "email_address": "family@example.org", "template_id": "an-email-template", "personalisation": text,
            "reference": first[0].reference,
        })
    );
    let mut addressed = text.clone();
    for (line, said) in
        [("address_line_1", "The Occupier"), ("address_line_2", "1 High Street"), ("address_line_3", "CV1 1AA")]
    {
        addressed[line] = said.into();
    }
    let expected =
        json!({ "template_id": "a-letter-template", "personalisation": addressed, "reference": first[1].reference });
    assert_eq!(got[1].json(), expected);
    assert!(first[0].reference.starts_with(&format!("muster-{incident}-C1-")));
    assert!(got.iter().all(|got| got.header("content-type") == "application/json"));

    assert_eq!(send(&council, &incident, &to).await.unwrap(), first, "asked again, nobody is sent it again");
    assert_eq!(stand_in.got().len(), 2);
    assert_eq!(sent(&council, &incident).await.len(), 2);
    assert!(sent(&icb, &incident).await.is_empty());
    house.close().await;
    let store = std::fs::read(&home.config.data).unwrap();
    assert!(!store.windows(18).any(|window| window == b"family@example.org"), "an address stands in the store");
}

#[tokio::test(flavor = "multi_thread")]
async fn where_the_outcome_is_not_known_notify_is_asked_before_it_is_sent_again() {
    let stand_in = notify(|before, got| match got.line.strip_prefix("GET /v2/notifications?reference=") {
        // What was posted and never answered had arrived.
        Some(reference) if before.iter().any(|before| before.body.contains(reference)) => answers(
            200,
            &json!({ "notifications": [{ "id": "found", "reference": reference, "status": "sending" }], "links": {} }),
        ),
        Some(_) => answers(200, &json!({ "notifications": [], "links": {} })),
        None => Does::Closes,
    })
    .await;
    let home = home(Some(&stand_in));
    let house = home.open().await;
    let (council, _, incident) = house.rosebank().await;
    issue(&council, &incident).await;
    let to = [email("family@example.org")];
    assert_eq!(send(&council, &incident, &to).await.unwrap()[0].state, "unknown");
    house.close().await;
    let house = home.open().await;
    let council = house.client(crate::home::COUNCIL).await;
    let again = send(&council, &incident, &to).await.unwrap().remove(0);
    assert_eq!((again.state.as_str(), again.notify_id.as_str()), ("accepted", "found"));
    assert_eq!(stand_in.got().iter().filter(|got| got.line.starts_with("POST")).count(), 1, "sent once");
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_notify_refuses_is_told_with_its_words_and_may_be_sent_when_it_was_put_right() {
    let stand_in = notify(|before, got| match (before.len(), got.line.starts_with("GET")) {
        (0, _) => error(400, "ValidationError", "email_address Not a valid email address"),
        (1, _) => error(403, "AuthError", "Error: Your system clock must be accurate to within 30 seconds"),
        (2, _) => error(429, "RateLimitError", "Exceeded rate limit for key type LIVE of 3000 requests per 60 seconds"),
        (3, _) => error(500, "Exception", "Internal server error"),
        (4, true) => answers(200, &json!({ "notifications": [], "links": {} })),
        (_, _) => created(got),
    })
    .await;
    let home = home(Some(&stand_in));
    let house = home.open().await;
    let (council, _, incident) = house.rosebank().await;
    issue(&council, &incident).await;
    let to = [email("family@example.org")];
    for (state, told) in [
        ("refused", "Notify answered 400: ValidationError: email_address Not a valid email address"),
        ("refused", "Notify answered 403: AuthError: Error: Your system clock must be accurate to within 30 seconds"),
        (
            "refused",
            "Notify answered 429: RateLimitError: Exceeded rate limit for key type LIVE of 3000 requests per 60 seconds",
        ),
        ("unknown", "Notify answered 500: Exception: Internal server error"),
        ("accepted", ""),
    ] {
        let one = send(&council, &incident, &to).await.unwrap().remove(0);
        assert_eq!((one.state.as_str(), one.answer.as_str()), (state, told));
        assert_eq!(sent(&council, &incident).await, [one]);
    }
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_handed_over_unless_it_is_configured() {
    let home = home(None);
    let house = home.open().await;
    let (council, _, incident) = house.rosebank().await;
    issue(&council, &incident).await;
    let answer = send(&council, &incident, &[email("family@example.org")]).await;
    refused(answer, Code::FailedPrecondition, "NOTIFY_NOT_CONFIGURED");
    for bad in [email("nobody"), letter(&["one line"]), v1::Recipient { to: None }] {
        refused(send(&council, &incident, &[bad]).await, Code::InvalidArgument, "INVALID_FIELD");
    }
    house.close().await;
}
