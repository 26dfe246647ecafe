//! `muster webhook` and `muster dispatch`, as a person types them, against a server process.

use muster::client::Client;
use muster::dev_certs::Folder;
use muster_record::agency::AgencyKind;
use muster_record::ids::CommunicationNo;
use muster_record::incident::communications::Command;
use muster_record::situation::IncidentKind;

use super::{is_signed, seqs};
use crate::home::COUNCIL;
use crate::participant::Participant;
use crate::process::{Typing, path, serve_with};
use crate::receiving::{Does, Receiver};

const SETTINGS: &str = "[webhooks]\nallow_loopback = true\nfirst_wait_ms = 1\nattempts = 2\n";

/// Types it until what is printed is as the test waits for.
fn until(at: &Typing<'_>, words: &[&str], is: impl Fn(&str) -> bool) -> String {
    let began = std::time::Instant::now();
    loop {
        let printed = at.does(words);
        if is(&printed) {
            return printed;
        }
        assert!(began.elapsed().as_secs() < 60, "{words:?} printed {printed}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_webhook_is_registered_watched_mended_and_deleted_from_the_command_line() {
    let place = tempfile::tempdir().unwrap();
    let server = serve_with(place.path(), "error", SETTINGS);
    let certs = place.path().join("certs");
    let at = Typing { server: &server, certs: &certs };
    let receiver = Receiver::that(|before, now| {
        let tried = before.iter().filter(|got| got.body == now.body).count();
        Does::status(if seqs(std::slice::from_ref(now))[0] == 2 && tried < 2 { 500 } else { 200 })
    })
    .await;
    assert!(at.does(&["webhook", "list"]).contains("your agency has no webhooks"));
    let added = at.does(&["webhook", "add", &receiver.url(), "--from-the-beginning"]);
    let secret = added.split("secret, told this once: ").nth(1).unwrap().trim().to_owned();

    let client = Client::from_folder(server.api, &Folder(certs.clone()), COUNCIL).await.unwrap();
    let council = Participant { client, agency: COUNCIL.to_owned() };
    let incident = council.opens("Rosebank", IncidentKind::ProviderFailure).await;
    let last = council.notes(&incident, "told to the receiver").await;
    let got = receiver.once(|got| seqs(got).last() == Some(&last)).await;
    assert!(got.iter().all(|got| is_signed(got, &secret)));

    let listed = until(&at, &["webhook", "list"], |listed| listed.contains(&format!("last: entry {last} of")));
    assert!(listed.contains("at work") && listed.contains("dead letters 1"), "{listed}");
    assert!(!listed.contains(&secret));
    let dead = at.does(&["webhook", "dead", "1"]);
    assert!(dead.contains(&format!("{incident} 2  after 2 attempts: it answered 500")), "{dead}");
    let again = at.does(&["webhook", "redeliver", "1", "--incident", &incident, "--seq", "2"]);
    assert!(again.contains("1 events are tried once more"), "{again}");
    until(&at, &["webhook", "dead", "1"], |dead| dead.contains("nothing was given up"));
    assert!(at.does(&["webhook", "pause", "1"]).contains("PAUSED"));
    assert!(at.does(&["webhook", "resume", "1"]).contains("at work"));
    let theirs = at.types(&["webhook", "delete", "1"], "cqc").unwrap_err();
    assert!(theirs.contains("RESOURCE_NOT_FOUND"), "{theirs}");
    assert!(at.does(&["webhook", "delete", "1"]).contains("webhook 1 is deleted"));
    let wrong = at.types(&["webhook", "add", "https://10.1.2.3/in"], COUNCIL).unwrap_err();
    assert!(wrong.contains("10.1.2.3 is private"), "{wrong}");
    server.end();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_letter_is_sent_from_the_command_line_to_those_in_a_file_and_to_each_once() {
    let place = tempfile::tempdir().unwrap();
    let created = |_: &[_], got: &crate::receiving::Got| {
        let body = format!(r#"{{"id":"740e5834","reference":{}}}"#, got.json()["reference"]);
        Does::Answers(201, "content-type: application/json\r\n".to_owned(), body)
    };
    let notify = Receiver::that(created).await;
    let key = "muster-live-26785a09-ab16-4eb0-8407-a37497a57506-3d844edf-8d35-48ac-975b-e847b4f122b0\n";
    std::fs::write(place.path().join("notify.key"), key).unwrap();
    let settings = format!(
        "[notify]\nkey_file = \"notify.key\"\nemail_template = \"an-email-template\"\n\
         letter_template = \"a-letter-template\"\nurl = \"http://{}\"\n",
        notify.address
    );
    let server = serve_with(place.path(), "error", &settings);
    let certs = place.path().join("certs");
    let at = Typing { server: &server, certs: &certs };
    let client = Client::from_folder(server.api, &Folder(certs.clone()), COUNCIL).await.unwrap();
    let council = Participant { client, agency: COUNCIL.to_owned() };
    let incident = council.opens("Rosebank", IncidentKind::ProviderFailure).await;
    let draft = Command::Draft {
        audience: "families".to_owned(),
        title: "Rosebank closes".to_owned(),
        body: "The home closes on Friday.".to_owned(),
        approved_by: AgencyKind::Council,
    };
    let communication = CommunicationNo(1);
    council.does(&incident, [draft.into(), Command::Approve { communication }.into()]).await;

    let list = place.path().join("to.txt");
    std::fs::write(&list, "a@example.org\nb@example.org\n\nC. Doe\n1 High Street\nCV1 1AA\n").unwrap();
    let send = ["dispatch", "send", incident.as_str(), "1", path(&list)];
    let early = at.types(&send, COUNCIL).unwrap_err();
    assert!(notify.got().is_empty(), "{early}");
    council.does(&incident, [Command::Issue { communication, how: "GOV.UK Notify".to_owned() }.into()]).await;
    at.does(&send);
    at.does(&send);
    let lines: Vec<String> = notify.got().iter().map(|got| got.line.clone()).collect();
    assert_eq!(lines.len(), 3, "{lines:?}");
    assert_eq!(lines.iter().filter(|line| line.ends_with("/v2/notifications/letter")).count(), 1, "{lines:?}");
    let shown = at.does(&["dispatch", "list", &incident]);
    assert_eq!(shown.lines().filter(|line| !line.trim().is_empty()).count(), 3, "{shown}");
    assert!(!shown.contains("example.org") && !shown.contains("High Street"), "no address is kept: {shown}");
    server.end();
}
